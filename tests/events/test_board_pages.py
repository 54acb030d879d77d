"""The pages of the organiser's board: who may, what a press does, and what an open page hears."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.test import Client

from core import live
from events.models import Absence, Announcement, Meeting
from events.routing import websocket_urlpatterns

from .making import Fair, make_fair, make_user, register
from .test_board import EARLY, here, meeting_of, place, published, put, slots_of
from .test_rounds_views import as_user, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def fair() -> Fair:
    return published()


# --- The pages -------------------------------------------------------------------------------------------------------


def test_a_host_moves_a_meeting_with_what_would_follow_shown_first(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    first, second, *_rest = slots_of(fair)
    one, other = put(meeting_of(fair, 0), first, 1), put(meeting_of(fair, 2), second, 2)
    client = as_user(fair.host)
    address = page("board_move", fair, pk=one.pk)
    assert f"?moving={one.pk}" in client.get(page("board", fair)).content.decode()
    chosen = f"{address}?slot={second.pk}&amp;table=2"
    assert chosen in client.get(f"{page('board', fair)}?moving={one.pk}").content.decode()
    shown = client.get(address, {"slot": second.pk, "table": 2})
    assert shown.context["trial"].other.meeting == other
    assert client.get(address, {"slot": "x"}).url.endswith(f"?moving={one.pk}")  # type: ignore[attr-defined]
    stale = client.post(address, {"slot": second.pk, "table": 2, "instead_of": ""})
    assert (stale.status_code, place(one)) == (422, (first.pk, 1))
    client.post(address, {"slot": second.pk, "table": 2, "instead_of": other.pk})
    assert place(one) == (second.pk, 2)
    client.post(page("board_undo", fair))
    assert place(one) == (first.pk, 1)
    client.post(page("board_undo", fair))
    assert place(one) == (first.pk, 1)


def test_a_host_makes_a_meeting_at_once_and_finds_meetings_for_a_latecomer(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    first, second, *_rest = slots_of(fair)
    put(meeting_of(fair, 0), second, 1)
    put(meeting_of(fair, 2), second, 2)
    late = register(fair.event, "Myohainen")
    here(*fair.people, late)
    client = as_user(fair.host)
    address = page("board_meet", fair, pk=late.pk)
    assert address in client.get(page("board", fair)).content.decode()
    assert client.post(address, {"slot": first.pk}).status_code == 422
    assert client.post(address, {"slot": first.pk, "other": fair.people[0].pk}).status_code == 302
    assert late.meeting_parties.get().meeting.table == 1
    late_page = page("board_entrant", fair, pk=late.pk)
    assert fair.people[0] not in [match.registration for match in client.get(late_page).context["matches"]]
    assert client.post(late_page, {}).status_code == 422
    gone = fair.people[3]
    Absence.objects.bulk_create(Absence(slot=slot, registration=gone) for slot in slots_of(fair))
    assert gone not in [match.registration for match in client.get(late_page).context["matches"]]
    answer = client.post(late_page, {"others": [fair.people[1].pk, fair.people[2].pk]})
    assert answer.url == page("round_run", fair)  # type: ignore[attr-defined]


def test_the_board_of_a_round_that_has_no_tables_left_is_shown(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    Meeting.objects.all().delete()
    fair.round.slots.update(tables=0)
    client = as_user(fair.host)
    assert client.get(page("board", fair)).status_code == 200
    sent = {"to": "table-1", "language": "fi", "text": "Kahvi on valmista."}
    assert client.post(page("board_say", fair), sent).status_code == 422


def test_a_table_that_is_gone_is_told_as_long_as_somebody_meets_there(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    table = meeting_of(fair, 0).table
    fair.round.slots.update(tables=0)
    client = as_user(fair.host)
    assert f'value="table-{table}"' in client.get(page("board", fair)).content.decode()
    sent = {"to": f"table-{table}", "language": "fi", "text": "Kahvi on valmista."}
    assert client.post(page("board_say", fair), sent).status_code == 302


def test_a_host_announces_and_ends_it(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    client = as_user(fair.host)
    assert client.post(page("board_say", fair), {"to": "all", "language": "fi"}).status_code == 422
    assert client.post(page("board_say", fair), {"to": "nobody", "language": "fi", "text": "x"}).status_code == 422
    table = meeting_of(fair, 0).table
    for to in ("all", f"table-{table}"):
        sent = {"to": to, "language": "fi", "text": "Kahvi on valmista."}
        assert client.post(page("board_say", fair), sent).status_code == 302
    made = Announcement.objects.get(table=table)
    assert "Kahvi on valmista." in client.get(page("board", fair)).content.decode()
    client.post(page("board_unsay", fair, pk=made.pk))
    made.refresh_from_db()
    assert made.ends_at == EARLY


def test_nobody_but_the_host_has_the_board(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    one = meeting_of(fair, 0)
    before = place(one)
    made = Announcement.objects.create(event=fair.event, text="x", said_at=EARLY, ends_at=fair.event.ends_at)
    person = fair.people[0]
    sent = {"slot": slots_of(fair)[4].pk, "table": 3, "other": fair.people[2].pk, "to": "all", "text": "x"}
    for client, refused in ((as_user(person.user), 403), (as_user(make_user("Outi")), 403), (Client(), 302)):
        assert client.get(page("board", fair)).status_code == refused
        for name, more in (
            ("board_move", {"pk": one.pk}),
            ("board_meet", {"pk": person.pk}),
            ("board_entrant", {"pk": person.pk}),
            ("board_undo", {}),
            ("board_say", {}),
            ("board_unsay", {"pk": made.pk}),
        ):
            assert client.post(page(name, fair, **more), sent).status_code == refused
    assert place(one) == before
    assert (Meeting.objects.count(), Announcement.objects.get().ends_at) == (2, fair.event.ends_at)


def test_before_publishing_there_is_no_board(clock: Any) -> None:
    fair = make_fair()
    assert as_user(fair.host).get(page("board", fair)).url == page("round", fair)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
async def test_an_open_board_hears_of_changes_and_nobody_elses_opens(clock: Any) -> None:
    fair = await sync_to_async(published)()

    def socket_of(user: Any) -> WebsocketCommunicator:
        made = WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/en/events/{fair.event.pk}/board/")
        made.scope["user"] = user
        return made

    board = socket_of(fair.host)
    assert (await board.connect())[0]
    await sync_to_async(live.send_group)(live.board_group(fair.round.pk), {"type": "board.changed"})
    await sync_to_async(live.send_group)(live.board_group(fair.round.pk), {"type": "board.changed"})
    assert 'id="board-live"' in await board.receive_from(timeout=10)
    assert await board.receive_nothing(timeout=0.6)
    await board.disconnect()
    assert not (await socket_of(fair.people[0].user).connect())[0]
    assert not (await socket_of(None).connect())[0]
