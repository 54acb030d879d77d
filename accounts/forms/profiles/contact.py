"""How the party is reached, who sees it, and its logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.profiles.base import SectionForm, choose
from accounts.models import Profile
from accounts.services import logos
from accounts.services.sections import ADULT, MINOR, Section, asks_age
from accounts.spoken import SPOKEN
from core.text import PlainTextField


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

    age = forms.ChoiceField(
        label=_("How old are you?"),
        help_text=_("Asked only if others may see you. It is not kept."),
        choices=[(MINOR, _("Under 18")), (ADULT, _("18 or over"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def saved(self) -> dict[str, Any]:
        return {**super().saved(), "age": ""}

    def arrange(self) -> None:
        if not asks_age(self.profile):
            self.fields.pop("age")
        if self.profile.is_person:
            self.fields.pop("contact_name")
            hidden = _("Nobody but me")
            choices = [
                (Profile.Visibility.HIDDEN, hidden),
                (Profile.Visibility.MEMBERS, Profile.Visibility.MEMBERS.label),
                (Profile.Visibility.PUBLIC, Profile.Visibility.PUBLIC.label),
            ]
            choose(self, "visibility", choices)
            choose(self, "contact_visibility", choices)
            self.fields["visibility"].help_text = _(
                "Nobody sees you until you choose otherwise. While you are hidden, you see partners proposed to you, "
                "and they do not see you."
            )
            self.order_fields(
                ["visibility", "age", "languages", "contact_email", "contact_phone", "contact_visibility"]
            )


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
