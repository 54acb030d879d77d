"""Seatings in which those who are to be kept apart are, before anything else is asked of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PATIENCE = 20_000
"""Places that are tried before it is believed that there is no such seating; in a small meeting, all there are."""


def spread(
    people: Sequence[int], sizes: Sequence[int], apart: NDArray[np.bool_], random: np.random.Generator
) -> list[list[int]]:
    """Any seating, by chance. Where some are to be kept apart, one that does is looked for; if none is found, somebody
    sits with whom they should not."""
    shuffled = [people[at] for at in random.permutation(len(people))]
    wanted = {one: {other for other in people if apart[one, other]} for one in people}
    shuffled.sort(key=lambda one: -len(wanted[one]))
    tables: list[list[int]] = [[] for _ in sizes]
    if not any(wanted.values()) or not _place(shuffled, 0, tables, sizes, wanted, [PATIENCE]):
        tables = _as_it_comes(shuffled, sizes, wanted)
    return tables


def _place(
    people: list[int],
    at: int,
    tables: list[list[int]],
    sizes: Sequence[int],
    wanted: dict[int, set[int]],
    patience: list[int],
) -> bool:
    """Those with the most whom they must not meet first; of tables that are equally empty and large, one is tried."""
    if at == len(people):
        return True
    one, tried = people[at], set()
    for number in sorted(range(len(tables)), key=lambda number: len(tables[number]) - sizes[number]):
        patience[0] -= 1
        if patience[0] < 0:
            return False
        table = tables[number]
        if len(table) == sizes[number] or not wanted[one].isdisjoint(table):
            continue
        if not table:
            if sizes[number] in tried:
                continue
            tried.add(sizes[number])
        table.append(one)
        if _place(people, at + 1, tables, sizes, wanted, patience):
            return True
        table.pop()
    return False


def _as_it_comes(people: list[int], sizes: Sequence[int], wanted: dict[int, set[int]]) -> list[list[int]]:
    tables: list[list[int]] = [[] for _ in sizes]
    for one in people:
        free = [number for number, size in enumerate(sizes) if len(tables[number]) < size]
        number = min(free, key=lambda number: (len(wanted[one].intersection(tables[number])), len(tables[number])))
        tables[number].append(one)
    return tables
