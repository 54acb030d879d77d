"""The matcher on texts as people write them."""

from __future__ import annotations

import pytest

from language import analyse
from matching.engine import (
    Bridge,
    Direction,
    Document,
    Gain,
    Index,
    Kind,
    Party,
    Point,
    Role,
    Suggested,
    score_pair,
    spread_alike,
    suggest,
    suggest_pair,
)
from matching.engine.concepts import label_lemmas, read_concepts

LIPERI = Point(62.53, 29.38)
KONTIOLAHTI = Point(62.77, 29.85)

SAW = Party(
    1,
    (
        Document("does", Role.DOES, "Valmistamme puuelementtejä ja asennamme ne.", "fi"),
        Document("seeks", Role.SEEKS, "Etsimme kutterinlastulle pysyvää vastaanottajaa.", "fi"),
    ),
    frozenset({"puun-sivuvirrat"}),
    "company",
    LIPERI,
    "426",
)
BEDDING = Party(
    2,
    (Document("offers", Role.OFFERS, "Lastua ja purua otamme vastaan ympäri vuoden.", "fi"),),
    frozenset({"puun-sivuvirrat"}),
    "company",
    KONTIOLAHTI,
    "276",
)
TOWN = Party(
    3,
    (Document("seeks", Role.SEEKS, "Etsimme puuelementtien asentajaa kolmeen päiväkotiin.", "fi"),),
    frozenset(),
    "municipality",
    LIPERI,
    "426",
)
BAKERY = Party(4, (Document("offers", Role.OFFERS, "Ruisleipää ja pullaa.", "fi"),), frozenset({"leipomot"}), "company")


@pytest.fixture(scope="module")
def concepts() -> Bridge:
    return read_concepts(Bridge())


def index_of(*parties: Party, bridge: Bridge | None = None) -> Index:
    index = Index(analyse, bridge)
    for party in parties:
        index.replace(party)
    return index


def words_of(party: Party, spans: object) -> list[str]:
    found = []
    for span in spans:  # type: ignore[attr-defined]  # a tuple of spans
        document = party.document(span.document)
        assert document is not None
        found.append(document.text[span.start : span.end])
    return found


def only(found: Suggested | None) -> Suggested:
    assert found is not None
    return found


def test_a_need_meets_an_offer_through_a_compounds_head() -> None:
    found = only(suggest_pair(index_of(SAW, BEDDING, TOWN, BAKERY), 1, 2))
    reason = next(reason for reason in found.reasons if reason.kind == Kind.NEED_MEETS_OFFER)
    assert words_of(SAW, reason.mine) == ["kutterinlastulle"]
    assert words_of(BEDDING, reason.theirs) == ["Lastua"]
    assert reason.gain == Gain.MINE
    assert found.direction == Direction.MINE


def test_the_same_pair_from_the_other_side_is_an_offer_that_meets_a_need() -> None:
    found = only(suggest_pair(index_of(SAW, BEDDING, TOWN, BAKERY), 2, 1))
    reason = next(reason for reason in found.reasons if reason.kind == Kind.OFFER_MEETS_NEED)
    assert words_of(BEDDING, reason.mine) == ["Lastua"]
    assert words_of(SAW, reason.theirs) == ["kutterinlastulle"]
    assert found.direction == Direction.THEIRS


def test_inflected_compounds_meet_in_what_one_does_and_the_other_seeks() -> None:
    found = only(suggest_pair(index_of(SAW, BEDDING, TOWN, BAKERY), 1, 3))
    reason = next(reason for reason in found.reasons if reason.kind == Kind.OFFER_MEETS_NEED)
    assert "puuelementtejä" in words_of(SAW, reason.mine)
    assert "puuelementtien" in words_of(TOWN, reason.theirs)


def test_nothing_in_common_is_no_suggestion_however_near() -> None:
    neighbour = Party(5, BAKERY.documents, frozenset(), "education", LIPERI, "426")
    index = index_of(SAW, neighbour)
    assert suggest_pair(index, 1, 5) is None
    assert suggest(index, 1) == []


def test_place_and_kinds_count_only_beside_something_shared() -> None:
    found = only(suggest_pair(index_of(SAW, TOWN), 1, 3))
    kinds = {term.kind for term in found.pair.terms}
    assert {Kind.PLACE, Kind.KINDS} <= kinds
    near = next(term for term in found.pair.terms if term.kind == Kind.PLACE)
    assert near.label == "0"


def test_two_languages_meet_in_a_concept(concepts: Bridge) -> None:
    swede = Party(7, (Document("offers", Role.OFFERS, "Vi installerar solpaneler på tak.", "sv"),), kind="company")
    finn = Party(8, (Document("seeks", Role.SEEKS, "Tarvitsemme aurinkopaneelit katolle.", "fi"),), kind="municipality")
    without = score_pair(index_of(swede, finn, BAKERY), 8, 7)
    assert without.score == 0
    pair = score_pair(index_of(swede, finn, BAKERY, bridge=concepts), 8, 7)
    spans = {(words_of(finn, t.mine)[0], words_of(swede, t.theirs)[0]) for t in pair.terms if t.mine}
    assert ("aurinkopaneelit", "solpaneler") in spans


def test_a_phrase_of_the_vocabulary_is_one_unit() -> None:
    bridge = Bridge().add_all([("yso:9", "fi", ("uusiutuva", "energia")), ("yso:9", "en", ("renewable", "energy"))])
    one = Party(1, (Document("seeks", Role.SEEKS, "Haluamme uusiutuvaa energiaa.", "fi"),), kind="company")
    two = Party(2, (Document("offers", Role.OFFERS, "We sell renewable energy.", "en"),), kind="research")
    pair = score_pair(index_of(one, two, bridge=bridge), 1, 2)
    need = next(term for term in pair.terms if term.kind == Kind.NEED_MEETS_OFFER)
    assert words_of(one, need.mine) == ["uusiutuvaa energiaa"]
    assert words_of(two, need.theirs) == ["renewable energy"]


def test_a_need_meets_a_theme_that_names_it() -> None:
    bridge = Bridge().add_all([("theme:leipomot", "fi", ("ruisleipä",))])
    asker = Party(9, (Document("seeks", Role.SEEKS, "Etsimme ruisleipää kahvilaan.", "fi"),), kind="company")
    giver = Party(10, (), frozenset({"leipomot"}), "company")
    pair = score_pair(index_of(asker, giver, bridge=bridge), 9, 10)
    need = next(term for term in pair.terms if term.kind == Kind.NEED_MEETS_OFFER)
    assert (need.label, need.their_document, need.theirs) == ("theme:leipomot", "themes", ())


def test_a_wider_theme_is_worth_less_than_the_theme_itself() -> None:
    bridge = Bridge(parents={"leipomot": "ruoka", "lahiruoka": "ruoka"})
    same = score_pair(index_of(Party(1, themes=frozenset({"leipomot"})), BAKERY, bridge=bridge), 1, 4)
    wider = score_pair(index_of(Party(1, themes=frozenset({"lahiruoka"})), BAKERY, bridge=bridge), 1, 4)
    assert [term.kind for term in wider.terms] == [Kind.WIDER_THEME]
    assert [term.label for term in wider.terms] == ["ruoka"]
    assert 0 < wider.score < same.score


def test_attention_lowers_one_who_stands_in_many_lists_and_leaves_the_rest() -> None:
    index = index_of(SAW, BEDDING, TOWN, BAKERY)
    plain = only(suggest_pair(index, 1, 2))
    sought = only(suggest_pair(index, 1, 2, shown=80, fair=10))
    assert sought.score < plain.score
    assert sought.pair.terms[:-1] == plain.pair.terms
    assert only(suggest_pair(index, 1, 2, shown=10, fair=10)) == plain


def test_two_offers_of_the_same_do_not_make_partners() -> None:
    rival = Party(11, BEDDING.documents, frozenset(), "company")
    pair = score_pair(index_of(BEDDING, rival), 2, 11)
    assert pair.terms == ()


def test_near_copies_do_not_stand_side_by_side() -> None:
    copies = [
        Party(
            key, (Document("offers", Role.OFFERS, "Lastua ja purua otamme vastaan.", "fi"),), frozenset(), "education"
        )
        for key in (20, 21)
    ]
    other = Party(
        30, (Document("offers", Role.OFFERS, "Kuljetus lastulle, myös kutteri.", "fi"),), frozenset(), "education"
    )
    order = [one.other for one in suggest(index_of(SAW, *copies, other), 1)]
    assert order in ([20, 30, 21], [30, 20, 21])


def test_spreading_keeps_everyone() -> None:
    assert spread_alike(["a", "b", "c"], [0b1111, 0b1111, 1 << 60 | 0xFFFF]) == ["a", "c", "b"]
    assert spread_alike(["a", "b"], [5, 5]) == ["a", "b"]
    assert spread_alike(["a", "b"], [0, 0]) == ["a", "b"]


def test_a_place_named_in_both_texts_is_no_evidence_but_the_word_is() -> None:
    def named(key: int, role: Role, text: str) -> Party:
        return Party(key, (Document(str(role), role, text, "fi"),), frozenset(), "company")

    index = Index(analyse, places=frozenset({"lahti"}))
    index.replace(named(1, Role.SEEKS, "Etsimme apua Lahdessa, lahden rannalla."))
    index.replace(named(2, Role.OFFERS, "Palvelemme Lahdessa."))
    index.replace(named(3, Role.OFFERS, "Hoidamme lahden vesiä."))
    assert score_pair(index, 1, 2).terms == ()
    assert score_pair(index, 1, 3).score > 0


def test_a_word_that_names_nothing_weighs_less(concepts: Bridge) -> None:
    asker = Party(1, (Document("seeks", Role.SEEKS, "Saha suunnittelee.", "fi"),), frozenset(), "company")
    giver = Party(2, (Document("offers", Role.OFFERS, "Saha ja suunnitella.", "fi"),), frozenset(), "company")
    terms = score_pair(index_of(asker, giver, bridge=concepts), 1, 2).terms
    points = {term.label: term.points for term in terms if term.kind == Kind.NEED_MEETS_OFFER}
    assert points["suunnitella"] < points["saha"]


HARD = [
    "",
    "lastu",
    "ja tai sekä on",
    "1234 5678 --- !!!",
    "Mun gulan du, nuppi giella lea davvisámegiella",
    "Мы ищем партнёра по древесине",
    "نبحث عن شريك في صناعة الخشب",
    "🪵🪚 \u202e lastua \u200d",
]


@pytest.mark.parametrize("text", HARD)
def test_any_text_can_be_read(text: str) -> None:
    odd = Party(
        40, (Document("seeks", Role.SEEKS, text, "fi"), Document("does", Role.DOES, text, "xx")), kind="company"
    )
    index = index_of(SAW, BEDDING, odd)
    for one in suggest(index, 40):
        assert one.score > 0


def test_a_very_long_text_is_read_in_part_and_wins_nothing_by_its_length() -> None:
    long = Party(
        41, (Document("offers", Role.OFFERS, "Lastua " + "sanoja muista asioista " * 5000, "fi"),), kind="company"
    )
    index = index_of(SAW, BEDDING, long)
    assert score_pair(index, 1, 41).score < score_pair(index, 1, 2).score


def test_the_same_text_in_many_profiles_weighs_less_and_less() -> None:
    few = score_pair(index_of(SAW, BEDDING), 1, 2).score
    copies = [Party(100 + n, BEDDING.documents) for n in range(300)]
    many = score_pair(index_of(SAW, BEDDING, *copies), 1, 2).score
    assert many < few


def test_the_index_forgets_and_does_not_mind_the_unknown() -> None:
    index = index_of(SAW, BEDDING)
    index.remove(2)
    index.remove(999)
    assert 2 not in index
    assert suggest(index, 1) == []
    assert suggest(index, 2) == []
    assert suggest_pair(index, 1, 2) is None
    assert index.rarity("lastu") == Index(analyse).rarity("lastu") or len(index) == 1


def test_the_file_of_concepts_is_read_as_texts_are_read_now(concepts: Bridge) -> None:
    """When `language` changes its mind on words, the file has to be built again."""
    for label, language in (
        ("aurinkoenergia", "fi"),
        ("sågverk", "sv"),
        ("renewable energy sources", "en"),
        ("sahatavara", "fi"),
    ):
        lemmas = label_lemmas(label, language, analyse)
        found = concepts.concepts(lemmas[0], language) if len(lemmas) == 1 else list(concepts.phrases(lemmas, language))
        assert found, label
