"""The programme follows its event when that moves: to another day, or to another hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.models import Event, Session


class ProgrammeOutside(DomainError):
    message = _("A session of the programme would be outside the event's times. Change the programme first.")


def by_the_clock(start: datetime, before: datetime, after: datetime) -> datetime:
    """`start` moved as much as the clock on the wall does from `before` to `after`.

    What began an hour after the event still does on the day of another season: real hours would be off by one when
    the clocks have been changed between. A time that the clocks skip is the one after it.
    """
    moved = _wall(after) - _wall(before)
    there = timezone.make_aware(_wall(start) + moved)
    return there.astimezone(UTC)


def _wall(moment: datetime) -> datetime:
    return timezone.make_naive(moment)


def move_programme(*, event: Event, starts_at: datetime, ends_at: datetime) -> int:
    """Called under the event's lock, before it is saved with these times. Returns how many sessions moved.

    One that is moved as a whole, the length kept, takes its programme along; of one that is made shorter or longer the
    programme stays. Raises `ProgrammeOutside` when a session does not fit in.
    """
    sessions = list(event.sessions.all())
    if not sessions or (event.starts_at, event.ends_at) == (starts_at, ends_at):
        return 0
    moved = 0
    if starts_at != event.starts_at and _same_length(event, starts_at, ends_at):
        for session in sessions:
            length = session.ends_at - session.starts_at
            session.starts_at = by_the_clock(session.starts_at, event.starts_at, starts_at)
            session.ends_at = session.starts_at + length
            session.version += 1
            moved += 1
    for session in sessions:
        if session.starts_at < starts_at:
            raise ProgrammeOutside(field="starts_at")
        if session.ends_at > ends_at:
            raise ProgrammeOutside(field="ends_at")
    if moved:
        Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "version"])
    return moved


def _same_length(event: Event, starts_at: datetime, ends_at: datetime) -> bool:
    """By the clock on the wall: nine to four is nine to four, on the night of the change too."""
    before = _wall(event.ends_at) - _wall(event.starts_at)
    after = _wall(ends_at) - _wall(starts_at)
    return abs(after - before) < timedelta(minutes=1)
