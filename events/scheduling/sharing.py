"""The last goal: of plans with the same meetings and as few breaks, one in which they are shared more evenly."""

from __future__ import annotations

from collections.abc import Mapping

from events.scheduling.run import Run
from events.scheduling.solution import Figures, measure
from events.scheduling.tables import give_tables
from events.scheduling.walk import Walk

STEPS_A_MEETING = 300
"""Of the walk: a small round is done in a moment, a large one when its time is up."""
EVEN = 1
"""The difference where some have one break and others none."""


def share_breaks(run: Run, slot_of: Mapping[int, int]) -> Mapping[int, int]:
    """The same meetings, no more breaks, and the difference between who has most and who has fewest no larger."""
    run.give_the_rest()
    before = _figures(run, slot_of)
    if not run.problem.goals.breaks or before.breaks_spread <= EVEN or run.is_over:
        return slot_of
    walk = Walk(run.numbered, slot_of, seed=run.effort.seed, evenly=True)
    walk.anneal(
        weight=0,
        cost=1,
        hot=2.0,
        cold=0.2,
        progress=run.clock(1.0, STEPS_A_MEETING * len(run.numbered.pairs)),
    )
    after = _figures(run, walk.best)
    is_better = after.breaks_total <= before.breaks_total and after.breaks_spread <= before.breaks_spread
    return walk.best if is_better and run.is_sound(walk.best) else slot_of


def _figures(run: Run, slot_of: Mapping[int, int]) -> Figures:
    return measure(run.problem, give_tables(run.numbered, slot_of))
