"""A need in one's own words, as it comes from a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES, PlainTextField
from matching.models import Question
from themes.models import Theme

LONGEST = 4000


class NeedForm(forms.Form):
    """`asked` is the question on whose page the text stands; the themes to tick are those that its text speaks of. They
    come unticked: one that a person chose finds better partners, one that was only guessed does not."""

    text = PlainTextField(
        label=_("What do you look for?"),
        help_text=_("A sentence is enough, and a whole plan will do. Name the thing and say what it is for."),
        max_length=LONGEST,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you look for.")},
    )
    themes = forms.MultipleChoiceField(
        label=_("Themes that the text speaks of"),
        help_text=_("Tick those that you mean, and look again."),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=[("", _("Tell from the text")), *LANGUAGE_CHOICES],
        required=False,
        widget=forms.Select(attrs={"class": "narrow"}),
    )
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        if question is not None:
            data = question.data
            language = data["language"] if data["told"] == "chosen" else ""
            kwargs["initial"] = {**data, "language": language, "asked": question.pk}
        super().__init__(*args, **kwargs)
        proposed = question.data["proposed"] if question else []
        themes = {theme.slug: theme.label for theme in Theme.objects.filter(slug__in=proposed)} if proposed else {}
        if themes:
            choices = [(slug, themes[slug]) for slug in proposed if slug in themes]
            self.fields["themes"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["themes"]
