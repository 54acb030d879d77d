"""Programme, rounds and desks follow their event when that moves: to another day, or to another hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.models import Event, Meeting, Presence, Round, Session
from events.models.meetings import MeetingQuerySet
from events.services import meetings
from events.services.rounds import RoundIsBusy

if TYPE_CHECKING:
    from events.services.events import EventPlan


class RoundOutside(DomainError):
    message = _("The event's round of meetings must stay within its times. Change the round first.")


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


def move_rounds(*, event: Event, plan: EventPlan, now: datetime) -> int:
    """As `move_programme`, with the rounds: their times, breaks and slots, when people come and go, advisory desks, and
    the meetings that are agreed in all of these. Where a round has no place of its own, its meetings are held where the
    event is. Whoever meets is told of each meeting, and it moves in their calendars.

    What people have in their own calendars on the new day is not looked at: they are told, and can cancel. Of an event
    that has begun nothing moves. Returns how many meetings changed. Raises `RoundIsBusy`, and `RoundOutside` when a
    round does not fit in.
    """
    starts_at, ends_at = plan.starts_at, plan.ends_at
    rounds = list(event.rounds.select_for_update().order_by("pk"))
    ahead = Meeting.objects.agreed().filter(starts_at__gt=now)
    in_rounds = ahead.filter(slot__round__event=event)
    moved: dict[int, timedelta] = {}
    if (plan.mode, plan.online_url) != (event.mode, event.online_url):
        moved = dict.fromkeys(in_rounds.values_list("pk", flat=True), timedelta(0))
    at_the_place: set[int] = set()
    if plan.place != event.place:
        there = in_rounds.filter(slot__round__place="", place=event.place)
        at_the_place = set(there.values_list("pk", flat=True))
        moved |= dict.fromkeys(at_the_place, timedelta(0))
    if starts_at != event.starts_at and event.starts_at > now and _same_length(event, starts_at, ends_at):
        moved |= _move_times(event, rounds, starts_at, ahead)
    for round in rounds:
        if round.starts_at < starts_at:
            raise RoundOutside(field="starts_at")
        if round.ends_at > ends_at:
            raise RoundOutside(field="ends_at")
    for meeting in Meeting.objects.filter(pk__in=moved).select_for_update().order_by("pk"):
        was, by = meeting.starts_at, moved[meeting.pk]
        meeting.starts_at, meeting.ends_at = was + by, meeting.ends_at + by
        meeting.moved_from = was if by else meeting.moved_from
        meeting.place = plan.place if meeting.pk in at_the_place else meeting.place
        meetings.revise(meeting, now=now)
        meeting.save()
        facts = {"was": was.isoformat(), "table_was": meeting.table, "is_elsewhere": meeting.pk in at_the_place}
        meetings.tell_parties("events.meeting_moved", meeting, now=now, **facts)
    return len(moved)


def _move_times(event: Event, rounds: list[Round], starts_at: datetime, ahead: MeetingQuerySet) -> dict[int, timedelta]:
    """Everything but the meetings; by how much each of those is to move."""
    if any(round.state == Round.State.SOLVING for round in rounds):
        raise RoundIsBusy(field="starts_at")
    moved: dict[int, timedelta] = {}
    for round in rounds:
        by = by_the_clock(round.starts_at, event.starts_at, starts_at) - round.starts_at
        for rows in ([round], round.breaks.all(), round.slots.all()):
            _shift(rows, by, "starts_at", "ends_at")
        round.requests.filter(expires_at__gt=round.ends_at).update(expires_at=round.ends_at)
        moved |= dict.fromkeys(ahead.filter(slot__round=round).values_list("pk", flat=True), by)
    for desk in event.desks.all():
        by = by_the_clock(desk.opens_at, event.starts_at, starts_at) - desk.opens_at
        _shift([desk], by, "opens_at", "closes_at", "pause_from", "pause_until")
        _shift(desk.visits.exclude(starts_at=None), by, "starts_at")
        moved |= dict.fromkeys(ahead.filter(desk_visit__desk=desk).values_list("pk", flat=True), by)
    _shift(Presence.objects.filter(registration__event=event), starts_at - event.starts_at, "arrives_at", "leaves_at")
    return moved


def _shift(rows: Iterable[Any], by: timedelta, *names: str) -> None:
    """Those of the named times that are there. In the order in which nobody takes another's place on the way."""
    for row in sorted(rows, key=lambda row: getattr(row, names[0]) or LATE, reverse=by > timedelta(0)):
        for name in names:
            if getattr(row, name) is not None:
                setattr(row, name, getattr(row, name) + by)
        row.save(update_fields=names)


LATE = datetime.max.replace(tzinfo=UTC)


def _same_length(event: Event, starts_at: datetime, ends_at: datetime) -> bool:
    """By the clock on the wall: nine to four is nine to four, on the night of the change too."""
    before = _wall(event.ends_at) - _wall(event.starts_at)
    after = _wall(ends_at) - _wall(starts_at)
    return abs(after - before) < timedelta(minutes=1)
