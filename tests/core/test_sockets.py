"""The websocket of an open page ends with the session that opened it, and not with another."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import User
from accounts.services import users
from core import live, sockets
from notifications.routing import websocket_urlpatterns
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "kaksi-talvea-9"


def device(user: User) -> Client:
    """A browser in which the person is signed in, with a page looked at."""
    client = Client()
    client.force_login(user)
    assert client.get(reverse("account_settings")).status_code == 200
    return client


def socket_of(client: Client, user: User) -> WebsocketCommunicator:
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/fi/badge/")
    made.scope["user"] = user
    made.scope["session"] = import_module(settings.SESSION_ENGINE).SessionStore(client.cookies["sessionid"].value)
    return made


def end_there(here: Client, there: Client, user: User) -> None:
    row = UserSession.objects.get(session_key=there.cookies["sessionid"].value)
    here.post(reverse("account_session_end", args=[row.pk]))


def end_all_others(here: Client, there: Client, user: User) -> None:
    here.post(reverse("usersessions_list"))


def log_out_there(here: Client, there: Client, user: User) -> None:
    there.post(reverse("account_logout"))


@pytest.mark.parametrize("end", [end_there, end_all_others, log_out_there])
async def test_a_session_that_ends_takes_its_open_pages_along(end: Callable[[Client, Client, User], None]) -> None:
    user = await sync_to_async(make_user)(password=PASSWORD)
    here, there = await sync_to_async(device)(user), await sync_to_async(device)(user)
    stays, goes = socket_of(here, user), socket_of(there, user)
    for one in (stays, goes):
        assert (await one.connect())[0]
    await sync_to_async(end)(here, there, user)
    assert (await goes.receive_output(timeout=5))["type"] == "websocket.close"
    await hears(stays, user)


async def test_with_another_password_the_other_sessions_pages_end() -> None:
    user = await sync_to_async(make_user)(password=PASSWORD)
    here, there = await sync_to_async(device)(user), await sync_to_async(device)(user)
    socket = socket_of(there, user)
    assert (await socket.connect())[0]
    sent = {"oldpassword": PASSWORD, "password1": "kolme-kesaa-10", "password2": "kolme-kesaa-10"}
    answer = await sync_to_async(here.post)(reverse("account_change_password"), sent)
    assert answer.status_code == 302
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.close"


async def test_an_account_that_is_closed_or_deleted_hears_nothing_more() -> None:
    for end in (lambda one: User.objects.filter(pk=one.pk).update(is_active=False), _delete):
        user = await sync_to_async(make_user)()
        client = await sync_to_async(device)(user)
        socket = socket_of(client, user)
        assert (await socket.connect())[0]
        await sync_to_async(end)(user)
        await sync_to_async(live.send_group)(live.user_group(user.pk), {"type": "badge.changed"})
        assert (await socket.receive_output(timeout=5))["type"] == "websocket.close"
        assert not (await socket_of(client, user).connect())[0]


def test_a_new_key_ends_no_session_while_the_old_one_is_known(settings: Any) -> None:
    """Pages that are open connect again when the server has started with the new key, before a page is loaded."""
    user = make_user()
    client = device(user)
    key, link = client.cookies["sessionid"].value, tokens.make(tokens.CLAIM, 7)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert sockets.user_of(key) == user
    assert client.get(reverse("account_settings")).status_code == 200
    assert client.cookies["sessionid"].value != key
    assert (sockets.user_of(key), sockets.user_of(client.cookies["sessionid"].value)) == (None, user)
    assert tokens.read(tokens.CLAIM, link) == 7
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [], "o" * 50
    assert sockets.user_of(client.cookies["sessionid"].value) is None
    assert tokens.read(tokens.CLAIM, link) is None


async def test_the_whole_way_in_knows_a_session_by_its_cookie() -> None:
    from config.asgi import application

    user = await sync_to_async(make_user)()
    client = await sync_to_async(device)(user)
    for cookie, enters in (
        (f"sessionid={client.cookies['sessionid'].value}", True),
        ("sessionid=x", False),
        ("", False),
    ):
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie.encode())]
        socket = WebsocketCommunicator(application, "/ws/fi/badge/", headers=headers)
        assert (await socket.connect())[0] == enters
        if enters:
            await hears(socket, user)


def _delete(user: Any) -> None:
    users.delete_user(user=User.objects.get(pk=user.pk), now=NOW)


async def hears(socket: WebsocketCommunicator, user: User) -> None:
    await sync_to_async(live.send_group)(live.user_group(user.pk), {"type": "badge.changed"})
    assert 'id="bell-count"' in await socket.receive_from(timeout=5)
    await socket.disconnect()
