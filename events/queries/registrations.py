"""Reading registrations: the organiser's list with its counts, what was answered, one's own for export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Profile, Representative, User
from events.models import Answer, ColleagueInvitation, Event, Question, Registration, TicketCategory
from events.rules.questions import is_empty, keys_of, options_of, said
from notifications.queries import is_marked

State = Registration.State
ORDER = (State.PENDING, State.CONFIRMED, State.WAITING, State.DECLINED, State.CANCELLED)
"""What waits for the organiser stands first."""


@dataclass(frozen=True)
class Counts:
    """How many in each state, in all and by ticket (None: without one)."""

    states: dict[str, int]
    tickets: dict[int | None, dict[str, int]]
    arrived: int

    @property
    def all(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class TicketRow:
    """A ticket as one who registers sees it. `left` is None where there is no limit of its own."""

    ticket: TicketCategory
    left: int | None
    is_given_out: bool


@dataclass(frozen=True)
class Tally:
    """A question with how often each option was chosen and what was written."""

    question: Question
    options: list[tuple[str, int]]
    words: list[tuple[Registration, str]]
    answered: int


def counts(event: Event) -> Counts:
    states: Counter[str] = Counter()
    tickets: dict[int | None, dict[str, int]] = {}
    arrived = 0
    rows = event.registrations.order_by().values("state", "ticket")
    for row in rows.annotate(n=Count("pk"), arrived=Count("checked_in_at")):
        arrived += row["arrived"]
        states[row["state"]] += row["n"]
        tickets.setdefault(row["ticket"], {})[row["state"]] = row["n"]
    return Counts(dict(states), tickets, arrived)


def found(event: Event, *, state: str = "", ticket: int | None = None, words: str = "") -> QuerySet[Registration]:
    """The organiser's list: all who stand, or those in one state; narrowed by ticket and by words in names and
    addresses.
    """
    rows = event.registrations.filter(state=state) if state else event.registrations.standing()
    if ticket is not None:
        rows = rows.filter(ticket=ticket)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(user__name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(profile__name_fi__icontains=word)
            | Q(profile__name_sv__icontains=word)
            | Q(profile__name_en__icontains=word)
            | Q(code__icontains=word.replace("-", ""))
        )
    return rows.select_related("profile", "user", "ticket").order_by("registered_at", "pk")


def participants(event: Event) -> list[Registration]:
    """For files: those who wait for the organiser, those with a seat, the line; each in the order of registering."""
    place = {state: n for n, state in enumerate(ORDER)}
    standing = event.registrations.standing().select_related("profile", "user", "ticket")
    return sorted(standing, key=lambda one: (place[State(one.state)], one.registered_at, one.pk))


def asks_more(event: Event) -> bool:
    """Whether registering needs a page of its own: there are tickets to choose from, or questions."""
    return event.tickets.exists() or event.questions.exists()


def declined(user: Any, event: Event) -> Registration | None:
    """The reader's registration that the organiser declined."""
    if not user.is_authenticated:
        return None
    return event.registrations.filter(user=user, state=State.DECLINED).first()


def ticket_rows(event: Event, *, kind: str | None, now: datetime) -> list[TicketRow]:
    """The tickets for profiles of this kind (None: all), with what is left of each."""
    tickets = event.tickets.annotate(
        taken=Count("registrations", filter=Q(registrations__state=State.CONFIRMED)),
        line=Count("registrations", filter=Q(registrations__state=State.WAITING)),
    )
    rows = []
    for ticket in tickets:
        if kind is not None and not ticket.is_for(kind):
            continue
        left = None
        if ticket.capacity is not None:
            left = 0 if ticket.line else max(ticket.capacity - ticket.taken, 0)
        rows.append(TicketRow(ticket, left, ticket.is_given_out(now)))
    return rows


def questions(event: Event) -> list[Question]:
    return list(event.questions.select_related("depends_on").prefetch_related("tickets", "depends_on__tickets"))


def answers_of(registration: Registration) -> dict[int, Any]:
    return dict(registration.answers.values_list("question", "value"))


def answered(registration: Registration) -> list[tuple[Question, str]]:
    """What one answered, in words."""
    rows = registration.answers.select_related("question__event")
    return [(row.question, said(row.question, row.value)) for row in rows]


def answers_by_registration(event: Event) -> dict[int, dict[int, Any]]:
    """{registration: {question: value}} of a whole event in one read."""
    kept: dict[int, dict[int, Any]] = {}
    for registration, question, value in Answer.objects.filter(question__event=event).values_list(
        "registration", "question", "value"
    ):
        kept.setdefault(registration, {})[question] = value
    return kept


def tallies(event: Event) -> list[Tally]:
    """Each question with its totals, of those who have a seat."""
    asked = list(event.questions.all())
    for question in asked:
        question.event = event
    by_question: dict[int, list[Answer]] = {question.pk: [] for question in asked}
    rows = Answer.objects.filter(question__event=event, registration__state=State.CONFIRMED)
    for row in rows.select_related("registration__profile", "registration__user").order_by(
        "registration__registered_at"
    ):
        by_question[row.question_id].append(row)
    made = []
    for question in asked:
        rows_of = [row for row in by_question[question.pk] if not is_empty(question, row.value)]
        chosen = Counter(key for row in rows_of for key in keys_of(question, row.value))
        made.append(
            Tally(
                question=question,
                options=[(label, chosen[key]) for key, label in options_of(question)],
                words=[(row.registration, text) for row in rows_of if (text := _words(question, row.value))],
                answered=len(rows_of),
            )
        )
    return made


def _words(question: Question, value: Any) -> str:
    if question.kind in Question.NEEDS:
        return str(value.get("more", ""))
    return "" if options_of(question) else said(question, value)


# --- Colleagues ------------------------------------------------------------------------------------------------------


def brought(registration: Registration) -> list[Registration]:
    """Those whom one has brought, who still come."""
    rows = Registration.objects.standing().filter(event=registration.event_id, brought_by=registration.user_id)
    return list(rows.select_related("user", "profile"))


def asked_along(registration: Registration) -> list[ColleagueInvitation]:
    """`is_marked` where no letter goes to the address."""
    rows = ColleagueInvitation.objects.filter(
        event=registration.event_id, invited_by=registration.user_id, accepted_at=None, withdrawn_at=None
    )
    return list(rows.annotate(is_marked=is_marked("email")))


def colleagues_to_bring(registration: Registration) -> QuerySet[User]:
    """Others who represent the same profile and have not registered."""
    there = Registration.objects.filter(event=registration.event_id).exclude(state=State.CANCELLED).values("user")
    represented = Representative.objects.filter(profile=registration.profile_id).values("user")
    return User.objects.filter(pk__in=represented).exclude(pk__in=there).order_by("name", "pk")


def colleagues_there(registration: Registration) -> list[Registration]:
    """Others who have a seat for the same profile."""
    rows = Registration.objects.confirmed().filter(event=registration.event_id, profile=registration.profile_id)
    return list(rows.exclude(pk=registration.pk).select_related("user"))


# --- A person's own --------------------------------------------------------------------------------------------------


def profiles_to_register(user: Any) -> QuerySet[Profile]:
    return (
        Profile.objects.represented_by(user)
        .filter(status=Profile.Status.PUBLISHED)
        .distinct()
        .order_by("name_fi", "pk")
    )


def export_of(user: Any) -> Sequence[dict[str, Any]]:
    """A person's own registrations with what they answered, for the file of their data."""
    own = Registration.objects.filter(user=user).select_related("event", "profile", "ticket")
    return [
        {
            "event": registration.event.title,
            "starts_at": registration.event.starts_at.isoformat(),
            "profile": registration.profile.name,
            "state": registration.state,
            "registered_at": registration.registered_at.isoformat(),
            "ticket": registration.ticket.name if registration.ticket else None,
            "code": registration.code,
            "checked_in_at": registration.checked_in_at.isoformat() if registration.checked_in_at else None,
            "decision_reason": registration.decision_reason,
            "answers": [
                {
                    "question": answer.question.label,
                    "answer": said(answer.question, answer.value),
                    "deleted_on": answer.question.delete_on.isoformat(),
                }
                for answer in registration.answers.all()
            ],
        }
        for registration in own.prefetch_related("answers__question__event")
    ]


def invitations_of(user: Any) -> Sequence[dict[str, Any]]:
    """Whom the person has asked along."""
    rows = ColleagueInvitation.objects.filter(invited_by=user).select_related("event")
    return [{"event": row.event.title, "email": row.email, "at": row.invited_at.isoformat()} for row in rows]
