"""A profile's sections as forms: the same ones in the wizard and in editing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import industries
from accounts.models import Profile
from accounts.services import logos
from accounts.services.sections import MOST_THEMES, TEXT_KINDS, TEXT_LIMIT, Section, read
from accounts.spoken import SPOKEN
from core import places
from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField
from themes.forms import ThemesField
from themes.models import Theme
from themes.queries import Proposal, propose_themes

Kind = Profile.Kind
TICKED = 6
"""Proposed themes that come ticked."""


def reader_language() -> str:
    return (get_language() or "fi")[:2]


class SectionForm(StampedForm):
    """A section's form. `values()` is what `sections.write` takes."""

    section: Section

    def __init__(self, data: Any = None, *, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        super().__init__(data, initial={**self.saved(), **kwargs.pop("initial", {})}, **kwargs)
        self.arrange()

    def saved(self) -> dict[str, Any]:
        """The section as it is saved, as the form's fields take it."""
        return read(self.profile, self.section)

    def arrange(self) -> None:
        """Fit labels and fields to the profile's kind."""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}

    def preview(self) -> dict[str, Any]:
        """What of the form is right so far, for a look at how the profile will be."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if name not in ("stamp", "logo")}


class BusinessIdForm(SectionForm):
    section = Section.BUSINESS_ID

    business_id = PlainTextField(
        label=_("Business ID"),
        help_text=_("For example 0112038-9. Name, industry and place are fetched by it from the business register."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-s", "inputmode": "text", "autocomplete": "off"}),
    )


def _name_field(label: Any, **kwargs: Any) -> PlainTextField:
    return PlainTextField(
        label=label,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Write the organisation's name")},
        **kwargs,
    )


class OrganisationForm(SectionForm):
    """The name in the page's language comes first; names in the others may be given besides."""

    section = Section.ORGANISATION

    name_fi = _name_field(_("Name in Finnish"), required=False)
    name_sv = _name_field(_("Name in Swedish"), required=False)
    name_en = _name_field(_("Name in English"), required=False)
    municipality = forms.ChoiceField(
        label=_("Municipality"),
        error_messages={"required": _("Choose the municipality")},
        widget=forms.Select(attrs={"class": "w-m"}),
    )
    industry = forms.ChoiceField(label=_("Industry"), required=False)
    size = forms.ChoiceField(label=_("Size"), required=False, widget=forms.Select(attrs={"class": "w-m"}))
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"class": "w-m", "inputmode": "url", "autocomplete": "url"}),
        error_messages={"invalid": _("Write the address as in www.company.fi")},
    )

    def saved(self) -> dict[str, Any]:
        values = super().saved()
        values["industry"] = _industry_value(values["industry"], values.pop("industry_edition"))
        return values

    def arrange(self) -> None:
        _choose(self, "municipality", [("", _("Choose")), *places.choices(reader_language())])
        _choose(self, "size", [("", _("Not told")), *Profile.Size.choices])
        _choose(self, "industry", _industry_choices(self.profile))
        if self.profile.kind not in (Kind.COMPANY, Kind.ASSOCIATION, Kind.RESEARCH):
            self.fields.pop("size")
        if self.profile.kind == Kind.MUNICIPALITY:
            self.fields.pop("industry")
        first = self.fields[self.name_order[0]]
        first.label = _("Name of the organisation")
        # A name in one language is enough, whichever it is.
        typed = [str(self.data.get(self.add_prefix(name), "")).strip() for name in self.name_order[1:]]
        first.required = not (self.is_bound and any(typed))

    @property
    def name_order(self) -> list[str]:
        """The names' fields, the one in the page's language first."""
        return [f"name_{code}" for code in sorted(("fi", "sv", "en"), key=lambda code: code != reader_language())]

    @property
    def name_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.name_order]

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "industry" in values:
            edition, _colon, code = values["industry"].partition(":")
            values["industry"], values["industry_edition"] = code, edition if code else ""
        return values


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # the field is a choice field


def _industry_value(code: str, edition: str) -> str:
    return f"{edition}:{code}" if code and edition else ""


def _industry_choices(profile: Profile) -> list[Any]:
    """Divisions of the newest edition. What is saved stands in the list with all its digits and its own edition, so
    that saving the page loses nothing of it.
    """
    saved = _industry_value(profile.industry, profile.industry_edition)
    edition, _colon, code = saved.partition(":")
    plain = f"{industries.NEWEST}:"
    groups: list[Any] = [("", _("Not told"))]
    for section, divisions in industries.choices(reader_language()):
        pairs = [
            (saved if edition == industries.NEWEST and code[:2] == digits else plain + digits, label)
            for digits, label in divisions
        ]
        groups.append((section, pairs))
    if saved and edition != industries.NEWEST:
        label = industries.name(code, edition, reader_language()) or code
        groups.insert(1, (saved, f"{label} (TOL {edition})"))
    return groups


class PersonForm(SectionForm):
    """Little is asked of a person, and a first name is enough of a name."""

    section = Section.PERSON

    name_fi = PlainTextField(
        label=_("Name"),
        help_text=_("A first name or a nickname is enough."),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "w-m", "autocomplete": "name"}),
        error_messages={"required": _("Write the name you want to be called by")},
    )
    school = PlainTextField(label=_("School"), max_length=160, required=False)
    field_of_study = PlainTextField(
        label=_("Field of study"), help_text=_("For example energy technology."), max_length=160, required=False
    )
    study_year = forms.TypedChoiceField(
        label=_("Year of study"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not told")), *((n, str(n)) for n in range(1, 9))],
        widget=forms.Select(attrs={"class": "w-s"}),
    )
    municipality = forms.ChoiceField(
        label=_("Municipality"), required=False, widget=forms.Select(attrs={"class": "w-m"})
    )

    def arrange(self) -> None:
        _choose(self, "municipality", [("", _("Not told")), *places.choices(reader_language())])
        if self.profile.kind == Kind.RESIDENT:
            for name in ("school", "field_of_study", "study_year"):
                self.fields.pop(name)


_LANGUAGES = [("", _("Tell from the text")), *LANGUAGE_CHOICES]


def _language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of the text"),
        choices=_LANGUAGES,
        required=False,
        widget=forms.Select(attrs={"class": "narrow"}),
    )


def _words_field(label: Any, hint: Any) -> PlainTextField:
    return PlainTextField(
        label=label,
        help_text=hint,
        max_length=TEXT_LIMIT,
        lines=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class WordsForm(SectionForm):
    """What the party does, offers and looks for, each in a language of its own."""

    section = Section.WORDS

    does = _words_field(_("What does your organisation do?"), _("A sentence or two, as you would tell a neighbour."))
    does_language = _language_field()
    offers = _words_field(
        _("What does your organisation offer?"),
        _("Products, services, space, skills, side streams. One thing a line reads best."),
    )
    offers_language = _language_field()
    seeks = _words_field(
        _("What does your organisation look for?"),
        _("For example: “We look for someone near Liperi who can use our wood shavings.”"),
    )
    seeks_language = _language_field()

    def arrange(self) -> None:
        if not self.profile.is_person:
            return
        self.fields.pop("does")
        self.fields.pop("does_language")
        offers, seeks = self.fields["offers"], self.fields["seeks"]
        seeks.label = _("What do you look for?")
        if self.profile.kind == Kind.STUDENT:
            offers.label = _("What can you do?")
            offers.help_text = _("Skills, courses, hobbies: what a company would gain from you.")
            seeks.help_text = _("For example a subject for a thesis, a traineeship or a summer job.")
            seeks.required = True
            seeks.error_messages["required"] = _("Write what you look for")
            self.order_fields(["seeks", "seeks_language", "offers", "offers_language"])
        else:
            offers.label = _("What do you offer?")
            offers.help_text = _("Skills, time, space: what you could give or lend.")
            seeks.help_text = _("For example work, company for a project, or a place to practise.")

    @property
    def texts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each text with its language."""
        return [
            (self[name], self[f"{name}_language"])
            for name in self.fields
            if name in TEXT_KINDS and f"{name}_language" in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("offers") or data.get("seeks")):
            self.add_error("seeks", _("Write what you look for or what you offer: partners are proposed from it"))
        return data

    def values(self) -> dict[str, Any]:
        return {**super().values(), "reader": reader_language()}


class ThemesForm(SectionForm):
    """Themes proposed from the profile's own words come ticked the first time; the person decides."""

    section = Section.THEMES

    themes = ThemesField(
        label=_("Themes"),
        help_text=_("Found in your text. Take away those that do not hold."),
        required=False,
        most=MOST_THEMES,
    )

    def saved(self) -> dict[str, Any]:
        return {"themes": list(self.profile.themes.values_list("pk", flat=True))}

    def arrange(self) -> None:
        field = self.fields["themes"]
        assert isinstance(field, ThemesField)
        # One's own themes that still wait for a decision stay.
        own = Theme.objects.filter(profile_items__content_object=self.profile)
        field.queryset = (Theme.objects.active() | own).distinct()
        best: dict[int, Proposal] = {}
        for text in self.profile.texts.all():
            for proposal in propose_themes(text.text, text.language):
                had = best.get(proposal.theme.pk)
                if had is None or had.score < proposal.score:
                    best[proposal.theme.pk] = proposal
        self.proposals: list[Proposal] = sorted(best.values(), key=lambda one: -one.score)[:MOST_THEMES]
        field.propose(self.proposals)
        if not self.proposals:
            field.help_text = _("Nothing was found in your text. Choose what you want to be found by.")

    def tick_proposals(self) -> None:
        """Tick what the text speaks of most, where nothing has been chosen yet."""
        if not self.initial.get("themes"):
            self.initial["themes"] = [proposal.theme.pk for proposal in self.proposals[:TICKED]]


class ContactForm(SectionForm):
    """Ways to reach the party, and who sees it and them."""

    section = Section.CONTACT

    contact_name = PlainTextField(
        label=_("Contact person"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-m", "autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"class": "w-m", "autocomplete": "email"}),
        error_messages={"invalid": _("Write an address such as name@company.fi")},
    )
    contact_phone = PlainTextField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-m", "type": "tel", "autocomplete": "tel"}),
    )
    contact_visibility = forms.ChoiceField(
        label=_("Who sees the contact details?"), choices=Profile.Visibility.choices, widget=forms.RadioSelect
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages that you can be dealt with in"),
        choices=list(SPOKEN.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "twos"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees the profile?"),
        choices=Profile.Visibility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who sees the profile")},
    )

    def arrange(self) -> None:
        if self.profile.is_person:
            self.fields.pop("contact_name")
            hidden = _("Nobody but me")
            choices = [
                (Profile.Visibility.HIDDEN, hidden),
                (Profile.Visibility.MEMBERS, Profile.Visibility.MEMBERS.label),
                (Profile.Visibility.PUBLIC, Profile.Visibility.PUBLIC.label),
            ]
            _choose(self, "visibility", choices)
            _choose(self, "contact_visibility", choices)
            self.fields["visibility"].help_text = _(
                "Nobody sees you until you choose otherwise. While you are hidden, you see partners proposed to you, "
                "and they do not see you."
            )
            self.order_fields(["visibility", "languages", "contact_email", "contact_phone", "contact_visibility"])


class LogoForm(forms.Form):
    """A logo alone, so that a refused picture loses nothing else."""

    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG, JPEG or WebP, at most 2 MB. A square picture looks best."),
        error_messages={
            "required": _("Choose a picture"),
            "empty": _("The file is empty. Choose another."),
        },
        widget=forms.FileInput(attrs={"accept": logos.ACCEPT}),
    )


FORMS: dict[Section, type[SectionForm]] = {
    form.section: form for form in (BusinessIdForm, OrganisationForm, PersonForm, WordsForm, ThemesForm, ContactForm)
}
