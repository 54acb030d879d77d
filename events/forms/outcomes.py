"""What a side says more of its meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField
from events.models import MeetingParty


class MoreForm(forms.Form):
    """All of it may be left unsaid."""

    useful = forms.TypedChoiceField(
        label=_("How useful was it?"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    next_step = forms.ChoiceField(label=_("What next?"), required=False, widget=forms.RadioSelect)
    note = PlainTextField(
        label=_("A note for your own side"),
        max_length=1000,
        required=False,
        lines=True,
        help_text=_("Only those who represent your organisation see it: not the other side, nor the organiser."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        useful = list(reversed(MeetingParty.Useful.choices))
        self.fields["useful"].choices = useful  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["next_step"].choices = MeetingParty.NextStep.choices  # type: ignore[attr-defined]  # as above
        self.fields["note"].widget.attrs["rows"] = 3
