"""A moment as a day and a time: the browser's own controls, which work without JavaScript too."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clocks import moment_of


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": 300, **(attrs or {})}, format="%H:%M")


class WhenWidget(forms.SplitDateTimeWidget):
    template_name = "events/widgets/when.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, (DayInput(), ClockInput()), attrs)


class WhenField(forms.SplitDateTimeField):
    """A moment in the installation's time zone. A time that the clocks skip or repeat is refused by Django itself; the
    form's initial moment, left as it is, stays what it is."""

    widget = WhenWidget

    def __init__(self, **kwargs: Any) -> None:
        self._was: Any = None
        super().__init__(
            input_date_formats=["%Y-%m-%d", "%d.%m.%Y"],
            input_time_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
            **kwargs,
        )
        self.error_messages.update(
            {
                "invalid_date": _("Write the day like this: 2026-12-03 or 3.12.2026."),
                "invalid_time": _("Write the time like this: 9:30."),
            }
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        self._was = bound.initial
        return bound

    def compress(self, data_list: Any) -> datetime | None:
        match data_list:
            case [date() as day, time() as clock] if isinstance(self._was, datetime):
                return moment_of(day, clock, self._was)
        return super().compress(data_list)


class FromUntilWidget(forms.MultiWidget):
    template_name = "events/widgets/from_until.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__((ClockInput(), ClockInput()), attrs)

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None, None]


class FromUntilField(forms.MultiValueField):
    """Two clock times, from when until when, or neither: a row that is left empty says nothing (None)."""

    widget = FromUntilWidget

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%H:%M", "%H:%M:%S", "%H.%M"]
        wrong = {"invalid": _("Write the time like this: 9:30.")}
        fields = [forms.TimeField(input_formats=formats, error_messages=wrong) for _end in range(2)]
        super().__init__(
            fields=fields,
            required=False,
            require_all_fields=False,
            error_messages={"incomplete": _("Tell both when the break begins and when it ends, or neither.")},
            **kwargs,
        )

    def compress(self, data_list: list[time]) -> tuple[time, time] | None:
        return (data_list[0], data_list[1]) if data_list else None
