"""What people type, made safe to keep: no NUL, no direction overrides, one Unicode form."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("fi", "sv", "en")
"""In which people write here, and in which all is read."""

# Direction overrides and isolates can make a name read as another; NUL breaks databases; other controls have no use in
# prose.
_UNSAFE = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def reader_language() -> str:
    """In which the page is being read: of `LANGUAGES`."""
    language = (get_language() or "fi")[:2]
    return language if language in LANGUAGES else "fi"


def clean_text(value: str) -> str:
    """NFC, unsafe characters left out, line ends as \\n, white space trimmed at both ends."""
    value = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSAFE.sub("", value).strip()


class PlainTextField(forms.CharField):
    """A form field for prose or a name. Its limit is checked after cleaning, and a NUL is cleaned, not refused."""

    default_validators: list[Any] = []

    def __init__(self, *, max_length: int = 200, lines: bool = False, **kwargs: Any) -> None:
        self.limit = max_length
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(**kwargs)
        # Django's own NUL validator would refuse what `clean_text` removes.
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]

    def to_python(self, value: Any) -> str:
        return clean_text(str(value)) if value not in self.empty_values else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        over = len(value) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext_lazy(
                    "The text is %(over)d character too long: the limit is %(limit)d.",
                    "The text is %(over)d characters too long: the limit is %(limit)d.",
                    "over",
                ),
                code="max_length",
                params={"over": over, "limit": self.limit},
            )


LANGUAGE_CHOICES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
