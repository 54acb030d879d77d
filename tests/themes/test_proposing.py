"""Which themes a text speaks of, and by which words. No database."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes import proposing
from themes.proposing import Hit, hits
from themes.vocabulary import Entry, entries


def slugs(text: str, language: str | None = None) -> list[str]:
    return [hit.slug for hit in hits(text, language, entries())]


def words(text: str, hit: Hit) -> list[str]:
    return [text[start:end] for start, end in hit.spans]


@pytest.mark.parametrize(
    ("text", "language", "best"),
    [
        ("Asennamme aurinkopaneeleja omakotitaloihin ja taloyhtiöihin.", "fi", "aurinkoenergia"),
        ("Meiltä jää kutterinlastua ja sahanpurua, etsimme ottajaa.", "fi", "sivuvirrat"),
        ("Hukkalämmön talteenotto ja kaukolämpö kiinnostavat.", "fi", "lampo-ja-kaukolampo"),
        ("Valmistamme hirsirakennuksia ja puurakenteita.", "fi", "puurakentaminen"),
        ("Hitsaamme ja sorvaamme teräsosia pienissä erissä.", "fi", "metalliteollisuus"),
        ("Vi söker någon som tar vara på spillvärmen från vårt bageri.", "sv", "lampo-ja-kaukolampo"),
        ("Båtvarv med gästhamn i skärgården.", "sv", "veneily"),
        ("We build apps and do software development for small firms.", "en", "ohjelmistot"),
        ("Tarjoamme TET-jaksoja ja harjoittelupaikkoja opiskelijoille.", "fi", "harjoittelu"),
    ],
)
def test_the_best_theme_is_what_the_text_is_about(text: str, language: str, best: str) -> None:
    assert slugs(text, language)[0] == best


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Etsimme yhteistyökumppania pienille yrityksille.", []),
        ("Olemme yritys, joka tarjoaa palveluja.", []),
        ("", []),
        ("\x00 🙂 \u202e 12345", []),
    ],
)
def test_common_words_propose_nothing(text: str, expected: list[str]) -> None:
    assert [slug for slug in slugs(text, "fi") if slug != "pk-yritykset"] == expected


def test_each_theme_comes_with_the_words_that_gave_it() -> None:
    text = "Asennamme aurinkopaneeleita ja lämpöpumppuja. Aurinkovoimalat avaimet käteen."
    by_slug = {hit.slug: words(text, hit) for hit in hits(text, "fi", entries())}
    assert by_slug["aurinkoenergia"] == ["aurinkopaneeleita", "Aurinkovoimalat"]
    assert by_slug["lampo-ja-kaukolampo"] == ["lämpöpumppuja"]


@pytest.mark.parametrize("text", ["Metsänhoitoa ja hakkuita.", "Metsän hoitoa ja hakkuita."])
def test_a_compound_is_found_together_and_apart(text: str) -> None:
    assert slugs(text, "fi")[0] == "metsatalous"


def test_a_compound_speaks_of_its_head() -> None:
    assert "pakkaukset" in slugs("Elintarvikepakkausten suunnittelua", "fi")


def test_a_theme_of_the_top_gives_way_to_its_own() -> None:
    found = slugs("Energia-ala: aurinkoenergia, tuulivoima ja energia yleensä.", "fi")
    assert found[:2] == ["aurinkoenergia", "tuulivoima"]
    assert "energia" not in found


def test_an_acronym_is_told_by_its_capitals() -> None:
    assert "tekoaly" in slugs("Autamme yrityksiä: AI ja koulutus.", "fi")
    assert "tekoaly" not in slugs("Ai, mikä päivä!", "fi")
    assert "yrittajyyskasvatus" not in slugs("En ny dag i skolan.", "sv")


def test_an_english_noun_in_ing_is_not_the_verb() -> None:
    assert "raideliikenne" not in slugs("We offer safety training.", "en")
    assert "raideliikenne" in slugs("Spare parts for trains.", "en")


def test_a_word_of_another_language_counts_if_it_cannot_be_mistaken() -> None:
    assert "kiertotalous" in slugs("Teemme työtä circular economy -teemalla.", "fi")


def test_the_language_is_guessed_when_it_is_not_said() -> None:
    assert slugs("Vi bygger båtar och har en gästhamn i skärgården.") == slugs(
        "Vi bygger båtar och har en gästhamn i skärgården.", "sv"
    )


def test_at_most_eight_are_proposed() -> None:
    everything = " ".join(entry.names[0] for entry in entries())
    assert len(hits(everything, "fi", entries())) == proposing.MOST


def test_a_wording_that_two_themes_share_counts_less_for_each() -> None:
    alone = Entry("a", "x", ("Lasi", "Glas", "Glass"), (("pullo",), (), ()))
    shared = (alone, Entry("b", "x", ("Juoma", "Dryck", "Drink"), (("pullo",), (), ())))
    (only,) = hits("pullo", "fi", (alone,))
    both = hits("pullo", "fi", shared)
    assert [hit.slug for hit in both] == ["a", "b"]
    assert both[0].score < only.score


@given(st.text(max_size=400), st.sampled_from(["fi", "sv", "en", None]))
@settings(max_examples=80, deadline=None)
def test_spans_are_in_the_text_ordered_and_apart(text: str, language: str | None) -> None:
    found = hits(text, language, entries())
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    for hit in found:
        end = 0
        for start, stop in hit.spans:
            assert end <= start < stop <= len(text)
            end = stop


def test_a_long_text_is_read_quickly() -> None:
    text = "Asennamme aurinkopaneeleita ja korjaamme veneitä. " * 2000
    hits("lämmin", "fi", entries())
    started = time.perf_counter()
    assert hits(text, "fi", entries())
    assert time.perf_counter() - started < 3
