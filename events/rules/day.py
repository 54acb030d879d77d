"""Who may do what on an event's day, and how near it has to be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from events.models import Event, Meeting, Registration, SwapRequest
from events.rules.events import may_manage_event
from events.rules.rounds import comes_as

LATE_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90)
LONGEST_AWAY = timedelta(hours=2)
"""A word of being late that was said longer ago, on a phone without a network, tells nothing any more."""
BEFORE = timedelta(hours=12)
MOST_ANNOUNCEMENTS = 60
"""Of one event: more than anybody reads, and a script is stopped by it."""


def is_the_day(event: Event, now: datetime) -> bool:
    """From the evening before until the event ends."""
    return event.starts_at - BEFORE <= now < event.ends_at


def may_say_late(user: Any, registration: Registration) -> bool:
    return registration.has_seat and comes_as(user, registration)


def may_ask_swap(user: Any, meeting: Meeting) -> bool:
    """Whoever comes to a meeting of a round; the host moves it with the board instead."""
    return meeting.slot_id is not None and own_side(user, meeting) is not None


def own_side(user: Any, meeting: Meeting) -> Registration | None:
    """The registration with which the person takes part in the meeting."""
    for party in meeting.parties.select_related("registration__profile"):
        if party.registration is not None and comes_as(user, party.registration):
            return party.registration
    return None


def may_answer_swap(user: Any, swap: SwapRequest) -> bool:
    """The side that was asked, and not the one that asks."""
    side = own_side(user, swap.meeting)
    return side is not None and side.pk != swap.asker_id


def may_announce(user: Any, event: Event) -> bool:
    return may_manage_event(user, event)
