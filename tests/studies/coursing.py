"""A school with two teachers, a round, companies and students, for the tests of course rounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import Profile, Representative, User
from notifications.models import Notification
from studies.models import Allocation, CourseRound, Entrant, OfferedPlace
from studies.services import courses, courses_allocating, courses_joining
from studies.services.courses import RoundPlan
from studies.services.courses_joining import EntrantPlan, PlacePlan
from tests.factories.people import NOW, make_profile, make_user

TODAY = NOW.date()


def plan(**changes: Any) -> RoundPlan:
    values: dict[str, Any] = {
        "name": "Hiilijalanjälkikierros",
        "text": "Kaksitoista yritystä saa hiilijalanjälkensä lasketuksi.",
        "language": "fi",
        "companies_until": TODAY + timedelta(days=7),
        "wishes_until": TODAY + timedelta(days=14),
        "starts_on": TODAY + timedelta(days=21),
        "ends_on": TODAY + timedelta(days=60),
        "group_most": 5,
    }
    return RoundPlan(**{**values, **changes})


@dataclass
class Course:
    """Opettaja teaches, Kollega too; the round is open for wishes unless said otherwise."""

    teacher: User
    colleague: User
    school: Profile
    round: CourseRound
    people: dict[str, User] = field(default_factory=dict)

    def place(self, name: str, **changes: Any) -> OfferedPlace:
        self.people[name] = make_user(f"{name} Omistaja")
        profile = make_profile(f"{name} Oy", by=self.people[name])
        values: dict[str, Any] = {
            "text": "Puuala, valmis data.",
            "language": "fi",
            "most": 2,
            "contact": "Puu-Pekka, 040 1",
        }
        values |= changes
        return courses_joining.offer_place(
            round=self.round, profile=profile, plan=PlacePlan(**values), by=self.people[name], now=NOW
        )

    def student(self, name: str, **changes: Any) -> Entrant:
        self.people[name] = make_user(name)
        values = {"name": name, "languages": ["fi"], **changes}
        return courses_joining.join(
            round=self.round, plan=EntrantPlan(**values), by=self.people[name], now=NOW, token=self.round.token
        )

    def wish(self, entrant: Entrant, *places: OfferedPlace) -> None:
        courses_joining.set_wishes(entrant=entrant, places=[one.pk for one in places], by=entrant.user, now=NOW)

    def go_on(self, to: str) -> None:
        while self.round.state != to:
            self.round = courses.go_on(round=self.round, seen=self.round.state, by=self.teacher, now=NOW)

    def allocate(self, *, publish: bool = True, keeps: bool = False) -> Allocation:
        made = courses_allocating.ask_allocation(round=self.round, by=self.teacher, now=NOW, keeps=keeps)
        assert courses_allocating.run_allocation(allocation_id=made.pk, clock=lambda: NOW)
        if publish:
            courses_allocating.publish(allocation=made, by=self.teacher, now=NOW)
        self.round.refresh_from_db()
        made.refresh_from_db()
        return made

    def given(self, made: Allocation) -> dict[str, str | None]:
        rows = made.placements.select_related("entrant", "place__profile")
        return {one.entrant.name: one.place.profile.name_fi if one.place else None for one in rows}


def make_course(*, state: str = "companies", **changes: Any) -> Course:
    teacher, colleague = make_user("Olli Opettaja"), make_user("Kaija Kollega")
    school = make_profile("Joen koulu", by=teacher, kind=Profile.Kind.EDUCATION)
    Representative.objects.create(profile=school, user=colleague, role="editor", since=NOW)
    made = Course(
        teacher, colleague, school, courses.open_round(plan=plan(**changes), school=school, by=teacher, now=NOW)
    )
    made.go_on(state)
    return made


def kinds_to(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def wishing(*companies: str, **changes: Any) -> tuple[Course, list[OfferedPlace]]:
    course = make_course(**changes)
    places = [course.place(name) for name in companies]
    course.go_on("wishes")
    return course, places
