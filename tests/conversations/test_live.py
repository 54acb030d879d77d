"""The live page of a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from accounts.models import Profile, Representative, User
from conversations.models import Conversation
from conversations.queries import messages as queries
from conversations.routing import websocket_urlpatterns
from conversations.services import messages
from conversations.services.common import tell_pages
from matching.models import Connection
from notifications.routing import websocket_urlpatterns as badge_patterns
from tests.conversations.conftest import Say
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db


def socket_of(talk: Conversation, profile: Profile, user: Any) -> WebsocketCommunicator:
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/en/messages/{talk.pk}/{profile.slug}/")
    made.scope["user"] = user
    return made


@pytest.mark.django_db(transaction=True)
async def test_a_message_appears_and_is_read_on_an_open_page(
    saw: Profile, yard: Profile, aino: User, bo: User, connected: Connection, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    socket = socket_of(first.conversation, yard, bo)
    assert (await socket.connect())[0]
    await sync_to_async(say)(saw, yard, "Oletko siellä?", by=aino)
    fragment = await socket.receive_from()
    assert 'id="thread" hx-swap-oob="true"' in fragment
    assert "Oletko siellä?" in fragment
    assert "New message from Ahon Saha Oy" in fragment
    assert await sync_to_async(queries.unread_count)(bo) == 0
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_page_of_a_closed_account_reads_nothing(
    saw: Profile, yard: Profile, aino: User, bo: User, connected: Connection, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    socket = socket_of(first.conversation, yard, bo)
    assert (await socket.connect())[0]
    await User.objects.filter(pk=bo.pk).aupdate(is_active=False)
    await sync_to_async(say)(saw, yard, "Oletko siellä?", by=aino)
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_waits_hears_of_the_answer(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    socket = socket_of(first.conversation, saw, aino)
    assert (await socket.connect())[0]
    await sync_to_async(say)(yard, saw, "Hei vain!")
    fragment = await socket.receive_from()
    assert "Load the conversation again" in fragment
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_request_is_not_sent_to_an_open_page(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    first = await sync_to_async(say)(saw, yard, "Salaisuus")
    socket = socket_of(first.conversation, yard, bo)
    assert (await socket.connect())[0]
    await sync_to_async(tell_pages)(first.conversation_id)
    assert "Salaisuus" not in await socket.receive_from()
    assert await sync_to_async(queries.unread_count)(bo) == 1
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_declined_request_sends_nothing_to_its_writers_page(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    socket = socket_of(first.conversation, saw, aino)
    assert (await socket.connect())[0]
    await sync_to_async(messages.decline)(profile=yard, other=saw, by=bo, now=NOW)
    assert await socket.receive_nothing()
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_one_who_no_longer_represents_hears_no_more(
    saw: Profile, yard: Profile, bo: User, connected: Connection, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    colleague = await sync_to_async(make_user)()
    row = await sync_to_async(Representative.objects.create)(profile=yard, user=colleague, role="member", since=NOW)
    socket = socket_of(first.conversation, yard, colleague)
    assert (await socket.connect())[0]
    await sync_to_async(row.delete)()
    await sync_to_async(say)(saw, yard, "Salaisuus")
    assert (await socket.receive_output())["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
async def test_the_socket_is_closed_to_strangers(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    for user in (AnonymousUser(), await sync_to_async(make_user)()):
        assert not (await socket_of(first.conversation, yard, user).connect())[0]
    assert not (await socket_of(first.conversation, yard, aino).connect())[0]


@pytest.mark.django_db(transaction=True)
async def test_the_mastheads_number_follows(
    saw: Profile, yard: Profile, bo: User, connected: Connection, say: Say
) -> None:
    socket = WebsocketCommunicator(URLRouter(badge_patterns), "/ws/en/badge/")
    socket.scope["user"] = bo
    assert (await socket.connect())[0]
    await sync_to_async(say)(saw, yard)
    fragment = await socket.receive_from()
    assert 'id="messages-count" hx-swap-oob="true"' in fragment
    assert "conversation has something new" in fragment
    await socket.disconnect()
