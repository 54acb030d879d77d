"""Feedback: kept, told to those who answer, answered in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core import audit, hooks
from core.models import Feedback, Installation
from core.queries import forget_installation

ANSWER_WITHIN = timedelta(days=14)


@transaction.atomic
def send_feedback(*, text: str, about_accessibility: bool, page: str, email: str, now: datetime) -> Feedback:
    """Keep what someone told and let those who answer know of it."""
    feedback = Feedback.objects.create(
        text=text, about_accessibility=about_accessibility, page=page, email=email, sent_at=now
    )
    hooks.feedback_sent(feedback, now)
    return feedback


@transaction.atomic
def mark_answered(*, feedback: Feedback, by: Any, now: datetime) -> None:
    """Once answered, the writer's address is not kept."""
    feedback.answered_at, feedback.answered_by, feedback.email = now, by, ""
    feedback.save(update_fields=["answered_at", "answered_by", "email"])
    audit.record("feedback.answered", feedback, by=by, now=now)


@transaction.atomic
def set_installation(*, by: Any = None, now: datetime, **fields: Any) -> Installation:
    """Whose installation this is. One row; pages see it at once."""
    installation, _made = Installation.objects.update_or_create(pk=1, defaults=fields)
    audit.record("installation.changed", installation, by=by, now=now, fields=sorted(fields))
    transaction.on_commit(forget_installation)
    return installation
