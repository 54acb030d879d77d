"""What events ask of the apps above: which events of a circle a person may see, which they manage, and in whose name
they may make one for the circle. They register in `AppConfig.ready()`.

An event is for all or for a circle. Who a circle is, is known to the upper app that made the event: the members of a
network, or of a group. With no answer nobody sees it but those who manage it, so that a circle whose app is switched
off stays closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q

from core import modules
from events.calendars import CalendarMeeting

CircleSeen = Callable[[Any], Q]
CircleManaged = Callable[[Any], Q]
CircleOrganised = Callable[[Any, int, Any], bool]


class CircleCalendar(Protocol):
    """What a calendar programme is told of a circle. All three as the person may see it now: whoever has left the
    circle sees nothing."""

    def choices(self, user: Any) -> list[tuple[int, str]]:
        """The circles whose calendar the person may have: the number and the name, in the active language."""
        ...

    def name(self, user: Any, pk: int) -> str | None:
        """None: the person may not have it."""
        ...

    def entries(self, user: Any, pk: int, now: datetime) -> list[CalendarMeeting] | None:
        """None: the person may not have it."""
        ...


_circles: dict[str, CircleSeen] = {}
_calendars: dict[str, CircleCalendar] = {}
_managed: dict[str, CircleManaged] = {}
_organised: dict[str, CircleOrganised] = {}


@dataclass(frozen=True)
class Circle:
    """A circle for which an event is made: `key` is its app's, `pk` is what the app knows it by."""

    key: str
    pk: int


def on_circle(key: str, seen: CircleSeen) -> None:
    """`seen(user)` is a condition on `Event` that says which of the app's own events the signed-in person may see:
    `Q(pk__in=…a subquery…)`, so that a list costs no read more. The same key again replaces it.
    """
    _circles[key] = seen


def circle_seen_by(user: Any) -> Q:
    """Any app's word is enough; nobody's is none."""
    found = Q(pk__in=[])
    if user.is_authenticated:
        for seen in _circles.values():
            found |= seen(user)
    return found


def on_managing(key: str, managed: CircleManaged, organised: CircleOrganised) -> None:
    """`managed(user)` is a condition on `Event`, as in `on_circle`: which of the app's own events the signed-in person
    manages without representing their organiser. `organised(user, pk, organiser)`: whether the person may make an event
    for the circle `pk` in the name of `organiser` (a profile or None). The same key again replaces both.
    """
    _managed[key] = managed
    _organised[key] = organised


def circle_managed_by(user: Any) -> Q:
    found = Q(pk__in=[])
    if user.is_authenticated:
        for managed in _managed.values():
            found |= managed(user)
    return found


def may_organise_for(user: Any, circle: Circle | None, organiser: Any) -> bool:
    """Only the app whose circle it is says so; with no answer nobody may."""
    if circle is None or not user.is_authenticated or circle.key not in _organised:
        return False
    return _organised[circle.key](user, circle.pk, organiser)


def on_calendar(key: str, calendar: CircleCalendar) -> None:
    """So that people can subscribe to the calendar of a circle, as of an event. The same key again replaces it."""
    _calendars[key] = calendar


def calendar_of(circle: Circle) -> CircleCalendar | None:
    return _calendars.get(circle.key) if circle.key in _calendars and modules.is_on(circle.key) else None


def calendars_for(user: Any) -> list[tuple[Circle, str]]:
    """Every circle's calendar that the person may have, with its name."""
    on = modules.that_are_on(_calendars)
    return [(Circle(key, pk), name) for key in on for pk, name in _calendars[key].choices(user)]
