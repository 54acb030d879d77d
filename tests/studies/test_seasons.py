"""A season of summer jobs: every way out of every service."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Profile, Representative
from core.errors import DomainError
from studies.models import Season
from studies.rules import seasons as season_rules
from studies.services import seasons, seasons_applying, seasons_editing, seasons_ending
from tests.factories.people import make_profile, make_user

from .summering import (
    AFTER,
    BEFORE,
    CLOSES,
    DAY,
    OPEN,
    OPENS,
    at,
    make_summer,
    places_on_market,
    plan,
)

pytestmark = pytest.mark.django_db


# --- The season ------------------------------------------------------------------------------------------------------


def test_only_a_municipality_or_a_school_opens_a_season() -> None:
    owner, member = make_user(), make_user()
    school = make_profile("Koulu", by=owner, kind=Profile.Kind.EDUCATION)
    company = make_profile("Yritys", by=owner)
    Representative.objects.create(profile=school, user=member, role="member", since=BEFORE)
    assert seasons.open_season(plan=plan(), host=school, by=owner, now=BEFORE).state == "draft"
    for host, by in ((company, owner), (school, member), (school, make_user("Anu", is_coordinator=True))):
        with pytest.raises(seasons.NotTheHost):
            seasons.open_season(plan=plan(), host=host, by=by, now=BEFORE)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"names": {"fi": " "}}, seasons.Nameless, "name_fi"),
        ({"closes_on": OPENS - DAY}, seasons.DaysInDisorder, "closes_on"),
        ({"answers_by": CLOSES - DAY}, seasons.DaysInDisorder, "answers_by"),
        ({"closes_on": date(2026, 9, 2), "answers_by": date(2026, 9, 2)}, seasons.OpenTooLong, "closes_on"),
        ({"works_until": date(2026, 5, 31)}, seasons.WeeksInDisorder, "works_until"),
        ({"ages": []}, seasons.NobodyMayApply, "ages"),
        ({"slug": "new"}, seasons.AddressTaken, "slug"),
    ],
)
def test_what_is_wrong_in_a_season_is_told_at_its_field(changes: Any, error: Any, field: str) -> None:
    owner = make_user()
    town = make_profile("Kunta", by=owner, kind=Profile.Kind.MUNICIPALITY)
    with pytest.raises(error) as told:
        seasons.open_season(plan=plan(**changes), host=town, by=owner, now=BEFORE)
    assert told.value.field == field


def test_an_address_is_made_of_the_name_and_is_of_one_season_alone() -> None:
    one, other = make_summer(), make_summer()
    assert (one.season.slug, other.season.slug) == ("kesatyot-2026", "kesatyot-2026-2")
    with pytest.raises(seasons.AddressTaken):
        seasons_editing.edit_season(season=other.season, plan=plan(slug="kesatyot-2026"), by=other.host, now=OPEN)
    made = [seasons.open_season(plan=plan(), host=one.town, by=one.host, now=BEFORE, key="once") for _n in range(2)]
    assert made[0] == made[1]


def test_a_season_is_edited_by_its_host_and_around_its_places() -> None:
    summer = make_summer()
    summer.place("Puu")
    for changes, error in (
        ({"works_from": date(2026, 6, 8)}, seasons.PlaceOutside),
        ({"works_until": date(2026, 8, 1)}, seasons.PlaceOutside),
        ({"closes_on": OPENS, "answers_by": OPENS}, seasons.AnswersPassed),
    ):
        with pytest.raises(error):
            seasons_editing.edit_season(season=summer.season, plan=plan(**changes), by=summer.host, now=OPEN)
    with pytest.raises(seasons.NotTheHost):
        seasons_editing.edit_season(season=summer.season, plan=plan(), by=summer.people["Puu"], now=OPEN)
    edited = seasons_editing.edit_season(
        season=summer.season, plan=plan(names={"sv": "Sommarjobb"}), by=summer.colleague, now=OPEN
    )
    assert (edited.name, edited.slug) == ("Sommarjobb", "kesatyot-2026")
    with pytest.raises(seasons.NotNow):
        seasons_editing.edit_season(season=summer.season, plan=plan(), by=summer.host, now=AFTER)


def test_what_is_on_the_market_follows_the_days_of_its_season() -> None:
    summer = make_summer()
    place = summer.place("Puu")

    def moved(now: Any = OPEN, **days: date) -> tuple[str, date] | None:
        seasons_editing.edit_season(season=summer.season, plan=plan(**days), by=summer.host, now=now)
        found = places_on_market().open(now).first()
        return (found.title, found.last_day) if found else None

    place.refresh_from_db()
    assert place.opportunity is not None
    assert moved(closes_on=CLOSES - 2 * DAY) == (place.task, CLOSES - 2 * DAY)
    over = at(CLOSES - DAY)
    assert not places_on_market().open(over).exists()
    assert moved(over, closes_on=CLOSES + DAY) == (place.task, CLOSES + DAY)
    assert moved(OPEN, opens_on=OPEN.date() + DAY) is None
    assert seasons_ending.bring_to_market(now=OPEN + 2 * DAY) == 1
    assert places_on_market().open(OPEN + 2 * DAY).get().last_day == CLOSES


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"answers_by": date(9999, 12, 31)}, "answers_by"),
        ({"answers_by": date(2127, 5, 1)}, "answers_by"),
        ({"answers_by": CLOSES + 200 * DAY}, "answers_by"),
        ({"opens_on": date(1, 1, 1)}, "opens_on"),
        ({"works_from": date(9999, 12, 20), "works_until": date(9999, 12, 31)}, "works_from"),
    ],
)
def test_a_day_that_is_a_slip_of_the_pen_is_told_at_its_field(days: dict[str, date], field: str) -> None:
    owner = make_user()
    town = make_profile("Kunta", by=owner, kind=Profile.Kind.MUNICIPALITY)
    with pytest.raises(DomainError) as told:
        seasons.open_season(plan=plan(**days), host=town, by=owner, now=BEFORE)
    assert told.value.field == field


def test_who_may_only_represent_is_not_asked_to_open_a_season_or_to_add_places() -> None:
    owner, member = make_user(), make_user()
    town = make_profile("Kunta", by=owner, kind=Profile.Kind.MUNICIPALITY)
    Representative.objects.create(profile=town, user=member, role="member", since=BEFORE)
    assert [season_rules.hosts_of(one).exists() for one in (owner, member)] == [True, False]
    assert [season_rules.givers_of(one).exists() for one in (owner, member)] == [True, False]


def test_what_is_offered_or_taken_counts_though_a_changed_form_leaves_it_out() -> None:
    summer = make_summer(most_wishes=2)
    needing, adult, third = (
        summer.place("Puu", guardian_needed=True),
        summer.place("Metalli", lowest_age=18),
        summer.place("Kivi"),
    )
    guardian: dict[str, Any] = {"age": "minor", "guardian_name": "Äiti", "guardian_contact": "050 1"}
    young = summer.student("Nuori", needing, **guardian)
    summer.accept(summer.offer(young, needing))
    with pytest.raises(seasons_applying.GuardianMissing):
        summer.student("Nuori", third, age="minor")
    summer.student("Nuori", third, **guardian)
    young.refresh_from_db()
    assert young.guardian_contact == "050 1"
    grown = summer.student("Aada", adult)
    summer.offer(grown, adult)
    with pytest.raises(seasons_applying.TooYoung):
        summer.student("Aada", third, age="minor")
    summer.student("Aada", third)
    summer.offer(grown, third)
    with pytest.raises(seasons_applying.TooManyWishes):
        summer.student("Aada", needing)


def test_a_draft_is_published_or_thrown_away_by_its_host() -> None:
    summer = make_summer(published=False)
    with pytest.raises(seasons.NotTheHost):
        seasons.publish_season(season=summer.season, by=make_user(), now=BEFORE)
    with pytest.raises(seasons.AnswersPassed):
        seasons.publish_season(season=summer.season, by=summer.host, now=AFTER)
    Profile.objects.filter(pk=summer.town.pk).update(visibility="hidden")
    with pytest.raises(seasons.HiddenHost):
        seasons.publish_season(season=summer.season, by=summer.host, now=BEFORE)
    Profile.objects.filter(pk=summer.town.pk).update(visibility="public")
    public = seasons.publish_season(season=summer.season, by=summer.host, now=BEFORE)
    assert seasons.publish_season(season=public, by=summer.host, now=BEFORE) == public
    with pytest.raises(seasons.NotNow):
        seasons.discard_season(season=public, by=summer.host, now=BEFORE)
    draft = seasons.open_season(plan=plan(), host=summer.town, by=summer.host, now=BEFORE)
    seasons.discard_season(season=draft, by=summer.colleague, now=BEFORE)
    assert list(Season.objects.all()) == [public]


def test_next_year_is_one_press_and_two_presses_are_one_season() -> None:
    summer = make_summer(names={"fi": "Kesätyöt 2026", "en": "Summer jobs 2026"}, slug="kesa")
    summer.student("Aada", summer.place("Puu"))
    made = seasons.repeat_season(season=summer.season, by=summer.colleague, now=AFTER)
    assert seasons.repeat_season(season=summer.season, by=summer.host, now=AFTER) == made
    assert (made.state, made.name_fi, made.name_en) == ("draft", "Kesätyöt 2027", "Summer jobs 2027")
    assert made.opens_on == OPENS + timedelta(days=364)
    assert made.slug == "kesatyot-2027"
    assert (made.places.count(), made.applications.count(), made.ages) == (0, 0, ["minor", "adult"])
    with pytest.raises(seasons.NotTheHost):
        seasons.repeat_season(season=summer.season, by=make_user(), now=AFTER)
