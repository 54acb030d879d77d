"""The breaks of a round: rows of two clock times, of which as many are filled in as there are breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from events.forms.fields import FromUntilField
from events.rules.rounds import MOST_SLOTS
from events.timetable import Span

ROWS = 6
"""As many are offered, and three more than there are: saving once more gives further ones."""
SHOWN = 2
_NAME = re.compile(r"break_(\d{1,2})_[01]")


class BreaksForm(forms.Form):
    """A part of the round's form."""

    break_count: int

    def add_breaks(self, breaks: Sequence[Span], data: Mapping[str, Any] | None) -> None:
        """Rows for those that there are, and for those that were sent."""
        sent = [int(found[1]) for name in data or () if (found := _NAME.fullmatch(name))]
        self.break_count = min(MOST_SLOTS, max([ROWS, len(breaks) + 3, *sent]))
        for number, name in enumerate(self.break_names):
            self.fields[name] = FromUntilField(
                label=_("Break %(n)d") % {"n": number + 1},
                initial=_clocks(breaks[number]) if number < len(breaks) else None,
            )

    @property
    def break_names(self) -> list[str]:
        return [f"break_{number}" for number in range(1, self.break_count + 1)]

    @property
    def first_breaks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.break_names[:SHOWN]]

    @property
    def more_breaks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.break_names[SHOWN:]]

    @property
    def has_more_breaks(self) -> bool:
        """Whether something stands in one of the further rows, so that they must be open."""
        return any(row.errors or any(row.field.widget.decompress(row.value())) for row in self.more_breaks)

    def _filled(self) -> list[str]:
        return [name for name in self.break_names if self.cleaned_data.get(name)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts_at") and cleaned.get("ends_at"):
            for name in self._filled():
                try:
                    _span(cleaned[name], cleaned["starts_at"], cleaned["ends_at"])
                except ValidationError as problem:
                    self.add_error(name, problem)
        return cleaned

    def breaks(self, starts_at: datetime, ends_at: datetime) -> list[Span]:
        """Of a form that is valid: moments in the round, in the order of the rows. In a round over midnight a time
        before its beginning is of the next day. One that ends before it begins is given as it is."""
        return [_span(self.cleaned_data[name], starts_at, ends_at) for name in self._filled()]

    def add_refusal(self, error: DomainError) -> None:
        """A rule's refusal at its field; of the third break, say, at the third row that has something in it."""
        name = error.field
        found = re.fullmatch(r"break_(\d+)", name or "")
        if found:
            name = self._filled()[int(found[1]) - 1]
        self.add_error(name if name in self.fields else None, str(error))


def _clocks(span: Span) -> tuple[time, time]:
    return timezone.localtime(span[0]).time(), timezone.localtime(span[1]).time()


def _span(clocks: tuple[time, time], starts_at: datetime, ends_at: datetime) -> Span:
    begins, ends = clocks
    start = _moment(timezone.localdate(starts_at), begins)
    if start < starts_at:
        start = _moment(timezone.localdate(starts_at) + timedelta(days=1), begins)
    end = _moment(timezone.localdate(start), ends)
    if end <= start and timezone.localdate(start) < timezone.localdate(ends_at):
        end = _moment(timezone.localdate(start) + timedelta(days=1), ends)
    return start, end


def _moment(day: date, clock: time) -> datetime:
    """Raises Django's own `ValidationError` of a time that the clocks skip or repeat."""
    return from_current_timezone(datetime.combine(day, clock))
