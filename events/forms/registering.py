"""What the organiser decides of registering: rules, tickets, questions; and answers to many at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Profile
from core.forms import StampedForm, WordedForm
from core.text import LANGUAGES, PlainTextField, reader_language
from events.forms.events import MOST_SEATS
from events.forms.fields import WhenField
from events.models import Event, Question, TicketCategory
from events.rules.questions import options_of
from events.services.questions import QuestionPlan
from events.services.tickets import TicketPlan

MOST_COLLEAGUES = 50
IN = {"fi": gettext_lazy("in Finnish"), "sv": gettext_lazy("in Swedish"), "en": gettext_lazy("in English")}


def _words(form: forms.Form, parts: dict[str, Any]) -> None:
    """A field for each part and language: `name_fi`, `name_sv`, `name_en`, the reader's own language first."""
    order = sorted(LANGUAGES, key=lambda code: code != reader_language())
    for code in order:
        for name, (label, hint, limit, lines) in parts.items():
            field = PlainTextField(
                label=_("%(what)s, %(language)s") % {"what": label, "language": IN[code]},
                help_text=hint if code == order[0] else "",
                max_length=limit,
                required=False,
                lines=lines,
            )
            if lines:
                field.widget.attrs["rows"] = 5
            form.fields[f"{name}_{code}"] = field


class WordsForm(WordedForm):
    """Its fields are made of `WORDS`: by name a label, a hint, the longest text and whether it has lines."""

    WORDS: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _words(self, self.WORDS)


class RulesForm(StampedForm):
    needs_approval = forms.BooleanField(
        label=gettext_lazy("We accept or decline each who registers"),
        help_text=gettext_lazy("Nobody has a seat before you have accepted. Each is told of it, with your reason."),
        required=False,
    )
    most_colleagues = forms.IntegerField(
        label=gettext_lazy("How many colleagues may one bring?"),
        help_text=gettext_lazy("0: everybody registers themselves."),
        min_value=0,
        max_value=MOST_COLLEAGUES,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Write a whole number, for example 5.")},
    )


class TicketForm(WordsForm):
    WORDS = {
        "name": (gettext_lazy("Name"), gettext_lazy("For example: visitor, exhibitor, speaker."), 80, False),
        "audience": (gettext_lazy("Whom it is for"), "", 200, False),
    }
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these"),
        help_text=gettext_lazy("Leave empty if it is for all."),
        choices=Profile.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        help_text=gettext_lazy("Leave empty if the event's own limit is enough."),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    opens_at = WhenField(
        label=gettext_lazy("Given out from"),
        help_text=gettext_lazy("Leave empty to open with the event's registration."),
        required=False,
        require_all_fields=False,
    )
    closes_at = WhenField(
        label=gettext_lazy("Given out until"),
        help_text=gettext_lazy("Leave empty to close with the event's registration."),
        required=False,
        require_all_fields=False,
    )
    needs_approval = forms.BooleanField(
        label=gettext_lazy("We accept or decline each who takes this ticket"), required=False
    )

    def plan(self) -> TicketPlan:
        data = self.cleaned_data
        return TicketPlan(
            names=self.by_language("name"),
            audiences=self.by_language("audience"),
            kinds=tuple(data["kinds"]),
            capacity=data["capacity"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            needs_approval=data["needs_approval"],
        )


class QuestionForm(WordsForm):
    """`condition` holds "question:option" of an earlier question; without JavaScript it is a list to tick."""

    WORDS = {
        "label": (gettext_lazy("Question"), "", 200, False),
        "hint": (gettext_lazy("Advice"), gettext_lazy("If the question needs one."), 300, False),
        "purpose": (
            gettext_lazy("What is done with the answer"),
            gettext_lazy("Shown beside the question. For example: we order the lunch by it."),
            300,
            False,
        ),
        "options": (
            gettext_lazy("Options"),
            gettext_lazy("One on a line. Only for questions in which one chooses."),
            3000,
            True,
        ),
    }
    kind = forms.ChoiceField(label=gettext_lazy("How it is answered"), choices=Question.Kind.choices)
    is_required = forms.BooleanField(label=gettext_lazy("An answer is needed"), required=False)
    kept_days = forms.TypedChoiceField(
        label=gettext_lazy("Answers are deleted"), choices=Question.Kept.choices, coerce=int
    )
    tickets = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Asked only of those who take"),
        queryset=TicketCategory.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Leave empty to ask everybody."),
    )
    condition = forms.MultipleChoiceField(
        label=gettext_lazy("Asked only after these answers"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Choose answers to one earlier question. Leave empty to ask everybody."),
    )

    def __init__(self, *args: Any, event: Event, question: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tickets: Any = self.fields["tickets"]
        tickets.queryset = event.tickets.all()
        tickets.label_from_instance = lambda ticket: ticket.name
        if not tickets.queryset:
            del self.fields["tickets"]
        self.earlier = [
            one
            for one in event.questions.all()
            if options_of(one) and (question is None or (one.position, one.pk) < (question.position, question.pk))
        ]
        groups = [(one.label, [(f"{one.pk}:{key}", label) for key, label in options_of(one)]) for one in self.earlier]
        self.fields["condition"].choices = groups  # type: ignore[attr-defined]  # a choice field
        if not groups:
            del self.fields["condition"]

    def clean_condition(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["condition"]
        if len({one.partition(":")[0] for one in chosen}) > 1:
            raise ValidationError(_("Choose answers to one question only."))
        return chosen

    def plan(self) -> QuestionPlan:
        data = self.cleaned_data
        chosen = [one.partition(":") for one in data.get("condition", [])]
        other = next((one for one in self.earlier if chosen and str(one.pk) == chosen[0][0]), None)
        return QuestionPlan(
            kind=data["kind"],
            labels=self.by_language("label"),
            hints=self.by_language("hint"),
            purposes=self.by_language("purpose"),
            options={
                code: [line.strip()[:120] for line in text.splitlines() if line.strip()]
                for code, text in self.by_language("options").items()
            },
            is_required=data["is_required"],
            kept_days=data["kept_days"],
            depends_on=other,
            depends_values=[key for _question, _sign, key in chosen],
            tickets=list(data.get("tickets", [])),
        )


def ticket_initial(ticket: TicketCategory) -> dict[str, Any]:
    plain = ("kinds", "capacity", "opens_at", "closes_at", "needs_approval")
    words = [f"{name}_{code}" for name in TicketForm.WORDS for code in LANGUAGES]
    return {name: getattr(ticket, name) for name in (*plain, *words)}


def question_initial(question: Question) -> dict[str, Any]:
    words = [f"{name}_{code}" for name in ("label", "hint", "purpose") for code in LANGUAGES]
    return {
        **{name: getattr(question, name) for name in ("kind", "is_required", "kept_days", *words)},
        **{
            f"options_{code}": "\n".join(option.get(code, "") for option in question.options).strip()
            for code in LANGUAGES
        },
        "tickets": [ticket.pk for ticket in question.tickets.all()],
        "condition": [f"{question.depends_on_id}:{key}" for key in question.depends_values],
    }


class SearchForm(forms.Form):
    """The organiser's list narrowed. What is not known is left out rather than refused."""

    q = forms.CharField(label=gettext_lazy("Name, organisation, address or code"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    ticket = forms.ChoiceField(label=gettext_lazy("Ticket"), required=False)

    def __init__(self, *args: Any, states: list[tuple[str, str]], tickets: list[TicketCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All who are registered")), *states]  # type: ignore[attr-defined]
        choices = [(str(ticket.pk), ticket.name) for ticket in tickets]
        self.fields["ticket"].choices = [("", _("All tickets")), *choices]  # type: ignore[attr-defined]
        if not tickets:
            del self.fields["ticket"]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return {name: value for name, value in known.items() if value}
