"""Woken by a wish for a schedule; and the sweep that finds wishes whose message or worker was lost."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from events.services import registrations, solving

SWEEPS = {
    "events-solver": ("events.tasks.sweep_solver", 10.0),
    "events-seats": ("events.tasks.sweep_seats", 60.0),
}


@shared_task(name=solving.RUN)
def run_solver(run_id: int) -> None:
    solving.run_solver(run_id=run_id, clock=timezone.now)


@shared_task(name="events.tasks.sweep_solver")
def sweep_solver() -> None:
    solving.sweep_runs(now=timezone.now())


# --- Events ----------------------------------------------------------------------------------------------------------


@shared_task(name="events.tasks.sweep_seats")
def sweep_seats() -> None:
    registrations.sweep_seats(now=timezone.now())
