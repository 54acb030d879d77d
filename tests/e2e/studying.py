"""Addresses of topics and theses: a draft, one that waits for the school, an open one with an applicant, a work under
way with a change to be signed, and a published one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from accounts.services import profiles as profile_services
from accounts.services.sections import Section
from networks.services.board_files import Prepared
from studies.models import Signature, Thesis, Topic, TopicApplication
from studies.services import agreements, theses, theses_applying, theses_files, theses_topics
from studies.services.theses_topics import TopicPlan
from tests.e2e.made import PEOPLE, person

NOT_PAGES = {"topic_act", "thesis_act", "thesis_talk", "thesis_file", "thesis_result_file", "agreement_signed_file"}
SCHOOL = "Selaimen koulu"
LINES = "Opiskelen kolmatta vuotta, ja aihe on minulle tuttu kesätöistä."


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?"). The coordinator supervises."""
    mine, student = _own("company"), _own("student")
    school = _school()
    draft, waiting = _topic("Selaimen luonnosaihe", mine, school), _topic("Selaimen odottava aihe", mine, school, 1)
    applied = _topic("Selaimen avoin aihe", mine, school, 2)
    if not applied.applications.exists():
        _apply(applied, student)
    under_way, done = (
        _thesis("Selaimen työ", mine, student, school),
        _thesis("Selaimen julkaistu", mine, student, school),
    )
    _open_a_change(under_way)
    _publish(done)
    signature = Signature.objects.filter(version__thesis=under_way).order_by("pk")[0]
    work, signed = {"pk": under_way.pk}, {"pk": under_way.pk, "signature": signature.pk}
    three = ("company", "student", "coordinator")
    return [
        *[(who, name, {}, "") for who in ("anonymous", *three) for name in ("studies", "topics")],
        ("anonymous", "topics", {}, "q=zzzz"),
        ("anonymous", "topic", {"pk": applied.pk}, ""),
        *[("company", "topic", {"pk": one.pk}, "") for one in (draft, waiting, applied)],
        ("student", "topic", {"pk": applied.pk}, ""),
        ("coordinator", "topic", {"pk": waiting.pk}, ""),
        ("company", "topic_new", {}, ""),
        ("company", "topic_edit", {"pk": draft.pk}, ""),
        ("coordinator", "supervision", {}, ""),
        ("coordinator", "agreement_template", {"language": "fi"}, ""),
        ("coordinator", "agreement_template_school", {"language": "sv", "slug": school.slug}, ""),
        ("coordinator", "thesis_supervisor", work, ""),
        *[(who, name, work, "") for who in three for name in ("thesis", "agreement")],
        *[(who, "thesis", {"pk": done.pk}, "") for who in three],
        ("student", "agreement_edit", work, ""),
        ("company", "agreement_signed", signed, ""),
        ("anonymous", "thesis_result", {"pk": done.pk}, ""),
    ]


def names() -> set[str]:
    """What is written in one language alone."""
    titles = {*Topic.objects.values_list("title", flat=True), *Thesis.objects.values_list("title", flat=True)}
    return titles | {SCHOOL}


def published(email: str, kind: str, name: str) -> str:
    """A school or a student with a public profile of the person's, made at once; returns its slug."""
    user, now = person(email, name), timezone.now()
    draft = profile_services.create_draft(kind=Profile.Kind(kind), by=user, now=now)
    parts: list[tuple[Section, dict[str, Any]]] = [
        (Section.PERSON if draft.is_person else Section.ORGANISATION, {"name_fi": name, "municipality": "167"}),
        (Section.WORDS, {"does": "Teen töitä puun parissa.", "seeks": "Etsin sahaa, jolla on mitattavaa."}),
    ]
    for section, data in parts:
        profile_services.save_step(profile=draft, section=section, data=data, by=user, now=now)
    Profile.objects.filter(pk=draft.pk).update(confirmed_at=now)  # as if a coordinator had looked at it
    return profile_services.publish_profile(profile=draft, by=user, now=now).slug


def _user(who: str) -> User:
    return User.objects.get(email=PEOPLE[who])


def _own(who: str) -> Profile:
    row = Representative.objects.filter(user=_user(who)).select_related("profile").order_by("pk")[0]
    return row.profile


def _school() -> Profile:
    now = timezone.now()
    values = {
        "kind": Profile.Kind.EDUCATION, "status": Profile.Status.PUBLISHED, "published_at": now, "claimed_at": now,
        "confirmed_at": now, "name_fi": SCHOOL, "municipality": "167",
    }  # fmt: skip
    made: Profile = Profile.objects.get_or_create(slug="selaimen-koulu", defaults=values)[0]
    Representative.objects.get_or_create(
        profile=made, user=_user("coordinator"), defaults={"role": "owner", "since": now}
    )
    return made


def _topic(title: str, mine: Profile, school: Profile, steps: int = 0) -> Topic:
    """A draft; after one step it waits for the school, after two it is open."""
    found = Topic.objects.filter(title=title).first()
    if found is not None:
        return found
    now, owner = timezone.now(), _user("company")
    plan = TopicPlan(
        title=title,
        answers={
            "problem": "Puolet sahanpurusta jää käyttämättä. Mihin se kelpaisi?",
            "use": "Valitsemme yhden tavan ja kokeilemme sitä.",
            "material": "Mittaustiedot ja tehtaan väki haastateltavaksi.",
        },
        school=school,
        last_day=timezone.localdate(now) + timedelta(days=60),
        pay="1 500",
        municipality="167",
    )
    topic = theses_topics.offer_topic(plan=plan, profile=mine, by=owner, now=now)
    if steps:
        topic = theses_topics.send_to_school(topic=topic, by=owner, now=now)
    if steps < 2:
        return topic
    return theses_topics.approve(topic=topic, checks=theses_topics.ALL_FIT, by=_user("coordinator"), now=now)


def _apply(topic: Topic, student: Profile) -> TopicApplication:
    by = _user("student")
    return theses_applying.apply(topic=topic, profile=student, text=LINES, by=by, now=timezone.now())


def _thesis(title: str, mine: Profile, student: Profile, school: Profile) -> Thesis:
    """Under way, with a milestone."""
    found = Thesis.objects.filter(title=title).first()
    if found is not None:
        return found
    now = timezone.now()
    application = _apply(_topic(title, mine, school, 2), student)
    made = theses_applying.choose(application=application, by=_user("company"), now=now)
    for who in ("student", "company", "coordinator"):
        agreements.sign(thesis=made, seen=made.agreements.get().sha256, by=_user(who), now=now)
    due = timezone.localdate(now) + timedelta(days=20)
    theses.add_milestone(thesis=made, title="Suunnitelma", due_on=due, by=_user("student"), now=now)
    made.refresh_from_db()
    return made


def _open_a_change(thesis: Thesis) -> None:
    if not thesis.agreements.filter(state="open").exists():
        agreements.propose_change(thesis=thesis, why="Kesä tulee väliin.", by=_user("student"), now=timezone.now())


def _publish(thesis: Thesis) -> None:
    if thesis.is_done:
        return
    now, student = timezone.now(), _user("student")
    file = Prepared("tyo.pdf", "pdf", b"%PDF-1.7\n")
    theses_files.hand_in(thesis=thesis, file=file, is_final=True, by=student, now=now)
    theses.finish(thesis=thesis, by=_user("coordinator"), now=now)
    theses.publish(thesis=thesis, summary="Purusta tulee levyä.", embargo_until=None, by=student, now=now)
