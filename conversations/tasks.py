"""What nobody has answered."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from conversations.services import care

SWEEPS = {"conversations-waiting": ("conversations.tasks.tell_waiting", 900.0)}


@shared_task(name="conversations.tasks.tell_waiting")
def tell_waiting() -> int:
    """Tells colleagues of messages that have waited too long, or whose keeper is away."""
    return care.tell_waiting(now=timezone.now())
