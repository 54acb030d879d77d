"""Whom to propose to whom, in which order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from matching.engine import variety
from matching.engine.index import Index
from matching.engine.reasons import FEWEST_REASONS, Reason, give_reasons
from matching.engine.scoring import WEIGHTS, Gain, Kind, Pair, Weights, score_pair

LENGTH = 50
"""Suggestions kept for a party. A person looks at ten; the rest come up as these are answered."""

T = TypeVar("T")


class Direction(StrEnum):
    """Which way the gain flows."""

    BOTH = "both"
    MINE = "mine"
    THEIRS = "theirs"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Suggested:
    """A partner proposed. The score is exactly the sum of its pair's terms."""

    pair: Pair
    reasons: tuple[Reason, ...]
    signature: int

    @property
    def other(self) -> int:
        return self.pair.other

    @property
    def score(self) -> int:
        return self.pair.score

    @property
    def direction(self) -> Direction:
        mine = any(term.kind == Kind.NEED_MEETS_OFFER for term in self.pair.terms)
        theirs = any(term.kind == Kind.OFFER_MEETS_NEED for term in self.pair.terms)
        if mine and theirs:
            return Direction.BOTH
        return Direction.MINE if mine else Direction.THEIRS if theirs else Direction.SHARED

    def points(self, *kinds: Kind, gain: Gain | None = None) -> int:
        chosen = (term for term in self.pair.terms if term.kind in kinds)
        return sum(term.points for term in chosen if gain is None or term.gain == gain)


def suggest_pair(
    index: Index, me: int, other: int, *, shown: int = 0, fair: float = 0.0, weights: Weights = WEIGHTS
) -> Suggested | None:
    """`other` as `me` would be told of it; None when there is too little to say, or `other` is not to be shown.

    `shown` is in how many lists it stands high already, `fair` how many that is for everybody on average.
    """
    if me == other or me not in index or other not in index or not index.party(other).shown:
        return None
    return _finish(index, score_pair(index, me, other, weights), shown, fair, weights)


def suggest(
    index: Index,
    me: int,
    *,
    vetoes: Collection[int] = (),
    shown: Mapping[int, int] | None = None,
    fair: float = 0.0,
    length: int = LENGTH,
    candidates: Sequence[int] | None = None,
    weights: Weights = WEIGHTS,
) -> list[Suggested]:
    """The best partners for `me`, in a stable order: by score, then by key, and no two nearly alike side by side.

    A veto, of either side and for whatever cause, leaves a party out altogether.
    """
    if me not in index:
        return []
    counts = shown or {}
    found: list[Suggested] = []
    for other in index.candidates(me) if candidates is None else candidates:
        if other in vetoes:
            continue
        one = suggest_pair(index, me, other, shown=counts.get(other, 0), fair=fair, weights=weights)
        if one is not None:
            found.append(one)
    found.sort(key=lambda one: (-one.score, one.other))
    return spread_alike(found[:length], [one.signature for one in found[:length]])


def spread_alike(items: Sequence[T], signatures: Sequence[int]) -> list[T]:
    """Best first, but what is nearly identical does not stand side by side."""
    return variety.spread(items, signatures)


def see_pair(
    index: Index, pair: Pair, *, shown: int = 0, fair: float = 0.0, weights: Weights = WEIGHTS
) -> Suggested | None:
    """A pair already scored, as its `me` would be told of it."""
    if not index.party(pair.other).shown:
        return None
    return _finish(index, pair, shown, fair, weights)


def _finish(index: Index, pair: Pair, shown: int, fair: float, weights: Weights) -> Suggested | None:
    whole = pair.with_attention(shown, fair, weights)
    if whole.score <= 0:
        return None
    reasons = give_reasons(whole)
    if len(reasons) < FEWEST_REASONS:
        return None
    return Suggested(whole, tuple(reasons), index.entry(pair.other).signature)
