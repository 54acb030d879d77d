"""Agreeing a time, moving it, cancelling it, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from icalendar import Calendar

from core.errors import DomainError
from events import notices
from events.models import Meeting, MeetingProposal
from events.queries import meetings as queries
from events.services import meetings as services
from events.services import proposals
from notifications.models import Notification

from .making import NOW, TOMORROW, Pair, agree, connect, kinds_to, make_pair, make_profile, make_user, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def test_a_proposal_reaches_the_other_side_with_its_times(pair: Pair) -> None:
    made = propose(pair)
    assert made.is_open
    assert [time.ends_at - time.starts_at for time in made.times.all()] == [timedelta(minutes=30)] * 2
    assert kinds_to(pair.bo) == ["events.proposal"]
    assert kinds_to(pair.aino) == []


def test_accepting_makes_a_meeting_that_both_hear_of(pair: Pair) -> None:
    made = propose(pair)
    meeting = proposals.accept_proposal(proposal=made, time=made.times.all()[1], by=pair.bo, now=NOW)
    assert (meeting.starts_at, meeting.sequence, meeting.state) == (TOMORROW + timedelta(hours=3), 0, "agreed")
    assert {(party.profile, party.user) for party in meeting.parties.all()} == {
        (pair.rauhala, pair.aino),
        (pair.nord, pair.bo),
    }
    made.refresh_from_db()
    assert (made.state, made.meeting) == ("accepted", meeting)
    assert "events.meeting_agreed" in kinds_to(pair.aino)
    assert "events.meeting_agreed" in kinds_to(pair.bo)


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ([], proposals.NoTimes),
        ([NOW + timedelta(minutes=10)], proposals.TimeTooSoon),
        ([NOW - timedelta(days=1)], proposals.TimeTooSoon),
        ([NOW + timedelta(days=500)], proposals.TimeTooFar),
        ([TOMORROW, TOMORROW], proposals.TimeTwice),
        ([TOMORROW + timedelta(hours=n) for n in range(6)], proposals.TooManyTimes),
    ],
)
def test_times_that_do_not_do_are_named(pair: Pair, times: list[Any], error: type[DomainError]) -> None:
    with pytest.raises(error) as caught:
        proposals.propose_meeting(
            proposer=pair.rauhala, other=pair.nord, times=times, minutes=30, by=pair.aino, now=NOW
        )
    assert caught.value.field == "times"
    assert not MeetingProposal.objects.exists()


def test_only_connected_parties_propose_and_only_their_representatives(pair: Pair) -> None:
    stranger = make_user("Outi")
    with pytest.raises(proposals.NotYourProfile):
        propose(pair, by=stranger)
    other = make_profile("Muu Oy", by=stranger)
    with pytest.raises(proposals.NotConnected):
        propose(pair, other=other)


def test_one_open_proposal_a_pair_whoever_made_it(pair: Pair) -> None:
    propose(pair)
    with pytest.raises(proposals.ProposalIsOpen):
        propose(pair, proposer=pair.nord, other=pair.rauhala, by=pair.bo)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingProposal.objects.create(proposer=pair.nord, other=pair.rauhala, proposed_at=NOW)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("accepted", proposals.ProposalAccepted),
        ("withdrawn", proposals.ProposalWithdrawn),
        ("declined", proposals.ProposalDeclined),
        ("countered", proposals.ProposalCountered),
    ],
)
def test_whoever_comes_second_is_told_the_answer_that_stands(pair: Pair, state: str, error: type[DomainError]) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    MeetingProposal.objects.filter(pk=made.pk).update(state=state)
    for late in (
        lambda: proposals.accept_proposal(proposal=made, time=time, by=pair.bo, now=NOW),
        lambda: proposals.decline_proposal(proposal=made, by=pair.bo, now=NOW),
        lambda: proposals.withdraw_proposal(proposal=made, by=pair.aino, now=NOW),
        lambda: proposals.counter_proposal(proposal=made, times=[TOMORROW], minutes=30, by=pair.bo, now=NOW),
    ):
        with pytest.raises(error):
            late()
    assert not Meeting.objects.exists()


def test_accepting_twice_makes_one_meeting(pair: Pair) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    proposals.accept_proposal(proposal=made, time=time, by=pair.bo, now=NOW)
    with pytest.raises(proposals.ProposalAccepted):
        proposals.accept_proposal(proposal=made, time=time, by=pair.bo, now=NOW)
    assert Meeting.objects.count() == 1


def test_only_the_side_that_was_asked_accepts(pair: Pair) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    for person in (pair.aino, make_user("Outi")):
        with pytest.raises(proposals.NotForYou):
            proposals.accept_proposal(proposal=made, time=time, by=person, now=NOW)
    with pytest.raises(proposals.NotYourProfile):
        proposals.withdraw_proposal(proposal=made, by=pair.bo, now=NOW)


def test_a_time_that_has_passed_is_refused_and_the_proposal_stands(pair: Pair) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    with pytest.raises(proposals.TimePassed):
        proposals.accept_proposal(proposal=made, time=time, by=pair.bo, now=TOMORROW)
    made.refresh_from_db()
    assert made.is_open


def test_nobody_is_in_two_meetings_at_once(pair: Pair) -> None:
    agree(pair)
    cecilia = make_user("Cecilia")
    third = make_profile("Kolmas Oy", by=cecilia)
    connect(third, pair.nord)
    made = propose(pair, TOMORROW + timedelta(minutes=15), proposer=third, by=cecilia)
    with pytest.raises(services.TimeClash):
        proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)
    made.refresh_from_db()
    assert made.is_open
    assert Meeting.objects.count() == 1


def test_a_broken_connection_ends_what_was_proposed(pair: Pair) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    pair.rauhala.connections_as_a.all().delete()
    pair.rauhala.connections_as_b.all().delete()
    with pytest.raises(proposals.NotConnected):
        proposals.accept_proposal(proposal=made, time=time, by=pair.bo, now=NOW)


def test_declining_tells_the_proposer_why(pair: Pair) -> None:
    made = propose(pair)
    proposals.decline_proposal(proposal=made, by=pair.bo, now=NOW, reason="Emme ehdi keväällä.")
    [row] = Notification.objects.filter(user=pair.aino)
    notice = notices.proposal_declined(row.context)
    assert "Nord Ab" in notice.title
    assert notice.text == "Emme ehdi keväällä."


def test_other_times_answer_and_open_the_next(pair: Pair) -> None:
    first = propose(pair)
    later = TOMORROW + timedelta(days=2)
    second = proposals.counter_proposal(proposal=first, times=[later], minutes=45, by=pair.bo, now=NOW)
    first.refresh_from_db()
    assert first.state == "countered"
    assert (second.proposer, second.other, second.topic) == (pair.nord, pair.rauhala, "Lastua tarjolla")
    meeting = proposals.accept_proposal(proposal=second, time=second.times.get(), by=pair.aino, now=NOW)
    assert meeting.starts_at == later


def test_withdrawing_frees_the_pair_for_a_new_proposal(pair: Pair) -> None:
    made = propose(pair)
    proposals.withdraw_proposal(proposal=made, by=pair.aino, now=NOW)
    assert "events.proposal_withdrawn" in kinds_to(pair.bo)
    assert propose(pair).is_open


def test_a_move_keeps_the_meeting_and_raises_its_sequence(pair: Pair) -> None:
    meeting = agree(pair)
    later = TOMORROW + timedelta(days=1)
    made = propose(pair, later, moves=meeting, place="Kauppakatu 1")
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (TOMORROW, 0)
    moved = proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)
    assert (moved.pk, moved.uid) == (meeting.pk, meeting.uid)
    assert (moved.starts_at, moved.sequence, moved.moved_from) == (later, 1, TOMORROW)
    assert moved.place == "Kauppakatu 1"
    assert Meeting.objects.count() == 1
    assert kinds_to(pair.aino).count("events.meeting_moved") == 1


def test_a_meeting_of_others_cannot_be_moved(pair: Pair) -> None:
    cecilia = make_user("Cecilia")
    third = make_profile("Kolmas Oy", by=cecilia)
    connect(third, pair.nord)
    with pytest.raises(services.NotYourMeeting):
        propose(pair, proposer=third, by=cecilia, moves=agree(pair))


def test_a_cancelled_or_begun_meeting_is_not_moved(pair: Pair) -> None:
    meeting = agree(pair)
    made = propose(pair, TOMORROW + timedelta(days=1), moves=meeting)
    services.cancel_meeting(meeting=meeting, by=pair.aino, now=NOW)
    with pytest.raises(services.MeetingIsCancelled):
        proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)


def test_cancelling_tells_both_calendars_once(pair: Pair) -> None:
    meeting = agree(pair)
    services.cancel_meeting(meeting=meeting, by=pair.bo, now=NOW, reason="Sairastuin.")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.sequence, meeting.cancelled_by) == ("cancelled", 1, pair.nord)
    with pytest.raises(services.MeetingIsCancelled):
        services.cancel_meeting(meeting=meeting, by=pair.aino, now=NOW)
    assert kinds_to(pair.aino).count("events.meeting_cancelled") == 1


def test_outsiders_cancel_nothing_and_nobody_cancels_what_has_begun(pair: Pair) -> None:
    meeting = agree(pair)
    with pytest.raises(services.NotYourMeeting):
        services.cancel_meeting(meeting=meeting, by=make_user("Outi"), now=NOW)
    with pytest.raises(services.MeetingIsOver):
        services.cancel_meeting(meeting=meeting, by=pair.aino, now=TOMORROW)


def part_of(user: Any, kind: str) -> Any:
    row = Notification.objects.filter(user=user, kind=kind).latest("pk")
    [attachment] = notices.calendar_part(row.context)
    return Calendar.from_ical(attachment.content), attachment.mimetype


def test_one_entry_for_the_whole_life_of_a_meeting(pair: Pair) -> None:
    meeting = agree(pair)
    lives = [part_of(pair.aino, "events.meeting_agreed")]
    made = propose(pair, TOMORROW + timedelta(days=1), moves=meeting)
    proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)
    lives.append(part_of(pair.aino, "events.meeting_moved"))
    services.cancel_meeting(meeting=meeting, by=pair.bo, now=NOW)
    lives.append(part_of(pair.aino, "events.meeting_cancelled"))
    events = [calendar.walk("VEVENT")[0] for calendar, _type in lives]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [str(calendar["METHOD"]) for calendar, _type in lives] == ["REQUEST", "REQUEST", "CANCEL"]
    assert lives[2][1] == "text/calendar; method=CANCEL"
    assert [str(event["ATTENDEE"]) for event in events] == [f"mailto:{pair.aino.email}"] * 3
    assert all(pair.bo.email not in calendar.to_ical().decode() for calendar, _type in lives)


def test_the_feed_follows(pair: Pair) -> None:
    meeting = agree(pair)
    [entry] = queries.feed_meetings(pair.aino, NOW)
    assert (entry.uid, entry.is_cancelled) == (meeting.uid, False)
    assert queries.feed_meetings(make_user("Outi"), NOW) == []


def test_a_feed_forgets_what_is_long_over(pair: Pair) -> None:
    agree(pair)
    assert len(queries.feed_meetings(pair.aino, TOMORROW + timedelta(days=80))) == 1
    assert queries.feed_meetings(pair.aino, TOMORROW + timedelta(days=120)) == []


def test_notices_of_what_is_gone_are_passed_over(pair: Pair) -> None:
    meeting = agree(pair)
    row = Notification.objects.filter(kind="events.meeting_agreed").latest("pk")
    meeting.delete()
    with pytest.raises(LookupError):
        notices.agreed(row.context)
    with pytest.raises(LookupError):
        notices.proposed({"proposal": 0})


def test_two_have_met_when_their_meeting_is_over_and_neither_says_that_it_was_not_held(pair: Pair) -> None:
    meeting = agree(pair)
    both = (min(pair.rauhala.pk, pair.nord.pk), max(pair.rauhala.pk, pair.nord.pk))
    after = meeting.ends_at
    assert queries.met_pairs({both}, NOW) == set()
    assert queries.met_pairs({both, (0, 1)}, after) == {both}
    assert queries.met_pairs({(0, both[1])}, after) == set()
    meeting.parties.filter(profile=pair.nord).update(outcome="did_not", outcome_at=after)
    assert queries.met_pairs({both}, after) == set()
