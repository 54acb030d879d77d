"""The two letters of an introduction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES, PlainTextField

LONGEST = 1500


class LettersForm(forms.Form):
    """A letter to each side. Each is told to whom, and in which language, it is."""

    letter_one = PlainTextField(max_length=LONGEST, lines=True, error_messages={"required": _("Write the letter.")})
    letter_other = PlainTextField(max_length=LONGEST, lines=True, error_messages={"required": _("Write the letter.")})

    def __init__(self, *args: Any, names: tuple[str, str], languages: tuple[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = dict(LANGUAGE_CHOICES)
        for field, name, language in zip(("letter_one", "letter_other"), names, languages, strict=True):
            self.fields[field].label = _("To %(name)s") % {"name": name}
            self.fields[field].help_text = _("Their language: %(language)s.") % {"language": spoken[language]}
            self.fields[field].widget.attrs |= {"rows": 9, "lang": language}
