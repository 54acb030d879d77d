"""A company, a school with two teachers, and two students, for the tests of topics and theses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Profile, Representative, User
from networks.services.board_files import Prepared
from notifications.models import Notification
from studies.models import AgreementVersion, Signature, Thesis, Topic, TopicApplication
from studies.services import agreements, theses_applying, theses_files, theses_topics
from studies.services import theses as services
from studies.services.theses_topics import ALL_FIT, TopicPlan
from tests.factories.people import NOW, make_profile, make_user

LINES = "Opiskelen kolmatta vuotta puutekniikkaa, ja sahat ovat minulle tuttuja."
ANSWERS = {
    "problem": "Puolet sahanpurusta jää käyttämättä. Mihin se kelpaisi?",
    "use": "Valitsemme yhden tavan ja kokeilemme sitä syksyllä.",
    "material": "Mittaustiedot viideltä vuodelta ja tehtaan väki haastateltavaksi.",
    "who": "Puutekniikan opiskelijalle.",
    "care": "",
}
LAST_DAY = date(2026, 6, 30)


@dataclass
class Work:
    saw: Profile
    outi: User
    school: Profile
    teacher: User
    other_teacher: User
    student: Profile
    onni: User
    other_student: Profile
    oona: User

    def plan(self, **changes: Any) -> TopicPlan:
        values: dict[str, Any] = {
            "title": "Sahanpurun uusi käyttö",
            "answers": ANSWERS,
            "school": self.school,
            "last_day": LAST_DAY,
            "pay": "1 500",
            "municipality": "426",
        }
        return TopicPlan(**{**values, **changes})

    def draft(self, **changes: Any) -> Topic:
        return theses_topics.offer_topic(plan=self.plan(**changes), profile=self.saw, by=self.outi, now=NOW)

    def waiting(self, **changes: Any) -> Topic:
        return theses_topics.send_to_school(topic=self.draft(**changes), by=self.outi, now=NOW)

    def open(self, **changes: Any) -> Topic:
        return theses_topics.approve(topic=self.waiting(**changes), checks=ALL_FIT, by=self.teacher, now=NOW)

    def students_topic(self) -> Topic:
        topic = theses_topics.offer_topic(
            plan=self.plan(title="Lastun kuivaus"), profile=self.student, by=self.onni, now=NOW
        )
        theses_topics.send_to_school(topic=topic, by=self.onni, now=NOW)
        return theses_topics.approve(topic=topic, checks=ALL_FIT, by=self.teacher, now=NOW)

    def apply(self, topic: Topic, *, other: bool = False, **more: Any) -> TopicApplication:
        profile, by = (self.other_student, self.oona) if other else (self.student, self.onni)
        return theses_applying.apply(topic=topic, profile=profile, text=LINES, by=by, now=NOW, **more)

    def agreeing(self, *, is_minor: bool = False, **changes: Any) -> Thesis:
        application = self.apply(self.open(**changes), is_minor=is_minor)
        return theses_applying.choose(application=application, by=self.outi, now=NOW)

    def sign(self, thesis: Thesis, *people: User, now: datetime = NOW) -> list[Signature]:
        seen = open_version(thesis).sha256
        return [agreements.sign(thesis=thesis, seen=seen, by=one, now=now) for one in people]

    @property
    def three(self) -> tuple[User, User, User]:
        return self.onni, self.outi, self.teacher

    def under_way(self, **changes: Any) -> Thesis:
        thesis = self.agreeing(**changes)
        self.sign(thesis, *self.three)
        thesis.refresh_from_db()
        return thesis

    def handed_in(self, **changes: Any) -> Thesis:
        thesis = self.under_way(**changes)
        hand_in(thesis, self.onni, final=True)
        thesis.refresh_from_db()
        return thesis

    def finished(self, **changes: Any) -> Thesis:
        return services.finish(thesis=self.handed_in(**changes), by=self.teacher, now=NOW)

    def finished_as_agreed(self, **agreed: Any) -> Thesis:
        """With a day of publishing, or days for the company to read, in the agreement."""
        thesis = self.agreeing()
        sections = open_version(thesis).sections
        agreements.change_text(thesis=thesis, sections=sections, by=self.outi, now=NOW, **agreed)
        self.sign(thesis, *self.three)
        thesis.refresh_from_db()
        hand_in(thesis, self.onni, final=True)
        return services.finish(thesis=thesis, by=self.teacher, now=NOW)

    def published(self, **changes: Any) -> Thesis:
        return services.publish(
            thesis=self.finished(**changes), summary="Purusta tulee levyä.", embargo_until=None, by=self.onni, now=NOW
        )


def make_work() -> Work:
    outi, teacher, other_teacher = make_user("Outi Saha"), make_user("Tuula Opettaja"), make_user("Timo Toinen")
    onni, oona = make_user("Onni Opiskelija"), make_user("Oona Opiskelija")
    school = make_profile("Karelian koulu", by=teacher, role="editor", kind=Profile.Kind.EDUCATION)
    Representative.objects.create(profile=school, user=other_teacher, role="owner", since=NOW)
    kinds: dict[str, Any] = {"kind": Profile.Kind.STUDENT, "visibility": Profile.Visibility.HIDDEN}
    return Work(
        saw=make_profile("Saha Oy", by=outi),
        outi=outi,
        school=school,
        teacher=teacher,
        other_teacher=other_teacher,
        student=make_profile("Onni Opiskelija", by=onni, **kinds),
        onni=onni,
        other_student=make_profile("Oona Opiskelija", by=oona, **kinds),
        oona=oona,
    )


def open_version(thesis: Thesis) -> AgreementVersion:
    return thesis.agreements.get(state="open")


def pdf(name: str = "tyo.pdf") -> Prepared:
    return Prepared(name, "pdf", b"%PDF-1.7\nTyo")


def hand_in(thesis: Thesis, by: User, *, final: bool = False, now: datetime = NOW) -> Any:
    return theses_files.hand_in(thesis=thesis, file=pdf(), is_final=final, by=by, now=now)


def kinds_to(user: Any) -> list[str]:
    """The kinds of the notices that a person has had, in their order, without the app's name."""
    found = Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("studies.") for kind in found]


def days(count: int) -> timedelta:
    return timedelta(days=count)


def as_user(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def act(user: User, thing: Topic | Thesis, what: str, **sent: Any) -> Any:
    name = "topic_act" if isinstance(thing, Topic) else "thesis_act"
    return as_user(user).post(reverse(name, kwargs={"pk": thing.pk, "act": what}), sent)
