"""The organiser's answer to those who register: accepted or declined with a reason, one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Event, Registration
from events.rules.events import may_manage_event
from events.services import registrations
from events.services.events import NotTheHost
from events.services.seats import fill_seats, has_room, lock_event, notice_key
from notifications.services import notify

State = Registration.State
ACCEPT, DECLINE, CANCEL = "accept", "decline", "cancel"


class NotPending(DomainError):
    message = _("The registration has been answered already.")


class ReasonMissing(DomainError):
    message = _("Tell why, so that the person understands.")


class NobodyChosen(DomainError):
    message = _("Choose somebody first.")


@dataclass(frozen=True)
class Done:
    """How many it was done to, and how many stood so that it could not be."""

    done: int
    passed: int


@transaction.atomic
def accept_registration(*, registration: Registration, by: Any, now: datetime) -> Registration:
    """The person gets a seat or, where none is free, a place in the line by when they registered. They are told.

    Raises `NotTheHost`, `NotPending` or `EventIsOver`.
    """
    event, registration = _locked(registration, by, now)
    if registration.state != State.PENDING:
        raise NotPending
    registration.state = State.CONFIRMED if has_room(event, registration.ticket) else State.WAITING
    registration.save(update_fields=["state"])
    audit.record("registration.accepted", registration, by=by, now=now, event=event.pk, state=str(registration.state))
    _tell("events.registration_accepted", registration, now)
    return registration


@transaction.atomic
def decline_registration(*, registration: Registration, reason: str, by: Any, now: datetime) -> Registration:
    """One who waits for the organiser or for a seat is declined, with the reason. Their answers are deleted.

    Raises `NotTheHost`, `ReasonMissing`, `NotPending` or `EventIsOver`.
    """
    event, registration = _locked(registration, by, now)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if registration.state not in (State.PENDING, State.WAITING):
        raise NotPending
    registration.state, registration.decision_reason = State.DECLINED, reason.strip()[:400]
    registrations.leave(registration, now=now)
    audit.record("registration.declined", registration, by=by, now=now, event=event.pk)
    _tell("events.registration_declined", registration, now)
    fill_seats(event=event, now=now)
    return registration


@transaction.atomic
def answer_many(*, event: Event, numbers: Sequence[int], act: str, by: Any, now: datetime, reason: str = "") -> Done:
    """The same to many, the first registered first. Those who stand otherwise by now are passed over and counted.

    Raises `NotTheHost`, `NobodyChosen`, `ReasonMissing` or `EventIsOver`.
    """
    if not may_manage_event(by, event):
        raise NotTheHost
    chosen = list(event.registrations.filter(pk__in=numbers).order_by("registered_at", "pk"))
    if not chosen:
        raise NobodyChosen
    done = 0
    for registration in chosen:
        try:
            if act == ACCEPT:
                accept_registration(registration=registration, by=by, now=now)
            elif act == DECLINE:
                decline_registration(registration=registration, reason=reason, by=by, now=now)
            else:
                registrations.cancel_registration(registration=registration, by=by, now=now)
        except (NotPending, registrations.NotRegistered):
            continue
        done += 1
    return Done(done, len(chosen) - done)


def _locked(registration: Registration, by: Any, now: datetime) -> tuple[Event, Registration]:
    event = lock_event(registration.event)
    if not may_manage_event(by, event):
        raise NotTheHost
    if event.ends_at <= now:
        raise registrations.EventIsOver
    return event, event.registrations.select_related("profile", "user", "ticket").get(pk=registration.pk)


def _tell(kind: str, registration: Registration, now: datetime) -> None:
    about = {"registration": registration.pk, "user": registration.user_id}
    notify(kind, [registration.user], about, key=notice_key(registration), now=now)
