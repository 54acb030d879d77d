"""Windows in the midst of signing in, where a page is seen only by one who comes from the page before it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.e2e.made import PASSWORD, PEOPLE, guarded, person

NAMES = {
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_reset_password_from_key",
    "mfa_authenticate",
}
"""Names of the addresses that are come to here."""


def windows() -> list[dict[str, str]]:
    """{"session", "address"} of each window, the address without its language. They hold for ten minutes."""
    new = {"name": "Uusi", "email": "selain-tulija@solmu.example", "password1": PASSWORD}
    guarded()
    with translation.override("fi"):
        return [
            _after("account_signup", new),
            _after("account_request_login_code", {"email": PEOPLE["company"]}),
            _after("account_login", {"login": PEOPLE["guarded"], "password": PASSWORD}),
            _reset(),
            {"session": "", "address": _bare(reverse("account_reset_password_from_key", args=["0", "ei-ole"]))},
        ]


def _bare(address: str) -> str:
    return address.removeprefix("/fi")


def _client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def _window(client: Client, answer: Any) -> dict[str, str]:
    assert answer.status_code == 302, answer.content.decode()[:2000]
    session = client.session
    assert isinstance(session, SessionBase)
    return {"session": str(session.session_key), "address": _bare(answer["Location"])}


def _after(name: str, data: dict[str, str]) -> dict[str, str]:
    client = _client()
    return _window(client, client.post(reverse(name), data))


def _reset() -> dict[str, str]:
    """Behind the letter's link, which leads on to an address without the secret."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    user, client = person(PEOPLE["keyless"]), _client()
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    address = reverse("account_reset_password_from_key", args=key.split("-", 1))
    return _window(client, client.get(address))
