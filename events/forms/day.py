"""Forms of an event's day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.models import Registration, Session, Slot
from events.rules.day import LATE_MINUTES
from events.wording import clock, span


def late_choices() -> list[tuple[int, str]]:
    return [(minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}) for minutes in LATE_MINUTES]


class LateForm(forms.Form):
    """How late; and how many seconds ago it was said, by a phone that had no network then."""

    minutes = forms.TypedChoiceField(label=_("How late are you?"), coerce=int, choices=late_choices, initial=10)
    ago = forms.IntegerField(required=False, min_value=0, max_value=86400, widget=forms.HiddenInput)


class SwapForm(forms.Form):
    """Another time of the round at which both are free."""

    slot = forms.ModelChoiceField(
        label=_("Another time"),
        queryset=Slot.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("That time is no longer free. Choose another."),
        },
    )

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["slot"]
        chosen.queryset = Slot.objects.filter(pk__in=[slot.pk for slot in slots])  # type: ignore[attr-defined]  # a ModelChoiceField
        chosen.label_from_instance = lambda slot: span(slot.starts_at, slot.ends_at)  # type: ignore[attr-defined]  # as above


class AnnounceForm(forms.Form):
    """What, and to whom: all, a session of the programme that is on or ahead, or a table of the round."""

    to = forms.ChoiceField(label=_("To whom"))
    text = PlainTextField(label=_("What you say"), max_length=300, lines=True)
    language = forms.ChoiceField(label=_("Language of your text"), choices=LANGUAGE_CHOICES)
    by_mail = forms.BooleanField(label=_("By e-mail as well"), required=False)

    def __init__(self, *args: Any, sessions: Sequence[Session], tables: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = {f"session-{session.pk}": session for session in sessions}
        choices: list[Any] = [("all", _("Everybody"))]
        if self.sessions:
            told = [(key, f"{clock(one.starts_at)} {one.title}") for key, one in self.sessions.items()]
            choices.append((_("A session (for all, until it ends)"), told))
        if tables:
            told = [(f"table-{n}", _("Table %(table)s") % {"table": n}) for n in range(1, tables + 1)]
            choices.append((_("Those who meet at a table"), told))
        self.fields["to"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["text"].widget.attrs["rows"] = 2
        self.fields["language"].initial = reader_language()

    def circle(self) -> dict[str, Any]:
        chosen = self.cleaned_data["to"]
        table = int(chosen.removeprefix("table-")) if chosen.startswith("table-") else None
        return {"session": self.sessions.get(chosen), "table": table}


class MeetForm(forms.Form):
    """With whom, and when: the first free table of a time."""

    other = forms.ModelChoiceField(
        label=_("With whom"),
        queryset=Registration.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose with whom."),
            "invalid_choice": _("That participant is no longer free. Choose another."),
        },
    )
    slot = forms.ModelChoiceField(label=_("When"), queryset=Slot.objects.none(), empty_label=None)

    def __init__(self, *args: Any, others: Sequence[Registration], slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["other"], Registration.objects.select_related("profile", "user"), others, name_of)
        _offer(self.fields["slot"], Slot.objects.all(), slots, lambda slot: span(slot.starts_at, slot.ends_at))


class EntrantForm(forms.Form):
    """Whom one who came late should meet."""

    others = forms.ModelMultipleChoiceField(
        label=_("Whom they should meet"),
        queryset=Registration.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one whom they should meet, and not more than twelve.")},
    )
    may_move = forms.BooleanField(
        label=_("Others may move as well, if more meetings are held that way"),
        required=False,
        help_text=_("Without this, only those move who have to."),
    )

    def __init__(self, *args: Any, others: Sequence[Registration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["others"], Registration.objects.select_related("profile", "user"), others, name_of)


def _offer(field: Any, rows: Any, chosen: Sequence[Any], label: Callable[[Any], str]) -> None:
    """These and no others, in this order."""
    place = {row.pk: number for number, row in enumerate(chosen)}
    order = Case(*(When(pk=pk, then=number) for pk, number in place.items()), output_field=IntegerField())
    found = rows.filter(pk__in=place)
    field.queryset = found.order_by(order) if place else found
    field.label_from_instance = label


def name_of(registration: Registration) -> str:
    return f"{registration.profile.name} ({registration.user.name})"
