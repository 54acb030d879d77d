"""Ticket categories and the rules of registering, as the organiser decides them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from core.text import LANGUAGES
from events.models import Event, RegistrationRules, TicketCategory
from events.rules.events import may_manage_event
from events.services.events import NotTheHost
from events.services.questions import Stale
from events.services.seats import fill_seats, lock_event

MOST_TICKETS = 20


class Nameless(DomainError):
    message = _("Write the ticket's name in at least one language.")


class WindowBackwards(DomainError):
    message = _("The ticket must close after it opens.")


class TooManyTickets(DomainError):
    message = _("There are twenty tickets already. Remove one first.")


class TicketTooSmall(DomainError):
    message = _("More people than that have this ticket already.")


class TicketInUse(DomainError):
    message = _("People have this ticket. Close it instead: give it a closing time that has passed.")


@dataclass(frozen=True)
class TicketPlan:
    names: dict[str, str]
    audiences: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    capacity: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    needs_approval: bool = False


@transaction.atomic
def save_rules(
    *, event: Event, needs_approval: bool, most_colleagues: int, by: Any, now: datetime, version: int | None = None
) -> RegistrationRules:
    """Those who wait for leave already go on waiting for it. Raises `NotTheHost` or `Stale`."""
    event = _hosted(event, by)
    rules, _made = RegistrationRules.objects.get_or_create(event=event)
    if version is not None and version != rules.version:
        raise Stale
    rules.needs_approval, rules.most_colleagues = needs_approval, most_colleagues
    rules.version += 1
    rules.save()
    audit.record("registration_rules.saved", rules, by=by, now=now, event=event.pk)
    return rules


@transaction.atomic
def save_ticket(
    *,
    event: Event,
    plan: TicketPlan,
    by: Any,
    now: datetime,
    ticket: TicketCategory | None = None,
    version: int | None = None,
) -> TicketCategory:
    """Make a category, or change one; new seats go to those who wait. Those who registered before an event had tickets
    keep their seats without one.

    Raises `NotTheHost`, `Stale`, `TooManyTickets`, `TicketTooSmall`, or what is wrong in the plan with its field.
    """
    event = _hosted(event, by)
    if not any(plan.names.values()):
        raise Nameless(field="name_fi")
    if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
        raise WindowBackwards(field="closes_at")
    known = list(event.tickets.all())
    before = next((one for one in known if ticket is not None and one.pk == ticket.pk), None)
    if ticket is not None and (before is None or (version is not None and version != before.version)):
        raise Stale
    if before is None and len(known) >= MOST_TICKETS:
        raise TooManyTickets
    made = before or TicketCategory(event=event, position=max((one.position for one in known), default=-1) + 1)
    taken = event.registrations.confirmed().filter(ticket=before).count() if before is not None else 0
    if plan.capacity is not None and taken > plan.capacity:
        raise TicketTooSmall(field="capacity")
    for code in LANGUAGES:
        setattr(made, f"name_{code}", plan.names.get(code, ""))
        setattr(made, f"audience_{code}", plan.audiences.get(code, ""))
    made.kinds, made.capacity = list(plan.kinds), plan.capacity
    made.opens_at, made.closes_at, made.needs_approval = plan.opens_at, plan.closes_at, plan.needs_approval
    made.version += 1
    made.save()
    audit.record("ticket.saved", made, by=by, now=now, event=event.pk)
    fill_seats(event=event, now=now)
    return made


@transaction.atomic
def remove_ticket(*, ticket: TicketCategory, by: Any, now: datetime) -> None:
    """Only one that nobody has or had. Raises `NotTheHost` or `TicketInUse`."""
    event = _hosted(ticket.event, by)
    if ticket.registrations.exists():
        raise TicketInUse
    audit.record("ticket.removed", ticket, by=by, now=now, event=event.pk)
    ticket.delete()


def _hosted(event: Event, by: Any) -> Event:
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    return event
