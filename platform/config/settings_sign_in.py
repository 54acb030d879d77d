"""How one signs in, the same in every installation: what of it reads the environment is in `config.settings`."""

from __future__ import annotations

from django.urls import reverse_lazy

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth offers a change of the address only to those whose address was unknown, which would tell the others apart:
# instead everyone may start again, and what they began is forgotten (accounts.views.own.start_again).
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
# An answer never tells whether an address has an account, neither at sign-up nor at a reset.
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger's address gets no mail by a mistyped log-in.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website_address"
# Addresses, and what guards an account, are changed by someone who has just shown who they are.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.auth.LoginForm",
    "signup": "accounts.forms.auth.SignupForm",
    "add_email": "accounts.forms.auth.AddEmailForm",
    "change_password": "accounts.forms.auth.ChangePasswordForm",
    "set_password": "accounts.forms.auth.SetPasswordForm",
    "reset_password": "accounts.forms.auth.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.auth.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.auth.ReauthenticateForm",
    "request_login_code": "accounts.forms.auth.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.auth.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.auth.ConfirmEmailVerificationCodeForm",
}
# allauth's own limits stand (sign-up 20/min an address, log-in 30/min, failed log-in 10/min and 5 in 5 min a name).
# To them come our own, of pages that a script might press again and again.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "event_register": "30/m/user",
    # Each sends a letter to an address that may be a stranger's.
    "event_ask_colleague": "20/h/user",
    "representative_invite": "20/h/user",
    # Each tells every coordinator.
    "report": "10/h/ip",
    "takeover": "10/h/user",
    "feedback": "10/h/ip",
    # Several phones at a door share an address.
    "door": "300/m/ip",
    # Sheets of badges and certificates take seconds to draw.
    "print": "20/m/user",
    # So does the record of a purchase on paper, which is anybody's.
    "record": "30/m/ip",
}

MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.auth.AuthenticateForm",
    "reauthenticate": "accounts.forms.auth.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.auth.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.auth.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.auth.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Solmu"
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_ADAPTER = "accounts.adapters.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
