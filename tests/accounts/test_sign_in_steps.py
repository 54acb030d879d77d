"""Two steps, passkeys, recovery codes, sessions: what guards an account."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.adapters import SIGNED_IN_AT
from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "metsan-reuna-42"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def user() -> User:
    made = User.objects.create_user("aino@example.fi", PASSWORD, name="Aino Aalto")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


@pytest.fixture
def proven(client: Client, user: User) -> Client:
    """A client signed in that has just shown who it is."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def app_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def sign_in(client: Client) -> Any:
    return client.post(reverse("account_login"), {"login": "aino@example.fi", "password": PASSWORD})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def a_passkey(user: User, name: str = "työpuhelin") -> Authenticator:
    made: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )
    return made


# --- Showing once more who one is


@pytest.mark.parametrize(
    "name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "account_data"]
)
def test_what_guards_the_account_asks_who_one_is(client: Client, user: User, name: str) -> None:
    client.force_login(user)
    response = client.get(reverse(name))
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert "Oletko se sinä?" in text_of(client.get(response["Location"]))
    assert "Salasana on väärin." in text_of(client.post(response["Location"], {"password": "vaara"}))
    assert client.post(response["Location"], {"password": PASSWORD})["Location"] == reverse(name)


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_data"])
def test_one_who_signed_in_a_moment_ago_is_not_asked_again(client: Client, user: User, name: str) -> None:
    sign_in(client)
    assert client.get(reverse(name)).status_code == 200


def test_a_sign_in_of_six_minutes_ago_is_asked(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client)
    later = time.time() + 360
    monkeypatch.setattr("time.time", lambda: later)
    assert client.get(reverse("account_data"))["Location"].startswith(reverse("account_reauthenticate"))


def test_a_sign_in_that_waits_for_its_second_step_counts_for_nothing(client: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    sign_in(client)
    assert SIGNED_IN_AT not in client.session
    client.post(reverse("mfa_authenticate"), {"code": app_code(SECRET)})
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "usersessions_list",
        "account_email",
        "account_change_password",
        "account_settings",
        "account_data",
        "account_delete",
    ],
)
def test_a_visitor_is_led_to_sign_in(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith((reverse("account_login"), reverse("account_reauthenticate")))
    assert client.get(response["Location"], follow=True).request["PATH_INFO"] == reverse("account_login")


def test_other_ways_of_showing_it_are_offered(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    # A real key is needed to begin its ceremony; the browser tests have one.
    monkeypatch.setattr("allauth.mfa.webauthn.views.auth.begin_authentication", lambda user: {})
    TOTP.activate(user, SECRET)
    a_passkey(user)
    client.force_login(user)
    html = text_of(client.get(reverse("account_reauthenticate")))
    assert "Käytä pääsyavainta" in html
    assert "Käytä sovelluksesi koodia tai palautuskoodia" in html
    assert client.post(reverse("mfa_reauthenticate") + "?next=/fi/", {"code": app_code(SECRET)})["Location"] == "/fi/"
    assert "data-allauth-onload" in text_of(client.get(reverse("mfa_reauthenticate_webauthn")))


# --- The app that gives codes


def test_the_app_is_turned_on_and_then_asked_for(proven: Client, user: User) -> None:
    page = text_of(proven.get(reverse("mfa_activate_totp")))
    assert 'src="data:image/svg+xml;base64,' in page
    found = re.search(r'<code class="secret">(\w+)</code>', page)
    assert found is not None
    secret = found.group(1)
    wrong = text_of(proven.post(reverse("mfa_activate_totp"), {"code": "000000"}))
    assert "Koodi on väärin." in wrong
    response = proven.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    codes = re.findall(r"<li><code>(\d{8})</code>", text_of(proven.get(response["Location"])))
    assert len(codes) == 10

    other = Client()
    response = sign_in(other)
    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in other.session
    assert "Toinen vaihe" in text_of(other.get(response["Location"]))
    assert "Koodi on väärin." in text_of(other.post(response["Location"], {"code": "000000"}))
    assert other.post(response["Location"], {"code": codes[0]}).status_code == 302
    assert other.session["_auth_user_id"] == str(user.pk)


@pytest.mark.django_db(transaction=True)
def test_what_guards_the_account_is_told_by_mail_when_it_changes(proven: Client, user: User) -> None:
    page = text_of(proven.get(reverse("mfa_activate_totp")))
    found = re.search(r'<code class="secret">(\w+)</code>', page)
    assert found is not None
    proven.post(reverse("mfa_activate_totp"), {"code": app_code(found.group(1))})
    proven.post(reverse("mfa_deactivate_totp"))
    assert [message.subject for message in mail.outbox] == [
        "Solmu: Kaksivaiheinen kirjautuminen on käytössä",
        "Solmu: Kaksivaiheinen kirjautuminen sovelluksella on poissa käytöstä",
    ]
    assert "osoitteesta 127.0.0.1" in mail.outbox[0].body


def test_one_signs_in_with_the_apps_code(client: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    response = sign_in(client)
    client.post(response["Location"], {"code": app_code(SECRET)})
    assert "_auth_user_id" in client.session


def test_the_app_is_turned_off(proven: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    assert "Poistetaanko sovellus käytöstä?" in text_of(proven.get(reverse("mfa_deactivate_totp")))
    assert proven.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_recovery_codes_are_made_shown_and_saved(proven: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    assert "Saat kymmenen koodia." in text_of(proven.get(reverse("mfa_generate_recovery_codes")))
    proven.post(reverse("mfa_generate_recovery_codes"))
    saved = proven.get(reverse("mfa_download_recovery_codes"))
    assert saved["Content-Type"].startswith("text/plain")
    assert len(text_of(saved).split()) == 10
    assert "Vanhat lakkaavat heti toimimasta." in text_of(proven.get(reverse("mfa_generate_recovery_codes")))


def test_the_overview_tells_what_is_on(proven: Client, user: User) -> None:
    html = text_of(proven.get(reverse("mfa_index")))
    assert "Ei vielä yhtään" in html
    assert "Ei käytössä" in html
    TOTP.activate(user, SECRET)
    a_passkey(user)
    RecoveryCodes.activate(user)
    html = text_of(proven.get(reverse("mfa_index")))
    assert "1 pääsyavain" in html
    assert "Katso koodit" in html


# --- Passkeys


def test_passkeys_work_without_inline_scripts(client: Client, proven: Client) -> None:
    """Only files and data: our policy lets no script run that stands in the page."""
    for page in (Client().get(reverse("account_login")), proven.get(reverse("mfa_add_webauthn"))):
        html = text_of(page)
        assert "mfa/js/webauthn.js" in html
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
            assert "src=" in attributes or 'type="application/json"' in attributes, body
        assert " onclick=" not in html
        assert "style=" not in html


def test_passkeys_are_listed_renamed_and_removed(proven: Client, user: User) -> None:
    assert "Ei vielä pääsyavaimia" in text_of(proven.get(reverse("mfa_list_webauthn")))
    key = a_passkey(user)
    assert "työpuhelin" in text_of(proven.get(reverse("mfa_list_webauthn")))
    url = reverse("mfa_edit_webauthn", kwargs={"pk": key.pk})
    assert "Anna pääsyavaimelle nimi." in text_of(proven.post(url, {"name": ""}))
    proven.post(url, {"name": "kotikone"})
    assert "kotikone" in text_of(proven.get(reverse("mfa_list_webauthn")))
    url = reverse("mfa_remove_webauthn", kwargs={"pk": key.pk})
    assert "kotikone" in text_of(proven.get(url))
    proven.post(url)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_anothers_passkey_is_not_found(proven: Client, name: str) -> None:
    key = a_passkey(User.objects.create_user("olli@example.fi", PASSWORD))
    assert proven.post(reverse(name, kwargs={"pk": key.pk}), {"name": "minun"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "työpuhelin"


# --- E-mail addresses


def test_an_address_is_added_by_code_made_the_main_one_and_the_old_removed(proven: Client, user: User) -> None:
    url = reverse("account_email")
    assert "Pääosoite" in text_of(proven.get(url))
    response = proven.post(url, {"action_add": "1", "email": "uusi@example.fi"})
    found = re.search(r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    assert proven.post(response["Location"], {"code": found.group()})["Location"] == url
    proven.post(url, {"action_primary": "1", "email": "uusi@example.fi"})
    user.refresh_from_db()
    assert user.email == "uusi@example.fi"
    proven.post(url, {"action_remove": "1", "email": "aino@example.fi"})
    assert [row.email for row in EmailAddress.objects.filter(user=user)] == ["uusi@example.fi"]
    subjects = [message.subject for message in mail.outbox]
    assert "Solmu: Pääosoitteesi vaihdettiin" in subjects
    assert "Solmu: Osoite poistettiin" in subjects


def test_the_main_address_stays(proven: Client, user: User) -> None:
    EmailAddress.objects.create(user=user, email="toinen@example.fi", verified=True)
    page = proven.post(reverse("account_email"), {"action_remove": "1", "email": user.email}, follow=True)
    assert "Tämä on pääosoitteesi." in text_of(page)
    assert EmailAddress.objects.filter(user=user).count() == 2


def test_adding_an_address_asks_who_one_is_and_then_goes_on(client: Client, user: User) -> None:
    client.force_login(user)
    response = client.post(reverse("account_email"), {"action_add": "1", "email": "uusi@example.fi"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    response = client.post(response["Location"], {"password": PASSWORD})
    assert response["Location"] == reverse("account_email_verification_sent")
    assert mail.outbox[-1].to == ["uusi@example.fi"]


# --- Sessions


@pytest.fixture
def signed_in(user: User) -> Callable[[str], Client]:
    def make(agent: str) -> Client:
        made = Client(headers={"user-agent": agent})
        made.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        made.get(reverse("home"))
        return made

    return make


def test_one_ends_another_session(signed_in: Callable[[str], Client]) -> None:
    here = signed_in("Mozilla/5.0 (X11; Linux x86_64) Gecko Firefox/140.0")
    there = signed_in("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604.1")
    html = text_of(here.get(reverse("usersessions_list")))
    assert "Firefox, Linux" in html
    assert "Safari, iPhone" in html
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(reverse("account_session_end", args=[row.pk]))["Location"] == reverse("usersessions_list")
    assert there.get(reverse("account_settings")).status_code == 302
    assert here.get(reverse("account_settings")).status_code == 200


def test_all_others_are_ended_at_once(signed_in: Callable[[str], Client]) -> None:
    here, there = signed_in("Firefox/140 Linux"), signed_in("Chrome/130 Windows")
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("account_settings")).status_code == 302
    assert here.get(reverse("account_settings")).status_code == 200


def test_anothers_session_is_not_found(signed_in: Callable[[str], Client], client: Client) -> None:
    signed_in("Firefox/140 Linux")
    row = UserSession.objects.get()
    client.force_login(User.objects.create_user("olli@example.fi", PASSWORD))
    assert client.post(reverse("account_session_end", args=[row.pk])).status_code == 404
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_the_session_one_is_in_is_ended_by_signing_out_only(signed_in: Callable[[str], Client]) -> None:
    here = signed_in("Firefox/140 Linux")
    assert here.post(reverse("account_session_end", args=[UserSession.objects.get().pk])).status_code == 404
