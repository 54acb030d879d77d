"""The programme of a round in which everyone moves: nobody twice, nobody kept apart, pauses even, worth heeded."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling.form import read_mingling, write_mingling
from events.scheduling.problem import Participant, ProblemError, Slot
from events.scheduling.solution import Solution
from events.scheduling.solve import Effort
from events.scheduling.speed import Mingling, mingle, pair_of

QUICK = Effort(seconds=0.05, reproducible=True)


def hall(
    people: int,
    slots: int,
    *,
    tables: int | None = None,
    worth: dict[tuple[str, str], int] | None = None,
    apart: frozenset[tuple[str, str]] = frozenset(),
    away: dict[int, set[int]] | None = None,
) -> Mingling:
    tables = people // 2 if tables is None else tables
    return Mingling(
        slots=tuple(Slot(f"s{n}", tables) for n in range(slots)),
        participants=tuple(
            Participant(str(n), frozenset(f"s{slot}" for slot in (away or {}).get(n, ()))) for n in range(people)
        ),
        worth=worth or {},
        apart=apart,
        tables=tuple(str(n + 1) for n in range(tables)),
    )


def meetings(solution: Solution) -> list[tuple[str, str, str]]:
    """(slot, one, other)."""
    return [(place.slot, *place.meeting.split("-")) for place in solution.placements]  # type: ignore[misc]  # two ids


def counts(solution: Solution) -> Counter[str]:
    return Counter(who for _slot, *pair in meetings(solution) for who in pair)


@st.composite
def halls(draw: st.DrawFn) -> Mingling:
    people, slots = draw(st.integers(0, 12)), draw(st.integers(1, 7))
    pair = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda two: two[0] != two[1] and max(two) < people)
    pairs = st.just(set()) if people < 2 else st.sets(pair, max_size=6)
    apart = frozenset(pair_of(str(a), str(b)) for a, b in draw(pairs))
    worth = {pair_of(str(a), str(b)): draw(st.integers(1, 12)) for a, b in draw(pairs)}
    away = draw(st.dictionaries(st.integers(0, 11), st.sets(st.integers(0, slots - 1)), max_size=4))
    return hall(people, slots, tables=draw(st.integers(0, 6)), worth=worth, apart=apart, away=away)


@given(halls())
@settings(max_examples=60, deadline=None)
def test_the_rules_hold_of_every_programme(asked: Mingling) -> None:
    solution = mingle(asked, QUICK)
    held = meetings(solution)
    assert len({pair_of(a, b) for _slot, a, b in held}) == len(held)
    assert not {pair_of(a, b) for _slot, a, b in held} & asked.apart
    busy = Counter((slot, who) for slot, *pair in held for who in pair)
    assert all(count == 1 for count in busy.values())
    away = {(slot, one.id) for one in asked.participants for slot in one.unavailable}
    assert not away & busy.keys()
    at = Counter((place.slot, place.table) for place in solution.placements)
    assert all(count == 1 for count in at.values())
    tables = {slot.id: slot.tables for slot in asked.slots}
    assert all(count <= tables[slot] for slot, count in Counter(slot for slot, *_pair in held).items())


@pytest.mark.parametrize(("people", "slots"), [(2, 1), (8, 7), (9, 8), (12, 5), (15, 6), (31, 7)])
def test_everyone_meets_in_every_slot_and_of_an_odd_number_one_pauses_in_turn(people: int, slots: int) -> None:
    found = counts(mingle(hall(people, slots), QUICK))
    assert sum(found.values()) == 2 * slots * (people // 2)
    assert max(found.values()) - min(found[str(n)] for n in range(people)) <= people % 2


@given(people=st.integers(4, 14), slots=st.integers(1, 6), tables=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_with_few_tables_nobody_pauses_twice_more_than_another(people: int, slots: int, tables: int) -> None:
    tables = min(tables, people // 2)
    if tables * slots > people * (people - 1) // 4:
        return  # everyone has soon met everyone: then there is nothing to choose
    found = counts(mingle(hall(people, slots, tables=tables), Effort(seconds=0.2, reproducible=True)))
    assert max(found.values()) - min(found[str(n)] for n in range(people)) <= 1
    assert sum(found.values()) == 2 * tables * slots


def test_who_suit_each_other_are_put_together() -> None:
    worth = {pair_of(str(n), str(n + 10)): 12 for n in range(10)}
    held = {
        pair_of(a, b)
        for _slot, a, b in meetings(mingle(hall(20, 3, worth=worth), Effort(seconds=1, reproducible=True)))
    }
    assert set(worth) <= held


def test_the_same_seed_gives_the_same_programme() -> None:
    asked = hall(9, 4, worth={("0", "3"): 5})
    assert mingle(asked, QUICK).placements == mingle(asked, QUICK).placements


def test_stopping_keeps_a_whole_programme() -> None:
    found = mingle(hall(8, 7), Effort(seconds=60), should_stop=lambda: True)
    assert len(found.placements) == 28


def test_it_is_written_and_read_as_it_was() -> None:
    asked = hall(4, 2, worth={("0", "3"): 5}, apart=frozenset({("1", "2")}), away={0: {1}})
    assert read_mingling(write_mingling(asked)) == asked


@pytest.mark.parametrize(
    ("worth", "apart"),
    [({("0", "9"): 2}, ()), ({("1", "0"): 2}, ()), ({("0", "1"): 0}, ()), ({}, (("0", "0"),)), ({}, (("0", "7"),))],
)
def test_pairs_that_make_no_sense_are_named(
    worth: dict[tuple[str, str], int], apart: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(ProblemError):
        hall(3, 1, worth=worth, apart=frozenset(apart))
