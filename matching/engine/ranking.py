"""Whom to propose to whom, in which order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from matching.engine import variety
from matching.engine.circumstances import Facts, fact_terms, held_back, weigh_facts
from matching.engine.index import CANDIDATES, Floats, Index, Ints
from matching.engine.scoring import Compared, Kind, Scored, Term, compare, score, text_terms
from matching.engine.weights import Weights, weights

LENGTH = 50
"""Suggestions kept for a party. A person looks at ten; the rest come up as these are answered."""
HIGH = 10

T = TypeVar("T")


class Direction(StrEnum):
    """Which way the gain flows."""

    BOTH = "both"
    MINE = "mine"
    THEIRS = "theirs"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Suggested:
    """`other` as `me` is told of it. The score is exactly the sum of the terms."""

    me: int
    other: int
    terms: tuple[Term, ...]
    score: int
    signature: int = 0

    @property
    def direction(self) -> Direction:
        kinds = {term.kind for term in self.terms}
        mine, theirs = Kind.NEED_MEETS_OFFER in kinds, Kind.OFFER_MEETS_NEED in kinds
        if mine and theirs:
            return Direction.BOTH
        return Direction.MINE if mine else Direction.THEIRS if theirs else Direction.SHARED


@dataclass(frozen=True, slots=True)
class Attention:
    """In how many lists each party stands high, and how many that is for everybody on average."""

    shown: Mapping[int, int]
    fair: float = 0.0

    def held_back(self, keys: Sequence[int]) -> Floats:
        return held_back(np.array([self.shown.get(key, 0) for key in keys], np.float32), self.fair)


NO_ATTENTION = Attention({})


@dataclass(frozen=True, slots=True)
class Met:
    """A changed party's own list; and what it is to each of its candidates, by their keys."""

    own: list[Suggested]
    in_others: dict[int, Suggested]
    candidates: list[int]


def suggest(
    index: Index,
    me: int,
    *,
    vetoes: Collection[int] = (),
    attention: Attention = NO_ATTENTION,
    length: int = LENGTH,
    limit: int = CANDIDATES,
    weigh: Weights | None = None,
) -> list[Suggested]:
    """The best partners for `me`, in a stable order: by score, then by key, and no two nearly alike side by side.

    A veto, of either side and for whatever cause, leaves a party out altogether.
    """
    if me not in index:
        return []
    slots = _candidates(index, me, vetoes, limit)
    return _list(index, compare(index, index.entry(me), slots), slots, attention, length, weigh or weights())


def suggest_pair(index: Index, me: int, other: int, weigh: Weights | None = None) -> Suggested | None:
    """`other` as `me` would be told of it; None when they have nothing in common, or `other` is not to be shown."""
    if me == other or me not in index or other not in index:
        return None
    index.ready()
    slots = np.array([index.entry(other).slot], np.int32)
    compared = compare(index, index.entry(me), slots)
    return next(iter(_list(index, compared, slots, NO_ATTENTION, 1, weigh or weights())), None)


def meet(
    index: Index,
    me: int,
    *,
    vetoes: Collection[int] = (),
    attention: Attention = NO_ATTENTION,
    length: int = LENGTH,
    limit: int = CANDIDATES,
    weigh: Weights | None = None,
) -> Met:
    """The party's list, and its place in the lists of its candidates, in one comparison: of those who read theirs."""
    if me not in index:
        return Met([], {}, [])
    chosen = weigh or weights()
    slots = _candidates(index, me, vetoes, limit)
    party = index.party(me)
    compared = compare(index, index.entry(me), slots)
    own = _list(index, compared, slots, attention, length, chosen) if party.reads else []
    in_others = _seen_by(index, compared, slots, attention, chosen) if party.shown else []
    return Met(own, {one.me: one for one in in_others}, index.key.all[slots].tolist())


def _candidates(index: Index, me: int, vetoes: Collection[int], limit: int) -> Ints:
    slots = index.candidates(me, limit)
    return slots[~np.isin(index.key.all[slots], list(vetoes))] if vetoes else slots


def _list(
    index: Index, compared: Compared, slots: Ints, attention: Attention, length: int, weigh: Weights
) -> list[Suggested]:
    scored = score(index, compared, len(slots), weigh)
    keys = index.key.all[slots]
    facts = weigh_facts(index, compared.me, slots, scored.text, attention.held_back(keys.tolist()), weigh)
    worth = scored.text + facts.points
    order = np.lexsort((keys, -worth))
    good = index.facts.all["shown"][slots] & (scored.text >= LEAST_TEXT) & (worth > 0)
    order = order[good[order]]
    late = variety.are_late_copies(index.mark.all[slots[order]])
    # Copies fill the list, but take nobody's place in it.
    order = np.concatenate([order[~late][: length + SPARE], order[late][: max(0, length - int((~late).sum()))]])
    found = _tell(index, compared, slots, scored, facts, order)
    found.sort(key=lambda one: (-one.score, one.other))
    return spread_alike(found[:length], [one.signature for one in found[:length]])


def _seen_by(index: Index, compared: Compared, slots: Ints, attention: Attention, weigh: Weights) -> list[Suggested]:
    """The party as each of those who read their lists would be told of it."""
    scored = score(index, compared, len(slots), weigh, flipped=True)
    held = np.repeat(attention.held_back([compared.me.party.key]), len(slots))
    facts = weigh_facts(index, compared.me, slots, scored.text, held, weigh, flipped=True)
    good = index.facts.all["reads"][slots] & (scored.text >= LEAST_TEXT) & (scored.text + facts.points > 0)
    return _tell(index, compared, slots, scored, facts, np.flatnonzero(good), flipped=True)


def _tell(
    index: Index, compared: Compared, slots: Ints, scored: Scored, facts: Facts, chosen: Ints, *, flipped: bool = False
) -> list[Suggested]:
    """The chosen candidates with every term of their scores; `flipped`: the party as each of them is told of it."""
    chosen = np.sort(chosen).astype(np.int32)
    words = text_terms(index, compared, scored, chosen, flipped=flipped)
    me = compared.me
    candidates = [index.entry(key) for key in index.key.all[slots[chosen]].tolist()]
    kinds = ["|".join(sorted((me.party.kind, one.party.kind))) for one in candidates]
    countries = [one.party.country for one in candidates]
    found = []
    for candidate, said, known in zip(candidates, words, fact_terms(facts, chosen, kinds, countries), strict=True):
        terms = (*said, *known)
        points = sum(term.points for term in terms)
        if points > 0:
            reader, other = (candidate, me) if flipped else (me, candidate)
            found.append(Suggested(reader.party.key, other.party.key, terms, points, other.signature))
    return found


LEAST_TEXT = 20.0
"""Points of words in common below which there is nothing to say."""
SPARE = 5
"""A few more are looked at than are kept, for their whole points may order them a little otherwise."""


def spread_alike(items: Sequence[T], signatures: Sequence[int]) -> list[T]:
    """Best first, but what is nearly identical does not stand side by side."""
    return variety.spread(items, signatures)
