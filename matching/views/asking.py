"""A page that waits for a worker's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from matching.models import Question

SOON = timedelta(seconds=3)
PATIENCE = timedelta(minutes=1)
"""Who has waited longer looks again when they like."""


def waiting(question: Question) -> dict[str, Any]:
    """How soon the page looks again, in milliseconds; 0 when it has stopped looking."""
    waited = timezone.now() - question.asked_at
    return {"look_again": 0 if waited > PATIENCE else 400 if waited < SOON else 1500}
