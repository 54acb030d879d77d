"""Forms of course rounds."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from accounts.spoken import SPOKEN
from core import places
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.forms.fields import DayInput
from networks.services.board_files import ACCEPT, Prepared, prepare
from studies.models import CourseRound, Entrant, OfferedPlace
from studies.rules.courses import MOST_STUDENTS_OF_PLACE, MOST_WISHES
from studies.services import courses_joining
from studies.services.courses import RoundPlan
from studies.services.courses_joining import EntrantPlan, PlacePlan

SPOKEN_FIRST = tuple(SPOKEN.items())


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=DayInput(),
        error_messages={"invalid": _("Write the day like this: 2026-12-03 or 3.12.2026.")},
        **more,
    )


def _number(label: Any, most: int, **more: Any) -> forms.IntegerField:
    small = forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=small, **more)


class CourseForm(forms.Form):
    school = forms.ModelChoiceField(label=_("School"), queryset=Profile.objects.none())
    name = PlainTextField(label=_("Name of the round"), max_length=120, help_text=_("Carbon footprints, spring 2027"))
    text = PlainTextField(
        label=_("What is done in it"),
        max_length=4000,
        lines=True,
        help_text=_("What companies bring, what students do with it, and what everyone has in the end."),
    )
    language = forms.ChoiceField(label=_("It is written in"), choices=LANGUAGE_CHOICES)
    companies_until = _day(_("Companies sign up until"))
    wishes_until = _day(_("Students choose until"))
    starts_on = _day(_("The work begins"))
    ends_on = _day(_("The work ends"))
    group_most = _number(_("Students in a group at most"), 12, initial=1, help_text=_("1 when everybody works alone."))
    has_minors = forms.BooleanField(
        label=_("There are students under 18"),
        required=False,
        help_text=_("They come in by your link alone, and companies never see a name."),
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, schools: Any, round: CourseRound | None = None, **kwargs: Any) -> None:
        if round is not None:
            kwargs["initial"] = {name: getattr(round, name) for name in RoundPlan.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = token_hex(8)
        if round is not None:
            del self.fields["school"]
            return
        self.fields["language"].initial = reader_language()
        school: Any = self.fields["school"]
        school.queryset = schools

    def plan(self) -> RoundPlan:
        return RoundPlan(**{name: self.cleaned_data[name] for name in RoundPlan.__dataclass_fields__})


def _languages(label: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, choices=SPOKEN_FIRST, widget=forms.CheckboxSelectMultiple, required=False
    )


def _municipality(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=lambda: [("", "–"), *places.choices()], required=False, **more)


class PlaceForm(forms.Form):
    profile = forms.ModelChoiceField(label=_("Organisation"), queryset=Profile.objects.none())
    text = PlainTextField(
        label=_("What you have and what you want to know"),
        max_length=2000,
        lines=True,
        help_text=_("Data, people, time. Students choose by this."),
    )
    language = forms.ChoiceField(label=_("It is written in"), choices=LANGUAGE_CHOICES)
    contact = PlainTextField(
        label=_("Whom students reach, and how"),
        max_length=160,
        help_text=_("A name, and a telephone number or an e-mail address. Only those who get this place see it."),
        error_messages={"required": courses_joining.ContactMissing.message},
    )
    languages = _languages(_("Languages of the work"), _("Any one of these is enough. None: it does not matter."))
    municipality = _municipality(_("Municipality"))
    remote = forms.BooleanField(label=_("It can be done from anywhere"), required=False)
    least = _number(_("Students at the least"), MOST_STUDENTS_OF_PLACE, initial=1)
    most = _number(_("Students at the most"), MOST_STUDENTS_OF_PLACE, initial=1)

    def __init__(self, *args: Any, profiles: Any, place: OfferedPlace | None = None, **kwargs: Any) -> None:
        if place is not None:
            kwargs["initial"] = {name: getattr(place, name) for name in PlacePlan.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        if place is not None:
            del self.fields["profile"]
            return
        field: Any = self.fields["profile"]
        field.queryset = profiles
        first = self.initial.get("profile")
        self.fields["language"].initial = reader_language()
        if first is not None:
            self.fields["municipality"].initial = first.municipality

    def plan(self) -> PlacePlan:
        return PlacePlan(**{name: self.cleaned_data[name] for name in PlacePlan.__dataclass_fields__})


class EntrantForm(forms.Form):
    name = PlainTextField(
        label=_("Your name as the teacher and your group see it"), max_length=80, help_text=_("A first name will do.")
    )
    languages = _languages(_("Languages in which you can work"), _("You are not put where you could not work."))
    municipality = _municipality(
        _("Where you travel from"), help_text=_("Only for the distance. You can leave it out.")
    )
    most_km = forms.IntegerField(
        label=_("Kilometres that you can travel at the most"),
        min_value=0,
        max_value=2000,
        required=False,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
        help_text=_("Leave empty if it does not matter."),
    )
    shown_to_company = forms.BooleanField(
        label=_("The company may know my name"),
        required=False,
        help_text=_("When you have been given to it, not before. Otherwise it only knows how many come."),
    )

    def __init__(self, *args: Any, round: CourseRound, entrant: Entrant | None = None, **kwargs: Any) -> None:
        if entrant is not None:
            kwargs["initial"] = {name: getattr(entrant, name) for name in EntrantPlan.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        if round.has_minors:
            del self.fields["shown_to_company"]

    def plan(self) -> EntrantPlan:
        data = {"shown_to_company": False, **self.cleaned_data}
        return EntrantPlan(**{name: data[name] for name in EntrantPlan.__dataclass_fields__})


class TeamForm(forms.Form):
    name = PlainTextField(label=_("Name of the group"), max_length=80)


class CodeForm(forms.Form):
    code = PlainTextField(
        label=_("Code of the group"), max_length=12, help_text=_("The one who made the group sees it on this page.")
    )


class WishesForm(forms.Form):
    """A number beside each place: 1 is the dearest. The order is made of the numbers, whatever gaps they leave."""

    def __init__(self, *args: Any, offered: list[OfferedPlace], ranks: dict[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        for place in offered:
            self.fields[f"place_{place.pk}"] = forms.IntegerField(
                label=place.profile.name,
                min_value=1,
                max_value=99,
                required=False,
                initial=ranks.get(place.pk),
                widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
            )

    def rows(self) -> list[tuple[OfferedPlace, forms.BoundField]]:
        return [(place, self[f"place_{place.pk}"]) for place in self.offered]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {name: value for name, value in data.items() if value is not None}
        seen: set[int] = set()
        for name, value in given.items():
            if value in seen:
                self.add_error(name, _("Two places have the same number."))
            seen.add(value)
        if len(given) > MOST_WISHES:
            raise forms.ValidationError(_("Choose ten at the most."))
        return data

    def chosen(self) -> list[int]:
        """Numbers of places, the dearest first."""
        given = [(value, int(name.removeprefix("place_"))) for name, value in self.cleaned_data.items() if value]
        return [pk for _rank, pk in sorted(given)]


class DeliverableForm(forms.Form):
    title = PlainTextField(label=_("What is handed in"), max_length=120)
    due_on = _day(_("Due on"))


class HandInForm(forms.Form):
    attachments = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("5 MB at the most: PDF, a picture, a document, a table or plain text."),
    )
    link = forms.URLField(label=_("Or a link"), required=False, assume_scheme="https")
    shown_to_company = forms.BooleanField(label=_("The company may see it"), required=False)

    def clean_attachments(self) -> Prepared | None:
        given = self.cleaned_data["attachments"]
        return prepare(given, given.name, given.size) if given else None


class CourseFeedbackForm(forms.Form):
    grade = forms.TypedChoiceField(
        label=_("How did it go?"),
        coerce=int,
        choices=[(5, _("Very well")), (4, _("Well")), (3, _("All right")), (2, _("Not so well")), (1, _("Badly"))],
        widget=forms.RadioSelect,
    )
    text = PlainTextField(label=_("What should be otherwise next time?"), max_length=1000, lines=True, required=False)


class MoveForm(forms.Form):
    """A change by hand: first its cost is shown, then it is kept."""

    place = forms.TypedChoiceField(
        label=_("New place"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("None: the place is taken away."),
    )
    swap_with = forms.TypedChoiceField(label=_("Swap with"), required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, offered: list[tuple[int, str]], others: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = [("", "–"), *offered]
        swap: Any = self.fields["swap_with"]
        swap.choices = [("", "–"), *others]


class TeacherForm(forms.Form):
    teacher = forms.ModelChoiceField(label=_("Teacher"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["teacher"]
        field.queryset = people
