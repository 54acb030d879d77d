"""Why a pair did not meet, and what more room would give."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from events.scheduling import Impossible, Meeting, Participant, Placement, Problem, Slot, solve
from events.scheduling.reasons import More, Reason, Why, one_more_slot, one_more_table, why_not

from .test_scheduling import QUICK, fairs


def problem(*pairs: str, slots: int = 2, tables: int = 2) -> Problem:
    return Problem(
        slots=tuple(Slot(f"s{n}", tables) for n in range(slots)),
        participants=tuple(Participant(name) for name in "abcd"),
        meetings=tuple(Meeting(pair, (pair[0], pair[1])) for pair in pairs),
    )


def test_each_reason_is_told_apart() -> None:
    base = problem("ab", "ac", "cd", slots=1, tables=1)
    held = [Placement("ab", "s0", "1")]
    assert why_not(base, held) == {"ac": Reason(Why.BUSY), "cd": Reason(Why.NO_TABLE, slot="s0")}
    away = replace(
        base, participants=(Participant("a"), Participant("b"), Participant("c", frozenset({"s0"})), Participant("d"))
    )
    assert why_not(away, held)["ac"] == Reason(Why.NO_COMMON_TIME)
    full = replace(
        problem("ab", "ac", slots=2, tables=1), participants=(Participant("a", most=1), *base.participants[1:])
    )
    assert why_not(full, held) == {"ac": Reason(Why.CAP, participant="a")}


def test_what_one_more_table_or_slot_would_give() -> None:
    tables = problem("ab", "cd", slots=1, tables=1)
    assert one_more_table(tables, [Placement("ab", "s0", "1")]) == More(1, 1)
    assert one_more_slot(tables, [Placement("ab", "s0", "1")]) == More(1, 1)
    triangle = problem("ab", "bc", "ac", slots=2, tables=2)
    held = [Placement("ab", "s0", "1"), Placement("bc", "s1", "1")]
    assert one_more_table(triangle, held) == More(0, 0)
    assert one_more_slot(triangle, held) == More(1, 1)


@settings(max_examples=60, deadline=None)
@given(problem=fairs())
def test_every_meeting_that_is_not_held_has_one_true_reason(problem: Problem) -> None:
    try:
        solution = solve(problem, QUICK)
    except Impossible:
        return
    reasons = why_not(problem, solution.placements)
    assert set(reasons) == set(solution.unscheduled)
    used = [placement.slot for placement in solution.placements]
    # One that weighs nothing may be left out where there is room: a round of the product has none such.
    heavy = {meeting.id for meeting in problem.meetings if meeting.weight}
    for key, reason in reasons.items():
        if key not in heavy or any(m.fixed for m in problem.meetings) or problem.precedences:
            continue
        if reason.code is Why.NO_TABLE:
            assert used.count(reason.slot) == next(s.tables for s in problem.slots if s.id == reason.slot)
