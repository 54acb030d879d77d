"""Events as everybody sees them, and registering for one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import panels
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import LANGUAGE_CHOICES
from events.calendars import file_of
from events.forms.events import FilterForm, RegisterForm
from events.models import Event, Registration
from events.queries import events as queries
from events.rules import events as rules
from events.services import registrations as services

A_PAGE = 20
PAST_SHOWN = 5


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


def _page(request: HttpRequest, event: Event, form: RegisterForm | None = None) -> HttpResponse:
    now = timezone.now()
    may_manage = rules.may_manage_event(request.user, event)
    mine = queries.own_registration(request.user, event)
    has_seat = mine is not None and mine.state == Registration.State.CONFIRMED
    is_open = event.takes_registrations(now)
    if form is None and request.user.is_authenticated and is_open and mine is None:
        form = RegisterForm(user=request.user)
    context: dict[str, Any] = {
        "event": event,
        "where": queries.where(event),
        "left": queries.seats_left(event),
        "mine": mine,
        "position": queries.place_in_line(mine),
        "has_seat": has_seat,
        "is_open": is_open,
        "is_over": event.ends_at <= now,
        "has_begun": event.starts_at <= now,
        "may_manage": may_manage,
        "comers": queries.confirmed_profiles(event, request.user) if may_manage or has_seat else None,
        "form": form,
        "profiles": form.fields["profile"].queryset if form else [],  # type: ignore[attr-defined]  # a choice field
        "online_url": event.online_url if has_seat or may_manage else "",
        "themes": [theme for theme in event.themes.all() if theme.state == theme.State.ACTIVE],
        "spoken": [str(dict(LANGUAGE_CHOICES)[code]) for code in event.languages if code in dict(LANGUAGE_CHOICES)],
        "panels": panels.render("event", request, event),
    }
    return render(request, "events/events/event.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, event_or_404(request, slug))


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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register; opened as a page (after signing in) it leads to the event."""
    found = event_or_404(request, slug)
    if request.method != "POST":
        return redirect(found)
    form = RegisterForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        made = services.register(event=found, profile=form.cleaned_data["profile"], by=request.user, now=timezone.now())
    except services.AlreadyRegistered:
        return redirect(found)
    except DomainError as error:
        add_domain_error(form, error)
        return _page(request, found, form)
    place = queries.place_in_line(made)
    if place is None:
        messages.success(request, _("You have a seat. The calendar file comes by e-mail too."))
    else:
        messages.success(
            request,
            _("You are on the waiting list, number %(place)d. You hear at once if a seat is freed.") % {"place": place},
        )
    return redirect(found)


@login_required
@require_POST
def event_cancel_registration(request: HttpRequest, slug: str) -> HttpResponse:
    found = event_or_404(request, slug)
    mine = queries.own_registration(request.user, found)
    if mine is None:
        return redirect(found)
    try:
        services.cancel_registration(registration=mine, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Your registration is cancelled. If the event is in your calendar, remove it there too.")
        )
    return redirect(found)
