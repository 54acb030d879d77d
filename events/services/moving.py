"""The host moves a meeting by hand, or lets two change places; and makes one at once of two who are free."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Block
from core import audit
from core.errors import DomainError
from events.models import Meeting, MeetingParty, MeetingRequest, Registration, Round, Slot, SolverRun
from events.queries.availability import away_slots
from events.queries.elsewhere import cannot_reach
from events.queries.moving import Trial, ground_of
from events.queries.own_tables import table_of
from events.queries.rounds import standing_elsewhere
from events.queries.tables import most_tables, tables_at
from events.services import meetings
from events.services.own_tables import give_tables, refuse_same_side
from events.services.placing import (
    KeptApart,
    NotTheirTable,
    SomeoneIsAway,
    SomeoneMeets,
    TableTaken,
    TooNear,
    UnknownTable,
    write_meeting,
)
from events.services.repair_writing import HasChanged, carry, vacate
from events.services.repairs import NotAParticipant, lock_published
from events.services.requests import AlreadyAgreed, AskedInAnotherRound, SameProfile, WasDeclined, word_on

BY_HAND = "by_hand"
"""The kind of a repair that the host made without the solver."""


class CannotStand(DomainError):
    message = _("The meeting cannot be held there. Choose another place.")


class SlotIsOver(DomainError):
    message = _("That time is over or has fallen out.")


class KeptFromEachOther(DomainError):
    message = _("These two cannot be brought together.")


@transaction.atomic
def move_by_hand(
    *, meeting: Meeting, slot: Slot, table: int, instead_of: int | None, by: Any, now: datetime
) -> SolverRun:
    """Hold the meeting there; where the table is taken, the two change places. It is a repair, so it can be undone.

    `instead_of`: the meeting that was shown to change places with it, if any; if it is another by now, nothing moves.
    Raises what `lock_published` does, `UnknownTable`, `CannotStand` or `HasChanged`.
    """
    assert meeting.slot is not None
    round = lock_published(meeting.slot.round, by)
    ground = ground_of(round, now=now)
    if slot.pk not in ground.slots or not 1 <= table <= max(
        most_tables(round, ground.slots.values()), meeting.table or 0
    ):
        raise UnknownTable(field="table")
    found = next((one for one in ground.at.values() if one.pk == meeting.pk), None)
    if found is None:
        raise HasChanged
    trial = ground.trial(found, slot, table)
    if (trial.other.meeting.pk if trial.other else None) != instead_of:
        raise HasChanged
    if not trial.fits:
        raise CannotStand
    try:
        with transaction.atomic():
            moved = _write(trial, now=now)
    except IntegrityError as error:  # someone took a table or a person in the meantime
        raise HasChanged from error
    run = SolverRun.objects.create(
        round=round,
        state=SolverRun.State.DONE,
        seconds=0,
        problem={},
        solution=_told_before(round),
        change={"kind": BY_HAND},
        done={"change": {}, "moved": moved, "ended": [], "made": []},
        asked_by=by,
        asked_at=now,
        finished_at=now,
        accepted_at=now,
    )
    audit.record("meeting.moved", found, by=by, now=now, slot=slot.pk, table=table, run=run.pk)
    return run


def _write(trial: Trial, *, now: datetime) -> list[dict[str, Any]]:
    steps = [trial.step, *([trial.other] if trial.other else [])]
    places = {step.meeting.pk: (step.meeting.slot, step.meeting.table) for step in steps}
    vacate(step.meeting for step in steps)
    moved = []
    for step in steps:
        step.meeting.slot, step.meeting.table = places[step.meeting.pk]
        moved.append(carry(step.meeting, step.slot, step.table, now=now))
    return moved


def _told_before(round: Round) -> dict[str, Any]:
    """Why some have no time, as the last search told it: a move by hand does not make that unknown."""
    last = round.runs.filter(state=SolverRun.State.DONE, undone_at=None).first()
    told = (last.solution if last is not None else None) or {}
    return {"meetings": [], **{key: told[key] for key in ("why", "more") if key in told}}


@transaction.atomic
def meet_at_once(
    *, round: Round, one: Registration, other: Registration, slot: Slot, table: int, by: Any, now: datetime
) -> Meeting:
    """Two who stand there free are given a table, now or at a time that comes; both are told.

    Raises what `lock_published` does; `NotAParticipant`, `SameProfile`, `KeptFromEachOther`, `KeptApart`, `SameSide`,
    `AskedInAnotherRound`, `WasDeclined` or `AlreadyAgreed` of the two; `SlotIsOver`, `UnknownTable`, `NotTheirTable`,
    `TableTaken`, `SomeoneMeets`, `TooNear` or `SomeoneIsAway` of the place.
    """
    round = lock_published(round, by)
    if slot.round_id != round.pk or not slot.is_open or slot.ends_at <= now:
        raise SlotIsOver(field="slot")
    if not 1 <= table <= tables_at(round, slot):
        raise UnknownTable(field="slot")
    if Meeting.objects.agreed().filter(slot=slot, table=table).exists():
        raise TableTaken(field="slot")
    pair = (one, other)
    if MeetingParty.objects.filter(registration__in=pair, busy_in=slot).exists():
        raise SomeoneMeets(field="slot")
    if any(away_slots(round, [one.pk, other.pk], [slot]).values()):
        raise SomeoneIsAway(field="slot")
    try:
        meetings.refuse_clash([one.user, other.user], slot.starts_at, slot.ends_at)
    except meetings.TimeClash as error:
        raise SomeoneMeets(field="slot") from error
    if cannot_reach(round, [one.pk, other.pk], slot):
        raise TooNear(field="slot")
    request = arrange(round, one, other, now=now)
    if round.is_hosted and table != table_of(round, (one.pk, other.pk), dict(give_tables(round))):
        raise NotTheirTable(field="slot")
    try:
        with transaction.atomic():
            made = write_meeting(request, slot=slot, table=table, place=round.place or round.event.place, now=now)
    except IntegrityError as error:  # events_meeting_table_once, events_meetingparty_one_at_a_time
        raise SomeoneMeets(field="slot") from error
    meetings.tell_parties("events.meeting_agreed", made, now=now)
    audit.record("meeting.made_at_once", made, by=by, now=now)
    return made


def arrange(round: Round, one: Registration, other: Registration, *, now: datetime) -> MeetingRequest:
    """An accepted request between the two: theirs that stands, or one that the host makes for them. In the caller's
    transaction, which has locked the round."""
    for registration in (one, other):
        if registration.event_id != round.event_id or not registration.has_seat:
            raise NotAParticipant
    if one.profile_id == other.profile_id:
        raise SameProfile
    profiles = (one.profile_id, other.profile_id)
    if Block.objects.filter(blocker__in=profiles, blocked__in=profiles).exists():
        raise KeptFromEachOther
    refuse_same_side(round, one, other)
    if standing_elsewhere(round, one.pk, other.pk, now=now).exists():
        raise AskedInAnotherRound
    if word_on(round, one, other) == MeetingRequest.Word.APART:
        raise KeptApart
    between = round.requests.of_pair(one.pk, other.pk).order_by("pk")
    state = MeetingRequest.State
    for request in between.select_related("meeting"):
        if request.host_says == MeetingRequest.Word.APART:
            raise KeptApart
        if request.state == state.DECLINED:
            raise WasDeclined
        if request.state == state.ACCEPTED and hasattr(request, "meeting"):
            raise AlreadyAgreed
    standing = between.filter(state__in=MeetingRequest.STANDING).first()
    if standing is None:
        return MeetingRequest.objects.create(
            round=round, asker=one, asked=other, state=state.ACCEPTED, made_at=now, answered_at=now
        )
    if standing.is_pending:
        MeetingRequest.objects.filter(pk=standing.pk).update(state=state.ACCEPTED, answered_at=now)
        standing.state = state.ACCEPTED
    return standing
