"""Letters that come back after they have left: told by the mail provider, marked, and no more are sent there."""

from __future__ import annotations

import base64
import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from notifications import hooks, kinds, mail_events, post, queries, rules, services
from notifications.kinds import Category, Delivery, Kind, Notice
from notifications.models import Notification, ReturnedAddress
from notifications.rules import Why
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "sami@saha.example"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    kinds.register(Kind("t.came", Category.MEETINGS, lambda _context: Notice("Tuli", "Teksti"), Delivery.NOW))
    yield
    kinds._kinds.pop("t.came")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Why, datetime]]:
    found: list[tuple[str, Why, datetime]] = []
    monkeypatch.setitem(hooks._hooks, "t", lambda *told: found.append(told))
    return found


@pytest.mark.parametrize(
    ("event", "reason", "why"),
    [
        ("bounced", "bounced", Why.CAME_BACK),
        ("bounced", "invalid", Why.CAME_BACK),
        ("bounced", None, Why.CAME_BACK),
        ("rejected", "bounced", Why.CAME_BACK),
        ("complained", None, Why.UNWANTED),
        ("rejected", "unsubscribed", Why.UNWANTED),
        # Our sender or the provider is what is wrong here, or it is not over yet.
        ("bounced", "blocked", None),
        ("rejected", "other", None),
        ("rejected", None, None),
        ("deferred", "timed_out", None),
        ("failed", None, None),
        ("delivered", None, None),
        ("opened", None, None),
    ],
)
def test_what_says_that_an_address_takes_no_mail(event: str, reason: str | None, why: Why | None) -> None:
    assert rules.why_returned(event, reason) == why


def test_it_gets_no_more_until_a_letter_arrives_or_its_person_says_so(
    client: Client, heard: list[tuple[str, Why, datetime]]
) -> None:
    user = make_user(email=ADDRESS)
    services.notify("t.came", user, {}, key="waits", now=NOW)
    for _twice in range(2):
        post.address_returned(email="Sami@Saha.example ", why=Why.CAME_BACK, now=NOW)
    assert ReturnedAddress.objects.get().email == ADDRESS
    assert [told[:2] for told in heard] == [(ADDRESS, Why.CAME_BACK)] * 2
    services.notify("t.came", user, {}, key="new", now=NOW)
    assert services.deliver_due(now=NOW + timedelta(days=1)) == 0
    assert mail.outbox == []
    assert Notification.objects.filter(mail_due_at=None, mailed_at=None, leased_until=None).count() == 2

    client.force_login(user)
    assert ADDRESS in client.get(reverse("notifications")).content.decode()
    page = client.get(reverse("notification_settings")).content.decode()
    assert ADDRESS in page
    assert client.post(reverse("notification_settings"), {"works": "1"}).status_code == 302
    assert queries.returned(ADDRESS) is None
    assert ADDRESS not in client.get(reverse("notifications")).content.decode()
    services.notify("t.came", user, {}, key="later", now=NOW)
    assert services.deliver_due(now=NOW) == 1


def test_nobody_says_it_of_anothers_address(client: Client) -> None:
    post.address_returned(email=ADDRESS, why=Why.CAME_BACK, now=NOW)
    assert client.post(reverse("notification_settings"), {"works": "1"}).status_code == 302
    client.force_login(make_user())
    client.post(reverse("notification_settings"), {"works": "1", "email": ADDRESS})
    assert queries.returned(ADDRESS) is not None


@pytest.mark.parametrize(
    ("code", "words", "is_marked"),
    [
        (550, b"5.1.1 User unknown", True),
        (451, b"4.2.1 Try again later", False),
        (554, b"5.7.1 Relay access denied", False),
        (550, b"relay not permitted", False),
    ],
)
def test_an_address_that_the_server_refuses_at_once(
    code: int, words: bytes, is_marked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(email=ADDRESS)
    services.notify("t.came", user, {}, key="a", now=NOW)

    def refuse(*_args: Any, **_more: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (code, words)})

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        assert services.deliver_due(now=NOW) == 0
    assert (queries.returned(ADDRESS) is not None) is is_marked
    assert services.deliver_due(now=NOW + timedelta(hours=1)) == (0 if is_marked else 1)


def test_what_the_provider_tells(heard: list[tuple[str, Why, datetime]]) -> None:
    def told(
        event: str, reason: str | None = None, recipient: str | None = ADDRESS, raw: Any = None, at: datetime = LATER
    ) -> None:
        about = {"reject_reason": reason, "recipient": recipient, "esp_event": raw, "timestamp": at}
        mail_events.heard(event=SimpleNamespace(event_type=event, **about))

    told("sent")
    told("opened")
    told("bounced", recipient=None)
    assert heard == []
    told("bounced", "bounced", raw={"Type": "SoftBounce"})
    told("bounced", "bounced", raw={"bounce": {"bounceType": "Transient"}})
    assert heard == [], "a full mailbox passes"
    told("bounced", "bounced", raw={"Type": "HardBounce"})
    assert queries.returned(ADDRESS) is not None
    told("delivered", at=NOW - timedelta(days=9))
    assert queries.returned(ADDRESS) is not None, "of a letter before"
    told("delivered")
    assert queries.returned(ADDRESS) is None
    told("complained")
    told("delivered")
    assert queries.returned(ADDRESS) is not None, "whoever called one unwanted meant it"


def test_the_webhook_takes_the_providers_word_and_nobody_elses(settings: Any) -> None:
    """A letter of Postmark as it comes, through anymail's own view."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "posti:salainen"}
    told = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "1", "Email": ADDRESS,
        "BouncedAt": "2026-11-05T16:33:54Z", "Description": "The server was unable to deliver your message.",
    }  # fmt: skip
    postmark = pytest.importorskip("anymail.webhooks.postmark", reason="needs the extra: solmu[production]")
    view, factory = postmark.PostmarkTrackingWebhookView.as_view(), RequestFactory()

    def post(proof: str) -> Any:
        sign = base64.b64encode(proof.encode()).decode()
        return factory.post(
            "/mail-events/postmark/tracking/",
            json.dumps(told),
            content_type="application/json",
            headers={"authorization": f"Basic {sign}"},
        )

    from anymail.exceptions import AnymailWebhookValidationFailure
    from anymail.signals import tracking

    tracking.connect(mail_events.heard, dispatch_uid="t")
    try:
        with pytest.raises(AnymailWebhookValidationFailure):
            view(post("posti:arvattu"))
        assert queries.returned(ADDRESS) is None
        assert view(post("posti:salainen")).status_code == 200
    finally:
        tracking.disconnect(dispatch_uid="t")
    assert queries.returned(ADDRESS) is not None


def test_without_a_provider_there_is_no_such_address(client: Client) -> None:
    assert client.post("/mail-events/postmark/tracking/").status_code == 404
