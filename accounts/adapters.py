"""How sign-in behaves where allauth asks: its words, the language of its mail, and where one lands."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.browsers import short_name
from accounts.models import User
from accounts.services.users import holds_duty
from core import live, mail
from core.queries import installation
from core.text import reader_language
from notifications import post
from notifications.post import letter_arrived

logger = logging.getLogger(__name__)

SIGNED_IN_AT = "accounts_signed_in_at"
"""Where a session keeps the second in which its person signed in, all steps taken."""
MAILED_TO_ACCOUNTS_ONLY = {"account/email/password_reset_key", "account/email/login_code"}
ASKED_BY_HAND = MAILED_TO_ACCOUNTS_ONLY | {
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/account_already_exists",
}
"""Letters that somebody asks for at a page and waits for. The others tell of a change that has been made."""

PASSWORD_PROBLEMS = {
    "password_too_short": _("The password is too short. Make it at least 10 characters."),
    "password_too_common": _("This password is among those that are tried first. Choose another."),
    "password_too_similar": _("The password is too much like your name or address. Choose another."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is your main address. Make another one the main address first."),
        "duplicate_email": _("You have this address already."),
        "email_password_mismatch": _("The e-mail address or the password is wrong. Check both."),
        "email_taken": _("This address cannot be used."),
        "enter_current_password": _("This is not your password now."),
        "incorrect_code": _("The code is wrong. Check it, or ask for a new one."),
        "incorrect_password": _("The password is wrong."),
        "invalid_or_expired_key": _("The link has expired or is not whole."),
        "invalid_login": _("Write an address such as name@company.fi."),
        "invalid_password_reset": _("The link has expired or has been used already."),
        "max_email_addresses": _("You can have %d addresses. Remove one first."),
        "too_many_login_attempts": _("Too many tries. Wait for five minutes, then try again."),
        "unverified_primary_email": _("Confirm the address first: only a confirmed one can be the main address."),
        "same_as_current": _("This is the same address as before."),
        "rate_limited": _("That was too quick. Wait for a moment, then try again."),
    }

    # --- Accounts

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new account takes the language of the page it was made on, so that mail comes in it."""
        user.language = reader_language()
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)

    def clean_password(self, password: str, user: Any = None) -> str:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError(
                [
                    ValidationError(PASSWORD_PROBLEMS.get(problem.code or "", problem.messages[0]), code=problem.code)
                    for problem in error.error_list
                ]
            ) from error
        return password

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": words.get(method["id"], method["description"])} for method in methods]

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session[SIGNED_IN_AT] = time.time()
        for step in get_authentication_records(request, user):
            if step["method"] == "code" and step.get("email"):
                letter_arrived(email=step["email"], at=datetime.fromtimestamp(step["at"], UTC))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code came by mail, so mail arrives."""
        letter_arrived(email=email_address.email, at=timezone.now())
        return bool(super().confirm_email(request, email_address))

    def logout(self, request: HttpRequest) -> None:
        """Its open pages hear nothing more."""
        user_id = request.user.pk
        super().logout(request)
        if user_id is not None:
            live.say_session_ended(user_id)

    def set_password(self, user: Any, password: str) -> None:
        """Sessions that were made with the password before end with it, and so do their open pages."""
        super().set_password(user, password)
        live.say_session_ended(user.pk)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One who signed in a moment ago has shown who they are: asking again at once would teach nothing but haste."""
        since = time.time() - self.request.session.get(SIGNED_IN_AT, 0) if self.request else None
        if since is not None and since < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    # --- Where one lands. An explicit `next` wins over these; allauth sees to that.

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return _in_own_language(request, "home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A new person goes on to make a profile: the first thing worth doing."""
        try:
            return reverse("join")
        except NoReverseMatch:
            return reverse("home")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Only those who were signed in already come here: they were adding an address."""
        return reverse("account_email")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_settings")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    # --- Mail

    def format_email_subject(self, subject: str) -> str:
        return f"{installation().name}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in the language of the account that it goes to, saying where the request for it was made."""
        language = _language_of(context.get("user"), email) or reader_language()
        for name in ("password_reset_url", "signup_url"):
            if context.get(name):
                context[name] = translate_url(context[name], language)
        with translation.override(language):
            asked_with = short_name(self.get_http_user_agent(self.request)) if self.request else ""
            added = {
                "installation": installation(),
                "site_url": settings.SITE_URL,
                "login_url": settings.SITE_URL + reverse("account_login"),
                "settings_url": settings.SITE_URL + reverse("account_settings"),
                "asked_at": timezone.now(),
                "asked_with": asked_with,
            }
            message = self.render_mail(template_prefix, email, {"email": email, **context, **added})
        self._send(message, template_prefix)

    def _send(self, message: EmailMessage, template_prefix: str) -> None:
        """A mail server that is down takes no page with it: the page says so, and the mail can be asked for again.

        Where mail goes only to addresses with an account, nothing is said: it would tell which addresses have one. Of
        an address from which mail has come back the page says so itself, whether it has an account or not.
        """
        try:
            post.send(message, now=timezone.now(), is_asked_by_hand=template_prefix in ASKED_BY_HAND)
        except OSError as error:  # smtplib's own errors are of this kind too
            logger.error("Mail %s did not leave: %s", template_prefix, mail.told(error))
            if self.request and template_prefix not in MAILED_TO_ACCOUNTS_ONLY:
                messages.error(
                    self.request, _("The mail could not be sent just now. Wait for a moment, then ask for it again.")
                )

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Plain text alone: these mails are read in a hurry, and a code has to be found at once."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        body = render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n"
        to = [email] if isinstance(email, str) else email
        return EmailMessage(self.format_email_subject(subject), body, self.get_from_email(), to, headers=headers)


def address_confirmed(*, request: HttpRequest, email_address: EmailAddress, **_more: Any) -> None:
    """allauth's signal. Whoever confirms an address by signing in with a mailed code need not be who signed up with it.

    The password given then is taken away: otherwise one could wait in an account of another's address until its owner
    comes. The session that signed up confirms by a code of another kind, and keeps its password.
    """
    user = email_address.user
    records = get_authentication_records(request, user)
    codes_to = {str(row.get("email", "")).lower() for row in records if row.get("method") == "code"}
    if email_address.email.lower() not in codes_to or holds_duty(user) or not user.has_usable_password():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    messages.info(
        request,
        _(
            "The password that was given when this account was begun no longer works: the address had not been"
            " confirmed. You can choose a password in your settings, or go on with mailed codes."
        ),
    )


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Any) -> None:
        super().end_sessions(sessions)
        for user_id in {one.user_id for one in sessions}:
            live.say_session_ended(user_id)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Turn two-step sign-in off before you add an address."),
        "cannot_delete_authenticator": _("Two-step sign-in cannot be turned off."),
        "cannot_generate_recovery_codes": _("Turn two-step sign-in on first."),
        "incorrect_code": _("The code is wrong. Check that the clock of your phone is right, and try a new code."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def _get_site_name(self) -> str:
        return str(installation().name)

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """The browser's name: what a person knows a key by, until they give it a better one."""
        request = self.request
        return short_name(request.META.get("HTTP_USER_AGENT", "")) if request else ""


def _in_own_language(request: HttpRequest, name: str) -> str:
    language = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    with translation.override(language or get_language()):
        return reverse(name)


def _language_of(user: Any, email: str) -> str:
    if isinstance(user, User) and user.pk:
        return user.language
    found = User.objects.filter(emailaddress__email__iexact=email).values_list("language", flat=True).first()
    return found if found in dict(settings.LANGUAGES) else ""
