"""Who runs an advisory desk, who receives people at it, and who may come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from events.models import AdviceDesk, Event
from events.rules.events import may_manage_event, may_see_event

VISIT_MINUTES = (10, 15, 20, 30, 45, 60)
MOST_DESKS = 40
MOST_ADVISORS = 20
NOTES_KEPT = timedelta(days=30)
"""An advisor's notes and what visitors wrote are needed for what was promised, and then no more."""
LONGEST_VISIT = timedelta(hours=2)
"""A visit that nobody has ended by then was forgotten, and keeps its visitor from no other desk."""
EARLY = timedelta(minutes=2)
"""A booked visitor goes before the line from so long before their time."""


def may_host_desk(user: Any, desk: AdviceDesk) -> bool:
    return may_manage_event(user, desk.event)


def may_advise(user: Any, desk: AdviceDesk) -> bool:
    """The desk's own advisors; a host who wants to receive people, too, is one of them. Their notes are theirs."""
    return bool(user.is_authenticated and desk.advisors.filter(pk=user.pk).exists())


def may_visit(user: Any, event: Event) -> bool:
    """Whoever has a seat; on an open day, whoever has an account."""
    if not user.is_authenticated or not may_see_event(user, event) or event.is_draft:
        return False
    return not event.needs_registration or event.registrations.confirmed().filter(user=user).exists()


def is_shut(desk: AdviceDesk, now: datetime) -> bool:
    """Nobody is taken any more: closed by an advisor, its time over, or the event called off."""
    return desk.is_closed or desk.closes_at <= now or desk.event.is_cancelled or desk.event.is_archived
