"""The pages and open pages of a shared inbox."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Profile, User
from accounts.services import representatives
from conversations.models import Absence, Side
from conversations.queries import messages as message_queries
from conversations.routing import websocket_urlpatterns
from tests.conversations.colleagues import DAY, away, keeper, side_of, take
from tests.conversations.conftest import Say
from tests.factories.people import NOW, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]
LATER = NOW + 3 * DAY


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


# --- Pages


def test_the_inbox_shows_what_is_unanswered_and_what_is_mine(
    client: Client, saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard, "Vastaamaton"), yard)
    client.force_login(bo)

    def sees(show: str) -> bool:
        return "Vastaamaton" in client.get(reverse("messages"), {"show": show}).content.decode()

    assert (sees(""), sees("unanswered"), sees("mine"), sees("nonsense")) == (True, True, False, True)
    client.post(reverse("conversation_care", args=[side.conversation_id]), {"do": "me"})
    assert sees("mine")
    client.post(reverse("conversation_care", args=[side.conversation_id]), {"do": "done"})
    assert not sees("unanswered")
    client.force_login(cecilia)
    assert not sees("mine")
    assert "Bo Berg" in client.get(reverse("messages")).content.decode()


def test_the_page_gives_and_releases_and_tells_of_a_race(
    client: Client, saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    url = reverse("conversation_care", args=[side.conversation_id])
    client.force_login(bo)
    client.post(url, {"do": "give", "colleague": str(cecilia.pk)})
    assert keeper(side) == cecilia.pk
    page = client.post(url, {"do": "me", "seen": ""}, follow=True).content.decode()
    assert "Somebody else changed this just now" in page
    assert "Cecilia Cedervall takes care of this" in page
    client.post(url, {"do": "release", "seen": str(cecilia.pk)})
    assert keeper(side) is None
    assert client.post(url, {"do": "nonsense"}).status_code == 302


@pytest.mark.parametrize("who", ["visitor", "stranger", "other side", "gone"])
def test_nobody_else_presses(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, cecilia: User, say: Say, who: str
) -> None:
    side = side_of(say(saw, yard), yard)
    cecilia.representations.all().delete()
    person = {"visitor": None, "stranger": make_user(), "other side": aino, "gone": cecilia}[who]
    if person is not None:
        client.force_login(person)
    client.post(f"{reverse('conversation_care', args=[side.conversation_id])}?for={yard.slug}", {"do": "me"})
    assert keeper(side) is None
    if who == "visitor":
        assert client.get(reverse("messages_away")).status_code == 302


def test_the_other_side_sees_nothing_of_it(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, cecilia, bo)
    away(cecilia)
    client.force_login(aino)
    with time_machine.travel(NOW, tick=False):
        for page in (
            client.get(reverse("conversation", args=[side.conversation_id])),
            client.get(reverse("messages")),
            client.get(yard.get_absolute_url()),
        ):
            assert "Cecilia" not in page.content.decode()
            assert "away until" not in page.content.decode()


def test_an_absence_is_marked_and_ended_on_its_page(client: Client, yard: Profile, bo: User, cecilia: User) -> None:
    client.force_login(bo)
    url = reverse("messages_away")
    with time_machine.travel(NOW, tick=False):
        assert client.get(url).status_code == 200
        assert client.post(url, {"first_day": "2026-03-05", "last_day": "2026-03-01"}).status_code == 422
        assert client.post(url, {"first_day": "x"}).status_code == 422
        client.post(url, {"first_day": "2026-03-01", "last_day": "2026-03-08"})
        assert Absence.objects.get(user=bo).last_day == date(2026, 3, 8)
        client.force_login(cecilia)
        assert "Bo Berg until" in client.get(reverse("messages")).content.decode()
        client.force_login(bo)
        assert "I am not away" in client.get(url).content.decode()
        client.post(url, {"back": "1"})
    assert not Absence.objects.exists()


def test_the_export_tells_of_ones_absence(bo: User) -> None:
    away(bo)
    assert message_queries.export_of(bo)["away"] == [{"from": "2026-03-02", "to": "2026-03-07"}]


# --- Live


def socket_of(side: Side, user: Any) -> WebsocketCommunicator:
    where = f"/ws/en/messages/{side.conversation_id}/{side.profile.slug}/"
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), where)
    made.scope["user"] = user
    return made


@pytest.mark.django_db(transaction=True)
async def test_what_a_colleague_writes_and_takes_is_seen_on_an_open_page_with_their_name(
    saw: Profile, yard: Profile, aino: User, bo: User, cecilia: User, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    side = await sync_to_async(side_of)(first, yard)
    theirs = await sync_to_async(side_of)(first, saw)
    ours, other = socket_of(side, bo), socket_of(theirs, aino)
    assert (await ours.connect())[0]
    assert (await other.connect())[0]
    await sync_to_async(take)(side, cecilia, cecilia)
    fragment = await ours.receive_from()
    assert "Cecilia Cedervall takes care of this" in fragment
    assert await other.receive_nothing(), "what colleagues agree on is theirs"
    await sync_to_async(say)(yard, saw, "Vastaan tähän.", by=cecilia)
    fragment = await ours.receive_from()
    assert "Cecilia Cedervall wrote" in fragment
    assert "Vastaan tähän." in fragment
    assert "takes care" not in await other.receive_from()
    await ours.disconnect()
    await other.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_person_removed_while_the_page_is_open_hears_no_more(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    first = await sync_to_async(say)(saw, yard, "Hei!")
    side = await sync_to_async(side_of)(first, yard)
    socket = socket_of(side, cecilia)
    assert (await socket.connect())[0]
    gone = await sync_to_async(cecilia.representations.get)()
    await sync_to_async(representatives.remove)(representative=gone, by=bo, now=NOW)
    await sync_to_async(take)(side, bo, bo)
    assert (await socket.receive_output())["type"] == "websocket.close"
    assert not (await socket_of(side, AnonymousUser()).connect())[0]
