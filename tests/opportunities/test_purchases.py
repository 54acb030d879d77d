"""The market dialogue of a planned purchase: its life, its questions, and the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Profile
from accounts.services.users import delete_user
from core.errors import DomainError
from opportunities.models import Answer, Opportunity, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.queries import purchases as queries
from opportunities.rules import opportunities as rules
from opportunities.services import answering, documents, purchases, questions
from opportunities.services import opportunities as services
from opportunities.services.common import IsClosed, IsDown, NotOpen, Stale

from .making import NOW, close, company, kinds_to, make_user, plan, publish
from .purchasing import QUESTION, UNTIL, Scene, answer, ask, buy, change, pdf, told, town

pytestmark = pytest.mark.django_db
State = PurchaseQuestion.State


@pytest.fixture
def scene() -> Scene:
    return Scene()


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
