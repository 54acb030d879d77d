"""Signing up and in, the whole way: pages, codes from the mail, where one lands."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tasks
from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "metsan-reuna-42"


def make_user(email: str = "aino@example.fi", *, language: str = "fi", password: str | None = PASSWORD) -> User:
    user = User.objects.create_user(email, password, name="Aino Aalto", language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def mailed_code(number: int = -1) -> str:
    found = re.search(r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", str(mail.outbox[number].body), re.MULTILINE)
    assert found is not None, mail.outbox[number].body
    return found.group()


def sign_up(client: Client, email: str, *, query: str = "", **more: str) -> Any:
    url = reverse("account_signup") + query
    client.get(url)
    return client.post(
        url, {"name": "Uusi Ihminen", "email": email, "password1": PASSWORD, "website_address": "", **more}
    )


def sign_in(client: Client, email: str = "aino@example.fi", password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- Signing up


def test_one_signs_up_confirms_by_code_and_goes_on_to_make_a_profile(client: Client) -> None:
    with translation.override("sv"):
        response = sign_up(client, "ny@example.fi")
        assert response["Location"] == reverse("account_email_verification_sent")
        assert "ny@example.fi" in text_of(client.get(response["Location"]))
        response = client.post(response["Location"], {"code": mailed_code()})
        assert response["Location"] == reverse("join")
    user = User.objects.get(email="ny@example.fi")
    assert (user.name, user.language) == ("Uusi Ihminen", "sv")
    assert "_auth_user_id" in client.session
    assert EmailAddress.objects.get(user=user).verified


def test_where_one_was_going_wins_also_through_the_code(client: Client) -> None:
    wanted = "/fi/invitation/some-token/"
    response = sign_up(client, "uusi@example.fi", next=wanted)
    response = client.post(response["Location"], {"code": mailed_code()})
    assert response["Location"] == wanted


def test_a_next_on_another_site_is_not_followed(client: Client) -> None:
    response = sign_up(client, "uusi@example.fi", next="https://evil.example/")
    response = client.post(response["Location"], {"code": mailed_code()})
    assert response["Location"] == reverse("join")


def test_sign_up_page_carries_where_one_was_going(client: Client) -> None:
    html = text_of(client.get(reverse("account_signup") + "?next=/fi/models/"))
    assert '<input type="hidden" name="next" value="/fi/models/">' in html


def test_the_code_is_sent_again(client: Client) -> None:
    response = sign_up(client, "vaara@example.fi")
    first = mailed_code()
    client.post(response["Location"], {"action": "resend"})
    assert len(mail.outbox) == 2
    assert mailed_code() != first
    response = client.post(response["Location"], {"code": mailed_code()})
    assert response["Location"] == reverse("join")


def test_one_who_mistyped_the_address_starts_again_and_leaves_no_account(client: Client) -> None:
    response = sign_up(client, "vaara@example.fi")
    assert reverse("account_start_again") in text_of(client.get(response["Location"]))
    response = client.post(reverse("account_start_again"), {"next": "/fi/models/"})
    assert response["Location"] == reverse("account_signup") + "?next=%2Ffi%2Fmodels%2F"
    assert not User.objects.exists()
    assert client.get(response["Location"]).status_code == 200


def test_starting_again_takes_nothing_from_one_who_has_an_account(client: Client) -> None:
    make_user("tuttu@example.fi")
    sign_up(client, "tuttu@example.fi")
    assert client.post(reverse("account_start_again"))["Location"] == reverse("account_signup")
    client.force_login(User.objects.get())
    client.post(reverse("account_start_again"))
    assert User.objects.count() == 1


def test_a_wrong_code_is_told_in_words(client: Client) -> None:
    response = sign_up(client, "uusi@example.fi")
    html = text_of(client.post(response["Location"], {"code": "AAA-AAA"}))
    assert "Koodi on väärin" in html
    assert "_auth_user_id" not in client.session


def test_sign_up_with_a_known_address_looks_the_same(client: Client) -> None:
    make_user("tuttu@example.fi")
    known, unknown = Client(), Client()
    one, other = sign_up(known, "tuttu@example.fi"), sign_up(unknown, "outo@example.fi")
    assert (one.status_code, one["Location"]) == (other.status_code, other["Location"])
    pages = [text_of(browser.get(one["Location"])) for browser in (known, unknown)]
    plain = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(address, "…")
        for page, address in zip(pages, ("tuttu@example.fi", "outo@example.fi"), strict=True)
    ]
    assert plain[0] == plain[1]
    assert [str(message.to[0]) for message in mail.outbox] == ["tuttu@example.fi", "outo@example.fi"]
    assert "Sinulla on jo tili" in mail.outbox[0].subject
    assert User.objects.count() == 2


def test_a_robot_that_fills_the_trap_gets_no_account_and_a_person_never_sees_it(client: Client) -> None:
    html = text_of(client.get(reverse("account_signup")))
    trap = re.search(r"<div hidden>(.*?)</div></div>", html, re.DOTALL)
    assert trap is not None
    assert 'name="website_address"' in trap.group(1)
    assert "style=" not in html
    response = sign_up(client, "robotti@example.fi", website_address="http://spam.example/")
    assert response["Location"] == reverse("account_email_verification_sent")
    assert not User.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"name": ""}, "Kirjoita nimesi."),
        ({"email": ""}, "Kirjoita sähköpostiosoitteesi."),
        ({"email": "ei osoite"}, "Kirjoita osoite, esimerkiksi nimi@yritys.fi."),
        ({"password1": ""}, "Valitse salasana."),
        ({"password1": "lyhyt"}, "Salasana on liian lyhyt."),
        ({"password1": "password123"}, "Tämä salasana on niitä, joita kokeillaan ensimmäisinä."),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language(client: Client, sent: dict[str, str], error: str) -> None:
    data = {"name": "Uusi", "email": "uusi@example.fi", "password1": PASSWORD, "website_address": "", **sent}
    html = text_of(client.post(reverse("account_signup"), data))
    assert error in html
    assert "<title>Virhe:" in html


def test_sign_up_can_be_closed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.adapters.AccountAdapter.is_open_for_signup", lambda self, request: False)
    assert "Uusia tilejä ei tehdä nyt" in text_of(client.get(reverse("account_signup")))


# --- Signing in


def test_after_sign_in_the_page_is_in_ones_own_language(client: Client) -> None:
    make_user(language="sv")
    assert sign_in(client)["Location"] == "/sv/"


def test_sign_in_leads_to_where_one_was_going(client: Client) -> None:
    make_user(language="sv")
    assert sign_in(client, next="/fi/models/")["Location"] == "/fi/models/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    make_user()
    answers = [text_of(sign_in(client, email, "vaara-salasana")) for email in ("aino@example.fi", "outo@example.fi")]
    assert all("Sähköpostiosoite tai salasana on väärin." in answer for answer in answers)
    assert not mail.outbox


def test_remembering_keeps_the_session_for_two_weeks_else_till_the_browser_closes(client: Client) -> None:
    make_user()
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, remember="on")
    assert client.session.get_expiry_age() > 13 * 24 * 3600


def test_one_signs_in_with_a_code(client: Client) -> None:
    make_user(language="sv")
    client.get(reverse("account_request_login_code"))
    response = client.post(reverse("account_request_login_code"), {"email": "aino@example.fi", "next": "/fi/models/"})
    assert "inloggningskod" in mail.outbox[0].subject
    assert reverse("account_confirm_login_code") in response["Location"]
    client.get(response["Location"])
    response = client.post(response["Location"], {"code": mailed_code(), "next": "/fi/models/"})
    assert response["Location"] == "/fi/models/"
    assert "_auth_user_id" in client.session


def test_a_code_for_an_unknown_address_looks_the_same_and_sends_nothing(client: Client) -> None:
    make_user()
    answers = []
    for email in ("aino@example.fi", "outo@example.fi"):
        browser = Client()
        response = browser.post(reverse("account_request_login_code"), {"email": email})
        answers.append((response.status_code, response["Location"], browser.get(response["Location"]).status_code))
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["aino@example.fi"]]


def by_code(client: Client, email: str) -> Any:
    response = client.post(reverse("account_request_login_code"), {"email": email})
    return client.post(response["Location"], {"code": mailed_code()}, follow=True)


def test_a_password_given_by_whoever_began_the_account_dies_when_its_owner_comes_by_code(client: Client) -> None:
    stranger = Client()
    sign_up(stranger, "uhri@example.fi")
    page = text_of(by_code(client, "uhri@example.fi"))
    assert "Tiliä luotaessa annettu salasana" in page
    owner = User.objects.get(email="uhri@example.fi")
    assert not owner.has_usable_password()
    assert client.get(reverse("account_settings")).status_code == 200, "who came by the code stays signed in"
    sign_in(stranger, "uhri@example.fi")
    assert "_auth_user_id" not in stranger.session
    stranger.get(reverse("account_email_verification_sent"), follow=True)
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize("duty", ["is_staff", "is_coordinator", "is_editor"])
def test_the_password_of_an_account_that_was_made_with_a_duty_stays(client: Client, duty: str) -> None:
    user = User.objects.create_user("vetaja@example.fi", PASSWORD, **{duty: True})
    by_code(client, user.email)
    user.refresh_from_db()
    assert user.has_usable_password()


def test_who_signed_up_and_confirms_in_the_same_browser_keeps_the_password(client: Client) -> None:
    sign_up(client, "uusi@example.fi")
    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    assert User.objects.get(email="uusi@example.fi").check_password(PASSWORD)
    other = Client()
    by_code(other, "uusi@example.fi")
    assert User.objects.get(email="uusi@example.fi").check_password(PASSWORD), "a confirmed account keeps it as well"


def test_an_address_that_another_wrote_on_their_account_is_no_door_to_it(client: Client) -> None:
    stranger = make_user("vieras@example.fi")
    EmailAddress.objects.create(user=stranger, email="uhri@example.fi", verified=False)
    client.post(reverse("account_request_login_code"), {"email": "uhri@example.fi"})
    assert mail.outbox == []


def test_begun_accounts_that_nobody_confirms_are_taken_away_after_a_day(client: Client) -> None:
    kept = make_user()
    by_command = User.objects.create_superuser("yllapito@example.fi", PASSWORD)
    EmailAddress.objects.create(user=by_command, email=by_command.email)
    sign_up(client, "kesken@example.fi")
    assert tasks.forget_unconfirmed() == 0
    User.objects.update(date_joined=timezone.now() - timedelta(hours=25))
    assert tasks.forget_unconfirmed() == 1
    assert set(User.objects.all()) == {kept, by_command}


def test_a_closed_account_does_not_open(client: Client) -> None:
    user = make_user()
    user.is_active = False
    user.save()
    html = text_of(client.get(reverse("account_inactive")))
    assert "Tili on suljettu" in html
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_sign_out_asks_first_and_leads_to_the_front_page(client: Client) -> None:
    client.force_login(make_user())
    assert "Kirjaudutaanko ulos?" in text_of(client.get(reverse("account_logout")))
    assert client.post(reverse("account_logout"))["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session


# --- Passwords


def test_a_forgotten_password_is_chosen_anew(client: Client) -> None:
    make_user(language="sv")
    client.get(reverse("account_reset_password"))
    response = client.post(reverse("account_reset_password"), {"email": "aino@example.fi"})
    assert response["Location"] == reverse("account_reset_password_done")
    link = re.search(r"http://testserver(/sv/account/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    response = client.get(link.group(1))
    page = client.get(response["Location"])
    assert "Välj ett nytt lösenord" in text_of(page)
    response = client.post(response["Location"], {"password1": "toinen-ranta-77", "password2": "toinen-ranta-77"})
    assert response.status_code == 302
    assert User.objects.get().check_password("toinen-ranta-77")
    assert "Lösenordet är bytt" in text_of(client.get("/sv/account/password/reset/key/done/"))
    again = text_of(Client().get(link.group(1), follow=True))
    assert "Länken fungerar inte" in again


def test_reset_of_an_unknown_address_looks_the_same(client: Client) -> None:
    make_user()
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("aino@example.fi", "outo@example.fi")
    ]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [["aino@example.fi"]]
    assert "Katso sähköpostistasi" in text_of(client.get(answers[0]["Location"]))


def test_the_password_is_changed_with_the_old_one(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    url = reverse("account_change_password")
    assert 'autocomplete="current-password"' in text_of(client.get(url))
    new = {"password1": "toinen-ranta-77", "password2": "toinen-ranta-77"}
    assert "Tämä ei ole nykyinen salasanasi." in text_of(client.post(url, {"oldpassword": "vaara", **new}))
    assert client.post(url, {"oldpassword": PASSWORD, **new})["Location"] == reverse("account_settings")
    assert "Salasanasi vaihdettiin" in mail.outbox[0].subject
    assert "asetuksissasi" in mail.outbox[0].body


def test_one_without_a_password_may_choose_one(client: Client) -> None:
    client.force_login(make_user(password=None))
    assert client.get(reverse("account_change_password"))["Location"] == reverse("account_set_password")
    new = {"password1": "toinen-ranta-77", "password2": "toinen-ranta-77"}
    assert "Valitse salasana" in text_of(client.get(reverse("account_set_password")))
    assert client.post(reverse("account_set_password"), new)["Location"] == reverse("account_settings")


# --- Limits and mail


@pytest.fixture
def limits(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}


@pytest.mark.usefixtures("limits")
def test_guessing_a_password_is_stopped(client: Client) -> None:
    make_user()
    for _try in range(5):
        sign_in(client, password="arvaus-arvaus")
    assert "Liian monta yritystä." in text_of(sign_in(client))
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("limits")
def test_too_many_sign_ups_get_a_page_that_says_so(client: Client) -> None:
    for _try in range(20):
        client.post(reverse("account_signup"), {})
    response = client.post(reverse("account_signup"), {})
    assert response.status_code == 429
    assert "Liian monta yritystä" in text_of(response)


@pytest.mark.usefixtures("limits")
def test_reset_mails_are_limited_for_each_address(client: Client) -> None:
    make_user()
    statuses = [
        client.post(reverse("account_reset_password"), {"email": "aino@example.fi"}).status_code for _try in range(6)
    ]
    assert statuses == [302] * 5 + [429]


def test_mail_is_in_the_accounts_language_whatever_the_page(client: Client) -> None:
    make_user(language="sv")
    client.post(
        "/en/account/login/code/",
        {"email": "aino@example.fi"},
        headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140"},
    )
    message = mail.outbox[0]
    assert message.subject == "Solmu: Din inloggningskod"
    assert "(Firefox, Linux)" in message.body
    assert len(str(message.body).splitlines()) < 12


# --- Nothing of the library's own look


# The library's pages that our settings never reach: phones, passkey sign-up, links instead of codes, trusted browsers.
UNREACHED = re.compile(
    r"phone|signup_by_passkey|email_change\.html|email_confirm\.html|verification_sent|verified_email_required"
    r"|confirm_password_reset_code|password_reset_code|unknown_account|mfa/trust|signup_form|snippets/already"
    r"|snippets/warn|_subject_prefix|base_entrance|base_manage_|account/base_manage|usersessions/base|totp/base"
    r"|recovery_codes/base|webauthn/base|recovery_codes/download|password_reset_help"
)


def library_templates() -> list[str]:
    import allauth

    root = Path(allauth.__file__).parent / "templates"
    found = [
        str(path.relative_to(root)) for app in ("account", "mfa", "usersessions") for path in (root / app).rglob("*.*")
    ]
    return sorted(name for name in found if not UNREACHED.search(name))


@pytest.mark.parametrize("name", library_templates())
def test_every_page_mail_and_message_is_our_own(name: str) -> None:
    origin = Path(get_template(name).template.origin.name)  # type: ignore[attr-defined]  # Django's backend template
    assert origin.is_relative_to(settings.ROOT / "templates")


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [("account_signup", "uusi@example.fi", True), ("account_reset_password", "aino@example.fi", False)],
)
def test_a_mail_server_that_is_down_takes_no_page_with_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, sent: str, told: bool
) -> None:
    """And where only addresses with an account get mail, the page does not tell which have one."""

    def down(self: Any) -> int:
        raise ConnectionRefusedError(f"no mail for {self.to}")

    make_user()
    monkeypatch.setattr(EmailMessage, "send", down)
    if name == "account_signup":
        sign_up(client, sent)
        page = client.get(reverse("account_email_verification_sent"), follow=True)
    else:
        page = client.post(reverse(name), {"email": sent}, follow=True)
    assert page.status_code == 200
    assert ("Viestiä ei voitu lähettää" in page.content.decode()) is told
    assert "did not leave: ConnectionRefusedError" in caplog.text
    assert sent not in caplog.text, "a log holds no addresses"
