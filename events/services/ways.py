"""How long the way takes between the halls of an event's rounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Event
from events.rules.events import may_manage_event
from events.services.rounds import NotTheHost

LONGEST = 120


class WayTooLong(DomainError):
    message = _("Give the minutes from 0 to 120.")


@transaction.atomic
def set_walk(*, event: Event, minutes: int, by: Any, now: datetime) -> Event:
    """From now on nobody is given a meeting in a round so near to one in another place; visits at desks and meetings
    outside the rounds are as they choose. What is agreed stays, and is shown to the
    host where it clashes. Raises `NotTheHost` or `WayTooLong`."""
    if not may_manage_event(by, event):
        raise NotTheHost
    if not 0 <= minutes <= LONGEST:
        raise WayTooLong(field="walk_minutes")
    event.walk_minutes = minutes
    Event.objects.filter(pk=event.pk).update(walk_minutes=minutes)
    audit.record("event.walk_set", event, by=by, now=now, minutes=minutes)
    return event
