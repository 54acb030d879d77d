"""The directory: what finds what, what each facet counts, and addresses that were never right."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block, PastWork, Profile, ProfileTheme
from accounts.services.columns import refresh_search_terms
from core.models import Installation
from tests.factories.people import NOW, make_profile, make_user
from themes.models import Theme

pytestmark = pytest.mark.django_db


def made(name: str = "", language: str = "fi", **fields: Any) -> Profile:
    profile = make_profile(name, by=make_user(), **fields)
    profile.texts.update(language=language)
    refresh_search_terms([profile])
    profile.refresh_from_db()
    return profile


def tag(profile: Profile, slug: str, parent: Theme | None = None) -> Theme:
    names = {"name": slug, "name_fi": slug.capitalize(), "parent": parent}
    theme: Theme = Theme.objects.get_or_create(slug=slug, defaults=names)[0]
    ProfileTheme.objects.create(tag=theme, content_object=profile)
    refresh_search_terms([profile])
    return theme


def ask(client: Client, **query: Any) -> Any:
    response = client.get(reverse("directory"), query)
    assert response.status_code == 200
    return response


def found(client: Client, **query: Any) -> list[str]:
    return [row.profile.name for row in ask(client, **query).context["found"].rows]


def counts(response: Any, facet: str) -> dict[str, int | None]:
    return {option.value: option.count for option in getattr(response.context["found"], facet)}


# --- Search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("fi", "Etsimme ostajaa hukkalämmölle.", "lämpö"),
        ("fi", "Etsimme ostajaa hukkalämmölle.", "hukkalämpöä"),
        ("fi", "Etsimme ostajaa hukkalämmölle.", "hukkalämmön"),
        ("fi", "Tuotannosta jää kutterinlastua.", "kutterin lastu"),
        ("fi", "Teemme kutterin lastusta kuiviketta.", "kutterinlastu"),
        ("fi", "Palvelemme yrityksiä.", "yrityksille"),
        ("sv", "Vi söker spillvärme till två växthus.", "spillvärmen"),
        ("sv", "Vi söker spillvärme till två växthus.", "värme"),
        ("sv", "Vi köper trävaror.", "trävara"),
        ("en", "We buy used pallets.", "pallet"),
        ("en", "We are looking for companies.", "company"),
    ],
)
def test_inflected_and_compound_words_find_each_other(client: Client, language: str, text: str, query: str) -> None:
    profile = made(language=language, texts={"seeks": text})
    made("Muu Oy", texts={"seeks": "Aivan muuta."})
    assert found(client, q=query) == [profile.name]


def test_every_word_must_be_found(client: Client) -> None:
    made("Yksi Oy", texts={"seeks": "Etsimme lavoja."})
    both = made("Kaksi Oy", texts={"seeks": "Etsimme lavoja ja purua."})
    assert found(client, q="lavat puru") == [both.name]


@pytest.mark.parametrize("query", ["Karjalan Puurunko", "puurun", "karjala", "KARJALAN"])
def test_a_name_is_found_by_its_beginning(client: Client, query: str) -> None:
    made("Karjalan Puurunko Oy")
    assert found(client, q=query) == ["Karjalan Puurunko Oy"]


def test_place_theme_industry_and_past_work_find_too(client: Client) -> None:
    profile = made("Yksi Oy", municipality="445", industry="16230", industry_edition="2025")
    tag(profile, "kiertotalous")
    PastWork.objects.create(profile=profile, title="Dry bedding for stables", language="en")
    refresh_search_terms([profile])
    for query in ("Parainen", "Pargas", "kiertotalouden", "sahatavara", "trävaror", "stable"):
        assert found(client, q=query) == ["Yksi Oy"], query


def test_a_name_comes_before_a_mention_and_a_claimed_one_before_facts(client: Client) -> None:
    made("Sanoo Oy", texts={"seeks": "Etsimme lavoja."})
    made("Lava Oy")
    unclaimed = make_profile("Aivan Lava Oy")
    refresh_search_terms([unclaimed])
    assert found(client, q="lava") == ["Lava Oy", "Aivan Lava Oy", "Sanoo Oy"]


def test_what_was_searched_is_marked_in_the_text_that_has_it(client: Client) -> None:
    made(texts={"does": "Teemme taloja.", "offers": "Hukkalämpöä myytävänä.", "seeks": "Etsimme lavoja."})
    response = ask(client, q="lämpö")
    assert "<mark>Hukkalämpöä</mark>" in response.content.decode()
    assert response.context["found"].rows[0].kind == "offers"


def test_a_theme_that_was_searched_is_marked_and_comes_first(client: Client) -> None:
    profile = made(texts={"seeks": "Etsimme lavoja."})
    for slug in ("aita", "kivi", "lasi", "metalli", "puu"):
        tag(profile, slug)
    shown = ask(client, q="puuta").content.decode()
    assert "<span><mark>Puu</mark>, Aita, Kivi, Lasi</span>" in shown


def test_a_long_text_is_cut_around_what_was_found(client: Client) -> None:
    filling = "Sanoja on paljon ennen asiaa ja sen jälkeen. " * 20
    made(texts={"seeks": f"{filling}Etsimme hukkalämpöä. {filling}"})
    row = ask(client, q="hukkalämpö").context["found"].rows[0]
    assert len(row.text) < 220
    assert [row.text[start:end] for start, end, _n in row.spans] == ["hukkalämpöä"]


@pytest.mark.parametrize("query", ["\x00", "%", "_", "' OR 1=1 --", "🌲", "\u202elava", "(", "a" * 100_000, "ja tai"])
def test_any_query_is_answered(client: Client, query: str) -> None:
    made(texts={"seeks": "Etsimme lavoja."})
    ask(client, q=query)


# --- Who is there ----------------------------------------------------------------------------------------------------


def test_only_what_one_may_see_is_listed_and_counted(client: Client) -> None:
    made("Julkinen Oy")
    made("Jäsenten Oy", visibility="members")
    made("Piilossa Oy", visibility="hidden")
    made("Luonnos Oy", status="draft")
    made("Poistettu Oy", status="taken_down")
    response = ask(client)
    assert [row.profile.name for row in response.context["found"].rows] == ["Julkinen Oy"]
    assert counts(response, "kinds") == {"company": 1}
    client.force_login(make_user())
    assert set(found(client)) == {"Julkinen Oy", "Jäsenten Oy"}


def test_a_block_hides_in_the_directory(client: Client) -> None:
    mine, theirs = made("Oma Oy"), made("Toinen Oy")
    Block.objects.create(blocker=theirs, blocked=mine, at=NOW)
    client.force_login(mine.representatives.get().user)
    assert found(client) == ["Oma Oy"]


# --- Facets ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(client: Client) -> None:
    Installation.objects.create(pk=1, municipality="167")
    one = made("Yksi Oy", texts={"seeks": "Etsimme."}, municipality="167")
    two = made("Kaksi ry", kind="association", texts={"offers": "Tarjoamme."}, municipality="276")
    three = made("Kolme Oy", texts={"seeks": "Etsimme.", "offers": "Tarjoamme."}, municipality="091")
    tag(one, "puu")
    tag(two, "puu")
    tag(three, "vesi")


@pytest.mark.usefixtures("town")
def test_each_facet_counts_with_what_is_chosen_in_the_others(client: Client) -> None:
    response = ask(client, kind="company")
    assert counts(response, "kinds") == {"company": 2, "association": 1}
    assert counts(response, "wishes") == {"seeks": 2, "offers": 1}
    assert counts(response, "near") == {"167": 1}
    assert counts(response, "regions") == {"12": 1, "01": 1}
    assert counts(response, "themes") == {"puu": 1, "vesi": 1}
    assert response.context["found"].total == 2


@pytest.mark.usefixtures("town")
def test_facets_narrow_together_and_within_one_widen(client: Client) -> None:
    assert set(found(client, wish="seeks")) == {"Yksi Oy", "Kolme Oy"}
    assert set(found(client, wish=["seeks", "offers"])) == {"Yksi Oy", "Kaksi ry", "Kolme Oy"}
    assert found(client, wish="seeks", theme="puu") == ["Yksi Oy"]
    assert set(found(client, place=["167", "276"])) == {"Yksi Oy", "Kaksi ry"}
    assert set(found(client, region="12")) == {"Yksi Oy", "Kaksi ry"}
    assert found(client, region="12", kind="association") == ["Kaksi ry"]


@pytest.mark.usefixtures("town")
def test_a_chosen_facet_can_be_taken_away_alone(client: Client) -> None:
    response = ask(client, q="etsiä", kind="company", wish=["seeks", "offers"], page="1")
    shown = response.content.decode()
    assert 'href="?q=etsi%C3%A4&amp;kind=company&amp;wish=offers"' in shown
    assert 'href="?q=etsi%C3%A4"' in shown


def test_a_theme_of_the_top_level_brings_what_belongs_to_it(client: Client) -> None:
    top = Theme.objects.create(slug="energia", name="Energia", name_fi="Energia")
    profile = made("Yksi Oy")
    tag(profile, "tuulivoima", parent=top)
    assert found(client, theme="energia") == ["Yksi Oy"]


def test_a_merged_theme_leads_to_what_it_became(client: Client) -> None:
    profile = made("Yksi Oy")
    theme = tag(profile, "puu")
    Theme.objects.create(slug="puut", name="Puut", name_fi="Puut", state=Theme.State.MERGED, merged_into=theme)
    response = ask(client, theme="puut")
    assert response.context["unknown"] == 0
    assert [option.value for option in response.context["found"].chosen] == ["puu"]


@pytest.mark.usefixtures("town")
def test_what_does_not_exist_is_left_out_with_a_word(client: Client) -> None:
    response = ask(
        client, kind="emperor", theme="nonsense", place="999", region="99", wish="x", sort="luck", page="minus one"
    )
    assert response.context["unknown"] == 6
    assert response.context["found"].total == 3
    assert "ei ole olemassa" in response.content.decode()
    assert ask(client).context["unknown"] == 0


@pytest.mark.parametrize(("asked", "given"), [("0", 3), ("-1", 3), ("99999999999", 3), ("x", 1), ("", 1), ("2", 2)])
def test_a_page_that_does_not_exist_gives_a_sensible_one(client: Client, asked: str, given: int) -> None:
    for _number in range(45):
        make_profile()
    assert ask(client, page=asked).context["found"].page.number == given


# --- Order -----------------------------------------------------------------------------------------------------------


def test_orders(client: Client) -> None:
    Installation.objects.create(pk=1, municipality="167")
    made("Öljy Oy", municipality="091", published_at=NOW.replace(month=2))
    made("Ahti Oy", municipality="276", published_at=NOW.replace(month=1))
    made("Åby Ab", municipality="167", published_at=NOW)
    assert found(client, sort="name") == ["Ahti Oy", "Åby Ab", "Öljy Oy"]
    assert found(client, sort="newest") == ["Åby Ab", "Öljy Oy", "Ahti Oy"]
    assert found(client, sort="nearest") == ["Åby Ab", "Ahti Oy", "Öljy Oy"]
    assert found(client) == ["Åby Ab", "Öljy Oy", "Ahti Oy"]


def test_near_is_measured_from_ones_own_place(client: Client) -> None:
    Installation.objects.create(pk=1, municipality="167")
    own = made("Oma Oy", municipality="091")
    made("Joensuun Oy", municipality="167")
    made("Espoon Oy", municipality="049")
    client.force_login(own.representatives.get().user)
    assert found(client, sort="nearest") == ["Oma Oy", "Espoon Oy", "Joensuun Oy"]


def test_nearest_is_not_offered_where_there_is_no_place_to_measure_from(client: Client) -> None:
    made()
    response = ask(client, sort="nearest")
    assert "nearest" not in dict(response.context["sorts"])
    assert response.context["filters"].sort == "newest"


# --- The page --------------------------------------------------------------------------------------------------------


def test_an_empty_result_says_what_to_do(client: Client) -> None:
    assert reverse("join") in ask(client).content.decode()
    made()
    shown = ask(client, q="olematon", kind="company", page="4").content.decode()
    assert "Tyhjennä rajaukset" in shown
    assert 'href="?q=olematon"' in shown
    assert "väljempää sanaa" in ask(client, q="olematon").content.decode()


def test_the_same_form_holds_everything_asked(client: Client) -> None:
    made("Yksi Oy", texts={"seeks": "Etsimme lavoja."})
    shown = ask(client, q="lava", kind="company", sort="name").content.decode()
    assert 'name="q" value="lava"' in shown
    assert 'id="kind-company" name="kind" value="company" checked' in shown
    assert '<option value="name" selected>' in shown


def test_a_logo_stands_in_for_the_monogram(client: Client) -> None:
    profile = made("Yksi Oy")
    Profile.objects.filter(pk=profile.pk).update(logo="logos/x.png")
    assert 'src="/media/logos/x.png"' in ask(client).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_directory_reads_a_fixed_number_of_times(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        profile = made(f"Lava {number} Oy", texts={"seeks": "Etsimme lavoja.", "offers": "Purua."})
        tag(profile, f"teema-{number}")
        PastWork.objects.create(profile=profile, title="Work")
    ask(client, q="lava")
    with django_assert_num_queries(10):
        ask(client, q="lava", kind="company", theme="teema-0")
