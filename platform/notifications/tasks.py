from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications import services


@shared_task(name="notifications.tasks.deliver")
def deliver() -> int:
    """Mail what is due. Woken by `notify`, and by the sweep for what was lost and for digests."""
    total = 0
    while count := services.deliver_due(now=timezone.now()):
        total += count
    return total


SWEEPS = {"notifications-deliver": ("notifications.tasks.deliver", 20)}
