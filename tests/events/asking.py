"""An event with tickets and questions of its own, for the tests of registering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from events.models import Event, Question, Registration, TicketCategory
from events.services import questions, registrations, tickets
from events.services.questions import QuestionPlan
from events.services.tickets import TicketPlan

from .making import NOW, make_profile, make_user

Kind = Question.Kind


def make_ticket(event: Event, host: User, name: str = "Kävijä", **fields: Any) -> TicketCategory:
    return tickets.save_ticket(event=event, plan=TicketPlan(names={"fi": name}, **fields), by=host, now=NOW)


def make_question(
    event: Event, host: User, kind: str = Kind.SHORT, label: str = "Miksi tulet?", **more: Any
) -> Question:
    words = more.pop("options", None)
    plan = QuestionPlan(
        kind=kind,
        labels={"fi": label},
        purposes={"fi": "Suunnittelemme ohjelman vastausten mukaan."},
        kept_days=more.pop("kept_days", 7),
        options={"fi": words} if words else {},
        **more,
    )
    return questions.save_question(event=event, plan=plan, by=host, now=NOW)


def come(event: Event, name: str = "Vieras", *, now: datetime = NOW, **more: Any) -> Registration:
    """A new person of a new company registers."""
    user = make_user(name)
    profile = make_profile(f"{name} Oy", by=user)
    return registrations.register(event=event, profile=profile, by=user, now=now, **more)
