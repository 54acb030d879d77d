"""After an event: what came of it, and its way out of the lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Event
from events.rules.event_states import may_become
from events.rules.events import may_manage_event
from events.services.events import IsCancelled, NotTheHost, Stale
from events.services.registrations import lock_event
from events.services.speaking import forget_picture

ARCHIVED_AFTER = timedelta(days=120)
"""The last question of what came of the meetings goes out on the ninetieth day; a month is left to answer it."""
A_SWEEP = 100


class NotOverYet(DomainError):
    message = _("What came of the event is written when it is over.")


class CannotBeArchived(DomainError):
    message = _("Only an event that was held can be archived.")


@transaction.atomic
def write_aftermath(*, event: Event, text: str, by: Any, now: datetime, version: int | None = None) -> Event:
    """Tell on the event's page what came of it; also of an archived one.

    Raises `NotTheHost`, `IsCancelled`, `NotOverYet` or `Stale`.
    """
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    if event.is_cancelled:
        raise IsCancelled
    if event.ends_at > now or event.is_draft:
        raise NotOverYet
    if version is not None and version != event.version:
        raise Stale
    event.aftermath = text
    event.version += 1
    event.save(update_fields=["aftermath", "version", "changed_at"])
    audit.record("event.aftermath_written", event, by=by, now=now)
    return event


@transaction.atomic
def archive_event(*, event: Event, by: Any, now: datetime) -> Event:
    """Out of the lists, while its page stays at its address. Raises `NotTheHost`, `CannotBeArchived`, `NotOverYet`."""
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    if not may_become(event, Event.State.ARCHIVED):
        raise CannotBeArchived
    if event.ends_at > now:
        raise NotOverYet
    return _archive(event, by=by, now=now)


def sweep_archive(*, now: datetime) -> int:
    """Archive what was held `ARCHIVED_AFTER` ago; returns how many. One at a time, so that none holds up the others."""
    due = Event.objects.announced().filter(ends_at__lte=now - ARCHIVED_AFTER).order_by("pk")
    count = 0
    for pk in list(due.values_list("pk", flat=True)[:A_SWEEP]):
        with transaction.atomic():
            event = Event.objects.select_for_update(of=("self",)).get(pk=pk)
            if may_become(event, Event.State.ARCHIVED) and event.ends_at <= now - ARCHIVED_AFTER:
                _archive(event, by=None, now=now)
                count += 1
    return count


def _archive(event: Event, *, by: Any, now: datetime) -> Event:
    """Speakers' names stay on the programme that was; their pictures have done their work."""
    for speaker in event.speakers.exclude(picture=""):
        forget_picture(speaker)
    event.speakers.exclude(picture="").update(picture="")
    event.state = Event.State.ARCHIVED
    event.archived_at = now
    event.version += 1
    event.save(update_fields=["state", "archived_at", "version", "changed_at"])
    audit.record("event.archived", event, by=by, now=now)
    return event
