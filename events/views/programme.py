"""The programme as everybody sees it: on the event's page, and on a page of its own for a phone and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.crowds import drawn_for_all
from core.panels import Panel
from events.models import Event
from events.queries import events as event_queries
from events.queries import programme as queries
from events.rules.events import may_manage_event
from events.views.events import event_or_404

KEPT_SECONDS = 300


def programme_context(event: Event, user: Any) -> dict[str, Any]:
    """What the parts of the programme's templates show."""
    talks = queries.talks_of(event, user)
    rooms = {talk.session.room for talk in talks if talk.session.room is not None}
    days = queries.days_of(talks)
    return {
        "event": event,
        "days": days,
        "drawn": drawn(talks, days),
        "faces": queries.faces_of(talks),
        "rooms": sorted((room for room in rooms if room.capacity or room.accessibility), key=lambda room: room.pk),
        "now": timezone.now(),
    }


def drawn(talks: Sequence[queries.Talk], days: Sequence[queries.Day]) -> str:
    """The days' tables. They are kept under all that they are made of, so that nobody sees an old one."""
    key = f"events.programme:{get_language()}:{queries.stamp_of(talks)}"
    html: str | None = cache.get(key)
    if html is None:
        html = render_to_string("events/programme/days.html", {"days": days})
        cache.set(key, html, KEPT_SECONDS)
    return html


def panel(request: HttpRequest, event: Event) -> Panel | None:
    """For everybody when there is a programme; for the host also when there is none yet."""
    context = programme_context(event, request.user)
    is_host = may_manage_event(request.user, event)
    if not context["days"] and not is_host:
        return None
    return Panel("events/programme/event_panel.html", {**context, "is_host": is_host})


@require_safe
@drawn_for_all
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_or_404(request, slug)
    context = programme_context(event, request.user)
    is_host = may_manage_event(request.user, event)
    if not context["days"] and not is_host:
        raise Http404
    return render(
        request,
        "events/programme/programme.html",
        {**context, "where": event_queries.where(event), "is_host": is_host},
    )
