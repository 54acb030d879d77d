"""What core tells to apps above it; they register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.models import Feedback

_feedback: dict[str, Callable[[Feedback, datetime], None]] = {}


def on_feedback(key: str, hook: Callable[[Feedback, datetime], None]) -> None:
    _feedback[key] = hook


def feedback_sent(feedback: Feedback, now: datetime) -> None:
    for hook in _feedback.values():
        hook(feedback, now)
