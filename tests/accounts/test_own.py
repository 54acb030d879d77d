"""One's own account: settings, one's data as a file, and the end of it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import hooks
from accounts.models import ClaimLink, Invitation, PastWork, Profile, Report, Representative, TakeoverRequest, User
from accounts.services import users
from core import audit, nav, panels
from core.models import AuditEvent, DemoMail, Feedback
from notifications.models import Notification, Preference
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db

EMAIL = "tuuli.testaaja@example.fi"
OTHER_EMAIL = "tuuli@toinen.example.fi"
NAME = "Tuuli Testaaja"
PASSWORD = "metsan-reuna-42"


@pytest.fixture
def tuuli() -> User:
    user = make_user(NAME, email=EMAIL, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email=OTHER_EMAIL, verified=True)
    return user


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- Settings


def test_settings_show_the_ways_to_all_that_is_ones_own(client: Client, tuuli: User) -> None:
    mine = make_profile("Karjalan Puurunko Oy", by=tuuli)
    taken = make_profile("Vanha Oy", by=tuuli, status=Profile.Status.TAKEN_DOWN)
    client.force_login(tuuli)
    html = text_of(client.get(reverse("account_settings")))
    for name in (
        "account_email",
        "account_change_password",
        "mfa_index",
        "usersessions_list",
        "notification_settings",
        "account_data",
        "account_delete",
        "account_logout",
    ):
        assert f'"{reverse(name)}"' in html
    assert reverse("representatives", args=[mine.slug]) in html
    assert taken.name not in html
    assert f'href="{reverse("desk")}"' not in html


def test_settings_lead_coordinators_to_their_desk_and_show_other_apps_panels(
    client: Client, tuuli: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuuli.is_coordinator = True
    tuuli.save()
    monkeypatch.setattr(panels, "render", lambda kind, request, subject=None: [f"<p>paneeli {kind}</p>"])
    client.force_login(tuuli)
    html = text_of(client.get(reverse("account_settings")))
    assert "Koordinaattorin työpöydälle" in html
    assert "paneeli account" in html


def test_name_and_language_are_changed_and_the_page_comes_in_the_new_one(client: Client, tuuli: User) -> None:
    client.force_login(tuuli)
    response = client.post(reverse("account_settings"), {"name": " Tuuli Uusi ", "language": "sv"})
    assert response["Location"] == "/sv/account/settings/"
    assert response.cookies["django_language"].value == "sv"
    tuuli.refresh_from_db()
    assert (tuuli.name, tuuli.language) == ("Tuuli Uusi", "sv")
    assert "Sparat" in text_of(client.get(response["Location"]))
    assert AuditEvent.objects.get(action="user.changed").detail == {"fields": ["name", "language"]}


def test_a_name_is_needed(client: Client, tuuli: User) -> None:
    client.force_login(tuuli)
    response = client.post(reverse("account_settings"), {"name": "", "language": "xx"})
    assert response.status_code == 422
    assert "Kirjoita nimesi." in text_of(response)
    tuuli.refresh_from_db()
    assert tuuli.name == NAME


def test_saving_the_same_writes_nothing(tuuli: User) -> None:
    users.change_details(user=tuuli, name=NAME, language="fi", now=NOW)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_settings_ask_the_database_the_same_number_of_times(
    client: Client, tuuli: User, count: int, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other apps add to the page is counted in their own tests.
    monkeypatch.setattr(nav, "tools", lambda request: [])
    monkeypatch.setattr(panels, "render", lambda kind, request, subject=None: [])
    for _n in range(count):
        make_profile(by=tuuli)
    client.force_login(tuuli)
    client.get(reverse("account_settings"))
    with django_assert_num_queries(3):
        client.get(reverse("account_settings"))


def test_the_masthead_leads_to_ones_own_account_once_signed_in(client: Client, tuuli: User) -> None:
    assert f'class="wide" href="{reverse("account_settings")}"' not in text_of(client.get(reverse("home")))
    client.force_login(tuuli)
    assert f'class="wide" href="{reverse("account_settings")}"' in text_of(client.get(reverse("home")))


# --- One's data


def student_of(user: User) -> Profile:
    profile = make_profile(
        NAME,
        by=user,
        kind=Profile.Kind.STUDENT,
        slug="tuuli-testaaja",
        contact_email=EMAIL,
        contact_name=NAME,
        texts={"seeks": f"{NAME} etsii aihetta opinnäytteelle."},
    )
    profile.logo.save("kuva.png", ContentFile(b"\x89PNG tuuli"))
    PastWork.objects.create(profile=profile, title=f"{NAME}: seminaarityö")
    return profile


def test_the_file_holds_what_is_kept_of_the_person(
    client: Client, tuuli: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    student_of(tuuli)
    company = make_profile("Karjalan Puurunko Oy", by=tuuli, texts={"seeks": "Yrityksen oma teksti."})
    other = make_profile("Toinen Oy")
    Invitation.objects.create(
        profile=company, email="kollega@example.fi", invited_by=tuuli, invited_at=NOW, expires_at=NOW
    )
    TakeoverRequest.objects.create(profile=other, by=tuuli, reason="Olen toimitusjohtaja.", asked_at=NOW)
    Notification.objects.create(
        user=tuuli,
        kind="accounts.became_owner",
        key="1",
        context={"profile": company.pk},
        created_at=NOW,
        delivery="now",
    )
    Feedback.objects.create(text="Hyvä palvelu", email=OTHER_EMAIL.upper(), sent_at=NOW)
    monkeypatch.setitem(hooks._exports, "koe", lambda user: {"for": user.pk})
    client.force_login(tuuli)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "Lataa tiedosto" in text_of(client.get(reverse("account_data")))
    response = client.post(reverse("account_data"))
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        raw = archive.read("solmu.json").decode()
        assert archive.read("pictures/tuuli-testaaja.png") == b"\x89PNG tuuli"
    data = json.loads(raw)
    assert data["account"]["email"] == EMAIL
    assert {row["email"] for row in data["email_addresses"]} == {EMAIL, OTHER_EMAIL}
    assert {row["profile"] for row in data["represents"]} == {NAME, "Karjalan Puurunko Oy"}
    assert data["own_profiles"][0]["texts"][0]["text"].startswith(NAME)
    assert data["invitations_sent"][0]["email"] == "kollega@example.fi"
    assert data["takeover_requests"][0]["reason"] == "Olen toimitusjohtaja."
    assert "Karjalan Puurunko" in data["notifications"][0]["title"]
    assert data["feedback"][0]["text"] == "Hyvä palvelu"
    assert data["koe"] == {"for": tuuli.pk}
    assert "Yrityksen oma teksti" not in raw
    assert tuuli.password not in raw
    assert all(row["session_key"] not in raw for row in Session.objects.values("session_key"))


def test_the_file_holds_nobody_elses_data(tuuli: User) -> None:
    other = make_user("Olli Oksa")
    student_of(tuuli)
    data = json.dumps(users.export_data(user=other, now=NOW), default=str)
    assert NAME not in data
    assert EMAIL not in data


# --- The end


def everything_about(tuuli: User) -> Profile:
    """A row of every kind that could hold the person; returns the organisation that the person leaves."""
    boss = make_user("Oona Omistaja")
    company = make_profile("Karjalan Puurunko Oy", by=boss, contact_email=EMAIL.upper(), contact_name=NAME)
    Representative.objects.create(profile=company, user=tuuli, role="member", since=NOW, title="Testaaja", shown=True)
    by_name = make_profile("Nimen mukaan Oy", by=boss, contact_email="info@nimi.example", contact_name=NAME)
    Representative.objects.create(profile=by_name, user=tuuli, role="owner", since=NOW)
    make_profile("Alas otettu Oy", by=tuuli, status=Profile.Status.TAKEN_DOWN, contact_email=OTHER_EMAIL)
    make_profile(f"{NAME} Tmi", by=tuuli, status=Profile.Status.DRAFT, contact_email=EMAIL)
    student_of(tuuli)
    letter = {"profile": company, "invited_by": boss, "invited_at": NOW, "expires_at": NOW + timedelta(days=1)}
    Invitation.objects.create(email=EMAIL, **letter)
    Invitation.objects.create(email=OTHER_EMAIL.title(), accepted_at=NOW, **letter)
    link = {"profile": company, "made_by": boss, "made_at": NOW, "expires_at": NOW}
    ClaimLink.objects.create(sent_to=EMAIL, **link)
    ClaimLink.objects.create(sent_to=EMAIL, used_at=NOW, used_by=tuuli, **link)
    TakeoverRequest.objects.create(profile=company, by=tuuli, reason=f"Olen {NAME}.", asked_at=NOW)
    Report.objects.create(profile=company, by=tuuli, email=EMAIL, text=f"T. {NAME}, {EMAIL}", reason="wrong", at=NOW)
    Report.objects.create(profile=company, email=OTHER_EMAIL, text=f"{NAME.upper()} kertoo", reason="wrong", at=NOW)
    Feedback.objects.create(text=f"Terveisin {NAME}", email=EMAIL, sent_at=NOW)
    DemoMail.objects.create(to=EMAIL, subject=f"Hei {NAME}", text=EMAIL)
    Notification.objects.create(
        user=tuuli, kind="accounts.became_owner", key=EMAIL, context={}, created_at=NOW, delivery="now"
    )
    Notification.objects.create(
        user=boss,
        kind="accounts.representative_joined",
        key="1",
        context={"profile": company.pk, "user": tuuli.pk},
        created_at=NOW,
        delivery="now",
    )
    Preference.objects.create(user=tuuli, category="profile", delivery="now")
    TOTP.activate(tuuli, "JBSWY3DPEHPK3PXP")
    audit.record("profile.changed", company, by=tuuli, now=NOW)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=boss, content_type=kind, object_id=str(tuuli.pk), object_repr=NAME, action_flag=CHANGE, change_message=""
    )
    return company


def places_of(*words: str) -> list[str]:
    """Where any of the words stands in the database: every column of every table that can hold text."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)
        ]
        for row in model._default_manager.values(*[field.attname for field in fields]) if fields else []:
            for column, value in row.items():
                text = json.dumps(value, ensure_ascii=False, default=str).casefold()
                found += [f"{model._meta.label}.{column}" for word in words if word.casefold() in text]
    return found


def test_the_scan_finds_the_person_before(tuuli: User) -> None:
    everything_about(tuuli)
    found = set(places_of(NAME, EMAIL, OTHER_EMAIL))
    assert {
        "accounts.User.name",
        "account.EmailAddress.email",
        "accounts.Profile.contact_email",
        "accounts.ProfileText.text",
        "accounts.Invitation.email",
        "accounts.Report.text",
        "core.Feedback.text",
        "core.DemoMail.to",
        "admin.LogEntry.object_repr",
    } <= found


def test_nothing_of_the_person_is_left(client: Client, tuuli: User, django_capture_on_commit_callbacks: Any) -> None:
    company = everything_about(tuuli)
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    logo = Profile.objects.get(slug="tuuli-testaaja").logo.name
    assert logo is not None
    with django_capture_on_commit_callbacks(execute=True):
        users.delete_user(user=tuuli, now=timezone.now())
    assert places_of(NAME, EMAIL, OTHER_EMAIL) == []
    assert not default_storage.exists(logo)
    company.refresh_from_db()
    assert company.status == Profile.Status.PUBLISHED
    assert AuditEvent.objects.get(action="profile.changed").by is None
    assert Report.objects.count() == 2
    assert "[…]" in Report.objects.order_by("pk")[0].text
    assert not Profile.objects.filter(kind=Profile.Kind.STUDENT).exists()


def test_sessions_end_with_the_account(client: Client, tuuli: User) -> None:
    client.force_login(tuuli)
    client.get(reverse("account_settings"))
    assert Session.objects.count() == 1
    users.delete_user(user=tuuli, now=NOW)
    assert not Session.objects.exists()
    assert client.get(reverse("account_settings")).status_code == 302


def test_other_apps_are_told_that_ones_profile_goes(tuuli: User, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = student_of(tuuli)
    told: list[tuple[int, str]] = []
    monkeypatch.setitem(hooks._changed, "koe", lambda pk, now: told.append((pk, Profile.objects.get(pk=pk).status)))
    users.delete_user(user=tuuli, now=NOW)
    assert told == [(profile.pk, Profile.Status.TAKEN_DOWN)]


def test_the_last_owner_cannot_go(tuuli: User) -> None:
    company = make_profile("Karjalan Puurunko Oy", by=tuuli)
    Representative.objects.create(profile=company, user=make_user(), role="editor", since=NOW)
    with pytest.raises(users.LastOwner) as caught:
        users.delete_user(user=tuuli, now=NOW)
    assert caught.value.profiles == [company]
    assert User.objects.filter(pk=tuuli.pk).exists()


def test_one_of_two_owners_and_a_member_may_go(tuuli: User) -> None:
    boss = make_user()
    for role in ("owner", "member"):
        company = make_profile(by=boss)
        Representative.objects.create(profile=company, user=tuuli, role=role, since=NOW)
    users.delete_user(user=tuuli, now=NOW)
    assert Profile.objects.count() == 2


def test_the_page_names_what_needs_an_owner_and_takes_no_password(client: Client, tuuli: User) -> None:
    company = make_profile("Karjalan Puurunko Oy", by=tuuli)
    client.force_login(tuuli)
    html = text_of(client.get(reverse("account_delete")))
    assert "Karjalan Puurunko Oy" in html
    for name in ("succession", "representatives", "profile_remove"):
        assert reverse(name, args=[company.slug]) in html
    assert 'name="password"' not in html
    client.post(reverse("account_delete"), {"password": PASSWORD})
    assert User.objects.filter(pk=tuuli.pk).exists()


def test_the_account_ends_with_the_password(client: Client, tuuli: User) -> None:
    client.force_login(tuuli)
    assert "Sitä ei voi perua." in text_of(client.get(reverse("account_delete")))
    response = client.post(reverse("account_delete"), {"password": "vaara"})
    assert response.status_code == 422
    assert "Salasana on väärin." in text_of(response)
    response = client.post(reverse("account_delete"), {"password": PASSWORD})
    assert response["Location"] == reverse("home")
    assert not User.objects.exists()
    assert "Tilisi ja sinusta tallennetut tiedot on poistettu." in text_of(client.get(response["Location"]))


def test_one_without_a_password_writes_a_word(client: Client) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert "Kirjoita sana POISTA" in text_of(client.get(reverse("account_delete")))
    assert client.post(reverse("account_delete"), {"word": "ehkä"}).status_code == 422
    assert client.post(reverse("account_delete"), {"word": "poista"})["Location"] == reverse("home")
    assert not User.objects.exists()


def test_one_without_a_password_but_with_an_app_shows_who_one_is_first(client: Client) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client.force_login(user)
    assert client.post(reverse("account_delete"), {"word": "poista"})["Location"].startswith(
        reverse("mfa_reauthenticate")
    )
    assert User.objects.exists()
