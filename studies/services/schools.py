"""A school's page, saved as a whole by those who teach there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError, StaleSave
from studies import weeks
from studies.models import ContactPerson, Level, Programme, SchoolPage, SuitableWeeks, Term, Work
from studies.rules import schools as rules


class NotYourSchool(DomainError):
    message = _("Only the owners and editors of the school's profile can do this.")


class BadRow(DomainError):
    """Something in a row cannot be so; `field` is `terms_2_ends_on`."""


@dataclass(frozen=True)
class ProgrammePlan:
    name: str
    level: str
    website: str = ""
    row: int = 0


@dataclass(frozen=True)
class PersonPlan:
    name: str
    about: str = ""
    email: str = ""
    phone: str = ""
    row: int = 0


@dataclass(frozen=True)
class TermPlan:
    name: str
    starts_on: date | None
    ends_on: date | None
    row: int = 0


@dataclass(frozen=True)
class WeeksPlan:
    kind: str
    first: int | None
    last: int | None
    note: str = ""
    row: int = 0


@dataclass(frozen=True)
class PagePlan:
    """`row` of each part is its place on the form, by which what is wrong in it is told."""

    text: str = ""
    language: str = "fi"
    programmes: Sequence[ProgrammePlan] = ()
    people: Sequence[PersonPlan] = ()
    terms: Sequence[TermPlan] = ()
    weeks: Sequence[WeeksPlan] = ()


def problems_of(plan: PagePlan) -> list[BadRow]:
    """All that is wrong, each at its field."""
    return [BadRow(message, field=field) for field, message in _problems(plan)]


def _problems(plan: PagePlan) -> Iterator[tuple[str, str | Promise]]:
    for part, most in rules.MOST.items():
        rows = getattr(plan, part)
        if len(rows) > most:
            name = "first" if part == "weeks" else "name"
            yield f"{part}_{rows[most].row}_{name}", _("There is no room for more rows.")
    for one in plan.programmes:
        if not one.name:
            yield f"programmes_{one.row}_name", _("Write the programme's name.")
        if one.level not in Level.values:
            yield f"programmes_{one.row}_level", _("Choose the level.")
    for person in plan.people:
        if not person.name:
            yield f"people_{person.row}_name", _("Write the person's name.")
        if not person.email and not person.phone:
            yield f"people_{person.row}_email", _("Give an e-mail address or a phone number.")
    for term in plan.terms:
        yield from _problems_of_term(term)
    for span in plan.weeks:
        if span.kind not in Work.values:
            yield f"weeks_{span.row}_kind", _("Choose what suits then.")
        for name, week in (("first", span.first), ("last", span.last)):
            if week is None:
                yield f"weeks_{span.row}_{name}", _("Give the number of the week.")
            elif not weeks.FIRST <= week <= weeks.LAST:
                yield f"weeks_{span.row}_{name}", _("Weeks go from 1 to 53.")


def _problems_of_term(term: TermPlan) -> Iterator[tuple[str, str | Promise]]:
    if not term.name:
        yield f"terms_{term.row}_name", _("Write the term's name.")
    for name, day in (("starts_on", term.starts_on), ("ends_on", term.ends_on)):
        if day is None:
            yield f"terms_{term.row}_{name}", _("Give the day.")
        elif not rules.FIRST_YEAR <= day.year <= rules.LAST_YEAR:
            yield f"terms_{term.row}_{name}", _("Look at the year.")
    if term.starts_on and term.ends_on and term.ends_on < term.starts_on:
        yield f"terms_{term.row}_ends_on", _("The term ends before it begins.")
    elif term.starts_on and term.ends_on and term.ends_on - term.starts_on > rules.LONGEST_TERM:
        yield f"terms_{term.row}_ends_on", _("A term is a year at the longest.")


@transaction.atomic
def save_page(*, school: Profile, plan: PagePlan, by: Any, now: datetime, version: int | None = None) -> SchoolPage:
    """All of it as it is on the form. `version` is that of the page when the form was made. Raises `NotYourSchool`,
    `BadRow` or `StaleSave`."""
    # The profile is held, not the page: the first two who save at once stand in line as well.
    school = Profile.objects.select_for_update().get(pk=school.pk)
    if not rules.may_teach(by, school):
        raise NotYourSchool
    for problem in problems_of(plan):
        raise problem
    page = SchoolPage.objects.filter(school=school).first() or SchoolPage(school=school)
    if version is not None and version != page.version:
        raise StaleSave(
            _("Somebody else saved the page meanwhile. What you wrote is here: look at it, and save again.")
        )
    page.text, page.language, page.version = plan.text, plan.language, page.version + 1
    page.save()
    for rows in (page.programmes, page.people, page.terms, page.weeks):
        rows.all().delete()
    _write(page, plan)
    audit.record("school.page_saved", school, by=by, now=now, version=page.version)
    return page


def _write(page: SchoolPage, plan: PagePlan) -> None:
    """Rows in which nothing is missing: `problems_of` has looked."""
    made: tuple[tuple[Any, Sequence[Any]], ...] = (
        (Programme, plan.programmes), (ContactPerson, plan.people), (Term, plan.terms), (SuitableWeeks, plan.weeks),
    )  # fmt: skip
    for model, rows in made:
        values = [{key: value for key, value in vars(one).items() if key != "row"} for one in rows]
        model.objects.bulk_create([model(page=page, **one) for one in values])


def forget_page(school_id: int) -> None:
    """Of a school that is taken back from those who claimed it wrongly: their contact people are not the school's."""
    SchoolPage.objects.filter(school=school_id).delete()
