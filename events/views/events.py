"""Events as everybody sees them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import panels
from core.crowds import drawn_for_all
from core.text import LANGUAGE_CHOICES
from events.calendars import file_of
from events.forms.events import FilterForm
from events.forms.registration import RegisterForm
from events.models import Event, Registration
from events.queries import events as queries
from events.queries import registrations
from events.rules import events as rules

A_PAGE = 20
PAST_SHOWN = 5
COMERS_SHOWN = 60
"""On the event's page; the rest are on a page of their own, so that a crowd makes nobody's page slow."""
COMERS_A_PAGE = 200


def event_or_404(request: HttpRequest, slug: str) -> Event:
    """The event with its counts, when the reader may see it; a draft does not exist for others."""
    found = queries.listed(request.user).select_related("operating_model")
    found = found.prefetch_related("themes")  # type: ignore[misc]  # taggit is unseen
    return get_object_or_404(found, slug=slug)


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = FilterForm(request.GET, user=request.user, now=now)
    chosen = form.chosen()
    found = queries.filtered(queries.listed(request.user), **chosen)
    wants_past = request.GET.get("when") == "past"
    shown = queries.past(found, now) if wants_past else queries.coming(found, now)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    past = [] if wants_past or page.number > 1 else queries.past(found, now)[: PAST_SHOWN + 1]
    past_rows = queries.rows(past, request.user, now)
    return render(
        request,
        "events/events/list.html",
        {
            "filters": form,
            "chosen": chosen,
            "page": page,
            "rows": queries.rows(page.object_list, request.user, now),
            "past": past_rows[:PAST_SHOWN],
            "more_past": len(past_rows) > PAST_SHOWN,
            "wants_past": wants_past,
            "may_create": rules.may_create_event(request.user),
        },
    )


@require_safe
@drawn_for_all
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return event_page(request, event_or_404(request, slug))


def event_page(request: HttpRequest, event: Event, form: RegisterForm | None = None) -> HttpResponse:
    """The event as its reader may see it; `form` is what was sent from it and did not hold."""
    now = timezone.now()
    may_manage = rules.may_manage_event(request.user, event)
    mine = queries.own_registration(request.user, event)
    has_seat = mine is not None and mine.state == Registration.State.CONFIRMED
    is_open = event.takes_registrations(now)
    asks = is_open and mine is None and registrations.asks_more(event)
    if form is None and request.user.is_authenticated and is_open and mine is None and not asks:
        form = RegisterForm(user=request.user, questions=[])
    comers = None
    if may_manage or has_seat:
        comers = list(queries.confirmed_profiles(event, request.user)[: COMERS_SHOWN + 1])
    context: dict[str, Any] = {
        "event": event,
        "where": queries.where(event),
        "left": queries.seats_left(event),
        "mine": mine,
        "declined": registrations.declined(request.user, event) if mine is None else None,
        "position": queries.place_in_line(mine),
        "has_seat": has_seat,
        "is_open": is_open,
        "is_over": event.ends_at <= now,
        "has_begun": event.starts_at <= now,
        "may_manage": may_manage,
        "may_copy": may_manage and rules.may_create_event(request.user),
        "comers": comers[:COMERS_SHOWN] if comers is not None else None,
        "more_comers": comers is not None and len(comers) > COMERS_SHOWN,
        "asks": asks,
        "form": form,
        "profiles": form.fields["profile"].queryset if form else [],  # type: ignore[attr-defined]  # a choice field
        "online_url": event.online_url if has_seat or may_manage else "",
        "themes": [theme for theme in event.themes.all() if theme.state == theme.State.ACTIVE],
        "spoken": [str(dict(LANGUAGE_CHOICES)[code]) for code in event.languages if code in dict(LANGUAGE_CHOICES)],
        "panels": panels.render("event", request, event),
    }
    return render(request, "events/events/event.html", context)


@login_required
@require_safe
def event_comers(request: HttpRequest, slug: str) -> HttpResponse:
    """All who come, for those who come themselves and for the organiser."""
    found = event_or_404(request, slug)
    if not rules.may_see_participants(request.user, found):
        raise PermissionDenied
    page = Paginator(queries.confirmed_profiles(found, request.user), COMERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/events/comers.html", {"event": found, "page": page})


@require_safe
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as a calendar file; it carries the online address for those who have a seat."""
    found = event_or_404(request, slug)
    if found.is_draft:
        raise Http404
    mine = queries.own_registration(request.user, found)
    has_seat = mine is not None and mine.state == Registration.State.CONFIRMED
    content = file_of(queries.calendar_event(found, person=request.user if has_seat else None))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response
