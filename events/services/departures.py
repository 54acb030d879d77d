"""When a person ends their account: nobody waits for them in vain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from events.models import Event, Meeting, Registration
from events.services.meetings import cancel_meeting
from events.services.registrations import cancel_registration


@transaction.atomic
def leave_everything(user: Any, now: datetime) -> None:
    """End the coming registrations and cancel the coming meetings; the other sides are told, and seats go on."""
    coming = Registration.objects.of_user(user).exclude(state=Registration.State.CANCELLED)
    for registration in coming.filter(event__ends_at__gt=now).exclude(event__state=Event.State.CANCELLED):
        cancel_registration(registration=registration, by=user, now=now)
    for meeting in Meeting.objects.filter(parties__user=user, state=Meeting.State.AGREED, starts_at__gt=now):
        cancel_meeting(meeting=meeting, by=user, now=now)
