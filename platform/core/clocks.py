"""What the clocks here show, and the moments that they mean: one hour of autumn comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.forms.utils import from_current_timezone
from django.utils import timezone


def comes_twice(local: datetime) -> bool:
    """Whether the clocks show this moment's time twice, as on the night when summer time ends. `local` is a moment
    with the time zone that they keep."""
    return local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()


def moment_of(day: date, clock: time, was: datetime | None = None) -> datetime:
    """The moment at which the clocks show this.

    `was`: the moment that was shown when the time was asked for. In the hour that comes twice it is meant itself as
    long as its day and time are left as they are; otherwise Django's own `ValidationError` is raised of a time that
    the clocks skip or show twice. What is kept is in UTC: by Python's rule (PEP 495) no local time of that hour equals
    a moment of another zone, and it would look changed.
    """
    told = datetime.combine(day, clock)
    if was is not None:
        local = timezone.localtime(was).replace(second=clock.second, microsecond=0)
        if local.replace(tzinfo=None) == told and comes_twice(local):
            return local.astimezone(UTC)
    return from_current_timezone(told)
