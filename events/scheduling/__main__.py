"""`python -m events.scheduling`: solve in a process of its own, so that no page ever waits for the solver.

Standard input: one line with the effort and the problem, `{"effort": {...}, "problem": {...}}`. A later line `stop`, or
the input's end, stops the search and keeps the best so far. Standard output, a JSON object a line: `{"progress": ...}`
as it goes and `{"best": {"meetings": ...}}` with the plan so far, and last `{"solution": ...}`, with `why` each meeting
that is not held is not and what one `more` table or slot would give, `{"impossible": [obstacles]}` or
`{"failed": reason}`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from threading import Event, Lock, Thread
from typing import Any

from events.scheduling.form import is_mingling, read_mingling, read_problem, write_placements, write_solution
from events.scheduling.obstacles import Impossible
from events.scheduling.problem import Problem, ProblemError
from events.scheduling.reasons import one_more_slot, one_more_table, why_not
from events.scheduling.solution import Placement, Solution
from events.scheduling.solve import Effort, NotFoundInTime, Progress, solve
from events.scheduling.speed import Mingling, mingle

NICENESS = 10
"""Pages go before schedules on a machine that does both."""

_writing = Lock()


def _say(message: dict[str, Any]) -> None:
    with _writing:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def _listen(stop: Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    stop.set()


def _explained(problem: Problem | Mingling, solution: Solution) -> dict[str, Any]:
    """Told only where somebody lacks a meeting: with room for all there is nothing to explain."""
    if not solution.unscheduled or isinstance(problem, Mingling):
        return {"why": {}, "more": {}}
    placements = solution.placements
    return {
        "why": {id_: asdict(reason) for id_, reason in why_not(problem, placements).items()},
        "more": {
            "table": asdict(one_more_table(problem, placements)),
            "slot": asdict(one_more_slot(problem, placements)),
        },
    }


def main() -> int:
    os.nice(NICENESS)
    stop = Event()
    try:
        asked = json.loads(sys.stdin.readline())
        is_speed = is_mingling(asked["problem"])
        problem = read_mingling(asked["problem"]) if is_speed else read_problem(asked["problem"])
        effort = Effort(**asked.get("effort", {}))
    except (ValueError, KeyError, TypeError) as error:
        _say({"failed": f"unreadable: {error}"})
        return 2
    Thread(target=_listen, args=(stop,), daemon=True).start()

    def tell(progress: Progress) -> None:
        _say({"progress": asdict(progress)})

    def keep(placements: Sequence[Placement]) -> None:
        _say({"best": {"meetings": write_placements(placements)}})

    try:
        if isinstance(problem, Mingling):
            solution = mingle(problem, effort, on_progress=tell, should_stop=stop.is_set, on_best=keep)
        else:
            solution = solve(problem, effort, on_progress=tell, should_stop=stop.is_set, on_best=keep)
    except Impossible as error:
        _say({"impossible": [asdict(obstacle) for obstacle in error.obstacles]})
        return 1
    except (NotFoundInTime, ProblemError) as error:
        _say({"failed": type(error).__name__})
        return 1
    _say({"solution": write_solution(solution) | _explained(problem, solution)})
    return 0


if __name__ == "__main__":
    # The listener's thread may be in the middle of a read; a plain exit does not wait for it.
    code = main()
    sys.stdout.flush()
    os._exit(code)
