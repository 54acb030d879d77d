"""Questions of a planned purchase: asking, answering, declining, and what is never public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.services.safety import block
from opportunities.models import PurchaseFollower, PurchaseQuestion
from opportunities.queries import purchases as queries
from opportunities.rules import opportunities as rules
from opportunities.services import purchases, questions
from opportunities.services.common import NotOpen, NotYourProfile

from .making import NOW, company, draft, kinds_to, publish
from .purchasing import ANSWER, QUESTION, UNTIL, Scene, answer, ask, buy, change, told, town

pytestmark = pytest.mark.django_db
State = PurchaseQuestion.State


@pytest.fixture
def scene() -> Scene:
    return Scene()


# --- Asking


def test_a_question_waits_where_the_buyers_people_alone_are_told(scene: Scene) -> None:
    asked = scene.ask(key="sama")
    assert scene.ask(key="sama") == asked
    assert (asked.state, asked.language) == (State.WAITING, "fi")
    assert queries.published(scene.one.purchase) == []
    assert [one.text for one in queries.waiting(scene.one.purchase)] == [QUESTION]
    for person in (scene.owner, scene.colleague):
        assert [notice.text for notice in told("purchase_asked", person)] == [QUESTION]
    assert kinds_to(scene.member) == kinds_to(scene.other) == kinds_to(scene.asker) == []
    assert PurchaseFollower.objects.get().user == scene.asker


def test_questions_end_at_their_moment_to_the_second(scene: Scene) -> None:
    scene.ask(now=UNTIL - timedelta(seconds=1))
    for now in (UNTIL, UNTIL + timedelta(days=1)):
        with pytest.raises(questions.QuestionsOver):
            scene.ask(now=now)
    change(scene.one, scene.owner, now=UNTIL, questions_until=UNTIL + timedelta(days=2))
    assert scene.ask(now=UNTIL + timedelta(days=1)).is_waiting


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_on_the_days_when_clocks_change_questions_end_where_the_need_may_end(day: date) -> None:
    """The last moment for questions is the midnight at which the need itself ends."""
    joki, owner = town()
    before = datetime(day.year, day.month, 1, 9, tzinfo=UTC)
    end = rules.end_of(day)
    one = buy(joki, owner, now=before, last_day=day, questions_until=end)
    assert one.purchase.takes_questions(end - timedelta(seconds=1))
    assert not one.purchase.takes_questions(end)
    with pytest.raises(purchases.QuestionsAfterEnd):
        change(one, owner, now=before, last_day=day, questions_until=end + timedelta(minutes=1))


def test_only_a_published_profile_of_ones_own_asks_and_never_the_buyer(scene: Scene) -> None:
    hidden, someone = company("Luonnos", status="draft")
    plain = publish(scene.rival, scene.other)
    for one, profile, by, error in (
        (scene.one, scene.rival, scene.asker, questions.MayNotAsk),
        (scene.one, hidden, someone, questions.MayNotAsk),
        (scene.one, scene.town, scene.owner, questions.MayNotAsk),
        (scene.one, scene.town, scene.member, questions.MayNotAsk),
        (plain, scene.firm, scene.asker, NotOpen),
        (draft(scene.rival, scene.other), scene.firm, scene.asker, NotOpen),
        (buy(scene.town, scene.owner, publish=False), scene.firm, scene.asker, NotOpen),
    ):
        with pytest.raises(error):
            ask(one, profile, by)
    assert not PurchaseQuestion.objects.exists()


def test_whoever_acts_for_the_buyer_does_not_ask_as_another(scene: Scene) -> None:
    firm, owner = company("Sivutoimi")
    scene.town.representatives.create(user=owner, role="member", since=NOW)
    with pytest.raises(questions.MayNotAsk):
        ask(scene.one, firm, owner)


def test_a_block_shuts_nobody_out_of_a_purchase(scene: Scene) -> None:
    block(blocker=scene.town, blocked=scene.firm, by=scene.owner, now=NOW)
    assert rules.may_see(scene.asker, scene.one, NOW)
    assert scene.ask().is_waiting


@pytest.mark.parametrize("word", ["Kuljetus Virta Oy", "1234567-1", "VIRTA@virta.example", "kuljetus virta omistaja"])
def test_a_question_that_says_who_asks_is_refused_before_anybody_sees_it(scene: Scene, word: str) -> None:
    with pytest.raises(questions.NamesItself) as refused:
        scene.ask(f"Me, {word}, kysymme: käykö biokaasu?")
    assert refused.value.field == "text"
    assert not PurchaseQuestion.objects.exists()


def test_an_empty_question_and_too_many_are_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(questions.QuestionMissing):
        scene.ask(" \n ")
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    answer(scene.ask(), scene.owner)
    scene.ask("Entä sähkö?")
    with pytest.raises(questions.TooManyWaiting):
        scene.ask("Entä kolmas?")
    assert ask(scene.one, scene.rival, scene.other).is_waiting


# --- Answering


def test_an_answer_is_public_to_all_at_the_same_moment(scene: Scene) -> None:
    asked = scene.ask()
    questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    answer(asked, scene.owner)
    [row] = queries.published(scene.one.purchase)
    assert (row.number, row.question.answer, row.question.answered_at) == (1, ANSWER, NOW)
    assert queries.waiting(scene.one.purchase) == []
    for person in (scene.asker, scene.other):
        [notice] = told("purchase_answered", person)
        assert notice.text == QUESTION
        assert notice.url.endswith(f"#question-{asked.pk}")


def test_numbers_run_in_the_order_of_the_answers(scene: Scene) -> None:
    first, second = scene.ask("Ensimmäinen?"), scene.ask("Toinen?")
    answer(second, scene.owner)
    answer(first, scene.owner, now=NOW + timedelta(hours=1))
    assert [(row.number, row.question.text) for row in queries.published(scene.one.purchase)] == [
        (1, "Toinen?"),
        (2, "Ensimmäinen?"),
    ]


def test_a_question_is_taken_back_by_its_asker_alone_and_nothing_of_it_stays(scene: Scene) -> None:
    asked, kept = scene.ask(), scene.ask("Entä sähköbussit?")
    for who in (scene.owner, scene.colleague, scene.other, scene.host):
        with pytest.raises(questions.NotYourQuestion):
            questions.withdraw(question=asked, by=who, now=NOW)
    questions.withdraw(question=asked, by=scene.asker, now=NOW)
    questions.withdraw(question=asked, by=scene.asker, now=NOW)  # a second press
    assert [one.pk for one in queries.waiting(scene.one.purchase)] == [kept.pk]
    assert [notice.text for notice in told("purchase_asked", scene.owner)] == ["Entä sähköbussit?"]
    with pytest.raises(questions.QuestionTakenBack):
        answer(asked, scene.owner)
    with pytest.raises(questions.QuestionTakenBack):
        questions.decline(question=asked, why="Ei kuulu tähän.", by=scene.owner, now=NOW)


@pytest.mark.parametrize("way", ["answered", "declined"])
def test_what_the_buyer_has_dealt_with_is_not_taken_back(scene: Scene, way: str) -> None:
    asked = scene.ask()
    if way == "answered":
        answer(asked, scene.owner)
    else:
        questions.decline(question=asked, why="Ei kuulu tähän.", by=scene.owner, now=NOW)
    with pytest.raises(questions.DecidedAlready):
        questions.withdraw(question=asked, by=scene.asker, now=NOW)
    assert PurchaseQuestion.objects.filter(pk=asked.pk).exists()


def test_of_two_answers_at_once_one_wins_and_the_other_is_told(scene: Scene) -> None:
    asked = scene.ask()
    same = PurchaseQuestion.objects.get(pk=asked.pk)
    answer(asked, scene.owner)
    assert answer(same, scene.owner).answer == ANSWER  # the same press once more
    with pytest.raises(questions.AnsweredAlready):
        answer(same, scene.colleague, "Toinen vastaus.")
    with pytest.raises(questions.AnsweredAlready):
        questions.decline(question=same, why="Ei kuulu tähän.", by=scene.colleague, now=NOW)
    same.refresh_from_db()
    assert (same.answer, same.answered_by, same.state) == (ANSWER, scene.owner, State.ANSWERED)
    assert len(told("purchase_answered", scene.asker)) == 1


def test_answering_what_a_colleague_declined_is_told(scene: Scene) -> None:
    asked = scene.ask()
    questions.decline(question=asked, why="Ei kuulu tähän.", by=scene.owner, now=NOW)
    with pytest.raises(questions.DeclinedAlready):
        answer(asked, scene.colleague)


def test_what_is_declined_is_never_public_and_its_asker_alone_is_told_why(scene: Scene) -> None:
    asked = scene.ask()
    with pytest.raises(questions.WhyMissing):
        questions.decline(question=asked, why=" ", by=scene.owner, now=NOW)
    questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    questions.decline(question=asked, why="Kysymys paljastaa liikesalaisuuden.", by=scene.owner, now=NOW)
    assert queries.published(scene.one.purchase) == []
    assert queries.waiting(scene.one.purchase) == []
    assert "liikesalaisuuden" in told("purchase_declined", scene.asker)[0].text
    assert kinds_to(scene.other) == []
    assert [one.pk for one in queries.own_questions(scene.one.purchase, scene.asker)] == [asked.pk]
    assert queries.own_questions(scene.one.purchase, scene.other) == []


def test_an_answer_is_never_rewritten_but_corrected_with_a_date(scene: Scene) -> None:
    asked = scene.ask()
    later = NOW + timedelta(days=1)
    with pytest.raises(questions.NotAnswered):
        questions.correct(question=asked, text="Tarkennus.", by=scene.owner, now=later)
    answer(asked, scene.owner)
    with pytest.raises(questions.NothingToTell):
        questions.correct(question=asked, text="", by=scene.owner, now=later)
    for _press in range(2):
        questions.correct(question=asked, text="Myös vety käy.", by=scene.colleague, now=later, key="kerran")
    [row] = queries.published(scene.one.purchase)
    assert row.question.answer == ANSWER
    assert [(entry.text, entry.at) for entry in row.corrections] == [("Myös vety käy.", later)]
    assert [notice.text for notice in told("purchase_added", scene.asker)] == ["Myös vety käy."]


def test_only_the_buyers_owners_and_editors_answer_and_add(scene: Scene) -> None:
    asked, public = scene.ask(), scene.ask("Toinen?")
    answer(public, scene.owner)
    presses: list[Callable[[Any], Any]] = [
        lambda by: answer(asked, by),
        lambda by: questions.decline(question=asked, why="x", by=by, now=NOW),
        lambda by: questions.correct(question=public, text="x", by=by, now=NOW),
        lambda by: questions.inform(opportunity=scene.one, text="x", by=by, now=NOW),
        lambda by: change(scene.one, by, title="x"),
    ]
    for by in (scene.member, scene.asker, scene.other, scene.host, town("Muu")[1]):
        for press in presses:
            with pytest.raises(NotYourProfile):
                press(by)


def test_an_empty_answer_is_refused_at_its_field(scene: Scene) -> None:
    with pytest.raises(questions.AnswerMissing) as refused:
        answer(scene.ask(), scene.owner, " ")
    assert refused.value.field == "text"


def test_the_database_keeps_no_answer_without_its_moment(scene: Scene) -> None:
    asked = scene.ask()
    for broken in ({"state": "answered"}, {"answer": "x"}, {"answered_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PurchaseQuestion.objects.filter(pk=asked.pk).update(**broken)
