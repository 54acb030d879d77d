"""A thesis's life, its bad days, and what goes when its time has come."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.storage import storages

from accounts.models import Profile
from accounts.services.profiles import take_down
from accounts.services.users import delete_user
from studies import tasks
from studies.models import Signature, Thesis, ThesisFeedback, ThesisFile, Topic, TopicApplication
from studies.services import theses as services
from studies.services import theses_applying, theses_care, theses_files, theses_topics
from studies.services.agreements import WrongEmbargo
from studies.services.theses import (
    CannotSupervise,
    EarlierThanAgreed,
    NameMissing,
    NotForMinors,
    NothingSaid,
    SummaryMissing,
    WrongMilestone,
)
from studies.services.theses_common import NotNow, NotYours, WhyMissing
from tests.factories.people import NOW, make_user

from .working import Work, days, hand_in, kinds_to, open_version

pytestmark = pytest.mark.django_db

DUE = date(2026, 4, 1)


class TestMilestones:
    def test_added_reached_and_removed(self, work: Work) -> None:
        thesis = work.under_way()
        base: dict[str, Any] = {"thesis": thesis, "title": "Aineisto", "due_on": DUE, "now": NOW}
        for changes, error, field in (
            ({"title": " "}, NameMissing, "title"),
            ({"due_on": None}, WrongMilestone, "due_on"),
            ({"due_on": NOW.date() - days(1)}, WrongMilestone, "due_on"),
        ):
            with pytest.raises(error) as told:
                services.add_milestone(**{**base, **changes}, by=work.onni)
            assert told.value.field == field
        with pytest.raises(NotYours):
            services.add_milestone(**base, by=work.oona)
        made = services.add_milestone(**base, by=work.teacher)
        services.set_milestone_done(milestone=made, done=True, by=work.onni, now=NOW)
        assert kinds_to(work.outi)[-1] == kinds_to(work.teacher)[-1] == "milestone_done"
        with pytest.raises(NotNow):
            services.remove_milestone(milestone=made, by=work.onni, now=NOW)
        services.set_milestone_done(milestone=made, done=False, by=work.onni, now=NOW)
        services.remove_milestone(milestone=made, by=work.onni, now=NOW)
        assert not thesis.milestones.exists()

    def test_reminders_come_once_before_and_once_when_late(self, work: Work) -> None:
        thesis = work.under_way()
        services.add_milestone(thesis=thesis, title="Aineisto", due_on=DUE, by=work.onni, now=NOW)
        assert theses_care.remind(now=NOW + days(22)) == 0
        assert [theses_care.remind(now=NOW + days(23)) for _n in range(2)] == [1, 0]
        assert kinds_to(work.onni)[-1] == "milestone_soon"
        assert [theses_care.remind(now=NOW + days(31)) for _n in range(2)] == [1, 0]
        assert kinds_to(work.onni)[-1] == kinds_to(work.teacher)[-1] == "milestone_late"
        assert "milestone_late" not in kinds_to(work.outi)

    def test_no_reminder_of_what_is_reached_or_broken_off(self, work: Work) -> None:
        thesis = work.under_way()
        made = services.add_milestone(thesis=thesis, title="Aineisto", due_on=DUE, by=work.onni, now=NOW)
        services.set_milestone_done(milestone=made, done=True, by=work.onni, now=NOW)
        services.add_milestone(thesis=thesis, title="Toinen", due_on=DUE, by=work.onni, now=NOW)
        services.break_off(thesis=thesis, why="Loppui.", by=work.outi, now=NOW)
        assert theses_care.remind(now=NOW + days(60)) == 0


class TestHandingIn:
    def test_drafts_and_the_final_work(self, work: Work) -> None:
        thesis = work.under_way()
        for by in (work.outi, work.teacher, work.oona):
            with pytest.raises(NotYours):
                hand_in(thesis, by)
        draft = hand_in(thesis, work.onni)
        assert kinds_to(work.teacher)[-1] == kinds_to(work.outi)[-1] == "draft"
        theses_files.remove_draft(file=draft, by=work.onni, now=NOW)
        final = hand_in(thesis, work.onni, final=True)
        thesis.refresh_from_db()
        assert thesis.state == "handed_in"
        with pytest.raises(NotNow):
            hand_in(thesis, work.onni)
        with pytest.raises(NotNow):
            theses_files.remove_draft(file=final, by=work.onni, now=NOW)

    def test_not_before_the_agreement_is_signed(self, work: Work) -> None:
        with pytest.raises(NotNow):
            hand_in(work.agreeing(), work.onni)

    def test_the_supervisor_asks_for_more_or_accepts(self, work: Work) -> None:
        thesis = work.handed_in()
        with pytest.raises(NotYours):
            services.finish(thesis=thesis, by=work.outi, now=NOW)
        with pytest.raises(WhyMissing):
            services.send_back(thesis=thesis, why="", by=work.teacher, now=NOW)
        services.send_back(thesis=thesis, why="Lähteet puuttuvat.", by=work.teacher, now=NOW)
        assert kinds_to(work.onni)[-1] == "sent_back"
        hand_in(thesis, work.onni, final=True, now=NOW + days(1))
        thesis = services.finish(thesis=thesis, by=work.teacher, now=NOW + days(2))
        assert (thesis.state, thesis.erase_on) == ("finished", NOW.date() + days(2) + days(365))
        assert kinds_to(work.outi)[-1] == "finished"


def test_feedback_of_each_side(work: Work) -> None:
    thesis = work.under_way()
    say: dict[str, Any] = {"thesis": thesis, "went_well": "Kaikki.", "to_better": "", "again": True, "now": NOW}
    with pytest.raises(NotNow):
        services.give_feedback(**say, by=work.onni)
    hand_in(thesis, work.onni, final=True)
    with pytest.raises(NothingSaid):
        services.give_feedback(**{**say, "went_well": ""}, by=work.onni)
    for by in work.three:
        services.give_feedback(**say, by=by)
    services.give_feedback(**{**say, "to_better": "Aikataulu."}, by=work.onni)
    assert ThesisFeedback.objects.count() == 3
    assert kinds_to(work.outi).count("feedback") == 2
    with pytest.raises(NotYours):
        services.give_feedback(**say, by=work.oona)


class TestPublishing:
    def test_by_the_student_at_once(self, work: Work) -> None:
        thesis = work.finished()
        base: dict[str, Any] = {"thesis": thesis, "summary": "Levyä.", "embargo_until": None, "now": NOW}
        for by in (work.outi, work.teacher):
            with pytest.raises(NotYours):
                services.publish(**base, by=by)
        with pytest.raises(SummaryMissing):
            services.publish(**{**base, "summary": ""}, by=work.onni)
        thesis = services.publish(**base, by=work.onni)
        assert (thesis.state, thesis.published_at) == ("published", NOW)
        assert kinds_to(work.outi)[-1] == "published"
        thesis = services.take_back(thesis=thesis, by=work.onni, now=NOW)
        assert (thesis.state, thesis.published_at) == ("finished", None)

    def test_under_embargo_until_the_first_minute_of_a_day(self, work: Work) -> None:
        """In Helsinki, not in UTC."""
        thesis = work.finished()
        base: dict[str, Any] = {"thesis": thesis, "summary": "Levyä.", "by": work.onni, "now": NOW}
        for wrong in (NOW.date(), NOW.date() + days(3000)):
            with pytest.raises(WrongEmbargo):
                services.publish(**base, embargo_until=wrong)
        services.publish(**base, embargo_until=date(2026, 9, 1))
        before, after = NOW.replace(month=8, day=31, hour=20, minute=59), NOW.replace(month=8, day=31, hour=21)
        assert theses_care.lift_embargoes(now=before) == 0
        assert not Thesis.objects.published().exists()
        assert [theses_care.lift_embargoes(now=after) for _n in range(2)] == [1, 0]
        assert Thesis.objects.published().get().published_at == after

    def test_not_before_the_day_that_the_agreement_says(self, work: Work) -> None:
        day = date(2026, 9, 1)
        thesis = work.finished_as_agreed(embargo_until=day)
        base: dict[str, Any] = {"thesis": thesis, "summary": "Levyä.", "by": work.onni}
        for wanted in (None, date(2026, 8, 31)):
            with pytest.raises(EarlierThanAgreed) as told:
                services.publish(**base, embargo_until=wanted, now=NOW)
            assert (told.value.field, "1.9.2026" in str(told.value)) == ("embargo_until", True)
        assert services.publish(**base, embargo_until=day, now=NOW).embargo_until == day
        services.take_back(thesis=thesis, by=work.onni, now=NOW)
        later = date(2026, 10, 1)
        assert services.publish(**base, embargo_until=later, now=NOW).embargo_until == later
        services.take_back(thesis=thesis, by=work.onni, now=NOW)
        after = NOW.replace(month=9, day=1)
        assert services.publish(**base, embargo_until=None, now=after).state == "published"

    def test_the_company_reads_first_where_it_was_agreed(self, work: Work) -> None:
        thesis = work.finished_as_agreed(reads_first=14)
        base: dict[str, Any] = {"thesis": thesis, "summary": "Levyä.", "by": work.onni, "now": NOW}
        thesis = services.publish(**base, embargo_until=None)
        until = NOW.date() + days(14)
        assert (thesis.state, thesis.embargo_until) == ("embargoed", until)
        assert (kinds_to(work.outi)[-1], kinds_to(work.teacher)[-1]) == ("reads_first", "published")
        assert "published" not in kinds_to(work.outi)
        assert theses_care.lift_embargoes(now=NOW + days(13)) == 0
        assert theses_care.lift_embargoes(now=NOW + days(14)) == 1
        services.take_back(thesis=thesis, by=work.onni, now=NOW)
        assert services.publish(**base, embargo_until=until + days(9)).embargo_until == until + days(9)

    def test_each_side_shows_it_on_its_own_profile(self, work: Work) -> None:
        thesis = work.under_way()
        with pytest.raises(NotNow):
            services.set_shown(thesis=thesis, shown=True, by=work.onni, now=NOW)
        thesis = _finish(work, thesis)
        thesis = services.set_shown(thesis=thesis, shown=True, by=work.outi, now=NOW)
        assert (thesis.shown_by_company, thesis.shown_by_student) == (True, False)
        thesis = services.set_shown(thesis=thesis, shown=True, by=work.onni, now=NOW)
        assert thesis.shown_by_student
        with pytest.raises(NotYours):
            services.set_shown(thesis=thesis, shown=True, by=work.teacher, now=NOW)

    def test_of_a_minor_nothing_is_shown(self, work: Work) -> None:
        thesis = work.finished()
        Thesis.objects.update(is_minor=True)
        with pytest.raises(NotForMinors):
            services.set_shown(thesis=thesis, shown=True, by=work.onni, now=NOW)


def _finish(work: Work, thesis: Thesis) -> Thesis:
    hand_in(thesis, work.onni, final=True)
    return services.finish(thesis=thesis, by=work.teacher, now=NOW)


class TestBadDays:
    def test_the_company_withdraws_in_the_middle(self, work: Work) -> None:
        """The others are told why, what was signed stays, and the topic can be offered again."""
        thesis = work.under_way()
        hand_in(thesis, work.onni)
        with pytest.raises(WhyMissing):
            services.break_off(thesis=thesis, why=" ", by=work.outi, now=NOW)
        thesis = services.break_off(thesis=thesis, why="Tehdas suljetaan.", by=work.outi, now=NOW)
        assert thesis.state == "broken_off"
        assert kinds_to(work.onni)[-1] == kinds_to(work.teacher)[-1] == "broken_off"
        change = thesis.changes.last()
        assert change is not None
        assert (change.side, change.why) == ("company", "Tehdas suljetaan.")
        assert Signature.objects.count() == 3
        assert ThesisFile.objects.count() == 1
        assert thesis.topic is not None
        again = theses_topics.send_to_school(topic=thesis.topic, by=work.outi, now=NOW)
        theses_topics.approve(topic=again, checks=theses_topics.ALL_FIT, by=work.teacher, now=NOW)
        made = work.apply(again, other=True)
        assert theses_applying.choose(application=made, by=work.outi, now=NOW).student == work.other_student

    def test_a_version_that_waits_is_dropped_with_the_thesis(self, work: Work) -> None:
        thesis = work.agreeing()
        services.break_off(thesis=thesis, why="Ei sittenkään.", by=work.onni, now=NOW)
        assert thesis.agreements.get().state == "dropped"

    def test_the_supervisor_changes_and_all_three_accept_again(self, work: Work) -> None:
        thesis = work.under_way()
        with pytest.raises(NotYours):
            services.hand_over(thesis=thesis, to=work.other_teacher, by=work.onni, now=NOW)
        for to in (work.outi, work.teacher, make_user()):
            with pytest.raises(CannotSupervise):
                services.hand_over(thesis=thesis, to=to, by=work.teacher, now=NOW)
        services.hand_over(thesis=thesis, to=work.other_teacher, by=work.teacher, now=NOW)
        version = open_version(thesis)
        assert version.number == 2
        assert "Ohjaaja: Timo Toinen" in bytes(version.content).decode()
        assert kinds_to(work.other_teacher)[-1] == kinds_to(work.onni)[-1] == "supervisor"
        with pytest.raises(NotYours):
            work.sign(thesis, work.teacher)
        work.sign(thesis, work.onni, work.outi, work.other_teacher)
        assert thesis.agreements.get(state="in_force").number == 2

    def test_the_supervisor_changes_before_all_have_signed(self, work: Work) -> None:
        thesis = work.agreeing()
        work.sign(thesis, work.onni)
        services.hand_over(thesis=thesis, to=work.other_teacher, by=work.teacher, now=NOW)
        assert open_version(thesis).number == 1
        assert not Signature.objects.filter(voided_at=None).exists()

    def test_the_supervisor_closes_the_account(self, work: Work) -> None:
        thesis = work.under_way()
        delete_user(user=work.teacher, now=NOW)
        thesis.refresh_from_db()
        assert (thesis.state, thesis.supervisor) == ("underway", None)
        assert kinds_to(work.onni)[-1] == kinds_to(work.other_teacher)[-1] == "no_supervisor"
        services.hand_over(thesis=thesis, to=work.other_teacher, by=work.other_teacher, now=NOW)
        assert "Timo Toinen" in bytes(open_version(thesis).content).decode()

    def test_the_student_closes_the_account_under_the_agreement(self, work: Work) -> None:
        """The others are told, everything about the student goes at once, and what was signed stays to the others."""
        thesis = work.under_way()
        file = hand_in(thesis, work.onni)
        made = services.add_milestone(thesis=thesis, title="Aineisto", due_on=DUE, by=work.onni, now=NOW)
        signed = bytes(Signature.objects.get(side="student").content)
        delete_user(user=work.onni, now=NOW)
        thesis.refresh_from_db()
        assert (thesis.state, thesis.student, thesis.erased_at) == ("broken_off", None, NOW)
        assert kinds_to(work.outi)[-1] == kinds_to(work.teacher)[-1] == "broken_off"
        assert not TopicApplication.objects.exists()
        assert not ThesisFile.objects.filter(pk=file.pk).exists()
        assert not type(made).objects.exists()
        kept = Signature.objects.get(side="student")
        assert (kept.by, bytes(kept.content)) == (None, signed)

    def test_a_published_work_is_not_public_after_its_writer_has_gone(self, work: Work) -> None:
        thesis = work.published()
        services.set_shown(thesis=thesis, shown=True, by=work.onni, now=NOW)
        delete_user(user=work.onni, now=NOW)
        thesis.refresh_from_db()
        assert (thesis.state, thesis.student, thesis.summary) == ("finished", None, "")

    def test_a_students_open_topic_goes_with_the_account(self, work: Work) -> None:
        topic = work.students_topic()
        theses_applying.apply(topic=topic, profile=work.saw, text="Tämä sopisi meille oikein hyvin.", by=work.outi, now=NOW)  # fmt: skip  # noqa: E501 (one call)
        delete_user(user=work.onni, now=NOW)
        assert kinds_to(work.outi)[-1] == "passed"
        assert not Topic.objects.exists()

    @pytest.mark.parametrize("who", ["saw", "school"])
    def test_a_profile_is_taken_down(self, work: Work, who: str) -> None:
        thesis, other = work.under_way(), work.open(title="Toinen aihe")
        work.apply(other, other=True)
        profile: Profile = getattr(work, who)
        owner = work.outi if who == "saw" else work.other_teacher
        take_down(profile=profile, by=owner, now=NOW)
        thesis.refresh_from_db()
        other.refresh_from_db()
        assert (thesis.state, other.state) == ("broken_off", "closed")
        assert kinds_to(work.onni)[-1] == "broken_off"
        assert kinds_to(work.oona) == ["passed"]


class TestWhatGoes:
    def test_a_year_after_the_end_everything_about_the_student_goes_but_what_was_signed(
        self, work: Work, django_capture_on_commit_callbacks: Any
    ) -> None:
        thesis = work.handed_in(is_minor=False)
        say: dict[str, Any] = {"went_well": "Hyvin.", "to_better": "", "again": True, "by": work.onni, "now": NOW}
        services.give_feedback(thesis=thesis, **say)
        thesis = services.finish(thesis=thesis, by=work.teacher, now=NOW)
        name = ThesisFile.objects.get().file.name
        assert theses_care.erase_old(now=NOW + days(364)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert theses_care.erase_old(now=NOW + days(365)) == 1
        thesis.refresh_from_db()
        assert (thesis.student, thesis.erased_at) == (None, NOW + days(365))
        assert not ThesisFile.objects.exists()
        assert not ThesisFeedback.objects.exists()
        assert not TopicApplication.objects.exists()
        assert not storages["private"].exists(str(name))
        assert Signature.objects.count() == 3
        assert theses_care.erase_old(now=NOW + days(366)) == 0

    def test_what_the_student_published_and_shows_stays(self, work: Work) -> None:
        thesis = work.published()
        services.set_shown(thesis=thesis, shown=True, by=work.onni, now=NOW)
        theses_care.erase_old(now=NOW + days(365))
        thesis.refresh_from_db()
        assert (thesis.state, thesis.student, thesis.summary) == ("published", work.student, "Purusta tulee levyä.")
        assert ThesisFile.objects.get().kind == "final"
        assert not ThesisFeedback.objects.exists()

    def test_signed_agreements_go_after_ten_years(self, work: Work) -> None:
        work.finished()
        theses_care.erase_old(now=NOW.replace(year=2036, month=2))
        assert Signature.objects.count() == 3
        theses_care.erase_old(now=NOW.replace(year=2036, month=4))
        assert not Signature.objects.exists()

    def test_a_guardians_contact_goes(self, work: Work) -> None:
        thesis = work.under_way()
        Thesis.objects.update(is_minor=True, guardian_name="Äiti", guardian_contact="040 123")
        services.break_off(thesis=thesis, why="Loppui.", by=work.onni, now=NOW)
        theses_care.erase_old(now=NOW + days(365))
        thesis.refresh_from_db()
        assert (thesis.guardian_name, thesis.guardian_contact) == ("", "")


def test_the_sweeps_are_the_tasks_that_there_are() -> None:
    known = {tasks.theses.sweep_theses.name, tasks.theses.erase_theses.name}
    assert {name for name, _seconds in tasks.theses.SWEEPS.values()} == known
    tasks.theses.sweep_theses()
    assert tasks.theses.erase_theses() == 0
