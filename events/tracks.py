"""A day's programme laid out as a table: a line for each time at which something begins, a column for each room.

Pure: plain data in, plain data out. What lasts over several lines spans them (`rows`); what is for everybody spans all
the columns, unless something else is on at the same time: then it gets a column of its own, after the rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Item:
    """Something on the programme. `track` is the number of its room, from 0; None when it has none."""

    key: int
    start: datetime
    end: datetime
    track: int | None


@dataclass(frozen=True)
class Cell:
    """A cell of the table; `key` is None where nothing is on."""

    key: int | None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Line:
    at: datetime
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`columns` is the number of rooms and of columns for what has none beside them."""

    columns: int
    lines: tuple[Line, ...]


def lay(items: Sequence[Item], tracks: int) -> Table:
    """The table of the items of one day. Each item is in it once, and each place of the table is taken once."""
    ordered = sorted(items, key=lambda item: (item.start, item.end, item.key))
    wide = {item.key for item in ordered if item.track is None and not any(_meet(item, o) for o in ordered)}
    columns: list[list[Item]] = [[] for _track in range(tracks)]
    column_of: dict[int, int] = {}
    without: list[Item] = []
    for item in ordered:
        if item.key in wide:
            continue
        if item.track is None or any(_meet(item, other) for other in columns[item.track]):
            without.append(item)
        else:
            columns[item.track].append(item)
            column_of[item.key] = item.track
    for item in without:
        free = next((n for n in range(tracks, len(columns)) if not any(_meet(item, o) for o in columns[n])), None)
        if free is None:
            free = len(columns)
            columns.append([])
        columns[free].append(item)
        column_of[item.key] = free
    return Table(len(columns), _lines(ordered, wide, column_of, max(len(columns), 1)))


def _lines(ordered: Sequence[Item], wide: set[int], column_of: dict[int, int], columns: int) -> tuple[Line, ...]:
    times = sorted({item.start for item in ordered})
    busy_until = [-1] * columns
    lines: list[Line] = []
    for number, at in enumerate(times):
        starting = {column_of[item.key]: item for item in ordered if item.start == at and item.key not in wide}
        across = next((item for item in ordered if item.start == at and item.key in wide), None)
        if across is not None:
            rows = sum(1 for time in times if at <= time < across.end)
            lines.append(Line(at, (Cell(across.key, rows, columns),)))
            busy_until = [number + rows - 1] * columns
            continue
        cells: list[Cell] = []
        for column in range(columns):
            if busy_until[column] >= number:
                continue
            item = starting.get(column)
            if item is None:
                cells.append(Cell(None))
                continue
            rows = sum(1 for time in times if at <= time < item.end)
            busy_until[column] = number + rows - 1
            cells.append(Cell(item.key, rows))
        lines.append(Line(at, tuple(cells)))
    return tuple(lines)


def _meet(one: Item, other: Item) -> bool:
    return one.key != other.key and one.start < other.end and other.start < one.end
