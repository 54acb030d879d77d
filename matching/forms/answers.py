"""The answer to a suggestion, as it comes from a page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.text import PlainTextField
from matching.models import Interest

LATER = timedelta(days=30)
"""When no day is chosen, *later* is a month."""


class PairForm(forms.Form):
    """Which of one's own profiles answers to which other. Both must be ones that the person may use and see."""

    profile = forms.ModelChoiceField(Profile.objects.none(), to_field_name="slug", widget=forms.HiddenInput)
    other = forms.ModelChoiceField(Profile.objects.none(), to_field_name="slug", widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = _("This profile is no longer shown, so it cannot be answered.")
        for name, profiles in (
            ("profile", Profile.objects.represented_by(user)),
            ("other", Profile.objects.visible_to(user)),
        ):
            self.fields[name].queryset = profiles.distinct()  # type: ignore[attr-defined]  # a model choice field
            self.fields[name].error_messages = {"required": gone, "invalid_choice": gone}


class AnswerForm(PairForm):
    answer = forms.ChoiceField(
        choices=Interest.Answer.choices, widget=forms.HiddenInput, error_messages={"required": _("Choose an answer.")}
    )
    why = forms.ChoiceField(
        label=_("What does not fit?"), choices=Interest.Why.choices, widget=forms.RadioSelect, required=False
    )
    why_in_words = PlainTextField(label=_("In your own words"), max_length=200, required=False)
    until = forms.DateField(label=_("Suggest again on"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == Interest.Answer.LATER and not cleaned.get("until") and "until" not in self.errors:
            cleaned["until"] = self.today + LATER
        return cleaned
