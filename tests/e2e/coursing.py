"""Addresses of course rounds: one that can be joined, one open for wishes, one under way with places given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from studies.models import CourseRound, Entrant
from studies.queries.courses_problem import party_of
from studies.services import courses, courses_allocating, courses_joining, courses_work
from studies.services.courses import RoundPlan
from studies.services.courses_joining import EntrantPlan, PlacePlan
from tests.e2e import made
from tests.e2e.made import PEOPLE

NOT_PAGES = {"course_act", "course_file", "course_talk"}
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


LANGUAGES, PLACES = ("fi", "sv"), ("167", "426", "276")
"""The round's companies and students are of Joensuu and of two places near it."""


def fill_companies(pk: int, count: int) -> int:
    """So many companies sign up, each by its own owner; returns how many are in the round."""
    round, now = CourseRound.objects.get(pk=pk), timezone.now()
    for number in range(count):
        email = f"kierros-{pk}-yritys-{number}@kierros.example"
        made.person(email)
        made.company(email, f"Kierrosyritys {pk}-{number} Oy")
        owner = User.objects.get(email=email)
        profile = Profile.objects.get(representatives__user=owner)
        offer = PlacePlan(
            "Sähkö, lämpö ja kuljetukset kahdelta vuodelta.", "fi", LANGUAGES[: 1 + number % 2], PLACES[number % 3],
            remote=number % 4 == 0, least=2, most=5, contact="Kaisa Kierros, 040 123 4567",
        )  # fmt: skip
        courses_joining.offer_place(round=round, profile=profile, plan=offer, by=owner, now=now)
    return round.places.filter(withdrawn_at=None).count()


def fill_students(pk: int, count: int) -> int:
    """So many students come in by the teacher's link, every fifth pair as a group, and wish three places each; a few
    places are everybody's favourites. Returns how many are in the round."""
    round, now = CourseRound.objects.get(pk=pk), timezone.now()
    offered = list(round.places.filter(withdrawn_at=None).order_by("pk").values_list("pk", flat=True))
    code = ""
    for number in range(count):
        user = made.person(f"kierros-{pk}-opiskelija-{number}@kierros.example")
        plan = EntrantPlan(f"Opiskelija {number}", ("fi", "sv")[: 1 + number % 2], PLACES[number % 3], 120)
        entrant = courses_joining.join(round=round, plan=plan, by=user, now=now, token=round.token)
        if number % 10 == 0:
            code = courses_joining.make_team(entrant=entrant, name=f"Ryhmä {number}", by=user, now=now).code
        elif number % 10 == 1:
            courses_joining.join_team(entrant=entrant, code=code, by=user, now=now)
            continue
        entrant.refresh_from_db()
        wished = dict.fromkeys(offered[at % len(offered)] for at in (1 + number % 3, number % 5 + 3, number))
        courses_joining.set_wishes(entrant=entrant, places=[*wished], by=user, now=now)
    return round.entrants.count()


def allocated(pk: int) -> dict[str, Any]:
    """How the newest allocation stands: who is without, and whether every place holds what it takes."""
    newest = CourseRound.objects.get(pk=pk).allocations.all()[0]
    given: list[int | None] = list(newest.placements.values_list("place", flat=True))
    sizes = {place.pk: given.count(place.pk) for place in newest.round.places.filter(withdrawn_at=None)}
    taken = [(sizes[place.pk], place.least, place.most) for place in newest.round.places.filter(withdrawn_at=None)]
    return {
        "state": newest.state, "students": len(given), "without": given.count(None),
        "fits": all(n == 0 or least <= n <= most for n, least, most in taken),
    }  # fmt: skip


def hand_in_all(pk: int, but: str) -> int:
    """Everyone else hands in what is asked, a group once; returns how many works there are."""
    round, now = CourseRound.objects.get(pk=pk), timezone.now()
    asked = round.deliverables.all()[0]
    done: set[Any] = set()
    for entrant in round.entrants.exclude(user__email=but).select_related("user").order_by("pk"):
        if entrant.team_id is None or entrant.team_id not in done:
            done.add(entrant.team_id)
            courses_work.hand_in(
                deliverable=asked, file=None, link=f"https://koulu.example/tyo/{entrant.pk}", shown_to_company=True,
                by=entrant.user, now=now,
            )  # fmt: skip
    return asked.handed_in.count()


def say_all(pk: int) -> int:
    """Everyone who has not yet said how it went does; returns how many students have."""
    round, now = CourseRound.objects.get(pk=pk), timezone.now()
    for entrant in round.entrants.filter(feedback=None).select_related("user"):
        courses_work.give_feedback(round=round, grade=4, text="", by=entrant.user, now=now)
    return round.entrants.exclude(feedback=None).count()


def _school() -> tuple[Profile, User]:
    now, teacher = timezone.now(), User.objects.get(email=PEOPLE["coordinator"])
    school, is_new = Profile.objects.get_or_create(
        slug="selaimen-oppilaitos",
        defaults={
            "kind": Profile.Kind.EDUCATION, "name_fi": SCHOOL, "status": Profile.Status.PUBLISHED,
            "published_at": now, "claimed_at": now, "confirmed_at": now, "municipality": "167",
        },
    )  # fmt: skip
    if is_new:
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
    opened = courses.open_round(
        plan=RoundPlan(name, text, "fi", days[0], days[1], days[2], days[3], group_most=3),
        school=school,
        by=teacher,
        now=now,
    )
    courses.add_deliverable(round=opened, title="Raportti", due_on=days[3], by=teacher, now=now)
    return courses.go_on(round=opened, seen="draft", by=teacher, now=now)


def _with_people(round: CourseRound) -> None:
    """A company, and a student who wishes it. Done again it changes nothing."""
    if round.entrants.exists():
        return
    now, owner = timezone.now(), User.objects.get(email=PEOPLE["company"])
    mine = Profile.objects.filter(representatives__user=owner).order_by("pk")[0]
    offer = PlacePlan(
        "Konepaja: sähkö, lämpö ja teräs kolmelta vuodelta.",
        "fi",
        ("fi",),
        "167",
        most=3,
        contact="Outi Saha, 040 765 4321",
    )
    place = courses_joining.offer_place(round=round, profile=mine, plan=offer, by=owner, now=now)
    teacher, student = _school()[1], User.objects.get(email=PEOPLE["student"])
    courses.go_on(round=round, seen="companies", by=teacher, now=now)
    entrant = courses_joining.join(
        round=round, plan=EntrantPlan(STUDENT, ("fi",), "167", 60), by=student, now=now, token=round.token
    )
    courses_joining.set_wishes(entrant=entrant, places=[place.pk], by=student, now=now)


def _give(round: CourseRound) -> None:
    now, teacher = timezone.now(), _school()[1]
    asked = courses_allocating.ask_allocation(round=round, by=teacher, now=now)
    courses_allocating.run_allocation(allocation_id=asked.pk, clock=timezone.now)
    courses_allocating.publish(allocation=asked, by=teacher, now=now)
    courses.go_on(round=round, seen="allocated", by=teacher, now=now)
