"""An organiser's questions: made, changed, put in order, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError, StaleSave
from core.text import LANGUAGES
from events.models import Event, Question, TicketCategory
from events.rules.events import may_manage_event
from events.rules.questions import options_of
from events.services.events import NotTheHost
from events.services.seats import lock_event

MOST_QUESTIONS = 30
MOST_OPTIONS = 30
FEWEST_OPTIONS = 2
LONGEST_FOR_NEEDS = Question.Kept.WEEK


class Wordless(DomainError):
    message = _("Write the question in at least one language.")


class PurposeMissing(DomainError):
    message = _("Tell what is done with the answer, in the languages of the question.")


class TooFewOptions(DomainError):
    message = _("Write at least two options, each on a line of its own.")


class TooManyOptions(DomainError):
    message = _("There are too many options. Thirty is the most.")


class OptionsUneven(DomainError):
    message = _("Write as many options in each language, in the same order.")


class KeptTooLong(DomainError):
    message = _("Dietary and accessibility needs tell of health. Keep them for a week at most.")


class NotEarlier(DomainError):
    message = _("A question can depend only on an earlier one that has options.")


class ValuesMissing(DomainError):
    message = _("Choose the answers after which this is asked.")


class TooManyQuestions(DomainError):
    message = _("There are thirty questions already. Remove one first.")


class Stale(StaleSave):
    message = _("Somebody changed this while you were writing. Look at what it is now, and save again if you want.")


@dataclass(frozen=True)
class QuestionPlan:
    """What a host decides of a question. `options` are lines by language; their keys are kept by their place."""

    kind: str
    labels: dict[str, str]
    purposes: dict[str, str]
    kept_days: int = Question.Kept.MONTH
    hints: dict[str, str] = field(default_factory=dict)
    options: dict[str, Sequence[str]] = field(default_factory=dict)
    is_required: bool = False
    depends_on: Question | None = None
    depends_values: Sequence[str] = ()
    tickets: Sequence[TicketCategory] = ()


@transaction.atomic
def save_question(
    *,
    event: Event,
    plan: QuestionPlan,
    by: Any,
    now: datetime,
    question: Question | None = None,
    version: int | None = None,
) -> Question:
    """Make a question at the end, or change one. Answers that a changed question no longer allows are deleted.

    Raises `NotTheHost`, `Stale`, `TooManyQuestions`, or what is wrong in the plan with its field.
    """
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    known = list(event.questions.all())
    before = next((one for one in known if question is not None and one.pk == question.pk), None)
    if question is not None and (before is None or (version is not None and version != before.version)):
        raise Stale
    if before is None and len(known) >= MOST_QUESTIONS:
        raise TooManyQuestions
    made = before or Question(event=event, position=max((one.position for one in known), default=-1) + 1)
    kind_before = made.kind if before else plan.kind
    for code in LANGUAGES:
        setattr(made, f"label_{code}", plan.labels.get(code, ""))
        setattr(made, f"hint_{code}", plan.hints.get(code, ""))
        setattr(made, f"purpose_{code}", plan.purposes.get(code, ""))
    made.kind, made.kept_days, made.is_required = plan.kind, plan.kept_days, plan.is_required
    _check_words(plan)
    made.options = _options(plan, made.options if before else [])
    made.depends_on, made.depends_values = _condition(plan, made, known)
    made.version += 1
    made.save()
    made.tickets.set(event.tickets.filter(pk__in=[ticket.pk for ticket in plan.tickets]))
    if kind_before != plan.kind:
        made.answers.all().delete()
    audit.record("question.saved", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def remove_question(*, question: Question, by: Any, now: datetime) -> None:
    """With its answers. Those that depended on it are asked of everybody. Raises `NotTheHost`."""
    event = lock_event(question.event)
    if not may_manage_event(by, event):
        raise NotTheHost
    audit.record("question.removed", question, by=by, now=now, event=event.pk)
    question.dependents.update(depends_on=None, depends_values=[])
    question.delete()


@transaction.atomic
def move_question(*, question: Question, up: bool, by: Any, now: datetime) -> None:
    """One step, unless it would come before what it depends on. Raises `NotTheHost` or `NotEarlier`."""
    event = lock_event(question.event)
    if not may_manage_event(by, event):
        raise NotTheHost
    order = list(event.questions.all())
    at = next((n for n, one in enumerate(order) if one.pk == question.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    places = {one.pk: n for n, one in enumerate(order)}
    if any(one.depends_on_id and places[one.depends_on_id] > places[one.pk] for one in order):
        raise NotEarlier
    for n, one in enumerate(order):
        Question.objects.filter(pk=one.pk).exclude(position=n).update(position=n)


def _check_words(plan: QuestionPlan) -> None:
    written = [code for code, label in plan.labels.items() if label]
    if not written:
        raise Wordless(field="label_fi")
    missing = next((code for code in written if not plan.purposes.get(code)), None)
    if missing is not None:
        raise PurposeMissing(field=f"purpose_{missing}")
    if plan.kind in Question.NEEDS and plan.kept_days > LONGEST_FOR_NEEDS:
        raise KeptTooLong(field="kept_days")


def _options(plan: QuestionPlan, before: list[dict[str, str]]) -> list[dict[str, str]]:
    """Keys go by the first language's words where these are known already, so that answers keep their meaning."""
    if plan.kind not in Question.WITH_OPTIONS:
        return []
    columns = {code: [line for line in lines if line] for code, lines in plan.options.items()}
    columns = {code: lines for code, lines in columns.items() if lines}
    first = next(iter(columns), "fi")
    length = len(columns.get(first, []))
    if length < FEWEST_OPTIONS:
        raise TooFewOptions(field=f"options_{first}")
    if length > MOST_OPTIONS:
        raise TooManyOptions(field=f"options_{first}")
    uneven = next((code for code, lines in columns.items() if len(lines) != length), None)
    if uneven is not None:
        raise OptionsUneven(field=f"options_{uneven}")
    known = {option.get(first, ""): option["key"] for option in before}
    free = (f"o{n}" for n in range(1, 10_000) if f"o{n}" not in known.values())
    found = []
    for n in range(length):
        words = {code: lines[n] for code, lines in columns.items()}
        found.append({"key": known.pop(words[first], "") or next(free), **words})
    return found


def _condition(plan: QuestionPlan, made: Question, known: list[Question]) -> tuple[Question | None, list[str]]:
    other = plan.depends_on
    if other is None:
        return None, []
    earlier = [one.pk for one in known if one.position < made.position and one.pk != made.pk]
    keys = {key for key, _label in options_of(other)}
    if other.pk not in earlier or not keys:
        raise NotEarlier(field="depends_on")
    chosen = [value for value in plan.depends_values if value in keys]
    if not chosen:
        raise ValuesMissing(field="depends_values")
    return other, chosen
