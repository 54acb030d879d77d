"""Seatings of one meeting or of several that are still to come."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from networks.rotation.asked import AGAIN, APART, Numbered, Pair, SeatsUnclear, number
from networks.rotation.fields import straight_seatings
from networks.rotation.keeping_apart import spread
from networks.rotation.loops import anneal
from networks.rotation.sizes import most_pairs, table_sizes

Tables = list[list[int]]

STEPS = 17_000_000
"""Swaps that are tried for a plan when nothing else is said: five seconds for the largest ones."""
STEPS_TODAY = 1_000_000
"""For one meeting: less than a second."""
PER_SEAT = 100_000
"""More swaps for each seat of each meeting find hardly more."""
SHORTEST, LONGER = 200_000, 4
"""The first search, and how much longer each one is than the one before. The best one so far always stands."""
HOT, COLD = 0.3, 0.15
"""A pair that is lost counts one: how easily it is taken, first and last."""


@dataclass(frozen=True)
class Seating:
    """One meeting. `new`: pairs that sit together for the first time; `together`: pairs to be kept apart who could not
    be."""

    tables: tuple[tuple[Any, ...], ...]
    new: int
    together: tuple[Pair, ...]


def seat(
    people: Sequence[Any],
    size: int,
    *,
    met: Mapping[Pair, int] | None = None,
    worth: Mapping[Pair, float] | None = None,
    apart: Collection[Pair] = (),
    seed: int = 0,
    steps: int = STEPS_TODAY,
    seconds: float | None = None,
) -> Seating:
    """Those who come today, at tables of at most `size`. Else as `plan`."""
    [found] = plan([people], size, met=met, worth=worth, apart=apart, seed=seed, steps=steps, seconds=seconds)
    return found


def plan(
    coming: Sequence[Sequence[Any]],
    size: int,
    *,
    met: Mapping[Pair, int] | None = None,
    worth: Mapping[Pair, float] | None = None,
    apart: Collection[Pair] = (),
    seed: int = 0,
    steps: int = STEPS,
    seconds: float | None = None,
) -> list[Seating]:
    """A seating for each meeting, given who comes to it. As many pairs as can be sit together for the first time, each
    counted by how well it matches (`worth`, from 0 to 1); `met` is how often pairs already have, and those `apart`
    share a table only where it cannot be helped.

    The same seed gives the same seatings, unless `seconds` ends the search before `steps` swaps have been tried. Nobody
    comes: no tables. Raises `SeatsUnclear` or `PairUnclear`.
    """
    everybody = list(dict.fromkeys(person for people in coming for person in people))
    numbered = number(everybody, size=size, met=met or {}, worth=worth or {}, apart=apart)
    place = {person: at for at, person in enumerate(everybody)}
    places = [[place[person] for person in people] for people in coming]
    if any(len(set(people)) < len(people) for people in places):
        raise SeatsUnclear("somebody is named twice")
    told, times = [], numbered.times.copy()
    for tables in _search(places, size, numbered, seed, steps, seconds):
        told.append(tell(tables, numbered, times))
        times += counts([tables], len(everybody))
    return told


def _search(
    coming: list[list[int]], size: int, numbered: Numbered, seed: int, steps: int, seconds: float | None
) -> list[Tables]:
    """Straight lines first, where they are enough; then searches by swaps, each longer, for as long as it pays."""
    began, random = time.monotonic(), np.random.default_rng(seed)
    sizes = [table_sizes(len(people), size) for people in coming]

    def by_chance(people: list[int], at: int) -> Tables:
        return spread(people, sizes[at], numbered.apart, random)

    best = _straight(coming, sizes, numbered)
    best += [by_chance(people, at) for at, people in enumerate(coming) if at >= len(best)]
    value, most = _value(best, numbered), _most(coming, size, numbered)
    left, length = min(steps, PER_SEAT * sum(map(len, coming))), SHORTEST
    while left > 0 and value.first < most - 1e-9 and (seconds is None or time.monotonic() - began < seconds):
        begun = [by_chance(people, at) for at, people in enumerate(coming)]
        found = _anneal(begun, numbered, int(random.integers(2**31)), min(left, length))
        left, length = left - length, LONGER * length
        if (reached := _value(found, numbered)).whole > value.whole + 1e-9:
            best, value = found, reached
    return best


def _straight(coming: list[list[int]], sizes: list[tuple[int, ...]], numbered: Numbered) -> list[Tables]:
    """The first meetings by algebra, where the same people come to all and nobody has met or is to be kept apart."""
    people = coming[0] if coming else []
    if any(other != people for other in coming) or numbered.times.any() or numbered.apart.any():
        return []
    found = straight_seatings(len(people), len(sizes[0]) if sizes else 0, len(coming))
    return [[[people[at] for at in table] for table in tables] for tables in found]


def _anneal(begun: list[Tables], numbered: Numbered, seed: int, steps: int) -> list[Tables]:
    width = max(sum(map(len, tables)) for tables in begun)
    order, begins, ends = (np.zeros((len(begun), width), np.int64) for _ in range(3))
    for meeting, tables in enumerate(begun):
        at = 0
        for table in tables:
            order[meeting, at : at + len(table)] = table
            begins[meeting, at : at + len(table)], ends[meeting, at : at + len(table)] = at, at + len(table)
            at += len(table)
    times = numbered.times + counts(begun, len(numbered.people))
    apart = np.where(numbered.apart, APART, 0.0)
    best = anneal(seed, steps, HOT, COLD, order, begins, ends, times, numbered.first, apart, AGAIN)
    found = []
    for meeting, tables in enumerate(begun):
        row = iter(best[meeting].tolist())
        found.append([list(islice(row, len(table))) for table in tables])
    return found


def counts(meetings: Iterable[Tables], people: int) -> NDArray[np.int64]:
    """How often each two share a table."""
    times = np.zeros((people, people), np.int64)
    for tables in meetings:
        for table in tables:
            for one, other in permutations(table, 2):
                times[one, other] += 1
    return times


@dataclass(frozen=True)
class _Value:
    """What meetings are worth together: `first` by first meetings alone, `whole` with what speaks against others."""

    first: float
    whole: float


def _value(meetings: list[Tables], numbered: Numbered) -> _Value:
    more, before = counts(meetings, len(numbered.people)), numbered.times
    first = float(numbered.first[(before == 0) & (more > 0)].sum()) / 2
    against = AGAIN * (before * more + more * (more - 1) / 2) + np.where(numbered.apart, APART * more, 0.0)
    return _Value(first, first + float(against.sum()) / 2)


def _most(coming: list[list[int]], size: int, numbered: Numbered) -> float:
    """First meetings are worth no more than this: as many as there is room for, of those worth most. It ends a search
    that can find nothing more."""
    if not coming or any(other != coming[0] for other in coming) or numbered.apart.any():
        return np.inf
    fresh = np.triu(numbered.times == 0, 1)
    room = most_pairs(len(coming[0]), size, len(coming))
    return float(np.sort(numbered.first[fresh])[::-1][:room].sum())


def tell(tables: Tables, numbered: Numbered, times: NDArray[np.int64]) -> Seating:
    """The seating by name; `times`: how often each two had shared a table before it."""
    names = numbered.people
    pairs = [pair for table in tables for pair in combinations(table, 2)]
    return Seating(
        tables=tuple(tuple(names[one] for one in table) for table in tables),
        new=sum(1 for pair in pairs if not times[pair]),
        together=tuple((names[one], names[other]) for one, other in pairs if numbered.apart[one, other]),
    )
