"""One search from its beginning to its end: what is asked, how long is left, and what has been told of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.scheduling.days import settle
from events.scheduling.found import Limits
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.problem import Numbered, Problem
from events.scheduling.solution import Placement, measure
from events.scheduling.tables import give_tables
from events.scheduling.walk import LOOK_EVERY

STEPS_A_SECOND = 100_000
"""Of the walk, where it must not look at the clock."""
CELLS_A_SECOND = 15_000
"""Meetings times slots that the solver takes in before it begins to search, on a machine that does other things too."""


FOR_SHARING = 0.05
"""The part of the time that is kept for sharing the breaks out evenly, once they are as few as can be; none where a
rule bounds the difference already."""


class Stage(StrEnum):
    WEIGHT = "weight"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Progress:
    """The best so far: of a stage that maximises (weight) or minimises (breaks), and what it can at best become."""

    stage: Stage
    best: int
    bound: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work to spend. `seconds` bound the whole; breaks get what the weight leaves, at least `polish` of it.

    `reproducible`: the same problem and seed give the same schedule on any machine, however loaded; the time is then
    counted in steps and in the solver's deterministic units, which are about seconds.
    """

    seconds: float = 20.0
    polish: float = 0.4
    workers: int = 2
    seed: int = 1
    reproducible: bool = False


class Run:
    def __init__(
        self,
        problem: Problem,
        effort: Effort,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
        on_best: Callable[[Sequence[Placement]], None] | None = None,
    ) -> None:
        self.problem = problem
        self.numbered = settle(Numbered.of(problem))
        self.effort = effort
        self.should_stop = should_stop or (lambda: False)
        self.began, self._cpu = time.monotonic(), time.process_time()
        goals = problem.goals
        is_shared = goals.breaks and goals.max_break_difference is None and not problem.previous
        self._kept_back = FOR_SHARING * effort.seconds if is_shared else 0.0
        self._tell, self._on_best = on_progress, on_best
        self._told: dict[Stage, int] = {}

    # --- Time --------------------------------------------------------------------------------------------------------

    def left(self) -> float:
        """Seconds left; when reproducible, the clock is not asked."""
        if self.effort.reproducible:
            return self.effort.seconds
        return self.began + self.effort.seconds - self._kept_back - time.monotonic()

    def give_the_rest(self) -> None:
        """What was kept for the last goal may be used from now on."""
        self._kept_back = 0.0

    @property
    def is_over(self) -> bool:
        return self.left() <= 0 or self.should_stop()

    def limits(self, share: float = 1.0, most: float = float("inf")) -> Limits:
        return Limits(
            seconds=max(0.1, min(self.left() * share, most)),
            workers=self.effort.workers,
            seed=self.effort.seed,
            reproducible=self.effort.reproducible,
        )

    def can_solve(self, numbered: Numbered, share: float = 1.0) -> bool:
        """Whether the solver has time to do more than read the problem."""
        if self.effort.reproducible:
            return True
        cells = sum(len(slots) for slots in numbered.allowed)
        return not self.should_stop() and cells / (CELLS_A_SECOND * self._pace()) < self.left() * share

    def _pace(self) -> float:
        """The part of one core that this process has been given so far: pages and others may need the rest."""
        spent = time.monotonic() - self.began
        return min(1.0, max(0.1, (time.process_time() - self._cpu) / spent)) if spent > 0.2 else 1.0

    def clock(self, share: float = 1.0, most_steps: int | None = None) -> Callable[[], float]:
        """For the walk: how much of its part is done, by time or by steps, whichever ends first."""
        seconds = self.left() * share
        steps = max(1, int(seconds * STEPS_A_SECOND)) if self.effort.reproducible else 0
        steps = min(steps or most_steps or 0, most_steps or steps)
        began, looks = time.monotonic(), 0

        def progress() -> float:
            nonlocal looks
            looks += 1
            if self.should_stop() or seconds <= 0:
                return 1.0
            by_steps = looks * LOOK_EVERY / steps if steps else 0.0
            if self.effort.reproducible:
                return by_steps
            return max(by_steps, (time.monotonic() - began) / seconds)

        return progress

    # --- Plans -------------------------------------------------------------------------------------------------------

    def quick_plan(self, numbered: Numbered | None = None) -> dict[int, int]:
        """Heaviest first, with insertion by chains. Required meetings may lack."""
        until = None if self.effort.reproducible else time.monotonic() + self.left() * 0.3
        plan = make_plan(
            numbered or self.numbered,
            seed=self.effort.seed,
            is_over=lambda: until is not None and time.monotonic() > until,
        )
        return {meeting: slot for meeting, slot in enumerate(plan.slot_of) if slot != EMPTY}

    def worth(self, slot_of: Mapping[int, int]) -> int:
        people = Counter(person for meeting in slot_of for person in self.numbered.pairs[meeting])
        firsts = sum(min(count, self.numbered.firsts[person]) for person, count in people.items())
        extra = self.problem.goals.first_meeting * firsts
        return sum(self.numbered.weights[meeting] for meeting in slot_of) + extra

    def breaks(self, slot_of: Mapping[int, int]) -> int:
        return measure(self.problem, give_tables(self.numbered, slot_of)).breaks_total

    def holds_musts(self, slot_of: Mapping[int, int]) -> bool:
        return all(m in slot_of for m, required in enumerate(self.numbered.required) if required)

    def is_even(self, slot_of: Mapping[int, int]) -> bool:
        """Whether the plan keeps the allowed difference of breaks."""
        difference = self.problem.goals.max_break_difference
        if difference is None:
            return True
        return measure(self.problem, give_tables(self.numbered, slot_of)).breaks_spread <= difference

    def is_sound(self, slot_of: Mapping[int, int]) -> bool:
        """Whether the plan keeps every hard rule; that no rule of places is broken holds of all plans here."""
        return self.holds_musts(slot_of) and self.is_even(slot_of)

    def keep(self, slot_of: Mapping[int, int]) -> None:
        """Hand out a sound plan on the way, so that it is there if the search ends badly."""
        if self._on_best is not None:
            self._on_best(give_tables(self.numbered, slot_of))

    # --- Telling -----------------------------------------------------------------------------------------------------

    def report(self, stage: Stage, best: int, bound: int | None) -> None:
        known = self._told.get(stage, best)
        best = max(best, known) if stage is Stage.WEIGHT else min(best, known)
        self._told[stage] = best
        if self._tell is not None:
            self._tell(Progress(stage, best, bound, time.monotonic() - self.began))
