"""Minutes while they are written: drafts that a closed lid does not lose, two writers at once, and open pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import User
from networks.models import Coordinator, MinutesDraft, NetworkMeeting
from networks.queries.networks import export_of
from networks.routing import websocket_urlpatterns
from networks.services import minutes
from tests.factories.people import NOW, make_user

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db


class Writing:
    """A meeting that has begun, with Anu and Kaarina who both run the network."""

    def __init__(self, **fields: Any) -> None:
        self.town: Gathering = make_gathering(2, **fields)
        [self.meeting] = self.town.plan(1)
        self.anu, self.kaarina = self.town.anu, make_user("Kaarina")
        Coordinator.objects.create(network=self.town.network, user=self.kaarina, since=NOW)
        self.now = later(self.meeting)

    def write(self, by: User, text: str, version: int | None = None) -> NetworkMeeting:
        return minutes.write_minutes(
            meeting=self.meeting, text=text, decisions=["Päätös"], version=version, by=by, now=self.now
        )

    def keep(self, by: User, text: str, version: int = 0, decisions: str = "") -> MinutesDraft | None:
        return minutes.keep_draft(
            meeting=self.meeting, text=text, decisions=decisions, version=version, by=by, now=self.now
        )

    def url(self, name: str = "network_minutes") -> str:
        return reverse(name, args=[self.town.network.slug, self.meeting.pk])


@pytest.fixture
def writing() -> Iterator[Writing]:
    made = Writing()
    with time_machine.travel(made.now, tick=False):
        yield made


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_draft_is_its_writers_own_and_goes_when_it_is_saved(writing: Writing) -> None:
    writing.keep(writing.anu, "Anun")
    writing.keep(writing.anu, "Anun sanat")
    writing.keep(writing.kaarina, "Kaarinan")
    assert sorted(MinutesDraft.objects.values_list("text", flat=True)) == ["Anun sanat", "Kaarinan"]
    writing.write(writing.anu, "Anun sanat", 0)
    assert [one.by for one in MinutesDraft.objects.all()] == [writing.kaarina]
    assert writing.keep(writing.anu, "Anun sanat", 1, decisions="Päätös") is None, "nothing waits to be saved"
    minutes.drop_draft(meeting=writing.meeting, by=writing.kaarina)
    assert not MinutesDraft.objects.exists()


def test_a_draft_is_in_what_its_writer_downloads(writing: Writing) -> None:
    writing.keep(writing.anu, "Puhuttiin hakkeesta")
    assert [row["text"] for row in export_of(writing.anu)["drafts_of_minutes"]] == ["Puhuttiin hakkeesta"]


def test_a_draft_is_kept_by_those_who_may_write_and_while_they_may(writing: Writing) -> None:
    with pytest.raises(minutes.NotBegun):
        minutes.keep_draft(meeting=writing.meeting, text="", decisions="", version=0, by=writing.anu, now=NOW)
    from networks.services.meetings import NotTheCoordinator

    for person in (writing.town.users[0], make_user()):
        with pytest.raises(NotTheCoordinator):
            writing.keep(person, "Ei saa")
    writing.write(writing.anu, "Sanat")
    minutes.approve_minutes(meeting=writing.meeting, by=writing.anu, now=writing.now)
    with pytest.raises(minutes.IsApproved):
        writing.keep(writing.anu, "Myöhässä")


def test_two_writers_at_once_lose_nothing(writing: Writing) -> None:
    """The second is told; has her own words in the form and the other's beside them; and saves again by choice."""
    anu, kaarina = as_user(writing.anu), as_user(writing.kaarina)
    for client in (anu, kaarina):
        assert client.get(writing.url()).context["minutes"]["stamp"].value() == "0"
    assert anu.post(writing.url(), {"text": "Anun sanat", "decisions": "", "stamp": "0"}).status_code == 302
    sent = {"text": "Kaarinan sanat", "decisions": "", "stamp": "0"}
    refused = kaarina.post(writing.url(), sent)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert str(minutes.MinutesChanged.message) in page
    assert "Anun sanat" in page
    assert "Kaarinan sanat" in page
    writing.meeting.refresh_from_db()
    assert writing.meeting.minutes == "Anun sanat"
    again = {"text": "Molempien sanat", "decisions": "", "stamp": refused.context["minutes"]["stamp"].value()}
    assert kaarina.post(writing.url(), again).status_code == 302
    writing.meeting.refresh_from_db()
    assert (writing.meeting.minutes, writing.meeting.minutes_by) == ("Molempien sanat", writing.kaarina)


def test_a_closed_lid_loses_nothing(writing: Writing) -> None:
    client = as_user(writing.anu)
    draft = writing.url("network_minutes_draft")
    said = client.post(draft, {"text": "Puoli lau", "decisions": "Ensim", "stamp": "0"})
    assert (said.status_code, said.templates[0].name) == (200, "networks/meetings/draft_kept.html")
    page = client.get(writing.url())
    assert (page.context["minutes"]["text"].value(), page.context["minutes"]["decisions"].value()) == (
        "Puoli lau",
        "Ensim",
    )
    writing.write(writing.kaarina, "Kaarinan sanat")
    assert client.get(writing.url()).context["minutes"]["stamp"].value() == "0", "and saving will say what happened"
    assert client.post(writing.url(), {"text": "Puoli lause", "decisions": "", "stamp": "0"}).status_code == 422
    assert "Puoli lau" not in as_user(writing.kaarina).get(writing.url()).content.decode(), "a draft is one's own"
    assert client.post(writing.url("network_minutes_drop")).status_code == 302
    assert client.get(writing.url()).context["minutes"]["text"].value() == "Kaarinan sanat"


def test_what_is_too_long_or_comes_too_late_is_told_and_not_kept(writing: Writing) -> None:
    client, draft = as_user(writing.anu), writing.url("network_minutes_draft")
    assert client.post(draft, {"text": "x" * 20001, "stamp": "0"}).status_code == 200
    assert not MinutesDraft.objects.exists()
    writing.write(writing.anu, "Sanat")
    minutes.approve_minutes(meeting=writing.meeting, by=writing.anu, now=writing.now)
    said = client.post(draft, {"text": "Myöhässä", "stamp": "1"}).content.decode()
    assert str(minutes.IsApproved.message) in said


def test_others_neither_keep_nor_drop(writing: Writing) -> None:
    writing.keep(writing.anu, "Anun")
    for person, status in ((writing.town.users[0], 403), (make_user(), 404)):
        client = as_user(person)
        for name in ("network_minutes_draft", "network_minutes_drop"):
            assert client.post(writing.url(name), {"text": "x", "stamp": "0"}).status_code == status
    assert MinutesDraft.objects.get().text == "Anun"


def test_minutes_are_not_approved_over_what_somebody_has_typed(writing: Writing) -> None:
    writing.write(writing.anu, "Sanat")
    writing.keep(writing.kaarina, "Vielä yksi asia", 1)
    with pytest.raises(minutes.OthersWriting) as told:
        minutes.approve_minutes(meeting=writing.meeting, by=writing.anu, now=writing.now)
    assert "Kaarina" in str(told.value)
    client = as_user(writing.anu)
    assert "Kaarina" in client.get(writing.url()).content.decode()
    client.post(writing.url("network_minutes_approve"))
    assert not NetworkMeeting.objects.get(pk=writing.meeting.pk).is_approved
    client.post(writing.url("network_minutes_approve"), {"anyway": "1"})
    assert NetworkMeeting.objects.get(pk=writing.meeting.pk).is_approved
    assert not MinutesDraft.objects.exists()


# --- Live


def socket_of(meeting: NetworkMeeting, user: Any, after: str = "") -> WebsocketCommunicator:
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/fi/networks/minutes/{meeting.pk}/{after}")
    made.scope["user"] = user
    return made


def people_of(writing: Writing) -> dict[str, tuple[Any, bool]]:
    """Each kind of person, and whether the socket takes them."""
    group = writing.town.group(1)
    assert group.network == writing.town.network
    other = make_gathering(1)
    return {
        "visitor": (AnonymousUser(), False),
        "stranger": (make_user("Seppo"), False),
        "member of another network": (other.users[0], False),
        "coordinator of another network": (other.anu, False),
        "member": (writing.town.users[0], False),
        "group member": (writing.town.users[1], False),
        "coordinator": (writing.kaarina, True),
        "owner of the organiser": (writing.anu, True),
        "administrator": (make_user("Ylläpito", is_coordinator=True), True),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("visibility", ["public", "hidden"])
async def test_who_joins(visibility: str) -> None:
    writing = await sync_to_async(Writing)(visibility=visibility)
    for who, (person, joins) in (await sync_to_async(people_of)(writing)).items():
        socket = socket_of(writing.meeting, person)
        connected = (await socket.connect())[0]
        assert connected is joins, who
        if connected:
            await sync_to_async(writing.write)(writing.anu, f"Kirjoitettu {who}")
            assert f"Kirjoitettu {who}" in await socket.receive_from()
            await socket.disconnect()
    gone = socket_of(NetworkMeeting(pk=999999), writing.anu)
    assert not (await gone.connect())[0]


@pytest.mark.django_db(transaction=True)
async def test_what_one_saves_appears_to_the_others_and_a_draft_does_not() -> None:
    writing = await sync_to_async(Writing)()
    anu, kaarina = socket_of(writing.meeting, writing.anu), socket_of(writing.meeting, writing.kaarina)
    look = socket_of(writing.meeting, writing.kaarina, "look/")
    for socket in (anu, kaarina, look):
        assert (await socket.connect())[0]
    await sync_to_async(writing.keep)(writing.anu, "Puoli lausetta")
    assert await kaarina.receive_nothing()
    await sync_to_async(writing.write)(writing.anu, "<b>Hake</b>")
    said = await kaarina.receive_from()
    assert 'id="minutes-saved"' in said
    assert "&lt;b&gt;Hake&lt;/b&gt;" in said
    assert "Anu" in said
    assert 'id="minutes-said"' in said
    assert 'id="minutes-said"' not in await anu.receive_from(), "one's own press is not news"
    await sync_to_async(minutes.add_task)(
        meeting=writing.meeting, text="Soita", who=None, due=None, by=writing.kaarina, now=writing.now
    )
    assert "Soita" in await anu.receive_from()
    looked = await look.receive_from()
    assert ("Hake" in looked, "minutes-said" in looked, "minutes-tasks" in looked) == (True, False, False)
    await kaarina.receive_from()
    await sync_to_async(minutes.approve_minutes)(meeting=writing.meeting, by=writing.anu, now=writing.now)
    assert writing.meeting.get_absolute_url() in await kaarina.receive_from()
    for socket in (anu, kaarina, look):
        await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_whoever_steps_down_hears_no_more() -> None:
    writing = await sync_to_async(Writing)()
    socket = socket_of(writing.meeting, writing.kaarina)
    assert (await socket.connect())[0]
    await Coordinator.objects.filter(user=writing.kaarina).adelete()
    await sync_to_async(writing.write)(writing.anu, "Salaisuus")
    assert (await socket.receive_output())["type"] == "websocket.close"


def test_the_pages_listen_while_they_are_written_and_are_whole_without_it(writing: Writing) -> None:
    meeting = writing.meeting.get_absolute_url()
    address = f"/ws/fi/networks/minutes/{writing.meeting.pk}/"
    assert address in as_user(writing.anu).get(writing.url()).content.decode()
    assert f"{address}look/" in as_user(writing.anu).get(meeting).content.decode()
    assert address not in as_user(writing.town.users[0]).get(meeting).content.decode()
    writing.write(writing.anu, "Sanat")
    minutes.approve_minutes(meeting=writing.meeting, by=writing.anu, now=writing.now)
    approved = as_user(writing.town.users[0]).get(meeting).content.decode()
    assert address not in approved
    assert "Sanat" in approved
