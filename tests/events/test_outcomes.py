"""What came of meetings: one press, what is asked again after weeks, links in mails, figures, and the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Representative, User
from events import small_numbers
from events.models import FollowUp, Meeting, MeetingParty
from events.queries import meetings as meeting_queries
from events.queries import worth
from events.rules.outcomes import Verdict, verdict
from events.services import meetings, standing_in
from events.services import outcomes as services
from matching.outcomes import Worth
from notifications import services as notifications

from .making import (
    NOW,
    TOMORROW,
    Pair,
    agree,
    kinds_to,
    make_pair,
    make_user,
    text_of,
)

AFTER = TOMORROW + timedelta(hours=1)
MORNING = TOMORROW + timedelta(days=1)


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def say(meeting: Meeting, by: Any, outcome: str = "happened", **more: Any) -> None:
    services.say_outcome(meeting=meeting, by=by, outcome=outcome, now=more.get("now", AFTER))


# --- Pure ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        (["", ""], Verdict.UNKNOWN),
        (["happened", ""], Verdict.HELD),
        (["stand_in", "happened"], Verdict.HELD),
        (["did_not", ""], Verdict.MISSED),
        (["off", ""], Verdict.CALLED_OFF),
        (["off", "did_not"], Verdict.MISSED),
        (["happened", "did_not"], Verdict.DISPUTED),
        (["stand_in", "off"], Verdict.HELD),
    ],
)
def test_how_a_meeting_ended_from_what_its_sides_say(said: list[str], ends: Verdict) -> None:
    """Called off is no no-show, and a stand-in counts; the order of the sides does not matter."""
    assert verdict(said) == verdict(reversed(said)) == ends


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), max_size=6)


@given(COUNTS)
def test_no_small_number_is_told_or_follows(counts: Mapping[str, int]) -> None:
    told = small_numbers.hidden(counts)
    assert not any(count is not None and 0 < count < 5 for count in told.values())
    assert {key: count for key, count in told.items() if count is not None}.items() <= dict(counts).items()
    gone = [key for key, count in told.items() if count is None]
    others = [key for key in counts if counts[key] and not 0 < counts[key] < 5]
    if len(gone) == 1:
        assert not others or counts[gone[0]] >= 5


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_part_is_told_when_neither_it_nor_the_rest_is_small(part: int, rest: int) -> None:
    told = small_numbers.part_of(part, part + rest)
    assert (told is None) == (0 < part < 5 or 0 < rest < 5)


# --- One press -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_side_says_by_itself_what_came_of_it(pair: Pair) -> None:
    meeting = agree(pair)
    with pytest.raises(meetings.NotYetMet):
        say(meeting, pair.aino, now=NOW)
    say(meeting, pair.aino, "stand_in")
    say(meeting, pair.bo, "did_not")
    assert set(MeetingParty.objects.values_list("profile", "outcome")) == {
        (pair.rauhala.pk, "stand_in"),
        (pair.nord.pk, "did_not"),
    }
    with pytest.raises(meetings.NotYourMeeting):
        say(meeting, make_user("Outi"))
    other = agree(pair, TOMORROW + timedelta(days=1))
    meetings.cancel_meeting(meeting=other, by=pair.bo, now=NOW)
    other.refresh_from_db()
    with pytest.raises(meetings.NotYetMet):
        say(other, pair.aino, now=other.ends_at)


@pytest.mark.django_db
def test_more_is_said_of_what_was_held_only(pair: Pair) -> None:
    meeting = agree(pair)
    services.say_more(meeting=meeting, by=pair.aino, now=AFTER, useful=3, next_step="offer", note="Kysy hintaa")
    mine = MeetingParty.objects.get(profile=pair.rauhala)
    assert (mine.outcome, mine.useful, mine.next_step, mine.note) == ("happened", 3, "offer", "Kysy hintaa")
    say(meeting, pair.aino, "off")
    mine.refresh_from_db()
    assert (mine.outcome, mine.useful, mine.next_step, mine.note) == ("off", None, "", "Kysy hintaa")
    services.say_more(meeting=meeting, by=pair.aino, now=AFTER, useful=2, note="Uusi yritys")
    mine.refresh_from_db()
    assert (mine.useful, mine.note) == (None, "Uusi yritys")
    for by, error in ((make_user("Outi"), meetings.NotYourMeeting),):
        with pytest.raises(error):
            services.say_more(meeting=meeting, by=by, now=AFTER, note="x")


@pytest.mark.django_db
def test_the_note_is_for_ones_own_side_only(pair: Pair, clock: Any) -> None:
    meeting = agree(pair)
    clock.move_to(AFTER)
    page = reverse("meeting_more", kwargs={"pk": meeting.pk})
    assert as_user(pair.aino).post(page, {"useful": "3", "note": "Heillä on kiire"}).status_code == 302
    shown = reverse("meeting", kwargs={"pk": meeting.pk})
    colleague = make_user("Kaisa")
    Representative.objects.create(profile=pair.rauhala, user=colleague, role="editor", since=NOW)
    for user in (pair.aino, colleague):
        assert "Heillä on kiire" in text_of(as_user(user).get(shown))
    assert "Heillä on kiire" not in text_of(as_user(pair.bo).get(shown))
    assert as_user(pair.bo).get(page).context["form"].initial["note"] == ""
    assert as_user(make_user("Outi")).get(page).status_code == 404


@pytest.mark.django_db
def test_before_its_time_there_is_nothing_more_to_say(pair: Pair, clock: Any) -> None:
    meeting = agree(pair)
    assert as_user(pair.aino).get(reverse("meeting_more", kwargs={"pk": meeting.pk})).status_code == 404


# --- Asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_morning_after_each_person_is_asked_once(pair: Pair) -> None:
    agree(pair)
    other = agree(pair, TOMORROW + timedelta(hours=2))
    say(other, pair.bo, now=other.ends_at)
    assert services.ask(now=AFTER) == 0
    assert services.ask(now=MORNING.replace(hour=3)) == 0
    assert services.ask(now=MORNING) == 2
    assert services.ask(now=MORNING + timedelta(hours=1)) == 0
    assert kinds_to(pair.aino).count("events.how_was_it") == 1
    points = mail_points(pair.bo, "How was") or mail_points(pair.bo, "Millainen")
    assert len(points) == 4


@pytest.mark.django_db
def test_a_month_and_three_months_later_it_is_asked_what_came_of_it(pair: Pair) -> None:
    meeting = agree(pair)
    for days in (30, 90):
        at = MORNING + timedelta(days=days)
        assert services.ask(now=at - timedelta(days=2)) == 0
        assert services.ask(now=at) == 2
        assert services.ask(now=at + timedelta(hours=1)) == 0
        assert FollowUp.objects.filter(after_days=days, party__meeting=meeting).count() == 2
    assert kinds_to(pair.bo).count("events.came_of_it") == 2
    assert services.ask(now=MORNING + timedelta(days=200)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["off", "did_not"])
def test_of_what_was_not_held_nothing_is_asked(pair: Pair, said: str) -> None:
    say(agree(pair), pair.bo, said)
    assert services.ask(now=MORNING + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_nothing_is_asked_of_what_was_cancelled_nor_of_closed_accounts(pair: Pair) -> None:
    agree(pair)
    cancelled = agree(pair, TOMORROW + timedelta(hours=3))
    meetings.cancel_meeting(meeting=cancelled, by=pair.bo, now=NOW)
    User.objects.filter(pk=pair.bo.pk).update(is_active=False)
    assert services.ask(now=MORNING) == 1
    assert services.ask(now=MORNING + timedelta(days=30)) == 1
    assert FollowUp.objects.get().party.user == pair.aino


def mail_points(user: User, subject: str = "") -> list[str]:
    """The links of the answers in the newest mail that asks."""
    while notifications.deliver_due(now=MORNING + timedelta(days=400)):
        pass
    sent = [one for one in mail.outbox if one.to == [user.email] and subject in one.subject]
    return re.findall(r"http\S+(/\w\w/events/meetings/answer/\S+)", str(sent[-1].body)) if sent else []


# --- Links in mails --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_in_the_mail_asks_once_more_and_then_keeps_the_answer(pair: Pair, clock: Any) -> None:
    agree(pair)
    services.ask(now=MORNING + timedelta(days=30))
    deal = next(link for link in mail_points(pair.aino) if link.endswith("answer=deal"))
    clock.move_to(MORNING + timedelta(days=31))
    client = Client()
    assert "kaupat" in text_of(client.get(deal)).casefold()
    assert not FollowUp.objects.exclude(came="").exists()
    response = client.post(deal.split("?")[0], {"answer": "deal"})
    assert response.status_code == 200
    row = FollowUp.objects.exclude(came="").get()
    assert (row.came, row.answered_by, row.party.profile) == ("deal", pair.aino, pair.rauhala)
    assert row.party.outcome == "happened"
    client.post(deal.split("?")[0], {"answer": "offer"})
    row.refresh_from_db()
    assert row.came == "offer"
    client.post(deal.split("?")[0], {"answer": "nonsense"})
    row.refresh_from_db()
    assert row.came == "offer"


@pytest.mark.django_db
def test_the_first_question_is_answered_from_the_mail_too(pair: Pair, clock: Any) -> None:
    meeting = agree(pair)
    party = meeting.parties.get(profile=pair.nord)
    clock.move_to(MORNING)
    page = reverse("answer_from_mail", kwargs={"token": services.answer_token("held", party.pk, pair.bo)})
    Client().post(page, {"answer": "stand_in"})
    party.refresh_from_db()
    assert party.outcome == "stand_in"
    standing = make_user("Kaisa")
    Representative.objects.create(profile=pair.nord, user=standing, role="editor", since=NOW)
    MeetingParty.objects.filter(pk=party.pk).update(user=standing)
    assert Client().post(page, {"answer": "happened"}).status_code == 200
    Representative.objects.filter(user=pair.bo).delete()
    assert Client().post(page, {"answer": "did_not"}).status_code == 410
    party.refresh_from_db()
    assert party.outcome == "happened"


@pytest.mark.django_db
def test_a_link_that_is_broken_old_or_of_a_closed_account_answers_nothing(pair: Pair, clock: Any) -> None:
    party = agree(pair).parties.get(profile=pair.nord)
    clock.move_to(MORNING)
    token = services.answer_token("held", party.pk, pair.bo)

    def status(one: str) -> int:
        return Client().get(reverse("answer_from_mail", kwargs={"token": one})).status_code

    assert status(token) == 200
    assert status(token[:-2] + "xx") == 410
    assert status(services.answer_token("other", party.pk, pair.bo)) == 410
    clock.move_to(MORNING + timedelta(days=121))
    assert status(token) == 410
    clock.move_to(MORNING)
    User.objects.filter(pk=pair.bo.pk).update(is_active=False)
    assert status(token) == 410


@pytest.mark.django_db
def test_only_the_side_that_was_asked_answers(pair: Pair, clock: Any) -> None:
    agree(pair)
    services.ask(now=MORNING + timedelta(days=30))
    clock.move_to(MORNING + timedelta(days=30))
    mine = FollowUp.objects.get(party__profile=pair.rauhala)
    page = reverse("answer_follow_up", kwargs={"pk": mine.pk})
    assert as_user(pair.bo).post(page, {"came": "deal"}).status_code == 404
    with pytest.raises(meetings.NotYourMeeting):
        services.answer_follow_up(follow_up=mine, by=pair.bo, came="deal", now=AFTER)
    as_user(pair.aino).post(page, {"came": "nonsense"})
    assert not FollowUp.objects.exclude(came="").exists()
    as_user(pair.aino).post(page, {"came": "project"})
    assert FollowUp.objects.exclude(came="").get().came == "project"


# --- What the matcher learns ----------------------------------------------------------------------------------------


def ids(pair: Pair) -> tuple[int, int]:
    low, high = sorted((pair.rauhala.pk, pair.nord.pk))
    return low, high


@pytest.mark.django_db
def test_what_a_meeting_was_worth_is_told_to_the_matcher(pair: Pair) -> None:
    meeting = agree(pair)
    both = ids(pair)
    say(meeting, pair.aino)
    assert worth.worth_of({both}, AFTER) == {}
    services.say_more(meeting=meeting, by=pair.aino, now=AFTER, useful=1)
    assert worth.worth_of({both, (0, 1)}, AFTER) == {both: Worth.IN_VAIN}
    services.say_more(meeting=meeting, by=pair.bo, now=AFTER, useful=3)
    assert worth.worth_of({both}, AFTER) == {both: Worth.FRUITFUL}
    assert meeting_queries.met_pairs({both}, meeting.ends_at) == {both}
    say(meeting, pair.bo, "off")
    say(meeting, pair.aino, "off")
    assert worth.worth_of({both}, AFTER) == {}
    assert meeting_queries.met_pairs({both}, meeting.ends_at) == set()


@pytest.mark.django_db
def test_a_fruit_is_told_in_the_week_in_which_it_is_first_told(pair: Pair) -> None:
    meeting = agree(pair)
    both = ids(pair)
    first = MORNING + timedelta(days=30)
    services.ask(now=first)
    mine, theirs = (FollowUp.objects.get(party__profile=one) for one in (pair.rauhala, pair.nord))
    services.answer_follow_up(follow_up=mine, by=pair.aino, came="talks", now=first)
    assert worth.fruits_between(first - timedelta(days=1), first + timedelta(days=1)) == set()
    services.answer_follow_up(follow_up=theirs, by=pair.bo, came="deal", now=first)
    assert worth.fruits_between(first - timedelta(days=1), first + timedelta(days=1)) == {both}
    assert worth.worth_of({both}, first) == {both: Worth.FRUITFUL}
    later = MORNING + timedelta(days=90)
    services.ask(now=later)
    again = FollowUp.objects.get(party__profile=pair.rauhala, after_days=90)
    services.answer_follow_up(follow_up=again, by=pair.aino, came="project", now=later)
    assert worth.fruits_between(later - timedelta(days=1), later + timedelta(days=1)) == set()
    assert meeting.parties.count() == 2


@pytest.mark.django_db
def test_one_who_stands_in_says_what_came_of_it(pair: Pair) -> None:
    meeting = agree(pair)
    kaisa = make_user("Kaisa Kollega")
    Representative.objects.create(profile=pair.rauhala, user=kaisa, role="editor", since=NOW)
    standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    assert services.ask(now=MORNING) == 2
    assert "events.how_was_it" in kinds_to(kaisa)
    assert "events.how_was_it" not in kinds_to(pair.aino)
