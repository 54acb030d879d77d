"""The pages of conversations in groups, reports, and open pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Report
from accounts.services import representatives
from conversations.models import GroupMessage, GroupReader, GroupTalk
from conversations.queries import groups as queries
from conversations.routing import websocket_urlpatterns
from conversations.services import groups
from tests.conversations.several import Scene
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
DAY_LONG = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


# --- Reports


def test_a_message_is_reported_with_its_text_by_those_who_see_it(client: Client, scene: Scene) -> None:
    talk = scene.make()
    message = scene.say(talk, "Aino", "Harmillista.")
    url = reverse("messages_group_report", args=[talk.pk, message.pk])
    for name, status in (("Eva", 404), ("Aino", 404), ("Bo", 200)):
        client.force_login(scene.users[name])
        assert client.get(url).status_code == status
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason": "harmful", "text": "Huh"}).status_code == 302
    assert "> Harmillista." in Report.objects.get(profile=scene.profiles["Aino"]).text
    for name in ("Eva", "Aino"):
        with pytest.raises(groups.NotInIt):
            groups.report(message=message, reason="harmful", text="", by=scene.users[name], now=NOW)


# --- Pages

PAGES = ("messages_group", "messages_group_people")


@pytest.mark.parametrize("who", ["visitor", "outside", "gone", "in it", "colleague"])
def test_who_may_see_what(client: Client, scene: Scene, who: str) -> None:
    talk = scene.make("Bo", "Cecilia", "Dan")
    message = scene.say(talk, "Bo", "Salaisuus")
    groups.leave(talk=talk, profile=scene.profiles["Dan"], by=scene.users["Dan"], now=NOW)
    people = {"outside": scene.users["Eva"], "gone": scene.users["Dan"], "in it": scene.users["Aino"]}
    people["colleague"] = scene.colleague("Cecilia")
    if who in people:
        client.force_login(people[who])
    sees = who in ("in it", "colleague")
    status = 200 if sees else 302 if who == "visitor" else 404
    for name in PAGES:
        assert client.get(reverse(name, args=[talk.pk])).status_code == status
    assert client.get(reverse("messages_group_report", args=[talk.pk, message.pk])).status_code == status
    inbox = client.get(reverse("messages"), follow=True).content.decode()
    assert ("Salaisuus" in inbox) is sees
    assert ("Yhteinen tarjous" in inbox) is sees
    for do in ("mute", "leave"):
        answer = client.post(reverse("messages_group_act", args=[talk.pk]), {"do": do, "profile": "0"})
        assert answer.status_code == (404 if do == "leave" and who != "visitor" else 302 if sees else status)
    if not sees:
        client.post(reverse("messages_group", args=[talk.pk]), {"text": "Hei"})
        assert GroupMessage.objects.count() == 1


def test_it_is_begun_and_written_in_on_the_pages(client: Client, scene: Scene) -> None:
    client.force_login(scene.users["Aino"])
    url = reverse("messages_group_new")
    page = client.get(url).content.decode()
    assert "Bos Oy" in page
    chosen = [scene.profiles[name].pk for name in ("Bo", "Cecilia")]
    assert client.post(url, {"name": "", "others": chosen}).status_code == 422
    assert client.post(url, {"name": "Tarjous", "others": [scene.profiles["Bo"].pk]}).status_code == 422
    strangers = [make_profile(by=make_user()).pk, *chosen]
    assert client.post(url, {"name": "Tarjous", "others": strangers}).status_code == 422
    made = client.post(url, {"name": "Tarjous", "others": chosen}, follow=True)
    assert "Write the first message" in made.content.decode()
    talk = GroupTalk.objects.get()
    here = reverse("messages_group", args=[talk.pk])
    assert client.post(here, {"text": ""}).status_code == 422
    sent = client.post(here, {"text": "Hei vaan", "voice": str(scene.profiles["Aino"].pk)})
    assert sent["Location"].endswith("#newest")
    assert "Hei vaan" in client.get(here).content.decode()
    fragment = client.post(here, {"text": "Ja vielä"}, headers={"HX-Request": "true"}).content.decode()
    assert "Ja vielä" in fragment
    assert "<html" not in fragment


def test_without_connections_the_page_says_what_to_do(client: Client, scene: Scene) -> None:
    client.force_login(scene.users["Eva"])
    assert "at least two connections" in client.get(reverse("messages_group_new")).content.decode()
    client.force_login(make_user())
    assert reverse("join") in client.get(reverse("messages_group_new")).content.decode()


def test_one_more_is_brought_in_and_the_profile_leaves_on_the_pages(client: Client, scene: Scene) -> None:
    talk = scene.make()
    client.force_login(scene.users["Aino"])
    people = reverse("messages_group_people", args=[talk.pk])
    assert client.post(people, {"other": scene.profiles["Eva"].pk}).status_code == 422
    assert (
        "is in the conversation now"
        in client.post(people, {"other": scene.profiles["Dan"].pk}, follow=True).content.decode()
    )
    assert "nobody else" in client.get(people).content.decode()
    act = reverse("messages_group_act", args=[talk.pk])
    assert "not told of this conversation" in client.post(act, {"do": "mute"}, follow=True).content.decode()
    assert "Tell me of this again" in client.get(reverse("messages_group", args=[talk.pk])).content.decode()
    client.post(act, {"do": "unmute"})
    assert not GroupReader.objects.get(user=scene.users["Aino"]).muted
    client.post(act, {"do": "leave", "profile": str(scene.profiles["Aino"].pk)})
    assert client.get(people).status_code == 404


def test_earlier_messages_are_one_press_away(client: Client, scene: Scene) -> None:
    talk = scene.make()
    for n in range(32):
        scene.say(talk, "Aino", f"Viesti {n:02}")
    client.force_login(scene.users["Bo"])
    page = client.get(reverse("messages_group", args=[talk.pk])).content.decode()
    assert "Viesti 01" not in page
    thread = queries.thread(queries.presence(talk.pk, scene.users["Bo"]))  # type: ignore[arg-type]
    earlier = client.get(reverse("messages_group", args=[talk.pk]), {"before": thread.messages[0].pk})
    assert "Viesti 01" in earlier.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_queries_at_any_length(
    client: Client, scene: Scene, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr("core.nav._tools", {})
    made = [scene.make(name=f"Ryhmä {n}") for n in range(count)]
    for talk in made:
        for _turn in range(count):
            scene.say(talk, "Aino")
    client.force_login(scene.users["Bo"])
    client.get(reverse("messages"))
    with django_assert_num_queries(20):
        page = client.get(reverse("messages")).content.decode()
    assert page.count("Hei kaikki!") == count
    url = reverse("messages_group", args=[made[-1].pk])
    client.get(url)
    with django_assert_num_queries(15):
        client.get(url)


# --- Live


def socket_of(talk: GroupTalk, user: Any) -> WebsocketCommunicator:
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/en/messages/groups/{talk.pk}/")
    made.scope["user"] = user
    return made


@pytest.mark.django_db(transaction=True)
async def test_a_message_appears_on_open_pages_and_is_read_there() -> None:
    scene = await sync_to_async(Scene)()
    talk = await sync_to_async(scene.make)()
    socket = socket_of(talk, scene.users["Bo"])
    assert (await socket.connect())[0]
    await sync_to_async(scene.say)(talk, "Aino", "Oletteko siellä?")
    fragment = await socket.receive_from()
    assert 'id="thread" hx-swap-oob="true"' in fragment
    assert "Oletteko siellä?" in fragment
    assert "New message from Aino Aho, Ainos Oy" in fragment
    assert await sync_to_async(scene.unread)("Bo") == 0
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_closes_when_one_is_not_in_it_any_more() -> None:
    scene = await sync_to_async(Scene)()
    talk = await sync_to_async(scene.make)()
    colleague = await sync_to_async(scene.colleague)("Cecilia")
    left, removed = socket_of(talk, scene.users["Bo"]), socket_of(talk, colleague)
    assert (await left.connect())[0]
    assert (await removed.connect())[0]
    bo, gone = scene.profiles["Bo"], await sync_to_async(colleague.representations.get)()
    await sync_to_async(representatives.remove)(representative=gone, by=scene.users["Cecilia"], now=NOW)
    await sync_to_async(groups.leave)(talk=talk, profile=bo, by=scene.users["Bo"], now=NOW)
    assert (await left.receive_output())["type"] == "websocket.close"
    assert (await removed.receive_output())["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
async def test_the_socket_is_closed_to_others() -> None:
    scene = await sync_to_async(Scene)()
    talk = await sync_to_async(scene.make)()
    for user in (AnonymousUser(), scene.users["Eva"]):
        assert not (await socket_of(talk, user).connect())[0]
