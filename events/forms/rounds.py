"""Forms of rounds: the host's settings, and when a participant can meet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import StampedForm
from core.text import PlainTextField
from events.forms.breaks import BreaksForm
from events.forms.fields import WhenField
from events.models import Event, Meeting, MeetingRequest, Registration, Round, Session, Slot
from events.queries.tables import most_tables
from events.rules.rounds import ANSWER_HOURS, MOST_TABLES, SLOT_MINUTES
from events.services.rounds import RoundPlan
from events.services.ways import LONGEST
from events.wording import clock

Word = MeetingRequest.Word
_TIMES = ("style", "starts_at", "ends_at", "slot_minutes", "pause_minutes", "tables")


def minutes_choices() -> list[tuple[int, str]]:
    return [(minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}) for minutes in SLOT_MINUTES]


def hours_choices() -> list[tuple[int, str]]:
    return [(hours, ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}) for hours in ANSWER_HOURS]


class RoundForm(BreaksForm):
    """When, how long, how many tables, and the breaks."""

    style = forms.ChoiceField(
        label=_("How meetings get their times"),
        choices=Round.Style.choices,
        widget=forms.RadioSelect,
        initial=Round.Style.SOLVED,
        help_text=_(
            "You make a schedule for all at once, or two who agree to meet take the best time that is free for both. "
            "In a speed round nobody is asked: everyone is put together with somebody new each time."
        ),
    )
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
    most_meetings = forms.IntegerField(
        label=_("At most this many meetings for one person"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("Leave empty if there is no limit."),
    )
    opens_at_count = forms.IntegerField(
        label=_("Requests open when this many have registered"),
        min_value=2,
        max_value=2000,
        required=False,
        help_text=_(
            "Before that people look around and mark in private whom they would like to meet, so that the first ones "
            "do not book into an empty hall. Leave empty to take requests at once."
        ),
    )
    answer_hours = forms.TypedChoiceField(
        label=_("A request is answered within"), coerce=int, choices=hours_choices, initial=72
    )
    travel_minutes = forms.IntegerField(
        label=_("Minutes from sessions to the tables"),
        min_value=0,
        max_value=120,
        required=False,
        help_text=_("Nobody is given a meeting closer than this to a session, or to what stands in their calendar."),
    )
    place = PlainTextField(
        label=_("Where the tables are"),
        max_length=200,
        required=False,
        help_text=_("The hall or room; it is said on every programme."),
    )
    online_url = forms.CharField(
        label=_("Where the meetings are held online"),
        max_length=450,
        required=False,
        help_text=_(
            "Every pair needs a room of its own. Write {table} where the number of the table goes, for example "
            "https://meet.example.fi/partner-day-{table}. Empty: the event's own address."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, event: Event, round: Round | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(event, round), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if event.mode == Event.Mode.ON_SITE:
            del self.fields["online_url"]
        for name in ("pause_minutes", "tables", "most_meetings", "opens_at_count", "travel_minutes"):
            self.fields[name].widget.attrs["class"] = "w-s"
        pauses = round.breaks.all() if round is not None else []
        self.add_breaks([(pause.starts_at, pause.ends_at) for pause in pauses], self.data if self.is_bound else None)

    @property
    def before_breaks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in _TIMES]

    @property
    def after_breaks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in _TIMES and name not in self.break_names]

    def clean_online_url(self) -> str:
        address: str = self.cleaned_data["online_url"]
        try:
            if address:
                URLValidator(schemes=["https", "http"])(address.replace("{table}", "1"))
        except ValidationError:
            raise ValidationError(_("Write an address such as https://meet.example.fi/room.")) from None
        return address

    def plan(self) -> RoundPlan:
        cleaned = self.cleaned_data
        return RoundPlan(
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            tables=cleaned["tables"],
            slot_minutes=cleaned["slot_minutes"],
            pause_minutes=cleaned["pause_minutes"],
            breaks=tuple(self.breaks(cleaned["starts_at"], cleaned["ends_at"])),
            most_meetings=None if cleaned["style"] == Round.Style.SPEED else cleaned["most_meetings"],
            place=cleaned["place"],
            online_url=cleaned.get("online_url", ""),
            style=cleaned["style"],
            opens_at_count=None if cleaned["style"] == Round.Style.SPEED else cleaned["opens_at_count"],
            answer_hours=cleaned["answer_hours"],
            travel_minutes=cleaned["travel_minutes"] or 0,
        )


def _initial(event: Event, round: Round | None) -> dict[str, Any]:
    if round is None:
        last = event.rounds.last()
        starts = last.ends_at if last is not None and last.ends_at < event.ends_at else event.starts_at
        ends = min(event.ends_at, starts + timedelta(hours=3))
        return {"starts_at": starts, "ends_at": ends, "place": last.place if last is not None else event.place}
    return {
        "starts_at": round.starts_at,
        "ends_at": round.ends_at,
        "slot_minutes": round.slot_minutes,
        "pause_minutes": round.pause_minutes,
        "tables": round.tables,
        "most_meetings": round.most_meetings,
        "place": round.place,
        "online_url": round.online_url,
        "style": round.style,
        "opens_at_count": round.opens_at_count,
        "answer_hours": round.answer_hours,
        "travel_minutes": round.travel_minutes,
    }


class WalkForm(forms.Form):
    """Of the whole event, beside the settings of its rounds."""

    walk_minutes = forms.IntegerField(
        label=_("Minutes from one hall to another"),
        min_value=0,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"class": "w-s"}),
        help_text=_(
            "Of the whole event. Whoever meets in one place is given no meeting of a round in another so soon before "
            "or after it. Write 0 if it is no way at all."
        ),
    )


class AvailabilityForm(StampedForm):
    """The slots in which one can meet; what is not ticked is an absence. When one comes and goes, and to what."""

    arrives_at = forms.ChoiceField(label=_("I come later"), required=False)
    leaves_at = forms.ChoiceField(label=_("I leave earlier"), required=False)
    most = forms.IntegerField(
        label=_("At most this many meetings for me"),
        min_value=1,
        max_value=60,
        required=False,
        widget=forms.NumberInput(attrs={"class": "w-s"}),
        help_text=_("Leave empty if you take as many as fit. Meetings that are agreed already stay."),
    )
    sessions = forms.ModelMultipleChoiceField(
        label=_("I go to these sessions"),
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You are given no meetings during them."),
    )

    def __init__(
        self,
        *args: Any,
        slots: list[Slot],
        moments: list[Slot],
        sessions: Any = None,
        is_speed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_speed:
            del self.fields["most"]
        self.all_slots = {str(slot.pk): slot for slot in slots}
        self.fields["slots"] = forms.MultipleChoiceField(
            choices=[(key, key) for key in self.all_slots],
            required=False,
            error_messages={"invalid_choice": _("The round's times have changed. Look at them once more.")},
        )
        for name, choices, nothing in (
            ("arrives_at", [slot.starts_at for slot in moments[1:]], _("No, from the beginning")),
            ("leaves_at", [slot.ends_at for slot in moments[:-1]], _("No, at the end")),
        ):
            self.fields[name].choices = [  # type: ignore[attr-defined]  # a ChoiceField
                ("", nothing), *((moment.isoformat(), clock(moment)) for moment in choices),
            ]  # fmt: skip
        if sessions is not None:
            self.fields["sessions"].queryset = sessions  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
            self.fields["sessions"].label_from_instance = lambda one: f"{clock(one.starts_at)} {one.title}"  # type: ignore[attr-defined]  # as above

    def absent(self) -> list[Slot]:
        chosen = set(self.cleaned_data["slots"])
        return [slot for key, slot in self.all_slots.items() if key not in chosen]

    def moment(self, name: str) -> datetime | None:
        said = self.cleaned_data.get(name)
        return datetime.fromisoformat(said) if said else None


class CalendarForm(forms.Form):
    """Busy times out of one's own calendar: a file, or the address of a calendar that is followed."""

    file = forms.FileField(
        label=_("A calendar file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("Its name ends in .ics."),
    )
    url = PlainTextField(
        label=_("Or the address of your calendar"),
        max_length=1000,
        required=False,
        help_text=_("Your calendar gives it under sharing or publishing; it begins with https:// or webcal://."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("url") and not self.errors:
            self.add_error("file", _("Choose a file, or write an address."))
        return cleaned


class PairForm(forms.Form):
    """The host's word on two who need not have asked each other."""

    one = forms.ModelChoiceField(label=_("One party"), queryset=Registration.objects.none(), empty_label="")
    other = forms.ModelChoiceField(label=_("The other party"), queryset=Registration.objects.none(), empty_label="")
    word = forms.ChoiceField(
        label=_("The two"),
        choices=[(Word.MUST, _("must meet")), (Word.APART, _("are kept apart"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = _comers(round)
        for field in ("one", "other"):
            self.fields[field].queryset = round.event.registrations.confirmed()  # type: ignore[attr-defined]
            self.fields[field].choices = [("", ""), *names]  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """The host's word on how many meetings one person has."""

    person = forms.ModelChoiceField(label=_("Who"), queryset=Registration.objects.none(), empty_label="")
    most = forms.IntegerField(
        label=_("At most this many meetings"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("In place of what the round says of everyone: it may be more or fewer."),
    )
    least = forms.IntegerField(
        label=_("At least this many, if it can be"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("When the schedule is made, these come before the further meetings of others."),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = round.event.registrations.confirmed()
        people.choices = [("", ""), *_comers(round)]
        for name in ("most", "least"):
            self.fields[name].widget.attrs["class"] = "w-s"


def _comers(round: Round) -> list[tuple[int, str]]:
    """Those who have a seat, by name."""
    comers = round.event.registrations.confirmed().select_related("profile", "user")
    names = [(one.pk, ", ".join(filter(None, (one.profile.name, one.user.name)))) for one in comers]
    return sorted(names, key=lambda row: row[1].casefold())


class MoveForm(forms.Form):
    """Where a meeting is moved: a slot of the round and a table."""

    slot = forms.ModelChoiceField(label=_("Time"), queryset=Slot.objects.none(), empty_label=None)
    table = forms.TypedChoiceField(label=_("Table"), coerce=int)

    def __init__(self, *args: Any, round: Round, meeting: Meeting, labels: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"slot": meeting.slot_id, "table": meeting.table}
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = round.slots.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["slot"].label_from_instance = labels  # type: ignore[attr-defined]  # as above
        most = most_tables(round, round.slots.all())
        self.fields["table"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (number, str(number)) for number in ([meeting.table] if round.is_hosted else range(1, most + 1))
        ]
