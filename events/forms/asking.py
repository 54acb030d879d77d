"""Asking for a meeting, and answering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.models import Round, Slot
from events.wording import round_label


class AskForm(forms.Form):
    """A sentence to whom one would like to meet."""

    message = PlainTextField(
        label=_("Why would you like to meet?"),
        max_length=400,
        required=False,
        lines=True,
        help_text=_("A sentence is enough: what you have to give, or what you look for."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, rounds: Sequence[Round], here: Round, **kwargs: Any) -> None:
        """`rounds`: those in which one can ask now. A choice is shown where there is one."""
        super().__init__(*args, **kwargs)
        self._rounds, self._here = {str(one.pk): one for one in rounds}, here
        if len(rounds) > 1:
            first = here if str(here.pk) in self._rounds else rounds[0]
            self.fields["round"] = forms.ChoiceField(
                label=_("In which round"),
                choices=[(key, round_label(one)) for key, one in self._rounds.items()],
                widget=forms.RadioSelect,
                initial=str(first.pk),
            )
            self.order_fields(["round", "message", "language"])
        self.fields["message"].widget.attrs["rows"] = 3
        self.fields["language"].initial = reader_language()

    @property
    def round(self) -> Round:
        """The one that was chosen, or where there was nothing to choose the only one, or the page's own."""
        only = next(iter(self._rounds.values())) if len(self._rounds) == 1 else self._here
        return self._rounds.get(self.cleaned_data.get("round", ""), only)


class AcceptForm(forms.Form):
    """One of the times that are free for both; without one, the best."""

    slot = forms.ModelChoiceField(
        queryset=Slot.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("The round's times have changed. Look at them once more.")},
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = round.slots.all()  # type: ignore[attr-defined]  # a ModelChoiceField


class OfferForm(forms.Form):
    """Other times in place of the best one."""

    slots = forms.ModelMultipleChoiceField(
        label=_("Times that suit you"),
        queryset=Slot.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("The round's times have changed. Look at them once more.")},
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slots"].queryset = round.slots.all()  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
