"""Applying for the places of a season, the answers, and its end, when everyone has one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Profile
from opportunities.models import Opportunity
from studies import notices_seasons
from studies.models import SeasonApplication, SeasonPlace, SeasonWish
from studies.queries import seasons as queries
from studies.services import seasons, seasons_applying, seasons_editing, seasons_ending, seasons_places
from studies.services.minors import ProfileIsShown
from studies.tasks import seasons as tasks
from tests.factories.people import make_profile, make_user

from .summering import (
    AFTER,
    ANSWERS,
    BEFORE,
    CLOSES,
    DAY,
    OPEN,
    OPENS,
    application_plan,
    at,
    kinds_to,
    make_summer,
    plan,
    wish_of,
)

pytestmark = pytest.mark.django_db


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
    assert kinds_to(summer.people["Puu"]) == ["place_accepted", "applied"]
    summer.offer(aada, puu)
    again = summer.student("Aada", kivi, text="Uusi teksti, joka on riittävän pitkä tähän kohtaan.")
    assert again == aada
    assert [(one.place, one.state) for one in aada.wishes.order_by("place")] == [(puu, "offered"), (kivi, "sent")]
    assert SeasonApplication.objects.get().text.startswith("Uusi")
    assert kinds_to(summer.people["Kivi"]) == ["place_accepted", "applied"]


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
    with pytest.raises(ProfileIsShown):
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
        assert Opportunity.objects.filter(kept_by="studies.seasons").open(now).exists() == (phase in ("before", "open"))
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
    assert kinds_to(summer.people["Kivi"]) == ["place_accepted", "applied"]
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
    assert kinds_to(summer.people["Metalli"]) == ["place_accepted", "applied"]
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


def test_a_host_that_is_confirmed_no_longer_ends_its_season_and_keeps_its_places_elsewhere() -> None:
    summer, *_others, waiting, _declined = ending_summer()
    Profile.objects.filter(pk=summer.town.pk).update(confirmed_at=None)
    seasons_ending.profile_changed(summer.town.pk, OPEN)
    summer.season.refresh_from_db()
    assert summer.season.state == "public", "whoever has just claimed it waits for a coordinator's word"
    Profile.objects.filter(pk=summer.town.pk).update(confirmation_refused_at=OPEN)
    seasons_ending.profile_changed(summer.town.pk, OPEN)
    summer.season.refresh_from_db()
    assert (summer.season.state, kinds_to(waiting.user)[-1]) == ("ended", "passed")


def test_the_export_holds_what_is_known_of_the_student() -> None:
    summer = make_summer()
    aada = summer.student("Aada", summer.place("Puu"), school="Lukio")
    [one] = queries.export_of(aada.user)["applications"]
    assert (one["name"], one["school"], one["places"][0]["organisation"]) == ("Aada", "Lukio", "Puu Oy")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.usefixtures("clock")
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
