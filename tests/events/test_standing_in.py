"""A colleague who stands in is the one who comes everywhere: on their own day, on the board, and in a later repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Representative, User
from core import live
from events.models import Meeting, MeetingRequest, Registration, SolverRun
from events.queries.day import day_of
from events.services import desk_visits as visits
from events.services import (
    desks,
    limits,
    meetings,
    placing,
    repair_writing,
    repairs,
    slot_tables,
    solving,
    standing_in,
    ways,
)
from events.services.handing import ColleagueAsked

from .making import EVENT_DAY, NOW, Fair, agree_pair, ask, make_fair, make_profile, make_user, publish_fair
from .test_desks import plan as desk_plan

pytestmark = pytest.mark.django_db

EARLY = EVENT_DAY - timedelta(hours=1)


@pytest.fixture
def fair() -> Fair:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    return fair


def colleague_of(fair: Fair, number: int) -> Registration:
    """One who comes for the same organisation."""
    mine = fair.people[number]
    user = make_user("Kaisa Kollega")
    Representative.objects.create(profile=mine.profile, user=user, role="editor", since=NOW)
    return Registration.objects.create(event=fair.event, profile=mine.profile, user=user, registered_at=NOW)


def meeting_of(fair: Fair, number: int) -> Meeting:
    return Meeting.objects.agreed().get(parties__registration=fair.people[number])


def hand_over(meeting: Meeting, to: Registration | User, by: Registration) -> None:
    person = to.user if isinstance(to, Registration) else to
    standing_in.hand_over(meeting=meeting, to=person, by=by.user, now=NOW)


def meetings_on(one: Registration, fair: Fair) -> list[Any]:
    return [entry.own.meeting for entry in day_of(one, fair.event, now=EARLY).entries if entry.own]


def repaired(fair: Fair, away: Registration) -> None:
    change = repairs.Change(kind=repairs.Kind.ABSENT, registration=away)
    repairs.start_repair(round=fair.round, change=change, by=fair.host, now=EARLY)
    run = SolverRun.objects.filter(round=fair.round).order_by("-pk")[0]
    solving.run_solver(run_id=run.pk, clock=lambda: EARLY)
    run.refresh_from_db()
    repair_writing.accept_repair(run=run, by=fair.host, now=EARLY)


@pytest.mark.parametrize("number", [0, 1])
def test_a_repair_asks_when_the_colleague_can_meet(fair: Fair, number: int) -> None:
    """Whichever side asked: who handed it over may stay away, and when the colleague does, it is not held."""
    meeting, seat = meeting_of(fair, number), colleague_of(fair, number)
    hand_over(meeting, seat, fair.people[number])
    request = MeetingRequest.objects.get(meeting=meeting)
    assert {request.asker, request.asked} == {seat, fair.people[1 - number]}
    repaired(fair, fair.people[number])
    assert Meeting.objects.get(pk=meeting.pk).state == "agreed"
    repaired(fair, seat)
    assert Meeting.objects.get(pk=meeting.pk).state == "cancelled"


def test_a_colleague_who_has_a_request_with_them_cannot_stand_in(fair: Fair) -> None:
    meeting, seat = meeting_of(fair, 0), colleague_of(fair, 0)
    fair.people.append(seat)
    ask(fair, 4, 1)
    with pytest.raises(ColleagueAsked):
        hand_over(meeting, seat, fair.people[0])
    assert meeting.parties.filter(registration=fair.people[0]).exists()


def test_it_is_on_the_days_of_those_who_come_and_open_pages_hear(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, seat = meeting_of(fair, 0), colleague_of(fair, 0)
    heard: list[str] = []
    monkeypatch.setattr(live, "send_group", lambda group, _message: heard.append(group))
    hand_over(meeting, seat, fair.people[0])
    own = [fair.people[0].user_id, fair.people[1].user_id, seat.user_id]
    assert {live.day_group(pk) for pk in own} | {live.board_group(fair.round.pk)} <= set(heard)
    assert (meetings_on(fair.people[0], fair), meetings_on(seat, fair)) == ([], [meeting])


def test_a_desk_visit_too_is_on_the_day_of_the_colleague(fair: Fair) -> None:
    advisor, me = make_user("Tuija"), fair.people[0]
    fair.event.organiser = make_profile("Kunta", by=fair.host, kind="municipality")
    fair.event.save(update_fields=["organiser"])
    desk = desks.create_desk(event=fair.event, plan=desk_plan(advisor), by=fair.host, now=NOW)
    seat = colleague_of(fair, 0)
    visit = visits.book_visit(desk=desk, starts_at=EVENT_DAY + timedelta(minutes=40), by=me.user, now=NOW)
    assert visit.meeting is not None
    hand_over(visit.meeting, seat, me)
    assert visit.meeting not in meetings_on(me, fair)
    assert visit.meeting in meetings_on(seat, fair)


def test_who_has_as_many_meetings_as_they_may_does_not_stand_in(fair: Fair) -> None:
    meeting, seat = meeting_of(fair, 0), colleague_of(fair, 0)
    fair.people.append(seat)
    agree_pair(fair, 4, 2)
    theirs = Meeting.objects.agreed().get(parties__registration=seat)
    free = next(slot for slot in fair.round.slots.all() if slot.pk not in (meeting.slot_id, theirs.slot_id))
    placing.move_to_table(meeting=meeting, slot=free, table=3, by=fair.host, now=NOW)
    limits.set_limit(round=fair.round, registration=seat, most=1, least=None, by=fair.host, now=NOW)
    with pytest.raises(standing_in.ColleagueIsFull) as caught:
        hand_over(meeting, seat, fair.people[0])
    assert caught.value.field == "colleague"
    limits.set_limit(round=fair.round, registration=seat, most=2, least=None, by=fair.host, now=NOW)
    hand_over(meeting, seat, fair.people[0])


def cancelled_at(fair: Fair, table: int) -> Meeting:
    """The meeting of 0, which 0 has cancelled, at the first time."""
    first = fair.round.slots.all()[0]
    meeting = placing.move_to_table(meeting=meeting_of(fair, 0), slot=first, table=table, by=fair.host, now=NOW)
    return meetings.cancel_meeting(meeting=meeting, by=fair.people[0].user, now=NOW)


def comes_after_all(fair: Fair, meeting: Meeting) -> bool:
    try:
        standing_in.come_after_all(meeting=meeting, by=fair.people[0].user, now=NOW)
    except standing_in.CannotStandAgain:
        return False
    return True


def test_nobody_comes_after_all_to_a_table_that_is_gone(fair: Fair) -> None:
    meeting = cancelled_at(fair, 3)
    for tables, does in ((2, False), (3, True)):
        said = {meeting.slot_id or 0: tables}
        slot_tables.set_tables(round=fair.round, tables=said, by=fair.host, now=NOW)
        assert comes_after_all(fair, meeting) is does


def test_nobody_comes_after_all_who_could_not_walk_there(fair: Fair) -> None:
    meeting = cancelled_at(fair, 3)
    me, ends = fair.people[1], meeting.ends_at + timedelta(minutes=30)
    meetings.agree_meeting(
        parties=[(me.profile, me.user)],
        starts_at=meeting.ends_at + timedelta(minutes=5),
        ends_at=ends,
        place="Kahvila",
        now=NOW,
    )
    for minutes, does in ((10, False), (5, True)):
        ways.set_walk(event=fair.event, minutes=minutes, by=fair.host, now=NOW)
        assert comes_after_all(fair, meeting) is does
