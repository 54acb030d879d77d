"""What holds of every set of parties, whoever they are and whatever they write."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Bridge, Document, Index, Kind, Party, Point, Role, score_pair, suggest

# The machine may be busy with other tests; how long one takes is not what is tested here.
patient = settings(deadline=None, max_examples=60)

WORDS = ["lastu", "puru", "halli", "katto", "leipä", "robotti", "koulu", "kutteri+lastu", "puu+halli", "spån", "tak"]


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
    return made.add_all([("yso:1", "fi", ["lastu"]), ("yso:1", "sv", ["spån"]), ("theme:puuala", "fi", ["puru"])])


texts = st.lists(st.sampled_from([*WORDS, "ja", "on"]), max_size=8).map(" ".join)
documents = st.lists(
    st.tuples(st.sampled_from([Role.DOES, Role.OFFERS, Role.SEEKS, Role.PAST]), texts, st.sampled_from(["fi", "sv"])),
    max_size=4,
).map(lambda rows: tuple(Document(f"{role}:{n}", role, text, lang) for n, (role, text, lang) in enumerate(rows)))
points = st.none() | st.builds(Point, st.floats(59, 70), st.floats(20, 31))
themes = st.frozensets(st.sampled_from(["puuala", "energiapuu", "leipomot", "robotiikka"]), max_size=3)


@st.composite
def parties(draw: st.DrawFn) -> list[Party]:
    count = draw(st.integers(2, 7))
    return [
        Party(
            key,
            draw(documents),
            draw(themes),
            draw(st.sampled_from(["company", "education", "municipality", "student"])),
            draw(points),
            draw(st.sampled_from(["", "167", "297"])),
            shown=draw(st.booleans()) or key % 3 > 0,
        )
        for key in range(1, count + 1)
    ]


def index_of(members: list[Party]) -> Index:
    index = Index(read, bridge())
    for party in members:
        index.replace(party)
    return index


@patient
@given(parties(), st.sets(st.integers(1, 7), max_size=3))
def test_nobody_meets_themselves_a_veto_or_someone_hidden(members: list[Party], vetoes: set[int]) -> None:
    index = index_of(members)
    hidden = {party.key for party in members if not party.shown}
    for party in members:
        proposed = {one.other for one in suggest(index, party.key, vetoes=vetoes)}
        assert party.key not in proposed
        assert not proposed & vetoes
        assert not proposed & hidden


@patient
@given(parties(), st.dictionaries(st.integers(1, 7), st.integers(0, 60)))
def test_the_score_is_the_sum_of_its_terms_and_reasons_are_made_of_them(
    members: list[Party], shown: dict[int, int]
) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key, shown=shown, fair=5):
            assert one.score == sum(term.points for term in one.pair.terms)
            assert 2 <= len(one.reasons) <= 4
            told = [term for reason in one.reasons for term in reason.terms]
            assert all(term in one.pair.terms for term in told)
            assert len(told) == len({id(term) for term in told})
            assert all(reason.points == sum(term.points for term in reason.terms) > 0 for reason in one.reasons)
            assert sum(reason.points for reason in one.reasons) <= one.pair.score - sum(
                term.points for term in one.pair.terms if term.kind == Kind.ATTENTION
            )


@patient
@given(parties(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(members: list[Party], random: object) -> None:
    again = list(members)
    random.shuffle(again)  # type: ignore[attr-defined]  # hypothesis' own Random
    first, second = index_of(members), index_of(again)
    for party in members:
        assert suggest(first, party.key) == suggest(second, party.key)


@patient
@given(parties())
def test_a_pair_scores_the_same_from_either_side(members: list[Party]) -> None:
    index = index_of(members)
    for one in members:
        for other in members:
            if one.key < other.key:
                pair = score_pair(index, one.key, other.key)
                assert pair == score_pair(index, other.key, one.key).flipped()
                assert pair.score == score_pair(index, other.key, one.key).score


@patient
@given(parties(), documents)
def test_replacing_a_party_leaves_nothing_of_the_old_one(members: list[Party], old: tuple[Document, ...]) -> None:
    last = members[-1]
    changed = index_of([*members[:-1], Party(last.key, old, frozenset({"leipomot"}))])
    changed.replace(last)
    fresh = index_of(members)
    for party in members:
        assert suggest(changed, party.key) == suggest(fresh, party.key)
    changed.remove(last.key)
    without = index_of(members[:-1])
    for party in members[:-1]:
        assert suggest(changed, party.key) == suggest(without, party.key)


@patient
@given(parties())
def test_every_mark_stands_on_a_word_of_its_text(members: list[Party]) -> None:
    index = index_of(members)
    for party in members:
        for one in suggest(index, party.key):
            for reason in one.reasons:
                for side, spans in ((party, reason.mine), (index.party(one.other), reason.theirs)):
                    for span in spans:
                        document = side.document(span.document)
                        assert document is not None
                        assert document.text[span.start : span.end].strip()


@patient
@given(parties(), st.sampled_from(["leipä", "robotti", "koulu"]))
def test_a_better_matching_offer_never_lowers_the_score(members: list[Party], word: str) -> None:
    """What the one looks for, put into the other's offer, leaves their pair's need term no weaker."""
    asker = Party(100, (Document("seeks", Role.SEEKS, word, "fi"),))
    giver = members[0]
    if any(word in document.text for document in giver.documents):
        return
    plain = Party(giver.key, (*giver.documents, Document("o", Role.OFFERS, "katto", "fi")), giver.themes)
    better = Party(giver.key, (*giver.documents, Document("o", Role.OFFERS, f"katto {word}", "fi")), giver.themes)
    others = members[1:]
    before = score_pair(index_of([*others, plain, asker]), 100, giver.key)
    after = score_pair(index_of([*others, better, asker]), 100, giver.key)

    def gain(pair: object) -> int:
        return sum(t.points for t in pair.terms if t.kind == Kind.NEED_MEETS_OFFER)  # type: ignore[attr-defined]

    assert gain(after) > gain(before)
