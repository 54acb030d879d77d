"""From a problem to a schedule: obstacles, a quick plan, the most weight, then the fewest breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from events.scheduling.found import Found, Limits
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.obstacles import Impossible, Obstacle, ObstacleCode, find_obstacles
from events.scheduling.problem import Goals, Numbered, Problem
from events.scheduling.solution import Solution, Status, measure
from events.scheduling.tables import give_tables

if TYPE_CHECKING:
    from events.scheduling.model import RoundModel

RESTARTS = 8
"""Quick plans tried; beyond some, the solver improves more in the same time."""


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
    counted in the solver's deterministic units, which are about seconds.
    """

    seconds: float = 20.0
    polish: float = 0.4
    workers: int = 2
    seed: int = 1
    reproducible: bool = False


class NotFoundInTime(Exception):
    """Neither a schedule nor the proof that there is none was found in the time given."""


def solve(
    problem: Problem,
    effort: Effort | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best schedule found. Stopping keeps the best so far.

    Raises `Impossible` (with named obstacles) when the hard rules cannot all be kept, and `NotFoundInTime`.
    """
    return _Search(problem, effort or Effort(), on_progress, should_stop).run()


def _round_model(numbered: Numbered, *, hold: Mapping[int, int] | None = None) -> RoundModel:
    # The solver takes two seconds and 100 MB to load: only who solves pays them, not every server's start.
    from events.scheduling.model import RoundModel

    return RoundModel(numbered, hold=hold)


class _Search:
    def __init__(
        self,
        problem: Problem,
        effort: Effort,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.numbered = Numbered.of(problem)
        self.effort = effort
        self._tell = on_progress
        self._should_stop = should_stop or (lambda: False)
        self._began = time.monotonic()
        self._weight_bound: int | None = None
        self._told: dict[Stage, int] = {}
        self._is_polished = not problem.goals.breaks

    def run(self) -> Solution:
        obstacles = find_obstacles(self.problem)
        if obstacles:
            raise Impossible(obstacles)
        quick = self._quick_plan()
        weighed = self._most_weight(quick)
        if weighed.slot_of is None:
            self._explain(weighed)
        assert weighed.slot_of is not None
        polished = None if self._is_polished else self._fewest_breaks(weighed.slot_of)
        best = polished.slot_of if polished is not None and polished.slot_of is not None else weighed.slot_of
        optimal = weighed.is_optimal and (polished is None or polished.is_optimal)
        placements = give_tables(self.numbered, best)
        held = {placement.meeting for placement in placements}
        return Solution(
            placements=placements,
            unscheduled=tuple(meeting.id for meeting in self.problem.meetings if meeting.id not in held),
            status=Status.OPTIMAL if optimal else Status.FEASIBLE,
            figures=measure(self.problem, placements),
            bound=self._weight_bound,
        )

    # --- The three steps ---------------------------------------------------------------------------------------------

    def _quick_plan(self) -> dict[int, int] | None:
        """The best of some quick plans that hold every required meeting; None if none does."""
        best: dict[int, int] | None = None
        until = None if self.effort.reproducible else self._began + self.effort.seconds * 0.2
        for turn in range(RESTARTS):
            plan = make_plan(
                self.numbered,
                seed=self.effort.seed + turn,
                is_over=lambda: until is not None and time.monotonic() > until,
            )
            slot_of = {meeting: slot for meeting, slot in enumerate(plan.slot_of) if slot != EMPTY}
            if all(m in slot_of for m, required in enumerate(self.numbered.required) if required) and (
                best is None or self._worth(slot_of) > self._worth(best)
            ):
                best = slot_of
                self._report(Stage.WEIGHT, self._worth(best), None)
            if until is not None and time.monotonic() > until:
                break
        return best

    def _most_weight(self, quick: dict[int, int] | None) -> Found:
        goals = self.problem.goals
        is_settled = all(self.numbered.required)
        if is_settled:
            # Nothing to choose: the weight is what it is, and only the breaks remain.
            self._weight_bound = sum(self.numbered.weights)
            if quick is not None and goals.max_break_difference is None:
                return Found(quick, self._worth(quick), self._worth(quick), is_optimal=True, is_impossible=False)
        model = _round_model(self.numbered)
        if is_settled:
            self._is_polished = True
            model.minimise_breaks()
        else:
            model.maximise_weight()
        if quick is not None:
            model.start_from(quick)
        share = 1.0 if is_settled or not goals.breaks else 1 - self.effort.polish
        stage = Stage.BREAKS if is_settled else Stage.WEIGHT
        found = model.search(
            self._limits(share),
            on_progress=lambda best, bound: self._report(stage, best, bound),
            should_stop=self._should_stop,
        )
        if not is_settled and found.slot_of is not None:
            self._weight_bound = found.bound
        if found.slot_of is None and not found.is_impossible and quick is not None and self._is_even(quick):
            return Found(quick, self._worth(quick), 0, is_optimal=False, is_impossible=False)
        if quick is not None and found.slot_of is not None and not is_settled and self._is_even(quick):
            # The search does not always begin where it was told to, and may have been stopped below it.
            return found if found.value >= self._worth(quick) else replace(found, slot_of=quick)
        return found

    def _is_even(self, slot_of: Mapping[int, int]) -> bool:
        """Whether the quick plan, which knows nothing of breaks, keeps their allowed difference."""
        difference = self.problem.goals.max_break_difference
        if difference is None:
            return True
        return measure(self.problem, give_tables(self.numbered, slot_of)).breaks_spread <= difference

    def _fewest_breaks(self, slot_of: dict[int, int]) -> Found | None:
        if self._should_stop() or self._left() <= 0:
            return None
        model = _round_model(self.numbered, hold=slot_of)
        model.minimise_breaks()
        model.start_from(slot_of)
        return model.search(
            self._limits(1.0),
            on_progress=lambda best, bound: self._report(Stage.BREAKS, best, bound),
            should_stop=self._should_stop,
        )

    def _explain(self, found: Found) -> None:
        """Say which rule cannot be kept, by solving again with that rule softened."""
        if not found.is_impossible:
            raise NotFoundInTime
        goals = self.problem.goals
        loose = replace(
            self.problem,
            meetings=tuple(
                replace(meeting, required=False, weight=1 if meeting.required else 0)
                for meeting in self.problem.meetings
            ),
            goals=Goals(breaks=False),
        )
        model = _round_model(Numbered.of(loose))
        model.maximise_weight()
        softened = model.search(replace(self._limits(1.0), seconds=max(5.0, self._left())))
        held = softened.slot_of or {}
        left_out = tuple(
            meeting.id
            for number, meeting in enumerate(self.problem.meetings)
            if meeting.required and number not in held
        )
        if left_out:
            raise Impossible((Obstacle(ObstacleCode.NOT_TOGETHER, left_out),))
        raise Impossible((Obstacle(ObstacleCode.BREAKS_TOO_UNEVEN, needed=goals.max_break_difference or 0),))

    # --- Small things ------------------------------------------------------------------------------------------------

    def _worth(self, slot_of: Mapping[int, int]) -> int:
        people = {person for meeting in slot_of for person in self.numbered.pairs[meeting]}
        extra = self.problem.goals.first_meeting * len(people)
        return sum(self.numbered.weights[meeting] for meeting in slot_of) + extra

    def _left(self) -> float:
        """Seconds left; when reproducible, the clock is not asked."""
        if self.effort.reproducible:
            return self.effort.seconds
        return self._began + self.effort.seconds - time.monotonic()

    def _limits(self, share: float) -> Limits:
        return Limits(
            seconds=max(0.1, self._left() * share),
            workers=self.effort.workers,
            seed=self.effort.seed,
            reproducible=self.effort.reproducible,
        )

    def _report(self, stage: Stage, best: int, bound: int | None) -> None:
        known = self._told.get(stage, best)
        best = max(best, known) if stage is Stage.WEIGHT else min(best, known)
        self._told[stage] = best
        if self._tell is not None:
            self._tell(Progress(stage, best, bound, time.monotonic() - self._began))
