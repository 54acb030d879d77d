"""The audit trail's one way in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from core.models import AuditEvent


def record(action: str, subject: Model, *, by: Any, now: datetime, **detail: Any) -> AuditEvent:
    """Write what was done. `action` is `thing.verb` ("profile.published"); `detail` holds field names and ids, never
    texts.
    """
    return AuditEvent.objects.create(
        at=now,
        by=by if getattr(by, "pk", None) else None,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail=detail,
    )


def trail(subject: Model) -> Any:
    """The subject's events, newest first."""
    return AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).select_related(
        "by"
    )
