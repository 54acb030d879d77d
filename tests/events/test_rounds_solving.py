"""From wishes to a draft and its publishing; searches that stop, fail or die."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from core.models import AuditEvent
from events import notices
from events.models import Meeting, MeetingParty, Registration, SolverRun
from events.queries import rounds as queries
from events.services import marks, proposals, requests, rounds, solving
from events.services.solver_process import Answer
from notifications.models import Notification

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    connect,
    kinds_to,
    make_fair,
    make_pair,
    make_profile,
    make_user,
    plan,
    propose,
    publish_fair,
    solve_fair,
    suggest,
)

pytestmark = pytest.mark.django_db


def test_the_solver_makes_a_draft_that_nobody_else_sees(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2), (1, 2), (2, 3)):
        agree_pair(fair, a, b)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW, seconds=2)
    assert solving.run_solver(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    fair.round.refresh_from_db()
    assert (run.state, fair.round.state) == ("done", "drafted")
    assert run.solution is not None
    assert len(run.solution["meetings"]) == 4
    assert run.best_weight is not None
    assert not Meeting.objects.exists()
    assert kinds_to(fair.host) == ["events.schedule_made"]
    assert "events.schedule_published" not in kinds_to(fair.people[0].user)


def test_publishing_makes_the_meetings_and_gives_each_their_programme(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2), (1, 2)):
        agree_pair(fair, a, b)
    meetings = publish_fair(fair)
    assert len(meetings) == 3
    assert fair.round.state == "published"
    assert all(meeting.place == "Juhlasali" for meeting in meetings)
    busy = [(party.registration_id, party.busy_in_id) for party in MeetingParty.objects.all()]
    assert len(set(busy)) == len(busy) == 6
    rows = Notification.objects.filter(kind="events.schedule_published")
    assert {row.user for row in rows} == {fair.people[n].user for n in range(3)}
    row = rows.get(user=fair.people[0].user)
    assert "Osallistuja1 Oy" in notices.schedule_published(row.context).text
    [part] = notices.programme_part(row.context)
    assert len(Calendar.from_ical(part.content).walk("VEVENT")) == 2
    assert AuditEvent.objects.filter(action="round.published").exists()


def one_place() -> Fair:
    """One table for one slot: of those who have agreed, two meet."""
    return make_fair(tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))


def held(fair: Fair) -> list[str]:
    run = solve_fair(fair)
    assert run.solution is not None
    return [one["id"] for one in run.solution["meetings"]]


def test_of_two_that_weigh_the_same_the_better_matched_is_held() -> None:
    fair = one_place()
    agreed = [agree_pair(fair, 0, other) for other in (1, 2, 3)]
    for other, score in ((1, 300), (2, 900), (3, 500)):
        suggest(fair, 0, other, score)
    assert held(fair) == [str(agreed[1].pk)]


def test_what_two_have_marked_weighs_more_than_any_match() -> None:
    fair = one_place()
    agreed = [agree_pair(fair, 0, other) for other in (1, 2)]
    suggest(fair, 0, 1, 900)
    marks.say_wish(
        round=fair.round, me=fair.people[2], about=fair.people[0], word="would", by=fair.people[2].user, now=NOW
    )
    assert held(fair) == [str(agreed[1].pk)]


def test_nobodys_only_meeting_gives_way_to_others_dearest() -> None:
    """Two slots and one table: a pair with stars on both sides and two meetings of their own beside it would take both,
    and somebody whom one of them said yes to would go home with none."""
    fair = make_fair(5, tables=1, ends_at=EVENT_DAY + timedelta(minutes=60))
    for a, b in ((0, 1), (0, 2), (1, 2)):
        agree_pair(fair, a, b)
        for me, about in ((a, b), (b, a)):
            person = fair.people[me]
            marks.say_wish(round=fair.round, me=person, about=fair.people[about], word="star", by=person.user, now=NOW)
    only = [agree_pair(fair, 3, 0), agree_pair(fair, 4, 1)]
    assert {str(one.pk) for one in only} <= set(held(fair))


def test_what_has_changed_since_the_draft_is_respected(fair: Fair) -> None:
    kept, withdrawn, left = agree_pair(fair, 0, 1), agree_pair(fair, 0, 2), agree_pair(fair, 1, 3)
    solve_fair(fair)
    requests.withdraw_request(request=withdrawn, by=fair.people[0].user, now=NOW)
    Registration.objects.filter(pk=fair.people[3].pk).update(state=Registration.State.CANCELLED)
    assert solving.publish_schedule(round=fair.round, by=fair.host, now=NOW) == 1
    assert Meeting.objects.get().request == kept
    assert left.state == "accepted"


def test_people_away_or_busy_elsewhere_are_not_placed_then(fair: Fair) -> None:
    slots = list(fair.round.slots.all())
    me, other = fair.people[0], fair.people[1]
    rounds.set_absences(round=fair.round, registration=me, slots=slots[2:], by=me.user, now=NOW)
    kaisa = make_user("Kaisa")
    third = make_profile("Kolmas Oy", by=kaisa)
    connect(other.profile, third)
    outside = propose(make_pair(), slots[0].starts_at, proposer=third, other=other.profile, by=kaisa, minutes=15)
    proposals.accept_proposal(proposal=outside, time=outside.times.get(), by=other.user, now=NOW)
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    assert meeting.slot == slots[1]


def test_no_draft_no_publishing_and_only_the_host(fair: Fair) -> None:
    with pytest.raises(solving.NothingToSchedule):
        solving.start_run(round=fair.round, by=fair.host, now=NOW)
    agree_pair(fair, 0, 1)
    stranger = fair.people[0].user
    for refused in (
        lambda: solving.start_run(round=fair.round, by=stranger, now=NOW),
        lambda: solving.publish_schedule(round=fair.round, by=stranger, now=NOW),
        lambda: solving.discard_draft(round=fair.round, by=stranger, now=NOW),
    ):
        with pytest.raises(rounds.NotTheHost):
            refused()
    with pytest.raises(solving.NoDraft):
        solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    with pytest.raises(rounds.NotTheHost):
        solving.stop_run(run=run, by=stranger, now=NOW)
    with pytest.raises(rounds.RoundIsBusy):
        solving.start_run(round=fair.round, by=fair.host, now=NOW)
    with pytest.raises(rounds.RoundIsBusy):
        rounds.change_round(round=fair.round, plan=plan(), by=fair.host, now=NOW)


def test_a_discarded_draft_leaves_the_wishes(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    solve_fair(fair)
    solving.discard_draft(round=fair.round, by=fair.host, now=NOW)
    fair.round.refresh_from_db()
    assert fair.round.state == "open"
    assert fair.round.requests.get().state == "accepted"
    assert queries.schedule_of(fair.round, solving.draft_of(fair.round)).placed == []


def test_a_stopped_search_keeps_the_best_so_far() -> None:
    fair = make_fair(people=8)
    for a in range(8):
        for b in range(a):
            agree_pair(fair, a, b)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW, seconds=50)
    solving.stop_run(run=run, by=fair.host, now=NOW)
    solving.run_solver(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == "done"
    assert run.solution is not None
    assert len(run.solution["meetings"]) >= 15
    with pytest.raises(solving.RunIsOver):
        solving.stop_run(run=run, by=fair.host, now=NOW)


def test_a_worker_that_died_is_replaced_and_twice_is_told_of(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=1, leased_until=NOW + timedelta(seconds=20))
    assert solving.run_solver(run_id=run.pk, clock=lambda: NOW) is False
    assert solving.sweep_runs(now=NOW + timedelta(seconds=10)) == 0
    assert solving.sweep_runs(now=NOW + timedelta(seconds=30)) == 1
    later = NOW + timedelta(seconds=31)
    assert solving.run_solver(run_id=run.pk, clock=lambda: later) is True
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("done", 2)


def test_a_run_that_died_twice_is_given_up(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=2, leased_until=NOW)
    solving.sweep_runs(now=NOW + timedelta(seconds=30))
    run.refresh_from_db()
    fair.round.refresh_from_db()
    assert (run.state, run.failure, fair.round.state) == ("failed", {"code": "crashed"}, "open")
    assert kinds_to(fair.host) == ["events.schedule_failed"]


def test_a_process_that_dies_is_tried_once_more_and_a_named_failure_is_not(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=1)
    run.refresh_from_db()
    solving.finish_run(run=run, answer=Answer(), now=NOW)
    run.refresh_from_db()
    assert run.state == "waiting"
    SolverRun.objects.filter(pk=run.pk).update(state="running")
    failure = {"code": "impossible", "obstacles": []}
    solving.finish_run(run=run, answer=Answer(failure=failure), now=NOW)
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", failure)
