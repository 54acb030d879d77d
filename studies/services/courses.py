"""The life of a course round: opened by a teacher, led from state to state, ended, and made again next year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from core.once import make_once
from notifications.services import notify
from studies.models import Allocation, CourseRound, Deliverable
from studies.rules import courses as rules
from studies.rules.schools import may_teach
from studies.services import calls

State = CourseRound.State
NEXT = {
    State.DRAFT: State.COMPANIES,
    State.COMPANIES: State.WISHES,
    State.ALLOCATED: State.RUNNING,
    State.RUNNING: State.ENDED,
}
"""What the teacher's press leads to. From wishes a round goes on by its places being given."""


class NotTheTeacher(DomainError):
    message = _("Only those who teach at the school can do this.")


class NotNow(DomainError):
    message = _("The round has changed since the page was opened. Look at how it stands now.")


class DaysInDisorder(DomainError):
    message = _("Companies come first, then wishes, then the beginning and the end: put the days in that order.")


class GroupsInUse(DomainError):
    message = _("There are groups already that are larger.")


class NoPlaces(DomainError):
    message = _("No company has signed up yet, so there is nothing to wish.")


class NotATeacher(DomainError):
    message = _("Choose somebody who teaches at the school.")


@dataclass(frozen=True)
class RoundPlan:
    name: str
    text: str
    language: str
    companies_until: date
    wishes_until: date
    starts_on: date
    ends_on: date
    group_most: int = 1
    has_minors: bool = False

    def check(self) -> None:
        if not self.companies_until <= self.wishes_until <= self.starts_on <= self.ends_on:
            raise DaysInDisorder(field="starts_on")


def lock_round(round: CourseRound) -> CourseRound:
    """As it stands, held until the transaction ends: two who press at once stand in line here."""
    held = CourseRound.objects.select_for_update(of=("self",))
    return held.select_related("school", "teacher", "opportunity").get(pk=round.pk)


def lock_for_teacher(round: CourseRound, by: Any) -> CourseRound:
    round = lock_round(round)
    if not rules.may_run(by, round):
        raise NotTheTeacher
    return round


def teachers_of(round: CourseRound) -> list[User]:
    """Its teacher; when there is none, all who teach at the school."""
    if round.teacher is not None:
        return [round.teacher]
    return people_of(round.school)


def people_of(profile: Profile) -> list[User]:
    """Who teach at the school, or act for the company."""
    return list(User.objects.deciding_for([profile]))


def students_of(round: CourseRound) -> list[User]:
    return list(User.objects.filter(course_entries__round=round).order_by("pk"))


def companies_of(round: CourseRound) -> list[User]:
    """Those who act for the companies that stand in the round."""
    standing = round.places.filter(withdrawn_at=None).values("profile")
    return list(User.objects.deciding_for(standing))


def tell(kind: str, people: Iterable[Any], round: CourseRound, *, now: datetime, key: str = "", **more: Any) -> None:
    notify(f"studies.{kind}", list(people), {"round": round.pk, **more}, key=f"{round.pk}-{key}", now=now)


def open_round(*, plan: RoundPlan, school: Profile, by: Any, now: datetime, key: str | None = None) -> CourseRound:
    """A draft, of which its maker is the teacher. Raises `NotTheTeacher` or `DaysInDisorder`."""
    if not may_teach(by, school):
        raise NotTheTeacher(field="school")
    plan.check()

    def make() -> CourseRound:
        made = CourseRound.objects.create(
            school=school, teacher=by, created_by=by, creation_key=key or None, **vars(plan)
        )
        audit.record("course.opened", made, by=by, now=now)
        return made

    return make_once(CourseRound.objects, key, by, make)


@transaction.atomic
def edit_round(*, round: CourseRound, plan: RoundPlan, by: Any, now: datetime) -> None:
    """Raises `NotTheTeacher`, `NotNow`, `DaysInDisorder` or `GroupsInUse`."""
    round = lock_for_teacher(round, by)
    if round.state == State.ENDED:
        raise NotNow
    plan.check()
    if any(len(team.members.all()) > plan.group_most for team in round.teams.prefetch_related("members")):
        raise GroupsInUse(field="group_most")
    for name, value in vars(plan).items():
        setattr(round, name, value)
    round.save()
    calls.keep_round_in_step(round, by=by, now=now)
    audit.record("course.edited", round, by=by, now=now)


@transaction.atomic
def go_on(*, round: CourseRound, seen: str, by: Any, now: datetime) -> CourseRound:
    """To the next state, from the one that the page showed. Raises `NotTheTeacher`, `NotNow` or `NoPlaces`."""
    round = lock_for_teacher(round, by)
    after = NEXT.get(State(round.state))
    if after is None or round.state != seen:
        raise NotNow
    if after == State.WISHES and not round.places.filter(withdrawn_at=None).exists():
        raise NoPlaces
    round.state = after
    if after == State.ENDED:
        round.ended_at = now
        round.forget_on = timezone.localdate(now) + rules.FORGOTTEN_AFTER
    round.save()
    calls.keep_round_in_step(round, by=by, now=now)
    if after == State.COMPANIES:
        calls.tell_of_round(round, now=now)
    audit.record("course.state", round, by=by, now=now, to=str(after))
    if after == State.WISHES:
        tell("course_wishes", students_of(round), round, now=now)
    if after == State.ENDED:
        tell("course_feedback", [*students_of(round), *companies_of(round)], round, now=now)
    return round


@transaction.atomic
def change_teacher(*, round: CourseRound, teacher: User, by: Any, now: datetime) -> None:
    """Raises `NotTheTeacher` or `NotATeacher`."""
    round = lock_for_teacher(round, by)
    if not may_teach(teacher, round.school):
        raise NotATeacher(field="teacher")
    round.teacher = teacher
    round.save(update_fields=["teacher"])
    audit.record("course.teacher", round, by=by, now=now)
    if teacher.pk != by.pk:
        tell("course_yours", [teacher], round, now=now, key=f"{now:%Y%m%d%H%M%S%f}")


@transaction.atomic
def add_deliverable(*, round: CourseRound, title: str, due_on: date, by: Any, now: datetime) -> Deliverable:
    """Raises `NotTheTeacher` or `NotNow`."""
    round = lock_for_teacher(round, by)
    if round.state == State.ENDED:
        raise NotNow
    return Deliverable.objects.create(round=round, title=title.strip()[:120], due_on=due_on)


@transaction.atomic
def drop_deliverable(*, deliverable: Deliverable, by: Any, now: datetime) -> None:
    """One for which nothing has been handed in. Raises `NotTheTeacher` or `NotNow`."""
    lock_for_teacher(deliverable.round, by)
    if deliverable.handed_in.exists():
        raise NotNow
    deliverable.delete()


@transaction.atomic
def repeat_round(*, round: CourseRound, by: Any, now: datetime) -> CourseRound:
    """The same a year later, as a draft: text, days and deliverables; no company and no student. Pressed twice it is
    made once. Raises `NotTheTeacher`."""
    round = lock_for_teacher(round, by)
    there = CourseRound.objects.filter(made_from=round, state=State.DRAFT).first()
    if there is not None:
        return there
    made = CourseRound.objects.create(
        school=round.school, teacher=by, created_by=by, made_from=round, name=round.name, text=round.text,
        language=round.language, group_most=round.group_most, has_minors=round.has_minors,
        **{name: a_year_later(getattr(round, name))
           for name in ("companies_until", "wishes_until", "starts_on", "ends_on")},
    )  # fmt: skip
    for one in round.deliverables.all():
        Deliverable.objects.create(round=made, title=one.title, due_on=a_year_later(one.due_on))
    audit.record("course.repeated", made, by=by, now=now)
    return made


def a_year_later(day: date) -> date:
    """The same weekday: 52 weeks."""
    return date.fromordinal(day.toordinal() + 364)


def newest_given(round: CourseRound) -> Allocation | None:
    """What students and companies see."""
    return round.allocations.filter(published_at__isnull=False).first()
