"""Every meeting is required: nothing to choose but the slots, and what is sought is the plan with the fewest breaks.

Two ends come towards each other, side by side. From above, a walk in machine code finds plans with fewer and fewer
breaks (`loops`). From below, the solver begins with the bound that the people's own days give (`days`), and raises it.
Where they meet, the plan is proven. Where they have not met in half of the time, the solver asks whether any plan
reaches the bound at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from threading import Event

from events.scheduling.found import Found
from events.scheduling.loops import FastWalk
from events.scheduling.model import RoundModel
from events.scheduling.problem import Numbered
from events.scheduling.run import Run, Stage
from events.scheduling.walk import costs_of_days

HOT, COLD = 0.25, 0.15
"""The heat of the walk, in breaks. It cools from one to the other again and again, at first in few steps."""
FIRST_STEPS, DOUBLED = 1_000_000, 4
AT_ONCE = 50_000
"""Steps between looks at the clock: about ten milliseconds."""
STEPS_A_SECOND = 3_000_000
"""Where the clock must not be asked."""
ALONE = 0.4
"""The part of the time that the walk has when the solver must wait for it."""
MEETING = 0.5
"""The part of the time in which walk and solver come towards each other; then the solver alone, with all workers, asks
whether any plan reaches the bound."""


@dataclass
class _Ends:
    """The best plan and what is known from below."""

    slot_of: dict[int, int] | None
    breaks: int
    bound: int
    is_impossible: bool = False

    @property
    def is_closed(self) -> bool:
        return self.is_impossible or (self.slot_of is not None and self.breaks <= self.bound)

    def rise(self, bound: int) -> None:
        self.bound = max(self.bound, bound)


def fewest_breaks(run: Run, start: Mapping[int, int]) -> Found:
    """The fewest breaks of all plans that hold every required meeting of `run`; `start` may lack some."""
    model = RoundModel(run.numbered)
    model.minimise_breaks()
    ends = _Ends(None, len(run.numbered.pairs) * 2, model.fewest_breaks)
    if run.is_sound(start):
        _improve(run, ends, start)
    if not _can_walk(run.numbered):
        _take(run, ends, _prove(run, ends, model))
    elif run.effort.reproducible or run.effort.workers == 1:
        _walk(run, ends, start, _first_part(run))
        if not ends.is_closed and not run.is_over:
            _take(run, ends, _prove(run, ends, model))
    elif not ends.is_closed:
        _meet(run, ends, start, model)
    return Found(
        ends.slot_of,
        ends.breaks,
        ends.bound,
        is_optimal=ends.is_closed and not ends.is_impossible,
        is_impossible=ends.is_impossible,
    )


def _meet(run: Run, ends: _Ends, start: Mapping[int, int], model: RoundModel) -> None:
    """The solver in a thread beside the walk, which tells what it finds from here. Neither holds Python's lock."""
    have_met = Event()
    workers = max(1, run.effort.workers - 1)
    with ThreadPoolExecutor(1) as beside:
        proof = beside.submit(_prove, run, ends, model, workers=workers, have_met=have_met.is_set, share=MEETING)
        try:
            _walk(run, ends, start, lambda: float(proof.done() or run.is_over))
        finally:
            have_met.set()
        _take(run, ends, proof.result())
    _ask(run, ends)


def _ask(run: Run, ends: _Ends) -> None:
    """Look for any plan that reaches the bound, and raise the bound where there is none."""
    while not ends.is_closed and not run.is_over:
        model = RoundModel(run.numbered)
        model.bound_breaks(ends.bound)
        found = _prove(run, ends, model, tells=False)
        if found.slot_of is not None:
            _improve(run, ends, found.slot_of)
        elif not found.is_impossible:
            return
        elif ends.bound > len(run.numbered.pairs) * 2:
            ends.is_impossible = True
        else:
            ends.rise(ends.bound + 1)


def _take(run: Run, ends: _Ends, found: Found) -> None:
    if found.is_impossible:
        ends.is_impossible = True
    elif found.slot_of is not None:
        ends.rise(found.bound)
        _improve(run, ends, found.slot_of)


def _improve(run: Run, ends: _Ends, slot_of: Mapping[int, int]) -> None:
    breaks = run.breaks(slot_of)
    if ends.slot_of is None or breaks < ends.breaks:
        ends.slot_of, ends.breaks = dict(slot_of), breaks
        run.keep(slot_of)
        run.report(Stage.BREAKS, breaks, ends.bound)


def _can_walk(numbered: Numbered) -> bool:
    """Whether the rules that the walk knows are all that there are, and there is a place for each meeting."""
    return (
        bool(numbered.pairs)
        and all(numbered.allowed)
        and not numbered.at_one_table
        and all(len(mine) <= most for mine, most in zip(numbered.of_person, numbered.most, strict=True))
    )


def _walk(run: Run, ends: _Ends, start: Mapping[int, int], progress: Callable[[], float]) -> None:
    """Walk until the ends meet or `progress()` is 1."""
    costs = costs_of_days(len(run.numbered.capacity), run.problem.goals.max_break_difference)
    walk = FastWalk(run.numbered, start, costs, seed=run.effort.seed)
    for turn in count():
        steps = FIRST_STEPS << min(turn, DOUBLED)
        for done in range(0, steps, AT_ONCE):
            if ends.is_closed or progress() >= 1:
                return
            heat = HOT * (COLD / HOT) ** (done / steps)
            if walk.walk(heat=heat, steps=AT_ONCE, target=ends.bound) and run.is_sound(walk.best):
                _improve(run, ends, walk.best)


def _first_part(run: Run) -> Callable[[], float]:
    """Progress of a walk that the solver waits for; counted in looks when it must be reproducible."""
    if not run.effort.reproducible:
        return run.clock(ALONE)
    looks, most = count(1), run.effort.seconds * ALONE * STEPS_A_SECOND / AT_ONCE
    return lambda: 1.0 if run.should_stop() else next(looks) / most


def _prove(
    run: Run,
    ends: _Ends,
    model: RoundModel,
    *,
    workers: int | None = None,
    have_met: Callable[[], bool] = lambda: False,
    share: float = 1.0,
    tells: bool = True,
) -> Found:
    limits = run.limits(share)
    return model.search(
        replace(limits, workers=workers or limits.workers),
        on_bound=ends.rise if tells else None,
        should_stop=lambda: have_met() or run.should_stop(),
        among_days=True,
    )
