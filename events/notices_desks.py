"""What an advisory desk tells those who wait: the turn is next, come in, closed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import DeskVisit
from notifications.kinds import Category, Delivery, Kind, Notice


def _visit(context: dict[str, Any], *states: str) -> DeskVisit:
    """LookupError when it is no longer so: nobody is called by an old notice."""
    found = DeskVisit.objects.filter(pk=context["visit"]).select_related("desk__event").first()
    if found is None or (states and found.state not in states):
        raise LookupError(context["visit"])
    return found


def _url(visit: DeskVisit) -> str:
    return reverse("desk_visitor", kwargs={"pk": visit.desk_id})


def is_next(context: dict[str, Any]) -> Notice:
    visit = _visit(context)
    return Notice(
        title=_("You are next: %(desk)s, number %(number)s") % {"desk": visit.desk.name, "number": visit.number},
        text=_("Come near the desk. You are called in by your number."),
        url=_url(visit),
    )


def called(context: dict[str, Any]) -> Notice:
    visit = _visit(context)
    return Notice(
        title=_("Come in: %(desk)s, number %(number)s") % {"desk": visit.desk.name, "number": visit.number},
        text=visit.desk.place or visit.desk.event.place,
        url=_url(visit),
    )


def closed(context: dict[str, Any]) -> Notice:
    visit = _visit(context, DeskVisit.State.CLOSED)
    return Notice(
        title=_("%(desk)s has closed, and your turn does not come") % {"desk": visit.desk.name},
        text=_("We are sorry. See whether another desk of the event can help you."),
        url=reverse("desks", kwargs={"slug": visit.desk.event.slug}),
    )


KINDS = (
    Kind("events.desk_next", Category.MEETINGS, render=is_next, delivery=Delivery.NEVER),
    Kind("events.desk_called", Category.MEETINGS, render=called, delivery=Delivery.NEVER),
    Kind("events.desk_closed", Category.MEETINGS, render=closed, delivery=Delivery.NOW),
)
