"""What holds of every set of parties, whoever they are and whatever they write."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import (
    Attention,
    Bridge,
    Document,
    Index,
    Kind,
    Party,
    Point,
    Role,
    Suggested,
    meet,
    snapshot,
    suggest,
    suggest_pair,
    weights,
)
from matching.engine.documents import Read
from matching.engine.reasons import Placed, Reason, give_reasons, place_terms
from matching.engine.scoring import compare, score
from matching.engine.telling import text_parts
from matching.engine.variety import are_alike

# The machine may be busy with other tests; how long one takes is not what is tested here.
patient = settings(deadline=None, max_examples=40)

WORDS = ["lastu", "puru", "halli", "katto", "leipä", "robotti", "koulu", "kutteri+lastu", "puu+halli", "spån", "tak"]
PLAIN = [word for word in WORDS if "+" not in word]


@dataclass(frozen=True)
class Word:
    start: int
    end: int
    lemma: str
    parts: tuple[str, ...]
    stop: bool


def read(text: str, language: str) -> list[Word]:
    """Words by spaces; a plus joins the parts of a compound."""
    return [
        Word(
            found.start(),
            found.end(),
            found.group().replace("+", ""),
            tuple(found.group().split("+")) if "+" in found.group() else (),
            found.group() in ("ja", "on"),
        )
        for found in re.finditer(r"\S+", text)
    ]


def bridge() -> Bridge:
    made = Bridge(parents={"puuala": "metsa", "energiapuu": "metsa"})
    return made.add_all(
        [
            ("yso:1", "fi", ["lastu"]),
            ("yso:1", "sv", ["spån"]),
            ("yso:2", "fi", ["halli", "katto"]),
            ("theme:puuala", "fi", ["puru"]),
            ("theme:energiapuu", "fi", ["hake"]),
        ]
    )


texts = st.lists(st.sampled_from([*WORDS, "ja", "on", "12"]), max_size=8).map(" ".join)
roles = st.sampled_from([Role.DOES, Role.OFFERS, Role.SEEKS, Role.PAST])
themes = st.frozensets(st.sampled_from(["puuala", "energiapuu", "leipomot", "robotiikka"]), max_size=3)


def documents_of(rows: list[tuple[Role, str, str, frozenset[str]]]) -> tuple[Document, ...]:
    return tuple(Document(f"{role}:{n}", role, *rest) for n, (role, *rest) in enumerate(rows))  # type: ignore[arg-type]


def many_documents(most: int) -> st.SearchStrategy[tuple[Document, ...]]:
    rows = st.tuples(roles, texts, st.sampled_from(["fi", "sv"]), st.just(frozenset[str]()) | themes)
    return st.lists(rows, max_size=most).map(documents_of)


points = st.none() | st.builds(Point, st.floats(59, 70), st.floats(20, 31))


@st.composite
def parties(draw: st.DrawFn, most_documents: int = 4) -> list[Party]:
    count = draw(st.integers(2, 7))
    return [
        Party(
            key,
            draw(many_documents(most_documents)),
            draw(themes),
            draw(st.sampled_from(["company", "education", "municipality", "student", ""])),
            draw(st.sampled_from(["", "Robotti Oy", "leipä", "12"])),
            draw(points),
            draw(st.sampled_from(["", "167", "297"])),
            draw(st.sampled_from(["", "12"])),
            shown=draw(st.booleans()) or key % 3 > 0,
        )
        for key in range(1, count + 1)
    ]


def index_of(members: list[Party], words: Bridge | None = None) -> Index:
    index = Index(read, bridge() if words is None else words)
    for party in members:
        index.replace(party)
    return index


def told(found: list[Suggested]) -> list[tuple[int, int]]:
    return [(one.other, one.score) for one in found]


def answers(index: Index) -> dict[int, list[tuple[int, int]]]:
    return {key: told(suggest(index, key)) for key in sorted(index)}


def reads_of(index: Index, one: Suggested) -> tuple[list[Read], list[Read]]:
    return index.read(index.party(one.me)), index.read(index.party(one.other))


# Whom


@patient
@given(parties(), st.sets(st.integers(1, 7), max_size=3))
def test_nobody_meets_themselves_a_veto_or_someone_hidden(members: list[Party], vetoes: set[int]) -> None:
    index = index_of(members)
    hidden = {party.key for party in members if not party.shown}
    for party in members:
        met = meet(index, party.key, vetoes=vetoes)
        proposed = {one.other for one in met.own}
        assert not proposed & ({party.key} | vetoes | hidden)
        assert not met.in_others.keys() & ({party.key} | vetoes)
        assert not {party.key} & set(met.candidates)
        if party.key in hidden:
            assert not met.in_others
        for other in members:
            if other.key in hidden or other.key == party.key:
                assert suggest_pair(index, party.key, other.key) is None


@patient
@given(parties(), st.dictionaries(st.integers(1, 7), st.integers(0, 60)))
def test_the_same_question_has_the_same_answer(members: list[Party], shown: dict[int, int]) -> None:
    index, attention = index_of(members), Attention(shown, 5)
    for party in members:
        found = suggest(index, party.key, attention=attention)
        assert suggest(index, party.key, attention=attention) == found
        assert {one.other for one in suggest(index, party.key)} == {
            other.key for other in members if suggest_pair(index, party.key, other.key)
        }


@patient
@given(parties(2), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(members: list[Party], random: object) -> None:
    again = list(members)
    random.shuffle(again)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert answers(index_of(again)) == answers(index_of(members))


@patient
@given(parties())
def test_best_first_then_by_key_but_for_those_who_are_alike(members: list[Party]) -> None:
    index = index_of(members)
    for party in members:
        found = suggest(index, party.key)
        waiting = sorted(found, key=lambda one: (-one.score, one.other))
        last = 0
        for one in found:
            unlike = [other for other in waiting if not are_alike(other.signature, last)]
            assert one == (unlike or waiting)[0]
            waiting.remove(one)
            last = one.signature


@patient
@given(parties())
def test_a_party_is_to_the_others_what_they_are_told_that_it_is(members: list[Party]) -> None:
    """One comparison serves both sides; the other side's own question may round a term otherwise."""
    index = index_of(members)
    for party in members:
        met = meet(index, party.key)
        assert met.own == suggest(index, party.key)
        asked = {other: suggest_pair(index, other, party.key) for other in met.candidates}
        assert met.in_others.keys() == {other for other, one in asked.items() if one}
        for other, one in asked.items():
            if one is not None:
                seen = met.in_others[other]
                assert (seen.me, seen.other, seen.signature) == (one.me, one.other, one.signature)
                assert abs(seen.score - one.score) <= len(one.terms)
                assert seen.direction == one.direction


# Why


@patient
@given(parties(), st.dictionaries(st.integers(1, 7), st.integers(0, 60)), st.sampled_from(["spread", "accuracy"]))
def test_the_score_is_the_sum_of_its_terms_and_rounding_loses_nothing(
    members: list[Party], shown: dict[int, int], point: str
) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key, attention=Attention(shown, 5), weigh=weights(point)):
            assert one.score == sum(term.points for term in one.terms) > 0
            assert all(term.points != 0 for term in one.terms)
            assert all(term.points > 0 for term in one.terms if term.kind != Kind.ATTENTION)
        slots = index.candidates(party.key)
        compared = compare(index, index.entry(party.key), slots)
        scored = score(index, compared, len(slots), weights(point))
        words = text_parts(index, compared, scored, np.arange(len(slots)))
        for row, text in enumerate(scored.text.tolist()):
            mine = words.points[words.row == row]
            assert abs(text - mine.sum()) <= 0.5 * (len(mine) + len(Kind))


def address(placed: Placed) -> tuple[object, ...]:
    """By what two terms are one and the same thing said."""
    words = () if placed.mine and placed.theirs else (placed.label,)
    return placed.kind, placed.mine_document, placed.their_document, placed.mine, placed.theirs, *words


@patient
@given(parties(), st.dictionaries(st.integers(1, 7), st.integers(0, 60)))
def test_without_its_terms_the_score_is_less_by_just_what_a_reason_says(
    members: list[Party], shown: dict[int, int]
) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key, attention=Attention(shown, 5)):
            mine, theirs = reads_of(index, one)
            reasons = give_reasons(one.terms, mine, theirs)
            assert 1 <= len(reasons) <= 4
            owner: dict[tuple[object, ...], Reason] = {}
            for reason in reasons:
                for placed in reason.terms:
                    assert owner.setdefault(address(placed), reason) is reason
            for reason in reasons:
                left = [
                    term
                    for term in one.terms
                    if not any(owner.get(address(placed)) is reason for placed in place_terms([term], mine, theirs))
                ]
                assert one.score - sum(term.points for term in left) == reason.points > 0
                assert all(placed.kind == reason.kind and placed.gain == reason.gain for placed in reason.terms)
            assert Kind.ATTENTION not in {reason.kind for reason in reasons}


@patient
@given(parties())
def test_one_reason_alone_only_when_there_is_one_thing_to_say(members: list[Party]) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key):
            mine, theirs = reads_of(index, one)
            if len(give_reasons(one.terms, mine, theirs)) == 1:
                assert len(place_terms(one.terms, mine, theirs)) == 1


@patient
@given(parties())
def test_every_mark_stands_on_a_word_of_its_text(members: list[Party]) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key):
            other = index.party(one.other)
            for reason in give_reasons(one.terms, *reads_of(index, one)):
                for side, spans in ((party, reason.mine), (other, reason.theirs)):
                    for span in spans:
                        document = side.document(span.document)
                        text = side.name if span.document == "name" else document.text if document else ""
                        assert text[span.start : span.end].strip()


@patient
@given(parties())
def test_a_shared_theme_is_one_that_both_have_chosen(members: list[Party]) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key):
            for term in one.terms:
                if term.kind == Kind.THEME:
                    for side in (party, index.party(one.other)):
                        assert term.label in side.themes.union(*(document.themes for document in side.documents))


@patient
@given(parties(), many_documents(3))
def test_reasons_can_be_given_though_a_text_has_changed_since(
    members: list[Party], changed: tuple[Document, ...]
) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key):
            theirs = replace(index.party(one.other), documents=changed)
            reasons = give_reasons(one.terms, index.read(party), index.read(theirs))
            assert sum(reason.points for reason in reasons) <= one.score


# Changes


@patient
@given(parties(), st.lists(st.tuples(st.integers(1, 7), many_documents(2), st.booleans()), max_size=6))
def test_an_index_that_has_seen_changes_answers_as_one_built_afresh(
    members: list[Party], changes: list[tuple[int, tuple[Document, ...], bool]]
) -> None:
    index = index_of(members)
    known = {party.key: party for party in members}
    for key, documents, is_removed in changes:
        if is_removed:
            index.remove(key)
            known.pop(key, None)
        else:
            known[key] = Party(key, documents, frozenset({"leipomot"}))
            index.replace(known[key])
        for party in list(index):
            assert all(one.other in known for one in suggest(index, party))
    index.settle()
    fresh = index_of(list(known.values()))
    assert set(index) == set(known)
    assert answers(index) == answers(fresh)


@patient
@given(parties(), st.integers(1, 7))
def test_removing_a_party_leaves_the_rest_in_their_order(members: list[Party], gone: int) -> None:
    """Until the next settling the figures stand still."""
    index = index_of(members)
    index.settle()
    before = {party.key: suggest(index, party.key) for party in members}
    index.remove(gone)
    for party in members:
        left = {one.other: one for one in before[party.key] if one.other != gone}
        assert {one.other: one for one in suggest(index, party.key)} == (left if party.key != gone else {})


@patient
@given(parties(), st.lists(st.integers(1, 7), max_size=3), many_documents(2))
def test_an_index_from_a_file_goes_on_as_the_one_that_was_written(
    members: list[Party], gone: list[int], documents: tuple[Document, ...]
) -> None:
    index, again = index_of(members), Index(read, bridge())
    for key in gone:
        index.remove(key)
    marks = {key: f"changed {key}" for key in index}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "index.npz"
        snapshot.write(index, "words", marks, file)
        assert not snapshot.read(Index(read, bridge()), "other words", marks, file)
        assert snapshot.read(again, "words", marks, file)
    assert answers(again) == answers(index)
    for one in (index, again):
        one.replace(Party(9, documents, frozenset({"leipomot"})))
        one.remove(1)
        one.settle()
    assert answers(again) == answers(index)


needs = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=5, unique=True)
plain_texts = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=6)


@patient
@given(parties(), needs, plain_texts, st.sampled_from([Role.OFFERS, Role.DOES, Role.PAST]), st.data())
def test_a_text_that_meets_a_need_better_never_lowers_its_rank(
    members: list[Party], need: list[str], offer: list[str], role: Role, data: st.DataObject
) -> None:
    """One word of the text that the asker does not have gives way to one that it looks for."""
    asker = Party(100, (Document("seeks", Role.SEEKS, " ".join(need), "fi"), *members[0].documents[:1]))
    assume(all(document.role != Role.SEEKS for document in asker.documents[1:]))
    giver = replace(members[1], documents=(Document("o", role, " ".join(offer), "fi"), *members[1].documents[:2]))
    giver = replace(giver, shown=True)
    said = {part for document in asker.documents for word in document.text.split() for part in word.split("+")}
    useless = [n for n, word in enumerate(offer) if word not in said]
    missing = [word for word in need if word not in offer]
    assume(useless and missing)
    better = list(offer)
    better[data.draw(st.sampled_from(useless))] = data.draw(st.sampled_from(missing))
    # No vocabulary: each plain word weighs the same, so that the text stays as long as it was.
    index = index_of([*members[2:], giver, asker], Bridge())
    index.settle()

    def rank() -> tuple[int, int]:
        """By score and key, before those who are alike are spread."""
        order = sorted(suggest(index, 100), key=lambda one: (-one.score, one.other))
        keys = [one.other for one in order]
        return (keys.index(giver.key), order[keys.index(giver.key)].score) if giver.key in keys else (len(keys), 0)

    place, points = rank()
    index.replace(replace(giver, documents=(Document("o", role, " ".join(better), "fi"), *giver.documents[1:])))
    new_place, new_points = rank()
    assert new_place <= place
    assert new_points > points
