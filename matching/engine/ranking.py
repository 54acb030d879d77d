"""Whom to propose to whom, in which order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from matching.engine import variety
from matching.engine.index import CANDIDATES, Bools, Floats, Index, Ints
from matching.engine.scoring import (
    Compared,
    Gain,
    Kind,
    Term,
    compare,
    fact_terms,
    held_back,
    score,
    text_terms,
    weigh_facts,
)
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
    signature: int = 0

    @property
    def score(self) -> int:
        return sum(term.points for term in self.terms)

    @property
    def direction(self) -> Direction:
        mine = any(term.kind == Kind.NEED_MEETS_OFFER for term in self.terms)
        theirs = any(term.kind == Kind.OFFER_MEETS_NEED for term in self.terms)
        if mine and theirs:
            return Direction.BOTH
        return Direction.MINE if mine else Direction.THEIRS if theirs else Direction.SHARED

    def points(self, *kinds: Kind, gain: Gain | None = None) -> int:
        chosen = (term for term in self.terms if term.kind in kinds)
        return sum(term.points for term in chosen if gain is None or term.gain == gain)


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
    return meet(index, me, vetoes=vetoes, attention=attention, length=length, limit=limit, weigh=weigh, others=()).own


def suggest_pair(index: Index, me: int, other: int, weigh: Weights | None = None) -> Suggested | None:
    """`other` as `me` would be told of it; None when they have nothing in common, or `other` is not to be shown."""
    if me == other or me not in index or other not in index:
        return None
    index.ready()
    slots = np.array([index.entry(other).slot], np.int32)
    found = _rank(index, me, slots, NO_ATTENTION, 1, weigh or weights())
    return found[0] if found else None


def meet(
    index: Index,
    me: int,
    *,
    vetoes: Collection[int] = (),
    attention: Attention = NO_ATTENTION,
    length: int = LENGTH,
    limit: int = CANDIDATES,
    weigh: Weights | None = None,
    others: Collection[int] | None = None,
) -> Met:
    """The party's list, and its place in the lists of `others` (of all its candidates if None), in one comparison."""
    if me not in index:
        return Met([], {}, [])
    chosen = weigh or weights()
    slots = index.candidates(me, limit)
    keys = index.key.all[slots]
    if vetoes:
        slots = slots[~np.isin(keys, list(vetoes))]
        keys = index.key.all[slots]
    entry = index.entry(me)
    compared = compare(index, entry, slots)
    own = _ranked(index, me, slots, compared, attention, length, chosen)
    in_others: dict[int, Suggested] = {}
    if (others is None or others) and index.party(me).shown:
        wanted = None if others is None else np.isin(keys, list(others))
        in_others = _seen_by(index, me, slots, compared, attention, chosen, wanted)
    return Met(own, in_others, [int(key) for key in keys])


def _rank(index: Index, me: int, slots: Ints, attention: Attention, length: int, weigh: Weights) -> list[Suggested]:
    return _ranked(index, me, slots, compare(index, index.entry(me), slots), attention, length, weigh)


def _ranked(
    index: Index, me: int, slots: Ints, compared: Compared, attention: Attention, length: int, weigh: Weights
) -> list[Suggested]:
    entry = index.entry(me)
    scored = score(index, compared, len(slots), weigh)
    keys = index.key.all[slots]
    held = attention.held_back(keys.tolist()) if weigh.attention else np.zeros(len(slots), np.float32)
    facts = weigh_facts(index, entry, slots, scored.text, held, weigh)
    worth = np.where(index.facts.all["shown"][slots] & (scored.text >= LEAST_TEXT), scored.text + facts.points, -np.inf)
    order = np.lexsort((keys, -worth))
    order = order[np.isfinite(worth[order]) & (worth[order] > 0)]
    late = variety.are_late_copies(index.mark.all[slots[order]])
    # Copies fill the list, but take nobody's place in it.
    order = np.concatenate([order[~late][: length + SPARE], order[late][: max(0, length - int((~late).sum()))]])
    chosen = np.sort(order).astype(np.int32)
    words = text_terms(index, compared, scored, chosen)
    found = []
    for at, terms in zip(chosen.tolist(), words, strict=True):
        two = index.party(int(keys[at]))
        kinds = "|".join(sorted((entry.party.kind, two.kind)))
        whole = (*terms, *fact_terms(facts, at, kinds, two.country))
        one = Suggested(me, two.key, whole, index.entry(two.key).signature)
        if one.score > 0:
            found.append(one)
    found.sort(key=lambda one: (-one.score, one.other))
    return spread_alike(found[:length], [one.signature for one in found[:length]])


def _seen_by(
    index: Index, me: int, slots: Ints, compared: Compared, attention: Attention, weigh: Weights, wanted: Bools | None
) -> dict[int, Suggested]:
    entry = index.entry(me)
    scored = score(index, compared, len(slots), weigh, flipped=True)
    held = np.repeat(attention.held_back([me]), len(slots)) if weigh.attention else np.zeros(len(slots), np.float32)
    facts = weigh_facts(index, entry, slots, scored.text, held, weigh, flipped=True)
    good = (scored.text >= LEAST_TEXT) & (scored.text + facts.points > 0)
    if wanted is not None:
        good &= wanted
    chosen = np.flatnonzero(good).astype(np.int32)
    words = text_terms(index, compared, scored, chosen, flipped=True)
    found = {}
    for at, terms in zip(chosen.tolist(), words, strict=True):
        two = index.party(int(index.key.all[slots[at]]))
        kinds = "|".join(sorted((entry.party.kind, two.kind)))
        one = Suggested(two.key, me, (*terms, *fact_terms(facts, at, kinds, entry.party.country)), entry.signature)
        if one.score > 0:
            found[two.key] = one
    return found


LEAST_TEXT = 20.0
"""Points of words in common below which there is nothing to say."""
SPARE = 5
"""A few more are looked at than are kept, for their whole points may order them a little otherwise."""


def spread_alike(items: Sequence[T], signatures: Sequence[int]) -> list[T]:
    """Best first, but what is nearly identical does not stand side by side."""
    return variety.spread(items, signatures)
