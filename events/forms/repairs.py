"""What has happened to a published round: a short form for each kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.forms.fields import WhenField
from events.models import Registration, Round, Slot
from events.rules.rounds import MOST_TABLES
from events.services.repairs import Change, Kind
from events.wording import span

COMES_IN = timedelta(minutes=20)


class RepairForm(forms.Form):
    """Only the fields that the kind asks for."""

    def __init__(self, *args: Any, kind: Kind, round: Round, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        ahead = round.slots.filter(is_open=True, starts_at__gt=now)
        if kind in (Kind.ABSENT, Kind.DELAYED):
            comes = self.fields["registration"] = forms.ModelChoiceField(
                label=_("Who does not come") if kind is Kind.ABSENT else _("Who comes late"),
                queryset=round.event.registrations.confirmed()
                .select_related("profile", "user")
                .order_by("profile__name_fi", "pk"),
                help_text=_(
                    "The meetings of this participant that are still ahead are cancelled, and the others may get "
                    "somebody else."
                )
                if kind is Kind.ABSENT
                else _("The meetings that this participant would miss are held later, where both are free."),
            )
            comes.label_from_instance = _name_of  # type: ignore[method-assign, assignment]  # as Django documents it
            if kind is Kind.DELAYED:
                self.fields["starts_at"] = WhenField(label=_("Comes at"), initial=now + COMES_IN)
        elif kind is Kind.TABLES:
            self.fields["tables"] = forms.IntegerField(
                label=_("How many tables there are"), min_value=1, max_value=MOST_TABLES, initial=round.tables
            )
            self.fields["tables"].widget.attrs["class"] = "w-s"
            slots = self.fields["slots"] = forms.ModelMultipleChoiceField(
                label=_("Only at these times"),
                queryset=ahead,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Choose none, and it holds from now on."),
            )
            slots.label_from_instance = _times_of  # type: ignore[method-assign, assignment]  # as Django documents it
        elif kind in (Kind.SLOT_CLOSED, Kind.SLOT_MOVED):
            slot = self.fields["slot"] = forms.ModelChoiceField(label=_("Which time"), queryset=ahead)
            slot.label_from_instance = _times_of  # type: ignore[method-assign, assignment]  # as Django documents it
            if kind is Kind.SLOT_MOVED:
                self.fields["starts_at"] = WhenField(label=_("Begins then"), initial=round.starts_at)
        self.fields["may_move"] = forms.BooleanField(
            label=_("Others may move as well, if more meetings are held that way"),
            required=False,
            help_text=_("Without this, only those move who have to."),
        )

    def change(self) -> Change:
        cleaned = self.cleaned_data
        return Change(
            kind=self.kind,
            registration=cleaned.get("registration"),
            tables=cleaned.get("tables"),
            slot=cleaned.get("slot"),
            slots=tuple(cleaned.get("slots") or ()),
            starts_at=cleaned.get("starts_at"),
            may_move=cleaned["may_move"],
        )


def _name_of(registration: Registration) -> str:
    return f"{registration.profile.name} ({registration.user.name})"


def _times_of(slot: Slot) -> str:
    return span(slot.starts_at, slot.ends_at)
