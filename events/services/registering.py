"""How one registers for an event, handed on to a copy or kept in a template: rules, tickets, questions."""

from __future__ import annotations

from django.db import transaction

from core.text import LANGUAGES
from events.models import Event, Question, RegistrationRules, TicketCategory
from events.outlines import OutlinedQuestion, OutlinedRegistering, OutlinedTicket
from events.services.shifting import minutes_after, minutes_between

TICKET = ("capacity", "needs_approval")
QUESTION = ("kind", "kept_days", "is_required")


def outlined_registering(event: Event) -> OutlinedRegistering:
    """Times by the clock on the wall, from the event's beginning."""
    rules = RegistrationRules.objects.filter(event=event).first()
    tickets, questions = list(event.tickets.all()), list(event.questions.prefetch_related("tickets"))
    ticket_at = {ticket.pk: n for n, ticket in enumerate(tickets)}
    question_at = {question.pk: n for n, question in enumerate(questions)}
    return OutlinedRegistering(
        needs_approval=rules.needs_approval if rules is not None else False,
        most_colleagues=rules.most_colleagues if rules is not None else None,
        tickets=tuple(
            OutlinedTicket(
                names=_words(ticket, "name"),
                audiences=_words(ticket, "audience"),
                kinds=tuple(ticket.kinds),
                opens=minutes_between(event.starts_at, ticket.opens_at) if ticket.opens_at else None,
                closes=minutes_between(event.starts_at, ticket.closes_at) if ticket.closes_at else None,
                **{name: getattr(ticket, name) for name in TICKET},
            )
            for ticket in tickets
        ),
        questions=tuple(
            OutlinedQuestion(
                labels=_words(question, "label"),
                hints=_words(question, "hint"),
                purposes=_words(question, "purpose"),
                options=tuple(dict(option) for option in question.options),
                depends_on=question_at.get(question.depends_on_id or 0),
                depends_values=tuple(question.depends_values),
                tickets=tuple(ticket_at[ticket.pk] for ticket in question.tickets.all()),
                **{name: getattr(question, name) for name in QUESTION},
            )
            for question in questions
        ),
    )


@transaction.atomic
def add_registering(*, event: Event, outlined: OutlinedRegistering) -> None:
    """An event that has tickets or questions keeps its own: a form that is sent twice makes them once."""
    if event.tickets.exists() or event.questions.exists():
        return
    if outlined.needs_approval or outlined.most_colleagues is not None:
        most = outlined.most_colleagues
        wanted = {
            "needs_approval": outlined.needs_approval,
            "most_colleagues": RegistrationRules.COLLEAGUES if most is None else most,
        }
        RegistrationRules.objects.get_or_create(event=event, defaults=wanted)
    tickets = [
        TicketCategory.objects.create(
            event=event,
            position=n,
            **_columns("name", one.names),
            **_columns("audience", one.audiences),
            kinds=list(one.kinds),
            opens_at=minutes_after(event.starts_at, one.opens) if one.opens is not None else None,
            closes_at=minutes_after(event.starts_at, one.closes) if one.closes is not None else None,
            **{name: getattr(one, name) for name in TICKET},
        )
        for n, one in enumerate(outlined.tickets)
    ]
    questions: list[Question] = []
    for n, asked in enumerate(outlined.questions):
        made = Question.objects.create(
            event=event,
            position=n,
            **_columns("label", asked.labels),
            **_columns("hint", asked.hints),
            **_columns("purpose", asked.purposes),
            options=[dict(option) for option in asked.options],
            # A condition is always on an earlier question (`services.questions`).
            depends_on=questions[asked.depends_on] if asked.depends_on is not None else None,
            depends_values=list(asked.depends_values),
            **{name: getattr(asked, name) for name in QUESTION},
        )
        made.tickets.set([tickets[at] for at in asked.tickets])
        questions.append(made)


def _words(row: TicketCategory | Question, name: str) -> dict[str, str]:
    return {code: getattr(row, f"{name}_{code}") for code in LANGUAGES}


def _columns(name: str, words: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": words.get(code, "") for code in LANGUAGES}
