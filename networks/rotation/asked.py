"""What is asked of a rotation, checked and numbered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from networks.rotation.sizes import SMALLEST

Pair = tuple[Any, Any]
"""Two people, in either order; a person is whatever tells one from another."""

NEW = 1.0
"""What it is worth that a pair meets for the first time; how well it matches (from 0 to 1) comes to it."""
AGAIN = -0.02
"""What each earlier meeting takes off a pair that sits together again, so that repetitions are spread."""
APART = -1000.0
"""Of two who are to be kept apart: no new pairs outweigh it."""


class RotationError(ValueError):
    """What is asked cannot be read."""


class SeatsUnclear(RotationError):
    """A table of fewer than two, or somebody named or seated twice."""


class PairUnclear(RotationError):
    """Somebody with themself, or a match that is not from 0 to 1."""


@dataclass(frozen=True)
class Numbered:
    """People as numbers. Of the shape (people, people), all symmetric: `first`, what a first meeting of the two is
    worth; `times`, how often they have sat together; `apart`, who are not to.
    """

    people: tuple[Any, ...]
    first: NDArray[np.float64]
    times: NDArray[np.int64]
    apart: NDArray[np.bool_]

    def gain(self) -> NDArray[np.float64]:
        """What one more meeting of each pair is worth."""
        worth = np.where(self.times > 0, AGAIN * self.times, self.first)
        return np.where(self.apart, worth + APART, worth)


def number(
    people: Sequence[Any],
    *,
    size: int,
    met: Mapping[Pair, int],
    worth: Mapping[Pair, float],
    apart: Collection[Pair],
) -> Numbered:
    """Raises `SeatsUnclear` or `PairUnclear`. A pair with somebody who is not among `people` is passed over: the past
    knows more people than a day does.
    """
    if size < SMALLEST:
        raise SeatsUnclear(f"tables of {size}: two is the least")
    if len(set(people)) < len(people):
        raise SeatsUnclear("somebody is named twice")
    if any(not 0 <= share <= 1 for share in worth.values()):
        raise PairUnclear("a match is from 0 to 1")
    number_of = {person: at for at, person in enumerate(people)}

    def places(pairs: Collection[Pair]) -> Iterator[tuple[Pair, tuple[int, int]]]:
        for one, other in pairs:
            if one == other:
                raise PairUnclear(f"{one!r} is no pair with themself")
            if one in number_of and other in number_of:
                yield (one, other), (number_of[one], number_of[other])
                yield (one, other), (number_of[other], number_of[one])

    shape = (len(people), len(people))
    first, times, keep = np.full(shape, NEW), np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    for pair, at in places(worth):
        first[at] = NEW + worth[pair]
    for pair, at in places(met):
        times[at] += met[pair]
    for _pair, at in places(apart):
        keep[at] = True
    return Numbered(tuple(people), first, times, keep)
