"""Days of the demo's files, counted from the day of loading."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

SATURDAY = 5


def moment(now: datetime, *, day: int, at: time) -> datetime:
    """The clock time `at` in Finland, `day` days from the day of `now`; the Monday after, should that be a weekend."""
    found = timezone.localtime(now).date() + timedelta(days=day)
    found += timedelta(days=7 - found.weekday() if found.weekday() >= SATURDAY else 0)
    return timezone.make_aware(datetime.combine(found, at))
