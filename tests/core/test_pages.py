"""The pages that every installation has."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from core import views
from core.mail import DemoMailBackend
from core.models import AuditEvent, DemoMail, Feedback
from core.services import mark_answered, send_feedback, set_installation
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db

PAGES = ["home", "about_data", "accessibility", "privacy", "feedback", "demo", "demo_mail", "look"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_in_each_language_and_says_which(client: Client, name: str, language: str) -> None:
    with translation.override(language):
        response = client.get(reverse(name))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


def test_demo_says_on_every_page_that_it_is_one(client: Client, settings: Any) -> None:
    assert 'class="demo"' in client.get("/fi/privacy/").content.decode()
    settings.SOLMU_DEMO = False
    assert 'class="demo"' not in client.get("/fi/privacy/").content.decode()


def test_a_picture_in_a_demos_mail_is_whole(client: Client) -> None:
    picture = b"\x89PNG\r\n\x1a\n\x00\xff"
    message = EmailMultiAlternatives(subject="x", body="y", to=["a@b.fi"])
    message.attach("ticket.png", picture, "image/png")
    message.attach("event.ics", "BEGIN", "text/calendar")
    DemoMailBackend().send_messages([message])
    mail = DemoMail.objects.get()
    response = client.get(reverse("demo_attachment", args=[mail.pk, 0]))
    assert (response.content, response["Content-Type"]) == (picture, "image/png")
    assert client.get(reverse("demo_attachment", args=[mail.pk, 1])).content == b"BEGIN"


@pytest.mark.parametrize("name", ["demo", "demo_mail", "look"])
def test_demo_pages_do_not_exist_outside_the_demo(client: Client, settings: Any, name: str) -> None:
    settings.SOLMU_DEMO = False
    assert client.get(reverse(name)).status_code == 404


def test_demo_attachments_do_not_exist_outside_the_demo(client: Client, settings: Any) -> None:
    mail = DemoMail.objects.create(
        to="a@b.fi", subject="x", text="y", attachments=[{"name": "i.ics", "type": "text/calendar", "content": "BEGIN"}]
    )
    assert client.get(reverse("demo_attachment", args=[mail.pk, 0])).content == b"BEGIN"
    assert client.get(reverse("demo_attachment", args=[mail.pk, 1])).status_code == 404
    settings.SOLMU_DEMO = False
    assert client.get(reverse("demo_attachment", args=[mail.pk, 0])).status_code == 404


def test_unknown_page_is_told_in_the_readers_language(client: Client) -> None:
    response = client.get("/sv/finns-inte/")
    assert response.status_code == 404
    assert "Den här sidan finns inte" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(views.bad_request, 400), (views.forbidden, 403), (views.csrf_failed, 403), (views.server_error, 500)],
)
def test_errors_are_pages_of_ours(rf: RequestFactory, view: Any, status: int) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/fi/x/")
    request.user = AnonymousUser()
    response = view(request)
    assert response.status_code == status
    assert "look.css" in response.content.decode()


def test_appearance_is_remembered_and_goes_back(client: Client) -> None:
    response = client.post("/fi/appearance/", {"theme": "dark", "next": "/fi/privacy/"})
    assert response["Location"] == "/fi/privacy/"
    assert 'data-theme="dark"' in client.get("/fi/privacy/").content.decode()
    client.post("/fi/appearance/", {"theme": ""})
    assert "data-theme" not in client.get("/fi/privacy/").content.decode()


def test_appearance_never_sends_elsewhere(client: Client) -> None:
    assert client.post("/fi/appearance/", {"next": "https://evil.example/"})["Location"] == "/fi/"


def test_manifest_is_whole_and_its_icons_exist(client: Client) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["start_url"] == "/"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_installation_gives_its_name_to_the_pages(client: Client) -> None:
    set_installation(name_fi="Joensuun seutu", name_sv="Joensuuregionen", now=NOW)
    assert "Joensuuregionen" in client.get("/sv/privacy/").content.decode()
    assert AuditEvent.objects.get().action == "installation.changed"


def test_feedback_arrives(client: Client) -> None:
    response = client.post("/fi/feedback/", {"text": "Nappi ei näy", "about_accessibility": "on"})
    assert response.status_code == 302
    feedback = Feedback.objects.get()
    assert (feedback.text, feedback.about_accessibility, feedback.email) == ("Nappi ei näy", True, "")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"text": "  "}, "Kirjoita, mitä huomasit."),
        ({"text": "x" * 5001}, "enimmäispituus on 5000"),
        ({"text": "ok", "email": "mari@"}, "Kirjoita osoite, esimerkiksi"),
    ],
)
def test_bad_feedback_is_told_at_its_field_and_nothing_is_lost(client: Client, sent: dict[str, str], told: str) -> None:
    response = client.post("/fi/feedback/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert "<title>Virhe:" in page
    assert sent.get("email", "") in page
    assert not Feedback.objects.exists()


def test_strange_characters_are_cleaned_not_refused(client: Client) -> None:
    client.post("/fi/feedback/", {"text": "a\x00b \u202eoikea\u202c \U0001f44d"})
    assert Feedback.objects.get().text == "ab oikea \U0001f44d"


def test_feedback_is_read_only_by_those_who_answer(client: Client) -> None:
    feedback = send_feedback(text="x", about_accessibility=True, page="", email="a@b.fi", now=NOW - timedelta(days=3))
    client.force_login(make_user())
    assert client.get(reverse("feedback_list")).status_code == 403
    assert client.post(reverse("feedback_list"), {"feedback": feedback.pk}).status_code == 403
    client.force_login(make_user(is_coordinator=True))
    assert "a@b.fi" in client.get(reverse("feedback_list")).content.decode()


def test_answered_feedback_keeps_no_address() -> None:
    feedback = send_feedback(text="x", about_accessibility=True, page="", email="a@b.fi", now=NOW)
    mark_answered(feedback=feedback, by=make_user(is_coordinator=True), now=NOW)
    feedback.refresh_from_db()
    assert feedback.email == ""
    assert feedback.answered_at == NOW


def test_demo_keeps_one_copy_of_a_mail_sent_twice() -> None:
    from django.core.mail import EmailMessage

    from core.mail import DemoMailBackend

    message = EmailMessage("Otsikko", "Teksti", to=["a@b.fi"], headers={"Message-ID": "<notice-1@solmu>"})
    DemoMailBackend().send_messages([message])
    DemoMailBackend().send_messages([message])
    assert DemoMail.objects.count() == 1
    DemoMailBackend().send_messages([EmailMessage("Otsikko", "Teksti", to=["a@b.fi"])] * 2)
    assert DemoMail.objects.count() == 3
