"""Addresses of course rounds: one that can be joined, one open for wishes, one under way with places given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from studies.models import CourseRound, Entrant
from studies.queries.courses_problem import party_of
from studies.services import courses, courses_allocating, courses_joining
from studies.services.courses import RoundPlan
from studies.services.courses_joining import EntrantPlan, PlacePlan
from tests.e2e.made import PEOPLE

NOT_PAGES = {"course_act", "course_file"}
NAME, SCHOOL = "Selaimen kurssikierros", "Selaimen oppilaitos"
STUDENT = "Kaisla"


def names() -> set[str]:
    """What nobody translates."""
    return {SCHOOL, STUDENT, *CourseRound.objects.values_list("name", flat=True)}


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    open_one, wishing, running = _round(1), _round(2), _round(3)
    for one in (wishing, running):
        _with_people(one)
    if running.state != CourseRound.State.RUNNING:
        _give(running)
    student = Entrant.objects.get(round=running, user__email=PEOPLE["student"])
    report = running.deliverables.all()[0]
    at, on = {"pk": wishing.pk}, {"pk": running.pk}
    return [
        ("anonymous", "studies", {}, ""),
        ("anonymous", "courses", {}, ""),
        ("anonymous", "course", at, ""),
        ("company", "course", on, ""),
        ("company", "course_sign_up", at, ""),
        ("company", "course_withdraw", at, ""),
        ("student", "course", on, ""),
        ("student", "course_join", {"pk": open_one.pk}, ""),
        ("student", "course_me", at, ""),
        ("student", "course_leave", at, ""),
        ("student", "course_group", at, ""),
        ("student", "course_wishes", at, ""),
        ("student", "course_feedback", on, ""),
        ("student", "course_hand_in", {**on, "deliverable": report.pk}, ""),
        ("editor", "course_join_link", {**at, "token": wishing.token}, ""),
        ("coordinator", "course_new", {}, ""),
        ("coordinator", "course_desk", on, ""),
        ("coordinator", "course_edit", at, ""),
        ("coordinator", "course_deliverables", on, ""),
        ("coordinator", "course_move", {**on, "party": party_of(student)}, ""),
    ]


def _school() -> tuple[Profile, User]:
    now, teacher = timezone.now(), User.objects.get(email=PEOPLE["coordinator"])
    school, made = Profile.objects.get_or_create(
        slug="selaimen-oppilaitos",
        defaults={
            "kind": Profile.Kind.EDUCATION, "name_fi": SCHOOL, "status": Profile.Status.PUBLISHED,
            "published_at": now, "claimed_at": now, "municipality": "167",
        },
    )  # fmt: skip
    if made:
        Representative.objects.create(profile=school, user=teacher, role="owner", since=now)
    return school, teacher


def _round(number: int) -> CourseRound:
    name, now = f"{NAME} {number}", timezone.now()
    found = CourseRound.objects.filter(name=name).first()
    if found is not None:
        return found
    school, teacher = _school()
    days = [timezone.localdate(now) + timedelta(days=n) for n in (7, 14, 21, 60)]
    text = "Luokka laskee yritysten hiilijalanjäljet. Yritys tuo vuoden laskut, opiskelijat laskevat ja neuvovat."
    made = courses.open_round(
        plan=RoundPlan(name, text, "fi", days[0], days[1], days[2], days[3], group_most=3),
        school=school,
        by=teacher,
        now=now,
    )
    courses.add_deliverable(round=made, title="Raportti", due_on=days[3], by=teacher, now=now)
    return courses.go_on(round=made, seen="draft", by=teacher, now=now)


def _with_people(round: CourseRound) -> None:
    """A company, and a student who wishes it. Done again it changes nothing."""
    if round.entrants.exists():
        return
    now, owner = timezone.now(), User.objects.get(email=PEOPLE["company"])
    mine = Profile.objects.filter(representatives__user=owner).order_by("pk")[0]
    offer = PlacePlan("Konepaja: sähkö, lämpö ja teräs kolmelta vuodelta.", "fi", ("fi",), "167", most=3)
    place = courses_joining.offer_place(round=round, profile=mine, plan=offer, by=owner, now=now)
    teacher, student = _school()[1], User.objects.get(email=PEOPLE["student"])
    courses.go_on(round=round, seen="companies", by=teacher, now=now)
    entrant = courses_joining.join(
        round=round, plan=EntrantPlan(STUDENT, ("fi",), "167", 60), by=student, now=now, token=round.token
    )
    courses_joining.set_wishes(entrant=entrant, places=[place.pk], by=student, now=now)


def _give(round: CourseRound) -> None:
    now, teacher = timezone.now(), _school()[1]
    made = courses_allocating.ask_allocation(round=round, by=teacher, now=now)
    courses_allocating.run_allocation(allocation_id=made.pk, clock=timezone.now)
    courses_allocating.publish(allocation=made, by=teacher, now=now)
    courses.go_on(round=round, seen="allocated", by=teacher, now=now)
