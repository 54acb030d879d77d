"""Rotation: who sits with whom at small tables, and how a seating is mended on the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from networks.rotation import PairUnclear, Seating, SeatsUnclear, plan, repair, seat, table_sizes
from networks.rotation.fields import is_field, straight_seatings
from networks.rotation.sizes import most_pairs, sizes_allowed

QUICK = 4_000


def pairs_of(tables: Sequence[Sequence[Any]]) -> Counter[tuple[Any, Any]]:
    return Counter(pair for table in tables for pair in combinations(sorted(table), 2))


def times_met(meetings: Sequence[Seating]) -> Counter[tuple[Any, Any]]:
    met: Counter[tuple[Any, Any]] = Counter()
    for meeting in meetings:
        met.update(pairs_of(meeting.tables))
    return met


@pytest.mark.parametrize(
    ("people", "size", "sizes"),
    [
        (0, 4, ()),
        (1, 4, (1,)),
        (3, 4, (3,)),
        (4, 4, (4,)),
        (5, 4, (3, 2)),
        (9, 4, (3, 3, 3)),
        (30, 4, (4, 4, 4, 4, 4, 4, 3, 3)),
        (2, 2, (2,)),
        (3, 2, (3,)),
        (7, 2, (3, 2, 2)),
    ],
)
def test_tables_are_even_and_nobody_sits_alone_who_need_not(people: int, size: int, sizes: tuple[int, ...]) -> None:
    assert table_sizes(people, size) == sizes


def test_nobody_comes_is_an_empty_answer() -> None:
    assert seat([], 4) == Seating((), 0, ())
    assert plan([], 4) == []
    assert [meeting.tables for meeting in plan([["a", "b"], []], 4, steps=QUICK)] == [(("a", "b"),), ()]
    assert repair([["a", "b"]], 4, missing=["a", "b"]).tables == ((),)


def test_three_people_share_a_table_of_four() -> None:
    found = seat(["a", "b", "c"], 4)
    assert ([sorted(table) for table in found.tables], found.new) == ([["a", "b", "c"]], 3)


@settings(max_examples=40)
@given(data=st.data())
def test_everybody_who_comes_sits_once_at_a_table_of_the_right_size(data: st.DataObject) -> None:
    people = range(data.draw(st.integers(0, 14)))
    coming = data.draw(st.lists(st.lists(st.sampled_from(people or [0]), unique=True), min_size=1, max_size=4))
    size = data.draw(st.integers(2, 6))
    seed = data.draw(st.integers(0, 9))
    found = plan(coming, size, seed=seed, steps=QUICK)
    for who, meeting in zip(coming, found, strict=True):
        assert sorted(one for table in meeting.tables for one in table) == sorted(who)
        assert tuple(sorted(map(len, meeting.tables), reverse=True)) == table_sizes(len(who), size)
    assert sum(meeting.new for meeting in found) == len(times_met(found))
    assert plan(coming, size, seed=seed, steps=QUICK) == found


def ways(people: int, tables: int) -> Any:
    return product(range(tables), repeat=people)


@settings(max_examples=60)
@given(
    count=st.integers(2, 7),
    size=st.integers(2, 4),
    apart=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=8),
    seed=st.integers(0, 3),
)
def test_those_to_be_kept_apart_share_a_table_only_where_it_cannot_be_helped(
    count: int, size: int, apart: set[tuple[int, int]], seed: int
) -> None:
    found = seat(range(count), size, apart=apart, seed=seed, steps=QUICK)
    assert set(found.together) == {
        pair for table in found.tables for pair in combinations(table, 2) if pair in apart or pair[::-1] in apart
    }
    if found.together:
        sizes = table_sizes(count, size)
        for way in ways(count, len(sizes)):
            if tuple(sorted(Counter(way).values(), reverse=True)) == sizes:
                assert any(one < count and other < count and way[one] == way[other] for one, other in apart)


def test_those_who_match_meet_before_others_and_those_who_have_met_do_not() -> None:
    worth = {(0, 5): 0.9, (4, 1): 0.8, (2, 3): 0.7}
    assert set(pairs_of(seat(range(6), 2, worth=worth).tables)) == {(0, 5), (1, 4), (2, 3)}
    met = {(5, 0): 1, (1, 4): 1}
    again = seat(range(6), 2, worth=worth, met=met)
    assert again.new == 3
    assert (2, 3) in pairs_of(again.tables)


def test_who_must_meet_again_are_those_who_have_met_least() -> None:
    met = dict.fromkeys(combinations(range(4), 2), 3) | {(0, 3): 1, (1, 2): 1}
    assert set(pairs_of(seat(range(4), 2, met=met).tables)) == {(0, 3), (1, 2)}


@pytest.mark.parametrize("order", [3, 4, 5, 7, 8, 9, 11, 16])
def test_straight_seatings_repeat_nobody_and_are_even(order: int) -> None:
    assert is_field(2)
    assert is_field(order)
    people = order * order - order // 2
    met: Counter[tuple[int, int]] = Counter()
    for tables in straight_seatings(people, order, order):
        assert tuple(sorted(map(len, tables), reverse=True)) == table_sizes(people, order)
        met.update(pairs_of(tables))
    assert set(met.values()) == {1}
    assert not any(is_field(other) for other in (0, 1, 6, 10, 12, 14, 15))


@pytest.mark.parametrize(
    ("people", "size", "meetings", "pairs"),
    [(12, 4, 3, 48), (20, 4, 5, 150), (20, 5, 5, 175), (30, 5, 5, 298), (30, 6, 5, 355), (48, 6, 8, 960)],
)
def test_many_pairs_meet(people: int, size: int, meetings: int, pairs: int) -> None:
    """The bars of `benchmarks/rotation.py`, or above them, with the steps that a plan takes when nothing is said: about
    a second of one core for the hardest."""
    met = times_met(plan([range(people)] * meetings, size))
    assert pairs <= len(met) <= most_pairs(people, size, meetings)


def test_a_time_limit_ends_the_search_with_the_best_so_far() -> None:
    found = plan([range(30)] * 5, 5, seconds=0)
    assert [sorted(one for table in meeting.tables for one in table) for meeting in found] == [list(range(30))] * 5


@pytest.mark.parametrize(
    "ask",
    [
        lambda: seat(["a", "b"], 1),
        lambda: seat(["a", "a"], 2),
        lambda: plan([["a", "b"], ["b", "b"]], 2),
        lambda: repair([["a", "b"], ["b", "c"]], 2),
        lambda: repair([["a", "b"]], 3, arrived=["a"]),
    ],
)
def test_seats_that_cannot_be_read_are_an_error(ask: Any) -> None:
    with pytest.raises(SeatsUnclear):
        ask()


@pytest.mark.parametrize(
    "pairs",
    [{"apart": [("a", "a")]}, {"met": {("a", "a"): 1}}, {"worth": {("a", "b"): 1.5}}, {"worth": {("a", "b"): -0.1}}],
)
def test_pairs_that_cannot_be_read_are_an_error(pairs: dict[str, Any]) -> None:
    with pytest.raises(PairUnclear):
        seat(["a", "b"], 2, **pairs)


def test_pairs_with_somebody_who_is_elsewhere_say_nothing() -> None:
    away = {("a", "z"): 1}
    assert seat(["a", "b"], 2, met=away, worth=away, apart=list(away)).tables == seat(["a", "b"], 2).tables


def fewest_moves(
    tables: list[list[int]], size: int, missing: set[int], arrived: list[int], apart: set[tuple[int, int]]
) -> int | None:
    """By trying everything. None: those to be kept apart cannot be."""
    home = {one: number for number, table in enumerate(tables) for one in table if one not in missing}
    people = [*home, *arrived]
    low, high = sizes_allowed(len(people), size)
    most = max(len(table_sizes(len(people), size)), len(set(home.values())))
    best = None
    for way in ways(len(people), max(most, len(tables))):
        sizes = Counter(way)
        at = dict(zip(people, way, strict=True))
        if len(sizes) > most or any(not low <= many <= high for many in sizes.values()):
            continue
        if any(one in at and other in at and at[one] == at[other] for one, other in apart):
            continue
        moves = sum(1 for one, number in home.items() if at[one] != number)
        best = moves if best is None else min(best, moves)
    return best


@settings(max_examples=80)
@given(
    count=st.integers(2, 8),
    size=st.integers(2, 4),
    missing=st.sets(st.integers(0, 7), min_size=1, max_size=4),
    arrived=st.lists(st.sampled_from([8, 9]), unique=True),
    apart=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=4),
)
@example(count=8, size=4, missing={0, 1, 2}, arrived=[8], apart={(3, 8)})
@example(count=8, size=2, missing={0, 2, 4, 6}, arrived=[], apart={(1, 3), (5, 7), (1, 5)})
def test_a_repair_moves_no_more_than_the_fewest_by_trying_everything(
    count: int, size: int, missing: set[int], arrived: list[int], apart: set[tuple[int, int]]
) -> None:
    before = [sorted(table) for table in seat(range(count), size, steps=QUICK).tables]
    found = repair(before, size, missing=missing, arrived=arrived, apart=apart)
    people = [one for one in range(count) if one not in missing] + arrived
    assert sorted(one for table in found.tables for one in table) == sorted(people)
    low, high = sizes_allowed(len(people), size)
    assert all(low <= len(table) <= high for table in found.tables if table)
    assert set(found.moved) == {
        one for number, table in enumerate(before) for one in set(table) - missing - set(found.tables[number])
    }
    fewest = fewest_moves(before, size, missing, arrived, apart)
    if fewest is None:
        assert found.together
        fewest = fewest_moves(before, size, missing, arrived, set())
    else:
        assert not found.together
    assert len(found.moved) == fewest


def test_three_of_thirty_are_missing_and_two_come_unannounced() -> None:
    planned = plan([range(30)] * 4, 5, steps=QUICK)
    met = times_met(planned[:3])
    gone = [planned[3].tables[0][0], planned[3].tables[2][1], planned[3].tables[4][2]]
    found = repair(planned[3].tables, 5, missing=gone, arrived=["x", "y"], met=met)
    assert found.moved == ()
    assert sum(map(len, found.tables)) == 29


def test_who_moves_and_where_to_is_chosen_by_whom_they_have_not_met() -> None:
    tables = [[1, 2, 3], [4, 5, 6], [7, 8]]
    met = {(8, one): 1 for one in (1, 2, 3)} | {(one, other): 1 for one in (9,) for other in (4, 5, 6)}
    found = repair(tables, 4, missing=[7], arrived=[9], met=met)
    assert found.moved == ()
    assert 9 in found.tables[2]
    found = repair(tables, 4, missing=[7], met=met)
    assert (found.moved, sorted(found.tables[1])) == ((8,), [4, 5, 6, 8])


def test_so_many_changes_that_the_tables_are_made_anew_still_seat_everybody() -> None:
    tables = [list(range(at, at + 6)) for at in range(0, 96, 6)]
    gone = [one for table in tables for one in table[:5]]
    apart = [(one, one + 6) for one in range(5, 80, 6)]
    found = repair(tables, 6, missing=gone, apart=apart)
    assert sorted(one for table in found.tables for one in table) == [table[5] for table in tables]
    assert not found.together
    assert all(len(table) != 1 for table in found.tables)
