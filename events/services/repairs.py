"""A published plan is repaired when the day goes otherwise: what would change is shown, accepted, and can be undone.

Asking is a `SolverRun` with a `change`; accepting writes the difference in one transaction, and undoing writes it back
as long as nobody has changed the same meetings since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from core.tasks import wake
from events.models import Meeting, MeetingParty, Registration, Round, Slot, SolverRun
from events.queries.own_tables import seated_in
from events.rules import rounds as rules
from events.scheduling.form import write_problem
from events.services.problems import Changed, away_of, build_problem, slots_of
from events.services.rounds import NotTheHost, OutsideEvent, RoundIsBusy, RoundsOverlap, is_taken, lock_round
from events.services.solving import RUN
from events.services.speed import with_new_pairs


class NotPublished(DomainError):
    message = _("The schedule is not published yet, so there is nothing to repair. Make it anew.")


class DraftWaits(DomainError):
    message = _("A schedule waits for your answer. Publish or discard it first.")


class NothingToRepair(DomainError):
    message = _("Nothing is left of the round that this could change.")


class NotAParticipant(DomainError):
    message = _("Choose somebody who comes to the event.")


class TablesOutOfRange(DomainError):
    message = _("A round has from 1 to 300 tables.")


class TablesAreOwn(DomainError):
    message = _("Somebody sits at one of those tables. Tell first who no longer comes.")


class SlotHasBegun(DomainError):
    message = _("The time has begun already, so it can no longer be changed.")


class SlotsOverlap(DomainError):
    message = _("There are other meetings at that time. Choose a time that is free in the round.")


class Kind(StrEnum):
    """What has happened."""

    LATE = "late"
    """Somebody came late, or new meetings were agreed: those without a time are to get one."""
    DELAYED = "delayed"
    """Somebody comes (`registration`), but not before a moment (`starts_at`)."""
    ABSENT = "absent"
    """Somebody does not come (`registration`)."""
    TABLES = "tables"
    """There are only so many `tables` from now on, or at some times (`slots`)."""
    SLOT_CLOSED = "slot_closed"
    """A time falls out (`slot`)."""
    SLOT_MOVED = "slot_moved"
    """A time moves (`slot`) to begin at `starts_at`."""
    CLASH = "clash"
    """People have something else during what they have agreed: a session that moved, their calendar, another round."""


@dataclass(frozen=True)
class Change:
    kind: Kind
    registration: Registration | None = None
    tables: int | None = None
    slot: Slot | None = None
    slots: tuple[Slot, ...] = ()
    starts_at: datetime | None = None
    asked: tuple[int, ...] = ()
    """Requests that the host made for this repair: if it is not taken, they fall."""
    may_move: bool = False
    """Whether some who could stay may move, where that lets more meetings be held."""


def lock_published(round: Round, by: Any) -> Round:
    """The published round, locked, when nothing waits in it. Raises `NotTheHost`, `NotPublished`, `RoundIsBusy` or
    `DraftWaits`."""
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.published_at is None:
        raise NotPublished
    if round.state == Round.State.SOLVING:
        raise RoundIsBusy
    if round.state == Round.State.DRAFTED:
        raise DraftWaits
    return round


@transaction.atomic
def start_repair(*, round: Round, change: Change, by: Any, now: datetime) -> SolverRun:
    """Ask how the plan would be repaired; nothing changes yet.

    Raises what `lock_published` does, `NothingToRepair`, or what is wrong with the change, with its field.
    """
    round = lock_published(round, by)
    written = _check(round, change, now)
    changed = read_change(written)
    problem = build_problem(round, now=now, changed=changed)
    if round.is_speed:
        problem = with_new_pairs(problem, round, now=now, changed=changed)
    if not problem.meetings:
        raise NothingToRepair
    if not problem.previous and change.kind != Kind.LATE:
        raise NothingToRepair
    seconds = rules.RICH_REPAIR_SECONDS if change.may_move else rules.REPAIR_SECONDS
    try:
        with transaction.atomic():
            run = SolverRun.objects.create(
                round=round,
                problem=write_problem(problem),
                seconds=seconds,
                asked_by=by,
                asked_at=now,
                change=written,
            )
    except IntegrityError as error:  # events_solverrun_one_active: pressed twice
        raise RoundIsBusy from error
    Round.objects.filter(pk=round.pk).update(state=Round.State.SOLVING)
    audit.record("round.repair_asked", round, by=by, now=now, kind=change.kind.value)
    wake(RUN, run.pk)
    return run


def _check(round: Round, change: Change, now: datetime) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": change.kind.value, "may_move": change.may_move}
    if change.asked:
        written["asked"] = list(change.asked)
    if change.kind in (Kind.ABSENT, Kind.DELAYED):
        comes = change.registration
        if comes is None or comes.event_id != round.event_id or comes.state != Registration.State.CONFIRMED:
            raise NotAParticipant(field="registration")
        written["registration"] = comes.pk
        if change.kind is Kind.DELAYED:
            if change.starts_at is None or change.starts_at <= now:
                raise SlotHasBegun(field="starts_at")
            written["until"] = change.starts_at.isoformat()
    elif change.kind is Kind.TABLES:
        if change.tables is None or not 1 <= change.tables <= rules.MOST_TABLES:
            raise TablesOutOfRange(field="tables")
        own = [number for number in seated_in(round).values() if number]
        if own and change.tables < max(own) and not change.slots:
            raise TablesAreOwn(field="tables")
        if any(slot.round_id != round.pk or not slot.is_open or slot.starts_at <= now for slot in change.slots):
            raise SlotHasBegun(field="slots")
        written |= {"tables": change.tables, "slots": [slot.pk for slot in change.slots]}
    elif change.kind is Kind.CLASH:
        if not clashes(round, now=now):
            raise NothingToRepair
    elif change.kind in (Kind.SLOT_CLOSED, Kind.SLOT_MOVED):
        slot = change.slot
        if slot is None or slot.round_id != round.pk or not slot.is_open or slot.starts_at <= now:
            raise SlotHasBegun(field="slot")
        written["slot"] = slot.pk
        if change.kind is Kind.SLOT_MOVED:
            written |= _check_move(round, slot, change.starts_at, now)
    return written


def clashes(round: Round, *, now: datetime) -> list[int]:
    """The agreed meetings ahead in which somebody has something else at the time. A fixed number of queries."""
    slots = slots_of(round)
    ahead = Meeting.objects.agreed().filter(slot__round=round, starts_at__gt=now)
    parties = list(
        MeetingParty.objects.filter(meeting__in=ahead, registration__isnull=False).values_list(
            "meeting", "registration", "busy_in"
        )
    )
    away = away_of(round, slots, {person for _meeting, person, _slot in parties})
    return sorted({meeting for meeting, person, slot in parties if slot in away[person]})


def _check_move(round: Round, slot: Slot, starts_at: datetime | None, now: datetime) -> dict[str, Any]:
    if starts_at is None or starts_at <= now:
        raise SlotHasBegun(field="starts_at")
    ends_at = starts_at + (slot.ends_at - slot.starts_at)
    if starts_at < round.event.starts_at or ends_at > round.event.ends_at:
        raise OutsideEvent(field="starts_at")
    if is_taken(round.event_id, starts_at, ends_at, but=round):
        raise RoundsOverlap(field="starts_at")
    others = round.slots.exclude(pk=slot.pk)
    if others.filter(is_open=True, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise SlotsOverlap(field="starts_at")
    if others.filter(starts_at=starts_at).exists():  # events_slot_once: a closed one stands there
        raise SlotsOverlap(field="starts_at")
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def read_change(written: dict[str, Any]) -> Changed:
    """The change as the solver's problem is told it."""
    slot = written.get("slot")
    kind = written["kind"]
    times = (
        (datetime.fromisoformat(written["starts_at"]), datetime.fromisoformat(written["ends_at"]))
        if kind == Kind.SLOT_MOVED
        else None
    )
    return Changed(
        absent=frozenset({written["registration"]}) if kind == Kind.ABSENT else frozenset(),
        tables=written.get("tables"),
        tables_in=frozenset(written.get("slots", ())),
        closed=frozenset({int(slot)}) if slot is not None and kind == Kind.SLOT_CLOSED else frozenset(),
        moved={slot: times} if slot is not None and times is not None else {},
        delayed={written["registration"]: datetime.fromisoformat(written["until"])} if "until" in written else {},
    )
