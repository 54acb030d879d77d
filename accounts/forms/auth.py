"""allauth's forms in our words: labels, hints, what to do when a field is empty, and what a browser may fill in."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries.returned import words_of_returned
from core.text import PlainTextField

Words = dict[str, Any]

EMAIL: Words = {
    "label": _("E-mail address"),
    "required": _("Write your e-mail address."),
    "invalid": _("Write an address such as name@company.fi."),
}
PASSWORD: Words = {"label": _("Password"), "required": _("Write your password.")}
NEW_PASSWORD: Words = {
    "label": _("New password"),
    "hint": _(
        "At least 10 characters. A few words that only you would put together are easy to remember and hard to guess."
    ),
    "required": _("Write a new password."),
}
AGAIN: Words = {
    "label": _("New password again"),
    "required": _("Write the new password a second time."),
}
MAILED_CODE: Words = {"label": _("Code from the e-mail"), "required": _("Write the code that you got by e-mail.")}
APP_CODE: Words = {
    "label": _("Code from your app"),
    "hint": _("Six digits. A recovery code of eight digits does too."),
    "required": _("Write the code."),
}
KEY_NAME: Words = {
    "label": _("Name of the passkey"),
    "hint": _("So that you know it from others, for example “work phone”."),
    "required": _("Give the passkey a name."),
}


class Worded(forms.Form):
    """A form whose fields get our words by their names. Placeholders go: they vanish just when they are needed."""

    words: dict[str, Words] = {}
    css: dict[str, str] = {}
    attrs: dict[str, dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            words = self.words.get(name)
            if words is None:
                continue
            field.label = words["label"]
            field.help_text = words.get("hint", "")
            field.error_messages.update({key: text for key, text in words.items() if key in ("required", "invalid")})
            field.widget.attrs.update({"class": self.css.get(name, "w-m"), **self.attrs.get(name, {})})
            # Django's e-mail validator brings its own sentence, which the field's does not replace.
            if "invalid" in words:
                field.validators = [
                    EmailValidator(message=words["invalid"]) if isinstance(validator, EmailValidator) else validator
                    for validator in field.validators
                ]


CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
DIGIT_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class LoginForm(Worded, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}
    attrs = {"login": {"autocomplete": "username"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Keep me signed in on this device")
        self.fields["remember"].help_text = _("For two weeks. Leave this empty on a shared computer.")


class SignupForm(Worded, account.SignupForm):
    words = {
        "email": {
            **EMAIL,
            "hint": _(
                "Your work address, if you have one: an organisation's own address helps to show that you act for it."
            ),
        },
        "password1": {**NEW_PASSWORD, "label": _("Password"), "required": _("Choose a password.")},
    }
    attrs = {"email": {"autocomplete": "username"}}
    field_order = ["name", "email", "password1"]

    name = PlainTextField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "w-m"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The template hides the trap; allauth would hide it with an inline style, which our policy forbids.
        trap = self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        trap.label = _("Leave this empty")
        trap.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}


class AddEmailForm(Worded, account.AddEmailForm):
    words = {"email": {**EMAIL, "label": _("New address")}}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words = {
        "oldpassword": {"label": _("Password now"), "required": _("Write your password now.")},
        "password1": NEW_PASSWORD,
        "password2": AGAIN,
    }


class SetPasswordForm(Worded, account.SetPasswordForm):
    words = {"password1": NEW_PASSWORD, "password2": AGAIN}


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    words = {"email": EMAIL}
    attrs = {"email": {"autocomplete": "username"}}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """The next page does not know the address: what is to be said of it is said here."""
        address: str = super().save(request, **kwargs)
        if said := words_of_returned(address):
            messages.warning(request, said)
        return address


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD, "password2": AGAIN}


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class RequestLoginCodeForm(Worded, account.RequestLoginCodeForm):
    words = {"email": EMAIL}
    attrs = {"email": {"autocomplete": "username"}}

    def clean_email(self) -> str:
        """An address that somebody wrote on an account of their own, and never confirmed, opens no door to it."""
        email = str(super().clean_email())
        found = getattr(self, "_user", None)
        if found and not EmailAddress.objects.filter(user=found, email__iexact=email, verified=True).exists():
            self._user = User.objects.filter(email__iexact=email, is_active=True).first()
        return email


class ConfirmLoginCodeForm(Worded, account.ConfirmLoginCodeForm):
    words = {"code": MAILED_CODE}
    css = {"code": "w-s"}
    attrs = {"code": CODE_ATTRS}


class ConfirmEmailVerificationCodeForm(Worded, account.ConfirmEmailVerificationCodeForm):
    words = {"code": MAILED_CODE}
    css = {"code": "w-s"}
    attrs = {"code": CODE_ATTRS}


class AuthenticateForm(Worded, mfa.AuthenticateForm):
    words = {"code": APP_CODE}
    css = {"code": "w-s"}
    attrs = {"code": DIGIT_ATTRS}


class ReauthenticateCodeForm(Worded, mfa.ReauthenticateForm):
    words = {"code": APP_CODE}
    css = {"code": "w-s"}
    attrs = {"code": DIGIT_ATTRS}


class ActivateTOTPForm(Worded, totp.ActivateTOTPForm):
    words = {
        "code": {
            "label": _("Code from your app"),
            "hint": _("The six digits that the app shows now."),
            "required": _("Write the code that the app shows."),
        }
    }
    css = {"code": "w-s"}
    attrs = {"code": DIGIT_ATTRS}


class AddWebAuthnForm(Worded, webauthn.AddWebAuthnForm):
    words = {"name": KEY_NAME}
    attrs = {"name": {"autocomplete": "off", "maxlength": "60"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("I can sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _(
            "The device then asks for your fingerprint, face or PIN. Without this it is a second step after a password."
        )
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(Worded, webauthn.EditWebAuthnForm):
    words = {"name": KEY_NAME}
    attrs = {"name": {"autocomplete": "off", "maxlength": "60"}}
