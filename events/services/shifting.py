"""Programme, rounds and desks follow their event when that moves: to another day, or to another hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.models import AdviceDesk, Event, Meeting, Presence, Round, Session
from events.models.meetings import MeetingQuerySet
from events.services import meetings
from events.services.repairs import DraftWaits
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
    the clocks have been changed between. A time that the clocks skip is the one after it. Where nothing moves, one in
    the hour that comes twice stays in its own of the two.
    """
    if before == after:
        return start
    moved = _wall(after) - _wall(before)
    there = timezone.make_aware(_wall(start) + moved)
    return there.astimezone(UTC)


def minutes_between(start: datetime, end: datetime) -> int:
    """By the clock on the wall; below zero where `end` is before `start`."""
    return int((_wall(end) - _wall(start)).total_seconds() // 60)


def minutes_after(start: datetime, minutes: int) -> datetime:
    """So many minutes later by the clock on the wall."""
    return timezone.make_aware(_wall(start) + timedelta(minutes=minutes)).astimezone(UTC)


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
    that has begun nothing moves. Returns how many meetings changed. Raises `RoundIsBusy`, `DraftWaits`, and
    `RoundOutside` when a round does not fit in.
    """
    starts_at, ends_at = plan.starts_at, plan.ends_at
    rounds = list(event.rounds.select_for_update().order_by("pk"))
    desks = list(event.desks.select_for_update().order_by("pk"))
    ahead = Meeting.objects.agreed().filter(starts_at__gt=now)
    where = _new_places(event, plan, desks, ahead)
    moved: dict[int, timedelta] = {}
    if starts_at != event.starts_at and event.starts_at > now and _same_length(event, starts_at, ends_at):
        moved = _move_times(event, rounds, desks, starts_at, ahead)
    for round in rounds:
        if round.starts_at < starts_at:
            raise RoundOutside(field="starts_at")
        if round.ends_at > ends_at:
            raise RoundOutside(field="ends_at")
    relinked = _relinked(event, plan, ahead)
    affected = ahead.filter(pk__in={*moved, *where, *relinked}).select_related("slot").order_by("pk")
    changed = list(affected.select_for_update(of=("self",)))
    told: list[tuple[Meeting, dict[str, Any]]] = []
    for meeting in changed:
        was, by, before = meeting.starts_at, moved.get(meeting.pk, timedelta(0)), meeting.place
        meeting.starts_at, meeting.ends_at = was + by, meeting.ends_at + by
        if by:
            meeting.moved_from, meeting.table_before = was, meeting.table
        meeting.place = where.get(meeting.pk, before)
        meetings.revise(meeting, now=now)
        meeting.changed_at = now  # a save of many at once does not set it
        facts = {
            "was": was.isoformat(),
            "table_was": meeting.table,
            "is_elsewhere": meeting.place != before,
            "is_relinked": meeting.pk in relinked,
        }
        told.append((meeting, facts))
    Meeting.objects.bulk_update(changed, MOVED, batch_size=100)
    meetings.tell_of_each("events.meeting_moved", told, now=now)
    return len(changed)


MOVED = ("starts_at", "ends_at", "moved_from", "table_before", "place", "sequence", "revised_at", "changed_at")


def _new_places(event: Event, plan: EventPlan, desks: list[AdviceDesk], ahead: MeetingQuerySet) -> dict[int, str]:
    """Of meetings in rounds and at desks that have no place of their own."""
    if plan.place == event.place:
        return {}
    found = dict.fromkeys(
        ahead.filter(slot__round__event=event, slot__round__place="", place=event.place).values_list("pk", flat=True),
        plan.place,
    )
    for desk in desks:
        if not desk.place:
            at_desk = ahead.filter(desk_visit__desk=desk).values_list("pk", flat=True)
            found |= dict.fromkeys(at_desk, desk.where(plan.place))
    return found


def _relinked(event: Event, plan: EventPlan, ahead: MeetingQuerySet) -> set[int]:
    """Meetings that will be met online at another address than until now."""
    if (plan.mode, plan.online_url) == (event.mode, event.online_url):
        return set()
    found = set()
    for meeting in ahead.filter(slot__round__event=event).select_related("slot__round__event"):
        was, own = meeting.online, meeting.slot.round.event  # type: ignore[union-attr]  # of a round
        own.mode, own.online_url = plan.mode, plan.online_url
        if meeting.online != was:
            found.add(meeting.pk)
    return found


def _move_times(
    event: Event, rounds: list[Round], desks: list[AdviceDesk], starts_at: datetime, ahead: MeetingQuerySet
) -> dict[int, timedelta]:
    """Everything but the meetings; by how much each of those is to move. Raises `RoundIsBusy`, or `DraftWaits` where a
    repair waits: it is of the old times."""
    for round in rounds:
        if round.state == Round.State.SOLVING:
            raise RoundIsBusy(field="starts_at")
        if round.published_at is not None and round.state == Round.State.DRAFTED:
            raise DraftWaits(field="starts_at")
    moved: dict[int, timedelta] = {}
    for round in rounds:
        by = by_the_clock(round.starts_at, event.starts_at, starts_at) - round.starts_at
        _shift_one(round, by, "starts_at", "ends_at")
        _shift(round.breaks.all(), by, "starts_at", "ends_at")
        _shift(round.slots.all(), by, "starts_at", "ends_at")
        round.requests.filter(expires_at__gt=round.ends_at).update(expires_at=round.ends_at)
        moved |= dict.fromkeys(ahead.filter(slot__round=round).values_list("pk", flat=True), by)
    for desk in desks:
        by = by_the_clock(desk.opens_at, event.starts_at, starts_at) - desk.opens_at
        _shift_one(desk, by, "opens_at", "closes_at", "pause_from", "pause_until")
        AdviceDesk.objects.filter(pk=desk.pk).update(version=F("version") + 1)
        _shift(desk.visits.exclude(starts_at=None), by, "starts_at")
        moved |= dict.fromkeys(ahead.filter(desk_visit__desk=desk).values_list("pk", flat=True), by)
    comings = list(Presence.objects.filter(registration__event=event))
    for one in comings:
        for name in ("arrives_at", "leaves_at"):
            moment = getattr(one, name)
            setattr(one, name, moment and by_the_clock(moment, event.starts_at, starts_at))
    Presence.objects.bulk_update(comings, ["arrives_at", "leaves_at"], batch_size=100)
    return moved


def _shift_one(row: Any, by: timedelta, *names: str) -> None:
    """Those of the named times that are there."""
    for name in names:
        if getattr(row, name) is not None:
            setattr(row, name, getattr(row, name) + by)
    row.save(update_fields=names)


def _shift(rows: QuerySet[Any], by: timedelta, *names: str) -> None:
    """All of them at once: far away first, then to their times, as each would take its neighbour's on the way."""
    for step in (AWAY, by - AWAY):
        rows.update(**{name: F(name) + step for name in names})


AWAY = timedelta(days=100_000)


def _same_length(event: Event, starts_at: datetime, ends_at: datetime) -> bool:
    """By the clock on the wall: nine to four is nine to four, on the night of the change too."""
    before = _wall(event.ends_at) - _wall(event.starts_at)
    after = _wall(ends_at) - _wall(starts_at)
    return abs(after - before) < timedelta(minutes=1)
