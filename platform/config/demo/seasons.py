"""The demo's summer jobs, what its schools tell companies, and a planned purchase with its questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from config.demo import read
from config.demo.partners import settle
from config.demo.profiles import party_owner, party_profile
from opportunities.models import Opportunity
from opportunities.services import opportunities, questions
from opportunities.services.purchases import Terms
from studies.models import SeasonPlace
from studies.services import schools, seasons, seasons_applying, seasons_places
from themes.models import Theme


def make_seasons(*, now: datetime) -> int:
    """Returns how many places, schools and purchases."""
    plans = read.seasons()
    places = _make_season(plans["season"], now)
    for row in plans["schools"]:
        _tell_of_school(row, now)
    _plan_purchase(plans["purchase"], now)
    settle(now=now)
    return len(places) + len(plans["schools"]) + 1


def _day(now: datetime, days: int) -> date:
    return timezone.localdate(now) + timedelta(days=days)


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


# --- Summer jobs -----------------------------------------------------------------------------------------------------


def _make_season(row: dict[str, Any], now: datetime) -> list[SeasonPlace]:
    """Published before it opened; the places came one by one, and students have applied."""
    host, published = party_owner(row["host"]), _ago(now, row["published"])
    days: dict[str, Any] = {name: _day(now, ahead) for name, ahead in row["days"].items()}
    plan = seasons.SeasonPlan(names=row["name"], ledes=row["lede"], **days)
    season = seasons.open_season(plan=plan, host=party_profile(row["host"]), by=host, now=published)
    season = seasons.publish_season(season=season, by=host, now=published)
    places = [_add_place(season, one, _ago(now, one["day"])) for one in row["places"]]
    for one in row["applications"]:
        asked = seasons_applying.ApplicationPlan(
            name=party_owner(one["by"]).name,
            contact=one["contact"],
            text=one["text"],
            age=one["age"],
            places=[places[number].pk for number in one["wishes"]],
            school=one["school"],
            programme=one["programme"],
            languages=one["languages"],
        )
        seasons_applying.apply(season=season, plan=asked, by=party_owner(one["by"]), now=_ago(now, one["day"]))
    return places


def _add_place(season: Any, row: dict[str, Any], at: datetime) -> SeasonPlace:
    profile = party_profile(row["by"])
    plan = seasons_places.SeasonPlacePlan(
        task=row["task"],
        text=row["text"],
        language="fi",
        field=row["field"],
        municipality=profile.municipality,
        seats=row["seats"],
        pay=row["pay"],
        pay_unit=row.get("unit", SeasonPlace.PayUnit.MONTH),
        lowest_age=row.get("lowest_age", 15),
        guardian_needed=row.get("guardian", False),
    )
    made = seasons_places.add_place(season=season, profile=profile, plan=plan, by=party_owner(row["by"]), now=at)
    return seasons_places.accept_place(place=made, by=season.created_by, now=at)


# --- Schools ---------------------------------------------------------------------------------------------------------


def _tell_of_school(row: dict[str, Any], now: datetime) -> None:
    terms = [schools.TermPlan(one["name"], _day(now, one["in"][0]), _day(now, one["in"][1])) for one in row["terms"]]
    plan = schools.PagePlan(
        text=row["text"],
        language=row.get("language", "fi"),
        programmes=[schools.ProgrammePlan(**one) for one in row["programmes"]],
        people=[schools.PersonPlan(**one) for one in row["people"]],
        terms=terms,
        weeks=[schools.WeeksPlan(**one) for one in row["weeks"]],
    )
    schools.save_page(school=party_profile(row["by"]), plan=plan, by=party_owner(row["by"]), now=now)


# --- A planned purchase ----------------------------------------------------------------------------------------------


def _plan_purchase(row: dict[str, Any], now: datetime) -> None:
    """Asked about in public: one question has its answer, and one waits."""
    profile, buyer, at = party_profile(row["by"]), party_owner(row["by"]), _ago(now, row["published"])
    plan = opportunities.Plan(
        direction=Opportunity.Direction.NEED,
        kind=Opportunity.Kind.PURCHASE,
        title=row["title"],
        text=row["text"],
        language="fi",
        municipality=profile.municipality,
        last_day=_day(at, row["open_for"]),
        themes=tuple(Theme.objects.filter(slug__in=row["themes"]).order_by("pk")),
        terms=Terms(row["timetable"], now + timedelta(days=row["questions_in"])),
    )
    made = opportunities.create(profile=profile, plan=plan, by=buyer, now=at, publish=True)
    for one in row["questions"]:
        asker = party_owner(one["by"])
        asked = questions.ask(
            opportunity=made, profile=party_profile(one["by"]), text=one["text"], by=asker, now=_ago(now, one["day"])
        )
        if "answered" in one:
            questions.answer(question=asked, text=one["answer"], by=buyer, now=_ago(now, one["answered"]))
    told = row["inform"]
    questions.inform(opportunity=made, text=told["text"], by=buyer, now=_ago(now, told["day"]))
