"""How suggestions are made, as a coordinator chooses it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField
from matching.models import Tuning
from matching.tuning_words import POINTS, STRENGTHS


class TuningForm(forms.Form):
    """Rows are only added, so that what two people choose at the same time is all kept and told."""

    point = forms.ChoiceField(label=_("Who comes first"), choices=list(POINTS.items()), widget=forms.RadioSelect)
    attention = forms.TypedChoiceField(
        label=_("How strongly attention is shared"),
        help_text=_(
            "Whoever already stands high in many lists comes lower in others, so that the same few are not asked by "
            "everybody."
        ),
        choices=[(f"{strength:g}", words) for strength, words in STRENGTHS.items()],
        coerce=float,
        widget=forms.RadioSelect,
    )
    learns = forms.BooleanField(
        label=_("Learn from answers"),
        help_text=_("At most once a week, slowly and within bounds. Each step is told below and can be taken back."),
        required=False,
    )
    why = PlainTextField(
        label=_("Why you change it"),
        help_text=_("For those who look at this after you."),
        max_length=200,
        required=False,
    )


def initial_of(row: Tuning) -> dict[str, Any]:
    return {"point": row.point, "attention": f"{row.attention:g}", "learns": row.learns}
