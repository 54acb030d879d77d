"""The market dialogue of a planned purchase: its life, its questions, and the clock."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import Profile
from accounts.services.safety import block
from accounts.services.users import delete_user
from core.attachments import prepare
from core.errors import DomainError
from notifications import kinds
from notifications.models import Notification
from opportunities.models import Answer, Opportunity, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.queries import purchases as queries
from opportunities.rules import opportunities as rules
from opportunities.services import answering, documents, purchases, questions
from opportunities.services import opportunities as services
from opportunities.services.common import IsClosed, IsDown, NotOpen, NotYourProfile, Stale

from .making import NOW, close, company, draft, kinds_to, make_user, plan, publish
from .purchasing import ANSWER, QUESTION, UNTIL, Scene, answer, ask, buy, change, town

pytestmark = pytest.mark.django_db
State = PurchaseQuestion.State


@pytest.fixture
def scene() -> Scene:
    return Scene()


def pdf(name: str = "liite.pdf") -> Any:
    return prepare(io.BytesIO(b"%PDF-1.4\n%%EOF"), name, 14)


def told(kind: str, user: Any) -> list[Any]:
    """What the notices of the kind say to a person; those whose fact is over say nothing."""
    found = kinds.get(f"opportunities.{kind}")
    assert found is not None
    assert found.may_read is not None
    said = []
    for row in Notification.objects.filter(user=user, kind=found.key).order_by("pk"):
        if found.may_read(row.context, user):
            with suppress(LookupError):
                said.append(found.render(row.context))
    return said


# --- Opening


def test_a_purchase_is_a_need_that_everybody_sees(scene: Scene) -> None:
    one = scene.one
    assert (one.direction, one.visibility, one.state) == ("need", "public", "open")
    assert one.purchase.questions_until == UNTIL
    assert Opportunity.objects.seen_by(None, NOW).get() == one


def test_whatever_else_is_asked_for_it_stays_public_and_without_a_private_answerer() -> None:
    joki, owner = town()
    one = buy(joki, owner, direction="offer", visibility="members", answered_by=owner)
    assert (one.direction, one.visibility, one.answered_by) == ("need", "public", None)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"terms": None}, purchases.Termless, None),
        ({"timetable": " "}, purchases.TimetableMissing, "timetable"),
        ({"questions_until": NOW}, purchases.QuestionsPassed, "questions_day"),
        ({"questions_until": NOW + timedelta(days=90)}, purchases.QuestionsAfterEnd, "questions_day"),
        ({"event": 12}, purchases.NoSuchEvent, "event"),
        ({"title": ""}, services.Untitled, "title"),
        ({"files": [None] * 11}, documents.TooManyFiles, "attachments"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_at_its_field(
    changes: dict[str, Any], error: type[DomainError], field: str | None
) -> None:
    joki, owner = town()
    if "files" in changes:
        changes = {"files": [pdf(f"{n}.pdf") for n in range(11)]}
    with pytest.raises(error) as refused:
        buy(joki, owner, **changes)
    assert refused.value.field == field
    assert not Opportunity.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in Profile.Kind if kind not in rules.BUYERS])
def test_only_a_municipality_or_a_public_body_plans_purchases(kind: str) -> None:
    profile, owner = company("Ostaja", kind=kind)
    with pytest.raises(purchases.NotABuyer):
        buy(profile, owner)


def test_a_purchase_of_a_profile_that_not_everybody_sees_stays_a_draft() -> None:
    joki, owner = town(visibility="members")
    with pytest.raises(purchases.NotForAll):
        buy(joki, owner)
    one = buy(joki, owner, publish=False)
    with pytest.raises(purchases.NotForAll):
        services.publish(opportunity=one, by=owner, now=NOW)


def test_a_draft_whose_questions_have_ended_is_not_published() -> None:
    joki, owner = town()
    one = buy(joki, owner, publish=False)
    with pytest.raises(purchases.QuestionsPassed):
        services.publish(opportunity=one, by=owner, now=UNTIL)
    assert services.publish(opportunity=one, by=owner, now=UNTIL - timedelta(seconds=1)).state == "open"


def test_a_purchase_stays_one_and_nothing_becomes_one() -> None:
    joki, owner = town()
    one, plain = buy(joki, owner), publish(joki, owner)
    with pytest.raises(purchases.StaysWhatItIs):
        services.change(opportunity=one, plan=plan(), by=owner, now=NOW)
    with pytest.raises(purchases.StaysWhatItIs):
        change(plain, owner)


# --- Nobody is answered in private


def test_a_purchase_is_not_answered_in_a_conversation(scene: Scene) -> None:
    with pytest.raises(answering.AskedInPublic):
        answering.answer(opportunity=scene.one, profile=scene.firm, text="Soitammeko?", by=scene.asker, now=NOW)
    assert not Answer.objects.exists()


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


# --- Adding and changing


def test_added_information_is_dated_with_its_files_and_those_who_follow_are_told(scene: Scene) -> None:
    questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    more: dict[str, Any] = {"text": "Reittikartta on liitteenä.", "by": scene.owner, "now": NOW, "key": "k"}
    for _press in range(2):
        questions.inform(opportunity=scene.one, files=[pdf("reitit.pdf")], **more)
    [entry] = queries.log_of(scene.one.purchase)
    assert (entry.kind, entry.at) == ("information", NOW)
    assert entry.changes == [{"field": "file", "before": "", "after": "reitit.pdf"}]
    assert scene.one.files.count() == 1
    assert [notice.text for notice in told("purchase_added", scene.other)] == ["Reittikartta on liitteenä."]
    assert kinds_to(scene.asker) == []
    with pytest.raises(questions.NothingToTell):
        questions.inform(opportunity=scene.one, text="", by=scene.owner, now=NOW)


def test_a_change_after_publication_stands_in_the_log_with_what_was_before() -> None:
    scene = Scene(files=[pdf("vanha.pdf")])
    questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    old = scene.one.files.get().pk
    later = NOW + timedelta(days=2)
    change(
        scene.one,
        scene.owner,
        now=later,
        title="Koulukuljetukset 2027–2029",
        questions_until=UNTIL + timedelta(days=3),
        files=[pdf("uusi.pdf")],
        without=[old],
    )
    [entry] = PurchaseEntry.objects.all()
    assert (entry.kind, entry.at) == ("change", later)
    assert {(one["field"], one["before"], one["after"]) for one in entry.changes} == {
        ("title", "Koulukuljetukset lukuvuodeksi 2027", "Koulukuljetukset 2027–2029"),
        ("questions_until", UNTIL.isoformat(), (UNTIL + timedelta(days=3)).isoformat()),
        ("file", "vanha.pdf", ""),
        ("file", "", "uusi.pdf"),
    }
    assert len(told("purchase_added", scene.other)) == 1


def test_a_save_that_changes_nothing_and_a_draft_leave_no_line(scene: Scene) -> None:
    change(scene.one, scene.owner)
    change(buy(scene.town, scene.owner, publish=False), scene.owner, title="Toinen")
    assert not PurchaseEntry.objects.exists()


def test_renewal_is_a_change_too(scene: Scene) -> None:
    services.renew(opportunity=scene.one, by=scene.owner, now=NOW)
    [entry] = PurchaseEntry.objects.all()
    assert [one["field"] for one in entry.changes] == ["last_day"]


def test_a_stale_form_does_not_take_away_what_was_just_added(scene: Scene) -> None:
    seen = Opportunity.objects.get(pk=scene.one.pk).version
    questions.inform(opportunity=scene.one, text="Uutta.", files=[pdf()], by=scene.owner, now=NOW)
    with pytest.raises(Stale):
        services.change(opportunity=scene.one, plan=plan(), by=scene.owner, now=NOW, version=seen)


# --- Following, and what time does


def test_following_is_begun_and_ended(scene: Scene) -> None:
    for _press in range(2):
        questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    assert queries.follows(scene.one.purchase, scene.other)
    questions.unfollow(opportunity=scene.one, by=scene.other, now=NOW)
    answer(scene.ask(), scene.owner)
    assert kinds_to(scene.other) == []
    with pytest.raises(questions.MayNotAsk):
        questions.follow(opportunity=scene.one, by=scene.member, now=NOW)
    with pytest.raises(NotOpen):
        questions.follow(opportunity=publish(scene.rival, scene.other), by=scene.asker, now=NOW)


def test_a_notice_is_not_for_whoever_follows_no_more(scene: Scene) -> None:
    answer(scene.ask(), scene.owner)
    assert len(told("purchase_answered", scene.asker)) == 1
    questions.unfollow(opportunity=scene.one, by=scene.asker, now=NOW)
    assert told("purchase_answered", scene.asker) == []


def test_after_the_end_of_questions_the_buyer_is_reminded_while_some_wait(scene: Scene, clock: Any) -> None:
    asked = scene.ask()
    moments = [
        (UNTIL - timedelta(seconds=1), 0), (UNTIL, 1), (UNTIL + timedelta(days=1), 1), (UNTIL + timedelta(days=3), 2),
        (UNTIL + timedelta(days=8), 3), (UNTIL + timedelta(days=14), 4), (UNTIL + timedelta(days=20), 4),
    ]  # fmt: skip
    for moment, count in moments:
        clock.move_to(moment)
        for _sweep in range(2):
            questions.remind_unanswered(now=moment)
        assert len(told("purchase_unanswered", scene.owner)) == count, moment
    assert kinds_to(scene.asker) == []
    answer(asked, scene.owner, now=moments[-1][0])
    assert told("purchase_unanswered", scene.owner) == []
    assert questions.remind_unanswered(now=moments[-1][0] + timedelta(days=9)) == 0


def test_a_sweep_that_was_missed_reminds_once(scene: Scene, clock: Any) -> None:
    scene.ask()
    clock.move_to(UNTIL + timedelta(days=9))
    assert [questions.remind_unanswered(now=UNTIL + timedelta(days=9)) for _n in range(2)] == [1, 0]


# --- The end


def test_it_is_closed_with_an_outcome_once_nothing_waits(scene: Scene) -> None:
    asked = scene.ask()
    with pytest.raises(purchases.AnswersFirst):
        close(scene.one, scene.owner)
    answer(asked, scene.owner)
    closed = close(scene.one, scene.owner, outcome="elsewhere")
    assert (closed.state, closed.outcome) == ("closed", "elsewhere")
    with pytest.raises(IsClosed):
        questions.correct(question=asked, text="x", by=scene.owner, now=NOW)
    with pytest.raises(IsClosed):
        questions.inform(opportunity=scene.one, text="x", by=scene.owner, now=NOW)
    with pytest.raises(NotOpen):
        scene.ask()


def test_what_was_asked_in_time_is_answered_after_the_need_has_ended_by_itself(scene: Scene) -> None:
    asked = scene.ask()
    ended = NOW + timedelta(days=60)
    with pytest.raises(NotOpen):
        scene.ask("Myöhässä?", now=ended)
    answer(asked, scene.owner, now=ended)
    assert rules.may_read_record(AnonymousUser(), Opportunity.objects.get(pk=scene.one.pk))


def test_one_that_was_taken_down_says_nothing_more(scene: Scene) -> None:
    asked = scene.ask()
    answer(asked, scene.owner)
    services.take_down(opportunity=scene.one, why="Väärä ilmoitus.", by=scene.host, now=NOW)
    down = Opportunity.objects.get(pk=scene.one.pk)
    assert not rules.may_read_record(scene.asker, down)
    assert told("purchase_answered", scene.asker) == []
    with pytest.raises(IsDown):
        questions.correct(question=asked, text="x", by=scene.owner, now=NOW)
    with pytest.raises(NotOpen):
        scene.ask("Vieläkö?")


def test_a_draft_takes_nothing(scene: Scene) -> None:
    one = buy(scene.town, scene.owner, publish=False)
    with pytest.raises(questions.NotPublished):
        questions.inform(opportunity=one, text="x", by=scene.owner, now=NOW)


# --- When a person leaves


def test_of_one_who_leaves_the_question_stays_and_nothing_says_whose_it_was(scene: Scene) -> None:
    user = make_user("Lähtijä")
    scene.firm.representatives.create(user=user, role="member", since=NOW)
    asked = ask(scene.one, scene.firm, user)
    delete_user(user=user, now=NOW)
    asked.refresh_from_db()
    assert (asked.text, asked.created_by, asked.profile) == (QUESTION, None, None)
    assert not PurchaseFollower.objects.exists()
    questions.decline(question=asked, why="Ei kuulu tähän.", by=scene.owner, now=NOW)


def test_ones_own_export_has_ones_own_questions(scene: Scene) -> None:
    scene.ask()
    assert [row["question"] for row in queries.export_of(scene.asker)] == [QUESTION]
    assert queries.export_of(scene.owner) == []
