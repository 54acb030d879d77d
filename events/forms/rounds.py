"""Forms of rounds: the host's settings, and the participant's wishes and absences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES, PlainTextField
from events.forms.fields import ClockInput, WhenField
from events.models import Event, Meeting, Round, Slot
from events.rules.rounds import MOST_TABLES, SLOT_MINUTES
from events.services.rounds import RoundPlan
from events.timetable import Span


def minutes_choices() -> list[tuple[int, str]]:
    return [(minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}) for minutes in SLOT_MINUTES]


class RoundForm(forms.Form):
    """When, how long, how many tables. One break is enough for a half day; the round keeps as many as there are."""

    starts_at = WhenField(label=_("The first meeting begins"))
    ends_at = WhenField(label=_("The last meeting ends by"))
    slot_minutes = forms.TypedChoiceField(
        label=_("Length of a meeting"), coerce=int, choices=minutes_choices, initial=20
    )
    pause_minutes = forms.IntegerField(
        label=_("Minutes to change tables"), min_value=0, max_value=30, initial=0, widget=forms.NumberInput
    )
    tables = forms.IntegerField(
        label=_("Tables"),
        min_value=1,
        max_value=MOST_TABLES,
        initial=8,
        help_text=_("How many meetings can be held at the same time."),
    )
    break_starts = forms.TimeField(
        label=_("A break begins"),
        required=False,
        widget=ClockInput,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        help_text=_("Leave empty if there is no break."),
    )
    break_minutes = forms.IntegerField(
        label=_("Length of the break in minutes"), min_value=5, max_value=240, required=False
    )
    most_meetings = forms.IntegerField(
        label=_("At most this many meetings for one person"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("Leave empty if there is no limit."),
    )
    place = PlainTextField(
        label=_("Where the tables are"),
        max_length=200,
        required=False,
        help_text=_("The hall or room; it is said on every programme."),
    )

    def __init__(self, *args: Any, event: Event, round: Round | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(event, round), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name in ("pause_minutes", "tables", "break_minutes", "most_meetings", "break_starts"):
            self.fields[name].widget.attrs["class"] = "w-s"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("break_starts") and not cleaned.get("break_minutes") and "break_minutes" not in self.errors:
            self.add_error("break_minutes", _("Say how long the break is."))
        return cleaned

    def plan(self) -> RoundPlan:
        cleaned = self.cleaned_data
        breaks: tuple[Span, ...] = ()
        if cleaned["break_starts"]:
            begins = _at_or_after(cleaned["starts_at"], cleaned["break_starts"])
            breaks = ((begins, begins + timedelta(minutes=cleaned["break_minutes"])),)
        return RoundPlan(
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            tables=cleaned["tables"],
            slot_minutes=cleaned["slot_minutes"],
            pause_minutes=cleaned["pause_minutes"],
            breaks=breaks,
            most_meetings=cleaned["most_meetings"],
            place=cleaned["place"],
        )


def _at_or_after(start: datetime, clock: Any) -> datetime:
    """The first moment from `start` on at which the clock shows this: the break of a round that runs over midnight."""
    day = timezone.localdate(start)
    moment = timezone.make_aware(datetime.combine(day, clock))
    return moment if moment >= start else timezone.make_aware(datetime.combine(day + timedelta(days=1), clock))


def _initial(event: Event, round: Round | None) -> dict[str, Any]:
    if round is None:
        ends = min(event.ends_at, event.starts_at + timedelta(hours=3))
        return {"starts_at": event.starts_at, "ends_at": ends, "place": event.place}
    pause = round.breaks.first()
    return {
        "starts_at": round.starts_at,
        "ends_at": round.ends_at,
        "slot_minutes": round.slot_minutes,
        "pause_minutes": round.pause_minutes,
        "tables": round.tables,
        "most_meetings": round.most_meetings,
        "place": round.place,
        "break_starts": timezone.localtime(pause.starts_at).time() if pause else None,
        "break_minutes": round_minutes(pause.ends_at - pause.starts_at) if pause else None,
    }


def round_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


class AskForm(forms.Form):
    """A sentence to whom one would like to meet."""

    message = PlainTextField(
        label=_("Why would you like to meet?"),
        max_length=400,
        required=False,
        lines=True,
        help_text=_("A sentence is enough: what you have to give, or what you look for."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].widget.attrs["rows"] = 3
        self.fields["language"].initial = (get_language() or "fi")[:2]


class AvailabilityForm(forms.Form):
    """The slots in which one can meet; what is not ticked is an absence."""

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_slots = {str(slot.pk): slot for slot in slots}
        self.fields["slots"] = forms.MultipleChoiceField(
            choices=[(key, key) for key in self.all_slots],
            required=False,
            error_messages={"invalid_choice": _("The round's times have changed. Look at them once more.")},
        )

    def absent(self) -> list[Slot]:
        chosen = set(self.cleaned_data["slots"])
        return [slot for key, slot in self.all_slots.items() if key not in chosen]


class MoveForm(forms.Form):
    """Where a meeting is moved: a slot of the round and a table."""

    slot = forms.ModelChoiceField(label=_("Time"), queryset=Slot.objects.none(), empty_label=None)
    table = forms.TypedChoiceField(label=_("Table"), coerce=int)

    def __init__(self, *args: Any, round: Round, meeting: Meeting, labels: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"slot": meeting.slot_id, "table": meeting.table}
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = round.slots.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["slot"].label_from_instance = labels  # type: ignore[attr-defined]  # as above
        self.fields["table"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (number, str(number)) for number in range(1, round.tables + 1)
        ]
