"""Repairs of a published schedule, made at once by the worker's own engine."""

from __future__ import annotations

from typing import Any

from events.models import Meeting, SolverRun
from events.scheduling import Effort, solve
from events.scheduling.form import read_problem
from events.services import repair_writing, repairs
from events.services.repairs import Change

from .making import NOW, Fair, hand_over


def ask_repair(fair: Fair, now: Any = NOW, **change: Any) -> SolverRun:
    """Ask and solve at once, by the same engine and hand-over as the worker's."""
    run = repairs.start_repair(round=fair.round, change=Change(**change), by=fair.host, now=now)
    seconds = 5 if run.seconds > 2 else 1
    solution = solve(read_problem(run.problem), Effort(seconds=seconds, workers=1, reproducible=True))
    return hand_over(fair, run, solution, now)


def accept(fair: Fair, run: SolverRun, now: Any = NOW) -> None:
    repair_writing.accept_repair(run=run, by=fair.host, now=now)
    fair.round.refresh_from_db()


def undo(fair: Fair, run: SolverRun, now: Any = NOW) -> None:
    repair_writing.undo_repair(run=run, by=fair.host, now=now)
    fair.round.refresh_from_db()


def standing(fair: Fair) -> dict[int, tuple[Any, ...]]:
    rows = Meeting.objects.agreed().filter(slot__round=fair.round)
    return {m.pk: (m.slot_id, m.table, m.starts_at, m.ends_at) for m in rows}


def busy(fair: Fair) -> set[tuple[int, int]]:
    rows = Meeting.objects.agreed().filter(slot__round=fair.round)
    return {(p.registration_id, p.busy_in_id) for m in rows for p in m.parties.all()}  # type: ignore[misc]  # set here
