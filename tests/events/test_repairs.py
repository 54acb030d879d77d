"""A published plan is repaired: shown first, accepted, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import DomainError
from events.models import Absence, Meeting, MeetingRequest, Registration, Round, Slot, SolverRun
from events.queries.repairs import difference_of
from events.services import limits, placing, repair_writing, repairs, requests, rounds, solving
from events.services import meetings as meeting_services
from events.services.repairs import Change, Kind
from notifications.models import Notification

from .making import EVENT_DAY, NOW, Fair, agree, agree_pair, connect, kinds_to, make_fair, publish_fair, register
from .repairing import accept, ask_repair, busy, standing, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair() -> Fair:
    """Four people, of whom 0 meets everybody, published."""
    fair = make_fair()
    for other in (1, 2, 3):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    return fair


# --- Somebody does not come ------------------------------------------------------------------------------------------


def test_a_no_show_is_shown_first_and_changes_nothing_until_it_is_accepted(fair: Fair) -> None:
    before, told = standing(fair), Notification.objects.count()
    run = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[3])
    difference = difference_of(fair.round, run)
    assert (len(difference.ended), difference.moved, difference.made, difference.stay) == (1, [], [], 2)
    assert difference.people == 2
    assert standing(fair) == before
    assert not Absence.objects.exists()
    # Only the host heard: that the repair is ready.
    assert Notification.objects.count() == told + 1
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    assert standing(fair) == before


def test_accepting_a_no_show_cancels_in_their_name_and_undoing_brings_all_back(fair: Fair) -> None:
    before, free = standing(fair), busy(fair)
    ill = fair.people[3]
    run = ask_repair(fair, kind=Kind.ABSENT, registration=ill)
    accept(fair, run)
    [ended] = Meeting.objects.filter(state="cancelled")
    assert ended.cancelled_by == ill.profile
    assert set(standing(fair)) == set(before) - {ended.pk}
    assert Absence.objects.filter(registration=ill).count() == 6
    assert kinds_to(fair.people[0].user)[-1] == "events.meeting_cancelled"
    assert fair.round.state == Round.State.PUBLISHED
    sequence = ended.sequence
    undo(fair, run)
    assert standing(fair) == before
    assert busy(fair) == free
    assert not Absence.objects.exists()
    ended.refresh_from_db()
    assert ended.sequence == sequence + 1
    assert ended.cancelled_by_id is None
    assert MeetingRequest.objects.get(meeting=ended).state == "accepted"
    assert kinds_to(ill.user)[-1] == "events.meeting_agreed"


def busy_elsewhere(one: Registration, starts: Any, ends: Any) -> None:
    meeting_services.agree_meeting(
        parties=[(one.profile, one.user)], starts_at=starts, ends_at=ends, place="Kahvila", now=NOW + timedelta(hours=1)
    )


def test_what_is_undone_puts_nobody_into_two_places(fair: Fair) -> None:
    run = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[3])
    accept(fair, run)
    [ended] = Meeting.objects.filter(state="cancelled")
    busy_elsewhere(fair.people[0], ended.starts_at, ended.ends_at)
    with pytest.raises(repair_writing.CannotUndo):
        undo(fair, run)
    assert Meeting.objects.get(pk=ended.pk).is_cancelled


# --- A late entrant --------------------------------------------------------------------------------------------------


def late_entrant(fair: Fair, other: int = 0) -> MeetingRequest:
    """Agreed, without a time: as a request that was accepted when nothing was free."""
    fair.people.append(register(fair.event, "Myöhässä"))
    return MeetingRequest.objects.create(
        round=fair.round, asker=fair.people[-1], asked=fair.people[other], state="accepted", made_at=NOW
    )


def test_a_late_entrant_gets_meetings_and_nobody_moves(fair: Fair) -> None:
    before = standing(fair)
    request = late_entrant(fair)
    run = ask_repair(fair, kind=Kind.LATE)
    accept(fair, run)
    after = standing(fair)
    assert {pk: after[pk] for pk in before} == before
    assert Meeting.objects.agreed().filter(request=request).exists()
    assert kinds_to(fair.people[-1].user) == ["events.meeting_agreed"]
    undo(fair, run)
    assert standing(fair) == before
    request.refresh_from_db()
    assert request.state == "accepted"
    # The time was taken back, not the wish: the same pair can be given another.
    accept(fair, ask_repair(fair, kind=Kind.LATE))
    assert Meeting.objects.agreed().filter(request=request).exists()


def test_who_has_agreed_on_something_else_meanwhile_gets_no_new_meeting(fair: Fair) -> None:
    request = late_entrant(fair)
    run = ask_repair(fair, kind=Kind.LATE)
    busy_elsewhere(fair.people[-1], fair.round.starts_at, fair.round.ends_at)
    accept(fair, run)
    assert not Meeting.objects.filter(request=request).exists()
    request.refresh_from_db()
    assert request.state == "accepted"


def test_who_may_not_have_more_by_now_gets_no_new_meeting(fair: Fair) -> None:
    request = late_entrant(fair)
    run = ask_repair(fair, kind=Kind.LATE)
    limits.set_limit(round=fair.round, registration=fair.people[0], most=3, least=None, by=fair.host, now=NOW)
    accept(fair, run)
    assert not Meeting.objects.filter(request=request).exists()


def test_others_move_for_a_late_entrant_only_when_the_host_allows_it() -> None:
    fair = make_fair(people=2, ends_at=EVENT_DAY + timedelta(minutes=40))
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    late_entrant(fair)
    assert meeting.slot is not None
    other_slot = fair.round.slots.exclude(pk=meeting.slot.pk).get()
    Absence.objects.create(slot=other_slot, registration=fair.people[-1])
    run = ask_repair(fair, kind=Kind.LATE)
    assert difference_of(fair.round, run).is_empty
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    run = ask_repair(fair, kind=Kind.LATE, may_move=True)
    difference = difference_of(fair.round, run)
    assert (len(difference.moved), len(difference.made)) == (1, 1)
    accept(fair, run)
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.sequence) == (other_slot, 1)
    assert kinds_to(fair.people[1].user)[-1] == "events.meeting_moved"


# --- Tables and times ------------------------------------------------------------------------------------------------


def test_lost_tables_move_as_few_as_must() -> None:
    fair = make_fair(people=4)
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    first = fair.round.slots.first()
    assert first is not None
    for table, meeting in enumerate(Meeting.objects.order_by("pk"), 1):
        placing.move_to_table(meeting=meeting, slot=first, table=table + 1, by=fair.host, now=NOW)
    before = standing(fair)
    run = ask_repair(fair, kind=Kind.TABLES, tables=1)
    difference = difference_of(fair.round, run)
    assert (len(difference.moved), difference.ended) == (2, [])
    assert [row.is_only_table for row in difference.moved].count(True) == 1
    accept(fair, run)
    assert fair.round.tables == 1
    assert {table for _slot, table, *_times in standing(fair).values()} == {1}
    undo(fair, run)
    assert standing(fair) == before
    assert fair.round.tables == 3


def test_a_time_that_falls_out_takes_no_more_meetings(fair: Fair) -> None:
    before = standing(fair)
    meeting = Meeting.objects.agreed().order_by("starts_at").first()
    assert meeting is not None
    assert meeting.slot is not None
    slot = meeting.slot
    run = ask_repair(fair, kind=Kind.SLOT_CLOSED, slot=slot)
    accept(fair, run)
    meeting.refresh_from_db()
    assert meeting.slot != slot
    assert not Slot.objects.get(pk=slot.pk).is_open
    assert slot not in [free for free, _t in placing.free_slots(fair.round, fair.people[1:3], now=NOW)]
    with pytest.raises(placing.UnknownTable):
        placing.move_to_table(meeting=meeting, slot=Slot.objects.get(pk=slot.pk), table=3, by=fair.host, now=NOW)
    undo(fair, run)
    assert standing(fair) == before
    assert Slot.objects.get(pk=slot.pk).is_open


def test_a_time_that_moves_takes_its_meetings_along_and_tells_them(fair: Fair) -> None:
    before = standing(fair)
    meeting = Meeting.objects.agreed().order_by("starts_at").first()
    assert meeting is not None
    assert meeting.slot is not None
    later = EVENT_DAY + timedelta(hours=4)
    run = ask_repair(fair, kind=Kind.SLOT_MOVED, slot=meeting.slot, starts_at=later)
    [row] = difference_of(fair.round, run).moved
    assert row.after is not None
    assert row.after.starts_at == later
    accept(fair, run)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at) == (later, later + timedelta(minutes=20))
    assert kinds_to(fair.people[0].user)[-1] == "events.meeting_moved"
    undo(fair, run)
    assert standing(fair) == before


def test_who_is_elsewhere_at_the_new_time_gets_another(fair: Fair) -> None:
    meeting = Meeting.objects.agreed().order_by("starts_at").first()
    assert meeting is not None
    assert meeting.slot is not None
    later = EVENT_DAY + timedelta(hours=4)
    from .making import Pair, make_profile, make_user

    other = make_user("Muu")
    zero = fair.people[0]
    pair = Pair(zero.user, other, zero.profile, make_profile("Muualla Oy", by=other))
    connect(pair.rauhala, pair.nord)
    agree(pair, later)
    run = ask_repair(fair, kind=Kind.SLOT_MOVED, slot=meeting.slot, starts_at=later)
    accept(fair, run)
    meeting.refresh_from_db()
    assert meeting.is_cancelled or meeting.starts_at != later


# --- What does not do ------------------------------------------------------------------------------------------------


def test_only_a_host_asks_accepts_and_undoes(fair: Fair) -> None:
    stranger = fair.people[0].user
    with pytest.raises(rounds.NotTheHost):
        repairs.start_repair(round=fair.round, change=Change(Kind.LATE), by=stranger, now=NOW)
    run = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[3])
    with pytest.raises(rounds.NotTheHost):
        repair_writing.accept_repair(run=run, by=stranger, now=NOW)
    accept(fair, run)
    with pytest.raises(rounds.NotTheHost):
        repair_writing.undo_repair(run=run, by=stranger, now=NOW)


def test_what_cannot_be_repaired_is_named(fair: Fair) -> None:
    slot = fair.round.slots.first()
    second = fair.round.slots.all()[1]
    outsider = register(make_fair(people=0).event, "Muualla")
    cases: list[tuple[dict[str, Any], type[DomainError], str]] = [
        ({"kind": Kind.ABSENT}, repairs.NotAParticipant, "registration"),
        ({"kind": Kind.ABSENT, "registration": outsider}, repairs.NotAParticipant, "registration"),
        ({"kind": Kind.TABLES, "tables": 0}, repairs.TablesOutOfRange, "tables"),
        ({"kind": Kind.TABLES}, repairs.TablesOutOfRange, "tables"),
        ({"kind": Kind.SLOT_CLOSED}, repairs.SlotHasBegun, "slot"),
        ({"kind": Kind.SLOT_MOVED, "slot": slot, "starts_at": NOW}, repairs.SlotHasBegun, "starts_at"),
        ({"kind": Kind.SLOT_MOVED, "slot": slot, "starts_at": second.starts_at}, repairs.SlotsOverlap, "starts_at"),
        (
            {"kind": Kind.SLOT_MOVED, "slot": slot, "starts_at": EVENT_DAY + timedelta(hours=9)},
            rounds.OutsideEvent,
            "starts_at",
        ),
    ]
    for change, error, field in cases:
        with pytest.raises(error) as caught:
            repairs.start_repair(round=fair.round, change=Change(**change), by=fair.host, now=NOW)
        assert caught.value.field == field
    with pytest.raises(repairs.SlotHasBegun):
        repairs.start_repair(round=fair.round, change=Change(Kind.SLOT_CLOSED, slot=slot), by=fair.host, now=EVENT_DAY)
    with pytest.raises(repairs.NothingToRepair):
        repairs.start_repair(
            round=fair.round,
            change=Change(Kind.ABSENT, registration=fair.people[1]),
            by=fair.host,
            now=EVENT_DAY + timedelta(hours=5),
        )
    unpublished = make_fair()
    with pytest.raises(repairs.NotPublished):
        repairs.start_repair(round=unpublished.round, change=Change(Kind.LATE), by=unpublished.host, now=NOW)
    repairs.start_repair(round=fair.round, change=Change(Kind.LATE), by=fair.host, now=NOW)
    with pytest.raises(rounds.RoundIsBusy):
        repairs.start_repair(round=fair.round, change=Change(Kind.LATE), by=fair.host, now=NOW)


def test_a_draft_that_waits_is_answered_first(fair: Fair) -> None:
    run = ask_repair(fair, kind=Kind.LATE)
    with pytest.raises(repairs.DraftWaits):
        repairs.start_repair(round=fair.round, change=Change(Kind.LATE), by=fair.host, now=NOW)
    # A repair is no schedule to be published.
    with pytest.raises(solving.NoDraft):
        solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    with pytest.raises(solving.NoDraft):
        repair_writing.accept_repair(run=run, by=fair.host, now=NOW)


def test_a_repair_of_a_plan_that_has_changed_is_refused_whole(fair: Fair) -> None:
    run = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[3])
    meeting = Meeting.objects.agreed().order_by("pk").first()
    assert meeting is not None
    placing.cancel_for_host(meeting=meeting, by=fair.host, now=NOW)
    before = standing(fair)
    with pytest.raises(repair_writing.HasChanged):
        accept(fair, run)
    assert standing(fair) == before
    assert not Absence.objects.exists()


def test_a_repair_is_not_undone_over_what_has_changed_since(fair: Fair) -> None:
    run = ask_repair(fair, kind=Kind.SLOT_CLOSED, slot=Meeting.objects.agreed().order_by("starts_at")[0].slot)
    accept(fair, run)
    moved = Meeting.objects.get(pk=run_done(run)["moved"][0]["meeting"])
    meeting_services.cancel_meeting(meeting=moved, by=fair.people[0].user, now=NOW)
    with pytest.raises(repair_writing.CannotUndo):
        undo(fair, run)
    assert SolverRun.objects.get(pk=run.pk).undone_at is None


def run_done(run: SolverRun) -> dict[str, Any]:
    run.refresh_from_db()
    done: dict[str, Any] | None = run.done
    assert done is not None
    return done


def test_undoing_is_for_the_last_repair_and_once(fair: Fair) -> None:
    first = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[3])
    accept(fair, first)
    second = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[2])
    accept(fair, second)
    with pytest.raises(solving.NoDraft):
        undo(fair, first)
    undo(fair, second)
    undo(fair, first)
    with pytest.raises(solving.NoDraft):
        undo(fair, first)


def test_meetings_that_have_begun_are_no_part_of_a_repair(fair: Fair) -> None:
    first = Meeting.objects.agreed().order_by("starts_at").first()
    assert first is not None
    now = first.starts_at + timedelta(minutes=5)
    absent = fair.people[0]
    run = ask_repair(fair, now=now, kind=Kind.ABSENT, registration=absent)
    accept(fair, run, now=now)
    first.refresh_from_db()
    assert not first.is_cancelled
    assert Meeting.objects.agreed().count() == 1


# --- Days that go badly ----------------------------------------------------------------------------------------------


def test_a_participant_who_can_never_meet_is_no_obstacle() -> None:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    rounds.set_absences(
        round=fair.round,
        registration=fair.people[1],
        slots=list(fair.round.slots.all()),
        by=fair.people[1].user,
        now=NOW,
    )
    publish_fair(fair)
    [meeting] = Meeting.objects.agreed()
    assert {party.registration for party in meeting.parties.all()} == {fair.people[2], fair.people[3]}


def test_a_pair_kept_apart_gets_no_time(fair: Fair) -> None:
    request = late_entrant(fair)
    MeetingRequest.objects.filter(pk=request.pk).update(host_says="apart")
    run = ask_repair(fair, kind=Kind.LATE)
    assert difference_of(fair.round, run).is_empty
    accept(fair, run)
    request = MeetingRequest.objects.create(
        round=fair.round, asker=fair.people[1], asked=fair.people[2], state="pending", made_at=NOW, host_says="apart"
    )
    with pytest.raises(placing.KeptApart):
        requests.accept_request(request=request, by=fair.people[2].user, now=NOW)


def test_a_registration_that_ended_meanwhile_gets_no_new_meeting(fair: Fair) -> None:
    request = late_entrant(fair)
    run = ask_repair(fair, kind=Kind.LATE)
    Registration.objects.filter(pk=fair.people[-1].pk).update(state="cancelled")
    accept(fair, run)
    assert not Meeting.objects.filter(request=request).exists()
