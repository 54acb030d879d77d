"""The engine that makes the schedule of a round."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling import (
    Effort,
    Fixed,
    Goals,
    Impossible,
    Meeting,
    ObstacleCode,
    Participant,
    Problem,
    ProblemError,
    Progress,
    Slot,
    Solution,
    Status,
    find_obstacles,
    solve,
)
from events.scheduling.form import read_problem, write_problem, write_solution
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.problem import Numbered
from events.scheduling.solution import breaks_of

QUICK = Effort(seconds=2, workers=1, seed=7, reproducible=True)


def fair(
    pairs: list[tuple[str, str]], *, slots: int = 3, tables: int = 2, people: str = "abcdef", **more: Any
) -> Problem:
    return Problem(
        slots=tuple(Slot(f"s{n}", tables) for n in range(slots)),
        participants=tuple(Participant(name) for name in people),
        meetings=tuple(Meeting(f"{a}{b}", (a, b)) for a, b in pairs),
        **more,
    )


def broken_rules(problem: Problem, solution: Solution) -> list[str]:
    """Every hard rule, checked in the plainest way."""
    found: list[str] = []
    order = {slot.id: n for n, slot in enumerate(problem.slots)}
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    away = {person.id: person.unavailable for person in problem.participants}
    held = {placement.meeting: placement for placement in solution.placements}
    if len(held) != len(solution.placements):
        found.append("a meeting twice")
    if sorted([*held, *solution.unscheduled]) != sorted(meetings):
        found.append("a meeting neither held nor left out")
    busy: set[tuple[str, str]] = set()
    at: set[tuple[str, str]] = set()
    for placement in solution.placements:
        meeting = meetings[placement.meeting]
        if meeting.slots is not None and placement.slot not in meeting.slots:
            found.append("a slot not allowed")
        if meeting.fixed and (
            placement.slot != meeting.fixed.slot or meeting.fixed.table not in (None, placement.table)
        ):
            found.append("a fixed meeting moved")
        if (placement.slot, placement.table) in at:
            found.append("a table twice")
        at.add((placement.slot, placement.table))
        for person in meeting.participants:
            if placement.slot in away[person]:
                found.append("someone away")
            if (person, placement.slot) in busy:
                found.append("someone in two meetings at once")
            busy.add((person, placement.slot))
    used = Counter(placement.slot for placement in solution.placements)
    found += ["too many tables" for slot in problem.slots if used[slot.id] > slot.tables]
    met = Counter(name for name, _slot in busy)
    found += ["a cap broken" for p in problem.participants if p.most is not None and met[p.id] > p.most]
    found += [f"{m.id} not held" for m in problem.meetings if m.required and m.id not in held]
    for first, then in problem.precedences:
        if first in held and then in held and order[held[first].slot] >= order[held[then].slot]:
            found.append("an order broken")
    return found


@st.composite
def fairs(draw: st.DrawFn) -> Problem:
    count = draw(st.integers(2, 7))
    people = [f"p{n}" for n in range(count)]
    slots = [f"s{n}" for n in range(draw(st.integers(1, 5)))]
    per_slot = {slot: draw(st.integers(0, 3)) for slot in slots}
    everyone = [(a, b) for i, a in enumerate(people) for b in people[i + 1 :]]
    pairs = draw(st.lists(st.sampled_from(everyone), unique=True, max_size=12))
    tables = tuple(f"t{n}" for n in range(max(per_slot.values())))
    some_slots = st.one_of(st.none(), st.frozensets(st.sampled_from(slots)))
    fixed = st.builds(Fixed, st.sampled_from(slots), st.sampled_from([None, *tables]))
    meetings = tuple(
        Meeting(
            f"m{n}",
            pair,
            weight=draw(st.integers(0, 8)),
            required=draw(st.integers(0, 9)) == 0,
            slots=draw(some_slots),
            fixed=draw(fixed) if draw(st.integers(0, 6)) == 0 else None,
        )
        for n, pair in enumerate(pairs)
    )
    ids = [meeting.id for meeting in meetings]
    orders = [(ids[0], ids[1])] if len(ids) > 1 and draw(st.booleans()) else []
    return Problem(
        slots=tuple(Slot(slot, per_slot[slot]) for slot in slots),
        participants=tuple(
            Participant(
                person,
                draw(st.frozensets(st.sampled_from(slots), max_size=2)),
                draw(st.sampled_from([None, 1, 2])),
                least=draw(st.sampled_from([0, 0, 2])),
            )
            for person in people
        ),
        meetings=meetings,
        tables=tables,
        precedences=tuple(orders),
        goals=Goals(
            breaks=draw(st.booleans()),
            max_break_difference=draw(st.sampled_from([None, None, 1])),
            first_meeting=draw(st.sampled_from([0, 5])),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(problem=fairs())
def test_every_schedule_keeps_every_rule(problem: Problem) -> None:
    try:
        solution = solve(problem, QUICK)
    except Impossible:
        assert any(m.required for m in problem.meetings) or problem.goals.max_break_difference is not None
        return
    assert broken_rules(problem, solution) == []
    spread = problem.goals.max_break_difference
    assert spread is None or solution.figures.breaks_spread <= spread
    assert solution.bound is None or solution.figures.weight_held <= solution.bound


@settings(max_examples=60, deadline=None)
@given(problem=fairs())
def test_a_quick_plan_keeps_every_rule_and_is_never_better_than_the_solver(problem: Problem) -> None:
    numbered = Numbered.of(problem)
    plan = make_plan(numbered, seed=3)
    held = {meeting: slot for meeting, slot in enumerate(plan.slot_of) if slot != EMPTY}
    busy = [(person, slot) for meeting, slot in held.items() for person in numbered.pairs[meeting]]
    assert len(set(busy)) == len(busy)
    assert all(slot in numbered.allowed[meeting] for meeting, slot in held.items())
    assert all(
        plan.count[slot] == list(held.values()).count(slot) <= numbered.capacity[slot] for slot in numbered.slots
    )
    assert all(plan.held[person] <= numbered.most[person] for person in range(len(numbered.most)))
    if any(numbered.required) or problem.goals.max_break_difference is not None or problem.goals.first_meeting:
        return
    best = solve(problem, QUICK)
    if best.status is Status.OPTIMAL:
        assert sum(numbered.weights[meeting] for meeting in held) <= best.figures.weight_held


def test_the_heavier_wishes_win_when_tables_are_few() -> None:
    problem = Problem(
        slots=(Slot("s0", 1), Slot("s1", 1)),
        participants=tuple(Participant(name) for name in "abcd"),
        meetings=(Meeting("ab", ("a", "b"), 3), Meeting("ac", ("a", "c"), 5), Meeting("bd", ("b", "d"), 4)),
    )
    solution = solve(problem, QUICK)
    assert {placement.meeting for placement in solution.placements} == {"ac", "bd"}
    assert solution.unscheduled == ("ab",)
    assert (solution.figures.weight_held, solution.bound, solution.status) == (9, 9, Status.OPTIMAL)


def test_a_pair_that_greed_leaves_out_gets_its_meeting_by_a_chain() -> None:
    # a–b takes the only slot that a–c could have had; a chain moves a–b to the other.
    problem = Problem(
        slots=(Slot("s0", 5), Slot("s1", 5)),
        participants=(Participant("a"), Participant("b"), Participant("c", frozenset({"s1"}))),
        meetings=(Meeting("ab", ("a", "b"), 9), Meeting("ac", ("a", "c"), 1)),
    )
    plan = make_plan(Numbered.of(problem))
    assert EMPTY not in plan.slot_of


def test_first_meetings_come_before_many_for_the_popular() -> None:
    # Two tables: a–b and a–c weigh more together, but then d and e meet nobody.
    pairs = [("a", "b"), ("a", "c"), ("d", "e")]
    problem = fair(pairs, slots=2, tables=1, people="abcde", goals=Goals(first_meeting=10))
    assert "de" in {placement.meeting for placement in solve(problem, QUICK).placements}


def test_one_who_is_to_have_more_gets_them_before_the_further_meetings_of_others() -> None:
    # Three times at one table: d's second meeting comes before a's heavier second one.
    pairs = (("a", "c", 9), ("a", "b", 9), ("d", "e", 2), ("d", "f", 1))
    problem = Problem(
        slots=tuple(Slot(f"s{n}", 1) for n in range(3)),
        participants=tuple(Participant(name, least=2 * (name == "d")) for name in "abcdef"),
        meetings=tuple(Meeting(a + b, (a, b), weight) for a, b, weight in pairs),
        goals=Goals(first_meeting=20),
    )
    assert {"de", "df"} <= {placement.meeting for placement in solve(problem, QUICK).placements}
    assert read_problem(json.loads(json.dumps(write_problem(problem)))) == problem
    without = replace(problem, participants=tuple(Participant(name) for name in "abcdef"), goals=Goals())
    assert "df" not in {placement.meeting for placement in solve(without, QUICK).placements}


def test_breaks_are_fewest_once_the_meetings_are_chosen() -> None:
    problem = fair([("a", "b"), ("a", "c"), ("a", "d")], slots=6, tables=1)
    assert solve(problem, QUICK).figures.breaks_total == 0
    assert breaks_of([0, 1, 4, 6]) == (2, 3)


def test_the_busier_person_keeps_the_table() -> None:
    problem = fair([("a", "b"), ("a", "c"), ("a", "d"), ("e", "f")], slots=3, tables=3)
    solution = solve(problem, QUICK)
    assert len({p.table for p in solution.placements if p.meeting.startswith("a")}) == 1


def test_the_same_seed_gives_the_same_schedule() -> None:
    pairs = [(a, b) for a in "abcdef" for b in "abcdef" if a < b]
    problem = fair(pairs, slots=4, tables=2)
    first = solve(problem, QUICK)
    assert all(solve(problem, QUICK) == first for _ in range(2))
    two = Effort(seconds=1, workers=2, seed=7, reproducible=True)
    assert solve(problem, two) == solve(problem, two)


def test_progress_tells_the_best_and_what_it_can_become() -> None:
    told: list[Progress] = []
    pairs = [(a, b) for a in "abcdef" for b in "abcdef" if a < b]
    solution = solve(fair(pairs, slots=4, tables=2), QUICK, on_progress=told.append)
    weights = [progress.best for progress in told if progress.stage == "weight"]
    assert weights[-1] == solution.figures.weight_held
    assert weights == sorted(weights)
    assert any(progress.bound is not None for progress in told)


def test_stopping_keeps_the_best_so_far() -> None:
    pairs = [(a, b) for a in "abcdefghijklmnopqrst" for b in "abcdefghijklmnopqrst" if a < b]
    problem = fair(pairs, slots=9, tables=7, people="abcdefghijklmnopqrst")
    solution = solve(problem, Effort(seconds=60, workers=1), should_stop=lambda: True)
    assert broken_rules(problem, solution) == []
    assert solution.figures.meetings_held > 40


def impossible(problem: Problem) -> Impossible:
    with pytest.raises(Impossible) as caught:
        solve(problem, QUICK)
    return caught.value


def required(*pairs: str, **more: Any) -> tuple[Meeting, ...]:
    return tuple(Meeting(pair, (pair[0], pair[1]), required=True, **more) for pair in pairs)


def test_a_required_meeting_without_a_common_slot_is_named() -> None:
    problem = Problem(
        slots=(Slot("s0", 1), Slot("s1", 1)),
        participants=(Participant("a", frozenset({"s0"})), Participant("b", frozenset({"s1"}))),
        meetings=required("ab"),
    )
    assert [(o.code, o.meetings) for o in impossible(problem).obstacles] == [(ObstacleCode.NO_COMMON_SLOT, ("ab",))]


def test_more_musts_than_slots_are_named_with_the_person() -> None:
    problem = Problem(
        slots=(Slot("s0", 4), Slot("s1", 4)),
        participants=tuple(Participant(name) for name in "abcd"),
        meetings=required("ab", "ac", "ad"),
    )
    [obstacle] = impossible(problem).obstacles
    assert obstacle.code is ObstacleCode.TOO_MANY_MUSTS
    assert (obstacle.participant, obstacle.needed, obstacle.available) == ("a", 3, 2)
    assert "participant a" in str(obstacle)


def test_fixed_meetings_that_clash_are_named() -> None:
    base: dict[str, Any] = {
        "slots": (Slot("s0", 1), Slot("s1", 2)),
        "participants": tuple(Participant(name) for name in "abcd"),
    }
    at_once = Problem(**base, meetings=required("ab", "ac", fixed=Fixed("s1")))
    assert ObstacleCode.TWO_FIXED_AT_ONCE in {o.code for o in find_obstacles(at_once)}
    full = Problem(**base, meetings=required("ab", "cd", fixed=Fixed("s0")))
    assert [o.code for o in find_obstacles(full)] == [ObstacleCode.SLOT_TOO_FULL]
    twice = Problem(**base, meetings=required("ab", "cd", fixed=Fixed("s1", "1")))
    assert [o.code for o in find_obstacles(twice)] == [ObstacleCode.TABLE_TWICE]


def test_too_few_tables_for_the_musts_is_named() -> None:
    problem = Problem(
        slots=(Slot("s0", 1),), participants=tuple(Participant(n) for n in "abcd"), meetings=required("ab", "cd")
    )
    [obstacle] = impossible(problem).obstacles
    assert (obstacle.code, obstacle.needed, obstacle.available) == (ObstacleCode.TOO_FEW_TABLES, 2, 1)


def test_musts_that_fit_alone_but_not_together_are_named() -> None:
    # A triangle of pairs needs three slots; each person alone would manage with two.
    problem = Problem(
        slots=(Slot("s0", 3), Slot("s1", 3)),
        participants=tuple(Participant(name) for name in "abc"),
        meetings=required("ab", "bc", "ac"),
    )
    [obstacle] = impossible(problem).obstacles
    assert obstacle.code is ObstacleCode.NOT_TOGETHER
    assert len(obstacle.meetings) == 1


def test_uneven_breaks_that_cannot_be_helped_are_named() -> None:
    problem = Problem(
        slots=tuple(Slot(f"s{n}", 2) for n in range(3)),
        participants=(Participant("a", frozenset({"s1"})), Participant("b"), Participant("c")),
        meetings=required("ab", "ac"),
        goals=Goals(max_break_difference=0),
    )
    assert [o.code for o in impossible(problem).obstacles] == [ObstacleCode.BREAKS_TOO_UNEVEN]


def test_nothing_asked_gives_an_empty_schedule() -> None:
    solution = solve(Problem(slots=(), participants=(), meetings=()), QUICK)
    assert (solution.placements, solution.status) == ((), Status.OPTIMAL)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots": [{"id": "s0"}, {"id": "s0"}]}, "slot s0 is given twice"),
        ({"participants": [{"id": "a"}, {"id": "b", "unavailable": ["s9"]}]}, "unknown slot s9"),
        ({"meetings": [{"id": "m", "participants": ["a", "x"]}]}, "unknown participant x"),
        ({"meetings": [{"id": "m", "participants": ["a", "a"]}]}, "cannot meet themself"),
        ({"meetings": [{"id": "m", "participants": ["a"]}]}, "a pair has two"),
        ({"meetings": [{"id": "m", "participants": ["a", "b"], "weight": -1}]}, "not a whole number"),
        ({"meetings": {}}, "meetings is not a list"),
        ({"tables_per_slot": "many"}, "tables_per_slot"),
        ({"precedences": [["m", "z"]]}, "unknown meeting z"),
    ],
)
def test_a_form_that_contradicts_itself_says_where(change: dict[str, Any], words: str) -> None:
    form = {
        "slots": [{"id": "s0"}],
        "tables_per_slot": 2,
        "participants": [{"id": "a"}, {"id": "b"}],
        "meetings": [{"id": "m", "participants": ["a", "b"]}],
    }
    with pytest.raises(ProblemError, match=words):
        read_problem({**form, **change})


@settings(max_examples=40, deadline=None)
@given(problem=fairs())
def test_what_is_written_in_the_form_is_read_the_same(problem: Problem) -> None:
    assert read_problem(json.loads(json.dumps(write_problem(problem)))) == problem


def run_process(asked: str) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [sys.executable, "-m", "events.scheduling"],
        input=asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_process_of_its_own_gives_the_same_answer() -> None:
    problem = fair([("a", "b"), ("a", "c"), ("b", "c"), ("d", "e")])
    effort = {"seconds": 2, "workers": 1, "seed": 7, "reproducible": True}
    code, lines = run_process(json.dumps({"effort": effort, "problem": write_problem(problem)}) + "\n")
    assert code == 0
    assert "progress" in lines[0]
    # The input's end is a wish to stop, so the answer may be less polished than the one proven here; it is whole.
    assert lines[-1]["solution"]["objective"]["weight_held"] == solve(problem, QUICK).figures.weight_held


def test_a_process_names_what_is_impossible_and_what_is_unreadable() -> None:
    problem = Problem(slots=(), participants=(Participant("a"), Participant("b")), meetings=required("ab"))
    code, lines = run_process(json.dumps({"problem": write_problem(problem)}) + "\n")
    assert (code, lines[-1]["impossible"][0]["code"]) == (1, "no-common-slot")
    code, lines = run_process("nonsense\n")
    assert code == 2
    assert lines[-1]["failed"].startswith("unreadable")


def test_a_written_solution_claims_its_own_figures() -> None:
    solution = solve(fair([("a", "b"), ("c", "d")]), QUICK)
    form = write_solution(solution)
    assert form["status"] == "optimal"
    assert form["objective"]["meetings_held"] == len(form["meetings"]) == 2
