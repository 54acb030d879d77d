"""Forms of events: making one, filtering them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Profile
from core import places
from core.text import LANGUAGE_CHOICES, PlainTextField
from events.forms.fields import WhenField
from events.forms.hosting import HostedForm
from events.models import Event
from events.queries import events as queries
from events.services.events import EventPlan
from events.services.series import followers
from themes.forms import ThemesField

MOST_SEATS = 100_000
MOST_THEMES = 8
TITLE, SUMMARY, DESCRIPTION = 160, 300, 8000


class EventForm(HostedForm):
    """An event as its host writes it."""

    WORDS = ("title", "summary")

    title_fi = PlainTextField(label=_("Name in Finnish"), max_length=TITLE, required=False)
    title_sv = PlainTextField(label=_("Name in Swedish"), max_length=TITLE, required=False)
    title_en = PlainTextField(label=_("Name in English"), max_length=TITLE, required=False)
    summary_fi = PlainTextField(label=_("In one sentence, in Finnish"), max_length=SUMMARY, required=False)
    summary_sv = PlainTextField(label=_("In one sentence, in Swedish"), max_length=SUMMARY, required=False)
    summary_en = PlainTextField(label=_("In one sentence, in English"), max_length=SUMMARY, required=False)
    description = PlainTextField(
        label=_("Description"),
        help_text=_("Who it is for, what happens, what one takes home. Empty lines divide paragraphs."),
        max_length=DESCRIPTION,
        lines=True,
        required=False,
    )
    language = forms.ChoiceField(label=_("The description is in"), choices=LANGUAGE_CHOICES)
    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind.choices)
    themes = ThemesField(label=_("Themes"), required=False, most=MOST_THEMES)
    starts_at = WhenField(label=_("Begins"), error_messages={"required": _("Choose the day and the time.")})
    ends_at = WhenField(label=_("Ends"), error_messages={"required": _("Choose the day and the time.")})
    is_all_day = forms.BooleanField(
        label=_("Lasts whole days"),
        help_text=_("The clock times are then not told, only the days."),
        required=False,
    )
    mode = forms.ChoiceField(label=_("How people take part"), choices=Event.Mode.choices, widget=forms.RadioSelect)
    place = PlainTextField(
        label=_("Place"), help_text=_("Building and street, for example."), max_length=200, required=False
    )
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    online_url = forms.URLField(
        label=_("Address of the online meeting"),
        help_text=_("Shown only to those who have a seat."),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write an address such as https://meet.example.fi/room.")},
    )
    capacity = forms.IntegerField(
        label=_("Seats"),
        help_text=_("Leave empty if there is room for all. When the seats are taken, the rest wait in line."),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    registration_closes_at = WhenField(
        label=_("Registration closes"),
        help_text=_("Leave empty to keep it open until the event begins."),
        required=False,
        require_all_fields=False,
    )
    procurement_url = forms.URLField(
        label=_("Notice of the procurement"),
        help_text=_("Of a market dialogue: where the notice is published, for example in Hilma."),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address such as https://www.hankintailmoitukset.fi/.")},
    )
    questions_until = WhenField(
        label=_("Questions in writing by"),
        help_text=_("Of a market dialogue: what is asked and answered is published here for all."),
        required=False,
        require_all_fields=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken in the event"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    accessibility = PlainTextField(
        label=_("Accessibility"),
        help_text=_("Steps, lift, induction loop, interpreting, whom to ask. Say what there is and what there is not."),
        max_length=2000,
        lines=True,
        required=False,
    )
    organiser = forms.ModelChoiceField(label=_("Organiser"), queryset=Profile.objects.none(), required=False)
    applies_to = forms.ChoiceField(
        label=_("What is changed?"),
        choices=[("this", _("Only this date")), ("following", _("This date and all that follow in the series"))],
        widget=forms.RadioSelect,
        initial="this",
    )

    def __init__(self, *args: Any, user: Any, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, organiser_id=event.organiser_id if event else None, **kwargs)
        self.fields["municipality"].choices = [("", _("Not told")), *places.choices()]  # type: ignore[attr-defined]
        self.fields["organiser"].error_messages["required"] = _("Choose who organises the event.")
        if event is None or not followers(event).exists():
            del self.fields["applies_to"]
        if event is not None and (agreed := queries.meetings_ahead(event, timezone.now())):
            self.fields["starts_at"].help_text = ngettext(
                "When the whole event moves, the meeting that is agreed in it moves as much. Those who meet are told.",
                "When the whole event moves, the %(n)d meetings that are agreed in it move as much. "
                "Those who meet are told of each.",
                agreed,
            ) % {"n": agreed}

    def clean(self) -> dict[str, Any]:
        """Whole days are from midnight to midnight, by the clock of Finland."""
        cleaned = super().clean() or {}
        if cleaned.get("is_all_day") and cleaned.get("starts_at") and cleaned.get("ends_at"):
            cleaned["starts_at"] = midnight(cleaned["starts_at"])
            cleaned["ends_at"] = midnight(cleaned["ends_at"], days=1)
        return cleaned

    def plan(self) -> EventPlan:
        data = self.cleaned_data
        return EventPlan(
            titles=self.by_language("title"),
            summaries=self.by_language("summary"),
            language=data["language"],
            description=data["description"],
            kind=data["kind"],
            mode=data["mode"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            place=data["place"],
            municipality=data["municipality"],
            online_url=data["online_url"],
            capacity=data["capacity"],
            registration_closes_at=data["registration_closes_at"],
            accessibility=data["accessibility"],
            is_all_day=data["is_all_day"],
            procurement_url=data["procurement_url"],
            questions_until=data["questions_until"],
            languages=tuple(data["languages"]),
            themes=tuple(data["themes"]),
        )


def midnight(moment: datetime, *, days: int = 0) -> datetime:
    """At which the day of the moment begins, or one so many days later."""
    day = timezone.localdate(moment) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time()))


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows of an event that is edited. Whole days end on the last of them, not on the next midnight."""
    plain = [name for name in EventForm.base_fields if name not in ("stamp", "once", "themes", "applies_to")]
    found = {**{name: getattr(event, name) for name in plain}, "themes": [theme.pk for theme in event.themes.all()]}
    if event.is_all_day:
        found["ends_at"] = event.ends_at - timedelta(minutes=1)
    return found


class FilterForm(forms.Form):
    """The list's filters. What is not known is left out rather than refused: a shared link goes on working."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    place = forms.ChoiceField(label=_("Municipality"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Event.Kind.choices])

    def __init__(self, *args: Any, user: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = sorted((theme.label, theme.slug) for theme in queries.themes_in_use(user, now))
        self.fields["theme"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("All themes")),
            *[(slug, label) for label, slug in themes],
        ]
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("All places")),
            *queries.municipalities_in_use(user, now),
        ]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return {name: value for name, value in known.items() if value}


class CancelForm(forms.Form):
    reason = PlainTextField(
        label=_("Why?"),
        help_text=_("Sent to everybody who has registered."),
        max_length=400,
        lines=True,
        required=False,
    )
