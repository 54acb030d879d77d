"""How one registers for the demo's events: tickets, questions, and what the people took and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import yaml

from config.demo.read import DATA
from events.models import Event, Question, Registration
from events.rules.questions import NO, YES
from events.services import admission, doors, questions, tickets
from events.services.doors import Pressed
from events.services.questions import QuestionPlan
from events.services.tickets import TicketPlan


@cache
def registering() -> dict[str, Any]:
    """By the event's key; see the file."""
    with (DATA / "registering.yaml").open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
    return loaded


def ask(event: Event, key: str, *, by: Any, now: datetime) -> None:
    """The event's rules, tickets and questions, as its organiser makes them."""
    row = registering().get(key)
    if row is None:
        return
    tickets.save_rules(event=event, needs_approval=False, most_colleagues=row["most_colleagues"], by=by, now=now)
    for ticket in row.get("tickets", []):
        plan = TicketPlan(
            names=ticket["name"],
            audiences=ticket["audience"],
            capacity=ticket.get("capacity"),
            needs_approval=ticket.get("approval", False),
        )
        tickets.save_ticket(event=event, plan=plan, by=by, now=now)
    for question in row["questions"]:
        questions.save_question(event=event, plan=_plan(event, row, question), by=by, now=now)


def said(event: Event, key: str, party: str) -> dict[str, Any]:
    """What the party's registering holds beside whom it is for."""
    row = registering().get(key)
    if row is None:
        return {}
    asked = dict(zip([one["key"] for one in row["questions"]], event.questions.all(), strict=True))
    own = row["answers"].get(party, {})
    names = [ticket["key"] for ticket in row.get("tickets", [])]
    given = list(event.tickets.all())
    taken = names.index(row.get("took", {}).get(party, names[0])) if names else None
    return {
        "ticket": given[taken] if taken is not None else None,
        "answers": {asked[name].pk: _value(asked[name], value) for name, value in own.items()},
    }


def accept(event: Event, key: str, registrations: dict[str, Registration], *, by: Any, now: datetime) -> None:
    """The organiser's leave for some; the rest wait for it."""
    for party in registering().get(key, {}).get("accepted", []):
        admission.accept_registration(registration=registrations[party], by=by, now=now)


def check_in(event: Event, *, by: Any) -> None:
    """Those who came to an event that has been: a minute apart at its door. Every sixth stayed away."""
    opened = event.starts_at - timedelta(minutes=20)
    for number, one in enumerate(event.registrations.confirmed()):
        if number % 6 != 5:
            at = opened + number * timedelta(minutes=1)
            pressed = Pressed(uuid4(), one.pk, is_in=True, at=at)
            doors.press(event=event, presses=[pressed], sent_at=at, now=at, by=by)


def _value(question: Question, value: Any) -> Any:
    return question.options[value]["key"] if question.kind == Question.Kind.CHOICE else value


def _plan(event: Event, row: dict[str, Any], question: dict[str, Any]) -> QuestionPlan:
    made = dict(zip([one["key"] for one in row["questions"]], event.questions.all(), strict=False))
    depends: dict[str, Any] = question.get("depends") or {}
    other = made[depends["after"]] if depends else None
    values = []
    if other is not None:
        values = [other.options[at]["key"] if other.options else (YES if at else NO) for at in depends["at"]]
    names = [ticket["key"] for ticket in row.get("tickets", [])]
    given = dict(zip(names, event.tickets.all(), strict=True))
    return QuestionPlan(
        kind=question["kind"],
        labels=question["label"],
        hints=question.get("hint", {}),
        purposes=question["purpose"],
        options=question.get("options", {}),
        kept_days=question["kept"],
        is_required=question.get("required", False),
        depends_on=other,
        depends_values=values,
        tickets=[given[name] for name in question.get("tickets", [])],
    )
