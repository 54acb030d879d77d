"""The linear programme and the model by clauses say the same of the same rules."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling import Problem
from events.scheduling.found import Limits
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.linear import MostWeight
from events.scheduling.model import RoundModel
from events.scheduling.problem import Numbered

from .test_scheduling import fairs

LIMITS = Limits(seconds=5, workers=1, seed=3, reproducible=True)


@settings(max_examples=100, deadline=None)
@given(problem=fairs(), seed=st.integers(0, 99), goes_home=st.booleans())
def test_no_plan_is_better_than_what_is_proven(problem: Problem, seed: int, goes_home: bool) -> None:
    loose = replace(
        problem,
        meetings=tuple(replace(meeting, required=False) for meeting in problem.meetings),
        goals=replace(problem.goals, max_break_difference=None),
    )
    numbered = Numbered.of(loose)
    start = {m: slot for m, slot in enumerate(make_plan(numbered, seed=seed).slot_of) if slot != EMPTY}
    held = replace(numbered, required=tuple(goes_home and m in start for m in range(len(numbered.pairs))))
    found = MostWeight(held, home=start if goes_home else None).search(LIMITS, start=start)
    model = RoundModel(held)
    if goes_home:
        model.fewest_moves(start)
    else:
        model.maximise_weight()
    known = model.search(LIMITS)
    assert known.is_optimal
    assert found.is_optimal
    assert found.value == known.value
    assert found.slot_of is not None
    keeps = RoundModel(
        replace(
            held, allowed=tuple((s,) if (s := found.slot_of.get(m)) is not None else () for m in range(len(held.pairs)))
        ),
        hold=found.slot_of,
    )
    keeps.maximise_weight()
    assert keeps.search(LIMITS).slot_of == found.slot_of
