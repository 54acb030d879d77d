"""Reading the vocabulary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from themes import queries, services
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary() -> None:
    services.load_themes()


def found(query: str) -> list[str]:
    return [one.theme.slug for one in queries.find_themes(query)]


def test_a_text_gets_its_themes_with_words_in_one_read(vocabulary: None, django_assert_num_queries: Any) -> None:
    text = "Asennamme aurinkopaneeleita. Aurinkopaneeleita taloyhtiöille."
    with django_assert_num_queries(1):
        first = queries.propose_themes(text, "fi")[0]
    assert first.theme.slug == "aurinkoenergia"
    assert first.words == ("aurinkopaneeleita", "Aurinkopaneeleita")
    assert [text[start:end] for start, end in first.spans] == list(first.words)


def test_themes_that_are_not_in_use_are_not_proposed(vocabulary: None) -> None:
    Theme.objects.filter(slug="aurinkoenergia").update(state=Theme.State.REJECTED)
    assert "aurinkoenergia" not in [p.theme.slug for p in queries.propose_themes("Aurinkopaneelit katolle", "fi")]


def test_a_theme_taken_into_use_is_proposed_at_once(
    vocabulary: None, person: User, coordinator: User, now: datetime
) -> None:
    text = "Rakennamme aaltovoimaloita merelle. Aaltovoima on tulevaisuutta."
    theme = services.propose_theme(name="Aaltovoima", language="fi", by=person, now=now)
    assert "aaltovoima" not in [p.theme.slug for p in queries.propose_themes(text, "fi")]
    names = {"fi": "Aaltovoima", "sv": "Vågkraft", "en": "Wave power"}
    services.accept_proposal(theme=theme, names=names, parent=None, by=coordinator, now=now)
    assert "aaltovoima" in [p.theme.slug for p in queries.propose_themes(text, "fi")]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("aurinko", "aurinkoenergia"),
        ("aurinkopaneeleita", "aurinkoenergia"),
        ("solpaneler", "aurinkoenergia"),
        ("solar", "aurinkoenergia"),
        ("hukkalämmön", "lampo-ja-kaukolampo"),
        ("hitsaus", "metalliteollisuus"),
        ("ÄLY", "tekoaly"),
        ("kaavo", "kaavoitus"),
        ("cir", "kiertotalous"),
    ],
)
def test_a_theme_is_found_by_any_name_in_any_form(query: str, slug: str, vocabulary: None) -> None:
    assert slug in found(query)


def test_names_come_before_synonyms(vocabulary: None) -> None:
    assert found("matkailu")[:1] == ["matkailu"]
    assert found("energia")[0] == "energia"


def test_hints_find_only_as_whole_words(vocabulary: None) -> None:
    assert "metsateollisuus" in found("sahureita")
    assert "metsateollisuus" not in found("lämpö")


def test_the_other_name_is_told(vocabulary: None) -> None:
    (one,) = [one for one in queries.find_themes("aurinkopaneeli") if one.theme.slug == "aurinkoenergia"]
    assert one.via == "aurinkopaneelit"
    assert queries.find_themes("aurinkoenergia")[0].via == ""


@pytest.mark.parametrize("query", ["", "   ", "\x00", "🙂", "zzzzqq", "a" * 5000])
def test_a_query_without_sense_finds_nothing(query: str, vocabulary: None) -> None:
    assert found(query) == []


def test_branches_are_in_the_readers_order(vocabulary: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        tree = queries.branches()
    assert len(tree) == 14
    assert [branch.top.label for branch in tree][:2] == ["Digitalisaatio ja data", "Energia"]
    assert sum(len(branch.children) for branch in tree) == 153
    with translation.override("sv"):
        assert queries.branches()[0].top.label == "Ansvar, kommunikation och samarbete"


def test_near_themes_help_to_decide(vocabulary: None, person: User, now: datetime) -> None:
    theme = services.propose_theme(
        name="Ratsastus ja hevostalous", language="fi", by=person, now=now, note="Tallit ja ratsastusretket."
    )
    assert "kotielaimet" in [near.slug for near in queries.near_themes(theme)]


def test_every_field_that_points_to_a_theme_is_known() -> None:
    assert ("accounts.ProfileTheme", "tag") in [(model._meta.label, field) for model, field in queries.places_of_use()]
    assert all(model is not Theme for model, _field in queries.places_of_use())
