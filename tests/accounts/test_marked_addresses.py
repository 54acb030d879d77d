"""An address from which mail came back gets no letter, whoever writes it, and whoever asks for one is told."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import ClaimLink, Invitation, User
from accounts.services import claims, letters
from accounts.services import representatives as people
from notifications import post, queries
from notifications.models import Notification
from notifications.post import AddressMarked
from notifications.rules import Why
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "sami@saha.example"
SAID = "has come back"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def sami() -> User:
    user = make_user("Sami", email=ADDRESS)
    user.set_password("metsan-reuna-42")
    user.save()
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    return user


def mark(why: Why = Why.CAME_BACK, *, email: str = ADDRESS) -> None:
    post.address_returned(email=email, why=why, now=NOW)


def kinds_to(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_letters_leave_by_one_door() -> None:
    root = Path(settings.ROOT)
    apps = ("accounts", "catalogue", "conversations", "events", "matching", "networks", "opportunities", "platform")
    sends = re.compile(r"\bsend_mail\(|\bsend_mass_mail\(|(message|mail|letter)\w*(\([^)]*\))?\.send\(", re.IGNORECASE)
    found = {
        path.relative_to(root).as_posix()
        for app in (*apps, "studies")
        for path in (root / app).rglob("*.py")
        if sends.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"platform/notifications/post.py", "accounts/adapters.py"}
    assert "message.send(" not in (root / "accounts/adapters.py").read_text(encoding="utf-8"), "its send_mail is a name"


# --- Claim links and invitations


def test_no_claim_letter_is_written_there_and_the_form_says_so(client: Client) -> None:
    kaisa, saha = make_user("Kaisa", is_coordinator=True), make_profile("Saha Oy", contact_email=ADDRESS)
    mark()
    with pytest.raises(AddressMarked, match=ADDRESS):
        claims.send_claim_link(profile=saha, email=" Sami@SAHA.example", language="fi", by=kaisa, now=NOW)
    client.force_login(kaisa)
    page = client.post(reverse("send_link", args=[saha.slug]), {"email": ADDRESS, "language": "fi"})
    assert page.status_code == 422
    assert "No letter goes to" in page.context["form"].errors["email"][0]
    assert not ClaimLink.objects.exists()


def test_whoever_sent_a_claim_letter_hears_that_it_came_back(client: Client) -> None:
    kaisa, saha = make_user("Kaisa", is_coordinator=True), make_profile("Saha Oy")
    claims.send_claim_link(profile=saha, email=ADDRESS, language="fi", by=kaisa, now=NOW)
    assert letters.send_due(now=NOW) == 1
    for _twice in range(2):
        mark()
    assert kinds_to(kaisa) == ["accounts.claim_link_returned"]
    client.force_login(kaisa)
    page = client.get(reverse("notifications")).content.decode()
    assert ADDRESS in page
    assert (
        reverse("send_link", args=[saha.slug])
        == client.get(reverse("notification_open", args=[Notification.objects.get(user=kaisa).pk])).headers["Location"]
    )


def test_an_invitation_waits_until_the_address_works(client: Client) -> None:
    owner = make_user("Oona")
    saha = make_profile("Saha Oy", by=owner)
    people.invite(profile=saha, email=ADDRESS, role="editor", by=owner, now=NOW)
    mark()
    assert kinds_to(owner) == ["accounts.invitation_returned"]
    assert letters.send_due(now=NOW + timedelta(hours=1)) == 0
    assert Invitation.objects.get().leased_until is None, "nobody works on it meanwhile"
    client.force_login(owner)
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert "mail comes back" in client.get(reverse("representatives", args=[saha.slug])).content.decode()
    assert "Saha Oy" in client.get(reverse("notifications")).content.decode()
    with pytest.raises(AddressMarked):
        people.invite(profile=make_profile("Toinen", by=owner), email=ADDRESS, role="editor", by=owner, now=NOW)
    post.letter_arrived(email=ADDRESS, at=NOW + timedelta(hours=2))
    assert letters.send_due(now=NOW + timedelta(hours=3)) == 1
    assert "mail comes back" not in client.get(reverse("representatives", args=[saha.slug])).content.decode()


def test_a_letter_that_the_server_refuses_marks_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    kaisa, saha = make_user("Kaisa", is_coordinator=True), make_profile("Saha Oy")
    claims.send_claim_link(profile=saha, email=ADDRESS, language="fi", by=kaisa, now=NOW)

    def refuse(*_args: Any, **_more: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"5.1.1 User unknown")})

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        assert letters.send_due(now=NOW) == 0
    assert kinds_to(kaisa) == ["accounts.claim_link_returned"]
    assert letters.send_due(now=NOW + timedelta(hours=1)) == 0
    assert mail.outbox == []


# --- Account letters


def ask_code(client: Client, email: str) -> str:
    client.get(reverse("account_request_login_code"))
    page = client.post(reverse("account_request_login_code"), {"email": email})
    return client.get(page["Location"]).content.decode()


def test_a_code_that_one_asks_for_is_tried_and_says_that_mail_came_back(client: Client, sami: User) -> None:
    mark()
    assert SAID in ask_code(client, ADDRESS)
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]
    code = re.search(r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code.group()})
    assert client.session["_auth_user_id"] == str(sami.pk)
    assert queries.returned(ADDRESS) is None, "the code came by mail"


def test_whoever_calls_letters_unwanted_means_it_still(client: Client, sami: User) -> None:
    mark(Why.UNWANTED)
    ask_code(client, ADDRESS)
    code = re.search(r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code.group()})
    assert queries.returned(ADDRESS) is not None


def test_the_pages_do_not_tell_who_has_an_account(client: Client, sami: User) -> None:
    other = "nobody@saha.example"

    def pages(email: str) -> list[str]:
        browser = Client()
        found = [ask_code(browser, email)]
        browser.get(reverse("account_reset_password"))
        done = browser.post(reverse("account_reset_password"), {"email": email}, follow=True)
        found.append(done.content.decode())
        return [re.sub(r'value="[\w-]{20,}"|nonce="[^"]+"', "", page.replace(email, "ADDRESS")) for page in found]

    without = pages(ADDRESS)
    assert not any(SAID in page for page in without)
    mark()
    mark(email=other)
    known, unknown = pages(ADDRESS), pages(other)
    assert all(SAID in page for page in known)
    assert known == unknown


def test_one_who_confirms_an_address_has_got_the_letter(client: Client) -> None:
    mark()
    url = reverse("account_signup")
    client.get(url)
    sent = {"name": "Uusi", "email": ADDRESS, "password1": "metsan-reuna-42", "website_address": ""}
    page = client.post(url, sent)
    assert SAID in client.get(page["Location"]).content.decode()
    code = re.search(r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    client.post(page["Location"], {"code": code.group()})
    assert queries.returned(ADDRESS) is None


def test_what_nobody_asked_for_does_not_go_there(client: Client, sami: User) -> None:
    mark()
    client.post(reverse("account_login"), {"login": ADDRESS, "password": "metsan-reuna-42"})
    changed = {"oldpassword": "metsan-reuna-42", "password1": "kuusen-latva-77", "password2": "kuusen-latva-77"}
    assert client.post(reverse("account_change_password"), changed).status_code == 302
    assert mail.outbox == [], "that the password was changed"
    sami.refresh_from_db()
    assert sami.check_password("kuusen-latva-77")
