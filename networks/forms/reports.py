"""The form of a yearly report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import WordedForm
from core.text import LANGUAGES, PlainTextField
from networks.services.reports import LONGEST_GOALS, LONGEST_WORDS


def _words(label: object, language: str) -> PlainTextField:
    return PlainTextField(
        label=label,
        max_length=LONGEST_WORDS,
        lines=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "lang": language}),
    )


def _goals(label: object, language: str) -> PlainTextField:
    return PlainTextField(
        label=label,
        max_length=LONGEST_GOALS,
        lines=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
    )


class ReportForm(WordedForm):
    """The coordinator's own words, each language by itself; none is needed."""

    WORDS = ("words", "goals")
    KEPT = tuple(f"{name}_{code}" for name in WORDS for code in LANGUAGES)

    words_fi = _words(_("What was done, in Finnish"), "fi")
    words_sv = _words(_("What was done, in Swedish"), "sv")
    words_en = _words(_("What was done, in English"), "en")
    goals_fi = _goals(_("How the goals went, in Finnish"), "fi")
    goals_sv = _goals(_("How the goals went, in Swedish"), "sv")
    goals_en = _goals(_("How the goals went, in English"), "en")
