"""Which questions one is asked, and what is an answer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.models import Question, TicketCategory

Kind = Question.Kind
Answers = Mapping[int, Any]
"""By the question's number: a text, a number, True or False, an option's key, a list of keys, or for what one needs
{"keys": […], "more": "…"}.
"""

SHORT, LONG, MORE = 200, 2000, 300
LARGEST = 1_000_000
YES, NO = "yes", "no"
DIETS = (
    ("vegetarian", gettext_lazy("Vegetarian")),
    ("vegan", gettext_lazy("Vegan")),
    ("gluten", gettext_lazy("No gluten")),
    ("lactose", gettext_lazy("No lactose")),
    ("pork", gettext_lazy("No pork")),
    ("fish", gettext_lazy("No fish")),
    ("nuts", gettext_lazy("No nuts")),
)
ACCESS = (
    ("wheelchair", gettext_lazy("Step-free access, for a wheelchair")),
    ("loop", gettext_lazy("Induction loop")),
    ("sign", gettext_lazy("Sign language interpreting")),
    ("captions", gettext_lazy("Speech as text on a screen")),
    ("large", gettext_lazy("Materials in large print or beforehand")),
    ("assistant", gettext_lazy("An assistant comes along")),
)
YES_NO = ((YES, pgettext_lazy("answer", "Yes")), (NO, pgettext_lazy("answer", "No")))


def options_of(question: Question) -> list[tuple[str, str]]:
    """(key, label) of what can be chosen; empty for texts and numbers."""
    if question.kind in Question.WITH_OPTIONS:
        return [(option["key"], question.option_label(option["key"])) for option in question.options]
    fixed = {Kind.YES_NO: YES_NO, Kind.DIET: DIETS, Kind.ACCESS: ACCESS}
    return [(key, str(label)) for key, label in fixed.get(Kind(question.kind), ())]


def keys_of(question: Question, value: Any) -> set[str]:
    """The options that an answer holds."""
    match question.kind:
        case Kind.YES_NO:
            return {YES if value else NO} if isinstance(value, bool) else set()
        case Kind.CHOICE:
            return {value} if value else set()
        case Kind.SEVERAL:
            return set(value or [])
        case Kind.DIET | Kind.ACCESS:
            return set((value or {}).get("keys", []))
    return set()


def asked(questions: Iterable[Question], *, ticket: TicketCategory | None, answers: Answers) -> list[Question]:
    """Those that are asked of one with this ticket who has answered so, in order.

    A question that depends on another is asked when that one is asked and answered with one of the options; a question
    of some tickets, of those alone. Reads `tickets`, so prefetch them.
    """
    found: list[Question] = []
    seen: set[int] = set()
    for question in questions:
        of_tickets = [one.pk for one in question.tickets.all()]
        if of_tickets and (ticket is None or ticket.pk not in of_tickets):
            continue
        if question.depends_on_id is not None:
            other = next((one for one in found if one.pk == question.depends_on_id), None)
            if other is None or not keys_of(other, answers.get(other.pk)) & set(question.depends_values):
                continue
        if question.pk not in seen:
            seen.add(question.pk)
            found.append(question)
    return found


def is_empty(question: Question, value: Any) -> bool:
    """Nothing was answered. *No* and 0 are answers."""
    if question.kind in Question.NEEDS:
        return not value or not (value.get("keys") or value.get("more"))
    return value is None or value == "" or value == []


def is_possible(question: Question, value: Any) -> bool:
    """Whether the value is an answer to this question at all, whoever sent it."""
    keys = {key for key, _label in options_of(question)}
    match question.kind:
        case Kind.SHORT:
            return isinstance(value, str) and len(value) <= SHORT and "\n" not in value
        case Kind.LONG:
            return isinstance(value, str) and len(value) <= LONG
        case Kind.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
        case Kind.YES_NO:
            return isinstance(value, bool)
        case Kind.CHOICE:
            return isinstance(value, str) and value in keys
        case Kind.SEVERAL:
            return _are_keys(value, keys)
    if not isinstance(value, dict) or set(value) != {"keys", "more"}:
        return False
    more = value["more"]
    return isinstance(more, str) and len(more) <= MORE and _are_keys(value["keys"], keys)


def _are_keys(value: Any, keys: set[str]) -> bool:
    """A list of these, none twice."""
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        return False
    return set(value) <= keys and len(set(value)) == len(value)


def said(question: Question, value: Any) -> str:
    """An answer in words, in the reader's language."""
    if is_empty(question, value):
        return ""
    labels = dict(options_of(question))
    match question.kind:
        case Kind.YES_NO:
            return str(labels[YES if value else NO])
        case Kind.CHOICE:
            return labels.get(value, str(value))
        case Kind.SEVERAL:
            return ", ".join(labels.get(key, key) for key in value)
        case Kind.DIET | Kind.ACCESS:
            parts = [*(labels.get(key, key) for key in value["keys"]), value["more"]]
            return ", ".join(part for part in parts if part)
    return str(value)


def condition_of(question: Question) -> str:
    """When it is asked, in words; empty when it is asked of everybody."""
    parts = []
    tickets = [ticket.name for ticket in question.tickets.all()]
    if tickets:
        parts.append(_("Asked of those who take: %(tickets)s.") % {"tickets": ", ".join(tickets)})
    if question.depends_on is not None:
        labels = dict(options_of(question.depends_on))
        chosen = ", ".join(labels.get(key, key) for key in question.depends_values)
        told = {"question": question.depends_on.label, "answer": chosen}
        parts.append(_("Asked if you answered “%(question)s”: %(answer)s.") % told)
    return " ".join(parts)
