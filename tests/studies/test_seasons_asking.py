"""What a place asks beside the form: languages, an age of 16 or 17; and what it sees of a student's own profile."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from studies.models import SeasonApplication, SeasonPlace, SeasonWish
from studies.queries import seasons as queries
from studies.services import courses_joining, seasons_applying, seasons_places
from studies.services.minors import AgeUnsaid
from tests.factories.people import make_profile, make_user, tag_all

from .coursing import make_course
from .summering import LINES, OPEN, Summer, application_plan, make_summer, place_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ENGLISH = "I study at the upper secondary school and I like to write stories about people and what they do."


def as_user(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def url(summer: Summer, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"slug": summer.season.slug, **more})


def applicant(place: SeasonPlace) -> queries.Applicant:
    [found] = queries.applicants_of(place)
    return found


# --- Languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "named", "missing"),
    [([], [], []), (["sv", "en"], ["fi", "en"], []), (["sv"], ["fi"], ["ruotsi"]), (["sv"], [], ["ruotsi"])],
)
def test_a_language_that_was_not_named_is_told_to_both_and_hinders_nobody(
    asked: list[str], named: list[str], missing: list[str]
) -> None:
    summer = make_summer()
    place = summer.place("Puu", languages=asked)
    aada = summer.student("Aada", place, languages=named)
    assert applicant(place).unspoken == missing
    mine = as_user(aada.user).get(url(summer, "season_mine")).content.decode()
    theirs = as_user(summer.people["Puu"]).get(url(summer, "season_applicants", pk=place.pk)).content.decode()
    assert ("et ole merkinnyt" in mine) is bool(missing)
    assert ("ei ole merkinnyt" in theirs) is bool(missing)


def test_a_place_that_cannot_do_without_refuses_at_the_place_and_names_the_languages() -> None:
    summer = make_summer()
    plain, place = summer.place("Metalli"), summer.place("Puu", languages=["sv", "en"], languages_required=True)
    with pytest.raises(seasons_applying.LanguageMissing) as told:
        summer.student("Aada", plain, place, languages=["fi"])
    assert told.value.field == f"place_{place.pk}"
    assert "ruotsi, englanti" in str(told.value)
    assert not SeasonApplication.objects.exists()
    assert summer.student("Aada", plain, place, languages=["fi", "en"]).wishes.count() == 2
    client = as_user(summer.people["Aada"])
    sent = {"name": "Aada", "contact": "040", "age": "adult", "text": LINES, "languages": ["fi"]}
    answer = client.post(url(summer, "season_apply"), {**sent, f"place_{place.pk}": "1"})
    assert answer.status_code == 422
    assert f"place_{place.pk}" in answer.context["form"].errors


def test_a_place_without_languages_requires_none() -> None:
    place = make_summer().place("Puu", languages=[], languages_required=True)
    assert place.languages_required is False


def test_the_form_and_the_places_page_tell_only_what_is_known() -> None:
    summer = make_summer()
    place = summer.place("Puu", languages=["sv"])
    known, unknown = make_user(), make_user()
    make_profile("Sanni", by=known, kind=Profile.Kind.STUDENT, visibility="hidden", languages=["fi"])
    for person, told in ((known, True), (unknown, False), (None, False)):
        page = as_user(person).get(url(summer, "season_place", pk=place.pk)).content.decode()
        assert ("Et ole merkinnyt" in page) is told, person
    for person, told in ((known, True), (unknown, False)):
        [row] = as_user(person).get(url(summer, "season_apply")).context["form"].rows()
        assert row.is_unspoken is told


def test_the_seasons_languages_are_told_and_another_is_told_to_both() -> None:
    summer = make_summer(languages=["fi", "sv"])
    place = summer.place("Puu")
    iida = make_user()
    form = as_user(iida).get(url(summer, "season_apply")).context["form"]
    assert "suomi, ruotsi" in form["text"].help_text
    aada = summer.student("Aada", place, text=ENGLISH)
    assert applicant(place).other_language == "englanti"
    assert "englanti" in as_user(aada.user).get(url(summer, "season_mine")).content.decode()
    summer.student("Aada", place)
    assert applicant(place).other_language == ""
    free = make_summer(languages=["fi", "sv", "en"])
    there = free.place("Kivi")
    free.student("Eero", there, text=ENGLISH)
    assert applicant(there).other_language == ""
    form = as_user(iida).get(url(free, "season_apply")).context["form"]
    assert "suomi" not in form["text"].help_text


def test_in_a_round_a_student_and_each_of_a_group_are_told_where_they_are_not_put() -> None:
    course = make_course()
    course.place("Puu", languages=["en"])
    course.place("Metalli")
    aada, eero = course.student("Aada", languages=["fi"]), course.student("Eero", languages=["en"])
    course.go_on("wishes")

    def told(user: User) -> list[bool]:
        answer = as_user(user).get(reverse("course_wishes", kwargs={"pk": course.round.pk}))
        return [row[4] for row in sorted(answer.context["rows"], key=lambda row: row[0].profile.name)]

    assert (told(aada.user), told(eero.user)) == ([False, True], [False, False])
    team = courses_joining.make_team(entrant=eero, name="Ryhmä", by=eero.user, now=OPEN)
    courses_joining.join_team(entrant=aada, code=team.code, by=aada.user, now=OPEN)
    assert told(eero.user) == [False, True]


# --- An age of 16 or 17 ----------------------------------------------------------------------------------------------


def test_one_under_18_says_to_be_old_enough_where_it_is_asked_and_nothing_more_of_the_age_is_kept() -> None:
    summer = make_summer()
    seventeen, fifteen = summer.place("Puu", lowest_age=17), summer.place("Metalli", lowest_age=15)
    with pytest.raises(AgeUnsaid) as told:
        summer.student("Aada", seventeen, fifteen, age="minor")
    assert told.value.field == f"aged_{seventeen.pk}"
    assert "17" in str(told.value)
    both = [seventeen.pk, fifteen.pk]
    aada = summer.student("Aada", seventeen, fifteen, age="minor", aged=both)
    assert {one.place_id: one.age_said for one in aada.wishes.all()} == {seventeen.pk: True, fifteen.pk: False}
    assert applicant(seventeen).aged
    assert not applicant(fifteen).aged
    adult = summer.student("Eero", seventeen, age="adult", aged=both)
    assert not adult.wishes.get().age_said


def test_a_word_that_is_taken_back_takes_the_place_out() -> None:
    summer = make_summer()
    place = summer.place("Puu", lowest_age=16)
    summer.student("Aada", place, age="minor", aged=[place.pk])
    with pytest.raises(AgeUnsaid):
        summer.student("Aada", place, age="minor")
    assert SeasonWish.objects.get().age_said


def test_who_has_been_offered_a_place_as_an_adult_cannot_become_too_young_for_it() -> None:
    summer = make_summer()
    place, plain = summer.place("Puu", lowest_age=17), summer.place("Metalli")
    summer.offer(summer.student("Aada", place, age="adult"), place)
    with pytest.raises(AgeUnsaid) as told:
        summer.student("Aada", plain, age="minor", aged=[place.pk])
    assert told.value.field == "age"
    said = make_summer()
    place, plain = said.place("Puu", lowest_age=17), said.place("Metalli")
    said.offer(said.student("Iida", place, age="minor", aged=[place.pk]), place)
    assert said.student("Iida", plain, age="minor").wishes.count() == 2


def test_it_is_asked_beside_the_place_and_of_nobody_else() -> None:
    summer = make_summer()
    asks, plain, adult = (
        summer.place(name, lowest_age=age) for name, age in (("Puu", 16), ("Metalli", 15), ("Kivi", 18))
    )
    form = as_user(make_user()).get(url(summer, "season_apply")).context["form"]
    assert [name for name in form.fields if name.startswith("aged_")] == [f"aged_{asks.pk}"]
    assert plain.pk != adult.pk
    client = as_user(make_user())
    sent = {"name": "Aada", "contact": "040", "age": "minor", "text": LINES, f"place_{asks.pk}": "1"}
    refused = client.post(url(summer, "season_apply"), sent)
    assert refused.status_code == 422
    assert f"aged_{asks.pk}" in refused.context["form"].errors
    assert client.post(url(summer, "season_apply"), {**sent, f"aged_{asks.pk}": "on"}).status_code == 302
    assert client.get(url(summer, "season_apply")).context["form"][f"aged_{asks.pk}"].value() is True
    grown = make_summer(ages=["adult"])
    grown.place("Puu", lowest_age=17)
    form = as_user(make_user()).get(url(grown, "season_apply")).context["form"]
    assert not [name for name in form.fields if name.startswith("aged_")]


def test_a_person_of_another_place_does_not_learn_of_the_word() -> None:
    summer = make_summer()
    asks, other = summer.place("Puu", lowest_age=17), summer.place("Metalli")
    summer.student("Aada", asks, other, age="minor", aged=[asks.pk])
    seen = as_user(summer.people["Metalli"]).get(url(summer, "season_applicants", pk=other.pk)).content.decode()
    assert "Aada" in seen
    assert "täyttäneensä" not in seen


# --- With the profile ------------------------------------------------------------------------------------------------


def student(*, visibility: str = "hidden", **fields: Any) -> User:
    user = make_user("Sanni Salo", email=f"sanni-{visibility}-{len(fields)}@example.fi")
    texts = {"does": "Opiskelen puutekniikkaa.", "offers": "Osaan hitsata.", "seeks": "Etsin kesätyötä."}
    made = make_profile(
        "Sanni", by=user, kind="student", visibility=visibility, texts=texts, languages=["sv"], **fields
    )
    tag_all([made], "Hitsaus")
    return user


def test_the_form_proposes_what_the_profile_tells() -> None:
    summer = make_summer()
    summer.place("Puu")
    user = student(school="Lukio", field_of_study="Tekniikka", contact_phone="040 999")
    form = as_user(user).get(url(summer, "season_apply")).context["form"]
    asked = ("name", "contact", "text", "school", "programme", "languages")
    assert [form[name].value() for name in asked] == [
        "Sanni", "040 999", "Opiskelen puutekniikkaa.\n\nOsaan hitsata.\n\nEtsin kesätyötä.", "Lukio", "Tekniikka",
        ["sv"],
    ]  # fmt: skip
    assert "shown" in form.fields
    assert form["shown"].value() in (None, [])
    plain = as_user(make_user()).get(url(summer, "season_apply")).context["form"]
    assert "shown" not in plain.fields


def test_the_places_see_of_the_profile_what_was_chosen_and_as_it_is_now() -> None:
    summer = make_summer()
    place, other = summer.place("Puu"), summer.place("Metalli")
    summer.people["Sanni"] = user = student()
    summer.student("Sanni", place, shown=["offers", "themes", "nothing"])
    found = applicant(place).profile
    assert found is not None
    assert found.texts == [("Mitä tarjoan", "Osaan hitsata.", "fi")]
    assert found.themes == ["Hitsaus"]
    page = as_user(summer.people["Puu"]).get(url(summer, "season_applicants", pk=place.pk)).content.decode()
    assert "Osaan hitsata." in page
    assert "Etsin kesätyötä." not in page
    for client in (as_user(summer.people["Metalli"]), as_user(make_user()), as_user(summer.host)):
        answer = client.get(url(summer, "season_applicants", pk=place.pk))
        assert answer.status_code == 403
    assert queries.applicants_of(other) == []
    Profile.objects.filter(representatives__user=user).delete()
    assert applicant(place).profile is None


def test_nothing_is_shown_unasked_and_of_the_young_nothing_at_all() -> None:
    summer = make_summer()
    place = summer.place("Puu")
    summer.people["Sanni"] = student()
    assert summer.student("Sanni", place).shown == []
    assert applicant(place).profile is None
    young = summer.student("Sanni", place, age="minor", shown=["offers"])
    assert young.shown == []
    answered = summer.student("Sanni", place, shown=["offers"])
    seasons_applying.decline(wish=answered.wishes.get(), by=summer.people["Puu"], now=OPEN)
    page = as_user(summer.people["Puu"]).get(url(summer, "season_applicants", pk=place.pk)).content.decode()
    assert "Osaan hitsata." not in page


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_applicants_with_profiles_cost_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    summer = make_summer()
    place = summer.place("Puu")
    for n in range(count):
        summer.people[f"Sanni {n}"] = _another(n)
        summer.student(f"Sanni {n}", place, shown=["offers", "themes"])
    client = as_user(summer.people["Puu"])
    at = url(summer, "season_applicants", pk=place.pk)
    client.get(at)
    with django_assert_num_queries(11):
        client.get(at)


def _another(n: int) -> User:
    user = make_user(f"Sanni {n}")
    made = make_profile(f"Sanni {n}", by=user, kind="student", texts={"offers": f"Osaan {n} asiaa."})
    tag_all([made], f"Teema {n}")
    return user


def test_the_form_of_a_place_asks_whether_a_language_is_needed() -> None:
    summer = make_summer()
    place = summer.place("Puu")
    seasons_places.edit_place(
        place=place, plan=place_plan(languages=["sv"], languages_required=True), by=summer.people["Puu"], now=OPEN
    )
    page = as_user(summer.people["Puu"]).get(url(summer, "season_place", pk=place.pk)).content.decode()
    assert "Näistä tarvitaan ainakin yhtä." in page
    assert application_plan([place]).aged == ()
