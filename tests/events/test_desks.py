"""Advisory desks: booked and in line, called and received, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.errors import StaleSave
from events.models import AdviceDesk, DeskVisit, Event, Meeting, MeetingParty
from events.queries import desks as queries
from events.queries.day import day_of
from events.queries.meetings import feed_meetings
from events.services import desk_visits as visits
from events.services import desks, meetings, standing_in
from events.services.desks import DeskPlan
from events.services.events import cancel_event
from events.services.registrations import cancel_registration
from events.services.rounds import NotTheHost
from notifications.models import Notification

from .making import EVENT_DAY, NOW, make_event, make_profile, make_user, register

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
State = DeskVisit.State


def plan(advisor: User, **changes: Any) -> DeskPlan:
    values: dict[str, Any] = {
        "name": "Yritysneuvonta",
        "opens_at": EVENT_DAY,
        "closes_at": EVENT_DAY + 80 * MINUTE,
        "advisors": [advisor],
        **changes,
    }
    return DeskPlan(**values)


class Hall:
    """An open day of a municipality with one desk of four visits, its advisor Tuija, and people with profiles."""

    def __init__(self, kind: str = Event.Kind.PUBLIC_DAY) -> None:
        self.host, self.tuija = make_user("Host"), make_user("Tuija")
        self.town = make_profile("Kunta", by=self.host, kind="municipality")
        self.event = make_event(self.host, kind=kind, organiser=self.town)
        self.desk = desks.create_desk(event=self.event, plan=plan(self.tuija), by=self.host, now=NOW)

    def guest(self, name: str = "Aino") -> User:
        user = make_user(name)
        make_profile(f"{name} Oy", by=user)
        return user

    def join(self, user: User | None = None, at: datetime = EVENT_DAY) -> DeskVisit:
        return visits.join_line(desk=self.desk, by=user or self.guest(), now=at)

    def book(self, user: User, minutes: int, at: datetime = NOW) -> DeskVisit:
        return visits.book_visit(desk=self.desk, starts_at=EVENT_DAY + minutes * MINUTE, by=user, now=at)

    def line(self, at: datetime = EVENT_DAY) -> queries.Line:
        return queries.fresh(self.desk, at)

    def state(self, visit: DeskVisit) -> str:
        return DeskVisit.objects.get(pk=visit.pk).state


@pytest.fixture
def hall() -> Hall:
    return Hall()


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# --- Booking ---------------------------------------------------------------------------------------------------------


def test_a_booked_visit_is_a_meeting_of_both_and_its_time_is_booked_once(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    visit = hall.book(aino, 20)
    assert visit.meeting is not None
    assert {party.user for party in visit.meeting.parties.all()} == {aino, hall.tuija}
    for user in (aino, hall.tuija):
        assert [one.start for one in feed_meetings(user, NOW)] == [EVENT_DAY + 20 * MINUTE]
    with pytest.raises(visits.TimeTaken):
        hall.book(bo, 20)
    with pytest.raises(visits.AlreadyThere):
        hall.book(aino, 40)
    assert Meeting.objects.count() == 1


def test_a_time_at_which_the_visitor_or_every_advisor_meets_is_not_offered_and_refused(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    profile = aino.representations.get().profile
    other = bo.representations.get().profile
    meetings.agree_meeting(
        parties=[(profile, aino), (other, bo)],
        starts_at=EVENT_DAY + 10 * MINUTE,
        ends_at=EVENT_DAY + 30 * MINUTE,
        now=NOW,
    )
    assert queries.free_for(aino, hall.line(NOW)) == [EVENT_DAY + 40 * MINUTE, EVENT_DAY + 60 * MINUTE]
    with pytest.raises(meetings.TimeClash):
        hall.book(aino, 20)
    cesar = hall.guest("Cesar")
    second = desks.create_desk(event=hall.event, plan=plan(hall.tuija, name="Toinen"), by=hall.host, now=NOW)
    hall.book(cesar, 40)
    assert EVENT_DAY + 40 * MINUTE not in queries.free_for(hall.guest("Dan"), queries.fresh(second, NOW))
    with pytest.raises(visits.TimeTaken):
        visits.book_visit(desk=second, starts_at=EVENT_DAY + 40 * MINUTE, by=hall.guest("Eva"), now=NOW)
    assert not DeskVisit.objects.filter(desk=second).exists()


def test_a_second_advisor_takes_what_the_first_cannot(hall: Hall) -> None:
    ulla = make_user("Ulla")
    desks.change_desk(desk=hall.desk, plan=plan(hall.tuija, advisors=[hall.tuija, ulla]), by=hall.host, now=NOW, seen=1)
    second = desks.create_desk(event=hall.event, plan=plan(hall.tuija, name="Toinen"), by=hall.host, now=NOW)
    visits.book_visit(desk=second, starts_at=EVENT_DAY + 20 * MINUTE, by=hall.guest(), now=NOW)
    visit = hall.book(hall.guest("Bo"), 20)
    assert visit.meeting is not None
    assert visit.meeting.parties.filter(user=ulla).exists()


def test_who_books_now_passes_nobody_in_line(hall: Hall) -> None:
    hall.join()
    hall.join(hall.guest("Bo"))
    with pytest.raises(visits.TimeTaken):
        hall.book(hall.guest("Cesar"), 20, at=EVENT_DAY)
    assert hall.book(hall.guest("Dan"), 40, at=EVENT_DAY).state == State.BOOKED


def test_a_visit_that_is_cancelled_on_the_meetings_page_gives_the_time_back(hall: Hall) -> None:
    aino = hall.guest()
    visit = hall.book(aino, 20)
    assert visit.meeting is not None
    meetings.cancel_meeting(meeting=visit.meeting, by=aino, now=NOW)
    assert hall.state(visit) == State.LEFT
    assert hall.book(hall.guest("Bo"), 20).state == State.BOOKED
    with pytest.raises(standing_in.CannotStandAgain):
        standing_in.come_after_all(meeting=visit.meeting, by=aino, now=NOW)


def test_one_without_a_profile_joins_the_line_and_cannot_book(hall: Hall) -> None:
    resident = make_user("Asukas")
    with pytest.raises(visits.NeedsProfile):
        hall.book(resident, 20)
    assert hall.join(resident).number == 1


# --- The line --------------------------------------------------------------------------------------------------------


def test_the_line_is_told_its_turns_and_is_as_long_as_the_time_that_is_left(hall: Hall) -> None:
    hall.book(hall.guest("Varattu"), 20)
    made = [hall.join(hall.guest(name)) for name in ("Aino", "Bo", "Cesar")]
    line = hall.line()
    assert [line.turn_of(one) for one in made] == [EVENT_DAY, EVENT_DAY + 40 * MINUTE, EVENT_DAY + 60 * MINUTE]
    assert [line.before(one) for one in made] == [0, 1, 2]
    assert line.next_turn is None
    with pytest.raises(visits.LineTooLong):
        hall.join(hall.guest("Dan"))


def test_the_advisor_calls_receives_and_the_line_moves(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    first, second = hall.join(aino), hall.join(bo)
    assert told(aino) == ["events.desk_next"]
    assert told(bo) == []
    visits.call_in(visit=first, by=hall.tuija, now=EVENT_DAY)
    assert told(aino) == ["events.desk_next", "events.desk_called"]
    assert told(bo) == ["events.desk_next"]
    with pytest.raises(visits.SomeoneIsHere):
        visits.call_in(visit=second, by=hall.tuija, now=EVENT_DAY)
    visits.say_here(visit=first, by=hall.tuija, now=EVENT_DAY + MINUTE)
    visits.say_done(visit=first, by=hall.tuija, now=EVENT_DAY + 15 * MINUTE)
    assert hall.state(first) == State.DONE
    assert queries.whom_next(hall.line(EVENT_DAY + 15 * MINUTE)) == second


def test_a_booked_one_whose_time_has_come_goes_before_the_line(hall: Hall) -> None:
    booked = hall.book(hall.guest("Varattu"), 20)
    waiting = hall.join()
    assert queries.whom_next(hall.line()) == waiting
    assert queries.whom_next(hall.line(EVENT_DAY + 19 * MINUTE)) == booked


def test_one_who_did_not_come_gives_the_place_to_the_next_who_is_told(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    booked = hall.book(aino, 0)
    visits.call_in(visit=booked, by=hall.tuija, now=EVENT_DAY)
    visits.say_no_show(visit=booked, by=hall.tuija, now=EVENT_DAY + 5 * MINUTE)
    assert hall.join(bo, at=EVENT_DAY + 6 * MINUTE).state == State.WAITING
    assert hall.line(EVENT_DAY + 6 * MINUTE).turns[0] == EVENT_DAY + 6 * MINUTE
    assert told(bo) == ["events.desk_next"]
    party = MeetingParty.objects.get(meeting=booked.meeting, user=hall.tuija)
    assert party.outcome == MeetingParty.Outcome.DID_NOT


def test_one_in_a_meeting_is_passed_over_and_keeps_the_place(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    first, second = hall.join(aino), hall.join(bo)
    meetings.agree_meeting(
        parties=[(aino.representations.get().profile, aino), (hall.town, hall.host)],
        starts_at=EVENT_DAY,
        ends_at=EVENT_DAY + 20 * MINUTE,
        now=NOW,
    )
    assert queries.whom_next(hall.line()) == second
    assert queries.whom_next(hall.line(EVENT_DAY + 20 * MINUTE)) == first


def test_leaving_moves_the_line_and_is_ones_own(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    first, second = hall.join(aino), hall.join(bo)
    with pytest.raises(visits.MovedOn):
        visits.leave(visit=first, by=bo, now=EVENT_DAY)
    visits.leave(visit=first, by=aino, now=EVENT_DAY)
    assert hall.line().before(second) == 0
    assert told(bo) == ["events.desk_next"]
    with pytest.raises(visits.MovedOn):
        visits.call_in(visit=first, by=hall.tuija, now=EVENT_DAY)


def test_a_visit_that_nobody_ended_keeps_its_visitor_from_no_other_desk(hall: Hall) -> None:
    aino = hall.guest()
    visits.call_in(visit=hall.join(aino), by=hall.tuija, now=EVENT_DAY)
    long = plan(make_user("Ulla"), name="Toinen", closes_at=EVENT_DAY + timedelta(hours=5))
    second = desks.create_desk(event=hall.event, plan=long, by=hall.host, now=NOW)
    other = visits.join_line(desk=second, by=aino, now=EVENT_DAY)
    assert queries.whom_next(queries.fresh(second, EVENT_DAY)) is None
    assert queries.whom_next(queries.fresh(second, EVENT_DAY + timedelta(hours=2))) == other


def test_the_database_itself_keeps_a_time_a_number_and_the_place_at_the_desk_for_one(hall: Hall) -> None:
    first = hall.book(hall.guest("Aino"), 20)
    at_desk = hall.join(hall.guest("Bo"))
    visits.call_in(visit=at_desk, by=hall.tuija, now=EVENT_DAY)
    other = hall.guest("Cesar")
    for clash in (
        {"number": 9, "state": State.BOOKED, "starts_at": first.starts_at},
        {"number": first.number, "state": State.WAITING},
        {"number": 9, "state": State.HERE},
        {"number": 9, "state": State.WAITING, "user": first.user},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeskVisit.objects.create(**{"desk": hall.desk, "user": other, "joined_at": NOW, **clash})


# --- Who must not ----------------------------------------------------------------------------------------------------


def test_only_an_advisor_calls_and_writes_even_the_host_does_not(hall: Hall) -> None:
    visit = hall.join()
    for stranger in (hall.host, hall.guest("Bo")):
        for press in (visits.call_in, visits.say_here, visits.say_done, visits.say_no_show):
            with pytest.raises(visits.NotYourDesk):
                press(visit=visit, by=stranger, now=EVENT_DAY)
        with pytest.raises(visits.NotYourDesk):
            visits.write_note(visit=visit, note="x", by=stranger)
        with pytest.raises(visits.NotYourDesk):
            visits.set_state(desk=hall.desk, state="closed", by=stranger, now=EVENT_DAY)
    assert hall.state(visit) == State.WAITING


def test_a_stranger_makes_and_changes_no_desk_and_a_stale_save_is_refused(hall: Hall) -> None:
    stranger = hall.guest()
    with pytest.raises(NotTheHost):
        desks.create_desk(event=hall.event, plan=plan(stranger), by=stranger, now=NOW)
    with pytest.raises(NotTheHost):
        desks.change_desk(desk=hall.desk, plan=plan(stranger), by=stranger, now=NOW, seen=1)
    with pytest.raises(NotTheHost):
        desks.renew_link(desk=hall.desk, by=stranger, now=NOW)
    desks.change_desk(desk=hall.desk, plan=plan(hall.tuija, name="Neuvonta"), by=hall.host, now=NOW, seen=1)
    with pytest.raises(StaleSave):
        desks.change_desk(desk=hall.desk, plan=plan(hall.tuija), by=hall.host, now=NOW, seen=1)
    assert AdviceDesk.objects.get().name == "Neuvonta"


def test_a_change_keeps_what_is_booked(hall: Hall) -> None:
    hall.book(hall.guest(), 60)
    for change in ({"closes_at": EVENT_DAY + 60 * MINUTE}, {"minutes": 30}):
        with pytest.raises(desks.BookedOutside):
            desks.change_desk(desk=hall.desk, plan=plan(hall.tuija, **change), by=hall.host, now=NOW, seen=None)


def test_of_an_event_with_seats_only_those_who_have_one_come_and_the_seat_takes_the_visits_with_it() -> None:
    hall = Hall(Event.Kind.SEMINAR)
    with pytest.raises(visits.NotForYou):
        hall.join()
    seat = register(hall.event, "Tulija", state="confirmed")
    visit = hall.book(seat.user, 20)
    second = desks.create_desk(event=hall.event, plan=plan(make_user("Ulla"), name="Toinen"), by=hall.host, now=NOW)
    waiting = visits.join_line(desk=second, by=seat.user, now=NOW)
    day = day_of(seat, hall.event, now=NOW)
    assert [entry.own.meeting for entry in day.entries if entry.own] == [visit.meeting]
    assert list(day.visits) == [waiting]
    cancel_registration(registration=seat, by=seat.user, now=NOW)
    assert hall.state(visit) == hall.state(waiting) == State.LEFT
    assert Meeting.objects.get().is_cancelled


def test_an_advisor_does_not_visit_their_own_desk(hall: Hall) -> None:
    with pytest.raises(visits.OwnDesk):
        hall.join(hall.tuija)


# --- A break, closed, over ------------------------------------------------------------------------------------------


def test_a_closed_desk_tells_those_who_wait_and_takes_nobody(hall: Hall) -> None:
    aino, bo = hall.guest("Aino"), hall.guest("Bo")
    waiting, booked = hall.join(aino), hall.book(bo, 40)
    visits.set_state(desk=hall.desk, state="closed", by=hall.tuija, now=EVENT_DAY)
    assert hall.state(waiting) == hall.state(booked) == State.CLOSED
    assert "events.desk_closed" in told(aino)
    assert "events.meeting_cancelled" in told(bo)
    with pytest.raises(visits.DeskIsShut):
        hall.join(hall.guest("Cesar"))


def test_nobody_closes_while_somebody_is_at_the_desk(hall: Hall) -> None:
    visit = hall.join()
    visits.call_in(visit=visit, by=hall.tuija, now=EVENT_DAY)
    with pytest.raises(visits.SomeoneIsHere):
        visits.set_state(desk=hall.desk, state="closed", by=hall.tuija, now=EVENT_DAY)


def test_a_break_keeps_places_and_tells_nobody_to_come(hall: Hall) -> None:
    visits.set_state(desk=hall.desk, state="paused", by=hall.tuija, now=EVENT_DAY)
    aino = hall.guest()
    hall.join(aino)
    assert told(aino) == []
    visits.set_state(desk=hall.desk, state="open", by=hall.tuija, now=EVENT_DAY)
    assert told(aino) == ["events.desk_next"]


def test_a_desk_whose_time_is_over_or_whose_event_is_called_off_takes_nobody(hall: Hall) -> None:
    with pytest.raises(visits.DeskIsShut):
        hall.join(at=EVENT_DAY + 80 * MINUTE)
    aino = hall.guest()
    booked = hall.book(aino, 20)
    cancel_event(event=hall.event, by=hall.host, now=NOW)
    assert hall.state(booked) == State.CLOSED
    assert Meeting.objects.get().is_cancelled


def test_notes_go_a_month_after(hall: Hall) -> None:
    visit = hall.join()
    visits.write_note(visit=visit, note="Lupasin esitteen", by=hall.tuija)
    assert visits.sweep_notes(now=EVENT_DAY + timedelta(days=29)) == 0
    assert visits.sweep_notes(now=EVENT_DAY + timedelta(days=31)) == 1
    assert DeskVisit.objects.get().note == ""
