"""A season of summer jobs from its opening to the next year: every way out of every service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Profile, Representative
from core.errors import DomainError
from notifications.models import Notification
from opportunities.models import Opportunity
from opportunities.queries import opportunities as market_queries
from opportunities.services import answering, ending
from opportunities.services import opportunities as market
from opportunities.services.common import KeptElsewhere
from studies import notices_seasons
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.queries import seasons as queries
from studies.rules import seasons as season_rules
from studies.services import seasons, seasons_applying, seasons_editing, seasons_ending, seasons_places
from studies.tasks import seasons as tasks
from studies.wording import pay_words
from tests.factories.people import make_profile, make_user

from .summering import (
    AFTER,
    ANSWERING,
    ANSWERS,
    BEFORE,
    CLOSES,
    OPEN,
    OPENS,
    application_plan,
    at,
    make_summer,
    place_plan,
    plan,
    wish_of,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def kinds_to(user: Any) -> list[str]:
    found = Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("studies.season_") for kind in found]


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
        found = Opportunity.objects.open(now).first()
        return (found.title, found.last_day) if found else None

    place.refresh_from_db()
    assert place.opportunity is not None
    assert moved(closes_on=CLOSES - 2 * DAY) == (place.task, CLOSES - 2 * DAY)
    over = at(CLOSES - DAY)
    assert not Opportunity.objects.open(over).exists()
    assert moved(over, closes_on=CLOSES + DAY) == (place.task, CLOSES + DAY)
    assert moved(OPEN, opens_on=OPEN.date() + DAY) is None
    assert seasons_ending.bring_to_market(now=OPEN + 2 * DAY) == 1
    assert Opportunity.objects.open(OPEN + 2 * DAY).get().last_day == CLOSES


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


# --- Places ----------------------------------------------------------------------------------------------------------


def test_an_organisation_adds_places_until_applications_close_and_the_host_hears() -> None:
    summer = make_summer()
    place = summer.place("Puu", now=BEFORE, pay="12,50", pay_unit="hour", seats=2)
    assert kinds_to(summer.host) == kinds_to(summer.colleague) == ["place"]
    assert (place.starts_on, place.weeks, place.opportunity) == (date(2026, 6, 1), (23, 33), None)
    assert pay_words(place, "en") == "12.50\xa0€ an hour"
    owner = summer.people["Puu"]
    base: dict[str, Any] = {"season": summer.season, "profile": place.profile, "plan": place_plan()}
    twice = [seasons_places.add_place(**base, by=owner, now=OPEN, key="once") for _n in range(2)]
    assert twice[0] == twice[1]
    with pytest.raises(seasons_places.NotYourOrganisation):
        seasons_places.add_place(**base, by=summer.host, now=OPEN)
    with pytest.raises(seasons_places.NotAddingNow):
        seasons_places.add_place(**base, by=owner, now=ANSWERING)
    student = make_user()
    person = make_profile("Aada", by=student, kind=Profile.Kind.STUDENT)
    with pytest.raises(seasons_places.NotYourOrganisation):
        seasons_places.add_place(**{**base, "profile": person}, by=student, now=OPEN)
    draft = make_summer(published=False)
    with pytest.raises(seasons_places.NotAddingNow):
        draft.place("Aikainen")


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"pay": "kaksitonnia"}, seasons_places.PayUnclear, "pay"),
        ({"pay": "1.500"}, seasons_places.PayUnclear, "pay"),
        ({"pay": "-3"}, seasons_places.PayUnclear, "pay"),
        ({"starts_on": date(2026, 5, 1)}, seasons_places.OutsideSeason, "starts_on"),
        ({"ends_on": date(2026, 9, 1)}, seasons_places.OutsideSeason, "ends_on"),
        (
            {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 6, 5)},
            seasons_places.EndsBeforeItStarts,
            "ends_on",
        ),
    ],
)
def test_what_is_wrong_in_a_place_is_told_at_its_field(changes: Any, error: Any, field: str) -> None:
    summer = make_summer()
    with pytest.raises(error) as told:
        summer.place("Puu", **changes)
    assert told.value.field == field


def test_a_season_for_the_young_has_no_places_for_adults_alone() -> None:
    summer = make_summer(ages=["minor"])
    with pytest.raises(seasons_places.TooYoungForAll):
        summer.place("Puu", lowest_age=18)


def test_a_place_is_changed_by_its_own_and_what_students_relied_on_stays() -> None:
    summer = make_summer()
    place, owner = summer.place("Puu", seats=2), summer.people["Puu"]
    seasons_places.edit_place(place=place, plan=place_plan(seats=2, lowest_age=16), by=owner, now=OPEN)
    for name in ("Aada", "Eero"):
        summer.offer(summer.student(name, place), place)
    place.refresh_from_db()
    for changes, error in (
        ({"seats": 2, "lowest_age": 17}, seasons_places.AppliedFor),
        ({"seats": 2, "lowest_age": 16, "guardian_needed": True}, seasons_places.AppliedFor),
        ({"seats": 1, "lowest_age": 16}, seasons_places.TooFewSeats),
    ):
        with pytest.raises(error):
            seasons_places.edit_place(place=place, plan=place_plan(**changes), by=owner, now=OPEN)
    with pytest.raises(seasons_places.NotYourOrganisation):
        seasons_places.edit_place(place=place, plan=place_plan(), by=summer.host, now=OPEN)
    with pytest.raises(seasons.NotNow):
        seasons_places.edit_place(place=place, plan=place_plan(), by=owner, now=ANSWERING)


def test_a_withdrawn_place_is_told_to_those_who_applied_and_their_other_wishes_live_again() -> None:
    summer = make_summer()
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    aada, eero = summer.student("Aada", puu, metalli), summer.student("Eero", puu)
    summer.accept(summer.offer(aada, puu))
    assert summer.states(aada) == ["accepted", "freed"]
    with pytest.raises(seasons_places.NotYourOrganisation):
        seasons_places.withdraw_place(place=puu, by=summer.people["Metalli"], now=OPEN)
    seasons_places.withdraw_place(place=puu, by=summer.people["Puu"], now=OPEN)
    assert (summer.states(aada), summer.states(eero)) == (["gone", "sent"], ["gone"])
    assert kinds_to(aada.user)[-1] == kinds_to(eero.user)[-1] == "gone"
    assert "removed" not in kinds_to(summer.people["Puu"])
    with pytest.raises(seasons.NotNow):
        seasons_places.withdraw_place(place=puu, by=summer.people["Puu"], now=OPEN)
    seasons_places.withdraw_place(place=metalli, by=summer.host, now=OPEN)
    assert kinds_to(summer.people["Metalli"])[-1] == "removed"


# --- The market ------------------------------------------------------------------------------------------------------


def test_a_place_stands_on_the_market_while_one_can_apply_and_is_seen_to_in_its_season() -> None:
    summer = make_summer()
    place, owner = summer.place("Puu", now=BEFORE, pay="1800"), summer.people["Puu"]
    assert seasons_ending.bring_to_market(now=at(OPENS - DAY, 23, 59)) == 0
    assert (seasons_ending.bring_to_market(now=at(OPENS, 0, 0)), seasons_ending.bring_to_market(now=OPEN)) == (1, 0)
    offer = Opportunity.objects.get()
    assert (offer.kind, offer.state, offer.last_day, offer.pay) == ("summer_job", "open", CLOSES, Decimal(1800))
    with pytest.raises(KeptElsewhere):
        market.close(opportunity=offer, outcome="here", by=owner, now=OPEN)
    other = make_user()
    company = make_profile("Muu Oy", by=other)
    with pytest.raises(KeptElsewhere):
        answering.answer(opportunity=offer, profile=company, text="Hei, kiinnostaa", by=other, now=OPEN)
    assert market_queries.own_of(place.profile, OPEN).is_empty
    seasons_places.edit_place(place=place, plan=place_plan(task="Käännöksiä"), by=owner, now=OPEN)
    offer.refresh_from_db()
    assert offer.title == "Käännöksiä"
    ending.remind(now=at(CLOSES))
    ending.settle_ended(now=at(CLOSES + DAY))
    assert not [kind for kind in kinds_to(owner) if kind.startswith("opportunities")]


def test_a_place_that_ends_is_closed_on_the_market_with_what_came_of_it() -> None:
    summer = make_summer()
    filled, empty, gone = summer.place("Puu"), summer.place("Metalli"), summer.place("Kivi")
    summer.accept(summer.offer(summer.student("Aada", filled), filled))
    seasons_places.withdraw_place(place=gone, by=summer.people["Kivi"], now=OPEN)
    seasons_ending.close_season(season=summer.season, by=summer.host, now=ANSWERING)
    told = {one.profile_id: (one.state, one.outcome) for one in Opportunity.objects.all()}
    assert told == {
        filled.profile_id: ("closed", "here"),
        empty.profile_id: ("closed", "not_needed"),
        gone.profile_id: ("closed", "not_needed"),
    }


def test_a_place_that_a_coordinator_takes_down_is_in_no_list_and_one_of_a_hidden_profile_is_not_on_the_market(
    django_capture_on_commit_callbacks: Any,
) -> None:
    summer = make_summer()
    place = summer.place("Puu")
    early = summer.student("Veikko", place)
    assert place.opportunity is not None
    with django_capture_on_commit_callbacks(execute=True):
        market.take_down(opportunity=place.opportunity, why="Ei sovi", by=make_user(is_coordinator=True), now=OPEN)
    assert summer.states(early) == ["gone"]
    with pytest.raises(seasons.NotNow):
        summer.offer(early, place)
    assert not queries.places_of(summer.season, summer.host).exists()
    with pytest.raises(seasons_applying.NotOffered):
        summer.student("Aada", place)
    summer.people["Piilo"] = make_user()
    make_profile("Piilo", by=summer.people["Piilo"], visibility="hidden")
    hidden = summer.place("Piilo")
    assert (hidden.opportunity, hidden.on_market_at) == (None, OPEN)


# --- Applying --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"name": " "}, seasons_applying.Incomplete, "name"),
        ({"contact": ""}, seasons_applying.Incomplete, "contact"),
        ({"text": "Hei"}, seasons_applying.TooShort, "text"),
        ({"age": "minor"}, seasons_applying.TooYoung, "places"),
        ({"age": "12"}, seasons_applying.NotForAge, "age"),
    ],
)
def test_what_is_wrong_in_an_application_is_told_at_its_field(changes: Any, error: Any, field: str) -> None:
    summer = make_summer()
    with pytest.raises(error) as told:
        summer.student("Aada", summer.place("Puu", lowest_age=18), **changes)
    assert told.value.field == field
    assert not SeasonApplication.objects.exists()


def test_places_are_those_of_the_season_that_have_room_each_once_and_not_too_many() -> None:
    summer = make_summer(most_wishes=1)
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    elsewhere = make_summer().place("Muualla")
    for places, error in (
        ([], seasons_applying.NoWish),
        ([puu, metalli], seasons_applying.TooManyWishes),
        ([elsewhere], seasons_applying.NotOffered),
    ):
        with pytest.raises(error):
            summer.student("Aada", *places)
    summer.accept(summer.offer(summer.student("Eero", puu), puu))
    with pytest.raises(seasons_applying.NotOffered):
        summer.student("Aada", puu)
    with pytest.raises(seasons_applying.OwnPlace):
        summer.student("Metalli", metalli)


def test_one_form_goes_to_all_places_and_is_changed_until_they_close() -> None:
    summer = make_summer()
    puu, metalli, kivi = (summer.place(name) for name in ("Puu", "Metalli", "Kivi"))
    aada = summer.student("Aada", metalli, puu)
    assert kinds_to(summer.people["Puu"]) == ["applied"]
    summer.offer(aada, puu)
    again = summer.student("Aada", kivi, text="Uusi teksti, joka on riittävän pitkä tähän kohtaan.")
    assert again == aada
    assert [(one.place, one.state) for one in aada.wishes.order_by("place")] == [(puu, "offered"), (kivi, "sent")]
    assert SeasonApplication.objects.get().text.startswith("Uusi")
    assert kinds_to(summer.people["Kivi"]) == ["applied"]


def test_a_guardian_is_asked_of_the_young_where_a_place_needs_it_and_of_nobody_else() -> None:
    summer = make_summer()
    needs, plain = summer.place("Puu", guardian_needed=True), summer.place("Metalli")
    known: dict[str, Any] = {"guardian_name": "Maija", "guardian_contact": "050 7654321"}
    with pytest.raises(seasons_applying.GuardianMissing) as told:
        summer.student("Aada", needs, age="minor", guardian_name="Maija")
    assert told.value.field == "guardian_contact"
    assert summer.student("Eero", plain, age="minor", **known).guardian_contact == ""
    assert summer.student("Iida", needs, age="adult", **known).guardian_contact == ""
    aada = summer.student("Aada", needs, plain, age="minor", **known)
    assert aada.guardian_contact == "050 7654321"
    assert [row.guardian for row in queries.applicants_of(needs) if row.wish.application == aada] == [""]
    summer.offer(aada, needs)
    assert queries.applicants_of(needs)[1].guardian == "Maija, 050 7654321"
    summer.offer(aada, plain)
    assert [row.guardian for row in queries.applicants_of(plain) if row.wish.application == aada] == [""]


def test_applying_makes_no_profile_and_one_under_18_who_has_a_shown_one_hides_it_first() -> None:
    summer = make_summer()
    place, before = summer.place("Puu"), Profile.objects.count()
    summer.student("Aada", place, age="minor")
    assert Profile.objects.count() == before
    summer.people["Eero"] = make_user("Eero")
    own = make_profile("Eero", by=summer.people["Eero"], kind=Profile.Kind.STUDENT, visibility="members")
    with pytest.raises(seasons_applying.ProfileIsShown):
        summer.student("Eero", place, age="minor")
    Profile.objects.filter(pk=own.pk).update(visibility="hidden")
    assert summer.student("Eero", place, age="minor").is_minor


def test_from_the_minute_it_ends_nobody_applies_nor_is_it_shown_or_counted_over_daylight_saving() -> None:
    summer = make_summer()
    place = summer.place("Puu", now=BEFORE)
    seasons_ending.bring_to_market(now=OPEN)
    base: dict[str, Any] = {"season": summer.season, "plan": application_plan([place])}
    moments = {
        at(OPENS - DAY, 23, 59): "before",
        at(OPENS, 0, 0): "open",
        at(CLOSES, 23, 59): "open",
        at(CLOSES + DAY, 0, 0): "answering",
        at(CLOSES + DAY, 4, 30): "answering",
        at(ANSWERS, 23, 59): "answering",
        at(ANSWERS + DAY, 0, 0): "ended",
    }
    for now, phase in moments.items():
        assert summer.season.phase(now) == phase
        assert Opportunity.objects.open(now).exists() == (phase in ("before", "open"))
        assert queries.running(None, now).exists() == (phase != "ended")
        assert queries.of_profile(place.profile, None, now).exists() == (phase != "ended")
        if phase == "open":
            seasons_applying.apply(**base, by=make_user(), now=now)
            continue
        with pytest.raises(seasons_applying.NotOpen):
            seasons_applying.apply(**base, by=make_user(), now=now)
    assert summer.season.closes_at - summer.season.opens_at == timedelta(days=28), "clocks are put on an hour later"
    assert summer.season.answers_at - summer.season.closes_at == timedelta(days=18, hours=-1)
    application = SeasonApplication.objects.all()[0]
    for do, by in (
        (seasons_applying.offer, summer.people["Puu"]),
        (seasons_applying.decline, summer.people["Puu"]),
        (seasons_applying.accept, application.user),
        (seasons_applying.turn_down, application.user),
    ):
        with pytest.raises(seasons.NotNow):
            do(wish=wish_of(application, place), by=by, now=at(ANSWERS + DAY, 0, 0))


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_an_organisation_answers_its_own_applications_and_offers_no_more_than_it_has() -> None:
    summer = make_summer()
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    aada, eero, iida = (summer.student(name, puu) for name in ("Aada", "Eero", "Iida"))
    for stranger in (summer.people["Metalli"], summer.host, aada.user):
        for do in (seasons_applying.offer, seasons_applying.decline):
            with pytest.raises(seasons_places.NotYourOrganisation):
                do(wish=wish_of(aada, puu), by=stranger, now=OPEN)
    summer.offer(aada, puu)
    with pytest.raises(seasons_applying.SeatsGone):
        summer.offer(eero, puu)
    with pytest.raises(seasons.NotNow):
        summer.offer(aada, puu)
    seasons_applying.decline(wish=wish_of(eero, puu), by=summer.people["Puu"], now=OPEN)
    assert (kinds_to(aada.user), kinds_to(eero.user)) == (["offer"], ["declined"])
    with pytest.raises(seasons.NotNow):
        seasons_applying.decline_rest(place=puu, by=summer.people["Puu"], now=OPEN)
    summer.accept(wish_of(aada, puu))
    with pytest.raises(seasons_places.NotYourOrganisation):
        seasons_applying.decline_rest(place=puu, by=summer.people["Metalli"], now=OPEN)
    assert seasons_applying.decline_rest(place=puu, by=summer.people["Puu"], now=OPEN) == 1
    assert kinds_to(iida.user) == ["declined"]
    assert not queries.applicants_of(metalli)


def test_two_may_offer_at_once_and_the_second_acceptance_is_refused_by_name() -> None:
    summer = make_summer()
    puu, metalli, kivi = (summer.place(name) for name in ("Puu", "Metalli", "Kivi"))
    aada = summer.student("Aada", puu, metalli, kivi)
    one, other = summer.offer(aada, puu), summer.offer(aada, metalli)
    summer.accept(one)
    with pytest.raises(seasons_applying.TakenAnother) as told:
        summer.accept(other)
    assert "Puu Oy" in str(told.value)
    assert summer.states(aada) == ["accepted", "freed", "freed"]
    assert kinds_to(summer.people["Puu"])[-1] == "accepted"
    assert kinds_to(summer.people["Metalli"])[-1] == "free"
    assert kinds_to(summer.people["Kivi"]) == ["applied"]
    with pytest.raises(seasons_applying.TakenAnother):
        summer.accept(other)
    assert SeasonWish.objects.filter(state="accepted").count() == 1


def test_two_acceptances_that_saw_nothing_of_each_other_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's own word, where the look before it saw no other."""
    summer = make_summer()
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    aada = summer.student("Aada", puu, metalli)
    one, other = summer.offer(aada, puu), summer.offer(aada, metalli)
    summer.accept(one)
    SeasonWish.objects.filter(pk=other.pk).update(state="offered")
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda rows: False)
    with pytest.raises(seasons_applying.TakenAnother, match="Puu Oy"):
        seasons_applying.accept(wish=other, by=aada.user, now=OPEN)
    assert SeasonWish.objects.get(state="accepted").place == puu


def test_only_the_student_takes_or_turns_down_and_what_is_turned_down_is_free_again() -> None:
    summer = make_summer()
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    aada = summer.student("Aada", puu, metalli)
    with pytest.raises(seasons.NotNow):
        summer.accept(wish_of(aada, puu))
    wish = summer.offer(aada, puu)
    for do in (seasons_applying.accept, seasons_applying.turn_down):
        with pytest.raises(seasons_applying.NotYours):
            do(wish=wish, by=summer.people["Puu"], now=OPEN)
    summer.accept(wish)
    seasons_applying.turn_down(wish=wish, by=aada.user, now=OPEN)
    assert summer.states(aada) == ["turned", "sent"]
    assert kinds_to(summer.people["Puu"])[-1] == "free"
    with pytest.raises(seasons.NotNow):
        seasons_applying.turn_down(wish=wish, by=aada.user, now=OPEN)
    assert summer.offer(summer.student("Eero", puu), puu).state == "offered"


def test_an_application_that_is_taken_back_is_deleted_at_once() -> None:
    summer = make_summer()
    puu, metalli = summer.place("Puu"), summer.place("Metalli")
    aada = summer.student("Aada", puu, metalli)
    summer.offer(aada, puu)
    with pytest.raises(seasons_applying.NotYours):
        seasons_applying.withdraw(application=aada, by=summer.people["Puu"], now=OPEN)
    seasons_applying.withdraw(application=aada, by=aada.user, now=OPEN)
    assert not SeasonWish.objects.exists()
    assert kinds_to(summer.people["Puu"])[-1] == "free"
    assert kinds_to(summer.people["Metalli"]) == ["applied"]
    with pytest.raises(seasons_applying.NotYours):
        seasons_applying.withdraw(application=aada, by=aada.user, now=OPEN)


# --- The end ---------------------------------------------------------------------------------------------------------


def ending_summer() -> tuple[Any, ...]:
    summer = make_summer()
    puu, metalli = summer.place("Puu", seats=2), summer.place("Metalli")
    placed, offered, waiting, declined = (summer.student(name, puu, metalli) for name in ("A", "E", "I", "O"))
    summer.accept(summer.offer(placed, puu))
    summer.offer(offered, puu)
    for place in (puu, metalli):
        owner = summer.people["Puu" if place == puu else "Metalli"]
        seasons_applying.decline(wish=wish_of(declined, place), by=owner, now=OPEN)
    return summer, placed, offered, waiting, declined


def test_in_the_end_everyone_has_an_answer_by_itself_and_once() -> None:
    summer, placed, offered, waiting, declined = ending_summer()
    assert seasons_ending.end_due(now=at(ANSWERS, 23, 59)) == 0
    assert (seasons_ending.end_due(now=AFTER), seasons_ending.end_due(now=AFTER)) == (1, 0)
    assert [summer.states(one) for one in (placed, offered, waiting, declined)] == [
        ["accepted", "freed"], ["lapsed", "passed"], ["passed", "passed"], ["declined", "declined"],
    ]  # fmt: skip
    assert kinds_to(waiting.user) == ["passed"]
    assert kinds_to(offered.user)[-1] == "passed"
    assert "passed" not in kinds_to(placed.user) + kinds_to(declined.user)
    for name in ("Puu", "Metalli"):
        assert kinds_to(summer.people[name])[-1] == "ended"
    assert kinds_to(summer.host)[-1] == "ended"
    told = {"places": 2, "seats": 3, "applicants": 4, "applications": 8, "filled": 1, "first": 1, "offered": 1}
    summer.season.refresh_from_db()
    assert seasons.figures(summer.season) == {**told, "unanswered": 3}


def test_the_host_can_end_it_before_and_nobody_else() -> None:
    summer, _placed, _offered, waiting, _declined = ending_summer()
    with pytest.raises(seasons.NotTheHost):
        seasons_ending.close_season(season=summer.season, by=summer.people["Puu"], now=OPEN)
    seasons_ending.close_season(season=summer.season, by=summer.colleague, now=OPEN)
    assert kinds_to(waiting.user) == ["passed"]
    with pytest.raises(seasons.NotNow):
        seasons_ending.close_season(season=summer.season, by=summer.host, now=OPEN)
    with pytest.raises(seasons_applying.NotOpen):
        summer.student("Uusi", *summer.season.places.all())


def test_who_has_not_answered_is_reminded_once_before_the_day() -> None:
    summer, placed, offered, _waiting, _declined = ending_summer()
    assert seasons_ending.remind(now=at(ANSWERS - 4 * DAY)) == 0
    soon = at(ANSWERS - 3 * DAY)
    assert (seasons_ending.remind(now=soon), seasons_ending.remind(now=soon)) == (1, 0)
    assert kinds_to(summer.people["Puu"])[-1] == kinds_to(summer.people["Metalli"])[-1] == "waiting"
    assert kinds_to(offered.user)[-1] == "offer_waits"
    assert "offer_waits" not in kinds_to(placed.user)
    later = plan(answers_by=ANSWERS + 7 * DAY)
    seasons_editing.edit_season(season=summer.season, plan=later, by=summer.host, now=soon)
    assert seasons_ending.remind(now=at(ANSWERS + 5 * DAY)) == 1


def test_what_is_about_students_goes_a_set_time_after_the_end_and_the_figures_stay() -> None:
    summer, *_students = ending_summer()
    seasons_ending.end_due(now=AFTER)
    assert seasons_ending.forget_old(now=AFTER + timedelta(days=89)) == 0
    gone = AFTER + timedelta(days=90)
    assert (seasons_ending.forget_old(now=gone), seasons_ending.forget_old(now=gone)) == (1, 0)
    assert (SeasonApplication.objects.count(), SeasonWish.objects.count(), SeasonPlace.objects.count()) == (0, 0, 2)
    summer.season.refresh_from_db()
    assert seasons.figures(summer.season)["applicants"] == 4


def test_people_and_organisations_that_go_leave_nobody_waiting() -> None:
    summer, placed, offered, waiting, _declined = ending_summer()
    seasons_ending.user_leaving(placed.user, OPEN)
    assert not SeasonApplication.objects.filter(pk=placed.pk).exists()
    assert kinds_to(summer.people["Puu"])[-1] == "free"
    metalli = SeasonPlace.objects.get(profile__representatives__user=summer.people["Metalli"])
    seasons_ending.profile_changed(metalli.profile_id, OPEN)
    metalli.refresh_from_db()
    assert metalli.withdrawn_at is None
    Profile.objects.filter(pk=metalli.profile_id).update(status="taken_down")
    seasons_ending.profile_changed(metalli.profile_id, OPEN)
    assert (summer.states(offered), kinds_to(waiting.user)) == (["offered", "gone"], ["gone"])
    Profile.objects.filter(pk=summer.town.pk).update(status="taken_down")
    seasons_ending.profile_changed(summer.town.pk, OPEN)
    summer.season.refresh_from_db()
    assert (summer.season.state, kinds_to(waiting.user)[-1]) == ("ended", "passed")


def test_the_export_holds_what_is_known_of_the_student() -> None:
    summer = make_summer()
    aada = summer.student("Aada", summer.place("Puu"), school="Lukio")
    [one] = queries.export_of(aada.user)["applications"]
    assert (one["name"], one["school"], one["places"][0]["organisation"]) == ("Aada", "Lukio", "Puu Oy")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_notice_can_be_read_in_each_language_and_names_no_student(language: str) -> None:
    summer = make_summer()
    place = summer.place("Puu")
    aada = summer.student("Salainen Aada", place)
    context = {"season": summer.season.pk, "place": place.pk}
    with translation.override(language):
        for kind in notices_seasons.KINDS:
            notice = kind.render(context)
            assert notice.url.startswith(f"/{language}/studies/seasons/kesatyot-2026/")
            assert "%(" not in notice.title + notice.text
            assert aada.name not in notice.title + notice.text


def test_a_notice_is_read_by_those_for_whom_it_is() -> None:
    summer = make_summer()
    place = summer.place("Puu")
    aada = summer.student("Aada", place)
    context = {"season": summer.season.pk, "place": place.pk}
    readers = {"host": summer.host, "giver": summer.people["Puu"], "student": aada.user, "other": make_user()}
    for kind in notices_seasons.KINDS:
        if kind.may_read is not None:
            assert sum(kind.may_read(context, one) for one in readers.values()) == 1, kind.key


def test_every_sweep_names_a_task_that_exists() -> None:
    known = {tasks.sweep_seasons.name, tasks.forget_seasons.name}
    assert {name for name, _seconds in tasks.SWEEPS.values()} == known
    tasks.sweep_seasons()
    assert tasks.forget_seasons() == 0
