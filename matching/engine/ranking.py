"""Whom to propose to whom, in which order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import orjson

from matching.engine import variety
from matching.engine.circumstances import Facts, weigh_facts
from matching.engine.columns import Floats, Ints
from matching.engine.index import CANDIDATES, Index
from matching.engine.scoring import Compared, Kind, Scored, compare, score
from matching.engine.telling import HEADS, Group, Term, tell, terms_of
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
    """`other` as `me` is told of it: `told` are the groups as JSON. The score is exactly the sum of their points."""

    me: int
    other: int
    told: str
    score: int
    signature: int = 0

    @property
    def groups(self) -> list[Group]:
        found: list[Group] = orjson.loads(self.told)
        return found

    @property
    def terms(self) -> list[Term]:
        return terms_of(self.groups)

    @property
    def direction(self) -> Direction:
        mine, theirs = HEADS[Kind.NEED_MEETS_OFFER] in self.told, HEADS[Kind.OFFER_MEETS_NEED] in self.told
        if mine and theirs:
            return Direction.BOTH
        return Direction.MINE if mine else Direction.THEIRS if theirs else Direction.SHARED


class Attention:
    """In how many lists each party stands high, and how many that is for everybody on average."""

    def __init__(self, shown: Mapping[int, int], fair: float = 0.0) -> None:
        keys = sorted(shown)
        self._keys = np.array([-1, *keys])
        self._times = np.array([0, *(shown[key] for key in keys)], np.float32)
        self._fair = fair

    def of(self, keys: Ints, times: float) -> Floats:
        """In how many lists each stands high, where 1 is so many times the fair number; 0 where nobody counts."""
        if self._fair * times <= 0:
            return np.zeros(len(keys), np.float32)
        at = np.searchsorted(self._keys, keys, side="right") - 1
        return np.where(self._keys[at] == keys, self._times[at], 0).astype(np.float32) / np.float32(self._fair * times)


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


def suggest_among(
    index: Index, me: int, others: Collection[int], *, length: int = LENGTH, weigh: Weights | None = None
) -> list[Suggested]:
    """The best partners for `me` of these `others` alone, however they stand beside everybody else."""
    known = sorted(key for key in others if key != me and key in index)
    if me not in index or not known:
        return []
    index.ready()
    slots = np.array([index.entry(key).slot for key in known], np.int32)
    compared = compare(index, index.entry(me), slots)
    return _list(index, compared, slots, NO_ATTENTION, length, weigh or weights())


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
    facts = weigh_facts(index, compared.me, slots, scored.text, attention.of(keys, weigh.fair), weigh)
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
    shown = np.repeat(attention.of(np.array([compared.me.party.key]), weigh.fair), len(slots))
    facts = weigh_facts(index, compared.me, slots, scored.text, shown, weigh, flipped=True)
    good = index.facts.all["reads"][slots] & (scored.text >= LEAST_TEXT) & (scored.text + facts.points > 0)
    return _tell(index, compared, slots, scored, facts, np.flatnonzero(good), flipped=True)


def _tell(
    index: Index, compared: Compared, slots: Ints, scored: Scored, facts: Facts, chosen: Ints, *, flipped: bool = False
) -> list[Suggested]:
    """The chosen candidates with all that their scores are made of; `flipped`: the party as each is told of it."""
    chosen = np.sort(chosen)
    told, sums = tell(index, compared, scored, facts, chosen, slots, flipped=flipped)
    me = compared.me
    found = []
    for key, said, points in zip(index.key.all[slots[chosen]].tolist(), told, sums, strict=True):
        if points > 0:
            reader, other = (key, me.party.key) if flipped else (me.party.key, key)
            found.append(Suggested(reader, other, said, points, index.entry(other).signature))
    return found


LEAST_TEXT = 20.0
"""Points of words in common below which there is nothing to say."""
SPARE = 5
"""A few more are looked at than are kept, for their whole points may order them a little otherwise."""


def spread_alike(items: Sequence[T], signatures: Sequence[int]) -> list[T]:
    """Best first, but what is nearly identical does not stand side by side."""
    return variety.spread(items, signatures)
