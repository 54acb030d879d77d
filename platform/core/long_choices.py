"""Choices of hundreds, written in one go: Django renders two templates for each choice of a list, and looks three times
whether a part is safe already.

They look as Django's own do here (templates/django/forms/widgets).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def options(choices: Iterable[tuple[Any, Any]], chosen: Collection[str]) -> SafeString:
    """Of a select: (value, label) each; `chosen` are values as text."""
    rows = (
        f'<option value="{key if isinstance(key, int) else escape(str(key))}"'
        f"{' selected' if str(key) in chosen else ''}>{escape(str(label))}</option>"
        for key, label in choices
    )
    return mark_safe("".join(rows))  # nosec B308 B703  # each part is escaped


class LongSelect(forms.Select):
    """One of a flat list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        told = flatatt(self.build_attrs(self.attrs, attrs))
        inside = options(self.choices, set(self.format_value(value)))
        return format_html('<select name="{}" class="input"{}>{}</select>', name, told, inside)


class LongCheckboxes(forms.CheckboxSelectMultiple):
    """Some of a flat list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen, told = set(self.format_value(value)), self.build_attrs(self.attrs, attrs)
        own = escape(str(told.pop("id", f"id_{name}")))
        told.pop("required", None)
        more, name = flatatt(told), escape(name)
        rows = (
            f'<label class="pick" for="{own}_{n}"><input type="checkbox" name="{name}" value="{escape(str(key))}" '
            f'id="{own}_{n}"{" checked" if str(key) in chosen else ""}{more}><span>{escape(str(label))}</span></label>'
            for n, (key, label) in enumerate(self.choices)
        )
        return mark_safe(f'<div id="{own}_options">{"".join(rows)}</div>')  # nosec B308 B703  # each part is escaped
