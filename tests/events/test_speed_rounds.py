"""Speed rounds: everyone moves and meets somebody new each time; nobody is asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Block
from events.models import Meeting, MeetingRequest, Registration, Round, SolverRun
from events.queries import browsing, day
from events.queries import rounds as queries
from events.services import booking, marks, registrations, repairs, requests, rounds, solving, speed
from matching.models import Suggestion

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    make_fair,
    plan,
    publish_fair,
    register,
    solve_fair,
    text_of,
    url,
)
from .repairing import accept, ask_repair, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BUILD_COST = 14


@pytest.fixture
def fair() -> Fair:
    return make_fair(people=6, style=Round.Style.SPEED, ends_at=EVENT_DAY + timedelta(hours=1))


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pairs(fair: Fair) -> list[frozenset[int]]:
    """Who meet, by their number."""
    number = {one.pk: n for n, one in enumerate(fair.people)}
    return [
        frozenset(number[party.registration_id or 0] for party in meeting.parties.all())
        for meeting in Meeting.objects.agreed().filter(slot__round=fair.round).order_by("starts_at", "pk")
    ]


def counts(fair: Fair) -> list[int]:
    return [sum(1 for pair in pairs(fair) if n in pair) for n in range(len(fair.people))]


def here(fair: Fair, *who: int) -> None:
    Registration.objects.filter(pk__in=[fair.people[n].pk for n in who]).update(checked_in_at=NOW)


# --- Making ----------------------------------------------------------------------------------------------------------


def test_everyone_has_as_many_meetings_as_there_are_times_and_meets_nobody_twice(fair: Fair) -> None:
    publish_fair(fair)
    assert counts(fair) == [3] * 6
    assert len(set(pairs(fair))) == 9


def test_of_an_odd_number_nobody_pauses_twice_before_all_have() -> None:
    fair = make_fair(people=5, style=Round.Style.SPEED)
    publish_fair(fair)
    assert counts(fair) == [4] * 5


def test_nobody_is_told_before_the_host_publishes_and_nothing_is_left_of_a_discarded_one(fair: Fair) -> None:
    solve_fair(fair)
    assert set(MeetingRequest.objects.values_list("state", flat=True)) == {"proposed"}
    me = fair.people[0]
    assert all(one.request is None for one in browsing.candidates(fair.round, me, user=me.user, now=NOW))
    assert "9 tapaamista" in text_of(as_user(fair.host).get(url("round", fair.event)))
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    assert not MeetingRequest.objects.exists()


def test_a_draft_goes_when_the_round_is_changed(fair: Fair) -> None:
    solve_fair(fair)
    rounds.change_round(round=fair.round, plan=plan(style="speed"), by=fair.host, now=NOW)
    assert not MeetingRequest.objects.exists()


def test_who_gave_up_the_seat_since_is_left_out_and_no_request_of_theirs_stays(fair: Fair) -> None:
    solve_fair(fair)
    gone = fair.people[0]
    registrations.cancel_registration(registration=gone, by=gone.user, now=NOW)
    solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    assert counts(fair)[0] == 0
    assert Meeting.objects.agreed().count() == 6
    assert MeetingRequest.objects.count() == 6


def test_those_who_are_away_meet_when_they_are_there(fair: Fair) -> None:
    me, first = fair.people[0], fair.round.slots.all()[0]
    rounds.set_absences(round=fair.round, registration=me, slots=[first], by=me.user, now=NOW)
    publish_fair(fair)
    assert counts(fair)[0] == 2
    assert not Meeting.objects.filter(slot=first, parties__registration=me).exists()


def test_only_those_who_are_here_when_the_host_says_so(fair: Fair) -> None:
    here(fair, 0, 1, 2, 3)
    page = as_user(fair.host).get(url("round", fair.event))
    assert "Vain paikalla oleville 4" in text_of(page)
    as_user(fair.host).post(url("round_solve", fair.event), {"who": "here"})
    run = SolverRun.objects.get()
    assert len(run.problem["participants"]) == 4


def test_the_solver_in_a_process_of_its_own_makes_the_same_kind_of_programme(fair: Fair) -> None:
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW, seconds=2)
    solving.run_solver(run_id=run.pk, clock=lambda: NOW)
    fair.round.refresh_from_db()
    assert solving.publish_schedule(round=fair.round, by=fair.host, now=NOW) == 9


# --- Who suits whom --------------------------------------------------------------------------------------------------


def worth(fair: Fair, one: int, other: int) -> int:
    asked = speed.build_mingling(fair.round, now=NOW, only_here=False)
    return asked.worth.get((str(fair.people[one].pk), str(fair.people[other].pk)), 1)


def test_the_matchers_scores_and_private_marks_weigh(fair: Fair) -> None:
    first, second, third = fair.people[:3]
    Suggestion.objects.create(profile=first.profile, other=second.profile, score=90, direction="both", made_at=NOW)
    Suggestion.objects.create(profile=first.profile, other=third.profile, score=45, direction="both", made_at=NOW)
    assert (worth(fair, 0, 1), worth(fair, 0, 2), worth(fair, 1, 2)) == (11, 7, 1)
    marks.say_wish(round=fair.round, me=second, about=third, word="star", by=second.user, now=NOW)
    marks.say_wish(round=fair.round, me=first, about=second, word="rather_not", by=first.user, now=NOW)
    assert (worth(fair, 1, 2), worth(fair, 0, 1)) == (7, 9)


def test_two_who_wish_for_each_other_have_no_request_but_the_programme(fair: Fair) -> None:
    for me, about in ((0, 1), (1, 0)):
        one = fair.people[me]
        marks.say_wish(round=fair.round, me=one, about=fair.people[about], word="star", by=one.user, now=NOW)
    assert not MeetingRequest.objects.exists()
    publish_fair(fair)
    assert frozenset((0, 1)) in pairs(fair)


def test_those_kept_apart_blocked_of_one_house_or_who_declined_are_not_put_together() -> None:
    morning = make_fair(people=6)
    ask_apart = agree_pair(morning, 0, 1)
    MeetingRequest.objects.filter(pk=ask_apart.pk).update(host_says="apart")
    said_no = ask(morning, 0, 2)
    requests.decline_request(request=said_no, by=morning.people[2].user, now=NOW)
    agree_pair(morning, 0, 3)
    profiles = [one.profile for one in morning.people]
    Block.objects.create(blocker=profiles[4], blocked=profiles[0], at=NOW)
    afternoon = EVENT_DAY + timedelta(hours=3)
    made = rounds.create_round(
        event=morning.event,
        plan=plan(starts_at=afternoon, ends_at=afternoon + timedelta(minutes=100), style="speed"),
        by=morning.host,
        now=NOW,
    )
    fair = Fair(morning.host, morning.event, made, morning.people)
    publish_fair(fair)
    assert [pair for pair in pairs(fair) if 0 in pair] == [frozenset((0, 5))]


def test_nobody_is_asked(fair: Fair) -> None:
    with pytest.raises(requests.NobodyIsAsked):
        ask(fair, 0, 1)
    said = text_of(as_user(fair.people[0].user).get(url("round_people", fair.event)))
    assert "ei pyydetä ketään" in said
    assert "Pyydä tapaamista" not in said


def test_it_is_never_opened_for_requests(fair: Fair) -> None:
    with pytest.raises(booking.IsOpen):
        booking.open_booking(round=fair.round, by=fair.host, now=NOW)
    publish_fair(fair)
    assert url("round_open", fair.event) not in as_user(fair.host).get(url("round", fair.event)).content.decode()


def test_who_must_not_makes_nothing(fair: Fair) -> None:
    with pytest.raises(rounds.NotTheHost):
        solving.start_run(round=fair.round, by=fair.people[0].user, now=NOW)
    assert as_user(fair.people[0].user).post(url("round_solve", fair.event)).status_code == 403


def test_with_one_person_or_a_published_programme_there_is_nothing_to_make(fair: Fair) -> None:
    lonely = make_fair(people=1, style=Round.Style.SPEED)
    with pytest.raises(speed.TooFewPeople):
        solving.start_run(round=lonely.round, by=lonely.host, now=NOW)
    publish_fair(fair)
    with pytest.raises(speed.IsMade):
        solving.start_run(round=fair.round, by=fair.host, now=NOW)


# --- Afterwards ------------------------------------------------------------------------------------------------------


def test_it_is_on_everybodys_day_and_on_the_board(fair: Fair) -> None:
    publish_fair(fair)
    for one in fair.people:
        assert len([entry for entry in day.day_of(one, fair.event, now=NOW).entries if entry.own]) == 3
    assert as_user(fair.host).get(url("board", fair.event)).status_code == 200
    assert queries.schedule_of(fair.round).without_time == []


def test_when_two_do_not_come_those_whom_they_leave_meet_each_other(fair: Fair) -> None:
    publish_fair(fair)
    accept(fair, ask_repair(fair, kind=repairs.Kind.ABSENT, registration=fair.people[0]))
    fair.round.refresh_from_db()
    before = set(pairs(fair))
    left = counts(fair)
    assert left[0] == 0
    accept(fair, ask_repair(fair, kind=repairs.Kind.ABSENT, registration=fair.people[1]))
    assert counts(fair)[:2] == [0, 0]
    assert len(pairs(fair)) == len(set(pairs(fair)))
    assert not MeetingRequest.objects.filter(meeting=None).exists()
    gained = set(pairs(fair)) - before
    assert all(not pair & {0, 1} for pair in gained)


def test_a_latecomer_is_put_together_with_those_who_pause() -> None:
    fair = make_fair(people=5, style=Round.Style.SPEED)
    publish_fair(fair)
    fair.people.append(register(fair.event, "Myöhäinen", checked_in_at=NOW))
    accept(fair, ask_repair(fair, kind=repairs.Kind.LATE))
    assert counts(fair) == [5] * 5 + [5]
    assert len(set(pairs(fair))) == 15


def test_a_repair_is_undone_whole_and_leaves_no_requests() -> None:
    fair = make_fair(people=5, style=Round.Style.SPEED)
    publish_fair(fair)
    before = pairs(fair)
    fair.people.append(register(fair.event, "Myöhäinen", checked_in_at=NOW))
    run = ask_repair(fair, kind=repairs.Kind.LATE)
    accept(fair, run)
    undo(fair, run)
    assert pairs(fair) == before
    assert not MeetingRequest.objects.filter(meeting=None).exists()


def test_a_repair_that_is_not_taken_leaves_no_requests() -> None:
    fair = make_fair(people=5, style=Round.Style.SPEED)
    publish_fair(fair)
    register(fair.event, "Myöhäinen", checked_in_at=NOW)
    ask_repair(fair, kind=repairs.Kind.LATE)
    assert MeetingRequest.objects.filter(state="proposed").exists()
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    assert not MeetingRequest.objects.filter(meeting=None).exists()
    assert Meeting.objects.agreed().count() == 10


@pytest.mark.parametrize("people", [2, 6])
def test_asking_for_a_programme_costs_the_same_however_many(people: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=people, style=Round.Style.SPEED)
    with django_assert_num_queries(BUILD_COST):
        speed.build_mingling(fair.round, now=NOW, only_here=False)
