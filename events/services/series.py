"""Series: the same event on several dates, changed one at a time or all that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from events.models import Event, EventSeries
from events.rules.events import may_manage_event
from events.services import copying, events
from events.services.registrations import lock_event
from events.services.shifting import by_the_clock
from events.wording import day as day_in_words

MOST = 60
OPEN = (Event.State.DRAFT, Event.State.PUBLISHED, Event.State.CLOSED)


class NoDates(DomainError):
    message = gettext_lazy("There is no date left. Choose more of them.")


class TooManyDates(DomainError):
    message = gettext_lazy("A series has at most 60 dates. Make it in two parts.")


class DateTaken(DomainError):
    message = gettext_lazy("The series has an event on that day already.")


class NothingToPublish(DomainError):
    message = gettext_lazy("The series has no drafts to publish.")


@transaction.atomic
def make_series(
    *, event: Event, dates: Sequence[date], kind: str, by: Any, now: datetime, with_speakers: bool = False
) -> list[Event]:
    """Copies of the event, as drafts, on the dates at the same hour of the clock, programme and all; returns them.

    An event that is in a series already gets more of it, and the series keeps its kind. Raises `NotTheHost`, `NoDates`,
    `TooManyDates`, `DateTaken` or `StartPassed`.
    """
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise events.NotTheHost
    if event.is_cancelled:
        raise events.IsCancelled
    days = sorted(set(dates))
    if not days:
        raise NoDates(field="count")
    is_new = event.series is None
    series = event.series or EventSeries(kind=kind, created_at=now)
    standing = {timezone.localdate(event.starts_at)}
    if not is_new:
        standing |= {timezone.localdate(other.starts_at) for other in series.events.all()}
    if len(standing) + len(days) > MOST:
        raise TooManyDates(field="count")
    for day in days:
        if day in standing:
            raise DateTaken(_("The series has an event on %(day)s already.") % {"day": day_in_words(day)}, field="days")
    if is_new:
        series.save()
        event.series = series
        event.save(update_fields=["series", "changed_at"])
    made = []
    for day in days:
        copy = copying.copy_event(
            event=event,
            by=by,
            now=now,
            starts_at=on_day(event.starts_at, day),
            with_programme=True,
            with_speakers=with_speakers,
        )
        copy.series = series
        copy.save(update_fields=["series", "changed_at"])
        made.append(copy)
    audit.record("event.series_made", event, by=by, now=now, count=len(made))
    return made


def on_day(moment: datetime, day: date) -> datetime:
    """The same hour of the clock on another day."""
    return timezone.make_aware(datetime.combine(day, timezone.localtime(moment).time())).astimezone(UTC)


@transaction.atomic
def edit_following(
    *, event: Event, plan: events.EventPlan, organiser: Profile | None, by: Any, now: datetime, version: int | None
) -> int:
    """Change the event and all that follow it in its series, each on its own day; returns how many were changed.

    When the event moves, they move as much, by the clock. One that is over, cancelled or archived stays. If one cannot
    be changed, none is, and the refusal says which.
    """
    started, length = event.starts_at, plan.ends_at - plan.starts_at
    following = list(followers(event))
    events.edit_event(event=event, plan=plan, organiser=organiser, by=by, now=now, version=version)
    for other in following:
        start = by_the_clock(other.starts_at, started, plan.starts_at)
        closes = plan.registration_closes_at
        own = replace(
            plan,
            starts_at=start,
            ends_at=_end(start, plan, length),
            registration_closes_at=by_the_clock(closes, plan.starts_at, start) if closes is not None else None,
            questions_until=None if plan.questions_until is None else other.questions_until,
        )
        try:
            events.edit_event(event=other, plan=own, organiser=organiser, by=by, now=now)
        except DomainError as problem:
            told = {"day": day_in_words(other.starts_at), "problem": str(problem)}
            raise DomainError(_("%(day)s: %(problem)s") % told, field=problem.field) from problem
    return 1 + len(following)


def _end(start: datetime, plan: events.EventPlan, length: timedelta) -> datetime:
    """By the clock too: an evening that ends at ten ends at ten on the night of the change."""
    if not plan.is_all_day:
        return start + length
    days = timezone.localdate(plan.ends_at) - timezone.localdate(plan.starts_at)
    return on_day(start, timezone.localdate(start) + days)


def followers(event: Event) -> Any:
    """Those of the series after the event that can still be changed."""
    if event.series_id is None:
        return Event.objects.none()
    later = Event.objects.filter(series=event.series_id, starts_at__gt=event.starts_at, state__in=OPEN)
    return later.exclude(pk=event.pk).order_by("starts_at", "pk")


@transaction.atomic
def publish_series(*, event: Event, by: Any, now: datetime) -> int:
    """Publish every draft of the series that has not begun; returns how many. Raises `NothingToPublish`."""
    if not may_manage_event(by, event):
        raise events.NotTheHost
    drafts = Event.objects.filter(series=event.series_id, state=Event.State.DRAFT, starts_at__gt=now)
    count = 0
    for draft in list(drafts.order_by("starts_at")) if event.series_id is not None else []:
        events.publish_event(event=draft, by=by, now=now)
        count += 1
    if not count:
        raise NothingToPublish
    return count
