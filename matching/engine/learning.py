"""What an installation's answers teach of its weights: one small, cautious step at a time.

An answer carries the shares of the score that each part made when it was given. Where those who answered *interested*
had more of a part than those to whom the suggestion did not fit, the part weighs a little more from then on; where they
had less, a little less. What the two texts have in common is no part of it: it is the yardstick (`weights.Part`).

So that noise moves nothing: a difference counts by what it exceeds the noise of so many answers (`SPREAD`); one
profile's answers together count as `MOST_OF_ONE` at most; and of all the differences that are found when any one
profile is left out, the smallest is believed, so nothing moves that one profile alone could have moved. A step is
`MOST_STEP` at most, and all steps together stay within the bounds that `weights.tune` holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt

from matching.engine.scoring import Kind
from matching.engine.weights import LEAST_FACTOR, MOST_FACTOR, Part

LEAST_ANSWERS = 15.0
"""Of each side, as they count; with fewer nothing is learnt."""
LEAST_PROFILES = 8
MOST_OF_ONE = 3.0
MOST_STEP = 0.03
RATE = 0.3
"""Of a difference beyond noise: a tenth of the score moves a factor by three per cent."""
SPREAD = 0.25
"""How far shares of one part lie from their mean; half of the most that a share can."""
LEAST_TOLD = 0.005
"""A factor that moves less has not moved."""

INTERESTED, CONNECTED, MET, FRUITFUL = 0.5, 0.8, 0.9, 1.0
"""An interest is a hope, a connection more, a talk that came of it a fact, and one that bore fruit is what all is for.
A refusal counts one."""
IN_VAIN = 0.3
"""They met, and neither had anything of it: the interest was less than a hope. It is no refusal, since nobody says that
the suggestion was wrong."""
LATE_FRUIT = 0.5
"""What is told of an answer that has been learnt from already: it counts once more, by half."""

_PARTS: dict[str, Part] = {
    Kind.NEED_MEETS_OFFER: Part.NEEDS,
    Kind.OFFER_MEETS_NEED: Part.NEEDS,
    Kind.NAMED: Part.NAMES,
    Kind.PLACE: Part.NEARNESS,
    Kind.COUNTRY: Part.NEARNESS,
    Kind.KINDS: Part.KINDS,
    Kind.EXPERIENCE: Part.EXPERIENCE,
}


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: whose, whether it accepted, how much it counts (0–1), and the shares of its score by part."""

    profile: int
    accepts: bool
    counts: float
    shares: Mapping[Part, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """A part's mean share among the accepted and among the refused, and what its factor became."""

    accepted: float
    refused: float
    factor: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """`parts` are those that moved; empty when nothing did. The counts are of answers and of those who gave them."""

    parts: Mapping[Part, Seen] = field(default_factory=dict)
    accepted: int = 0
    refused: int = 0
    profiles: int = 0


def shares_of(points: Mapping[str, int]) -> dict[Part, float]:
    """Shares of a score from its points by `Kind`. What is taken for attention is left out: it says nothing of the two.
    Kinds that are known no more count to the whole alone."""
    whole = sum(amount for amount in points.values() if amount > 0)
    shares: dict[Part, float] = {}
    for name, amount in points.items():
        part = _PARTS.get(name)
        if part is not None and amount > 0:
            shares[part] = shares.get(part, 0.0) + amount / whole
    return shares


def learn(answers: Iterable[Given], factors: Mapping[str, float]) -> Learnt:
    """One step from `factors`. The order of the answers does not matter."""
    given = list(answers)
    accepted = sum(one.accepts for one in given)
    counts = accepted, len(given) - accepted, len({one.profile for one in given})
    sides = _Sides(given)
    if not sides.are_enough():
        return Learnt({}, *counts)
    parts = {}
    for part in Part:
        before = factors.get(part, 1.0)
        step = min(max(RATE * sides.cautious_difference(part), -MOST_STEP), MOST_STEP)
        factor = round(min(max(before * exp(step), LEAST_FACTOR), MOST_FACTOR), 4)
        if abs(factor - before) >= LEAST_TOLD:
            accepts, refuses = sides.means(part)
            parts[part] = Seen(accepts, refuses, factor)
    return Learnt(parts, *counts)


class _Sides:
    """The answers as weighed sums by profile, so that any profile can be left out at the cost of a subtraction."""

    def __init__(self, answers: Sequence[Given]) -> None:
        given = Counter(one.profile for one in answers)
        self.weight: dict[bool, dict[int, float]] = {True: defaultdict(float), False: defaultdict(float)}
        self.sums: dict[bool, dict[Part, dict[int, float]]] = {
            side: {part: defaultdict(float) for part in Part} for side in (True, False)
        }
        for one in sorted(answers, key=_in_one_order):
            weight = one.counts * min(1.0, MOST_OF_ONE / given[one.profile])
            self.weight[one.accepts][one.profile] += weight
            for part, share in one.shares.items():
                self.sums[one.accepts][part][one.profile] += weight * share
        self.profiles = sorted(given)

    @staticmethod
    def _without(profile: int, amounts: Mapping[int, float]) -> float:
        return sum(amounts.values()) - amounts.get(profile, 0.0)

    def are_enough(self) -> bool:
        least = min(sum(self.weight[side].values()) for side in (True, False))
        return least >= LEAST_ANSWERS and len(self.profiles) >= LEAST_PROFILES

    def means(self, part: Part) -> tuple[float, float]:
        accepted, refused = (
            sum(self.sums[side][part].values()) / sum(self.weight[side].values()) for side in (True, False)
        )
        return accepted, refused

    def cautious_difference(self, part: Part) -> float:
        """The smallest of what is left of the difference, beyond noise, when any one profile is left out; 0 where they
        do not all point the same way."""
        found = []
        for profile in self.profiles:
            yes, no = (self._without(profile, self.weight[side]) for side in (True, False))
            accepted, refused = (self._without(profile, self.sums[side][part]) for side in (True, False))
            difference = accepted / yes - refused / no
            noise = SPREAD * sqrt(1 / yes + 1 / no)
            found.append(max(0.0, difference - noise) + min(0.0, difference + noise))
        return max(0.0, min(found)) + min(0.0, max(found))


def _in_one_order(one: Given) -> tuple[object, ...]:
    """So that sums of floating numbers are the same in whatever order the answers come."""
    return one.profile, one.accepts, one.counts, sorted(one.shares.items())
