"""The day is not as it was planned: somebody is missing, somebody comes unannounced, and as few as possible move."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from networks.rotation.asked import Numbered, Pair, number
from networks.rotation.keeping_apart import spread
from networks.rotation.seating import Tables, tell
from networks.rotation.sizes import sizes_allowed, table_sizes

PATIENCE = 20_000
"""Ways of moving that are looked at before the tables are made anew. It takes more than that only where very many are
missing, or very many are to be kept apart."""


@dataclass(frozen=True)
class Repaired:
    """`tables` keep their places; one that nobody sits at any more is empty, new ones come last. `moved`: those who
    were seated and sit elsewhere now. `new` and `together` as in `Seating`."""

    tables: tuple[tuple[Any, ...], ...]
    moved: tuple[Any, ...]
    new: int
    together: tuple[Pair, ...]


def repair(
    tables: Sequence[Sequence[Any]],
    size: int,
    *,
    missing: Collection[Any] = (),
    arrived: Sequence[Any] = (),
    met: Mapping[Pair, int] | None = None,
    worth: Mapping[Pair, float] | None = None,
    apart: Collection[Pair] = (),
) -> Repaired:
    """Take out the missing, seat the arrived, and move the fewest: no table has more than `size`, nor fewer than half
    of it, nobody sits alone, those `apart` stay so, and there are no more tables than before or than so many need. Of
    the ways to move the fewest, one is taken in which those who change tables meet whom they have not met.

    Where those `apart` cannot all be kept so, that rule is left, and it is told whom it fails. Raises `SeatsUnclear` or
    `PairUnclear`.
    """
    gone = set(missing)
    kept = [[person for person in table if person not in gone] for table in tables]
    people = [person for table in kept for person in table] + list(arrived)
    numbered = number(people, size=size, met=met or {}, worth=worth or {}, apart=apart)
    numbers = iter(range(len(people)))
    home = [[next(numbers) for _ in table] for table in kept]
    day = _Day(home, list(numbers), size, numbered, numbered.apart)
    found = day.fewest_moves()
    if found is None:
        anew = spread(range(len(people)), table_sizes(len(people), size), numbered.apart, np.random.default_rng(0))
        if any(numbered.apart[np.ix_(table, table)].any() for table in anew):
            found = _Day(home, day.arrived, size, numbered, np.zeros_like(numbered.apart)).fewest_moves()
        found = found or day.closest(anew)
    seating = tell(found, numbered, numbered.times)
    moved = tuple(people[one] for one in day.moved(found))
    return Repaired(seating.tables, moved, seating.new, seating.together)


class _Day:
    """`home`: the tables without the missing; `apart`: who are to be kept apart, as far as that is asked."""

    def __init__(
        self, home: Tables, arrived: list[int], size: int, numbered: Numbered, apart: NDArray[np.bool_]
    ) -> None:
        self.home, self.arrived, self.apart = home, arrived, apart
        self.table_of = {one: at for at, table in enumerate(home) for one in table}
        self.low, self.high = sizes_allowed(len(numbered.people), size)
        self.most = max(len(table_sizes(len(numbered.people), size)), sum(1 for table in home if table))
        self.gain = numbered.gain()
        self.is_picky = [bool(row.any()) for row in apart]
        self.patience = PATIENCE

    def moved(self, tables: Tables) -> list[int]:
        at = {one: place for place, table in enumerate(tables) for one in table}
        return [one for one, place in self.table_of.items() if at[one] != place]

    def fewest_moves(self) -> Tables | None:
        """Nothing, if no way is found."""
        for moves in range(len(self.table_of) + 1):
            for leaving in self._leavings(moves):
                found = self._place(leaving)
                if found is not None:
                    return self._enrich(found, moves)
                if self.patience < 0:
                    return None
        return None

    def _leavings(self, moves: int) -> Iterator[list[int]]:
        """Whoever is to be kept apart from nobody is as good as any other such person of the table."""
        alike: list[list[int]] = []
        for table in self.home:
            alike.append([one for one in table if not self.is_picky[one]])
            alike.extend([one] for one in table if self.is_picky[one])
        alike = [group for group in alike if group]

        def choose(at: int, left: int) -> Iterator[list[int]]:
            if left == 0:
                yield []
            elif at < len(alike):
                for taken in range(min(left, len(alike[at])) + 1):
                    for rest in choose(at + 1, left - taken):
                        yield alike[at][:taken] + rest

        return choose(0, moves)

    def _place(self, leaving: list[int]) -> Tables | None:
        self.patience -= 1
        gone = set(leaving)
        tables = [[one for one in table if one not in gone] for table in self.home]
        if any(len(table) > self.high or self._is_split(table) for table in tables):
            return None
        tables += [[] for _ in range(self.most - len(tables))]
        loose = leaving + self.arrived
        hard, easy = ([one for one in loose if self.is_picky[one] == picky] for picky in (True, False))
        return self._place_hard(tables, hard, easy)

    def _is_split(self, table: list[int]) -> bool:
        return any(self.is_picky[one] for one in table) and bool(self.apart[np.ix_(table, table)].any())

    def _place_hard(self, tables: Tables, hard: list[int], easy: list[int]) -> Tables | None:
        self.patience -= 1
        if self.patience < 0:
            return None
        if not hard:
            return self._place_easy(tables, easy)
        one, tried_empty = hard[0], False
        for table in tables:
            if len(table) >= self.high or self.apart[one, table].any() or (not table and tried_empty):
                continue
            tried_empty = tried_empty or not table
            table.append(one)
            found = self._place_hard(tables, hard[1:], easy)
            if found is not None:
                return found
            table.pop()
        return None

    def _place_easy(self, tables: Tables, easy: list[int]) -> Tables | None:
        """Tables that are too small are filled first, then those with room, the smallest first, then new ones."""
        taken = [table for table in tables if table]
        lacking = sum(max(0, self.low - len(table)) for table in taken)
        room = sum(self.high - len(table) for table in taken)
        for more in range(max(0, self.most - len(taken)) + 1):
            if lacking + more * self.low <= len(easy) <= room + more * self.high:
                break
        else:
            return None
        found = [list(table) for table in tables]
        used = [table for table in found if table] + [table for table in found if not table][:more]
        for one in easy:
            min(used, key=len).append(one)
        return found

    def closest(self, anew: Tables) -> Tables:
        """The same tables in the places where the most of their people sat."""
        found: Tables = [[] for _ in range(max(len(anew), len(self.home)))]
        free, rest = set(range(len(found))), [list(table) for table in anew]
        while rest:
            table, place = max(
                ((table, place) for table in rest for place in sorted(free)),
                key=lambda pair: sum(1 for one in pair[0] if self.table_of.get(one) == pair[1]),
            )
            found[place] = table
            free.discard(place)
            rest.remove(table)
        return found

    def _enrich(self, tables: Tables, moves: int) -> Tables:
        """Better and better, while no more move."""
        value, better = self._value(tables), True
        while better:
            better = False
            for other in self._near(tables):
                if len(self.moved(other)) <= moves and (worth := self._value(other)) > value + 1e-9:
                    tables, value, better = other, worth, True
                    break
        return tables

    def _near(self, tables: Tables) -> Iterator[Tables]:
        """A loose one sits elsewhere, or changes places with another; or one who moves goes home, and another moves."""
        at = {one: place for place, table in enumerate(tables) for one in table}
        loose = self.moved(tables) + self.arrived
        for one in loose:
            for place in range(len(tables)):
                yield from self._changed(tables, {one: (at[one], place)})
            for other in at:
                if other != one:
                    yield from self._changed(tables, {one: (at[one], at[other]), other: (at[other], at[one])})
            if one in self.table_of:
                for other in at:
                    if other != one:
                        home = self.table_of[one]
                        yield from self._changed(tables, {one: (at[one], home), other: (at[other], at[one])})

    def _changed(self, tables: Tables, changes: dict[int, tuple[int, int]]) -> Iterator[Tables]:
        """The tables after the changes, if there are any and every rule holds for the tables that change."""
        if all(before == after for before, after in changes.values()):
            return
        found = list(tables)
        for one, (before, after) in changes.items():
            if before != after:
                found[before] = [other for other in found[before] if other != one]
                found[after] = [*found[after], one]
        for place in {place for change in changes.values() for place in change}:
            table = found[place]
            if table and not self.low <= len(table) <= self.high:
                return
            if self._is_split(table):
                return
        yield found

    def _value(self, tables: Tables) -> float:
        return float(sum(self.gain[np.ix_(table, table)].sum() - self.gain[table, table].sum() for table in tables)) / 2
