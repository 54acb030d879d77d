"""Places of a season of summer jobs, and how they stand on the market: every way out of every service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Profile, User
from opportunities.queries import opportunities as market_queries
from opportunities.services import answering, ending
from opportunities.services import opportunities as market
from opportunities.services.common import KeptElsewhere
from studies.queries import seasons as queries
from studies.services import seasons, seasons_applying, seasons_editing, seasons_ending, seasons_places
from studies.wording import pay_words
from tests.factories.people import make_profile, make_user

from .summering import (
    AFTER,
    ANSWERING,
    BEFORE,
    CLOSES,
    DAY,
    OPEN,
    OPENS,
    at,
    kinds_to,
    make_summer,
    place_plan,
    places_on_market,
    plan,
)

pytestmark = pytest.mark.django_db


# --- Places ----------------------------------------------------------------------------------------------------------


def test_an_organisation_adds_places_until_applications_close_and_the_host_hears() -> None:
    summer = make_summer()
    place = summer.place("Puu", now=BEFORE, pay="12,50", pay_unit="hour", seats=2)
    assert kinds_to(summer.host) == kinds_to(summer.colleague) == ["place_waits"]
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
    edited = seasons_places.edit_place(place=place, plan=place_plan(seats=2, lowest_age=16), by=owner, now=OPEN)
    seasons_places.accept_place(place=edited, by=summer.host, now=OPEN)
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


def test_a_place_for_minors_is_shown_when_the_host_has_accepted_it() -> None:
    summer = make_summer()
    place, owner, student = summer.place("Puu", accepted=False), summer.place("Kivi").profile, make_user()
    assert place.waits
    assert place not in queries.places_of(summer.season, student)
    assert place not in queries.places_of(summer.season, summer.host)
    assert not queries.of_profile(place.profile, student, OPEN).exists()
    assert (place.opportunity, seasons_ending.bring_to_market(now=OPEN)) == (None, 0)
    assert seasons.figures(summer.season)["places"] == 1
    with pytest.raises(seasons_applying.NotOffered):
        summer.student("Aada", place, age="minor")
    for by in (summer.people["Puu"], User.objects.get(representations__profile=owner), student):
        with pytest.raises(seasons.NotTheHost):
            seasons_places.accept_place(place=place, by=by, now=OPEN)
    seasons_places.accept_place(place=place, by=summer.colleague, now=OPEN)
    accepted = seasons_places.accept_place(place=place, by=summer.colleague, now=OPEN)
    assert (accepted.accepted_at, accepted.waits, accepted.opportunity is not None) == (OPEN, False, True)
    assert kinds_to(summer.people["Puu"]) == ["place_accepted"]
    assert place in queries.places_of(summer.season, student)
    summer.student("Aada", place, age="minor")


def test_one_that_is_withdrawn_or_comes_too_late_is_not_accepted() -> None:
    summer = make_summer()
    gone, late = summer.place("Puu", accepted=False), summer.place("Kivi", accepted=False)
    seasons_places.withdraw_place(place=gone, by=summer.host, now=OPEN)
    for place, now in ((gone, OPEN), (late, ANSWERING)):
        with pytest.raises(seasons.NotNow):
            seasons_places.accept_place(place=place, by=summer.host, now=now)


def test_what_the_host_adds_itself_and_what_is_for_adults_alone_stands_at_once() -> None:
    summer = make_summer()
    base: dict[str, Any] = {"profile": summer.town, "plan": place_plan(), "by": summer.host, "now": OPEN}
    assert not seasons_places.add_place(season=summer.season, **base).waits
    adults = make_summer(ages=["adult"], slug="aikuiset")
    place = adults.place("Puu", accepted=False)
    assert kinds_to(adults.host) == ["place"]
    assert place in queries.places_of(adults.season, make_user())
    assert place.opportunity is not None
    application = adults.student("Aada", place)
    changed = plan(ages=["minor", "adult"], slug="aikuiset")
    with pytest.raises(seasons_editing.PlacesForAdults) as told:
        seasons_editing.edit_season(season=adults.season, plan=changed, by=adults.host, now=OPEN)
    assert told.value.field == "ages"
    assert place in queries.places_of(adults.season, make_user())
    assert adults.states(application) == ["sent"]


def test_a_season_that_is_for_adults_alone_from_now_on_shows_what_waited() -> None:
    summer = make_summer()
    place = summer.place("Puu", accepted=False)
    seasons_editing.edit_season(season=summer.season, plan=plan(ages=["adult"]), by=summer.host, now=OPEN)
    assert place in queries.places_of(summer.season, make_user())
    assert places_on_market().open(OPEN).filter(profile=place.profile).exists()


def test_what_the_host_accepted_waits_for_the_host_again_when_it_is_changed() -> None:
    summer = make_summer()
    place, owner, student = summer.place("Puu"), summer.people["Puu"], make_user()
    seasons_places.edit_place(place=place, plan=place_plan(seats=2), by=owner, now=OPEN)
    assert place in queries.places_of(summer.season, student)
    assert kinds_to(summer.host) == ["place_waits"]
    changed = place_plan(seats=2, text="Muuta kuin kunta näki.")
    edited = seasons_places.edit_place(place=place, plan=changed, by=owner, now=OPEN)
    assert edited.waits
    assert place not in queries.places_of(summer.season, student)
    assert not places_on_market().open(OPEN).exists()
    assert kinds_to(summer.host) == kinds_to(summer.colleague) == ["place_waits", "place_waits"]
    seasons_places.accept_place(place=edited, by=summer.host, now=OPEN + DAY)
    assert place in queries.places_of(summer.season, student)
    assert places_on_market().open(OPEN).exists()
    assert kinds_to(owner) == ["place_accepted", "place_accepted"]


def test_what_somebody_has_applied_for_stands_when_it_is_changed_and_the_host_is_told() -> None:
    summer = make_summer()
    place, owner = summer.place("Puu"), summer.people["Puu"]
    summer.student("Aada", place)
    edited = seasons_places.edit_place(place=place, plan=place_plan(text="Muuta."), by=owner, now=OPEN)
    assert not edited.waits
    assert place in queries.places_of(summer.season, make_user())
    assert kinds_to(summer.host) == ["place_waits", "place_changed"]


def test_the_hosts_own_and_what_is_for_adults_alone_is_changed_without_waiting() -> None:
    summer, adults = make_summer(), make_summer(ages=["adult"], slug="aikuiset")
    own = seasons_places.add_place(
        season=summer.season, profile=summer.town, plan=place_plan(), by=summer.host, now=OPEN
    )
    theirs = adults.place("Puu", accepted=False)
    for place, by in ((own, summer.host), (theirs, adults.people["Puu"])):
        edited = seasons_places.edit_place(place=place, plan=place_plan(text="Muuta."), by=by, now=OPEN)
        assert place in queries.places_of(edited.season, make_user())
    assert (kinds_to(summer.host), kinds_to(adults.host)) == ([], ["place"])


def test_whose_place_was_not_accepted_before_applications_closed_hears_it_once() -> None:
    summer, adults = make_summer(), make_summer(ages=["adult"], slug="aikuiset")
    summer.place("Puu", accepted=False)
    summer.place("Kivi")
    adults.place("Metalli", accepted=False)
    seasons_ending.tell_unaccepted(now=at(CLOSES, 23, 59))
    assert kinds_to(summer.people["Puu"]) == []
    for _n in range(2):
        seasons_ending.tell_unaccepted(now=at(CLOSES + DAY, 0, 1))
    seasons_ending.end_due(now=AFTER)
    assert kinds_to(summer.people["Puu"]) == ["place_unaccepted"]
    assert "place_unaccepted" not in kinds_to(summer.people["Kivi"]) + kinds_to(adults.people["Metalli"])


def test_whose_place_was_not_accepted_before_the_host_ended_the_season_hears_it() -> None:
    summer = make_summer()
    summer.place("Puu", accepted=False)
    seasons_ending.close_season(season=summer.season, by=summer.host, now=OPEN)
    assert kinds_to(summer.people["Puu"]) == ["place_unaccepted"]


# --- The market ------------------------------------------------------------------------------------------------------


def test_a_place_stands_on_the_market_while_one_can_apply_and_is_seen_to_in_its_season() -> None:
    summer = make_summer()
    place, owner = summer.place("Puu", now=BEFORE, pay="1800"), summer.people["Puu"]
    assert seasons_ending.bring_to_market(now=at(OPENS - DAY, 23, 59)) == 0
    assert (seasons_ending.bring_to_market(now=at(OPENS, 0, 0)), seasons_ending.bring_to_market(now=OPEN)) == (1, 0)
    offer = places_on_market().get()
    assert (offer.kind, offer.state, offer.last_day, offer.pay) == ("summer_job", "open", CLOSES, Decimal(1800))
    with pytest.raises(KeptElsewhere):
        market.close(opportunity=offer, outcome="here", by=owner, now=OPEN)
    other = make_user()
    company = make_profile("Muu Oy", by=other)
    with pytest.raises(KeptElsewhere):
        answering.answer(opportunity=offer, profile=company, text="Hei, kiinnostaa", by=other, now=OPEN)
    assert market_queries.own_of(place.profile, OPEN).is_empty
    edited = seasons_places.edit_place(place=place, plan=place_plan(task="Käännöksiä", pay="1800"), by=owner, now=OPEN)
    seasons_places.accept_place(place=edited, by=summer.host, now=OPEN)
    offer = places_on_market().open(OPEN).get()
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
    told = {one.profile_id: (one.state, one.outcome) for one in places_on_market()}
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
    assert (hidden.opportunity, hidden.refused) == (None, "hidden")
