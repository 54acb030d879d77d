"""From a score's terms to two to four reasons. A reason is nothing but a group of terms: its share is their sum.

Words of the same two documents make one reason when they stand near each other in either text, and two reasons when
they stand apart: one sentence then speaks of one thing. Where a word stands is looked up in the texts when the reasons
are asked for, so what is kept of a pair is its terms alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matching.engine.documents import Read
from matching.engine.scoring import TEXT_KINDS, Gain, Kind
from matching.engine.telling import Term

MOST_REASONS = 4
FEWEST_REASONS = 2
LEAST_SHARE = 0.03
"""A reason that carries less of the score than this is not worth saying, unless there would be too few."""

NEAR = 30
"""Characters between two words that belong to one thing said."""

THEMES = "themes"
"""In place of a document's key: the party's chosen themes, which stand in no text."""

UNSAID = (Kind.ATTENTION,)
CIRCUMSTANCES = (Kind.PLACE, Kind.COUNTRY, Kind.KINDS, Kind.EXPERIENCE)


class Span(NamedTuple):
    """Words of a party's document."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What two words, or a word and a theme, add to the score; and where they stand."""

    kind: Kind
    gain: Gain
    points: int
    mine: tuple[Span, ...] = ()
    theirs: tuple[Span, ...] = ()
    mine_document: str = ""
    their_document: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why these two. `mine` and `theirs` are the words to be marked in each text."""

    kind: Kind
    gain: Gain
    terms: tuple[Placed, ...]

    @property
    def points(self) -> int:
        return sum(term.points for term in self.terms)

    @property
    def mine_document(self) -> str:
        return self.terms[0].mine_document

    @property
    def their_document(self) -> str:
        return self.terms[0].their_document

    @property
    def mine(self) -> tuple[Span, ...]:
        return _spans(span for term in self.terms for span in term.mine)

    @property
    def theirs(self) -> tuple[Span, ...]:
        return _spans(span for term in self.terms for span in term.theirs)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.label for term in self.terms if term.label))


def give_reasons(terms: Sequence[Term], mine: Iterable[Read], theirs: Iterable[Read]) -> list[Reason]:
    """At most four: what they say of themselves before where and what they are, the weightiest first. No two share a
    term. Fewer than two only when no two can be told."""
    placed = place_terms(terms, mine, theirs)
    whole = sum(term.points for term in terms)
    groups = _groups(placed)
    groups.sort(key=lambda reason: (-reason.points, reason.kind, reason.mine_document, reason.their_document))
    worth = [reason for reason in groups if reason.points >= LEAST_SHARE * whole]
    chosen = worth if len(worth) >= FEWEST_REASONS else groups
    told = _news_first(chosen)
    told.sort(key=lambda reason: reason.kind in CIRCUMSTANCES)
    return told[:MOST_REASONS]


def place_terms(terms: Sequence[Term], mine: Iterable[Read], theirs: Iterable[Read]) -> list[Placed]:
    """Terms with their places. Those that meet in the same two words are one; a word that no longer stands in its text,
    for it has been changed since, is left out."""
    my_reads, their_reads = ({read.key: read for read in reads} for reads in (mine, theirs))
    joined: dict[tuple[object, ...], Placed] = {}
    for term in terms:
        if term.kind in UNSAID or term.points <= 0:
            continue
        if term.kind not in TEXT_KINDS:
            _join(joined, (term.kind, term.label), Placed(term.kind, term.gain, term.points, label=term.label))
            continue
        if not term.label:
            continue
        here = _find(term.mine, term.label, my_reads)
        there = _find(term.theirs, term.label, their_reads)
        if here is None or there is None:
            continue
        mine_document, mine_spans = here
        their_document, their_spans = there
        key = (term.kind, mine_document, their_document, mine_spans or term.label, their_spans or term.label)
        placed = Placed(
            term.kind, term.gain, term.points, mine_spans, their_spans, mine_document, their_document, term.label
        )
        _join(joined, key, placed)
    return sorted(joined.values(), key=lambda term: (-term.points, term.kind, term.label))


def _join(joined: dict[tuple[object, ...], Placed], key: tuple[object, ...], placed: Placed) -> None:
    """The label is that of the weightier term, which comes first."""
    known = joined.get(key)
    if known is not None:
        placed = Placed(
            known.kind,
            known.gain,
            known.points + placed.points,
            known.mine,
            known.theirs,
            known.mine_document,
            known.their_document,
            known.label,
        )
    joined[key] = placed


def _find(document: str, label: str, reads: Mapping[str, Read]) -> tuple[str, tuple[Span, ...]] | None:
    read = reads.get(document)
    unit = read.carrier(label) if read else None
    if unit is None:
        return None
    if not unit.places:
        return THEMES, ()
    return document, tuple(Span(document, start, end) for start, end in unit.places)


def _news_first(reasons: list[Reason]) -> list[Reason]:
    """What only repeats words that stronger reasons have marked comes after what tells something new."""
    told: set[Span] = set()
    news: list[Reason] = []
    repeats: list[Reason] = []
    for reason in reasons:
        words = {*reason.mine, *reason.theirs}
        (repeats if words and words <= told else news).append(reason)
        told |= words
    return [*news, *repeats]


def _groups(terms: Iterable[Placed]) -> list[Reason]:
    by_documents: dict[tuple[Kind, str, str], list[Placed]] = {}
    for term in terms:
        by_documents.setdefault((term.kind, term.mine_document, term.their_document), []).append(term)
    groups: list[Reason] = []
    for (kind, _mine, _theirs), of_documents in by_documents.items():
        if kind in TEXT_KINDS:
            groups += _things_said(kind, of_documents)
        else:
            groups.append(Reason(kind, of_documents[0].gain, tuple(of_documents)))
    if len(groups) == 1 and len(groups[0].terms) > 1:
        # One kind alone, but of several things: each is a reason of its own.
        only = groups[0]
        groups = [Reason(only.kind, only.gain, only.terms[:1]), Reason(only.kind, only.gain, only.terms[1:])]
    return groups


def _things_said(kind: Kind, terms: list[Placed]) -> list[Reason]:
    """At most two: the weightiest word with what stands near it, and the rest."""
    first = terms[0]
    near = [term for term in terms if term is first or _is_of_one_thing(first, term)]
    rest = [term for term in terms if term not in near]
    reasons = [Reason(kind, first.gain, tuple(near))]
    if rest:
        reasons.append(Reason(kind, first.gain, tuple(rest)))
    return reasons


def _is_of_one_thing(first: Placed, term: Placed) -> bool:
    """Near in both texts, or the very same words in one of them."""
    if term.mine == first.mine or term.theirs == first.theirs:
        return True
    return _close(first.mine, term.mine) and _close(first.theirs, term.theirs)


def _close(one: tuple[Span, ...], other: tuple[Span, ...]) -> bool:
    if not one or not other:
        return True
    return any(max(a.start, b.start) - min(a.end, b.end) <= NEAR for a in one for b in other)


def _spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, and of two that overlap only the longer."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.document, span.start, -span.end)):
        if kept and kept[-1].document == span.document and span.start < kept[-1].end:
            continue
        kept.append(span)
    return tuple(kept)
