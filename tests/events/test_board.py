"""The organiser's board: moving with what would follow shown first, meeting at once, latecomers, and who must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Block
from events.models import Absence, BusyTime, Meeting, MeetingRequest, Registration, Round, Slot, SolverRun
from events.queries.board import board_of
from events.queries.moving import Why, ground_of
from events.services import day, latecomers, moving, placing, repair_writing, repairs, solving
from events.services.repairs import DraftWaits, NotAParticipant
from events.services.requests import AlreadyAgreed, SameProfile, WasDeclined
from events.services.rounds import NotTheHost

from .making import EVENT_DAY, NOW, Fair, agree_pair, ask, kinds_to, make_fair, publish_fair, register
from .test_rounds_views import as_user, page

EARLY = EVENT_DAY - timedelta(minutes=10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def published(people: int = 4) -> Fair:
    """The first meets the second, the third the fourth."""
    fair = make_fair(people=people)
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    return fair


@pytest.fixture
def fair() -> Fair:
    return published()


def meeting_of(fair: Fair, number: int) -> Meeting:
    return Meeting.objects.agreed().select_related("slot__round").get(parties__registration=fair.people[number])


def slots_of(fair: Fair) -> list[Slot]:
    return list(fair.round.slots.all())


def put(meeting: Meeting, slot: Slot, table: int) -> Meeting:
    """Where the test wants it; one that sits there goes to a table of its own until it is put somewhere, too."""
    Meeting.objects.filter(slot=slot, table=table).exclude(pk=meeting.pk).update(table=50 + table)
    Meeting.objects.filter(pk=meeting.pk).update(slot=slot, table=table, starts_at=slot.starts_at, ends_at=slot.ends_at)
    meeting.parties.update(busy_in=slot)
    return Meeting.objects.select_related("slot__round").get(pk=meeting.pk)


def place(meeting: Meeting) -> tuple[int | None, int | None]:
    meeting.refresh_from_db()
    return meeting.slot_id, meeting.table


def move(fair: Fair, meeting: Meeting, slot: Slot, table: int, **more: Any) -> SolverRun:
    values = {"instead_of": None, "by": fair.host, "now": EARLY, **more}
    return moving.move_by_hand(meeting=meeting, slot=slot, table=table, **values)


def here(*people: Registration) -> None:
    Registration.objects.filter(pk__in=[one.pk for one in people]).update(checked_in_at=EARLY)


# --- Moving ----------------------------------------------------------------------------------------------------------


def test_two_change_places_all_four_are_told_and_it_is_undone(fair: Fair) -> None:
    first, second, *_rest = slots_of(fair)
    one, other = put(meeting_of(fair, 0), first, 1), put(meeting_of(fair, 2), second, 2)
    trial = ground_of(fair.round, now=EARLY).trial(one, second, 2)
    assert trial.fits
    assert trial.other is not None
    assert (trial.other.meeting, trial.other.slot, trial.people) == (other, first, 4)
    assert place(one) == (first.pk, 1), "trying changes nothing"
    move(fair, one, second, 2, instead_of=other.pk)
    assert (place(one), place(other)) == ((second.pk, 2), (first.pk, 1))
    assert set(one.parties.values_list("busy_in", flat=True)) == {second.pk}
    assert all(kinds_to(person.user)[-1] == "events.meeting_moved" for person in fair.people)
    run = repair_writing.last_repair(fair.round)
    assert run is not None
    repair_writing.undo_repair(run=run, by=fair.host, now=EARLY)
    assert (place(one), place(other)) == ((first.pk, 1), (second.pk, 2))


def test_what_hinders_is_said(fair: Fair) -> None:
    first, second, third, *_rest = slots_of(fair)
    one, other = put(meeting_of(fair, 0), first, 1), put(meeting_of(fair, 2), second, 1)
    Absence.objects.create(slot=third, registration=fair.people[1])
    Absence.objects.create(slot=first, registration=fair.people[3])

    def why(slot: Slot, table: int, now: Any = EARLY) -> set[Any]:
        return {(h.why, h.who) for h in ground_of(fair.round, now=now).trial(one, slot, table).hindrances}

    assert why(third, 1) == {(Why.AWAY, fair.people[1].profile.name)}
    assert why(second, 1) == {(Why.AWAY, fair.people[3].profile.name)}, "the one that would take its place"
    assert why(second, 2) == set()
    calendar = BusyTime.objects.create(registration=fair.people[0], starts_at=second.starts_at, ends_at=second.ends_at)
    assert why(second, 2) == {(Why.AWAY, fair.people[0].profile.name)}, "what their own calendar says counts as well"
    calendar.delete()
    assert why(second, 2, now=second.starts_at) == {(Why.BEGUN, "")}
    Slot.objects.filter(pk=second.pk).update(is_open=False)
    assert why(second, 2) == {(Why.CLOSED, "")}
    Slot.objects.filter(pk=second.pk).update(is_open=True)
    busy = other.parties.get(registration=fair.people[2])
    busy.registration = fair.people[0]
    busy.save()
    [hindrance] = ground_of(fair.round, now=EARLY).trial(one, second, 2).hindrances
    assert (hindrance.why, hindrance.who, hindrance.whom) == (
        Why.MEETS,
        fair.people[0].profile.name,
        fair.people[3].profile.name,
    )


def test_two_meetings_of_the_same_person_change_places() -> None:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    agree_pair(fair, 0, 2)
    publish_fair(fair)
    first, second, *_rest = slots_of(fair)
    one, other = Meeting.objects.agreed().order_by("starts_at")
    one, other = put(one, first, 1), put(other, second, 1)
    move(fair, one, second, 1, instead_of=other.pk)
    assert (place(one), place(other)) == ((second.pk, 1), (first.pk, 1))


def test_what_was_not_shown_is_not_done(fair: Fair) -> None:
    first, second, third, *_rest = slots_of(fair)
    one, other = put(meeting_of(fair, 0), first, 1), put(meeting_of(fair, 2), second, 1)
    with pytest.raises(repair_writing.HasChanged):
        move(fair, one, second, 1)
    with pytest.raises(repair_writing.HasChanged):
        move(fair, one, third, 1, instead_of=other.pk)
    with pytest.raises(placing.UnknownTable):
        move(fair, one, third, 99)
    Absence.objects.create(slot=third, registration=fair.people[1])
    with pytest.raises(moving.CannotStand):
        move(fair, one, third, 1)
    with pytest.raises(NotTheHost):
        move(fair, one, second, 2, by=fair.people[0].user)
    Round.objects.filter(pk=fair.round.pk).update(state=Round.State.DRAFTED)
    with pytest.raises(DraftWaits):
        move(fair, one, second, 2)
    assert (place(one), place(other)) == ((first.pk, 1), (second.pk, 1))


def test_a_move_by_hand_leaves_the_reasons_of_those_without_a_time(fair: Fair) -> None:
    told = {"meetings": [], "why": {"7": {"code": "cap"}}, "more": {"table": {"meetings": 2}}}
    SolverRun.objects.filter(round=fair.round).update(solution=told)
    one = meeting_of(fair, 0)
    made = move(fair, one, slots_of(fair)[4], 3)
    assert made.solution == told


# --- Who is here -----------------------------------------------------------------------------------------------------


def test_the_board_tells_who_is_here_late_missing_and_free(fair: Fair) -> None:
    first, second, *_rest = slots_of(fair)
    put(meeting_of(fair, 0), first, 1)
    put(meeting_of(fair, 2), second, 1)
    extra = register(fair.event, "Ylimaarainen")
    here(fair.people[0], fair.people[2], extra)
    day.say_late(registration=fair.people[3], minutes=90, by=fair.people[3].user, now=EARLY)
    board = board_of(fair.round, now=EARLY)
    assert (board.here, board.of) == (3, 5)
    assert [one.registration for one in board.late] == [fair.people[3]]
    assert {one.registration for one in board.missing} == {fair.people[1], fair.people[3]}
    assert set(board.free) == {fair.people[2], extra}
    assert board.without == [extra]
    assert board.at == first
    assert [row.free for row in board.unfilled[:2]] == [[2, 3], [2, 3]]
    cells = {place.meeting.pk: place for row in board.rows for place in row.places if place.meeting}
    assert cells[meeting_of(fair, 0).pk].is_missing
    assert cells[meeting_of(fair, 2).pk].is_late
    late = board_of(fair.round, now=second.starts_at + timedelta(minutes=1))
    assert late.at == second
    assert not next(p for row in late.rows for p in row.places if p.meeting == meeting_of(fair, 2)).is_movable


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("pairs", [1, 3])
def test_the_board_costs_the_same_however_full(pairs: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=2 * pairs)
    for n in range(pairs):
        agree_pair(fair, 2 * n, 2 * n + 1)
    publish_fair(fair)
    client = as_user(fair.host)
    client.get(page("board", fair))
    with django_assert_num_queries(20):
        assert client.get(page("board", fair)).context["board"].of == 2 * pairs


# --- Meeting at once -------------------------------------------------------------------------------------------------


def meet(fair: Fair, one: int, other: int, **more: Any) -> Meeting:
    values = {"slot": slots_of(fair)[0], "table": 3, "by": fair.host, "now": EARLY, **more}
    return moving.meet_at_once(round=fair.round, one=fair.people[one], other=fair.people[other], **values)


def test_two_who_are_free_meet_at_once_also_in_a_time_that_has_begun(fair: Fair) -> None:
    first, second, *_rest = slots_of(fair)
    put(meeting_of(fair, 0), second, 1)
    put(meeting_of(fair, 2), second, 2)
    made = meet(fair, 0, 2, now=first.starts_at + timedelta(minutes=3))
    assert (made.slot, made.table, made.request.state) == (first, 3, "accepted")  # type: ignore[union-attr]  # it has one
    assert all(kinds_to(fair.people[n].user)[-1] == "events.meeting_agreed" for n in (0, 2))
    with pytest.raises(AlreadyAgreed):
        meet(fair, 2, 0, slot=slots_of(fair)[3])


def test_a_request_that_waited_becomes_the_meeting(fair: Fair) -> None:
    waits = ask(fair, 0, 2)
    made = meet(fair, 2, 0, slot=slots_of(fair)[5])
    assert made.request == waits
    assert MeetingRequest.objects.get(pk=waits.pk).state == "accepted"


def test_why_two_do_not_meet_at_once(fair: Fair) -> None:
    first, *_rest, last = slots_of(fair)
    put(meeting_of(fair, 0), first, 1)
    with pytest.raises(NotTheHost):
        meet(fair, 0, 2, by=fair.people[0].user)
    with pytest.raises(placing.SomeoneMeets):
        meet(fair, 0, 2)
    with pytest.raises(placing.TableTaken):
        meet(fair, 0, 2, table=1)
    with pytest.raises(placing.UnknownTable):
        meet(fair, 0, 2, table=4, slot=last)
    with pytest.raises(moving.SlotIsOver):
        meet(fair, 0, 2, slot=last, now=last.ends_at)
    Absence.objects.create(slot=last, registration=fair.people[2])
    with pytest.raises(placing.SomeoneIsAway):
        meet(fair, 0, 2, slot=last)
    Absence.objects.all().delete()
    profile = fair.people[2].profile
    Registration.objects.filter(pk=fair.people[2].pk).update(profile=fair.people[0].profile)
    fair.people[2].refresh_from_db()
    with pytest.raises(SameProfile):
        meet(fair, 0, 2, slot=last)
    Registration.objects.filter(pk=fair.people[2].pk).update(profile=profile)
    fair.people[2].refresh_from_db()
    request = ask(fair, 0, 2)
    MeetingRequest.objects.filter(pk=request.pk).update(state="declined")
    with pytest.raises(WasDeclined):
        meet(fair, 0, 2, slot=last)
    MeetingRequest.objects.filter(pk=request.pk).update(state="pending", host_says="apart")
    with pytest.raises(placing.KeptApart):
        meet(fair, 0, 2, slot=last)
    Block.objects.create(blocker=profile, blocked=fair.people[0].profile, at=NOW)
    with pytest.raises(moving.KeptFromEachOther):
        meet(fair, 0, 2, slot=last)
    Registration.objects.filter(pk=fair.people[2].pk).update(state="cancelled")
    fair.people[2].refresh_from_db()
    with pytest.raises(NotAParticipant):
        meet(fair, 0, 2, slot=last)


# --- Late and latecomers ---------------------------------------------------------------------------------------------


def run_now(fair: Fair) -> SolverRun:
    run = SolverRun.objects.filter(round=fair.round).order_by("-pk")[0]
    solving.run_solver(run_id=run.pk, clock=lambda: EARLY)
    run.refresh_from_db()
    fair.round.refresh_from_db()
    return run


def test_what_is_before_a_late_one_comes_moves_behind_it_and_back(fair: Fair) -> None:
    first, *_rest = slots_of(fair)
    one, other = put(meeting_of(fair, 0), first, 1), put(meeting_of(fair, 2), first, 2)
    comes = first.starts_at + timedelta(minutes=30)
    change = repairs.Change(kind=repairs.Kind.DELAYED, registration=fair.people[0], starts_at=comes)
    repairs.start_repair(round=fair.round, change=change, by=fair.host, now=EARLY)
    run = run_now(fair)
    assert place(one) == (first.pk, 1)
    repair_writing.accept_repair(run=run, by=fair.host, now=EARLY)
    one.refresh_from_db()
    assert one.starts_at >= comes
    assert place(other) == (first.pk, 2)
    assert Absence.objects.filter(registration=fair.people[0]).count() == 2
    run.refresh_from_db()
    repair_writing.undo_repair(run=run, by=fair.host, now=EARLY)
    assert place(one) == (first.pk, 1)
    assert not Absence.objects.exists()
    with pytest.raises(repairs.SlotHasBegun):
        repairs.start_repair(
            round=fair.round,
            change=repairs.Change(kind=repairs.Kind.DELAYED, registration=fair.people[0], starts_at=EARLY),
            by=fair.host,
            now=EARLY,
        )


def test_a_latecomer_gets_meetings_when_the_host_takes_the_repair(fair: Fair) -> None:
    late = register(fair.event, "Myohainen")
    latecomers.bring_in(
        round=fair.round, registration=late, others=fair.people[:2], may_move=False, by=fair.host, now=EARLY
    )
    run = run_now(fair)
    assert not late.meeting_parties.exists()
    assert kinds_to(late.user) == []
    repair_writing.accept_repair(run=run, by=fair.host, now=EARLY)
    assert late.meeting_parties.filter(meeting__state="agreed").count() == 2
    assert kinds_to(late.user) == ["events.meeting_agreed"] * 2


def test_what_was_arranged_for_a_repair_that_is_not_taken_falls(fair: Fair) -> None:
    late = register(fair.event, "Myohainen")
    fair.people.append(late)
    waited = ask(fair, 4, 0)
    latecomers.bring_in(
        round=fair.round, registration=late, others=fair.people[:2], may_move=False, by=fair.host, now=EARLY
    )
    run_now(fair)
    solving.discard_draft(round=fair.round, by=fair.host, now=EARLY)
    states = dict(late.requests_made.values_list("asked", "state"))
    assert states == {fair.people[0].pk: "pending", fair.people[1].pk: "withdrawn"}
    assert MeetingRequest.objects.get(pk=waited.pk).answered_at is None
    with pytest.raises(latecomers.NobodyChosen):
        latecomers.bring_in(round=fair.round, registration=late, others=[], may_move=False, by=fair.host, now=EARLY)
