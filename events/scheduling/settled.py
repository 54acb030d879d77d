"""Every meeting is required: nothing to choose but the slots, and what is sought is the plan with the fewest breaks.

Two ends come towards each other. From above, the walk and the solver look for plans with fewer breaks. From below, the
people's own days give a bound (`days`), and the solver says whether any plan reaches it; if none does, one more break
is allowed, until a plan is found.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from events.scheduling.found import Found
from events.scheduling.model import RoundModel
from events.scheduling.problem import Numbered
from events.scheduling.run import Run, Stage
from events.scheduling.walk import Walk, Worth

CLIMB = 0.45
"""The part of the time that each further break may take to be shown impossible."""
TOGETHER = 90
"""Meetings that are looked at anew at a time, the others staying where they are."""


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


def fewest_breaks(run: Run, start: Mapping[int, int]) -> Found:
    """The fewest breaks of all plans that hold every required meeting of `run`; `start` may lack some."""
    ends = _Ends(None, len(run.numbered.pairs) * 2, 0)
    walked = _walk(run, start)
    if run.is_sound(walked):
        _improve(run, ends, walked)
    if not ends.is_closed and not run.should_stop():
        model = RoundModel(run.numbered)
        model.minimise_breaks()
        ends.bound = max(ends.bound, model.fewest_breaks)
        _climb(run, ends)
    if not ends.is_closed and not run.is_over and ends.slot_of is not None:
        _look_around(run, ends)
    if not ends.is_closed and not run.is_over:
        _prove(run, ends)
    return Found(
        ends.slot_of,
        ends.breaks,
        ends.bound,
        is_optimal=ends.is_closed and not ends.is_impossible,
        is_impossible=ends.is_impossible,
    )


def _improve(run: Run, ends: _Ends, slot_of: Mapping[int, int]) -> None:
    breaks = run.breaks(slot_of)
    if ends.slot_of is None or breaks < ends.breaks:
        ends.slot_of, ends.breaks = dict(slot_of), breaks
        run.keep(slot_of)
        run.report(Stage.BREAKS, breaks, ends.bound)


def _walk(run: Run, start: Mapping[int, int]) -> dict[int, int]:
    walk = Walk(run.numbered, start, seed=run.effort.seed)
    everything = run.worth(dict.fromkeys(range(len(run.numbered.pairs)), 0)) + walk.required_weight * sum(
        run.numbered.required
    )
    walk.anneal(
        weight=3 / walk.required_weight,
        cost=1,
        hot=0.5,
        cold=0.1,
        progress=run.clock(0.15, 20_000 * len(run.numbered.pairs)),
        target=Worth(everything, 0),
    )
    return walk.best


def _climb(run: Run, ends: _Ends) -> None:
    """From the bound upwards: is there a plan with so few breaks?"""
    for most in count(ends.bound):
        if ends.is_closed or run.is_over:
            return
        model = RoundModel(run.numbered)
        model.bound_breaks(most)
        found = model.search(run.limits(CLIMB), should_stop=run.should_stop, among_days=True)
        if found.slot_of is not None:
            _improve(run, ends, found.slot_of)
            return
        if not found.is_impossible:
            return
        if most >= len(run.numbered.of_person) * len(run.numbered.capacity) // 2:
            ends.is_impossible = True
            return
        if most == ends.bound and ends.slot_of is None and _has_none(run):
            ends.is_impossible = True
            return
        ends.bound = most + 1


def _has_none(run: Run) -> bool:
    """Whether there is no plan at all, however many breaks are allowed."""
    return RoundModel(run.numbered).search(run.limits(CLIMB), should_stop=run.should_stop).is_impossible


def _look_around(run: Run, ends: _Ends) -> None:
    """Solve parts anew: some people with breaks and those whom they meet; everybody else stays."""
    rnd = random.Random(run.effort.seed)
    until = run.left() * 0.4
    tries = 40 if run.effort.reproducible else 10_000
    for _turn in range(tries):
        if ends.is_closed or run.is_over or ends.slot_of is None or run.left() < until:
            return
        numbered = _freed(run.numbered, ends.slot_of, rnd)
        model = RoundModel(numbered)
        model.bound_breaks(ends.breaks - 1)
        found = model.search(run.limits(most=1.5), should_stop=run.should_stop, among_days=True)
        if found.slot_of is not None:
            _improve(run, ends, found.slot_of)


def _freed(numbered: Numbered, slot_of: Mapping[int, int], rnd: random.Random) -> Numbered:
    """The same problem with all but some meetings fixed where they are."""
    busy = [sorted(slot_of[m] for m in mine) for mine in numbered.of_person]
    uneasy = [p for p, day in enumerate(busy) if day and day[-1] - day[0] >= len(day)]
    order = [rnd.choice(uneasy)] if uneasy else [rnd.randrange(len(busy))]
    free: set[int] = set()
    seen = set(order)
    while order and len(free) < min(TOGETHER, len(numbered.pairs) * 2 // 3):
        person = order.pop(rnd.randrange(len(order)))
        for meeting in numbered.of_person[person]:
            free.add(meeting)
            for other in numbered.pairs[meeting]:
                if other not in seen:
                    seen.add(other)
                    order.append(other)
    allowed = tuple(slots if m in free else (slot_of[m],) for m, slots in enumerate(numbered.allowed))
    return replace(numbered, allowed=allowed)


def _prove(run: Run, ends: _Ends) -> None:
    model = RoundModel(run.numbered)
    model.minimise_breaks()
    if ends.slot_of is not None:
        model.start_from(ends.slot_of)
    found = model.search(
        run.limits(),
        on_progress=lambda best, bound: run.report(Stage.BREAKS, best, bound),
        should_stop=run.should_stop,
        among_days=True,
    )
    ends.is_impossible = found.is_impossible
    ends.bound = max(ends.bound, found.bound)
    if found.slot_of is not None:
        _improve(run, ends, found.slot_of)
