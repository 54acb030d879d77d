"""Forms of an event made again: a copy, a series, a template."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField, reader_language
from events.forms.fields import WhenField
from events.free_days import free_days
from events.models import Event, EventSeries
from events.recurrence import FARTHEST, Dates, Every, chosen_dates, dates_after
from events.services.copying import next_start
from events.services.series import MOST

OWN = "own"
EVERY = [
    (Every.WEEK.value, _("Every week")),
    (Every.TWO_WEEKS.value, _("Every other week")),
    (Every.MONTH_WEEKDAY.value, _("Every month on the same weekday, such as the second Thursday")),
    (Every.MONTH_DATE.value, _("Every month on the same date")),
    (OWN, _("On dates that I write")),
]
A_DATE = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))$")


class CopyForm(forms.Form):
    starts_at = WhenField(label=_("The copy begins"), error_messages={"required": _("Choose the day and the time.")})
    with_programme = forms.BooleanField(
        label=_("The programme with its rooms, and the rounds of meetings"), required=False, initial=True
    )
    with_speakers = forms.BooleanField(
        label=_("The speakers"),
        help_text=_(
            "The speakers are hidden from others until you have asked them anew. Their pictures do not come along."
        ),
        required=False,
    )

    def __init__(self, *args: Any, event: Event, now: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_at": next_start(event, now)}
        super().__init__(*args, **kwargs)


class SeriesForm(forms.Form):
    """When the event is held again. `check` shows the dates before anything is made."""

    every = forms.ChoiceField(label=_("When"), choices=EVERY, widget=forms.RadioSelect, initial=Every.WEEK.value)
    count = forms.IntegerField(
        label=_("How many times more"),
        min_value=1,
        max_value=MOST,
        required=False,
        initial=4,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    days = PlainTextField(
        label=_("Dates"),
        help_text=_("Only if you write them yourself: one on each line, like 3.12.2026."),
        max_length=2000,
        lines=True,
        required=False,
    )
    leaves_holidays_out = forms.BooleanField(label=_("Leave out holidays of Finland"), required=False, initial=True)
    kind = forms.ChoiceField(label=_("The dates are"), choices=EventSeries.Kind.choices, widget=forms.RadioSelect)
    with_speakers = forms.BooleanField(
        label=_("The speakers come along"),
        help_text=_(
            "The speakers are hidden from others until you have asked them anew. Their pictures do not come along."
        ),
        required=False,
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        is_training = event.kind == Event.Kind.TRAINING
        self.fields["kind"].initial = EventSeries.Kind.RUNS if is_training else EventSeries.Kind.REPEATED
        if event.series_id is not None:
            del self.fields["kind"]
        self.fields["days"].widget.attrs["rows"] = 4

    def clean_days(self) -> list[date]:
        lines = re.split(r"[\n,;]+", self.cleaned_data["days"])
        return [_date(line.strip()) for line in lines if line.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("every") == OWN and not cleaned.get("days") and "days" not in self.errors:
            self.add_error("days", _("Write at least one date."))
        elif cleaned.get("every") != OWN and not cleaned.get("count") and "count" not in self.errors:
            self.add_error("count", _("Tell how many times more."))
        return cleaned

    def dates(self) -> Dates:
        """What the answers come to, and what of it is left out as a holiday."""
        first = timezone.localdate(self.event.starts_at)
        language = reader_language()
        own: list[date] = self.cleaned_data["days"]
        last = max([*own, first + FARTHEST]).year
        free = free_days(range(first.year, last + 1), language) if self.cleaned_data["leaves_holidays_out"] else {}
        if self.cleaned_data["every"] == OWN:
            return chosen_dates(own, free)
        return dates_after(first, Every(self.cleaned_data["every"]), self.cleaned_data["count"], free)


def _date(text: str) -> date:
    found = A_DATE.match(text)
    if found:
        parts = [int(part) for part in found.groups() if part is not None]
        year, month, day = parts if found.group(1) else reversed(parts)
        try:
            made = date(year, month, day)
        except ValueError:
            pass
        else:
            if 2000 <= made.year <= timezone.localdate().year + 5:
                return made
    raise ValidationError(gettext("“%(text)s” is not a date like 3.12.2026.") % {"text": text[:30]})


class KeepForm(forms.Form):
    name = PlainTextField(
        label=_("Name of the template"),
        max_length=120,
        error_messages={"required": _("Write a name by which you know it again.")},
    )
