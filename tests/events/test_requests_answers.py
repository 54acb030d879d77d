"""Every way to answer a request where participants agree times themselves: a time, others, a colleague, the line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Representative
from core.errors import DomainError
from events.models import Meeting, MeetingRequest, Registration, Round
from events.queries.slots import Why, look_at_slots
from events.services import booking, counters, handing, meetings, placing, requests, rounds

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    kinds_to,
    make_event,
    make_fair,
    make_profile,
    make_user,
    plan,
    publish_fair,
    register,
)

pytestmark = pytest.mark.django_db
State = MeetingRequest.State


@pytest.fixture
def free_fair() -> Fair:
    return make_fair(style=Round.Style.FREE)


def accept(fair: Fair, request: MeetingRequest, person: int, **more: Any) -> MeetingRequest:
    return requests.accept_request(request=request, by=fair.people[person].user, now=NOW, **more)


def slots_of(fair: Fair) -> list[Any]:
    return list(fair.round.slots.all())


def book(fair: Fair, asker: int, asked: int, slot: int) -> None:
    accept(fair, ask(fair, asker, asked), asked, slot=slots_of(fair)[slot])


def colleague_of(fair: Fair, person: int, **fields: Any) -> Registration:
    user = make_user("Kaisa Kollega")
    profile = fair.people[person].profile
    Representative.objects.create(profile=profile, user=user, role="member", since=NOW)
    return Registration.objects.create(event=fair.event, profile=profile, user=user, registered_at=NOW, **fields)


# --- Times -----------------------------------------------------------------------------------------------------------


def test_acceptance_takes_the_best_common_time_at_once(free_fair: Fair) -> None:
    assert free_fair.round.published_at == NOW
    made = accept(free_fair, ask(free_fair, 0, 1), 1)
    assert Meeting.objects.get(request=made).starts_at == EVENT_DAY
    for person in (0, 1):
        assert kinds_to(free_fair.people[person].user)[-1] == "events.meeting_agreed"


def test_a_time_that_was_chosen_is_taken_and_one_that_is_gone_is_told_with_three_others(free_fair: Fair) -> None:
    third = slots_of(free_fair)[2]
    made = ask(free_fair, 0, 1)
    book(free_fair, 0, 2, 2)
    with pytest.raises(placing.SlotTaken) as caught:
        accept(free_fair, made, 1, slot=third)
    assert len(caught.value.alternatives) == 3
    assert all(look.is_free for look in caught.value.alternatives)
    made.refresh_from_db()
    assert made.is_pending, "the request still waits"
    accept(free_fair, made, 1, slot=caught.value.alternatives[0].slot)
    assert Meeting.objects.get(request=made).slot == caught.value.alternatives[0].slot


@pytest.mark.parametrize(
    ("change", "error", "alternatives"),
    [
        ({"tables": 1, "ends_at": EVENT_DAY + timedelta(minutes=20)}, placing.NoTableLeft, 1),
        ({"most_meetings": 1}, placing.DayIsFull, 1),
        ({"ends_at": EVENT_DAY + timedelta(minutes=20)}, placing.NoCommonSlot, 1),
    ],
)
def test_why_there_is_no_time_is_named_with_what_comes_nearest(
    change: dict[str, Any], error: type[DomainError], alternatives: int
) -> None:
    fair = make_fair(people=4, style=Round.Style.FREE, **change)
    book(fair, 0, 1, 0)
    made = ask(fair, 2, 3) if error is placing.NoTableLeft else ask(fair, 0, 2)
    with pytest.raises(placing.NoCommonSlot) as caught:
        accept(fair, made, (made.asked_id == fair.people[3].pk and 3) or 2)
    assert type(caught.value) is error
    assert len(caught.value.alternatives) == alternatives


def test_one_who_is_never_there_is_told_so(free_fair: Fair) -> None:
    me = free_fair.people[1]
    rounds.set_absences(round=free_fair.round, registration=me, slots=slots_of(free_fair), by=me.user, now=NOW)
    made = ask(free_fair, 0, 1)
    with pytest.raises(placing.NeverTogether):
        accept(free_fair, made, 1)


def test_who_agrees_without_a_time_gets_the_first_that_frees_the_longest_waiting_first() -> None:
    fair = make_fair(people=6, style=Round.Style.FREE, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    book(fair, 0, 1, 0)
    first, second = ask(fair, 2, 3), ask(fair, 4, 5)
    for turn, (request, person) in enumerate(((first, 3), (second, 5))):
        requests.accept_request(
            request=request, by=fair.people[person].user, now=NOW + timedelta(minutes=turn), wait=True
        )
    first.refresh_from_db()
    assert (first.state, first.waits_since) == (State.ACCEPTED, NOW)
    assert kinds_to(fair.people[2].user)[-1] == "events.request_accepted"
    assert booking.place_waiting(now=NOW) == 0
    meetings.cancel_meeting(meeting=Meeting.objects.get(), by=fair.people[0].user, now=NOW)
    assert booking.place_waiting(now=NOW) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.waits_since, second.waits_since) == (None, NOW + timedelta(minutes=1))
    assert Meeting.objects.agreed().get().request == first
    assert kinds_to(fair.people[2].user)[-1] == "events.meeting_agreed"
    assert booking.place_waiting(now=NOW) == 0


def test_two_who_ask_each_other_when_nothing_is_free_wait_together() -> None:
    fair = make_fair(people=4, style=Round.Style.FREE, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    book(fair, 0, 1, 0)
    ask(fair, 2, 3)
    made = ask(fair, 3, 2)
    assert (made.state, made.is_mutual, made.waits_since) == (State.ACCEPTED, True, NOW)


# --- Other times -----------------------------------------------------------------------------------------------------


def test_other_times_are_offered_back_and_forth_and_one_is_chosen(free_fair: Fair) -> None:
    slots = slots_of(free_fair)
    made = ask(free_fair, 0, 1)
    counters.offer_times(request=made, slots=slots[3:5], by=free_fair.people[1].user, now=NOW)
    made.refresh_from_db()
    assert made.turn == "asker"
    assert kinds_to(free_fair.people[0].user)[-1] == "events.request_countered"
    assert len(placing.free_slots(free_fair.round, free_fair.people[:2], now=NOW)) == 6, "they hold nothing"
    with pytest.raises(requests.NotForYou):
        accept(free_fair, made, 1)
    for slot in (slots[0], None):
        with pytest.raises(requests.NotOffered):
            accept(free_fair, made, 0, slot=slot)
    counters.offer_times(request=made, slots=slots[5:], by=free_fair.people[0].user, now=NOW)
    accept(free_fair, made, 1, slot=slots[5])
    assert Meeting.objects.get(request=made).slot == slots[5]


def test_times_that_cannot_be_offered_are_named(free_fair: Fair, fair: Fair) -> None:
    slots = slots_of(free_fair)
    made = ask(free_fair, 0, 1)
    book(free_fair, 1, 2, 0)
    by = free_fair.people[1].user
    for chosen, error in (
        ([], counters.NoTimesOffered),
        (slots[1:5], counters.TooManyOffered),
        (slots[:2], counters.NotYourTime),
        (slots_of(fair)[1:2], counters.NotYourTime),
    ):
        with pytest.raises(error):
            counters.offer_times(request=made, slots=chosen, by=by, now=NOW)
    with pytest.raises(requests.NotForYou):
        counters.offer_times(request=made, slots=slots[1:2], by=free_fair.people[0].user, now=NOW)
    later = ask(fair, 0, 1)
    with pytest.raises(counters.TimesComeLater):
        counters.offer_times(request=later, slots=slots_of(fair)[:1], by=fair.people[1].user, now=NOW)


def test_a_time_that_was_offered_and_is_taken_meanwhile_is_told(free_fair: Fair) -> None:
    slots = slots_of(free_fair)
    made = ask(free_fair, 0, 1)
    counters.offer_times(request=made, slots=slots[1:2], by=free_fair.people[1].user, now=NOW)
    book(free_fair, 2, 1, 1)
    with pytest.raises(placing.SlotTaken):
        accept(free_fair, made, 0, slot=slots[1])


def test_the_asked_may_decline_and_the_asker_withdraw_whosever_turn_it_is(free_fair: Fair) -> None:
    for person, act in ((1, requests.decline_request), (0, requests.withdraw_request)):
        made = ask(free_fair, 0, 1) if person else ask(free_fair, 0, 2)
        asked = 1 if person else 2
        counters.offer_times(request=made, slots=slots_of(free_fair)[:1], by=free_fair.people[asked].user, now=NOW)
        act(request=made, by=free_fair.people[person].user, now=NOW)
        made.refresh_from_db()
        assert made.state == (State.DECLINED if person else State.WITHDRAWN)


# --- Colleagues ------------------------------------------------------------------------------------------------------


def test_a_request_goes_to_a_colleague_who_answers_it(free_fair: Fair) -> None:
    colleague = colleague_of(free_fair, 1)
    made = ask(free_fair, 0, 1)
    counters.offer_times(request=made, slots=slots_of(free_fair)[:1], by=free_fair.people[1].user, now=NOW)
    handing.hand_over(request=made, to=colleague, by=free_fair.people[1].user, now=NOW)
    made.refresh_from_db()
    assert (made.asked, made.handed_from, made.turn) == (colleague, free_fair.people[1], "asked")
    assert not made.offered.exists(), "the times were the other's"
    assert kinds_to(colleague.user) == ["events.request_handed"]
    assert kinds_to(free_fair.people[0].user)[-1] == "events.request_handed_on"
    requests.accept_request(request=made, by=colleague.user, now=NOW)
    assert Meeting.objects.get().parties.filter(registration=colleague).exists()


def test_only_to_a_colleague_with_a_seat_and_only_by_those_who_were_asked(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    by = free_fair.people[1].user
    waiting = colleague_of(free_fair, 1, state=Registration.State.WAITING)
    for other in (free_fair.people[2], free_fair.people[1], waiting, register(make_event(free_fair.host), "Muu")):
        with pytest.raises(handing.NotAColleague):
            handing.hand_over(request=made, to=other, by=by, now=NOW)
    colleague = colleague_of(free_fair, 1)
    for person in (free_fair.people[0].user, free_fair.people[2].user, free_fair.host):
        with pytest.raises(requests.NotForYou):
            handing.hand_over(request=made, to=colleague, by=person, now=NOW)
    requests.make_request(
        round=free_fair.round, asker=free_fair.people[0], asked=colleague, by=free_fair.people[0].user, now=NOW
    )
    with pytest.raises(handing.ColleagueAsked):
        handing.hand_over(request=made, to=colleague, by=by, now=NOW)


def test_a_colleague_who_has_not_registered_is_registered_and_gets_the_request(free_fair: Fair) -> None:
    colleague = make_user("Kaisa Kollega")
    profile = free_fair.people[1].profile
    Representative.objects.create(profile=profile, user=colleague, role="member", since=NOW)
    made = ask(free_fair, 0, 1)
    handing.bring_and_hand_over(request=made, person=colleague, by=free_fair.people[1].user, now=NOW)
    made.refresh_from_db()
    assert made.asked.user == colleague


def test_where_there_is_no_seat_the_request_goes_over_when_there_is(free_fair: Fair) -> None:
    free_fair.event.capacity = 4
    free_fair.event.save()
    colleague = make_user("Kaisa Kollega")
    profile = free_fair.people[1].profile
    Representative.objects.create(profile=profile, user=colleague, role="member", since=NOW)
    made = ask(free_fair, 0, 1)
    made = handing.bring_and_hand_over(request=made, person=colleague, by=free_fair.people[1].user, now=NOW)
    assert (made.hand_to, made.asked) == (colleague, free_fair.people[1])
    assert handing.hand_over_waiting(now=NOW) == 0
    Registration.objects.filter(user=colleague).update(state=Registration.State.CONFIRMED)
    booking.sweep_requests(now=NOW)
    made.refresh_from_db()
    assert (made.asked.user, made.hand_to) == (colleague, None)


# --- Time and people -------------------------------------------------------------------------------------------------


def test_a_request_runs_out_with_a_reminder_before_and_a_word_after(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    assert made.expires_at == NOW + timedelta(hours=72)
    for hours, reminded in ((47, 0), (49, 1), (50, 1)):
        booking.sweep_requests(now=NOW + timedelta(hours=hours))
        assert kinds_to(free_fair.people[1].user).count("events.request_reminder") == reminded
    with pytest.raises(requests.RequestExpired):
        requests.accept_request(request=made, by=free_fair.people[1].user, now=NOW + timedelta(hours=72))
    booking.sweep_requests(now=NOW + timedelta(hours=72))
    made.refresh_from_db()
    assert made.state == State.EXPIRED
    assert kinds_to(free_fair.people[0].user)[-1] == "events.request_expired"
    assert ask(free_fair, 0, 1).is_pending, "they may be asked once more"


def test_offered_times_run_out_too_and_the_one_who_offered_is_told(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    counters.offer_times(request=made, slots=slots_of(free_fair)[:1], by=free_fair.people[1].user, now=NOW)
    booking.sweep_requests(now=NOW + timedelta(hours=80))
    assert kinds_to(free_fair.people[1].user)[-1] == "events.request_expired"


def test_a_request_expires_before_the_round_is_over(free_fair: Fair) -> None:
    late = free_fair.round.ends_at - timedelta(minutes=30)
    me, other = free_fair.people[:2]
    made = requests.make_request(round=free_fair.round, asker=me, asked=other, by=me.user, now=late)
    assert made.expires_at == free_fair.round.ends_at
    booking.remind(now=late + timedelta(minutes=10))
    assert "events.request_reminder" not in kinds_to(other.user)
    booking.remind(now=late + timedelta(minutes=16))
    assert kinds_to(other.user)[-1] == "events.request_reminder"
    with pytest.raises(requests.RoundIsOver):
        requests.make_request(round=free_fair.round, asker=me, asked=other, by=me.user, now=free_fair.round.ends_at)


def test_a_round_opens_when_enough_people_have_registered_and_stays_open() -> None:
    fair = make_fair(people=2, style=Round.Style.FREE, opens_at_count=3)
    assert fair.round.published_at is None
    with pytest.raises(requests.NotOpenYet):
        ask(fair, 0, 1)
    booking.sweep_requests(now=NOW)
    assert not Round.objects.get().takes_requests
    fair.people.append(register(fair.event, "Kolmas"))
    booking.sweep_requests(now=NOW)
    opened = Round.objects.get(pk=fair.round.pk)
    assert (opened.opened_at, opened.published_at) == (NOW, NOW)
    assert [kinds_to(one.user) for one in fair.people] == [["events.booking_opened"]] * 3
    fair.round.refresh_from_db()
    Registration.objects.filter(pk=fair.people[2].pk).update(state=Registration.State.CANCELLED)
    booking.sweep_requests(now=NOW)
    assert ask(fair, 0, 1).is_pending
    assert kinds_to(fair.people[0].user) == ["events.booking_opened"]


def test_a_host_opens_without_waiting_and_nobody_else_does() -> None:
    fair = make_fair(people=2, opens_at_count=3)
    with pytest.raises(rounds.NotTheHost):
        booking.open_booking(round=fair.round, by=fair.people[0].user, now=NOW)
    booking.open_booking(round=fair.round, by=fair.host, now=NOW)
    fair.round.refresh_from_db()
    assert (fair.round.opened_at, fair.round.published_at) == (NOW, None), "the organiser's schedule comes later"
    with pytest.raises(booking.IsOpen):
        booking.open_booking(round=fair.round, by=fair.host, now=NOW)


def test_more_than_the_event_has_room_for_never_come() -> None:
    host = make_user()
    event = make_event(host, capacity=10)
    with pytest.raises(rounds.TooManyToOpen):
        rounds.create_round(event=event, plan=plan(opens_at_count=11), by=host, now=NOW)


def test_a_free_round_is_changed_until_the_first_meeting_is_agreed(free_fair: Fair) -> None:
    changed = rounds.change_round(round=free_fair.round, plan=plan(style="free", tables=5), by=free_fair.host, now=NOW)
    assert (changed.tables, changed.published_at) == (5, NOW)
    back = rounds.change_round(round=free_fair.round, plan=plan(style="solved"), by=free_fair.host, now=NOW)
    assert (back.published_at, back.state) == (None, "open")
    rounds.change_round(round=free_fair.round, plan=plan(style="free"), by=free_fair.host, now=NOW)
    accept(free_fair, ask(free_fair, 0, 1), 1)
    with pytest.raises(rounds.BookingHasBegun):
        rounds.change_round(round=free_fair.round, plan=plan(style="free", tables=1), by=free_fair.host, now=NOW)


def test_the_same_party_is_not_asked_in_a_loop(free_fair: Fair) -> None:
    for _turn in range(3):
        made = ask(free_fair, 0, 1)
        requests.withdraw_request(request=made, by=free_fair.people[0].user, now=NOW)
    with pytest.raises(requests.AskedOften):
        ask(free_fair, 0, 1)
    assert ask(free_fair, 1, 0).is_pending


def test_somebody_who_leaves_no_longer_waits_for_a_time() -> None:
    fair = make_fair(people=4, style=Round.Style.FREE, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    book(fair, 0, 1, 0)
    made = accept(fair, ask(fair, 2, 3), 3, wait=True)
    placing.leave_rounds(registration=fair.people[2], now=NOW)
    made.refresh_from_db()
    assert (made.state, made.waits_since) == (State.WITHDRAWN, None)


def test_a_person_who_agrees_outside_the_round_is_not_booked_in_it(free_fair: Fair) -> None:
    other = make_profile("Muualla Oy", by=make_user())
    me = free_fair.people[0]
    meetings.agree_meeting(
        parties=[(me.profile, me.user), (other, None)],
        starts_at=EVENT_DAY,
        ends_at=EVENT_DAY + timedelta(minutes=30),
        now=NOW,
    )
    made = accept(free_fair, ask(free_fair, 0, 1), 1)
    assert Meeting.objects.get(request=made).starts_at == EVENT_DAY + timedelta(minutes=40)


def test_a_meeting_of_another_events_round_keeps_its_time(free_fair: Fair) -> None:
    """Both days may overlap: whoever meets at the one is not free at the other."""
    there = make_fair(people=2)
    agree_pair(there, 0, 1)
    publish_fair(there)
    held = Meeting.objects.get(slot__round=there.round)
    me = free_fair.people[0]
    held.parties.filter(registration=there.people[0]).update(user=me.user)
    looks = {look.slot.starts_at: look for look in look_at_slots(free_fair.round, [me], now=NOW)}
    assert looks[held.starts_at].why is Why.AWAY
    assert any(look.is_free for look in looks.values())
