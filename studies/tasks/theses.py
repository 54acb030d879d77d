"""Reminders of theses, embargoes that end, data that goes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from studies.services import theses_care, theses_market

SWEEPS = {
    "studies-theses": ("studies.tasks.sweep_theses", 600.0),
    "studies-theses-erase": ("studies.tasks.erase_theses", 3600.0),
}


@shared_task(name="studies.tasks.sweep_theses")
def sweep_theses() -> None:
    now = timezone.now()
    theses_care.lift_embargoes(now=now)
    theses_care.remind(now=now)
    theses_market.put_back(now=now)
    theses_market.tell_new(now=now)


@shared_task(name="studies.tasks.erase_theses")
def erase_theses() -> int:
    return theses_care.erase_old(now=timezone.now())
