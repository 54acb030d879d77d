"""From a score's terms to two to four reasons. A reason is nothing but a group of terms: its share is their sum.

Words of the same two documents make one reason when they stand near each other in either text, and two reasons when
they stand apart: one sentence then speaks of one thing. What is left over speaks together in the last of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching.engine.scoring import Gain, Kind, Pair, Span, Term

MOST_REASONS = 4
FEWEST_REASONS = 2
LEAST_SHARE = 0.03
"""A reason that carries less of the score than this is not worth saying, unless there would be too few."""

NEAR = 30
"""Characters between two words that belong to one thing said."""

TEXT_KINDS = (Kind.NEED_MEETS_OFFER, Kind.OFFER_MEETS_NEED, Kind.SHARED_NEED, Kind.SHARED_FIELD, Kind.PAST_WORK)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why these two. `terms` are the score's own; `mine` and `theirs` the words to be marked in each text."""

    kind: Kind
    gain: Gain
    terms: tuple[Term, ...]

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


def give_reasons(pair: Pair) -> list[Reason]:
    """At most four, the weightiest first; no two of them share a term."""
    groups = _groups(pair.terms)
    groups.sort(key=lambda reason: (-reason.points, reason.kind, reason.mine_document, reason.their_document))
    worth = [reason for reason in groups if reason.points >= LEAST_SHARE * pair.score]
    chosen = worth if len(worth) >= FEWEST_REASONS else groups
    return _news_first(chosen)[:MOST_REASONS]


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


def _groups(terms: Iterable[Term]) -> list[Reason]:
    by_documents: dict[tuple[Kind, str, str], list[Term]] = {}
    for term in terms:
        if term.points > 0:
            key = (term.kind, term.mine_document, term.their_document)
            by_documents.setdefault(key, []).append(term)
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


def _things_said(kind: Kind, terms: list[Term]) -> list[Reason]:
    """At most two: the weightiest word with what stands near it, and the rest."""
    first = terms[0]
    near = [term for term in terms if term is first or _is_of_one_thing(first, term)]
    rest = [term for term in terms if term not in near]
    reasons = [Reason(kind, first.gain, tuple(near))]
    if rest:
        reasons.append(Reason(kind, first.gain, tuple(rest)))
    return reasons


def _is_of_one_thing(first: Term, term: Term) -> bool:
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
