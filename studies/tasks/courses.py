"""Allocations of course rounds, reminders, data that goes."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from studies.allocation import allocate
from studies.services import courses_allocating, courses_care
from studies.services.allocation_process import allocate_apart

SWEEPS = {
    "studies-allocations": ("studies.tasks.sweep_allocations", 10.0),
    "studies-courses": ("studies.tasks.sweep_courses", 900.0),
}


@shared_task(name=courses_allocating.RUN)
def run_allocation(allocation_id: int) -> None:
    """Where everything runs in one process, the search has one of its own, so that pages stay quick."""
    solve = allocate_apart if settings.SOLMU_EMBEDDED else allocate
    courses_allocating.run_allocation(allocation_id=allocation_id, clock=timezone.now, solve=solve)


@shared_task(name="studies.tasks.sweep_allocations")
def sweep_allocations() -> None:
    courses_allocating.sweep_allocations(now=timezone.now())


@shared_task(name="studies.tasks.sweep_courses")
def sweep_courses() -> None:
    """Reminds of what is due soon, and deletes what is about students when its time has come."""
    courses_care.remind(now=timezone.now())
    courses_care.forget_old(now=timezone.now())
