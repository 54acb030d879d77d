"""Forms of meetings outside events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.forms.fields import WhenField
from events.models import ProposedTime
from events.rules.meetings import LENGTHS, MOST_TIMES

SUGGESTED = (time(9, 0), time(13, 0), time(10, 0))
"""Times of day proposed beforehand, a weekday each: a morning, an afternoon, another morning."""


def length_choices() -> list[tuple[int, str]]:
    return [(minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}) for minutes in LENGTHS]


def suggest_times(now: datetime, busy: Sequence[tuple[datetime, datetime]], *, minutes: int = 60) -> list[datetime]:
    """Three times on the next weekdays but one, in office hours, when none of one's own meetings stand in the way."""
    found: list[datetime] = []
    day = timezone.localdate(now) + timedelta(days=1)
    for _turn in range(30):
        day += timedelta(days=1)
        if day.weekday() >= 5:
            continue
        start = timezone.make_aware(datetime.combine(day, SUGGESTED[len(found)]))
        if all(end <= start or begin >= start + timedelta(minutes=minutes) for begin, end in busy):
            found.append(start)
        if len(found) == len(SUGGESTED):
            break
    return found


class ProposalForm(forms.Form):
    """One to five times, how long, where, and what about. Errors of the times stand at the first of them."""

    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int, choices=length_choices, initial=60)
    place = PlainTextField(
        label=_("Where, or a link"),
        max_length=200,
        required=False,
        help_text=_("An address, “at our place”, or the address of an online meeting."),
    )
    topic = PlainTextField(
        label=_("What would you talk about?"),
        max_length=400,
        required=False,
        lines=True,
        help_text=_("A sentence or two helps the other side to prepare."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, now: datetime, suggested: Sequence[datetime] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].widget.attrs["rows"] = 3
        self.fields["language"].initial = reader_language()
        earliest = timezone.localdate(now).isoformat()
        for number in range(MOST_TIMES):
            field = WhenField(
                label=_("Time %(n)d") % {"n": number + 1},
                required=number == 0,
                initial=suggested[number] if number < len(suggested) else None,
            )
            field.widget.widgets[0].attrs["min"] = earliest
            if number == 0:
                field.error_messages["required"] = _("Propose at least one time.")
            self.fields[f"time_{number + 1}"] = field
        self.order_fields([*self.time_names, "minutes", "place", "topic", "language"])

    @property
    def time_names(self) -> list[str]:
        return [f"time_{number + 1}" for number in range(MOST_TIMES)]

    @property
    def first_times(self) -> list[Any]:
        return [self[name] for name in self.time_names[:3]]

    @property
    def more_times(self) -> list[Any]:
        return [self[name] for name in self.time_names[3:]]

    @property
    def has_more(self) -> bool:
        """Whether one of the further times has something in it, so that its disclosure must be open."""
        return any(field.errors or (self.is_bound and self.cleaned_data.get(field.name)) for field in self.more_times)

    def times(self) -> list[datetime]:
        return [self.cleaned_data[name] for name in self.time_names if self.cleaned_data.get(name)]

    def offer(self) -> dict[str, Any]:
        """What the services that propose times ask for."""
        asked = {name: self.cleaned_data[name] for name in ("minutes", "place", "topic", "language")}
        return {"times": self.times(), **asked}

    def add_refusal(self, error: DomainError) -> None:
        """Show a rule's refusal: one about the times stands at the first of them."""
        name = "time_1" if error.field == "times" else error.field
        self.add_error(name if name in self.fields else None, str(error))


class AcceptForm(forms.Form):
    """Which of the proposed times."""

    time = forms.ModelChoiceField(
        queryset=ProposedTime.objects.none(),
        error_messages={"required": _("Choose one of the times."), "invalid_choice": _("Choose one of the times.")},
    )

    def __init__(self, *args: Any, proposal: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].queryset = proposal.times.all()  # type: ignore[attr-defined]  # a ModelChoiceField


class ReasonForm(forms.Form):
    """Why not; nobody has to say."""

    reason = PlainTextField(label=_("Why?"), max_length=400, required=False, lines=True)

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint
        self.fields["reason"].widget.attrs["rows"] = 3
