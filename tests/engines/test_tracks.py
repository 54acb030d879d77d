"""The table of a day's programme: each session once, each place of it taken once, whatever the times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.tracks import Cell, Item, Table, lay

DAY = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def item(key: int, start: int, length: int, track: int | None) -> Item:
    return Item(key, DAY + start * QUARTER, DAY + (start + length) * QUARTER, track)


@st.composite
def programmes(draw: st.DrawFn) -> tuple[list[Item], int]:
    tracks = draw(st.integers(0, 4))
    where = st.one_of(st.none(), st.integers(0, tracks - 1)) if tracks else st.none()
    parts = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), where), max_size=14))
    return [item(key, start, length, track) for key, (start, length, track) in enumerate(parts, 1)], tracks


def taken(table: Table) -> dict[tuple[int, int], int | None]:
    """Which item is where, laid out as a browser does with row and column spans; two in one place fail."""
    found: dict[tuple[int, int], int | None] = {}
    for row, line in enumerate(table.lines):
        column = 0
        for cell in line.cells:
            while (row, column) in found:
                column += 1
            for down in range(cell.rows):
                for across in range(cell.columns):
                    assert (row + down, column + across) not in found
                    found[row + down, column + across] = cell.key
    return found


@given(programmes())
def test_each_item_is_once_and_the_table_is_whole(made: tuple[list[Item], int]) -> None:
    items, tracks = made
    table = lay(items, tracks)
    keys = [cell.key for line in table.lines for cell in line.cells if cell.key is not None]
    assert sorted(keys) == sorted(one.key for one in items)
    places = taken(table)
    width = max(table.columns, 1) if items else 0
    assert set(places) == {(row, column) for row in range(len(table.lines)) for column in range(width)}


@given(programmes())
def test_an_item_stands_on_the_lines_of_its_time_and_in_its_room_if_it_is_free(made: tuple[list[Item], int]) -> None:
    items, tracks = made
    table = lay(items, tracks)
    places = taken(table)
    for one in items:
        rows = {row for (row, _column), key in places.items() if key == one.key}
        assert rows == {row for row, line in enumerate(table.lines) if one.start <= line.at < one.end}
        alone = not any(o.key != one.key and o.start < one.end and one.start < o.end for o in items)
        columns = {column for (_row, column), key in places.items() if key == one.key}
        if alone and one.track is not None:
            assert columns == {one.track}
        if alone and one.track is None:
            assert columns == set(range(max(table.columns, 1)))


def test_a_long_session_stands_beside_two_short_ones() -> None:
    table = lay([item(1, 0, 4, 0), item(2, 0, 2, 1), item(3, 2, 2, 1), item(4, 4, 1, None)], 2)
    assert [line.cells for line in table.lines] == [
        (Cell(1, rows=2), Cell(2)),
        (Cell(3),),
        (Cell(4, columns=2),),
    ]


def test_what_has_no_room_while_others_are_on_gets_a_column_of_its_own() -> None:
    assert lay([item(1, 0, 2, 0), item(2, 1, 2, None)], 1).columns == 2
