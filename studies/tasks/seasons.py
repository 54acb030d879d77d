"""Seasons: places and calls that come on the market, reminders, ends, data that goes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from studies.services import calls, seasons_ending

SWEEPS = {
    "studies-seasons": ("studies.tasks.sweep_seasons", 60.0),
    "studies-seasons-forget": ("studies.tasks.forget_seasons", 3600.0),
}


@shared_task(name="studies.tasks.sweep_seasons")
def sweep_seasons() -> None:
    now = timezone.now()
    seasons_ending.end_due(now=now)
    seasons_ending.bring_to_market(now=now)
    calls.put_back(now=now)
    seasons_ending.remind(now=now)
    seasons_ending.tell_unaccepted(now=now)


@shared_task(name="studies.tasks.forget_seasons")
def forget_seasons() -> int:
    return seasons_ending.forget_old(now=timezone.now())
