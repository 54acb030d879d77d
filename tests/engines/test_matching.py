"""The matcher on texts as people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from language import analyse
from matching.engine import (
    Attention,
    Bridge,
    Direction,
    Document,
    Gain,
    Kind,
    Party,
    Point,
    Role,
    meet,
    suggest,
    suggest_pair,
    weights,
)
from matching.engine.concepts import label_lemmas
from tests.factories.parties import (
    BAKERY,
    BEDDING,
    EVERYBODY,
    KONTIOLAHTI,
    LIPERI,
    SAW,
    TOWN,
    index_of,
    keys_of,
    kinds_of,
    labels,
    only,
    party,
    reason_of,
    score,
    words_of,
)

# Who meets whom


def test_a_need_meets_an_offer_through_a_compounds_head() -> None:
    index = index_of(*EVERYBODY)
    found = only(suggest_pair(index, 1, 2))
    reason = reason_of(index, found, Kind.NEED_MEETS_OFFER)
    assert words_of(SAW, reason.mine) == ["kutterinlastulle"]
    assert words_of(BEDDING, reason.theirs) == ["Lastua"]
    assert reason.gain == Gain.MINE
    assert found.direction == Direction.MINE


def test_the_same_pair_from_the_other_side_is_an_offer_that_meets_a_need() -> None:
    index = index_of(*EVERYBODY)
    found = only(suggest_pair(index, 2, 1))
    reason = reason_of(index, found, Kind.OFFER_MEETS_NEED)
    assert words_of(BEDDING, reason.mine) == ["Lastua"]
    assert words_of(SAW, reason.theirs) == ["kutterinlastulle"]
    assert reason.gain == Gain.THEIRS
    assert found.direction == Direction.THEIRS


def test_inflected_compounds_meet_in_what_one_does_and_the_other_seeks() -> None:
    index = index_of(*EVERYBODY)
    reason = reason_of(index, only(suggest_pair(index, 1, 3)), Kind.OFFER_MEETS_NEED)
    assert "puuelementtejä" in words_of(SAW, reason.mine)
    assert "puuelementtien" in words_of(TOWN, reason.theirs)


def test_past_work_meets_a_need_and_a_field() -> None:
    builder = party(5, Role.PAST, "Asensimme puuelementit kouluun.", kind="company")
    index = index_of(*EVERYBODY, builder)
    wanted = only(suggest_pair(index, 3, 5))
    assert "puuelementti" in labels(wanted, Kind.NEED_MEETS_OFFER)
    assert wanted.direction == Direction.MINE
    assert "puuelementti" in labels(only(suggest_pair(index, 1, 5)), Kind.PAST_WORK)


def test_a_need_that_names_somebody_brings_them_first() -> None:
    asker = party(5, Role.SEEKS, "Etsimme lastun ottajaa, mieluiten Havukuivikkeen.", kind="company")
    named = party(6, Role.DOES, "Kuljetamme eläimille tarvikkeita.", name="Havukuivike Oy", kind="company")
    index = index_of(*EVERYBODY, asker, named)
    found = only(suggest_pair(index, 5, 6))
    assert kinds_of(found) == {Kind.NAMED}
    assert words_of(asker, reason_of(index, found, Kind.NAMED).mine) == ["Havukuivikkeen"]
    assert keys_of(suggest(index, 5))[:2] == [6, 2]


def test_a_name_is_not_met_by_its_form_of_company_nor_by_its_own_texts() -> None:
    asker = party(5, Role.SEEKS, "Etsimme osakeyhtiötä, oy tai ab.", kind="company")
    named = party(6, Role.DOES, "Havukuivike kuljettaa.", name="Havukuivike Oy Ab", kind="company")
    assert suggest_pair(index_of(asker, named), 5, 6) is None
    assert suggest_pair(index_of(asker, named), 6, 5) is None


def test_two_offers_of_the_same_do_not_make_partners() -> None:
    rival = Party(11, BEDDING.documents, kind="education", place=KONTIOLAHTI, place_code="276")
    index = index_of(BEDDING, rival)
    assert suggest_pair(index, 2, 11) is None
    assert suggest(index, 2) == []


def test_what_both_gain_counts_more_than_what_one_gains() -> None:
    """The same needs and offers, in one pair both ways, in two pairs one way each: the whole is more than its parts."""
    me = Party(
        1,
        (
            Document("offers", Role.OFFERS, "Korjaamme hitsausrobotteja.", "fi"),
            Document("seeks", Role.SEEKS, "Tarvitsemme ruisleipää.", "fi"),
        ),
    )
    give, need = (
        Document("offers", Role.OFFERS, "Leivomme ruisleipää.", "fi"),
        Document("seeks", Role.SEEKS, "Hitsausrobotti kaipaa korjausta.", "fi"),
    )
    index = index_of(me, Party(2, (give, need)), Party(3, (give,)), Party(4, (need,)))
    found = {one.other: one for one in suggest(index, 1)}
    assert {key: one.direction for key, one in found.items()} == {
        2: Direction.BOTH,
        3: Direction.MINE,
        4: Direction.THEIRS,
    }
    assert found[2].score > 1.1 * (found[3].score + found[4].score)


def test_a_shared_field_has_no_direction() -> None:
    one, two = (party(key, Role.DOES, "Tutkimme hitsausrobotteja.") for key in (1, 2))
    found = only(suggest_pair(index_of(one, two), 1, 2))
    assert kinds_of(found) == {Kind.SHARED_FIELD}
    assert found.direction == Direction.SHARED


# Place, kinds, attention


def test_nothing_in_common_is_no_suggestion_however_near() -> None:
    neighbour = Party(5, BAKERY.documents, kind="education", place=LIPERI, place_code="426", country="12")
    index = index_of(SAW, neighbour)
    assert suggest_pair(index, 1, 5) is None
    assert suggest(index, 1) == []


def test_place_region_and_kinds_count_beside_something_shared() -> None:
    found = only(suggest_pair(index_of(SAW, TOWN), 1, 3))
    assert {Kind.PLACE, Kind.COUNTRY, Kind.KINDS} <= kinds_of(found)
    assert labels(found, Kind.PLACE) == {"0"}
    assert labels(found, Kind.COUNTRY) == {"12"}
    assert labels(found, Kind.KINDS) == {"company|municipality"}


def test_the_nearer_of_two_alike_comes_first() -> None:
    near, far = (
        Party(key, BEDDING.documents, kind="education", place=place)
        for key, place in ((6, KONTIOLAHTI), (5, Point(60.17, 24.94)))
    )
    assert keys_of(suggest(index_of(SAW, near, far), 1)) == [6, 5]


def test_a_place_named_in_both_texts_is_no_evidence_but_the_word_is() -> None:
    index = index_of(
        party(1, Role.SEEKS, "Etsimme apua Lahdessa, lahden rannalla."),
        party(2, Role.OFFERS, "Palvelemme Lahdessa."),
        party(3, Role.OFFERS, "Hoidamme lahden vesiä."),
        party(4, Role.DOES, "Hoidamme katuja.", name="Lahden kaupunki"),
        places=frozenset({"lahti"}),
    )
    assert suggest_pair(index, 1, 2) is None
    assert score(index, 1, 3) > 0


def test_attention_lowers_one_who_stands_in_many_lists_and_leaves_the_rest() -> None:
    index = index_of(*EVERYBODY)
    plain = {one.other: one for one in suggest(index, 1)}
    sought = {one.other: one for one in suggest(index, 1, attention=Attention({2: 80}, 10))}
    assert sought[2].score < plain[2].score
    assert sought[2].terms[:-1] == plain[2].terms
    assert sought[2].terms[-1].kind == Kind.ATTENTION
    assert sought[3] == plain[3]


def test_one_who_is_hardly_ever_shown_comes_before_an_equal_who_is() -> None:
    """By a share of what the words give, which grows no more once one is shown now and then; beyond the fair number
    attention is taken as well."""
    index = index_of(*EVERYBODY)

    def points(shown: int) -> int:
        return next(one.score for one in suggest(index, 1, attention=Attention({2: shown}, 20)) if one.other == 2)

    never, seldom, now_and_then, fair, often = map(points, (0, 1, 5, 20, 80))
    assert never > seldom > now_and_then == fair > often
    text = sum(t.points for t in only(suggest_pair(index, 1, 2)).terms if t.kind == Kind.NEED_MEETS_OFFER)
    assert never - fair == pytest.approx(weights().shown * text, abs=0.2 * weights().shown * never)


def test_experience_counts_only_where_the_well_known_come_first() -> None:
    works = [Document(f"past:{n}", Role.PAST, text, "fi") for n, text in enumerate(("Talo.", "Silta.", "Tie."))]
    known = Party(5, (*BEDDING.documents, *works))
    index = index_of(SAW, known)
    assert Kind.EXPERIENCE not in kinds_of(only(suggest_pair(index, 1, 5)))
    assert labels(only(suggest_pair(index, 1, 5, weights("accuracy"))), Kind.EXPERIENCE) == {"3"}


def test_an_installation_changes_what_a_part_weighs() -> None:
    index = index_of(SAW, TOWN)
    plain = only(suggest_pair(index, 1, 3))
    changed = only(suggest_pair(index, 1, 3, replace(weights(), place=0.0)))
    assert kinds_of(changed) == kinds_of(plain) - {Kind.PLACE}


# Languages and themes


def test_two_languages_meet_in_a_concept(concepts: Bridge) -> None:
    swede = party(7, Role.OFFERS, "Vi installerar solpaneler på tak.", "sv", kind="company")
    briton = party(6, Role.OFFERS, "We install solar panels.", "en", kind="company")
    finn = party(8, Role.SEEKS, "Tarvitsemme aurinkopaneelit katolle.", kind="municipality")
    assert suggest(index_of(swede, briton, finn, BAKERY), 8) == []
    index = index_of(swede, briton, finn, BAKERY, bridge=concepts)
    for other, words in ((swede, "solpaneler"), (briton, "solar panels")):
        reason = reason_of(index, only(suggest_pair(index, 8, other.key)), Kind.NEED_MEETS_OFFER)
        assert "aurinkopaneelit" in words_of(finn, reason.mine)
        assert words in words_of(other, reason.theirs)


def test_a_phrase_of_the_vocabulary_is_marked_whole() -> None:
    bridge = Bridge().add_all([("yso:9", "fi", ("uusiutuva", "energia")), ("yso:9", "en", ("renewable", "energy"))])
    one = party(1, Role.SEEKS, "Haluamme uusiutuvaa energiaa.")
    two = party(2, Role.OFFERS, "We sell renewable energy.", "en")
    index = index_of(one, two, bridge=bridge)
    reason = reason_of(index, only(suggest_pair(index, 1, 2)), Kind.NEED_MEETS_OFFER)
    assert words_of(one, reason.mine) == ["uusiutuvaa energiaa"]
    assert words_of(two, reason.theirs) == ["renewable energy"]


def test_a_need_meets_a_theme_that_names_it() -> None:
    bridge = Bridge().add_all([("theme:leipomot", "fi", ("ruisleipä",))])
    asker = party(9, Role.SEEKS, "Etsimme ruisleipää kahvilaan.")
    giver = Party(10, themes=frozenset({"leipomot"}))
    index = index_of(asker, giver, bridge=bridge)
    reason = reason_of(index, only(suggest_pair(index, 9, 10)), Kind.NEED_MEETS_OFFER)
    assert words_of(asker, reason.mine) == ["ruisleipää"]
    assert (reason.labels, reason.their_document, reason.theirs) == (("theme:leipomot",), "themes", ())


def test_a_wider_theme_is_worth_less_than_the_theme_itself() -> None:
    bridge = Bridge(parents={"leipomot": "ruoka", "lahiruoka": "ruoka"})
    bridge.add_all([("theme:leipomot", "fi", ("leipomo",)), ("theme:lahiruoka", "fi", ("lähiruoka",))])
    index = index_of(
        BAKERY, Party(1, themes=frozenset({"leipomot"})), Party(2, themes=frozenset({"lahiruoka"})), bridge=bridge
    )
    same, wider = only(suggest_pair(index, 1, 4)), only(suggest_pair(index, 2, 4))
    assert labels(same, Kind.THEME) == {"leipomot"}
    assert kinds_of(wider) == {Kind.WIDER_THEME}
    assert labels(wider, Kind.WIDER_THEME) == {"ruoka"}
    assert 0 < wider.score < same.score


def test_a_theme_is_said_to_be_shared_only_when_both_have_chosen_it() -> None:
    bridge = Bridge().add_all([("theme:leipomot", "fi", ("leipomo",))])
    writer = party(1, Role.DOES, "Leipomo, leipomo, leipomo, leipomo ja leipomo.")
    index = index_of(writer, BAKERY, bridge=bridge)
    assert kinds_of(only(suggest_pair(index, 1, 4))) == {Kind.SHARED_FIELD}
    assert kinds_of(only(suggest_pair(index, 4, 1))) == {Kind.SHARED_FIELD}


def test_a_shared_theme_speaks_for_both_though_one_seeks_and_the_other_offers() -> None:
    asker = Party(1, (Document("seeks", Role.SEEKS, "", "fi", frozenset({"leipomot"})),))
    found = only(suggest_pair(index_of(asker, BAKERY), 1, 4))
    assert {term.gain for term in found.terms if term.kind == Kind.THEME} == {Gain.BOTH}


def test_a_theme_with_no_other_user_brings_nobody() -> None:
    lonely = Party(5, themes=frozenset({"avaruusromu"}))
    assert suggest(index_of(*EVERYBODY, lonely), 5) == []


def test_a_word_that_names_nothing_weighs_less(concepts: Bridge) -> None:
    asker, giver = (
        party(1, Role.SEEKS, "Saha suunnittelee."),
        party(2, Role.OFFERS, "Saha ja suunnitella."),
    )
    found = only(suggest_pair(index_of(asker, giver, bridge=concepts), 1, 2))
    points = {term.label: term.points for term in found.terms if term.kind == Kind.NEED_MEETS_OFFER}
    assert points["suunnitella"] < points["saha"]


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


# Who is never proposed


def test_one_who_is_hidden_looks_for_partners_and_is_proposed_to_nobody() -> None:
    hidden = Party(5, BEDDING.documents, shown=False)
    index = index_of(SAW, hidden, TOWN)
    assert keys_of(suggest(index, 5)) == [1]
    assert keys_of(suggest(index, 1)) == [3]
    assert suggest_pair(index, 1, 5) is None
    met = meet(index, 5)
    assert keys_of(met.own) == [1]
    assert met.in_others == {}


def test_a_veto_leaves_out_altogether() -> None:
    index = index_of(*EVERYBODY)
    assert keys_of(suggest(index, 1, vetoes={2})) == [3]
    met = meet(index, 1, vetoes={2})
    assert (keys_of(met.own), set(met.in_others)) == ([3], {3})
    assert 2 not in met.candidates


def test_a_changed_party_stands_in_the_others_lists_as_they_would_be_told_of_it() -> None:
    index = index_of(*EVERYBODY)
    met = meet(index, 1)
    assert met.own == suggest(index, 1)
    assert {key: one.score for key, one in met.in_others.items()} == {2: score(index, 2, 1), 3: score(index, 3, 1)}


def test_whoever_reads_no_list_is_proposed_and_is_told_of_nobody() -> None:
    index = index_of(SAW, replace(BEDDING, reads=False), TOWN)
    met = meet(index, 1)
    assert 2 in keys_of(met.own)
    assert set(met.in_others) == {3}
    assert meet(index, 2).own == []


def test_attention_lowers_and_takes_nobody_off_a_list() -> None:
    index = index_of(*EVERYBODY)
    held = suggest(index, 1, attention=Attention({2: 10_000, 3: 10_000}, 1.0), weigh=replace(weights(), attention=1e6))
    assert set(keys_of(held)) == set(keys_of(suggest(index, 1)))
    assert all(one.score > 0 for one in held)


def test_a_list_is_as_long_as_it_was_asked_to_be() -> None:
    assert len(suggest(index_of(*EVERYBODY), 1, length=1)) == 1


def test_the_index_forgets_and_does_not_mind_the_unknown() -> None:
    index = index_of(SAW, BEDDING)
    index.remove(2)
    index.remove(999)
    assert 2 not in index
    assert list(index) == [1]
    assert suggest(index, 1) == []
    assert suggest(index, 2) == []
    assert suggest_pair(index, 1, 2) is None
    assert suggest_pair(index, 1, 1) is None


def test_an_index_with_nobody_in_it() -> None:
    index = index_of()
    index.settle()
    assert suggest(index, 1) == []
    index.replace(SAW)
    assert suggest(index, 1) == []
