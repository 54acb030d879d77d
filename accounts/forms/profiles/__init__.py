"""A profile's sections as forms: the same ones in the wizard and in editing."""

from accounts.forms.profiles.base import SectionForm
from accounts.forms.profiles.contact import ContactForm, LogoForm
from accounts.forms.profiles.facts import BusinessIdForm, OrganisationForm, PersonForm
from accounts.forms.profiles.words import ThemesForm, WordsForm
from accounts.services.sections import Section

FORMS: dict[Section, type[SectionForm]] = {
    form.section: form for form in (BusinessIdForm, OrganisationForm, PersonForm, WordsForm, ThemesForm, ContactForm)
}

__all__ = ["FORMS", "LogoForm", "SectionForm", "ThemesForm"]
