"""Registering for an event: seats, the line for them, and a freed seat's way to the first who waits.

Everything happens under the event's lock, so that two at once never get the same seat.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import rules as accounts_rules
from accounts.models import Profile
from core import audit
from core.errors import DomainError
from events.models import Event, Registration
from events.rules.events import may_manage_event
from events.services import placing
from notifications.services import notify

State = Registration.State


class NotYourProfile(DomainError):
    message = _("Choose a profile that you represent yourself.")


class ProfileNotPublished(DomainError):
    message = _("The profile is not published yet. Finish it first, then register.")


class RegistrationClosed(DomainError):
    message = _("Registration for the event is closed.")


class AlreadyRegistered(DomainError):
    message = _("You have registered for the event already.")


class NotYours(DomainError):
    message = _("You can cancel only your own registration.")


class NotRegistered(DomainError):
    message = _("The registration is cancelled already.")


class EventIsOver(DomainError):
    message = _("The event is over.")


@transaction.atomic
def register(*, event: Event, profile: Profile, by: Any, now: datetime) -> Registration:
    """A person comes for a profile: to a free seat, or to the end of the line. They are told which.

    Raises `NotYourProfile`, `ProfileNotPublished`, `RegistrationClosed` or `AlreadyRegistered`.
    """
    if not accounts_rules.may_act_for(by, profile):
        raise NotYourProfile(field="profile")
    if profile.status != Profile.Status.PUBLISHED:
        raise ProfileNotPublished(field="profile")
    event = lock_event(event)
    if not event.takes_registrations(now):
        raise RegistrationClosed
    found = event.registrations.filter(user=by).first()
    if found is not None and found.state != State.CANCELLED:
        raise AlreadyRegistered
    state = State.CONFIRMED if _has_room(event) else State.WAITING
    made = found or Registration(event=event, user_id=by.pk)
    made.profile, made.state, made.registered_at = profile, state, now
    made.save()
    audit.record("registration.made", made, by=by, now=now, event=event.pk, state=str(state))
    notify("events.registered", [made.user], {"registration": made.pk, "user": by.pk}, key=_key(made), now=now)
    return made


@transaction.atomic
def cancel_registration(*, registration: Registration, by: Any, now: datetime) -> Registration:
    """The person, or the event's host, ends a registration. Its coming meetings fall, and the seat goes on at once.

    Raises `NotYours`, `NotRegistered` or `EventIsOver`.
    """
    event = lock_event(registration.event)
    registration = event.registrations.select_related("profile", "user").get(pk=registration.pk)
    is_own = registration.user_id == by.pk
    if not is_own and not may_manage_event(by, event):
        raise NotYours
    if registration.state == State.CANCELLED:
        raise NotRegistered
    if event.ends_at <= now:
        raise EventIsOver
    registration.state = State.CANCELLED
    registration.save(update_fields=["state"])
    placing.leave_rounds(registration=registration, now=now)
    audit.record("registration.cancelled", registration, by=by, now=now, event=event.pk)
    if not is_own:
        about = {"registration": registration.pk, "user": registration.user_id}
        notify("events.registration_cancelled", [registration.user], about, key=_key(registration), now=now)
    fill_seats(event=event, now=now)
    return registration


def fill_seats(*, event: Event, now: datetime) -> int:
    """Give the free seats to the first in line, and tell them. Called under the event's lock; returns how many.

    After registration has closed too: those who wait registered in time.
    """
    if event.state not in (Event.State.PUBLISHED, Event.State.CLOSED) or event.starts_at <= now:
        return 0
    line = event.registrations.waiting().select_related("user")
    if event.capacity is not None:
        free = event.capacity - event.registrations.confirmed().count()
        line = line[: max(free, 0)]
    seated = list(line)
    for registration in seated:
        registration.state = State.CONFIRMED
        registration.save(update_fields=["state"])
        about = {"registration": registration.pk, "user": registration.user_id}
        notify("events.seat_freed", [registration.user], about, key=_key(registration), now=now)
    return len(seated)


def sweep_seats(*, now: datetime) -> int:
    """Find seats that stand free while somebody waits (an account that was deleted frees its seat silently)."""
    waiting = (
        Event.objects.announced()
        .with_counts()
        .filter(
            starts_at__gt=now,
            in_line__gt=0,  # type: ignore[misc]  # an annotation of with_counts
        )
    )
    count = 0
    for pk in list(waiting.filter(Q(capacity=None) | Q(seats_taken__lt=F("capacity"))).values_list("pk", flat=True)):
        with transaction.atomic():
            count += fill_seats(event=Event.objects.select_for_update(of=("self",)).get(pk=pk), now=now)
    return count


def lock_event(event: Event) -> Event:
    """The event as it stands, held until the transaction ends."""
    return Event.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=event.pk)


def _has_room(event: Event) -> bool:
    """Whether a newcomer gets a seat: one is free, and nobody waits for it."""
    if event.capacity is None:
        return True
    return event.registrations.confirmed().count() < event.capacity and not event.registrations.waiting().exists()


def _key(registration: Registration) -> str:
    """One registering is one fact: a person who cancels and comes again is told again."""
    return f"registration:{registration.pk}:{registration.registered_at.isoformat()}"
