"""Schedules of folders of problems by the command, beside what greedy alone and a plain model reach.

    .venv/bin/python benchmarks/schedule.py published FOLDER [--seconds 60]
    .venv/bin/python benchmarks/schedule.py generated FOLDER [--seconds 10 30] [--plain 20]
    .venv/bin/python benchmarks/schedule.py repair FOLDER [--seconds 2 10] [--anew 10]

FOLDER holds problems as `schedule-input/1` files (`--only PART …` takes some of them). `published`: each against the
optimum that it names. `generated`: weight against the bound that `bounds.json`, there or one up, names, and breaks
against those of the first plan. `repair`: what moves, beside what making everything anew would have moved. `--check
CHECK.py` runs an outside checker on each answer. Seconds are wall time of the whole command, its start included; `cpu`
is what it really got, which on a machine that others use is less than its workers could use.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

from events.scheduling import Effort, solve
from events.scheduling.form import read_problem
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.problem import Numbered, Problem
from events.scheduling.solution import compare, measure
from events.scheduling.tables import give_tables

SOLMU = [sys.executable, "-m", "config.cli"]
"""The command `solmu`, of the code that this stands beside."""
PLAIN_CELLS = 3_000_000
"""Meetings times slots times tables beyond which the plain model is not even built."""


@dataclass
class Done:
    answer: dict[str, Any]
    seconds: float
    cpu: float
    verdict: str

    @property
    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = self.answer["objective"]
        return found


def run(source: Path, seconds: float, check: Path | None, *more: str) -> Done:
    began, before = time.perf_counter(), os.times()
    command = [*SOLMU, "schedule", str(source), "--seconds", f"{seconds:g}", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    verdict = ""
    if check is not None and done.returncode == 0:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(done.stdout)
            file.flush()
            checked = subprocess.run(
                [sys.executable, check, source, file.name], capture_output=True, text=True, check=False
            )
        verdict = "ok" if checked.returncode == 0 else checked.stderr.strip()
    return Done(json.loads(done.stdout or '{"objective": {}, "status": "failed"}'), spent, cpu, verdict)


def sources(asked: argparse.Namespace) -> Iterator[tuple[Path, dict[str, Any]]]:
    for source in sorted(asked.folder.glob("*.json")):
        if source.name != "bounds.json" and (not asked.only or any(part in source.name for part in asked.only)):
            yield source, json.loads(source.read_text())


def published(asked: argparse.Namespace) -> None:
    seconds = (asked.seconds or [60.0])[0]
    decided = agreed = differing = count = 0
    print(f"{'problem':28}{'published':>11}{'ours':>7}{'s':>7}{'cpu':>7}  status")
    for source, form in sources(asked):
        done = run(source, seconds, asked.check)
        known = form.get("published") or {}
        theirs = "none" if known.get("satisfiable") is False else known.get("breaks_optimum")
        ours = done.figures.get("breaks_total", "none" if done.answer["status"] == "infeasible" else "?")
        is_decided = done.answer["status"] in ("optimal", "infeasible")
        count, decided = count + 1, decided + is_decided
        agreed += is_decided and theirs == ours
        differing += is_decided and theirs is not None and theirs != ours
        said = "?" if theirs is None else theirs
        print(
            f"{source.stem:28}{said!s:>11}{ours!s:>7}{done.seconds:7.1f}{done.cpu:7.1f}  "
            f"{done.answer['status']} {done.verdict}",
            flush=True,
        )
    print(f"{decided} of {count} decided, {agreed} as published, {differing} otherwise")


def generated(asked: argparse.Namespace) -> None:
    times = asked.seconds or [10.0, 30.0]
    bounds: dict[str, float] = {}
    for place in (asked.folder / "bounds.json", asked.folder.parent / "bounds.json"):
        if place.is_file():
            bounds = json.loads(place.read_text())
    for source, form in sources(asked):
        problem = read_problem(form)
        bound = bounds.get(source.name) or bounds.get(source.stem)
        weight, breaks, spent = greedy(problem)
        print(f"{source.stem}  bound {bound or '?'}")
        print(f"   greedy            {spent:6.2f} s  weight {weight:6}{_share(weight, bound)}  breaks {breaks:5}")
        if asked.plain:
            print(f"   plain model       {asked.plain:6.2f} s  {plain(problem, asked.plain, bound)}")
        for seconds in times:
            done = run(source, seconds, asked.check)
            held, first = done.figures["weight_held"], (done.answer["first_plan"] or {}).get("breaks_total")
            ratio = f" = {100 * done.figures['breaks_total'] / first:.0f} % of {first}" if first else ""
            print(
                f"   solmu schedule    {done.seconds:6.2f} s  weight {held:6}{_share(held, bound)}  "
                f"breaks {done.figures['breaks_total']:5}{ratio}  cpu {done.cpu:.1f} {done.answer['status']} "
                f"{done.verdict}",
                flush=True,
            )


def _share(weight: int, bound: float | None) -> str:
    return f" {100 * weight / bound:6.2f} %" if bound else ""


def greedy(problem: Problem) -> tuple[int, int, float]:
    """(weight, breaks, seconds): heaviest first into the first free slot, and nothing is moved afterwards."""
    began = time.perf_counter()
    numbered = Numbered.of(problem)
    plan = make_plan(numbered, seed=1, is_over=lambda: True)
    slot_of = {m: slot for m, slot in enumerate(plan.slot_of) if slot != EMPTY}
    spent = time.perf_counter() - began
    figures = measure(problem, give_tables(numbered, slot_of))
    return figures.weight_held, figures.breaks_total, spent


def plain(problem: Problem, seconds: float, bound: float | None) -> str:
    """The model that comes first to mind: a Boolean for each meeting, slot and table; weight only."""
    numbered = Numbered.of(problem)
    cells = sum(len(slots) for slots in numbered.allowed) * len(problem.table_names)
    if cells > PLAIN_CELLS:
        return f"none ({cells:,} Booleans)"
    model = cp_model.CpModel()
    of_meeting: list[list[Any]] = [[] for _ in numbered.pairs]
    at_table: dict[tuple[int, int], list[Any]] = {}
    busy: dict[tuple[int, int], list[Any]] = {}
    for meeting, pair in enumerate(numbered.pairs):
        for slot in numbered.allowed[meeting]:
            for table in range(numbered.capacity[slot]):
                here = model.new_bool_var("")
                of_meeting[meeting].append(here)
                at_table.setdefault((slot, table), []).append(here)
                for person in pair:
                    busy.setdefault((person, slot), []).append(here)
    for group in (*of_meeting, *at_table.values(), *busy.values()):
        model.add_at_most_one(group)
    model.maximize(sum(w * v for w, mine in zip(numbered.weights, of_meeting, strict=True) for v in mine))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "none"
    weight = round(solver.objective_value)
    return f"weight {weight:6}{_share(weight, bound)}"


def repair(asked: argparse.Namespace) -> None:
    for source, form in sources(asked):
        problem = read_problem(form)
        print(f"{source.stem}  {len(problem.previous)} agreed")
        for seconds in asked.seconds or [2.0, 10.0]:
            done = run(source, seconds, asked.check)
            print(f"   repaired   {done.seconds:6.2f} s  {_repaired(done.figures)}  cpu {done.cpu:.1f} {done.verdict}")
        began = time.perf_counter()
        anew = solve(replace(problem, previous={}), Effort(seconds=asked.anew))
        changes = compare(problem, anew.placements)
        assert changes is not None
        figures = {"weight_held": anew.figures.weight_held, "moved": changes.moved, "cancelled": changes.cancelled}
        print(f"   made anew  {time.perf_counter() - began:6.2f} s  {_repaired(figures)}", flush=True)


def _repaired(figures: dict[str, Any]) -> str:
    return f"weight {figures['weight_held']:5}  moved {figures['moved']:4}  cancelled {figures['cancelled']:3}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("published", "generated", "repair"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, nargs="*")
    parser.add_argument("--plain", type=float, default=0, help="seconds for the plain model; 0: without it")
    parser.add_argument("--anew", type=float, default=10)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--check", type=Path)
    asked = parser.parse_args()
    {"published": published, "generated": generated, "repair": repair}[asked.what](asked)


if __name__ == "__main__":
    main()
