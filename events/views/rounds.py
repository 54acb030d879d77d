"""A round as its participants see it: whom to ask, when one can meet, one's own day."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from events.models import Event, Registration, Round
from events.queries import rounds as queries
from events.rules.events import may_see_event


def event_or_404(request: HttpRequest, slug: str) -> Event:
    event: Event = get_object_or_404(Event.objects.select_related("organiser"), slug=slug)
    if not may_see_event(request.user, event):
        raise Http404
    return event


def own_seat(request: HttpRequest, slug: str, number: int = 1) -> tuple[Round, Registration]:
    """The round and the person's seat. Without a seat there is nothing to do here, and the page says so."""
    event = event_or_404(request, slug)
    round = queries.round_of(event, number)
    if round is None:
        raise Http404
    me = queries.own_registration(request.user, event)
    if me is None:
        raise PermissionDenied
    return round, me
