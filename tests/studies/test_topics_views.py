"""Pages of topics: shown, offered, and applied for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from studies.models import Thesis, Topic
from studies.services import theses_topics
from tests.factories.people import NOW, make_user, tag_all

from .working import ANSWERS, LINES, Work, act, as_user, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


ALL_TICKED = dict.fromkeys(("scope", "level", "ethics", "data"), "on")


def topic_data(work: Work, **changes: Any) -> dict[str, Any]:
    return {
        **ANSWERS, "title": "Sahanpuru", "profile": work.saw.pk, "school": work.school.pk, "level": "applied",
        "language": "fi", "work_language": "fi", "municipality": "426", "pay": "1500", "last_day": "2026-06-30",
        "once": "abc", **changes,
    }  # fmt: skip


class TestTopics:
    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, work: Work, count: int, django_assert_num_queries: Any) -> None:
        tag_all([])
        for n in range(count):
            work.open(title=f"Aihe {n}")
        client = as_user(work.onni)
        client.get(reverse("topics"))
        with django_assert_num_queries(8):
            response = client.get(reverse("topics"))
        assert len(response.context["page"].object_list) == count

    def test_search_and_filters(self, work: Work) -> None:
        theme = tag_all([work.saw])
        found = work.open(themes=[theme])
        other = work.open(title="Robotin ohjelmointi", answers={**ANSWERS, "problem": "Robotti ei osaa väistää."},
                          pay="", level="master", municipality="167", work_language="en")  # fmt: skip
        both = {found, other}
        for asked, expected in (
            ("", both), ("q=sahanpuru", {found}), ("q=puru", {found}), ("q=robotit", {other}), ("pay=paid", {found}),
            (f"theme={theme.slug}", {found}), ("level=master", {other}), ("place=167", {other}),
            ("language=en", {other}),
            (f"school={work.school.slug}", both), ("level=nonsense", both), ("q=zzzz", set()),
        ):  # fmt: skip
            page = as_user(None).get(f"{reverse('topics')}?{asked}").context["page"]
            assert set(page.object_list) == expected, asked

    def test_one_is_shown_from_the_minute_it_is_open_until_its_end(self, work: Work, clock: Any) -> None:
        topic = work.waiting()
        for opened, when, status in ((False, NOW, 404), (True, NOW, 200), (True, theses_topics.end_of(topic.last_day), 404)):  # fmt: skip  # noqa: E501 (one table)
            if opened and topic.state == "waiting":
                topic = theses_topics.approve(topic=topic, checks=theses_topics.ALL_FIT, by=work.teacher, now=NOW)
            clock.move_to(when)
            assert as_user(None).get(topic.get_absolute_url()).status_code == status, when
            listed = as_user(None).get(reverse("topics")).context["page"].object_list
            assert (topic in listed) is (status == 200)

    def test_a_students_topic_does_not_tell_who_it_is(self, work: Work) -> None:
        topic = work.students_topic()
        for person in (None, work.outi, work.oona):
            for address in (topic.get_absolute_url(), reverse("topics"), reverse("studies")):
                assert "Onni" not in text_of(as_user(person).get(address))
        assert "Onni" in text_of(as_user(work.teacher).get(topic.get_absolute_url()))


class TestOffering:
    def test_five_questions_make_a_draft_that_is_sent_and_opened(self, work: Work) -> None:
        response = as_user(work.outi).post(reverse("topic_new"), topic_data(work))
        topic = Topic.objects.get()
        assert response.headers["Location"] == topic.get_absolute_url()
        assert reverse("topic_act", kwargs={"pk": topic.pk, "act": "send"}) in as_user(work.outi).get(response.headers["Location"]).content.decode()  # fmt: skip  # noqa: E501 (one line)
        act(work.outi, topic, "send")
        page = text_of(as_user(work.teacher).get(topic.get_absolute_url()))
        assert "Saha Oy" in page
        refused = act(work.teacher, topic, "approve", scope="on", level="on", data="on", scope_note="Sopiva.")
        assert refused.status_code == 422
        assert list(refused.context["said_form"].errors) == ["ethics"]
        act(work.teacher, topic, "approve", **ALL_TICKED)
        topic.refresh_from_db()
        assert topic.state == "open"

    def test_pay_in_a_wrong_format_keeps_what_was_written(self, work: Work) -> None:
        response = as_user(work.outi).post(reverse("topic_new"), topic_data(work, pay="sopimuksen mukaan"))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["pay"]
        assert ANSWERS["problem"] in response.content.decode()
        assert "sopimuksen mukaan" in response.content.decode()
        assert not Topic.objects.exists()

    def test_what_is_needed_is_not_called_optional_and_is_told_at_once(self, work: Work) -> None:
        needed = ["title", "school", "last_day", "problem", "use", "material"]
        page = as_user(work.outi).get(reverse("topic_new"))
        shown = page.context["form"].visible_fields()
        optional = [field.name for field in shown if "optional" in str(field.as_field_group())]
        assert set(optional) == {"themes", "municipality", "pay", "who", "care"}
        response = as_user(work.outi).post(reverse("topic_new"), topic_data(work, **dict.fromkeys(needed, " ")))
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert list(errors) == needed
        assert errors["title"] == ["Anna aiheelle nimi."]

    def test_whoever_can_offer_nothing_is_told(self, work: Work) -> None:
        response = as_user(make_user()).get(reverse("topic_new"))
        assert response.status_code == 200
        assert "form" not in (response.context or {})

    def test_editing_and_a_stale_form(self, work: Work) -> None:
        topic = work.draft()
        address = reverse("topic_edit", kwargs={"pk": topic.pk})
        page = as_user(work.outi).get(address)
        assert page.context["form"].initial["pay"] == "1500"
        sent = topic_data(work, title="Toinen", stamp="0")
        response = as_user(work.outi).post(address, sent)
        assert response.status_code == 422
        response = as_user(work.outi).post(address, {**sent, "stamp": "1"})
        assert response.status_code == 302
        topic.refresh_from_db()
        assert topic.title == "Toinen"

    def test_the_schools_answer_needs_a_word(self, work: Work) -> None:
        topic = work.waiting()
        response = act(work.teacher, topic, "decline", said="")
        assert response.status_code == 422
        act(work.teacher, topic, "change", said="Rajaa aihe.", level="on", data_note="Lupa puuttuu.")
        page = text_of(as_user(work.outi).get(topic.get_absolute_url()))
        for told in ("Rajaa aihe.", "Taso sopii : kyllä", "saa käyttää : ei vielä . Lupa puuttuu."):
            assert re.sub(r"\s+", "", told) in re.sub(r"\s+", "", page)
        for other in (work.oona, work.teacher):
            assert "Lupa puuttuu." not in text_of(as_user(other).get(topic.get_absolute_url()))


class TestApplying:
    def test_a_few_lines_and_a_choice(self, work: Work) -> None:
        topic = work.open()
        response = act(work.onni, topic, "apply", profile=work.student.pk, text="Lyhyt")
        assert response.status_code == 422
        assert "Lyhyt" in response.content.decode()
        assert "Onni" not in text_of(as_user(work.outi).get(topic.get_absolute_url()))
        act(work.onni, topic, "apply", profile=work.student.pk, text=LINES)
        page = text_of(as_user(work.outi).get(topic.get_absolute_url()))
        assert "Onni Opiskelija" in page
        assert LINES in page
        made = topic.applications.get()
        response = act(work.outi, topic, "choose", application=made.pk)
        thesis = Thesis.objects.get()
        assert response.headers["Location"] == thesis.get_absolute_url()

    def test_taking_it_back(self, work: Work) -> None:
        topic = work.open()
        made = work.apply(topic)
        act(work.onni, topic, "withdraw", application=made.pk)
        made.refresh_from_db()
        assert made.state == "withdrawn"
        assert "Onni" not in text_of(as_user(work.outi).get(topic.get_absolute_url()))

    def test_odd_numbers_and_words(self, work: Work) -> None:
        topic = work.open()
        for what, sent in (("choose", {"application": "x"}), ("choose", {"application": "9999"}), ("dance", {})):
            assert act(work.outi, topic, what, **sent).status_code == 404
