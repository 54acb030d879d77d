"""What answers and what came of them teach the whole installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from conversations.models import Conversation, Message
from matching import outcomes, services, taught, tuned
from matching.engine.learning import CONNECTED, FRUITFUL, IN_VAIN, INTERESTED, LATE_FRUIT, LEAST_ANSWERS, MET
from matching.models import Connection, Interest, Rebuild, Tuning
from matching.services.learning import WAIT
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
LATER = NOW + WAIT + timedelta(days=7)
NEAR = {"shared_field": 200, "place": 800}
FAR = {"shared_field": 900, "place": 100, "attention": -50}


@pytest.fixture
def host(db: None) -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


def answers(accepted: dict[str, int], refused: dict[str, int], *, at: datetime = NOW) -> list[Interest]:
    """Thirty profiles each want what is like the one and do not want what is like the other, twice over."""
    profiles = [make_profile() for _n in range(30)]
    others = [make_profile() for _n in range(4)]
    return Interest.objects.bulk_create(
        Interest(
            profile=profile, other=other, answer="interested" if n < 2 else "not_relevant",
            points=accepted if n < 2 else refused, at=at,
        )
        for profile in profiles for n, other in enumerate(others)
    )  # fmt: skip


def test_an_answer_keeps_what_its_score_was_made_of(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    row = saw.suggestions.get(other=bedding)
    services.answer(profile=saw, other=bedding, answer="interested", by=saw_user, now=NOW)
    kept = Interest.objects.get().points
    assert sum(kept.values()) == row.score
    assert kept["need_meets_offer"] > 0
    stranger = make_profile()
    services.answer(profile=saw, other=stranger, answer="not_relevant", by=saw_user, now=NOW)
    assert Interest.objects.get(other=stranger).points == {}


def test_what_was_accepted_more_often_comes_to_weigh_more_and_the_lists_are_made_anew(saw: Profile) -> None:
    answers(NEAR, FAR)
    row = services.learn_from_answers(now=LATER)
    assert row is not None
    assert (row.how, row.by, row.point) == ("learnt", None, "spread")
    assert row.factors == {"nearness": pytest.approx(1.03, abs=0.001)}
    assert row.figures["parts"] == {"nearness": {"accepted": 0.8, "refused": 0.1}}
    assert (row.figures["accepted"], row.figures["refused"], row.figures["profiles"]) == (60, 60, 30)
    assert tuned.weights_in_force().place > 1.02 * tuned.read(Tuning()).place
    assert Rebuild.objects.get().started_at == LATER


def test_no_answer_is_learnt_from_twice_not_even_when_the_step_was_taken_back(host: User) -> None:
    answers(NEAR, FAR)
    assert services.learn_from_answers(now=LATER)
    assert services.learn_from_answers(now=LATER + timedelta(hours=6)) is None
    services.restore_tuning(earlier=None, by=host, now=LATER)
    assert services.learn_from_answers(now=LATER + timedelta(days=7)) is None
    answers(FAR, NEAR, at=LATER)
    again = services.learn_from_answers(now=LATER + WAIT + timedelta(days=7))
    assert again is not None
    assert again.factors["nearness"] < 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Tuning.objects.create(at=NOW, how="learnt", answers_until=again.answers_until)


def test_answers_wait_until_it_is_known_what_came_of_them_and_are_forgotten_at_last() -> None:
    answers(NEAR, FAR)
    assert services.learn_from_answers(now=NOW + WAIT - timedelta(days=1)) is None
    assert services.learn_from_answers(now=NOW + timedelta(days=250)) is None
    assert services.learn_from_answers(now=NOW + timedelta(days=100)) is not None


def test_a_coordinator_can_switch_learning_off(host: User) -> None:
    answers(NEAR, FAR)
    services.choose_tuning(point="spread", attention=1.0, learns=False, by=host, now=NOW)
    assert services.learn_from_answers(now=LATER) is None
    services.choose_tuning(point="spread", attention=1.0, learns=True, by=host, now=NOW)
    assert services.learn_from_answers(now=LATER) is not None


def test_too_few_answers_teach_nothing() -> None:
    given = answers(NEAR, FAR)
    kept = int(LEAST_ANSWERS) - 1
    Interest.objects.filter(pk__in=[one.pk for one in given if one.answer == "not_relevant"][kept:]).delete()
    assert services.learn_from_answers(now=LATER) is None


def test_what_came_of_an_interest_counts_more_than_the_interest(
    saw: Profile, bedding: Profile, school: Profile
) -> None:
    fourth = make_profile()
    for other in (bedding, school, fourth):
        Interest.objects.create(profile=saw, other=other, answer="interested", points=NEAR, at=NOW)
    Interest.objects.create(profile=bedding, other=school, answer="not_relevant", points=FAR, at=NOW)
    Interest.objects.create(profile=bedding, other=fourth, answer="never", points=FAR, at=NOW)
    for other in (bedding, school):
        low, high = sorted((saw, other), key=lambda one: one.pk)
        Connection.objects.create(a=low, b=high, made_at=NOW)
    talk = write(saw, bedding, by=[saw])
    found = {(one.profile, one.counts) for one in taught.answers_between(NOW, LATER, now=LATER)}
    assert found == {(saw.pk, CONNECTED), (saw.pk, INTERESTED), (bedding.pk, 1.0)}
    say(talk, bedding)
    counts = sorted(one.counts for one in taught.answers_between(NOW, LATER, now=LATER) if one.accepts)
    assert counts == [INTERESTED, CONNECTED, MET]


def write(one: Profile, other: Profile, *, by: Iterable[Profile]) -> Conversation:
    low, high = sorted((one, other), key=lambda profile: profile.pk)
    talk = Conversation.objects.create(a=low, b=high, made_at=NOW, accepted_at=NOW)
    for profile in by:
        say(talk, profile)
    return talk


def say(talk: Conversation, profile: Profile) -> None:
    Message.objects.create(
        conversation=talk, profile=profile, text="Hei", language="fi", at=NOW, token=f"t{profile.pk}"
    )


def test_what_upper_apps_know_of_meetings_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_met", {})
    outcomes.on_met("test", lambda pairs, _now: {(1, 2)} & set(pairs))
    assert outcomes.have_met({(1, 2), (1, 3)}, NOW) == {(1, 2)}


def test_what_upper_apps_know_of_a_meetings_worth_counts(
    saw: Profile, bedding: Profile, school: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that bore fruit counts most, one that was in vain less than a mere interest, and only where they met."""
    fourth = make_profile()
    pairs = {}
    for other in (bedding, school, fourth):
        Interest.objects.create(profile=saw, other=other, answer="interested", points=NEAR, at=NOW)
        low, high = sorted((saw.pk, other.pk))
        pairs[other.pk] = low, high
    monkeypatch.setattr(outcomes, "_met", {})
    monkeypatch.setattr(outcomes, "_worth", {})
    met = {pairs[bedding.pk], pairs[school.pk]}
    outcomes.on_met("test", lambda asked, _now: met & set(asked))
    worth = {
        pairs[bedding.pk]: outcomes.Worth.FRUITFUL,
        pairs[school.pk]: outcomes.Worth.IN_VAIN,
        pairs[fourth.pk]: outcomes.Worth.FRUITFUL,
    }
    outcomes.on_worth("test", lambda _pairs, _now: worth, lambda _after, _until: set())
    counts = sorted(one.counts for one in taught.answers_between(NOW, LATER, now=LATER))
    assert counts == [IN_VAIN, INTERESTED, FRUITFUL]
    assert IN_VAIN < INTERESTED < CONNECTED < MET < FRUITFUL == 1.0


def test_where_two_apps_differ_the_fruit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_worth", {})
    outcomes.on_worth("a", lambda _pairs, _now: {(1, 2): outcomes.Worth.FRUITFUL}, lambda _after, _until: {(1, 2)})
    outcomes.on_worth("b", lambda _pairs, _now: {(1, 2): outcomes.Worth.IN_VAIN}, lambda _after, _until: set())
    assert outcomes.fruits_between(NOW, LATER) == {(1, 2)}
    assert outcomes.worth_of({(1, 2)}, NOW) == {(1, 2): outcomes.Worth.FRUITFUL}


def test_a_fruit_that_is_told_after_the_answer_was_learnt_from_is_learnt_once_more(
    saw: Profile, bedding: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Interest.objects.create(
        profile=saw, other=bedding, answer="interested", points=NEAR, at=NOW - timedelta(days=60)
    )
    Interest.objects.create(profile=bedding, other=saw, answer="not_relevant", points=FAR, at=given.at)
    low, high = sorted((saw.pk, bedding.pk))
    monkeypatch.setattr(outcomes, "_worth", {})
    outcomes.on_worth("test", lambda _pairs, _now: {}, lambda after, until: {(low, high)} if after == NOW else set())
    [late] = taught.answers_between(NOW, LATER, now=LATER)
    assert (late.profile, late.accepts, late.counts) == (saw.pk, True, LATE_FRUIT)
    assert taught.answers_between(LATER, LATER + timedelta(days=7), now=LATER) == []


def test_late_fruits_move_the_weights_within_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals of far ones, and news that older interests in near ones bore fruit: nearness weighs a step more."""
    given = answers(NEAR, FAR)
    accepted = [one for one in given if one.answer == "interested"]
    Interest.objects.filter(pk__in=[one.pk for one in accepted]).update(at=NOW - timedelta(days=200))
    assert services.learn_from_answers(now=LATER) is None
    pairs = {(min(one.profile_id, one.other_id), max(one.profile_id, one.other_id)) for one in accepted}
    monkeypatch.setattr(outcomes, "_worth", {})
    outcomes.on_worth("test", lambda _pairs, _now: {}, lambda _after, _until: pairs)
    monkeypatch.setattr("matching.taught.LATE_FRUIT", 1.0)
    learnt = services.learn_from_answers(now=LATER)
    assert learnt is not None
    assert 1.0 < learnt.factors["nearness"] <= 1.031


def test_the_page_tells_in_words_what_was_learnt_and_takes_it_back(client: Client, host: User) -> None:
    answers(NEAR, FAR)
    services.learn_from_answers(now=LATER)
    client.force_login(host)
    address: Any = reverse("tuning")
    told = client.get(address).context["told"]
    assert [(move.percent, move.accepted, move.refused) for move in told.learnt] == [(3, 80, 10)]
    assert (told.after, told.until) < (LATER.date(), LATER.date())
    assert "80 %" in client.get(address).content.decode()
    client.post(reverse("tuning_restore", args=[client.get(address).context["before"]]))
    assert tuned.in_force().factors == {}
    assert Tuning.objects.count() == 2


def test_a_week_is_counted_whole_whenever_it_is_asked() -> None:
    answers(NEAR, FAR, at=datetime(2026, 3, 4, tzinfo=UTC))
    monday = datetime(2026, 3, 23, 6, 0, tzinfo=UTC)
    assert services.learn_from_answers(now=monday - timedelta(days=1)) is None
    assert services.learn_from_answers(now=monday) is not None
