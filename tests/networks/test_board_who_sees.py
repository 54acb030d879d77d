"""Who sees what of a noticeboard: each kind of person × each page, press, file, search, notice and socket."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from networks.models import Membership, Post, PostReport
from networks.routing import websocket_urlpatterns
from networks.services import board_keeping, memberships
from notifications.models import Notification

from .boards import COORDINATOR, IN_GROUP, INVITED, MEMBER, OTHER, RUNS, STRANGER, VISITOR, WHO, Scene
from .making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SEES_NETWORK = {"public": set(WHO), "hidden": {INVITED, MEMBER, IN_GROUP} | RUNS}
SHOWS = ("Tarvitaan", "Meillä on", "salattu.pdf")


def pages(scene: Scene, is_group: bool) -> dict[str, str]:
    """Every page of a board. Only the board itself says that one may not; what is on it is not there for others."""
    post, comment = scene.posts[is_group]
    file = post.files.get()
    return {
        "board": scene.board_url(is_group),
        "files": scene.files_url(is_group),
        "search": f"{scene.board_url(is_group)}?q={scene.WORDS[is_group]}",
        "page": f"{scene.board_url(is_group)}?page=2",
        "post": scene.url("network_post", post),
        "comment": scene.url("network_post", comment),
        "file": scene.url("network_post_file", post, file=file.pk),
        "edit": scene.url("network_post_edit", post),
        "remove": scene.url("network_post_remove", comment),
        "report": scene.url("network_post_report", post),
        "hide": scene.url("network_post_hide", post),
    }


def drain(response: Any) -> None:
    """Reads a file to its end, which closes it."""
    if response.streaming:
        b"".join(response)


def expected(name: str, who: str, sees: bool, sees_network: bool) -> int:
    if who == VISITOR:
        return 302
    if not sees:
        return 403 if sees_network and name in ("board", "files", "search", "page") else 404
    if name == "comment":
        return 302
    if name in ("edit", "remove"):
        return 200 if who == IN_GROUP else 403
    if name == "hide":
        return 200 if who in RUNS else 403
    return 200


@pytest.mark.parametrize("visibility", ["public", "hidden"])
@pytest.mark.parametrize("is_group", [False, True])
def test_every_page_by_everybody(visibility: str, is_group: bool) -> None:
    scene = Scene(visibility)
    wrong: list[tuple[Any, ...]] = []
    for who in WHO:
        client, sees = scene.client(who), scene.sees(who, is_group)
        for name, address in pages(scene, is_group).items():
            response = client.get(address)
            wanted = expected(name, who, sees, who in SEES_NETWORK[visibility])
            if response.status_code != wanted:
                wrong.append((who, name, response.status_code, wanted))
            if not response.streaming and not sees and any(word in response.content.decode() for word in SHOWS):
                wrong.append((who, name, "said what is on it"))
            drain(response)
    assert wrong == []


def test_files_are_those_of_the_board_and_of_what_the_reader_sees() -> None:
    scene = Scene("public")
    for is_group in (False, True):
        for who in WHO:
            if scene.sees(who, is_group):
                page = scene.client(who).get(scene.files_url(is_group))
                assert [one.post for one in page.context["page"]] == [scene.posts[is_group][0]], (who, is_group)
    board_keeping.hide(post=scene.posts[False][0], why="Mainos", by=scene.people[COORDINATOR], now=NOW)
    for who, count in ((MEMBER, 0), (IN_GROUP, 1), (COORDINATOR, 1)):
        assert scene.client(who).get(scene.files_url(False)).context["page"].paginator.count == count, who
        assert scene.client(who).get(f"{scene.files_url(False)}?q=SALATTU pdf").context["page"].paginator.count == count


@pytest.mark.parametrize("is_group", [False, True])
def test_the_queue_is_for_those_who_run_the_network(is_group: bool) -> None:
    scene = Scene()
    post, _comment = scene.posts[is_group]
    board_keeping.report(post=post, why="Väärä paikka", by=scene.people[COORDINATOR], now=NOW)
    address = scene.url("network_board_reports")
    for who in WHO:
        response = scene.client(who).get(address)
        allowed = who in RUNS
        assert (response.status_code == 200) is allowed, who
        assert ("Väärä paikka" in response.content.decode()) is allowed


@pytest.mark.parametrize("is_group", [False, True])
def test_no_press_of_others_does_anything(is_group: bool) -> None:
    scene = Scene("public")
    post, comment = scene.posts[is_group]
    before = [list(Post.objects.order_by("pk").values()), PostReport.objects.count()]
    writes = {"text": "Tunkeilija", "why": "x", "pinned": "yes"}
    for who in WHO:
        if who in RUNS:
            continue
        client, sees = scene.client(who), scene.sees(who, is_group)
        names = ["network_post_pin", "network_post_hide", "network_post_keep"]
        if who != IN_GROUP:
            names += ["network_post_edit", "network_post_remove"]
        if not sees:
            names += ["network_post_report", "network_post"]
            assert client.post(scene.board_url(is_group), writes).status_code in (302, 403), who
        for name in names:
            for one in (post, comment):
                answer = client.post(scene.url(name, one), writes)
                assert answer.status_code == (302 if who == VISITOR else 403 if sees else 404), (who, name)
    assert [list(Post.objects.order_by("pk").values()), PostReport.objects.count()] == before


def test_nothing_of_it_on_other_pages() -> None:
    """The panels of the network and of the group, for each kind of person, and what a search of the board counts."""
    scene = Scene("public")
    for who in WHO:
        client = scene.client(who)
        for is_group, address in ((False, scene.url("network")), (True, scene.group.get_absolute_url())):
            page = client.get(address).content.decode()
            assert (scene.WORDS[is_group] in page) is scene.sees(who, is_group), (who, is_group)
            assert scene.WORDS[not is_group] not in page
        if scene.sees(who, False):
            for is_group in (False, True):
                found = client.get(f"{scene.board_url(False)}?q={scene.WORDS[is_group]}")
                assert found.context["page"].paginator.count == (0 if is_group else 2)


def test_notices_go_to_the_circle_alone() -> None:
    scene = Scene()
    kinds = ("networks.board", "networks.board_post", "networks.board_mention")
    told = {
        who: {row.context.get("group") for row in Notification.objects.filter(kind__in=kinds, user=person)}
        for who, person in scene.people.items()
        if person is not None
    }
    both: set[int | None] = {None, scene.group.pk}
    assert told == {
        STRANGER: set(), OTHER: set(), INVITED: set(), MEMBER: {None}, IN_GROUP: set(), COORDINATOR: both,
        "owner": both, "admin": set(),
    }  # fmt: skip


def test_what_is_hidden_is_for_the_writer_and_those_who_run_the_network() -> None:
    scene = Scene()
    post, comment = scene.posts[False]
    board_keeping.hide(post=post, why="Mainos", by=scene.people[COORDINATOR], now=NOW)
    for who in (MEMBER, IN_GROUP, COORDINATOR):
        client, sees = scene.client(who), who != MEMBER
        listed = client.get(scene.board_url(False)).content.decode()
        assert ("salattukuivuri" in listed, "Mainos" in listed) == (sees, sees), who
        found = client.get(f"{scene.board_url(False)}?q=salattukuivuri").context["page"].paginator.count
        assert found == (2 if sees else 0), who
        for address in (
            scene.url("network_post", post),
            scene.url("network_post", comment),
            scene.url("network_post_file", post, file=post.files.get().pk),
        ):
            answer = client.get(address)
            assert (answer.status_code != 404) is sees, (who, address)
            drain(answer)
        assert ("salattukuivuri" in client.get(scene.url("network")).content.decode()) is False


def test_who_left_sees_it_no_more() -> None:
    scene = Scene("public")
    membership = Membership.objects.get(network=scene.network, profile__name_fi="Ryhmäläinen Oy")
    memberships.leave(membership=membership, by=scene.people[IN_GROUP], now=NOW)
    client = scene.client(IN_GROUP)
    for is_group in (False, True):
        codes = {name: client.get(address).status_code for name, address in pages(scene, is_group).items()}
        assert set(codes.values()) == {403, 404}
        assert codes["file"] == 404, "their own, too"


# --- Live


def socket_of(scene: Scene, who: str, is_group: bool, post: Post | None = None) -> WebsocketCommunicator:
    where = f"/ws/fi/networks/{scene.network.pk}/board/{scene.group.pk if is_group else 0}/"
    where += f"{post.pk}/end/" if post is not None else ""
    made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), where)
    made.scope["user"] = scene.people[who] or AnonymousUser()
    return made


@pytest.mark.django_db(transaction=True)
async def test_sockets_by_everybody() -> None:
    """Open pages of each person, on each board: who may connect gets what is written there and nothing else."""
    scene = await sync_to_async(Scene)()
    for who in WHO:
        for is_group in (False, True):
            socket = socket_of(scene, who, is_group)
            connected = (await socket.connect())[0]
            assert connected is scene.sees(who, is_group), (who, is_group)
            if not connected:
                continue
            await sync_to_async(scene.write)(f"Muille {who}", in_group=not is_group)
            await sync_to_async(scene.write)(f"Tänne {who}", in_group=is_group)
            said = await socket.receive_from()
            assert f"Tänne {who}" in said
            assert "Muille" not in said
            await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_follows() -> None:
    """A comment on the post's own page; a changed post in its place; a hidden one goes, but not for who runs."""
    scene = await sync_to_async(Scene)()
    post, _comment = scene.posts[False]
    own, listed = socket_of(scene, MEMBER, False, post), socket_of(scene, MEMBER, False)
    assert (await own.connect())[0]
    assert (await listed.connect())[0]
    await sync_to_async(scene.write)("Toinen kommentti", under=post)
    said = await own.receive_from()
    assert ('hx-swap-oob="beforeend:#comments"' in said, "Toinen kommentti" in said) == (True, True)
    said = await listed.receive_from()
    assert (f'id="post-{post.pk}" hx-swap-oob="true"' in said, "2 kommenttia" in said) == (True, True)
    keeper = socket_of(scene, COORDINATOR, False)
    assert (await keeper.connect())[0]
    await sync_to_async(board_keeping.hide)(post=post, why="Mainos", by=scene.people[COORDINATOR], now=NOW)
    assert f'id="post-{post.pk}" hx-swap-oob="delete"' in await listed.receive_from()
    assert "Mainos" in await keeper.receive_from()
    for socket in (own, listed, keeper):
        await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_whoever_left_hears_no_more() -> None:
    scene = await sync_to_async(Scene)()
    socket = socket_of(scene, MEMBER, False)
    assert (await socket.connect())[0]
    membership = await Membership.objects.aget(network=scene.network, profile__name_fi="Jäsen Oy")
    await sync_to_async(memberships.leave)(membership=membership, by=scene.people[MEMBER], now=NOW)
    await sync_to_async(scene.write)("Salaisuus")
    assert (await socket.receive_output())["type"] == "websocket.close"
