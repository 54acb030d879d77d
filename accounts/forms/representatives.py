"""Inviting, claiming, reporting, deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, Report, Representative
from core.text import LANGUAGE_CHOICES, PlainTextField

Role = Representative.Role
ROLES = [
    (Role.OWNER, _("Owner: edits, and decides who represents")),
    (Role.EDITOR, _("Editor: edits the profile's texts")),
    (Role.MEMBER, _("Member: answers proposals and takes part in meetings")),
]
EMAIL_ERRORS = {
    "required": _("Write an e-mail address."),
    "invalid": _("Write an address such as name@company.fi."),
}


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Their e-mail address"),
        error_messages=EMAIL_ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-m"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)


class ShownForm(forms.Form):
    shown = forms.BooleanField(label=_("Show my name on the profile"), required=False)
    title = PlainTextField(label=_("My title, as shown"), max_length=120, required=False)


class SuccessorForm(forms.Form):
    """Choosing who becomes an owner; `leave` also ends one's own right."""

    successor = forms.ModelChoiceField(
        label=_("Who becomes an owner?"),
        queryset=Representative.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose who becomes an owner."),
            "invalid_choice": _("Choose one of the representatives."),
        },
    )
    leave = forms.BooleanField(label=_("I stop representing the profile at the same time"), required=False)

    def __init__(self, *args: Any, profile: Profile, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = profile.representatives.exclude(user=user).select_related("user")
        field.label_from_instance = lambda row: f"{row.user} ({row.get_role_display()})"  # type: ignore[method-assign,assignment]  # Django's way to name choices


class TakeoverForm(forms.Form):
    reason = PlainTextField(
        label=_("Who are you to this organisation?"),
        help_text=_("For example your task there, and how the coordinator can check it."),
        max_length=1000,
        lines=True,
        error_messages={"required": _("Write a sentence by which the coordinator can decide.")},
    )


class DecisionForm(forms.Form):
    grant = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("1", _("Let them represent the profile")), ("0", _("Refuse"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision.")},
    )
    reason = PlainTextField(
        label=_("Reason, which they read"),
        max_length=500,
        lines=True,
        error_messages={"required": _("Give the reason.")},
    )


class ConfirmationForm(forms.Form):
    confirm = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("1", _("Yes, confirm it")), ("0", _("No, do not confirm it"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision.")},
    )
    reason = PlainTextField(
        label=_("Reason, if you do not confirm it"),
        help_text=_("Its representatives read it."),
        max_length=500,
        lines=True,
        required=False,
    )


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = PlainTextField(label=_("Tell more"), max_length=2000, lines=True, required=False)
    email = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        required=False,
        error_messages=EMAIL_ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "w-m"}),
    )


class HandleReportForm(forms.Form):
    take_down = forms.BooleanField(
        label=_("Take the profile down"),
        required=False,
        help_text=_("Nobody sees it any more; its representatives are told."),
    )
    outcome = PlainTextField(
        label=_("What was done"), max_length=200, error_messages={"required": _("Write what was done.")}
    )


class ClaimLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("Where to send the link"),
        error_messages=EMAIL_ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-m"}),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LANGUAGE_CHOICES, widget=forms.RadioSelect)
