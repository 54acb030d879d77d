"""Answers to an organiser's questions: checked, kept for as long as was said, and then deleted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Answer, ColleagueInvitation, Event, Question, Registration, TicketCategory
from events.rules.questions import Answers, asked, is_empty, is_possible

INVITATIONS_KEPT = timedelta(days=30)


class AnswerMissing(DomainError):
    message = _("The organiser needs an answer to this.")


class AnswerNotPossible(DomainError):
    message = _("The question has changed meanwhile. Answer it again.")


class NotYourAnswers(DomainError):
    message = _("Only the person who registered answers.")


class TooLateToAnswer(DomainError):
    message = _("The event has begun, so answers can no longer be changed.")


def questions_of(event: Event) -> list[Question]:
    return list(event.questions.select_related("depends_on").prefetch_related("tickets"))


def check_answers(event: Event, *, ticket: TicketCategory | None, answers: Answers) -> dict[int, Any]:
    """What is to be kept of the answers: those to the questions that are asked, without the empty ones.

    Raises `AnswerMissing` or `AnswerNotPossible` with the question's field.
    """
    kept: dict[int, Any] = {}
    for question in asked(questions_of(event), ticket=ticket, answers=answers):
        value = answers.get(question.pk)
        if is_empty(question, value):
            if question.is_required:
                raise AnswerMissing(field=question.name)
        elif not is_possible(question, value):
            raise AnswerNotPossible(field=question.name)
        else:
            kept[question.pk] = value
    return kept


def keep_answers(registration: Registration, kept: dict[int, Any]) -> None:
    """Exactly these. In the caller's transaction, which has locked the event."""
    registration.answers.exclude(question__in=kept).delete()
    for pk, value in kept.items():
        Answer.objects.update_or_create(registration=registration, question_id=pk, defaults={"value": value})


@transaction.atomic
def change_answers(*, registration: Registration, answers: Answers, by: Any, now: datetime) -> Registration:
    """The person answers, or answers anew, until the event begins.

    Raises `NotYourAnswers`, `TooLateToAnswer`, or what is wrong in an answer.
    """
    registration = Registration.objects.select_for_update(of=("self",)).select_related("event").get(pk=registration.pk)
    if registration.user_id != by.pk or registration not in Registration.objects.standing().of_user(by):
        raise NotYourAnswers
    if registration.event.starts_at <= now:
        raise TooLateToAnswer
    keep_answers(registration, check_answers(registration.event, ticket=registration.ticket, answers=answers))
    audit.record("registration.answered", registration, by=by, now=now, event=registration.event_id)
    return registration


def sweep_answers(*, now: datetime) -> int:
    """Delete the answers whose day has come, and addresses of people who were asked along to events long past.

    An answer is deleted on the day that its question told (`Question.delete_on`). Returns how many answers went.
    """
    today = timezone.localtime(now).date()
    count = 0
    for days in Question.Kept.values:
        # Deleted when the local day of the event's end, and so many days, is today or before.
        before = timezone.make_aware(datetime.combine(today - timedelta(days=days - 1), time.min))
        due = Answer.objects.filter(question__kept_days=days, question__event__ends_at__lt=before)
        count += due.delete()[0]
    ColleagueInvitation.objects.filter(event__ends_at__lt=now - INVITATIONS_KEPT).delete()
    return count
