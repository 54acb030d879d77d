"""Forms of events: making one, filtering them, registering."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import places
from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField
from events.forms.fields import WhenField
from events.models import Event
from events.queries import events as queries
from events.rules.events import organisers_for
from events.services.events import LANGUAGES, EventPlan
from themes.forms import ThemesField

MOST_SEATS = 100_000
MOST_THEMES = 8
TITLE, SUMMARY, DESCRIPTION = 160, 300, 8000


class EventForm(StampedForm):
    """An event as its host writes it. `once` makes a form that is sent twice one event."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
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

    def __init__(self, *args: Any, user: Any, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid4().hex
        self.fields[f"title_{self._main}"].help_text = _("In this language or in another; one is enough.")
        self.fields["municipality"].choices = [("", _("Not told")), *places.choices()]  # type: ignore[attr-defined]
        organiser: Any = self.fields["organiser"]
        own = organisers_for(user)
        if event is not None and event.organiser_id:
            own = Profile.objects.filter(pk__in=[*own.values_list("pk", flat=True), event.organiser_id])
        organiser.queryset = own
        organiser.label_from_instance = lambda profile: profile.name
        if user.has_perm("events.create_event"):
            organiser.empty_label = _("Whoever keeps this Solmu")
        else:
            organiser.required = True
            organiser.empty_label = None
        organiser.error_messages["required"] = _("Choose who organises the event.")

    @property
    def own_words(self) -> list[forms.BoundField]:
        """Name and sentence in the reader's own language, to be written first."""
        return [self[f"title_{self._main}"], self[f"summary_{self._main}"]]

    @property
    def other_words(self) -> list[forms.BoundField]:
        return [self[f"{name}_{code}"] for code in LANGUAGES if code != self._main for name in ("title", "summary")]

    @property
    def has_other_words(self) -> bool:
        return any(field.value() or field.errors for field in self.other_words)

    @property
    def _main(self) -> str:
        language = (get_language() or "fi")[:2]
        return language if language in LANGUAGES else "fi"

    def plan(self) -> EventPlan:
        data = self.cleaned_data
        return EventPlan(
            titles={code: data[f"title_{code}"] for code in LANGUAGES},
            summaries={code: data[f"summary_{code}"] for code in LANGUAGES},
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
            languages=tuple(data["languages"]),
            themes=tuple(data["themes"]),
        )


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows of an event that is edited."""
    plain = [name for name in EventForm.base_fields if name not in ("stamp", "once", "themes")]
    return {**{name: getattr(event, name) for name in plain}, "themes": [theme.pk for theme in event.themes.all()]}


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


class RegisterForm(forms.Form):
    profile = forms.ModelChoiceField(
        label=_("For whom do you come?"),
        queryset=Profile.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose for whom you come.")},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["profile"]
        field.queryset = queries.profiles_to_register(user)
        field.label_from_instance = lambda profile: profile.name


class CancelForm(forms.Form):
    reason = PlainTextField(
        label=_("Why?"),
        help_text=_("Sent to everybody who has registered."),
        max_length=400,
        lines=True,
        required=False,
    )
