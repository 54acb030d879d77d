"""Topics: offered, looked at by the school, applied for, chosen, closed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Block, Representative
from studies.models import Thesis, Topic
from studies.rules import theses as rules
from studies.services import theses_applying, theses_care, theses_topics
from studies.services.minors import ProfileIsShown
from studies.services.theses_applying import AppliedAlready, NotOpen, OnePersonOneSide, TakenAlready, TooShort
from studies.services.theses_common import NotNow, NotYours, Stale, WhyMissing
from studies.services.theses_topics import (
    AnswerTooShort,
    NotASchool,
    TitleMissing,
    WrongDay,
    WrongPay,
)
from tests.factories.people import NOW, make_profile, make_user

from .working import ANSWERS, LAST_DAY, LINES, Work, days, kinds_to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None), ("1500", "1500"), ("1 500", "1500"), ("1 500,5", "1500.50"), ("1500.50 €", "1500.50"),
        ("1 500 euroa", "1500"), ("0", "0"), ("99999", "99999"),
    ],
)  # fmt: skip
def test_pay_as_people_write_it(typed: str, read: str | None) -> None:
    assert rules.read_pay(typed) == (Decimal(read) if read is not None else None)


@pytest.mark.parametrize(
    "typed", ["1.500", "1,500", "sopimuksen mukaan", "-5", "1500/kk", "100000", "1 50", "1e3", "٣"]
)
def test_pay_in_a_wrong_format_is_told_at_its_field_and_nothing_is_made(work: Work, typed: str) -> None:
    with pytest.raises(WrongPay) as told:
        work.draft(pay=typed)
    assert told.value.field == "pay"
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"title": " "}, TitleMissing, "title"),
        ({"answers": {**ANSWERS, "problem": "Puru?"}}, AnswerTooShort, "problem"),
        ({"school": None}, NotASchool, "school"),
        ({"last_day": NOW.date() - days(1)}, WrongDay, "last_day"),
        ({"last_day": NOW.date() + days(400)}, WrongDay, "last_day"),
    ],
)
def test_a_plan_that_lacks_something(work: Work, changes: dict[str, Any], error: Any, field: str) -> None:
    with pytest.raises(error) as told:
        work.draft(**changes)
    assert told.value.field == field


def test_the_answers_make_the_text(work: Work) -> None:
    topic = work.draft()
    assert topic.text.startswith("**Mitä selvitetään**\n\nPuolet sahanpurusta")
    assert "Ihmiset ja tiedot" not in topic.text
    assert topic.pay == Decimal("1500")
    assert topic.version == 1


def test_the_same_form_twice_makes_one(work: Work) -> None:
    made = [
        theses_topics.offer_topic(plan=work.plan(), profile=work.saw, by=work.outi, now=NOW, key="a") for _n in range(2)
    ]
    assert made[0] == made[1]
    assert Topic.objects.count() == 1


def test_who_may_not_offer(work: Work) -> None:
    for profile, by in ((work.saw, work.onni), (work.school, work.teacher)):
        with pytest.raises(NotYours):
            theses_topics.offer_topic(plan=work.plan(), profile=profile, by=by, now=NOW)


def test_the_school_is_asked_and_opens_it(work: Work) -> None:
    topic = work.waiting()
    assert kinds_to(work.teacher) == kinds_to(work.other_teacher) == ["topic_waiting"]
    assert not Topic.objects.seen_by(work.oona, NOW).exists()
    topic = theses_topics.approve(topic=topic, checks=theses_topics.ALL_FIT, by=work.teacher, now=NOW)
    assert (topic.state, topic.supervisor) == ("open", work.teacher)
    assert kinds_to(work.outi) == ["topic_open"]
    assert Topic.objects.seen_by(None, NOW).get() == topic


def test_only_from_the_minute_it_is_open_until_its_end(work: Work) -> None:
    topic = work.open()
    end = theses_topics.end_of(LAST_DAY)
    assert Topic.objects.seen_by(work.oona, end - days(1)).exists()
    assert not Topic.objects.seen_by(work.oona, end).exists()
    with pytest.raises(NotOpen):
        theses_applying.apply(topic=topic, profile=work.student, text=LINES, by=work.onni, now=end)


def test_the_school_asks_for_a_change_or_declines_with_a_word(work: Work) -> None:
    topic = work.waiting()
    with pytest.raises(WhyMissing):
        theses_topics.ask_for_change(topic=topic, checks={}, said=" ", by=work.teacher, now=NOW)
    topic = theses_topics.ask_for_change(topic=topic, checks={}, said="Rajaa se.", by=work.teacher, now=NOW)
    assert kinds_to(work.outi) == ["topic_answered"]
    topic = theses_topics.change_topic(topic=topic, plan=work.plan(), by=work.outi, now=NOW)
    assert topic.state == "changes"
    topic = theses_topics.send_to_school(topic=topic, by=work.outi, now=NOW + days(1))
    topic = theses_topics.decline(
        topic=topic, checks={}, said="Ei ole opinnäytetyö.", by=work.teacher, now=NOW + days(2)
    )
    assert topic.state == "declined"


def test_a_topic_is_opened_when_all_four_fit(work: Work) -> None:
    topic = work.waiting()
    checks = {**theses_topics.ALL_FIT, "data": (False, "Lupa puuttuu.")}
    with pytest.raises(theses_topics.ChecksMissing) as told:
        theses_topics.approve(topic=topic, checks=checks, by=work.teacher, now=NOW)
    assert told.value.field == "data"
    topic = theses_topics.ask_for_change(topic=topic, said="Hanki lupa.", checks=checks, by=work.teacher, now=NOW)
    topic.refresh_from_db()
    assert topic.checks["data"] == {"fits": False, "note": "Lupa puuttuu."}
    assert topic.checks["scope"] == {"fits": True, "note": ""}


def test_one_under_18_with_a_profile_that_others_see_hides_it_first(work: Work) -> None:
    topic = work.open()
    type(work.student).objects.filter(pk=work.student.pk).update(visibility="members")
    with pytest.raises(ProfileIsShown) as told:
        work.apply(topic, is_minor=True)
    assert told.value.field == "is_minor"
    type(work.student).objects.filter(pk=work.student.pk).update(visibility="hidden")
    assert work.apply(topic, is_minor=True).is_minor


def test_nobody_looks_at_what_they_offer_themselves(work: Work) -> None:
    Representative.objects.create(profile=work.saw, user=work.teacher, role="member", since=NOW)
    topic = work.waiting()
    for by in (work.outi, work.onni, work.teacher):
        with pytest.raises(NotYours):
            theses_topics.approve(topic=topic, checks=theses_topics.ALL_FIT, by=by, now=NOW)
    assert kinds_to(work.teacher) == []


def test_a_changed_text_is_looked_at_anew_and_a_stale_form_is_told(work: Work) -> None:
    topic = work.open()
    with pytest.raises(Stale):
        theses_topics.change_topic(topic=topic, plan=work.plan(), by=work.outi, now=NOW, version=0)
    topic = theses_topics.change_topic(topic=topic, plan=work.plan(title="Uusi"), by=work.outi, now=NOW, version=1)
    assert topic.state == "waiting"
    assert not Topic.objects.seen_by(None, NOW).exists()


def test_applying(work: Work) -> None:
    topic = work.open()
    with pytest.raises(TooShort) as told:
        theses_applying.apply(topic=topic, profile=work.student, text="Minä!", by=work.onni, now=NOW)
    assert told.value.field == "text"
    made = work.apply(topic)
    assert kinds_to(work.outi)[-1] == "applied"
    with pytest.raises(AppliedAlready):
        work.apply(topic)
    with pytest.raises(NotYours):
        theses_applying.withdraw(application=made, by=work.oona, now=NOW)
    made = theses_applying.withdraw(application=made, by=work.onni, now=NOW)
    assert (made.state, made.text) == ("withdrawn", "")
    assert work.apply(topic).pk == made.pk


def test_who_cannot_apply(work: Work) -> None:
    topic = work.open()
    other = make_user()
    company = make_profile("Toinen Oy", by=other)
    for profile, by in ((company, other), (work.student, work.oona), (work.saw, work.outi)):
        with pytest.raises(NotYours):
            theses_applying.apply(topic=topic, profile=profile, text=LINES, by=by, now=NOW)
    Block.objects.create(blocker=work.saw, blocked=work.student, at=NOW)
    with pytest.raises(NotOpen):
        work.apply(topic)


def test_two_students_for_one_topic_one_wins_and_the_other_is_told_kindly(work: Work) -> None:
    topic = work.open()
    first, second = work.apply(topic), work.apply(topic, other=True)
    thesis = theses_applying.choose(application=second, by=work.outi, now=NOW)
    assert (thesis.student, thesis.company, thesis.supervisor) == (work.other_student, work.saw, work.teacher)
    with pytest.raises(TakenAlready):
        theses_applying.choose(application=first, by=work.outi, now=NOW)
    assert Thesis.objects.count() == 1
    first.refresh_from_db()
    assert first.state == "passed"
    assert kinds_to(work.oona) == ["chosen"]
    assert kinds_to(work.onni) == ["passed"]
    assert kinds_to(work.teacher)[-1] == "to_supervise"


def test_two_choices_that_both_saw_it_free_are_kept_apart_by_the_database(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a database whose second reader came before the first one's end."""
    topic = work.open()
    first, second = work.apply(topic), work.apply(topic, other=True)
    thesis = theses_applying.choose(application=first, by=work.outi, now=NOW)
    Topic.objects.update(state="open")
    type(second).objects.update(state="sent")
    monkeypatch.setattr("studies.models.theses.ThesisQuerySet.ongoing", lambda self: self.none())
    with pytest.raises(TakenAlready):
        theses_applying.choose(application=second, by=work.outi, now=NOW)
    assert Thesis.objects.get() == thesis


def test_one_person_stands_on_one_side(work: Work) -> None:
    topic = work.open()
    application = work.apply(topic)
    Representative.objects.create(profile=work.saw, user=work.onni, role="member", since=NOW)
    with pytest.raises(OnePersonOneSide):
        theses_applying.choose(application=application, by=work.outi, now=NOW)


def test_only_whoever_offers_chooses(work: Work) -> None:
    application = work.apply(work.open())
    for by in (work.onni, work.oona, work.teacher):
        with pytest.raises(NotYours):
            theses_applying.choose(application=application, by=by, now=NOW)


def test_a_students_topic_is_answered_by_a_company(work: Work) -> None:
    topic = work.students_topic()
    made = theses_applying.apply(topic=topic, profile=work.saw, text=LINES, by=work.outi, now=NOW)
    thesis = theses_applying.choose(application=made, by=work.onni, now=NOW)
    assert (thesis.student, thesis.company) == (work.student, work.saw)


def test_closing_tells_those_who_wait(work: Work) -> None:
    topic = work.open()
    work.apply(topic)
    with pytest.raises(NotYours):
        theses_topics.close_topic(topic=topic, by=work.onni, now=NOW)
    theses_topics.close_topic(topic=topic, by=work.outi, now=NOW)
    assert kinds_to(work.onni) == ["passed"]
    assert kinds_to(work.outi).count("passed") == 0


def test_a_taken_topic_is_not_closed_under_a_thesis(work: Work) -> None:
    thesis = work.agreeing()
    assert thesis.topic is not None
    for service in (theses_topics.close_topic, theses_topics.send_to_school):
        with pytest.raises(NotNow):
            service(topic=thesis.topic, by=work.outi, now=NOW)


def test_a_topic_that_has_waited_for_a_week_is_told_of_once(work: Work) -> None:
    work.waiting()
    assert theses_care.remind(now=NOW + days(6)) == 0
    assert [theses_care.remind(now=NOW + days(8)) for _n in range(2)] == [1, 0]
    assert kinds_to(work.teacher)[-1] == "topic_still_waiting"


def test_an_application_that_led_to_nothing_goes(work: Work) -> None:
    topic = work.open()
    made = work.apply(topic)
    theses_topics.close_topic(topic=topic, by=work.outi, now=NOW)
    theses_care.erase_old(now=NOW + days(89))
    assert type(made).objects.exists()
    theses_care.erase_old(now=NOW + days(90))
    assert not type(made).objects.exists()
