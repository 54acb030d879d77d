"""Forms of seasons: the season itself, a place, the one application."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import spoken
from accounts.models import Profile
from accounts.spoken import SPOKEN
from core import places
from core.forms import WordedForm
from core.text import LANGUAGE_CHOICES, LANGUAGES, PlainTextField, reader_language
from events.forms.fields import DayInput
from studies.models import Age, Season, SeasonApplication, SeasonPlace, Shown
from studies.rules import seasons as rules
from studies.rules.languages import shares_language
from studies.season_tasks import TASKS
from studies.services.seasons import SeasonPlan
from studies.services.seasons_applying import ApplicationPlan
from studies.services.seasons_places import SeasonPlacePlan

A_DAY = {"invalid": _("Write the day like this: 2026-12-03 or 3.12.2026.")}
DAYS = ("opens_on", "closes_on", "answers_by", "works_from", "works_until")


def _day(label: Any, **more: Any) -> forms.DateField:
    formats = ["%Y-%m-%d", "%d.%m.%Y"]
    return forms.DateField(label=label, input_formats=formats, widget=DayInput(), error_messages=A_DAY, **more)


def _number(label: Any, most: int, **more: Any) -> forms.IntegerField:
    small = forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=small, **more)


def _spoken(label: Any, **more: Any) -> forms.MultipleChoiceField:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=tuple(SPOKEN.items()), widget=boxes, required=False, **more)


class SeasonForm(WordedForm):
    WORDS = ("name", "lede")

    host = forms.ModelChoiceField(label=_("Host"), queryset=Profile.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Of what"), choices=Season.Kind.choices)
    name_fi = PlainTextField(label=_("Name in Finnish"), max_length=120, required=False)
    name_sv = PlainTextField(label=_("Name in Swedish"), max_length=120, required=False)
    name_en = PlainTextField(label=_("Name in English"), max_length=120, required=False)
    lede_fi = PlainTextField(label=_("Lead in Finnish"), max_length=600, lines=True, required=False)
    lede_sv = PlainTextField(label=_("Lead in Swedish"), max_length=600, lines=True, required=False)
    lede_en = PlainTextField(label=_("Lead in English"), max_length=600, lines=True, required=False)
    slug = PlainTextField(
        label=_("Address of the campaign page"),
        help_text=_("Small letters, numbers and hyphens: summer-2027. Left empty, it is made from the name."),
        max_length=80,
        required=False,
    )
    opens_on = _day(_("Applications open on"))
    closes_on = _day(_("Last day to apply"))
    answers_by = _day(
        _("Everyone has an answer by"), help_text=_("Who still waits after this day is told kindly, by itself.")
    )
    works_from = _day(_("The work begins at the earliest"))
    works_until = _day(_("The work ends at the latest"))
    ages = forms.MultipleChoiceField(
        label=_("Who can apply"),
        choices=Age.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who can apply.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the applications"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Told to those who apply. Whoever writes in another language is told so, and so are the workplaces."
        ),
    )
    most_wishes = _number(_("Places that one can apply for"), rules.MOST_WISHES, initial=3)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, hosts: Any, season: Season | None = None, **kwargs: Any) -> None:
        if season is not None:
            plain = ("kind", "slug", *DAYS, "ages", "languages", "most_wishes")
            words = [f"{name}_{code}" for name in self.WORDS for code in LANGUAGES]
            kwargs["initial"] = {name: getattr(season, name) for name in (*plain, *words)}
        super().__init__(*args, **kwargs)
        own = self.fields[f"name_{reader_language()}"]
        own.help_text = _("In this language or in another; one is enough.")
        if season is not None:
            del self.fields["host"], self.fields["once"]
            return
        fields: dict[str, Any] = self.fields
        fields["once"].initial = token_hex(8)
        fields["ages"].initial, fields["languages"].initial = Age.values, list(LANGUAGES)
        fields["host"].queryset = hosts
        fields["host"].label_from_instance = lambda profile: profile.name

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            raise forms.ValidationError(_("Use small letters from a to z, numbers and hyphens alone: summer-2027."))
        return slug

    def plan(self) -> SeasonPlan:
        data = self.cleaned_data
        plain = {name: data[name] for name in ("kind", "slug", *DAYS, "ages", "languages", "most_wishes")}
        return SeasonPlan(names=self.by_language("name"), ledes=self.by_language("lede"), **plain)


class SeasonPlaceForm(forms.Form):
    profile = forms.ModelChoiceField(label=_("Organisation"), queryset=Profile.objects.none(), empty_label=None)
    task = PlainTextField(label=_("Task"), max_length=120, help_text=_("A few words that a student stops at."))
    text = PlainTextField(
        label=_("What is done, and with whom"),
        max_length=2000,
        lines=True,
        help_text=_("Also what one need not know beforehand. Students choose by this."),
    )
    language = forms.ChoiceField(label=_("It is written in"), choices=LANGUAGE_CHOICES)
    field = forms.ChoiceField(label=_("Field of work"), choices=SeasonPlace.Field.choices)
    seats = _number(_("How many students"), rules.MOST_SEATS, initial=1)
    starts_on = _day(_("First day"), required=False)
    ends_on = _day(_("Last day"), required=False, help_text=_("Left empty, it is the season's whole time."))
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    pay = PlainTextField(
        label=_("Pay, euros"),
        max_length=40,
        required=False,
        help_text=_("A number alone, such as 12,50 or 1500. Leave it empty if nothing is paid."),
        widget=forms.TextInput(attrs={"class": "w-s", "inputmode": "decimal"}),
    )
    pay_unit = forms.ChoiceField(label=_("It is paid"), choices=SeasonPlace.PayUnit.choices)
    languages = _spoken(
        _("Languages of the work"), help_text=_("Any one of these is enough. None: it does not matter.")
    )
    languages_required = forms.BooleanField(
        label=_("The work cannot be done without one of these languages"),
        required=False,
        help_text=_(
            "Then only those who name one of them can apply. Otherwise others can too, and you are both told of it."
        ),
    )
    lowest_age = forms.TypedChoiceField(
        label=_("Lowest age"), coerce=int, choices=[(age, str(age)) for age in rules.AGES], initial=15,
        help_text=_(
            "When the work begins. If it is 16 or 17, applicants under 18 say in the application that they are old "
            "enough."
        ),
    )  # fmt: skip
    guardian_needed = forms.BooleanField(
        label=_("We need a guardian's contact of those under 18"),
        required=False,
        help_text=_("Only if the work asks for it. You see it when you have offered the place."),
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self,
        *args: Any,
        season: Season,
        givers: Any,
        place: SeasonPlace | None = None,
        ready: str = "",
        **kwargs: Any,
    ) -> None:
        if place is not None:
            kwargs["initial"] = {name: getattr(place, name) for name in SeasonPlacePlan.__dataclass_fields__}
            pay = f"{place.pay:f}".removesuffix(".00").replace(".", ",") if place.pay is not None else ""
            kwargs["initial"]["pay"] = pay
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["municipality"].choices = [("", _("Anywhere")), *places.choices(reader_language())]
        for name in ("starts_on", "ends_on"):
            span = {"min": season.works_from.isoformat(), "max": season.works_until.isoformat()}
            fields[name].widget.attrs |= span
        if not season.takes_minors:
            del self.fields["guardian_needed"]
        if place is not None:
            del self.fields["profile"], self.fields["once"]
            return
        fields["once"].initial = token_hex(8)
        fields["profile"].queryset = givers
        fields["profile"].label_from_instance = lambda profile: profile.name
        fields["language"].initial = reader_language()
        first = self.initial.get("profile")
        fields["municipality"].initial = first.municipality if first is not None else ""
        task = TASKS.get(ready)
        if task is not None:
            fields["task"].initial, fields["text"].initial = str(task.title), str(task.text)
            fields["field"].initial = task.field

    def plan(self) -> SeasonPlacePlan:
        data = {"guardian_needed": False, **self.cleaned_data}
        return SeasonPlacePlan(**{name: data[name] for name in SeasonPlacePlan.__dataclass_fields__})


@dataclass(frozen=True)
class PlaceField:
    """A place in the one form: its number's field, the word of age where it is asked, and whether none of the work's
    languages is among those that the student has named, as far as any is."""

    place: SeasonPlace
    rank: forms.BoundField
    aged: forms.BoundField | None
    is_unspoken: bool


class ApplicationForm(forms.Form):
    """One for all places of the season: 1 beside the dearest, 2 beside the next."""

    name = PlainTextField(label=_("Your name"), max_length=80)
    contact = PlainTextField(
        label=_("How the workplace reaches you"),
        max_length=120,
        help_text=_("A telephone number or an e-mail address."),
    )
    age = forms.ChoiceField(
        label=_("Your age when the work begins"),
        widget=forms.RadioSelect,
        help_text=_("Nothing more is asked of your age."),
        error_messages={"required": _("Choose your age.")},
    )
    text = PlainTextField(
        label=_("A few lines"),
        max_length=2000,
        lines=True,
        help_text=_(
            "Who you are, what you like doing, and what you would like to learn. The same text goes to each place."
        ),
    )
    school = PlainTextField(label=_("School"), max_length=120, required=False)
    programme = PlainTextField(label=_("Programme or line of study"), max_length=120, required=False)
    languages = _spoken(_("Languages that you speak"))
    shown = forms.MultipleChoiceField(
        label=_("What the workplaces see of your profile"),
        choices=Shown.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Only if you are 18 or over. They see it as it stands in your profile when they look. Nobody else sees "
            "more of your profile for this."
        ),
    )
    guardian_name = PlainTextField(label=_("Guardian's name"), max_length=80, required=False)
    guardian_contact = PlainTextField(
        label=_("Guardian's telephone or e-mail"),
        max_length=120,
        required=False,
        help_text=_("Only if you are under 18 and a place below asks for it. Otherwise it is not kept."),
    )

    def __init__(
        self,
        *args: Any,
        season: Season,
        offered: list[SeasonPlace],
        ranks: dict[int, int],
        aged: Collection[int] = (),
        has_profile: bool = False,
        application: SeasonApplication | None = None,
        **kwargs: Any,
    ) -> None:
        if application is not None:
            names = [name for name in ApplicationPlan.__dataclass_fields__ if name not in ("places", "aged")]
            kwargs["initial"] = {name: getattr(application, name) for name in names}
        super().__init__(*args, **kwargs)
        self.season, self.offered = season, offered
        fields: dict[str, Any] = self.fields
        fields["age"].choices = [(value, label) for value, label in Age.choices if value in season.ages]
        if not has_profile or Age.ADULT not in season.ages:
            del self.fields["shown"]
        asked = [code for code in LANGUAGES if code in season.languages]
        if asked and len(asked) < len(LANGUAGES):
            told = {"text": fields["text"].help_text, "languages": ", ".join(spoken.names(asked))}
            fields["text"].help_text = _("%(text)s Languages of the applications: %(languages)s.") % told
        if not season.takes_minors or not any(place.guardian_needed for place in offered):
            del self.fields["guardian_name"], self.fields["guardian_contact"]
        for place in offered:
            if season.takes_minors and rules.asks_age(place):
                self.fields[f"aged_{place.pk}"] = forms.BooleanField(
                    label=_("I am %(age)d or over when this work begins") % {"age": place.lowest_age},
                    help_text=_("Only for those under 18."),
                    required=False,
                    initial=place.pk in aged,
                )
            self.fields[f"place_{place.pk}"] = forms.IntegerField(
                label=place.task,
                min_value=1,
                max_value=99,
                required=False,
                initial=ranks.get(place.pk),
                widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
            )

    def about_you(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(("place_", "aged_"))]

    def rows(self) -> list[PlaceField]:
        named = self["languages"].value() or []
        return [
            PlaceField(
                place,
                self[f"place_{place.pk}"],
                self[f"aged_{place.pk}"] if f"aged_{place.pk}" in self.fields else None,
                bool(named) and not shares_language(place, named),
            )
            for place in self.offered
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen: set[int] = set()
        for name in [f"place_{place.pk}" for place in self.offered]:
            value = data.get(name)
            if value is None:
                continue
            if value in seen:
                self.add_error(name, _("Two places have the same number."))
            seen.add(value)
        return data

    def plan(self) -> ApplicationPlan:
        data = self.cleaned_data
        given = [(value, int(name.removeprefix("place_"))) for name, value in data.items() if name.startswith("place_") and value]  # fmt: skip  # noqa: E501 (one line)
        plain = {name: data[name] for name in ApplicationPlan.__dataclass_fields__ if name in data}
        aged = [place.pk for place in self.offered if data.get(f"aged_{place.pk}")]
        return ApplicationPlan(**plain, places=[pk for _rank, pk in sorted(given)], aged=aged)
