"""Addresses of schools' pages, of their calendar and of the coordinator's figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Profile, Representative, User
from studies.models import ContactPerson, Programme, SchoolPage, SuitableWeeks, Term
from studies.services import schools as services
from studies.services.schools import PagePlan, PersonPlan, ProgrammePlan, TermPlan, WeeksPlan
from tests.e2e.made import PEOPLE

NOT_PAGES = {"study_figures_file", "school_calendar_file"}
SCHOOL, EMPTY = "Selaimen ammattikoulu", "Selaimen uusi koulu"


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?"). The coordinator teaches."""
    school, empty = _school("selaimen-ammattikoulu", SCHOOL), _school("selaimen-uusi-koulu", EMPTY)
    if not SchoolPage.objects.filter(school=school).exists():
        _fill(school)
    return [
        ("coordinator", "study_figures", {}, ""),
        ("coordinator", "study_figures", {}, "kind=thesis"),
        ("anonymous", "school_calendar", {}, ""),
        ("anonymous", "school_calendar", {}, "kind=course"),
        ("company", "school_calendar", {}, "kind=summer_job"),
        ("anonymous", "profile", {"slug": school.slug}, ""),
        ("company", "profile", {"slug": school.slug}, ""),
        ("coordinator", "profile", {"slug": empty.slug}, ""),
        ("coordinator", "school_edit", {"slug": school.slug}, ""),
        ("coordinator", "school_edit", {"slug": empty.slug}, ""),
    ]


def names() -> set[str]:
    """What is written in one language alone."""
    told = {
        *Programme.objects.values_list("name", flat=True), *Term.objects.values_list("name", flat=True),
        *ContactPerson.objects.values_list("name", flat=True), *ContactPerson.objects.values_list("about", flat=True),
        *SuitableWeeks.objects.values_list("note", flat=True), *SchoolPage.objects.values_list("text", flat=True),
    }  # fmt: skip
    return {SCHOOL, EMPTY, *told} - {""}


def _school(slug: str, name: str) -> Profile:
    now = timezone.now()
    values = {
        "kind": Profile.Kind.EDUCATION, "status": Profile.Status.PUBLISHED, "published_at": now, "claimed_at": now,
        "confirmed_at": now, "name_fi": name, "municipality": "167", "contact_visibility": Profile.Visibility.MEMBERS,
    }  # fmt: skip
    made: Profile = Profile.objects.get_or_create(slug=slug, defaults=values)[0]
    teacher = User.objects.get(email=PEOPLE["coordinator"])
    Representative.objects.get_or_create(profile=made, user=teacher, defaults={"role": "owner", "since": now})
    return made


def _fill(school: Profile) -> None:
    now = timezone.now()
    year = timezone.localdate(now).year
    plan = PagePlan(
        text="Ota yhteyttä hyvissä ajoin: lukuvuosi suunnitellaan keväällä.",
        language="fi",
        programmes=[
            ProgrammePlan("Puutekniikka", "vocational", "https://koulu.example/puu"),
            ProgrammePlan("Energiatekniikka", "applied"),
        ],
        people=[
            PersonPlan("Tiina Työelämä", "Työssäoppiminen ja kesä", "tiina@koulu.example", "+358 13 000 000"),
            PersonPlan("Olli Opinnäyte", "Lopputöiden ohjaus", "olli@koulu.example"),
        ],
        terms=[
            TermPlan("Syyslukukausi", date(year, 8, 10), date(year, 12, 18)),
            TermPlan("Kevätlukukausi", date(year + 1, 1, 7), date(year + 1, 5, 29)),
        ],
        weeks=[
            WeeksPlan("thesis", 36, 50, "Aiheet elokuun loppuun mennessä."),
            WeeksPlan("thesis", 2, 20),
            WeeksPlan("course", 3, 16, "Kaksitoista yritystä mahtuu mukaan."),
            WeeksPlan("internship", 45, 8),
            WeeksPlan("summer_job", 22, 32),
            WeeksPlan("visit", 40, 40),
        ],
    )
    services.save_page(school=school, plan=plan, by=User.objects.get(email=PEOPLE["coordinator"]), now=now)
