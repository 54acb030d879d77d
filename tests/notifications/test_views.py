"""Inbox, rhythm, the way out, the live badge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from core.live import user_group
from notifications import kinds, services
from notifications.kinds import Category, Delivery, Kind, Notice
from notifications.models import Notification, Preference
from notifications.routing import websocket_urlpatterns
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    before = dict(kinds._kinds)
    kinds.register(
        Kind("t.view", Category.PARTNERS, lambda c: Notice(f"Asia {c['n']}", "", "/fi/privacy/"), Delivery.DAILY)
    )
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


def _told(user: Any, count: int) -> None:
    for n in range(count):
        services.notify("t.view", user, {"n": n}, key=str(n), now=NOW)


def test_inbox_is_for_the_signed_in(client: Client) -> None:
    assert client.get(reverse("notifications")).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_keeps_a_fixed_number_of_queries(client: Client, django_assert_num_queries: Any, count: int) -> None:
    user = make_user()
    _told(user, count)
    client.force_login(user)
    client.get(reverse("notifications"))  # fills the caches of session and installation
    with django_assert_num_queries(10):
        page = client.get(reverse("notifications")).content.decode()
    assert page.count('class="unread"') == count


def test_opening_marks_read_and_leads_on(client: Client) -> None:
    user = make_user()
    _told(user, 1)
    client.force_login(user)
    row = Notification.objects.get()
    assert client.get(reverse("notification_open", args=[row.pk]))["Location"] == "/fi/privacy/"
    row.refresh_from_db()
    assert row.read_at is not None


def test_anothers_notice_cannot_be_opened(client: Client) -> None:
    _told(make_user(), 1)
    client.force_login(make_user())
    assert client.get(reverse("notification_open", args=[Notification.objects.get().pk])).status_code == 404


def test_rhythm_is_changed_and_bad_values_are_told(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    url = reverse("notification_settings")
    sent = dict.fromkeys(client.get(url).context["form"].fields, "weekly")
    assert client.post(url, sent).status_code == 302
    assert Preference.objects.get(user=user, category="partners").delivery == "weekly"
    assert "Valitse yksi rytmeistä" in client.post(url, {**sent, "partners": "hourly"}).content.decode()


def test_leaving_asks_first_and_then_leaves(client: Client) -> None:
    user = make_user()
    url = reverse("notification_leave", args=[services.leave_token(user.pk, "partners")])
    client.get(url)
    assert not Preference.objects.exists()  # a link checker changes nothing
    client.post(url)
    assert Preference.objects.get(user=user).delivery == "never"


def test_broken_leave_link_is_told(client: Client) -> None:
    response = client.get(reverse("notification_leave", args=["rikki"]))
    assert response.status_code == 400
    assert "Linkki ei ole kokonainen" in response.content.decode()


@pytest.mark.django_db(transaction=True)
async def test_badge_changes_live() -> None:
    user = await sync_to_async(make_user)()
    application = URLRouter(websocket_urlpatterns)
    socket = WebsocketCommunicator(application, "/ws/fi/badge/")
    socket.scope["user"] = user
    assert (await socket.connect())[0]
    await sync_to_async(services.notify)("t.view", user, {"n": 1}, key="live", now=NOW)
    fragment = await socket.receive_from()
    assert 'id="bell-count"' in fragment
    assert ">1<" in fragment
    await socket.disconnect()


async def test_badge_socket_is_closed_to_strangers() -> None:
    socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/fi/badge/")
    socket.scope["user"] = AnonymousUser()
    assert not (await socket.connect())[0]
    assert get_channel_layer() is not None
    assert user_group(1) == "user-1"


def test_a_requests_lazy_user_is_one_person() -> None:
    from django.utils.functional import SimpleLazyObject

    user = make_user()
    assert len(services.notify("t.view", SimpleLazyObject(lambda: user), {"n": 1}, key="lazy", now=NOW)) == 1
