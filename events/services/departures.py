"""When a person ends their account, or a profile leaves a circle: nobody waits for them in vain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Profile
from events.models import Event, Meeting, Registration
from events.rules.events import may_see_event
from events.services.meetings import cancel_meeting
from events.services.registrations import cancel_registration, end
from events.services.seats import lock_event


@transaction.atomic
def leave_everything(user: Any, now: datetime) -> None:
    """End the coming registrations and cancel the coming meetings; the other sides are told, and seats go on."""
    coming = Registration.objects.standing().of_user(user)
    for registration in coming.filter(event__ends_at__gt=now).exclude(event__state=Event.State.CANCELLED):
        cancel_registration(registration=registration, by=user, now=now)
    for meeting in Meeting.objects.filter(parties__user=user, state=Meeting.State.AGREED, starts_at__gt=now):
        cancel_meeting(meeting=meeting, by=user, now=now)


@transaction.atomic
def leave_circles(*, profile: Profile, by: Any, now: datetime) -> None:
    """End the profile's coming registrations to events for a circle that the person who comes may see no longer."""
    coming = Registration.objects.standing().filter(
        profile=profile, event__audience=Event.Audience.CIRCLE, event__ends_at__gt=now
    )
    for registration in coming.exclude(event__state=Event.State.CANCELLED).select_related("event", "user"):
        if not may_see_event(registration.user, registration.event):
            registration.event = lock_event(registration.event)
            end(registration, by=by, now=now)
