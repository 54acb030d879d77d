"""Notices of what the demo's people have done: their letters lie on the demo's mail page, and older ones are read."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.models import Notification
from notifications.services import deliver_due, mark_read

READ_AFTER = timedelta(days=2)


def deliver_notices(*, now: datetime) -> int:
    """What the worker would do at once, had it been there; returns how many notices left by mail."""
    count = 0
    while sent := deliver_due(now=now):
        count += sent
    for notice in Notification.objects.filter(read_at=None, created_at__lt=now - READ_AFTER):
        mark_read(notification=notice, now=notice.created_at + READ_AFTER / 2)
    return count
