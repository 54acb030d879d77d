"""A group's conversation: who is in it, page by page and socket by socket, and what follows when somebody goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import translation

from accounts.models import Block
from conversations.models import GroupTalk
from conversations.queries import groups as talk_queries
from conversations.queries.messages import unread_count
from conversations.routing import websocket_urlpatterns
from conversations.services import groups as talks
from conversations.services.group_telling import DAY
from conversations.services.messages import ConversationClosed
from core import modules
from networks.models import Coordinator
from networks.queries.talks import CIRCLE, CIRCLES
from networks.rules import board as rules
from networks.services import coordinators, groups, memberships
from notifications import queries as notices
from notifications.models import Notification

from .boards import ADMIN, COORDINATOR, IN_GROUP, INVITED, MEMBER, OTHER, OWNER, STRANGER, VISITOR, WHO, Scene
from .making import NOW, make_user, second_coordinator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
IN_IT = {IN_GROUP, COORDINATOR, OWNER}
WORD = "Salattu sorvi"


class TalkScene(Scene):
    def __init__(self) -> None:
        super().__init__()
        self.talk = talks.open_circle(circle=CIRCLE, circle_id=self.group.pk, now=NOW)
        self.say(IN_GROUP, WORD)

    def say(self, who: str, text: str = "Hei!", **more: object) -> None:
        talks.write(talk=self.talk, text=text, by=self.people[who], **{"now": NOW, **more})  # type: ignore[arg-type]

    def door(self) -> str:
        return self.url("network_group_talk", pk=self.group.pk)


@pytest.fixture
def scene() -> TalkScene:
    translation.activate("fi")
    return TalkScene()


@pytest.mark.parametrize("who", WHO)
def test_who_sees_which_page(scene: TalkScene, who: str) -> None:
    client, inside = scene.client(who), who in IN_IT
    door = client.get(scene.door())
    if who == VISITOR:
        assert door.status_code == 302
        assert "login" in door["Location"] or "kirjaudu" in door["Location"]
    elif inside:
        assert door["Location"] == reverse("messages_group", args=[scene.talk.pk])
    else:
        sees_network = who in (INVITED, MEMBER, ADMIN)
        assert door.status_code == (403 if sees_network else 404)
    page = client.get(reverse("messages_group", args=[scene.talk.pk]))
    assert page.status_code == (200 if inside else 302 if who == VISITOR else 404)
    assert (WORD in page.content.decode()) is inside
    assert (WORD in client.get(reverse("messages"), follow=True).content.decode()) is inside
    panel = client.get(scene.url("network_group", pk=scene.group.pk)).content.decode()
    assert (scene.door() in panel) is inside
    people = client.get(reverse("messages_group_people", args=[scene.talk.pk]))
    assert people.status_code == (302 if inside or who == VISITOR else 404)
    if not inside:
        client.post(reverse("messages_group", args=[scene.talk.pk]), {"text": "Hei"})
        assert scene.talk.messages.count() == 1


@pytest.mark.parametrize("who", WHO)
def test_who_is_told_and_counts(scene: TalkScene, who: str) -> None:
    person = scene.people[who]
    if person is None:
        return
    told = Notification.objects.filter(user=person, kind=DAY)
    expected = who in IN_IT - {IN_GROUP}
    assert told.exists() is expected
    assert unread_count(person) == int(expected)
    row = Notification(user=person, kind=DAY, key="x", context={"talk": scene.talk.pk, "day": "2026-03-03"})
    assert (notices.read_notice(row) is not None) is (who in IN_IT)


def test_the_rules_say_the_same_from_both_sides(scene: TalkScene) -> None:
    circle = set(rules.circle(scene.network, scene.group))
    assert set(CIRCLES.people(scene.group.pk)) == circle
    for who in WHO:
        person = scene.people[who] or AnonymousUser()
        speaks = bool(CIRCLES.voices(scene.group.pk, person))
        assert speaks is (who in IN_IT)
        assert speaks is (person in circle)
        if who != VISITOR:
            assert (scene.group.pk in CIRCLES.of(person)) is speaks
    assert CIRCLES.voices(0, scene.people[IN_GROUP]) == []
    assert CIRCLES.show([0]) == {}
    assert CIRCLES.people(0) == []


@pytest.mark.django_db(transaction=True)
async def test_sockets_are_for_those_in_it() -> None:
    scene = await sync_to_async(TalkScene)()
    for who in WHO:
        path = f"/ws/fi/messages/groups/{scene.talk.pk}/"
        socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), path)
        socket.scope["user"] = scene.people[who] or AnonymousUser()
        assert (await socket.connect())[0] is (who in IN_IT)
        await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_closes_when_the_member_leaves_the_group() -> None:
    scene = await sync_to_async(TalkScene)()
    socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/fi/messages/groups/{scene.talk.pk}/")
    socket.scope["user"] = scene.people[IN_GROUP]
    assert (await socket.connect())[0]
    member = await sync_to_async(scene.group.members.select_related("membership").get)()
    await sync_to_async(groups.leave_group)(member=member, by=scene.people[IN_GROUP], now=NOW)
    assert (await socket.receive_output())["type"] == "websocket.close"


def test_whoever_joins_the_group_later_sees_from_then_on(scene: TalkScene) -> None:
    grouped = scene.group.members.get().membership
    later = NOW + timedelta(days=1)
    new = scene.world.member("Myöhempi")
    groups.set_members(group=scene.group, members=[grouped, new], chair=None, by=scene.world.kaisa, now=later)
    scene.say(IN_GROUP, "Tervetuloa", now=later)
    here = talk_queries.presence(scene.talk.pk, scene.world.people["Myöhempi"])
    assert here is not None
    assert [one.text for one in talk_queries.thread(here).messages] == ["Tervetuloa"]
    assert here.name == "Salattu verkosto: Ryhmä"


@pytest.mark.parametrize("how", ["the group is emptied", "the membership ends", "another takes the seat"])
def test_whoever_is_out_of_it_sees_and_counts_nothing(scene: TalkScene, how: str) -> None:
    person, membership = scene.people[IN_GROUP], scene.group.members.get().membership
    scene.say(COORDINATOR, "Viimeinen")
    assert unread_count(person) == 1
    if how == "the group is emptied":
        groups.set_members(group=scene.group, members=[], chair=None, by=scene.world.kaisa, now=NOW)
    elif how == "the membership ends":
        memberships.leave(membership=membership, by=person, now=NOW)
    else:
        from accounts.models import Representative

        other = make_user("Toinen Edustaja")
        Representative.objects.create(profile=membership.profile, user=other, role="member", since=NOW)
        memberships.set_seats(membership=membership, people=[other], by=person, now=NOW)
    assert unread_count(person) == 0
    assert talk_queries.presence(scene.talk.pk, person) is None
    with pytest.raises(talks.NotInIt):
        scene.say(IN_GROUP)
    scene.say(COORDINATOR, "Ilman heitä")
    assert unread_count(person) == 0


def test_a_coordinator_who_leaves_is_out_of_it(scene: TalkScene) -> None:
    other = second_coordinator(scene.world)
    scene.say(IN_GROUP)
    assert unread_count(other) == 1
    coordinators.remove_coordinator(coordinator=Coordinator.objects.get(user=other), by=other, now=NOW)
    assert unread_count(other) == 0
    assert talk_queries.presence(scene.talk.pk, other) is None


def test_an_ended_group_can_be_read_and_not_written_in(scene: TalkScene) -> None:
    groups.end_group(group=scene.group, by=scene.world.kaisa, now=NOW)
    here = talk_queries.presence(scene.talk.pk, scene.people[IN_GROUP])
    assert here is not None
    assert not here.is_open
    with pytest.raises(ConversationClosed):
        scene.say(IN_GROUP)


def test_one_leaves_it_with_the_group_alone_and_nobody_is_brought_in(scene: TalkScene) -> None:
    profile = scene.group.members.get().membership.profile
    with pytest.raises(talks.LeftWithTheGroup):
        talks.leave(talk=scene.talk, profile=profile, by=scene.people[IN_GROUP], now=NOW)
    with pytest.raises(talks.NotInIt):
        talks.add(talk=scene.talk, other=scene.world.town, by=scene.people[IN_GROUP], now=NOW)


def test_a_veto_between_two_members_hides_nothing_of_their_group(scene: TalkScene) -> None:
    grouped = scene.group.members.get().membership
    new = scene.world.member("Toinenkin")
    groups.set_members(group=scene.group, members=[grouped, new], chair=None, by=scene.world.kaisa, now=NOW)
    Block.objects.create(blocker=new.profile, blocked=grouped.profile, at=NOW)
    scene.say(IN_GROUP, "Ryhmälle")
    here = talk_queries.presence(scene.talk.pk, scene.world.people["Toinenkin"])
    assert here is not None
    assert "Ryhmälle" in [one.text for one in talk_queries.thread(here).messages]


@pytest.mark.parametrize("off", ["networks", "conversations"])
def test_what_is_switched_off_is_nowhere(scene: TalkScene, off: str) -> None:
    gone = {off}
    while more := {one.key for one in modules.registered() if gone & {*one.needs}} - gone:
        gone |= more
    on = [one.key for one in modules.registered() if one.key not in gone]
    with TestCase.captureOnCommitCallbacks(execute=True):
        modules.set_modules(on=on, by=scene.people[ADMIN], now=NOW)
    client = scene.client(COORDINATOR)
    assert client.get(scene.door()).status_code == 404
    assert client.get(reverse("messages_group", args=[scene.talk.pk])).status_code == 404
    assert WORD not in client.get(reverse("messages")).content.decode()
    assert not talk_queries.rows(scene.people[COORDINATOR], limit=9) or off == "conversations"
    panel = client.get(scene.url("network_group", pk=scene.group.pk)).content.decode()
    assert scene.door() not in panel
    if off == "networks":
        assert unread_count(scene.people[COORDINATOR]) == 0


def test_the_door_makes_one_conversation(scene: TalkScene) -> None:
    empty = groups.make_group(network=scene.network, plan=groups.GroupPlan("Tyhjä"), by=scene.world.kaisa, now=NOW)
    client = Client()
    client.force_login(scene.world.kaisa)
    for _turn in range(2):
        client.get(scene.url("network_group_talk", pk=empty.pk))
    assert GroupTalk.objects.filter(circle=CIRCLE, circle_id=empty.pk).count() == 1
    outside = [scene.people[who] for who in (STRANGER, OTHER, MEMBER, OWNER)]
    assert [bool(CIRCLES.voices(empty.pk, one)) for one in outside] == [False, False, False, True]
