"""When a notice leaves by mail: plain functions of kind, preference and time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from notifications.kinds import Delivery, Kind
from notifications.models import ReturnedAddress

Why = ReturnedAddress.Why

DIGEST_HOUR = 7
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8


def delivery_for(kind: Kind, wanted: str | None) -> Delivery:
    """The person's choice for the category, unless the kind may not be left; then at once."""
    if not kind.may_leave:
        return Delivery.NOW
    return Delivery(wanted) if wanted else kind.delivery


def due_at(delivery: Delivery, now: datetime) -> datetime | None:
    """When the mail is due: now, next morning at seven, next Monday at seven (local time), or never."""
    if delivery == Delivery.NOW:
        return now
    if delivery == Delivery.NEVER:
        return None
    local = timezone.localtime(now)
    morning = timezone.make_aware(datetime.combine(local.date(), time(DIGEST_HOUR)))
    if morning <= now:
        morning = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time(DIGEST_HOUR)))
    if delivery == Delivery.WEEKLY:
        day = timezone.localtime(morning).date()
        day += timedelta(days=(7 - day.weekday()) % 7)
        morning = timezone.make_aware(datetime.combine(day, time(DIGEST_HOUR)))
    return morning


def digest_day(now: datetime) -> str:
    """The day on whose morning a daily digest tells of what happens now."""
    due = due_at(Delivery.DAILY, now)
    assert due is not None  # of a daily one there always is
    return timezone.localtime(due).date().isoformat()


def digest_bounds(day: str) -> tuple[datetime, datetime]:
    """From when to when a day's digest gathers: from the morning before to the morning of the day."""
    morning = datetime.fromisoformat(day)
    ends = due_at(Delivery.DAILY, timezone.make_aware(morning))
    begins = due_at(Delivery.DAILY, timezone.make_aware(morning - timedelta(days=1)))
    assert begins is not None
    assert ends is not None
    return begins, ends


_OF_THE_ADDRESS = (None, "invalid", "bounced")
_OF_ITS_READER = ("spam", "unsubscribed")


def why_returned(event: str, reason: str | None) -> Why | None:
    """Why no more letters go to an address of which the provider tells this, in anymail's words; None: they do. What
    was refused for the sender's or the provider's sake says nothing of the address."""
    if event == "complained" or (event in ("bounced", "rejected") and reason in _OF_ITS_READER):
        return Why.UNWANTED
    if event == "bounced" and reason in _OF_THE_ADDRESS:
        return Why.CAME_BACK
    if event == "rejected" and reason in _OF_THE_ADDRESS[1:]:
        return Why.CAME_BACK
    return None


def retry_at(attempts: int, now: datetime) -> datetime:
    """A minute, two, four … up to four hours after a failed try."""
    return now + min(timedelta(minutes=2**attempts), timedelta(hours=4))
