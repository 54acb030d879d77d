"""Schedules of a folder of problems, beside what greedy alone reaches and what cannot be passed.

    .venv/bin/python benchmarks/schedule.py FOLDER [--seconds 10] [--only 0050 0200] [--check CHECK.py]

FOLDER holds problems as `schedule-input/1` files, and in `bounds.json`, there or one up, the most weight that each
could hold. `--check` runs an outside checker on each answer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from events.scheduling import Effort, Impossible, solve
from events.scheduling.form import read_problem, write_solution
from events.scheduling.greedy import make_plan
from events.scheduling.problem import Numbered, Problem


def greedy_weight(problem: Problem) -> tuple[int, float]:
    began = time.perf_counter()
    numbered = Numbered.of(problem)
    plan = make_plan(numbered, seed=1)
    return sum(numbered.weights[m] for m, slot in enumerate(plan.slot_of) if slot >= 0), time.perf_counter() - began


def is_valid(check: Path, source: Path, answer: dict[str, object]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(answer, file)
        file.flush()
        done = subprocess.run([sys.executable, check, source, file.name], capture_output=True, text=True, check=False)
    return "ok" if done.returncode == 0 else done.stderr.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--check", type=Path)
    asked = parser.parse_args()
    bounds: dict[str, float] = {}
    for place in (asked.folder / "bounds.json", asked.folder.parent / "bounds.json"):
        if place.is_file():
            bounds = json.loads(place.read_text())
    print(f"{'problem':34}{'bound':>8}{'greedy':>14}{'solved':>8}{'%':>8}{'breaks':>8}{'s':>7}  status")
    for source in sorted(asked.folder.glob("*.json")):
        if source.name == "bounds.json" or (asked.only and not any(part in source.name for part in asked.only)):
            continue
        problem = read_problem(json.loads(source.read_text()))
        bound = bounds.get(source.name) or bounds.get(source.stem)
        weight, quick = greedy_weight(problem)
        began = time.perf_counter()
        try:
            solution = solve(problem, Effort(seconds=asked.seconds, workers=asked.workers))
        except Impossible as error:
            print(f"{source.stem:34} impossible: {error}")
            continue
        spent = time.perf_counter() - began
        figures = solution.figures
        share = f"{100 * figures.weight_held / bound:.2f}" if bound else "-"
        verdict = is_valid(asked.check, source, write_solution(solution)) if asked.check else ""
        print(
            f"{source.stem:34}{bound or 0:8.0f}{weight:7} {quick:5.2f}s{figures.weight_held:8}{share:>8}"
            f"{figures.breaks_total:8}{spent:7.1f}  {solution.status} {verdict}"
        )


if __name__ == "__main__":
    main()
