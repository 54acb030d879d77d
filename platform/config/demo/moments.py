"""Days of the demo's files, counted from the day of loading."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone


def moment(now: datetime, *, day: int, at: time) -> datetime:
    """The clock time `at` in Finland, `day` days from the day of `now`."""
    local = timezone.localtime(now)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=day), at))
