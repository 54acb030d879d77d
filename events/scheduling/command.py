"""`solmu schedule IN.json [--seconds S] [--previous OUT.json]`: a schedule without a database.

Reads `schedule-input/1`, writes the schedule to standard output. Exit code 0: a schedule. 1: there is none, and why is
a line on standard error (the output then has the status `infeasible`, or `unknown` when time ran out). 2: the input
cannot be read, which is one plain line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from events.scheduling.form import read_previous, read_problem, write_solution
from events.scheduling.obstacles import Impossible
from events.scheduling.problem import Problem, ProblemError
from events.scheduling.run import Effort
from events.scheduling.solve import NotFoundInTime, solve

SECONDS = 20.0
SECONDS_OF_REPAIR = 2.0
"""When no time is given: a repair in which nobody moves who need not."""
START = 0.9
"""Seconds that Python takes to begin and to write the answer; they belong to the time given."""


class Unreadable(Exception):
    """What is wrong with a file, as a line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise Unreadable(message)


def main(arguments: Sequence[str]) -> int:
    parser = _Parser(prog="solmu schedule", description="A schedule of 1:1 meetings, from a file.")
    parser.add_argument("input", type=Path, metavar="IN.json", help="the round, as schedule-input/1")
    parser.add_argument("--seconds", type=_seconds, metavar="S", help="time for the whole command")
    parser.add_argument(
        "--previous", type=Path, metavar="OUT.json", help="a schedule to be repaired; from 5 s on, some may move"
    )
    parser.add_argument("--workers", type=int, default=2, choices=range(1, 65), metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    try:
        asked = parser.parse_args(arguments)
        problem = _read(asked.input, asked.previous)
    except Unreadable as error:
        sys.stderr.write(f"solmu schedule: {error}\n")
        return 2
    seconds = asked.seconds or (SECONDS_OF_REPAIR if problem.previous else SECONDS)
    # What must be done once the search is over grows with the number of meetings.
    over = START + len(problem.meetings) / 10_000
    effort = Effort(seconds=max(seconds * 0.5, seconds - over), workers=asked.workers, seed=asked.seed)
    if problem.previous and seconds >= 5:
        effort = replace(effort, seconds=max(5.0, effort.seconds))
    return _answer(problem, effort)


def _answer(problem: Problem, effort: Effort) -> int:
    nothing: dict[str, Any] = {"meetings": [], "unscheduled": [meeting.id for meeting in problem.meetings]}
    try:
        solution = solve(problem, effort)
    except Impossible as error:
        obstacles = [asdict(obstacle) for obstacle in error.obstacles]
        _write({**nothing, "objective": {}, "status": "infeasible", "obstacles": obstacles})
        sys.stderr.write(f"solmu schedule: there is no schedule: {error}\n")
        return 1
    except NotFoundInTime:
        _write({**nothing, "objective": {}, "status": "unknown"})
        sys.stderr.write("solmu schedule: no schedule was found in the time given, nor that there is none\n")
        return 1
    _write(write_solution(solution))
    return 0


def _write(answer: dict[str, Any]) -> None:
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _read(path: Path, previous: Path | None) -> Problem:
    try:
        problem = read_problem(_json(path))
    except ProblemError as error:
        raise Unreadable(f"{path}: {_line(error)}") from None
    if previous is None:
        return problem
    try:
        return replace(problem, previous=read_previous(_json(previous)))
    except ProblemError as error:
        raise Unreadable(f"{previous}: {_line(error)}") from None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: not JSON: {_line(error)}") from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 0.1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError("the time must be from 0.1 to 86400 seconds")
    return seconds
