"""A round from its making to its published schedule, and what comes after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from icalendar import Calendar

from accounts.models import Block, Profile
from core.errors import DomainError
from core.models import AuditEvent
from events import notices
from events.models import Meeting, MeetingParty, MeetingRequest, Registration, Round, SolverRun
from events.queries import meetings as meeting_queries
from events.queries import rounds as queries
from events.services import meetings as meeting_services
from events.services import placing, proposals, requests, rounds, solving
from events.services.solver_process import Answer
from notifications.models import Notification
from notifications.services import deliver_due

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree,
    agree_pair,
    ask,
    connect,
    make_event,
    make_fair,
    make_pair,
    make_profile,
    make_user,
    plan,
    propose,
    publish_fair,
    register,
    solve_fair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair() -> Fair:
    return make_fair()


def kinds_to(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# --- Setting up ------------------------------------------------------------------------------------------------------


def test_a_round_is_open_at_once_with_its_slots(fair: Fair) -> None:
    assert fair.round.state == Round.State.OPEN
    assert fair.round.slots.count() == 6


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"ends_at": EVENT_DAY}, rounds.EndsBeforeStart, "ends_at"),
        ({"starts_at": EVENT_DAY - timedelta(hours=1)}, rounds.OutsideEvent, "starts_at"),
        ({"ends_at": EVENT_DAY + timedelta(hours=9)}, rounds.OutsideEvent, "ends_at"),
        ({"tables": 0}, rounds.BadTables, "tables"),
        ({"tables": 301}, rounds.BadTables, "tables"),
        ({"ends_at": EVENT_DAY + timedelta(minutes=15)}, rounds.NoSlotFits, "slot_minutes"),
        ({"slot_minutes": 2, "ends_at": EVENT_DAY + timedelta(hours=6)}, rounds.TooManySlots, "slot_minutes"),
        ({"breaks": ((EVENT_DAY, EVENT_DAY + timedelta(hours=1)),)}, rounds.BreakOutside, "break_starts"),
    ],
)
def test_a_plan_that_does_not_do_is_named_with_its_field(
    changes: dict[str, Any], error: type[DomainError], field: str
) -> None:
    host = make_user()
    event = make_event(host)
    with pytest.raises(error) as caught:
        rounds.create_round(event=event, plan=plan(**changes), by=host, now=NOW)
    assert caught.value.field == field
    assert not Round.objects.exists()


def test_only_a_host_makes_or_changes_a_round_and_one_an_event(fair: Fair) -> None:
    stranger = fair.people[0].user
    with pytest.raises(rounds.NotTheHost):
        rounds.create_round(event=make_event(fair.host), plan=plan(), by=stranger, now=NOW)
    with pytest.raises(rounds.NotTheHost):
        rounds.change_round(round=fair.round, plan=plan(), by=stranger, now=NOW)
    with pytest.raises(rounds.RoundExists):
        rounds.create_round(event=fair.event, plan=plan(), by=fair.host, now=NOW)


def test_changing_keeps_the_slots_that_stay_and_what_was_said_of_them(fair: Fair) -> None:
    first, *_rest, last = fair.round.slots.all()
    me = fair.people[0]
    rounds.set_absences(round=fair.round, registration=me, slots=[first, last], by=me.user, now=NOW)
    rounds.change_round(round=fair.round, plan=plan(ends_at=EVENT_DAY + timedelta(minutes=80)), by=fair.host, now=NOW)
    assert fair.round.slots.count() == 4
    assert queries.absent_slots(me, fair.round) == {first.pk}


def test_absences_are_ones_own_and_never_over_a_meeting(fair: Fair) -> None:
    slot = fair.round.slots.first()
    assert slot is not None
    with pytest.raises(rounds.NotComing):
        rounds.set_absences(
            round=fair.round, registration=fair.people[0], slots=[slot], by=fair.people[1].user, now=NOW
        )
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    assert meeting.slot is not None
    with pytest.raises(rounds.MeetsThen):
        rounds.set_absences(
            round=fair.round, registration=fair.people[0], slots=[meeting.slot], by=fair.people[0].user, now=NOW
        )


# --- Wishes ----------------------------------------------------------------------------------------------------------


def test_a_request_reaches_the_one_who_is_asked_and_holds_nothing(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    assert made.is_pending
    assert kinds_to(fair.people[1].user) == ["events.request"]
    assert not Meeting.objects.exists()
    assert len(placing.free_slots(fair.round, [fair.people[0], fair.people[1]], now=NOW)) == 6


def test_two_who_ask_each_other_have_agreed(fair: Fair) -> None:
    ask(fair, 0, 1)
    made = ask(fair, 1, 0)
    assert (made.state, made.is_mutual) == ("accepted", True)
    assert MeetingRequest.objects.count() == 1
    with pytest.raises(requests.AlreadyAgreed):
        ask(fair, 1, 0)


def test_the_same_pair_is_asked_once(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    with pytest.raises(requests.AlreadyAsked):
        ask(fair, 0, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingRequest.objects.create(round=fair.round, asker=made.asked, asked=made.asker, made_at=NOW)


def test_who_cannot_ask_or_be_asked_is_named(fair: Fair) -> None:
    me, other = fair.people[0], fair.people[1]
    stranger = make_user("Outi")
    base: dict[str, Any] = {"round": fair.round, "asker": me, "asked": other, "now": NOW}
    with pytest.raises(rounds.NotComing):
        requests.make_request(**base, by=stranger)
    waiting = register(fair.event, "Jonottaja", state=Registration.State.WAITING)
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**{**base, "asked": waiting}, by=me.user)
    with pytest.raises(rounds.NotComing):
        requests.make_request(**{**base, "asker": waiting}, by=waiting.user)
    elsewhere = register(make_event(fair.host), "Muualla")
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**{**base, "asked": elsewhere}, by=me.user)
    colleague = Registration.objects.create(event=fair.event, profile=me.profile, user=stranger, registered_at=NOW)
    with pytest.raises(requests.SameProfile):
        requests.make_request(**{**base, "asked": colleague}, by=me.user)
    Block.objects.create(blocker=other.profile, blocked=me.profile, at=NOW)
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**base, by=me.user)


def test_a_decline_stands_for_the_event_but_the_other_may_still_ask(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    requests.decline_request(request=made, by=fair.people[1].user, now=NOW, reason="Emme ehdi.")
    assert kinds_to(fair.people[0].user) == ["events.request_declined"]
    with pytest.raises(requests.WasDeclined):
        ask(fair, 0, 1)
    assert ask(fair, 1, 0).is_pending


def test_there_is_a_limit_to_requests_that_wait(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.rules.rounds.MOST_PENDING", 2)
    ask(fair, 0, 1)
    ask(fair, 0, 2)
    with pytest.raises(requests.TooManyRequests):
        ask(fair, 0, 3)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("accepted", requests.RequestAccepted),
        ("declined", requests.RequestDeclined),
        ("withdrawn", requests.RequestWithdrawn),
    ],
)
def test_an_answered_request_says_how_it_was_answered(fair: Fair, state: str, error: type[DomainError]) -> None:
    made = ask(fair, 0, 1)
    MeetingRequest.objects.filter(pk=made.pk).update(state=state)
    with pytest.raises(error):
        requests.accept_request(request=made, by=fair.people[1].user, now=NOW)
    with pytest.raises(error):
        requests.decline_request(request=made, by=fair.people[1].user, now=NOW)


def test_only_the_asked_answers_and_only_the_asker_withdraws(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    for person in (fair.people[0].user, fair.people[2].user, fair.host):
        with pytest.raises(requests.NotForYou):
            requests.accept_request(request=made, by=person, now=NOW)
        with pytest.raises(requests.NotForYou):
            requests.decline_request(request=made, by=person, now=NOW)
    with pytest.raises(requests.NotForYou):
        requests.withdraw_request(request=made, by=fair.people[1].user, now=NOW)
    assert requests.withdraw_request(request=made, by=fair.people[0].user, now=NOW).state == "withdrawn"


# --- Solving ---------------------------------------------------------------------------------------------------------


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


# --- After publishing ------------------------------------------------------------------------------------------------


def test_a_request_accepted_after_publishing_takes_a_slot_at_once(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [first] = publish_fair(fair)
    made = agree_pair(fair, 0, 2)
    meeting = made.meeting
    assert meeting.state == "agreed"
    assert meeting.slot != first.slot
    # Best is beside the meeting that one of them has: no gap.
    slots = list(fair.round.slots.all())
    assert first.slot is not None
    assert meeting.slot is not None
    assert abs(slots.index(meeting.slot) - slots.index(first.slot)) == 1
    assert kinds_to(fair.people[2].user)[-1] == "events.meeting_agreed"


def test_without_a_common_slot_the_request_still_waits() -> None:
    fair = make_fair(people=3, ends_at=EVENT_DAY + timedelta(minutes=20))
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    made = ask(fair, 2, 0)
    with pytest.raises(placing.NoCommonSlot):
        requests.accept_request(request=made, by=fair.people[0].user, now=NOW)
    made.refresh_from_db()
    assert made.is_pending


def test_a_cap_holds_after_publishing_too() -> None:
    fair = make_fair(people=3, most_meetings=1)
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    made = ask(fair, 2, 0)
    with pytest.raises(placing.NoCommonSlot):
        requests.accept_request(request=made, by=fair.people[0].user, now=NOW)


def test_solving_again_moves_nobody(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [first] = publish_fair(fair)
    made = ask(fair, 2, 3)
    MeetingRequest.objects.filter(pk=made.pk).update(state="accepted")
    [again, new] = publish_fair(fair)
    assert {again.pk, new.pk} > {first.pk}
    kept = Meeting.objects.get(pk=first.pk)
    assert (kept.slot, kept.table, kept.sequence) == (first.slot, first.table, 0)
    assert kinds_to(fair.people[0].user).count("events.schedule_published") == 1
    assert kinds_to(fair.people[2].user)[-1] == "events.meeting_agreed"


def test_the_host_moves_a_meeting_and_both_hear(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    target = fair.round.slots.last()
    assert target is not None
    moved = placing.move_to_table(meeting=meeting, slot=target, table=3, by=fair.host, now=NOW)
    assert (moved.slot, moved.table, moved.sequence, moved.starts_at) == (target, 3, 1, target.starts_at)
    assert kinds_to(fair.people[0].user)[-1] == "events.meeting_moved"
    row = Notification.objects.filter(user=fair.people[0].user, kind="events.meeting_moved").get()
    assert "pöytä" in notices.moved(row.context).text or "table" in notices.moved(row.context).text
    assert placing.move_to_table(meeting=moved, slot=target, table=3, by=fair.host, now=NOW).sequence == 1


def test_a_move_that_does_not_do_is_named(fair: Fair) -> None:
    for a, b in ((0, 1), (2, 3)):
        agree_pair(fair, a, b)
    one, other = publish_fair(fair)
    agree_pair(fair, 0, 2)
    mine = Meeting.objects.exclude(pk__in=[one.pk, other.pk]).get()
    slots = list(fair.round.slots.all())
    assert mine.slot is not None
    assert one.slot is not None
    free = next(slot for slot in slots if slot not in (one.slot, other.slot, mine.slot))

    def move(meeting: Meeting, slot: Any, table: int, by: Any = fair.host, now: Any = NOW) -> None:
        placing.move_to_table(meeting=meeting, slot=slot, table=table, by=by, now=now)

    with pytest.raises(rounds.NotTheHost):
        move(one, free, 1, by=fair.people[0].user)
    with pytest.raises(placing.SomeoneMeets):
        move(one, mine.slot, 3 if mine.table != 3 else 2)
    with pytest.raises(placing.UnknownTable):
        move(one, free, 9)
    rounds.set_absences(round=fair.round, registration=fair.people[1], slots=[free], by=fair.people[1].user, now=NOW)
    with pytest.raises(placing.SomeoneIsAway):
        move(one, free, 1)
    if one.slot == other.slot:
        with pytest.raises(placing.TableTaken):
            move(one, other.slot, other.table or 0)
    with pytest.raises(meeting_services.MeetingIsOver):
        move(one, free, 1, now=EVENT_DAY + timedelta(hours=1))
    placing.cancel_for_host(meeting=one, by=fair.host, now=NOW)
    with pytest.raises(meeting_services.MeetingIsCancelled):
        move(one, free, 1)


def test_the_database_refuses_two_at_a_table_and_a_person_in_two_places(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    second = agree_pair(fair, 0, 2)
    third = agree_pair(fair, 2, 3)
    assert meeting.slot is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(request=third).update(slot=meeting.slot, table=meeting.table)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingParty.objects.filter(meeting__request=second).update(busy_in=meeting.slot)


def test_cancelling_frees_the_slot_and_the_pair(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    meeting_services.cancel_meeting(meeting=meeting, by=fair.people[1].user, now=NOW, reason="Sairas")
    assert not MeetingParty.objects.exclude(busy_in=None).exists()
    assert agree_pair(fair, 0, 1).meeting.state == "agreed"


def test_only_the_host_cancels_for_the_host(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    with pytest.raises(rounds.NotTheHost):
        placing.cancel_for_host(meeting=meeting, by=fair.people[0].user, now=NOW)
    cancelled = placing.cancel_for_host(meeting=meeting, by=fair.host, now=NOW, reason="Sali vaihtui")
    assert cancelled.is_cancelled
    row = Notification.objects.filter(user=fair.people[0].user, kind="events.meeting_cancelled").get()
    assert notices.cancelled(row.context).text == "Sali vaihtui"
    with pytest.raises(rounds.NotTheHost):
        placing.cancel_for_host(meeting=agree(make_pair()), by=fair.host, now=NOW)


def test_who_gives_up_the_seat_leaves_the_round(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    ask(fair, 0, 2)
    ask(fair, 3, 0)
    assert placing.leave_rounds(registration=fair.people[0], now=NOW) == 1
    assert not fair.round.requests.filter(state__in=MeetingRequest.STANDING).exists()
    assert kinds_to(fair.people[1].user)[-1] == "events.meeting_cancelled"


def test_an_event_called_off_takes_its_meetings_along(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    assert placing.close_rounds(event=fair.event, now=NOW, reason="Tapahtuma on peruttu.") == 2
    assert not Meeting.objects.agreed().exists()
    assert all(kinds_to(one.user)[-1] == "events.meeting_cancelled" for one in fair.people)


def test_the_mail_carries_a_part_that_calendars_read(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    placing.cancel_for_host(meeting=meeting, by=fair.host, now=NOW)
    deliver_due(now=NOW + timedelta(minutes=1))
    parts = {
        (message.to[0], part.get_content_type(), part.get_param("method")): part
        for message in mail.outbox
        for part in message.message().walk()
        if part.get_content_type() == "text/calendar"
    }
    me = fair.people[0].user.email
    assert (me, "text/calendar", "PUBLISH") in parts or (me, "text/calendar", "CANCEL") in parts
    part = parts[me, "text/calendar", "CANCEL"]
    assert part.get_content_charset() == "utf-8"
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["UID"]) == meeting.uid


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_the_ledger_and_each_persons_day_tell_the_same(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2)):
        agree_pair(fair, a, b)
    publish_fair(fair)
    schedule = queries.schedule_of(fair.round)
    lines = queries.ledger(schedule, NOW)
    assert len(lines) == 6
    assert sum(1 for line in lines for cell in line.cells if not cell.is_free) == 2
    days = queries.by_person(schedule)
    assert [len(day.meetings) for day in days] == [2, 1, 1]
    spread = queries.spread_of(schedule)
    assert (spread.held, spread.wished, spread.share, spread.fewest, spread.most) == (2, 2, 100, 1, 2)


def test_breaks_stand_among_the_slots() -> None:
    pause = (EVENT_DAY + timedelta(minutes=40), EVENT_DAY + timedelta(minutes=60))
    fair = make_fair(breaks=(pause,))
    lines = queries.ledger(queries.schedule_of(fair.round), EVENT_DAY + timedelta(minutes=5))
    assert [line.slot is None for line in lines] == [False, False, True, False, False, False]
    assert [line.is_now for line in lines] == [True, False, False, False, False, False]


def test_candidates_are_those_who_come_and_may_be_seen(fair: Fair) -> None:
    me = fair.people[0]
    Profile.objects.filter(pk=fair.people[2].profile_id).update(visibility=Profile.Visibility.HIDDEN)
    ask(fair, 0, 1)
    ask(fair, 3, 0)
    found = queries.candidates(fair.round, me, user=me.user)
    assert [candidate.registration for candidate in found] == [fair.people[1], fair.people[3]]
    assert [candidate.is_mine for candidate in found] == [True, False]
    assert len(queries.candidates(fair.round, me, user=me.user, words="osallistuja3")) == 1
    assert [request.asker for request in meeting_queries.requests_to(me.user)] == [fair.people[3]]
