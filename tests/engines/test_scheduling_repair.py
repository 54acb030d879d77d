"""Repairing an agreed plan: what can stay stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling import Effort, Fixed, Goals, Impossible, Meeting, Participant, Problem, Slot, solve
from events.scheduling.found import Found
from events.scheduling.linear import MostWeight

from .test_scheduling import QUICK, broken_rules, fairs

QUICK_REPAIR = Effort(seconds=2, workers=1, seed=5, reproducible=True)
RICH_REPAIR = replace(QUICK_REPAIR, seconds=5)


def agreed(problem: Problem, effort: Effort = QUICK) -> dict[str, Fixed]:
    return {p.meeting: Fixed(p.slot, p.table) for p in solve(problem, effort).placements}


@st.composite
def broken_days(draw: st.DrawFn) -> Problem:
    """A fair with its agreed plan, in which someone falls ill, a slot or tables are lost, and new wishes come."""
    fair = draw(fairs())
    plain = replace(
        fair,
        meetings=tuple(replace(meeting, required=False, fixed=None) for meeting in fair.meetings),
        precedences=(),
        goals=Goals(breaks=False),
    )
    late = draw(st.integers(0, len(plain.meetings)))
    early = replace(plain, meetings=plain.meetings[late:])
    previous = agreed(early)
    ill = draw(st.sampled_from([None, *[person.id for person in plain.participants]]))
    everything = frozenset(slot.id for slot in plain.slots)
    away = draw(st.one_of(st.just(everything), st.frozensets(st.sampled_from(sorted(everything)))))
    lost = draw(st.sampled_from([None, *[slot.id for slot in plain.slots]]))
    left = draw(st.integers(0, 1))
    return replace(
        plain,
        previous=previous,
        participants=tuple(
            replace(person, unavailable=person.unavailable | away) if person.id == ill else person
            for person in plain.participants
        ),
        slots=tuple(replace(slot, tables=min(left, slot.tables)) if slot.id == lost else slot for slot in plain.slots),
    )


def is_still_possible(problem: Problem, id_: str) -> bool:
    """Whether the meeting's people are there in its old slot, and the slot has a table."""
    meeting = next(m for m in problem.meetings if m.id == id_)
    before = problem.previous[id_]
    people = [p for p in problem.participants if p.id in meeting.participants]
    tables = next(slot.tables for slot in problem.slots if slot.id == before.slot)
    return tables > 0 and all(before.slot not in person.unavailable for person in people)


@settings(max_examples=60, deadline=None)
@given(problem=broken_days())
def test_a_quick_repair_moves_nobody_who_can_stay(problem: Problem) -> None:
    solution = solve(problem, QUICK_REPAIR)
    assert broken_rules(problem, solution) == []
    held = {placement.meeting: placement for placement in solution.placements}
    crowded = {
        slot.id
        for slot in problem.slots
        if sum(1 for id_, at in problem.previous.items() if at.slot == slot.id and is_still_possible(problem, id_))
        > slot.tables
    }
    for id_, before in problem.previous.items():
        if before.slot not in crowded and is_still_possible(problem, id_):
            assert held[id_].slot == before.slot
    changes = solution.changes
    if not problem.previous:
        assert changes is None
        return
    assert changes is not None
    assert changes.kept + changes.moved + changes.cancelled + changes.impossible == len(problem.previous)


@settings(max_examples=30, deadline=None)
@given(problem=broken_days())
def test_a_richer_repair_holds_no_less_and_drops_no_agreed_meeting_that_the_quick_one_held(problem: Problem) -> None:
    if not problem.previous:
        return
    quick, rich = solve(problem, QUICK_REPAIR), solve(problem, RICH_REPAIR)
    assert broken_rules(problem, rich) == []
    agreed_held = {p.meeting for p in quick.placements if p.meeting in problem.previous}
    assert agreed_held <= {p.meeting for p in rich.placements}
    assert quick.changes is not None
    assert rich.changes is not None
    assert rich.changes.cancelled <= quick.changes.cancelled
    if rich.changes.cancelled == quick.changes.cancelled:
        assert rich.figures.weight_held >= quick.figures.weight_held


@settings(max_examples=30, deadline=None)
@given(problem=fairs())
def test_a_plan_in_which_nothing_changed_is_kept_to_the_table(problem: Problem) -> None:
    # A meeting that is worth nothing is held by a repair, not by a first plan, and may come with a table of its own.
    wished = tuple(replace(meeting, weight=max(1, meeting.weight)) for meeting in problem.meetings)
    problem = replace(problem, meetings=wished, goals=Goals(breaks=False))
    try:
        previous = agreed(problem)
    except Impossible:
        return
    again = solve(replace(problem, previous=previous), QUICK_REPAIR)
    at = {p.meeting: (p.slot, p.table) for p in again.placements}
    assert all(at[id_] == (before.slot, before.table) for id_, before in previous.items())


def small(tables: int = 2, slots: int = 3) -> Problem:
    return Problem(
        slots=tuple(Slot(f"s{n}", tables) for n in range(slots)),
        participants=tuple(Participant(name) for name in "abcd"),
        meetings=(Meeting("ab", ("a", "b"), 3), Meeting("cd", ("c", "d"), 3), Meeting("ac", ("a", "c"), 1)),
    )


def test_a_meeting_whose_slot_is_lost_moves_and_the_others_stay() -> None:
    problem = small()
    problem = replace(
        problem,
        slots=problem.slots[1:],
        previous={"ab": Fixed("s0", "1"), "cd": Fixed("s1", "1"), "ac": Fixed("s2", "2")},
    )
    solution = solve(problem, QUICK_REPAIR)
    at = {p.meeting: (p.slot, p.table) for p in solution.placements}
    assert at["cd"] == ("s1", "1")
    assert at["ac"] == ("s2", "2")
    assert at["ab"][0] == "s1"
    assert solution.changes is not None
    assert (solution.changes.kept, solution.changes.moved, solution.changes.cancelled) == (2, 1, 0)


def test_only_a_richer_repair_moves_someone_to_make_room() -> None:
    # a–b stands in the only slot that a–c could have; it can move to the other.
    problem = Problem(
        slots=(Slot("s0", 2), Slot("s1", 2)),
        participants=(Participant("a"), Participant("b"), Participant("c", frozenset({"s1"}))),
        meetings=(Meeting("ab", ("a", "b"), 2), Meeting("ac", ("a", "c"), 2)),
        previous={"ab": Fixed("s0", "1")},
    )
    quick, rich = solve(problem, QUICK_REPAIR), solve(problem, RICH_REPAIR)
    assert (quick.figures.meetings_held, rich.figures.meetings_held) == (1, 2)
    assert quick.changes is not None
    assert rich.changes is not None
    assert (quick.changes.moved, rich.changes.moved) == (0, 1)


def test_when_tables_are_lost_the_heavier_meetings_keep_theirs() -> None:
    problem = replace(small(tables=1, slots=1), previous={"ab": Fixed("s0", "1"), "cd": Fixed("s0", "2")})
    problem = replace(problem, meetings=(replace(problem.meetings[0], weight=1), *problem.meetings[1:]))
    solution = solve(problem, QUICK_REPAIR)
    assert [p.meeting for p in solution.placements] == ["cd"]
    assert solution.changes is not None
    assert (solution.changes.kept, solution.changes.cancelled, solution.changes.table_changed_only) == (1, 1, 1)


@pytest.mark.parametrize("slot_of", [None, {}])
def test_on_a_machine_without_time_the_lost_and_the_new_get_what_is_free(
    monkeypatch: pytest.MonkeyPatch, slot_of: dict[int, int] | None
) -> None:
    """The search ends with nothing, or with less than there was: nobody moves, and nobody is left out who has room."""

    slots = tuple(Slot(f"t{n}", 2) for n in range(3))
    people = (Participant("a", frozenset({"t0"})), *(Participant(name) for name in "bcd"))
    meetings = tuple(Meeting(f"{x}{y}", (x, y)) for x, y in ("ab", "cd", "ac", "bd"))
    previous = {"ab": Fixed("t0", "1"), "cd": Fixed("t0", "2")}
    problem = Problem(slots, people, meetings, tables=("1", "2"), previous=previous)
    found = Found(slot_of, 0, 0, is_optimal=False, is_impossible=False)
    monkeypatch.setattr(MostWeight, "_found", lambda *_told: found)
    solution = solve(problem, QUICK_REPAIR)
    held = {placement.meeting: placement.slot for placement in solution.placements}
    assert held["cd"] == "t0"
    assert set(held) == {"ab", "cd", "ac", "bd"}
    assert broken_rules(problem, solution) == []
