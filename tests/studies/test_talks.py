"""The conversations of student work: who is in one, under which name, and when it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from conversations.models import GroupMessage, GroupReader, GroupTalk
from conversations.queries import groups as talk_queries
from conversations.services import groups
from conversations.services.group_telling import DAY
from conversations.services.messages import ConversationClosed
from core import modules
from notifications.models import Notification
from studies.models import Entrant, OfferedPlace
from studies.queries import talks as queries
from studies.queries.talks import COURSE, THESIS
from studies.services import courses_care, courses_joining, theses, theses_care
from studies.services.courses_joining import EntrantPlan
from tests.factories.people import NOW, make_profile, make_user

from .coursing import Course, make_course
from .working import Work, make_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HELLO = "Salattu sorvi"
LATER = NOW + timedelta(minutes=5)


def as_user(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def opened(circle: str, pk: int) -> GroupTalk:
    return groups.open_circle(circle=circle, circle_id=pk, now=NOW)


class Scene:
    """Aada, who shows her name, and Eero, who does not, are given to Puu; Iida is given to Metalli."""

    def __init__(self, **changes: Any) -> None:
        translation.activate("fi")
        self.course: Course = make_course(**changes)
        self.puu: OfferedPlace = self.course.place("Puu")
        self.metalli: OfferedPlace = self.course.place("Metalli")
        self.aada = self.course.student("Aada A", shown_to_company=True)
        self.eero = self.course.student("Eero E")
        self.iida = self.course.student("Iida I", shown_to_company=True)
        User.objects.filter(pk=self.aada.user_id).update(name="Aada Salainen")
        self.course.go_on("wishes")
        for one, place in ((self.aada, self.puu), (self.eero, self.puu), (self.iida, self.metalli)):
            self.course.wish(one, place)

    def give(self) -> Scene:
        self.course.allocate()
        return self

    def door(self, place: OfferedPlace) -> str:
        return reverse("course_talk", kwargs={"pk": self.course.round.pk, "place": place.pk})

    @property
    def company(self) -> User:
        return self.course.people["Puu"]

    def people(self) -> dict[str, User | None]:
        stranger = make_user()
        make_profile("Muu Oy", by=stranger)
        return {
            "visitor": None, "company": self.company, "student": User.objects.get(pk=self.aada.user_id),
            "unnamed student": self.eero.user, "other company": self.course.people["Metalli"],
            "other student": self.iida.user, "teacher": self.course.teacher, "stranger": stranger,
            "coordinator": make_user(is_coordinator=True),
        }  # fmt: skip


def test_nothing_points_to_conversations_that_are_switched_off() -> None:
    scene = Scene().give()
    work = make_work()
    thesis = work.under_way()
    doors = {
        scene.course.round.get_absolute_url(): (scene.company, scene.door(scene.puu)),
        thesis.get_absolute_url(): (work.teacher, reverse("thesis_talk", args=[thesis.pk])),
    }
    for page, (person, door) in doors.items():
        assert door in as_user(person).get(page).content.decode()
    on = {one.key for one in modules.registered()}
    gone = {"conversations"}
    while more := {one.key for one in modules.registered() if gone & {*one.needs}} - gone:
        gone |= more
    assert "studies" not in gone
    with TestCase.captureOnCommitCallbacks(execute=True):
        modules.set_modules(on=on - gone, by=make_user(is_coordinator=True), now=NOW)
    for page, (person, door) in doors.items():
        assert door not in as_user(person).get(page).content.decode()


def test_the_company_and_its_students_alone_are_in_it() -> None:
    scene = Scene().give()
    talk = opened(COURSE, scene.puu.pk)
    groups.write(talk=talk, text=HELLO, by=scene.company, now=LATER)
    page = reverse("messages_group", args=[talk.pk])
    for who, person in scene.people().items():
        client, inside = as_user(person), who in ("company", "student")
        door = client.get(scene.door(scene.puu))
        assert (door.status_code == 302 and door["Location"] == page) is inside, who
        if person is not None:
            assert door.status_code == (302 if inside else 404), who
            assert client.get(page).status_code == (200 if inside else 404), who
            assert (HELLO in client.get(reverse("messages"), follow=True).content.decode()) is inside, who
        around = client.get(scene.course.round.get_absolute_url()).content.decode()
        assert (scene.door(scene.puu) in around) is inside, who


def test_before_places_are_given_there_is_none() -> None:
    scene = Scene()
    scene.course.allocate(publish=False)
    assert as_user(scene.company).get(scene.door(scene.puu)).status_code == 404
    assert as_user(scene.aada.user).get(scene.door(scene.puu)).status_code == 404
    assert queries.places_of(scene.company) == {}
    assert queries.places_of(scene.aada.user) == {}


def test_of_minors_a_company_has_no_conversation() -> None:
    scene = Scene(has_minors=True).give()
    Entrant.objects.update(shown_to_company=True)
    for person in (scene.company, scene.aada.user):
        assert as_user(person).get(scene.door(scene.puu)).status_code == 404
        assert "course_talk" not in as_user(person).get(scene.course.round.get_absolute_url()).content.decode()


def test_a_student_is_known_by_the_name_that_was_given_and_not_by_the_accounts() -> None:
    scene = Scene().give()
    talk = opened(COURSE, scene.puu.pk)
    aada = User.objects.get(pk=scene.aada.user_id)
    groups.write(talk=talk, text=HELLO, by=aada, now=LATER)
    client = as_user(scene.company)
    inbox = client.get(reverse("messages"), follow=True).content.decode()
    page = client.get(reverse("messages_group", args=[talk.pk])).content.decode()
    for text in (inbox, page):
        assert "Aada A" in text
        assert "Salainen" not in text
    here = talk_queries.presence(talk.pk, scene.company)
    assert here is not None
    [message] = talk_queries.thread(here).messages
    assert talk_queries.writer(message) == "Aada A"
    scene.aada.refresh_from_db()
    courses_joining.leave(entrant=scene.aada, by=aada, now=LATER)
    courses_joining.edit_entrant(
        entrant=scene.eero, plan=EntrantPlan("Eero E", shown_to_company=True), by=scene.eero.user, now=LATER
    )
    left = client.get(reverse("messages_group", args=[talk.pk])).content.decode()
    assert "Salainen" not in left
    assert HELLO in left


def test_the_name_shown_later_opens_it_and_hidden_again_closes_it() -> None:
    scene = Scene().give()
    talk = opened(COURSE, scene.puu.pk)
    assert as_user(scene.eero.user).get(scene.door(scene.puu)).status_code == 404
    courses_joining.edit_entrant(
        entrant=scene.eero, plan=EntrantPlan("Eero", shown_to_company=True), by=scene.eero.user, now=LATER
    )
    assert as_user(scene.eero.user).get(scene.door(scene.puu)).status_code == 302
    groups.write(talk=talk, text=HELLO, by=scene.company, now=LATER)
    assert GroupReader.objects.filter(talk=talk, user=scene.eero.user).exists()
    courses_joining.edit_entrant(entrant=scene.eero, plan=EntrantPlan("Eero"), by=scene.eero.user, now=LATER)
    assert not GroupReader.objects.filter(talk=talk, user=scene.eero.user).exists()
    assert as_user(scene.eero.user).get(scene.door(scene.puu)).status_code == 404


def test_a_company_that_withdraws_has_it_no_more_and_new_students_see_nothing_earlier() -> None:
    scene = Scene().give()
    talk = opened(COURSE, scene.puu.pk)
    groups.write(talk=talk, text=HELLO, by=scene.company, now=LATER)
    courses_joining.withdraw_place(place=scene.puu, by=scene.company, now=LATER)
    for person in (scene.company, scene.aada.user):
        assert talk_queries.presence(talk.pk, person) is None
    assert not GroupReader.objects.filter(talk=talk).exists()


def test_it_is_told_of_written_until_the_end_and_goes_with_what_is_about_students() -> None:
    scene = Scene().give()
    talk = opened(COURSE, scene.puu.pk)
    groups.write(talk=talk, text=HELLO, by=scene.company, now=LATER)
    [row] = Notification.objects.filter(kind=DAY)
    assert row.user_id == scene.aada.user_id
    scene.course.go_on("ended")
    with pytest.raises(ConversationClosed):
        groups.write(talk=talk, text="Vielä", by=scene.company, now=LATER)
    assert as_user(scene.company).get(scene.door(scene.puu)).status_code == 302
    courses_care.forget_old(now=NOW + timedelta(days=100))
    assert not GroupTalk.objects.filter(pk=talk.pk).exists()
    assert not GroupMessage.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_reads_them_by_a_fixed_number(count: int, django_assert_num_queries: Any) -> None:
    owner = make_user("Olli Omistaja")
    mill = make_profile("Saha Oy", by=owner)
    for n in range(count):
        course = make_course()
        place = courses_joining.offer_place(
            round=course.round, profile=mill, by=owner, now=NOW,
            plan=courses_joining.PlacePlan(text="Puuala", language="fi", contact="Puu", most=2),
        )  # fmt: skip
        one = course.student(f"Aada {n}", shown_to_company=True)
        course.go_on("wishes")
        course.wish(one, place)
        course.allocate()
        groups.write(talk=opened(COURSE, place.pk), text=HELLO, by=one.user, now=LATER)
    talk_queries.rows(owner, limit=10)
    with django_assert_num_queries(NUMBER_OF_READS):
        rows = talk_queries.rows(owner, limit=10)
    assert len(rows) == count
    assert {talk_queries.writer(row.last) for row in rows if row.last} == {f"Aada {n}" for n in range(count)}


NUMBER_OF_READS = 13


# --- Of a thesis -----------------------------------------------------------------------------------------------------


def door(thesis: Any) -> str:
    return reverse("thesis_talk", kwargs={"pk": thesis.pk})


def test_the_three_of_a_thesis_have_one_and_nobody_else(work: Work) -> None:
    thesis = work.agreeing()
    talk = opened(THESIS, thesis.pk)
    for one in work.three:
        groups.write(talk=talk, text=f"{HELLO} {one.name}", by=one, now=LATER)
    coordinator = make_user(is_coordinator=True)
    people: list[User | None] = [*work.three, work.oona, work.other_teacher, coordinator, None]
    for person in people:
        inside = person in work.three
        answer = as_user(person).get(door(thesis))
        if person is not None:
            assert answer.status_code == (302 if inside else 404), person
            assert as_user(person).get(reverse("messages_group", args=[talk.pk])).status_code == (
                200 if inside else 404
            ), person
    assert {one.pk for one in queries.people_of_thesis(thesis.pk)} == {one.pk for one in work.three}
    page = as_user(work.outi).get(thesis.get_absolute_url()).content.decode()
    assert door(thesis) in page
    seen = as_user(work.outi).get(reverse("messages_group", args=[talk.pk])).content.decode()
    assert thesis.get_absolute_url() in seen
    assert "Onni Opiskelija" in seen


def test_who_applied_and_was_not_chosen_is_in_none(work: Work) -> None:
    topic = work.open()
    work.apply(topic)
    work.apply(topic, other=True)
    assert queries.theses_of(work.oona) == {}
    assert queries.theses_of(work.onni) == {}


def test_a_hidden_student_writes_without_being_shown_elsewhere(work: Work) -> None:
    thesis = work.agreeing()
    talk = opened(THESIS, thesis.pk)
    message = groups.write(talk=talk, text=HELLO, by=work.onni, now=LATER)
    assert message.profile is None
    theirs = groups.write(talk=talk, text=HELLO, by=work.outi, now=LATER)
    assert theirs.profile == work.saw


def test_another_supervisor_comes_in_and_the_one_before_is_out(work: Work) -> None:
    thesis = work.under_way()
    talk = opened(THESIS, thesis.pk)
    groups.write(talk=talk, text=HELLO, by=work.onni, now=LATER)
    theses.hand_over(thesis=thesis, to=work.other_teacher, by=work.teacher, now=LATER)
    assert talk_queries.presence(talk.pk, work.teacher) is None
    assert talk_queries.presence(talk.pk, work.other_teacher) is not None
    assert not GroupReader.objects.filter(talk=talk, user=work.teacher).exists()


def test_it_goes_with_what_is_about_the_student(work: Work) -> None:
    thesis = work.finished()
    talk = opened(THESIS, thesis.pk)
    with pytest.raises(ConversationClosed):
        groups.write(talk=talk, text=HELLO, by=work.outi, now=LATER)
    theses_care.erase_old(now=NOW + timedelta(days=400))
    assert not GroupTalk.objects.exists()
    assert as_user(work.outi).get(door(thesis)).status_code == 404
