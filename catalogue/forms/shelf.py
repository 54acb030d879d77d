from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import ShelfItem
from core.text import LANGUAGE_CHOICES, PlainTextField


class ShelfForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Where are you with it?"), choices=ShelfItem.State.choices, widget=forms.RadioSelect
    )
    responsible = PlainTextField(
        label=_("Responsible person"),
        help_text=_("Seen only by your municipality's own representatives."),
        max_length=120,
        required=False,
    )
    notes = PlainTextField(
        label=_("Notes"),
        help_text=_("What was agreed, what comes next. Seen only by your municipality's own representatives."),
        max_length=5000,
        lines=True,
        required=False,
    )
    learnt = PlainTextField(
        label=_("What was learnt"),
        help_text=_("What worked, what did not, what you would do otherwise. Others read this if you share it."),
        max_length=5000,
        lines=True,
        required=False,
    )
    learnt_language = forms.ChoiceField(label=_("Written in"), choices=LANGUAGE_CHOICES)
    shared = forms.BooleanField(
        label=_("Share with others"),
        help_text=_(
            "The state and what was learnt are shown on the model's page and on your municipality's profile. "
            "Notes and the responsible person are not."
        ),
        required=False,
    )
