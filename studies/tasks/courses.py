"""Allocations of course rounds, reminders, data that goes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from studies.services import courses_allocating, courses_care

SWEEPS = {
    "studies-allocations": ("studies.tasks.sweep_allocations", 10.0),
    "studies-courses": ("studies.tasks.sweep_courses", 900.0),
}


@shared_task(name=courses_allocating.RUN)
def run_allocation(allocation_id: int) -> None:
    courses_allocating.run_allocation(allocation_id=allocation_id, clock=timezone.now)


@shared_task(name="studies.tasks.sweep_allocations")
def sweep_allocations() -> None:
    courses_allocating.sweep_allocations(now=timezone.now())


@shared_task(name="studies.tasks.sweep_courses")
def sweep_courses() -> None:
    """Reminds of what is due soon, and deletes what is about students when its time has come."""
    courses_care.remind(now=timezone.now())
    courses_care.forget_old(now=timezone.now())
