"""Registering: for whom, on which ticket, and the organiser's own questions as fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Profile, User
from core.text import PlainTextField
from events.models import Question, Registration, TicketCategory
from events.queries import registrations as queries
from events.queries.registrations import TicketRow
from events.rules.questions import LARGEST, LONG, MORE, NO, SHORT, YES, asked, condition_of, options_of

Kind = Question.Kind
IN_A_LIST = 8
"""More options than this are a list to open, not a row of buttons."""
MISSING = gettext_lazy("The organiser needs an answer to this.")


@dataclass(frozen=True)
class Row:
    """A question on the page: its field, a second one for words of one's own, and when it is shown."""

    question: Question
    field: forms.BoundField
    more: forms.BoundField | None
    condition: str

    @property
    def is_bound_to_tickets(self) -> str:
        return " ".join(str(ticket.pk) for ticket in self.question.tickets.all())


class AnswersForm(forms.Form):
    """The organiser's questions. Each says what is done with the answer and when it is deleted; one that is not asked
    of this person is no error, whatever stands in it.
    """

    def __init__(
        self, *args: Any, questions: Sequence[Question], answers: dict[int, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        self.taken: TicketCategory | None = None
        kept = answers or {}
        for question in self.questions:
            self.fields[question.name] = _field(question, kept.get(question.pk))
            if question.kind in Question.NEEDS:
                self.fields[f"{question.name}_more"] = PlainTextField(
                    label=_("Something else"),
                    max_length=MORE,
                    required=False,
                    initial=(kept.get(question.pk) or {}).get("more", ""),
                )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                question,
                self[question.name],
                self[f"{question.name}_more"] if f"{question.name}_more" in self.fields else None,
                condition_of(question),
            )
            for question in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        shown = {one.pk for one in asked(self.questions, ticket=self._ticket(), answers=self.answers())}
        for question in self.questions:
            if question.pk not in shown:
                for name in (question.name, f"{question.name}_more"):
                    self.errors.pop(name, None)
            elif question.is_required and question.kind in Question.NEEDS and not self._has_words(question):
                self.add_error(question.name, MISSING)
        return data

    def answers(self) -> dict[int, Any]:
        """By the question's number, as services take them."""
        return {question.pk: self._value(question) for question in self.questions}

    def _ticket(self) -> TicketCategory | None:
        return self.taken

    def _has_words(self, question: Question) -> bool:
        """Something was ticked or written, or there is an error of its own already."""
        names = (question.name, f"{question.name}_more")
        return any(name in self.errors or self.cleaned_data.get(name) for name in names)

    def _value(self, question: Question) -> Any:
        value = self.cleaned_data.get(question.name)
        if question.kind == Kind.YES_NO:
            return {YES: True, NO: False}.get(str(value))
        if question.kind in Question.NEEDS:
            return {"keys": list(value or []), "more": self.cleaned_data.get(f"{question.name}_more", "")}
        return list(value or []) if question.kind == Kind.SEVERAL else value


class RegisterForm(AnswersForm):
    """For whom one comes (unless an invitation says it), on which ticket, and the answers."""

    profile = forms.ModelChoiceField(
        label=gettext_lazy("For whom do you come?"),
        queryset=Profile.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose for whom you come.")},
    )
    ticket = forms.ModelChoiceField(
        label=gettext_lazy("Ticket"),
        queryset=TicketCategory.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a ticket."),
            "invalid_choice": gettext_lazy("This ticket is not given out now. Choose another."),
        },
    )

    def __init__(
        self, *args: Any, user: Any, tickets: Sequence[TicketRow] = (), profile: Profile | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if profile is not None:
            del self.fields["profile"]
        else:
            field: Any = self.fields["profile"]
            field.queryset = queries.profiles_to_register(user)
            field.label_from_instance = lambda one: one.name
        given = [row for row in tickets if row.is_given_out]
        if not tickets:
            del self.fields["ticket"]
        else:
            said = {row.ticket.pk: _ticket_label(row) for row in given}
            choice: Any = self.fields["ticket"]
            choice.queryset = TicketCategory.objects.filter(pk__in=said)
            choice.label_from_instance = lambda one: said[one.pk]
            choice.initial = given[0].ticket.pk if len(given) == 1 else None

    def _ticket(self) -> TicketCategory | None:
        return self.cleaned_data.get("ticket")


class BringForm(forms.Form):
    """Colleagues who represent the same profile."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Colleagues"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose somebody first."),
            "invalid_choice": gettext_lazy(
                "One of those whom you chose has registered meanwhile. Look at the list again."
            ),
        },
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = queries.colleagues_to_bring(registration)
        field.label_from_instance = lambda person: person.name or person.email


class AskForm(forms.Form):
    """A colleague's address."""

    email = forms.EmailField(
        label=gettext_lazy("Colleague's e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-m"}),
        error_messages={
            "required": gettext_lazy("Write an address such as name@company.fi."),
            "invalid": gettext_lazy("Write an address such as name@company.fi."),
        },
    )


def _ticket_label(row: TicketRow) -> SafeString:
    ticket = row.ticket
    told = [ticket.audience]
    if row.left is not None:
        told.append(
            ngettext("%(n)d seat left", "%(n)d seats left", row.left) % {"n": row.left}
            if row.left
            else _("Full, waiting list open")
        )
    if ticket.needs_approval:
        told.append(_("The organiser accepts each"))
    small = ". ".join(part.rstrip(".") for part in told if part)
    return (
        format_html('{}<br><small class="muted">{}</small>', ticket.name, small)
        if small
        else format_html("{}", ticket.name)
    )


def _field(question: Question, value: Any) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": _help(question),
        "required": question.is_required,
        "error_messages": {
            "required": MISSING,
            "invalid_choice": gettext_lazy("The question has changed meanwhile. Answer it again."),
        },
    }
    options = options_of(question)
    match question.kind:
        case Kind.SHORT:
            return PlainTextField(max_length=SHORT, initial=value, **common)
        case Kind.LONG:
            return PlainTextField(max_length=LONG, lines=True, initial=value, **common)
        case Kind.NUMBER:
            common["error_messages"]["invalid"] = gettext_lazy("Write a whole number.")
            widget = forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"})
            return forms.IntegerField(min_value=0, max_value=LARGEST, widget=widget, initial=value, **common)
        case Kind.SEVERAL:
            return forms.MultipleChoiceField(
                choices=options, widget=forms.CheckboxSelectMultiple, initial=value, **common
            )
        case Kind.DIET | Kind.ACCESS:
            return _NeedsField(choices=options, initial=(value or {}).get("keys"), **common)
    if question.kind == Kind.YES_NO:
        value = {True: YES, False: NO}.get(value)
    if not question.is_required:
        options = [("", _("No answer")), *options]
    choosing: forms.Widget = forms.Select() if len(options) > IN_A_LIST else forms.RadioSelect()
    if question.is_required and len(options) > IN_A_LIST:
        options = [("", _("Choose")), *options]
    return forms.ChoiceField(choices=options, widget=choosing, initial=value or "", **common)


class _NeedsField(forms.MultipleChoiceField):
    """What one needs may be said in words alone, so the boxes are never demanded: the service looks at both."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[Any]) -> None:
        if value:
            super().validate(value)


def _help(question: Question) -> SafeString:
    """The organiser's hint, and then what is done with the answer and until when."""
    day = question.delete_on
    kept = _("%(purpose)s Deleted on %(day)s.") % {
        "purpose": question.purpose.rstrip(".") + ".",
        "day": date_format(day, "j.n.Y"),
    }
    lines = [question.hint, kept]
    return mark_safe("<br>".join(format_html("{}", line) for line in lines if line))  # each line is escaped
