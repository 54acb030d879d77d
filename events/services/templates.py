"""Outlines that an organiser keeps, and events begun from an outline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalogue.models import OperatingModel
from core import audit
from core.errors import DomainError
from events.models import Event, EventTemplate
from events.outlines import Outline, to_data
from events.rules.events import may_manage_event, may_organise_as
from events.services import events
from events.services.copying import add_rounds, fill_from_outline, keep_walk, outline_of
from events.services.registering import add_registering

MOST = 50


class TemplateNameTaken(DomainError):
    message = _("There is a template of this name already. Choose another.")


class TooManyTemplates(DomainError):
    message = _("There are 50 templates already. Delete one first.")


class NotYourTemplate(DomainError):
    message = _("Only those who organise for the same organisation can do this.")


@transaction.atomic
def keep_as_template(*, event: Event, name: str, by: Any, now: datetime) -> EventTemplate:
    """Keep the event's outline for its organiser: no dates, no people, no registrations.

    Raises `NotTheHost`, `TooManyTemplates` or `TemplateNameTaken`.
    """
    if not may_manage_event(by, event):
        raise events.NotTheHost
    kept = EventTemplate.objects.filter(organiser=event.organiser)
    if kept.count() >= MOST:
        raise TooManyTemplates
    if kept.filter(name=name).exists():  # of nobody's name, which the database would let be twice
        raise TemplateNameTaken(field="name")
    try:
        with transaction.atomic():
            made = EventTemplate.objects.create(
                organiser=event.organiser,
                name=name,
                content=to_data(outline_of(event)),
                created_by=by,
                created_at=now,
            )
    except IntegrityError as problem:
        raise TemplateNameTaken(field="name") from problem
    audit.record("event_template.kept", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def forget_template(*, template: EventTemplate, by: Any, now: datetime) -> None:
    """Events that were begun from it stay as they are."""
    if not may_organise_as(by, template.organiser):
        raise NotYourTemplate
    audit.record("event_template.forgotten", template, by=by, now=now)
    template.delete()


@transaction.atomic
def create_from_outline(
    *,
    outline: Outline,
    plan: events.EventPlan,
    organiser: Profile | None,
    by: Any,
    now: datetime,
    operating_model: OperatingModel | None = None,
    key: str | None = None,
) -> Event:
    """A draft as `create_event` makes it, with the outline's tickets, questions, rooms, sessions and rounds of
    meetings, each at its time from the event's beginning."""
    made = events.create_event(plan=plan, organiser=organiser, by=by, now=now, operating_model=operating_model, key=key)
    add_registering(event=made, outlined=outline.registering)
    fill_from_outline(event=made, outline=outline)
    if not made.rounds.exists():  # a form sent twice makes one event
        add_rounds(event=made, outlined=outline.rounds, by=by, now=now)
        keep_walk(made, outline.walk_minutes)
    return made
