"""Who the party is: business ID, name, place and industry, or a person's name and studies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import industries
from accounts.forms.profiles.base import SectionForm, choose
from accounts.models import Profile
from accounts.services.sections import Section
from core import places
from core.text import LANGUAGES, PlainTextField, reader_language

Kind = Profile.Kind


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
        choose(self, "municipality", [("", _("Choose")), *places.choices(reader_language())])
        choose(self, "size", [("", _("Not told")), *Profile.Size.choices])
        choose(self, "industry", _industry_choices(self.profile))
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
        return [f"name_{code}" for code in sorted(LANGUAGES, key=lambda code: code != reader_language())]

    @property
    def name_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.name_order]

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "industry" in values:
            edition, _colon, code = values["industry"].partition(":")
            values["industry"], values["industry_edition"] = code, edition if code else ""
        return values


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
        choose(self, "municipality", [("", _("Not told")), *places.choices(reader_language())])
        if self.profile.kind == Kind.RESIDENT:
            for name in ("school", "field_of_study", "study_year"):
                self.fields.pop(name)
