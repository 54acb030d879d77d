"""How long a membership holds."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from django.utils import timezone

from networks.models import Membership


def months_on(day: date, months: int) -> date:
    """The same day that many months later; the last of the month where there is no such day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def start_period(membership: Membership, now: datetime) -> None:
    """A new member's first period, where the network has periods."""
    months = membership.network.membership_months
    membership.period_ends = months_on(timezone.localdate(now), months) if months else None
    membership.renewal_asked_at = None
    membership.save(update_fields=["period_ends", "renewal_asked_at"])
