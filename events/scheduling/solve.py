"""From a problem to a schedule: obstacles, a quick plan, the most weight, the fewest breaks, shared out evenly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from events.scheduling.found import Found
from events.scheduling.obstacles import Impossible, Obstacle, ObstacleCode, find_obstacles
from events.scheduling.problem import Goals, Numbered, Problem
from events.scheduling.repair import repair
from events.scheduling.run import Effort, Progress, Run, Stage
from events.scheduling.sharing import share_breaks
from events.scheduling.solution import Figures, Placement, Solution, Status, compare, measure
from events.scheduling.tables import give_tables
from events.scheduling.walk import Walk, Worth

__all__ = ["Effort", "NotFoundInTime", "Progress", "Stage", "solve"]

STEPS_A_MEETING = 2_000
"""Of the walk for weight; a small round is walked through long before its time is over."""


class NotFoundInTime(Exception):
    """Neither a schedule nor the proof that there is none was found in the time given."""


def solve(
    problem: Problem,
    effort: Effort | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_best: Callable[[Sequence[Placement]], None] | None = None,
) -> Solution:
    """The best schedule found. Stopping keeps the best so far. A problem with a previous plan is repaired. `on_best`
    is told of plans on the way that keep every rule.

    Raises `Impossible` (with named obstacles) when the hard rules cannot all be kept, and `NotFoundInTime`.
    """
    run = Run(problem, effort or Effort(), on_progress, should_stop, on_best)
    if problem.previous:
        return repair(run)
    obstacles = find_obstacles(problem)
    if obstacles:
        raise Impossible(obstacles)
    return _Search(run).solve()


class _Search:
    """The stages of a schedule that is made anew."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.numbered = run.numbered
        self.weight_bound: int | None = None
        self.first: Figures | None = None

    def solve(self) -> Solution:
        run, goals = self.run, self.run.problem.goals
        if all(self.numbered.required):
            found = self._settled()
            return self._solution(share_breaks(run, found.slot_of or {}), is_optimal=found.is_optimal)
        weighed = self._most_weight()
        if weighed.slot_of is None:
            self._explain(weighed)
        assert weighed.slot_of is not None
        run.keep(weighed.slot_of)
        self.first = measure(run.problem, give_tables(self.numbered, weighed.slot_of))
        if not goals.breaks:
            return self._solution(weighed.slot_of, is_optimal=weighed.is_optimal)
        best, is_fewest = self._fewest_breaks(weighed.slot_of, is_weight_proven=weighed.is_optimal)
        return self._solution(share_breaks(run, best), is_optimal=is_fewest and weighed.is_optimal)

    def _solution(self, slot_of: Mapping[int, int], *, is_optimal: bool) -> Solution:
        problem = self.run.problem
        placements = give_tables(self.numbered, slot_of)
        held = {placement.meeting for placement in placements}
        return Solution(
            placements=placements,
            unscheduled=tuple(meeting.id for meeting in problem.meetings if meeting.id not in held),
            status=Status.OPTIMAL if is_optimal else Status.FEASIBLE,
            figures=measure(problem, placements),
            bound=self.weight_bound,
            first=self.first,
            changes=compare(problem, placements),
        )

    # --- Nothing to choose but the slots -----------------------------------------------------------------------------

    def _settled(self) -> Found:
        from events.scheduling.settled import fewest_breaks

        run = self.run
        self.weight_bound = sum(self.numbered.weights)
        start = run.quick_plan()
        if not run.problem.goals.breaks and run.is_sound(start):
            return Found(start, 0, 0, is_optimal=True, is_impossible=False)
        if run.is_sound(start):
            self.first = measure(run.problem, give_tables(self.numbered, start))
        found = fewest_breaks(run, start)
        if found.slot_of is None:
            self._explain(found)
        return found

    # --- Weight ------------------------------------------------------------------------------------------------------

    def _most_weight(self) -> Found:
        """By the walk, then by the solver where it has time to do better, or to prove that nobody can."""
        run, goals = self.run, self.run.problem.goals
        everything = dict.fromkeys(range(len(self.numbered.pairs)), 0)
        possible = run.worth(everything)
        walk = Walk(self.numbered, run.quick_plan(), seed=run.effort.seed)
        run.report(Stage.WEIGHT, run.worth(walk.best), None)
        walk.anneal(
            weight=1 / self.numbered.least_weight,
            cost=1 / 50 if goals.max_break_difference is not None else 0,
            hot=0.3,
            cold=0.02,
            progress=run.clock(0.15, STEPS_A_MEETING * len(self.numbered.pairs)),
            target=Worth(possible + walk.required_weight * sum(self.numbered.required), 0),
        )
        walked: dict[int, int] | None = walk.best if run.is_sound(walk.best) else None
        if walked is not None:
            value = run.worth(walked)
            run.keep(walked)
            run.report(Stage.WEIGHT, value, None)
            if value >= possible:
                self.weight_bound = possible
                return Found(walked, value, possible, is_optimal=True, is_impossible=False)
            if not run.can_solve(self.numbered, 0.3):
                return Found(walked, value, 0, is_optimal=False, is_impossible=False)
        return self._weigh_by_solver(walked)

    def _weigh_by_solver(self, walked: dict[int, int] | None) -> Found:
        from events.scheduling.model import RoundModel

        run, goals = self.run, self.run.problem.goals
        model = RoundModel(self.numbered)
        model.maximise_weight()
        if walked is not None:
            model.start_from(walked)
        found = model.search(
            run.limits(1 - run.effort.polish if goals.breaks else 1.0),
            on_progress=lambda best, bound: run.report(Stage.WEIGHT, best, bound),
            should_stop=run.should_stop,
        )
        if found.slot_of is not None:
            self.weight_bound = found.bound
        if walked is None or (found.slot_of is not None and found.value >= run.worth(walked)):
            return found
        # The search does not always begin where it was told to, and may have been stopped below it.
        return replace(found, slot_of=walked, value=run.worth(walked), is_impossible=False, is_optimal=False)

    # --- Breaks ------------------------------------------------------------------------------------------------------

    def _fewest_breaks(self, slot_of: dict[int, int], *, is_weight_proven: bool) -> tuple[dict[int, int], bool]:
        """(plan, whether none that holds the same meetings has fewer breaks)."""
        run = self.run
        best = slot_of
        best_breaks = run.breaks(slot_of)
        rounds = 0
        while best_breaks and not run.is_over and rounds < (2 if run.effort.reproducible else 1_000):
            walk = Walk(self.numbered, best, seed=run.effort.seed + rounds)
            walk.anneal(
                weight=50,
                cost=1,
                hot=1.0 if rounds == 0 else 0.4,
                cold=0.12,
                progress=run.clock(0.6 if rounds == 0 else 1.0, 3 * STEPS_A_MEETING * len(self.numbered.pairs)),
                target=Worth(walk.best_worth.value + (0 if is_weight_proven else 1 << 30), 0),
                on_better=lambda worth: run.report(Stage.BREAKS, worth.cost, None),
            )
            if run.is_sound(walk.best) and Worth(run.worth(walk.best), run.breaks(walk.best)).beats(
                Worth(run.worth(best), best_breaks)
            ):
                best, best_breaks = walk.best, run.breaks(walk.best)
                run.keep(best)
            if rounds == 0 and best_breaks:
                found = self._prove_breaks(best)
                if found is not None and found.slot_of is not None:
                    if run.breaks(found.slot_of) <= best_breaks:
                        best, best_breaks = found.slot_of, run.breaks(found.slot_of)
                    if found.is_optimal:
                        return best, True
            rounds += 1
        return best, best_breaks == 0

    def _prove_breaks(self, slot_of: dict[int, int]) -> Found | None:
        from events.scheduling.model import RoundModel

        run = self.run
        numbered = replace(self.numbered, required=tuple(m in slot_of for m in range(len(self.numbered.pairs))))
        if not run.can_solve(numbered, 0.3):
            return None
        model = RoundModel(numbered, hold=slot_of)
        model.minimise_breaks()
        model.start_from(slot_of)
        return model.search(
            run.limits(0.5),
            on_progress=lambda best, bound: run.report(Stage.BREAKS, best, bound),
            should_stop=run.should_stop,
            among_days=True,
        )

    # --- Why there is none -------------------------------------------------------------------------------------------

    def _explain(self, found: Found) -> None:
        """Say which rule cannot be kept, by solving again with that rule softened."""
        from events.scheduling.model import RoundModel

        if not found.is_impossible:
            raise NotFoundInTime
        run, problem = self.run, self.run.problem
        loose = replace(
            problem,
            meetings=tuple(
                replace(meeting, required=False, weight=1 if meeting.required else 0) for meeting in problem.meetings
            ),
            goals=Goals(breaks=False),
        )
        model = RoundModel(Numbered.of(loose))
        model.maximise_weight()
        softened = model.search(replace(run.limits(), seconds=max(5.0, run.left())))
        held = softened.slot_of or {}
        left_out = tuple(
            meeting.id for number, meeting in enumerate(problem.meetings) if meeting.required and number not in held
        )
        if left_out:
            raise Impossible((Obstacle(ObstacleCode.NOT_TOGETHER, left_out),))
        needed = problem.goals.max_break_difference or 0
        raise Impossible((Obstacle(ObstacleCode.BREAKS_TOO_UNEVEN, needed=needed),))
