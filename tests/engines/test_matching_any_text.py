"""The matcher on whatever people write, and on many who write the same."""

from __future__ import annotations

from time import process_time

import pytest

from matching.engine import (
    Bridge,
    Direction,
    Document,
    Index,
    Kind,
    Party,
    Role,
    meet,
    spread_alike,
    suggest,
    suggest_pair,
)
from matching.engine.index import CANDIDATES
from matching.engine.reasons import give_reasons
from matching.engine.variety import are_alike
from tests.factories.parties import (
    BEDDING,
    SAW,
    TOWN,
    index_of,
    keys_of,
    labels,
    only,
    party,
    score,
)

# Whatever people write


HARD = [
    "",
    "lastu",
    "ja tai sekä on",
    "1234 5678 --- !!!",
    "Mun gulan du, nuppi giella lea davvisámegiella",
    "Мы ищем партнёра по древесине",
    "نبحث عن شريك في صناعة الخشب",
    "🪵🪚 \u202e lastua \u200d",
    "\x00\n\t",
]


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("language", ["fi", "se", "ru", "ar", ""])
def test_any_text_can_be_read(text: str, language: str) -> None:
    seeks, does = Document("seeks", Role.SEEKS, text, language), Document("does", Role.DOES, text, language)
    index = index_of(SAW, BEDDING, Party(40, (seeks, does), name=text), Party(41, (does,), name=text))
    for me in index:
        for one in suggest(index, me):
            assert one.score > 0
            reasons = give_reasons(one.terms, index.read(index.party(me)), index.read(index.party(one.other)))
            assert reasons


@pytest.mark.parametrize(
    ("language", "need", "offer"),
    [
        ("se", "Mii ohcat muorraduojára", "Muorraduojára dáppe"),
        ("ru", "Мы ищем опилки", "Продаём опилки"),
        ("ar", "نبحث عن نشارة الخشب", "لدينا نشارة الخشب"),
    ],
)
def test_a_language_without_a_dictionary_meets_in_its_words_as_they_stand(
    language: str, need: str, offer: str, concepts: Bridge
) -> None:
    asker, giver = party(1, Role.SEEKS, need, language), party(2, Role.OFFERS, offer, language)
    found = only(suggest_pair(index_of(asker, giver, TOWN, bridge=concepts), 1, 2))
    assert found.direction == Direction.MINE


@pytest.mark.parametrize("text", ["ja tai sekä on", "1234 5678", "--- !!!", "123 ja 123"])
def test_stop_words_and_what_has_no_letters_are_no_evidence(text: str) -> None:
    asker, giver = party(1, Role.SEEKS, text), party(2, Role.OFFERS, text)
    assert suggest(index_of(asker, giver), 1) == []


def test_a_theme_with_no_letters_is_a_theme_still() -> None:
    index = index_of(Party(1, themes=frozenset({"2030"})), Party(2, themes=frozenset({"2030"})))
    assert labels(only(suggest_pair(index, 1, 2)), Kind.THEME) == {"2030"}


def test_an_empty_party_meets_nobody_and_harms_nobody() -> None:
    index = index_of(SAW, Party(5), BEDDING, Party(6, name="?"))
    assert suggest(index, 5) == suggest(index, 6) == []
    assert meet(index, 5).in_others == {}
    assert keys_of(suggest(index, 1)) == [2]


def test_parties_with_a_name_and_nothing_else() -> None:
    """No text, so no average length to measure texts by."""
    index = index_of(Party(1, (Document("does", Role.DOES, "", "fi"),)), Party(2, name="Havukuivike Oy"))
    assert suggest(index, 1) == suggest(index, 2) == []


def test_a_need_of_one_word_is_met() -> None:
    found = only(suggest_pair(index_of(BEDDING, party(5, Role.SEEKS, "lastu")), 5, 2))
    assert labels(found, Kind.NEED_MEETS_OFFER) == {"lastu"}


def test_a_very_long_text_is_read_in_part_and_wins_nothing_by_its_length() -> None:
    text = ("Lastua " + "sanoja muista asioista " * 5000)[:100_000]
    long = party(41, Role.OFFERS, text, kind="company")
    began = process_time()
    index = index_of(SAW, BEDDING, long)
    assert score(index, 1, 41) < score(index, 1, 2)
    assert process_time() - began < 5


def test_two_alike_in_everything_are_told_in_the_order_of_their_keys() -> None:
    twins = [Party(key, BEDDING.documents, kind="education") for key in (21, 20)]
    first, second = suggest(index_of(SAW, *twins), 1)
    assert (first.other, second.other) == (20, 21)
    assert first.terms == second.terms


def test_near_copies_do_not_stand_side_by_side() -> None:
    copies = [party(key, Role.OFFERS, "Lastua ja purua otamme vastaan.", kind="education") for key in (20, 21)]
    other = party(30, Role.OFFERS, "Kuljetus lastulle, myös kutteri.", kind="education")
    order = keys_of(suggest(index_of(SAW, *copies, other), 1))
    assert order in ([20, 30, 21], [30, 20, 21])


def test_spreading_keeps_everyone() -> None:
    assert spread_alike(["a", "b", "c"], [0b1111, 0b1111, 1 << 60 | 0xFFFF]) == ["a", "c", "b"]
    assert spread_alike(["a", "b"], [5, 5]) == ["a", "b"]
    assert spread_alike(["a", "b"], [0, 0]) == ["a", "b"]


def test_the_same_text_in_many_profiles_weighs_less_and_less() -> None:
    copies = [Party(100 + n, BEDDING.documents) for n in range(300)]
    assert score(index_of(SAW, BEDDING, *copies), 1, 2) < score(index_of(SAW, BEDDING), 1, 2)


# Many parties


SPAM = "Lastua ja purua otamme vastaan ympäri vuoden, myös kutterinlastua."
HONEST = ["Kutterinlastu kuivikkeeksi.", "Haemme lastun hevosille.", "Poltamme purun ja lastun lämmöksi."]

HONEST_KEYS = {1: {5000}, 7: {5002}}
"""Who meets the needs of 1 and 7 beside the thousand, and is not to be crowded out by them."""


@pytest.fixture(scope="module")
def spammed() -> Index:
    index = index_of(SAW, *(party(100 + n, Role.OFFERS, SPAM) for n in range(1000)))
    for n in range(1000):
        index.replace(party(2000 + n, Role.OFFERS, f"Korjaamme koneita, myös mallia kone{n}."))
    for n, text in enumerate(HONEST):
        index.replace(party(5000 + n, Role.OFFERS, text))
    index.replace(party(7, Role.SEEKS, "Etsimme purun ottajaa."))
    index.settle()
    return index


@pytest.mark.parametrize("me", [1, 7])
def test_a_text_copied_to_a_thousand_parties_stops_nothing(spammed: Index, me: int) -> None:
    """Even when what a party seeks is only what half of the others have, and no rarer word brings anybody."""
    began = process_time()
    found = suggest(spammed, me)
    assert process_time() - began < 1
    assert set(keys_of(found)) >= HONEST_KEYS[me]
    for n in range(1, len(found)):
        if are_alike(found[n].signature, found[n - 1].signature):
            assert all(are_alike(one.signature, found[n - 1].signature) for one in found[n:])


def test_the_rare_word_brings_its_bearer_from_among_the_copies(spammed: Index) -> None:
    spammed.replace(party(8, Role.SEEKS, "Etsimme kuiviketta hevosille."))
    # One word, one bearer; and the seeker came after the index was settled.
    assert {5000, 5001} <= set(keys_of(suggest(spammed, 8)))


def test_an_empty_party_among_many(spammed: Index) -> None:
    spammed.replace(Party(9))
    assert suggest(spammed, 9) == []


def test_those_who_are_gone_take_no_place_among_the_candidates() -> None:
    """Until the index is settled anew their words still stand in it."""
    index = index_of(
        party(1, Role.SEEKS, "lastu"), *(party(key, Role.OFFERS, "lastu", "fi") for key in range(100, 1000))
    )
    index.settle()
    for key in range(100, 350):
        index.remove(key)
    assert len(index.candidates(1)) >= CANDIDATES - 1
