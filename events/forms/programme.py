"""Forms of the programme: a session, a room, a speaker."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services.logos import ACCEPT
from core.clocks import moment_of
from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, LANGUAGES, PlainTextField, reader_language
from events.forms.fields import ClockInput
from events.models import Event, Room, Session, Speaker
from events.queries.programme import profile_by_words
from events.services.programme import SessionPlan
from events.services.speaking import RoomPlan, SpeakerPlan
from events.wording import day as day_in_words

TITLE, ABSTRACT = 160, 4000
MOST_DAYS = 60
FIRST_LENGTH = timedelta(minutes=45)


class ClockField(forms.TimeField):
    widget = ClockInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], **kwargs)
        self.widget.attrs["class"] = "w-s"
        self.error_messages["invalid"] = _("Write the time like this: 9:30.")


class SessionForm(StampedForm):
    """A session as its host writes it: the day, and the clock; one that ends past midnight ends on the next day."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Session.Kind.choices)
    title_fi = PlainTextField(label=_("Name in Finnish"), max_length=TITLE, required=False)
    title_sv = PlainTextField(label=_("Name in Swedish"), max_length=TITLE, required=False)
    title_en = PlainTextField(label=_("Name in English"), max_length=TITLE, required=False)
    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    starts_at = ClockField(label=_("Begins"), error_messages={"required": _("Write when it begins.")})
    ends_at = ClockField(
        label=_("Ends"),
        error_messages={"required": _("Write when it ends.")},
    )
    moves_following = forms.BooleanField(
        label=_("Move everything that comes after it as much as its end moves"), required=False
    )
    room = forms.ModelChoiceField(
        label=_("Room"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("No room, for everybody"),
    )
    speakers = forms.ModelMultipleChoiceField(
        label=_("Speakers"), queryset=Speaker.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    abstract = PlainTextField(
        label=_("What it is about"),
        help_text=_("Empty lines divide paragraphs."),
        max_length=ABSTRACT,
        lines=True,
        required=False,
    )
    language = forms.ChoiceField(label=_("The text is in"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, event: Event, session: Session | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(event, session), **kwargs.get("initial", {})}
        if session is not None:
            kwargs["stamp"] = str(session.version)
        super().__init__(*args, **kwargs)
        self._was = {} if session is None else {"starts_at": session.starts_at, "ends_at": session.ends_at}
        days = days_of_event(event)
        self.fields["day"].choices = [(day.isoformat(), day_in_words(day)) for day in days]  # type: ignore[attr-defined]  # a choice field
        if len(days) == 1:
            self.fields["day"].widget = forms.HiddenInput()
        self.has_rooms = event.rooms.exists()
        self.fields["room"].queryset = event.rooms.all()  # type: ignore[attr-defined]  # a choice field
        self.fields["speakers"].queryset = event.speakers.all()  # type: ignore[attr-defined]  # a choice field
        if session is None:
            del self.fields["moves_following"]
        self.fields[f"title_{self._main}"].help_text = _(
            "In this language or in another; one is enough. A break needs none."
        )

    @property
    def _main(self) -> str:
        language = reader_language()
        return language if language in LANGUAGES else "fi"

    @property
    def own_title(self) -> forms.BoundField:
        return self[f"title_{self._main}"]

    @property
    def other_titles(self) -> list[forms.BoundField]:
        return [self[f"title_{code}"] for code in LANGUAGES if code != self._main]

    @property
    def has_other_titles(self) -> bool:
        return any(field.value() or field.errors for field in self.other_titles)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, begins, ends = cleaned.get("day"), cleaned.get("starts_at"), cleaned.get("ends_at")
        if day is None or begins is None or ends is None:
            return cleaned
        last = day + timedelta(days=1) if ends < begins else day
        for name, on, clock in (("starts_at", day, begins), ("ends_at", last, ends)):
            moment = self._moment(name, on, clock)
            if moment is not None:
                cleaned[name] = moment
        return cleaned

    def _moment(self, name: str, on: date, clock: time) -> datetime | None:
        """The moment that the clock shows; a time that the clocks skip or repeat is refused by Django itself, but for
        one that stands in the session and is left as it is."""
        try:
            return moment_of(on, clock, self._was.get(name))
        except ValidationError as problem:
            self.add_error(name, problem)
            return None

    def plan(self) -> SessionPlan:
        data = self.cleaned_data
        return SessionPlan(
            titles={code: data[f"title_{code}"] for code in LANGUAGES},
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            kind=data["kind"],
            abstract=data["abstract"],
            language=data["language"],
            room=data["room"],
            speakers=tuple(data["speakers"]),
        )


def days_of_event(event: Event) -> list[date]:
    """The days on which the event is, by the clock of Finland; one that ends at midnight does not reach the next."""
    first = timezone.localdate(event.starts_at)
    last = timezone.localdate(event.ends_at - timedelta(seconds=1))
    return [first + timedelta(days=n) for n in range(min((last - first).days + 1, MOST_DAYS))]


def _initial(event: Event, session: Session | None) -> dict[str, Any]:
    """A new session begins where the latest ends, in the same room."""
    if session is not None:
        begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "kind": session.kind,
            **{f"title_{code}": getattr(session, f"title_{code}") for code in LANGUAGES},
            "day": begins.date().isoformat(),
            "starts_at": begins.time(),
            "ends_at": ends.time(),
            "room": session.room_id,
            "speakers": [row.speaker_id for row in session.speaking.all()],
            "abstract": session.abstract,
            "language": session.language,
        }
    latest = event.sessions.order_by("-ends_at", "-pk").first()
    begins = latest.ends_at if latest is not None and latest.ends_at < event.ends_at else event.starts_at
    ends = min(begins + FIRST_LENGTH, event.ends_at)
    return {
        "kind": Session.Kind.TALK,
        "day": timezone.localdate(begins).isoformat(),
        "starts_at": timezone.localtime(begins).time(),
        "ends_at": timezone.localtime(ends).time(),
        "room": latest.room_id if latest is not None else None,
        "language": reader_language(),
    }


class RoomForm(StampedForm):
    name = PlainTextField(
        label=_("Name"),
        help_text=_("As on its door: “Great hall”, “Room 204”."),
        max_length=80,
        error_messages={"required": _("Write what the room is called.")},
    )
    capacity = forms.IntegerField(
        label=_("How many fit in"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    accessibility = PlainTextField(
        label=_("Accessibility"),
        help_text=_("Steps, lift, induction loop, room for wheelchairs. Say what there is and what there is not."),
        max_length=400,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accessibility"].widget.attrs["rows"] = 3

    def plan(self) -> RoomPlan:
        data = self.cleaned_data
        return RoomPlan(name=data["name"], capacity=data["capacity"], accessibility=data["accessibility"])


class SpeakerForm(StampedForm):
    """A speaker. The profile is written by its name or its page's address, so that nobody scrolls a list of all."""

    name = PlainTextField(label=_("Name"), max_length=120, error_messages={"required": _("Write the speaker's name.")})
    title = PlainTextField(
        label=_("Title"),
        help_text=_("What the speaker is or does: “Head of purchasing”."),
        max_length=120,
        required=False,
    )
    organisation = PlainTextField(label=_("Organisation"), max_length=160, required=False)
    profile = PlainTextField(
        label=_("Profile in Solmu"),
        help_text=_("Its name as it stands in the directory, or its page's address. The name then leads to it."),
        max_length=200,
        required=False,
    )
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, at most 2 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    takes_picture_away = forms.BooleanField(label=_("Take the picture away"), required=False)
    consents = forms.BooleanField(
        label=_("The speaker has agreed to be shown here"),
        help_text=_("Ask first. Without this, others see that somebody speaks, but not who."),
        required=False,
    )

    def __init__(self, *args: Any, user: Any, speaker: Speaker | None = None, **kwargs: Any) -> None:
        self.user = user
        if speaker is not None:
            kwargs["initial"] = {
                "name": speaker.name,
                "title": speaker.title,
                "organisation": speaker.organisation,
                "profile": speaker.profile.name if speaker.profile is not None else "",
                "consents": speaker.may_be_shown,
            }
            kwargs["stamp"] = str(speaker.version)
        super().__init__(*args, **kwargs)
        if speaker is None or not speaker.picture.name:
            del self.fields["takes_picture_away"]

    def clean_profile(self) -> Any:
        words = self.cleaned_data["profile"]
        if not words:
            return None
        found = profile_by_words(words, self.user)
        if found is None:
            raise ValidationError(
                _("There is no profile of just this name in the directory. Write the address of its page instead.")
            )
        return found

    def plan(self) -> SpeakerPlan:
        data = self.cleaned_data
        return SpeakerPlan(
            name=data["name"],
            title=data["title"],
            organisation=data["organisation"],
            profile=data["profile"],
            consents=data["consents"],
        )
