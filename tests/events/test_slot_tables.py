"""More or fewer tables at single times of a round: said by the host, heeded by all that gives out tables."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Meeting, Round, Slot, SolverRun
from events.queries import rounds as queries
from events.queries.board import board_of
from events.queries.moving import Why, ground_of
from events.queries.printing_day import signs
from events.scheduling.form import read_problem
from events.services import booking, copying, moving, placing, repairs, requests, rounds, slot_tables
from events.services.repair_writing import CannotUndo
from events.services.repairs import Change, Kind
from events.services.rounds import NotTheHost, RoundIsBusy

from .making import EVENT_DAY, NOW, Fair, agree_pair, ask, make_fair, plan, publish_fair, solve_fair
from .repairing import accept, ask_repair, undo
from .test_own_tables import sit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def set_tables(fair: Fair, tables: dict[int, int], *, by: Any = None) -> int:
    """{place of the slot in the round: so many}."""
    slots = list(fair.round.slots.all())
    chosen = {slots[n].pk: count for n, count in tables.items()}
    return slot_tables.set_tables(round=fair.round, tables=chosen, by=by or fair.host, now=NOW)


def own_tables_of(round: Round) -> list[int | None]:
    return list(round.slots.values_list("tables", flat=True))


def page(name: str, fair: Fair, **more: Any) -> str:
    return reverse(name, kwargs={"slug": fair.event.slug, **more})


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Saying it -------------------------------------------------------------------------------------------------------


def test_only_what_differs_is_kept(fair: Fair) -> None:
    assert set_tables(fair, {0: 3, 1: 5, 2: 0}) == 2
    assert own_tables_of(fair.round) == [None, 5, 0, None, None, None]
    assert set_tables(fair, {1: 3, 2: 0}) == 1
    assert own_tables_of(fair.round) == [None, None, 0, None, None, None]


def test_who_may_not_and_when_it_cannot_be(fair: Fair) -> None:
    with pytest.raises(NotTheHost):
        set_tables(fair, {0: 2}, by=fair.people[0].user)
    for count in (-1, 301):
        with pytest.raises(slot_tables.TablesOutOfReach):
            set_tables(fair, {0: count})
    Round.objects.filter(pk=fair.round.pk).update(state=Round.State.SOLVING)
    with pytest.raises(RoundIsBusy):
        set_tables(fair, {0: 2})


def test_a_draft_is_dropped(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    solve_fair(fair)
    set_tables(fair, {0: 2})
    fair.round.refresh_from_db()
    assert fair.round.state == Round.State.OPEN


def test_a_table_at_which_somebody_meets_is_not_taken_away(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    (meeting,) = publish_fair(fair)
    at = [slot.pk for slot in fair.round.slots.all()].index(meeting.slot_id or 0)
    with pytest.raises(slot_tables.TableInUse) as caught:
        set_tables(fair, {at: 0})
    assert caught.value.field == f"slot_{meeting.slot_id}"
    assert str(meeting.table) in str(caught.value)
    assert set_tables(fair, {at: 1, (at + 1) % 6: 0}) == 2


def test_times_that_change_keep_their_numbers(fair: Fair) -> None:
    set_tables(fair, {3: 1, 4: 1, 5: 1})
    changed = plan(slot_minutes=30, ends_at=EVENT_DAY + timedelta(minutes=120))
    rounds.change_round(round=fair.round, plan=changed, by=fair.host, now=NOW)
    assert own_tables_of(fair.round) == [None, None, 1, 1]


def test_a_copy_has_them_too(fair: Fair, anu: Any) -> None:
    set_tables(fair, {5: 1})
    copy = copying.copy_event(event=fair.event, by=anu, now=NOW, starts_at=EVENT_DAY + timedelta(days=7))
    assert own_tables_of(copy.rounds.get()) == [None, None, None, None, None, 1]


# --- Who heeds it ----------------------------------------------------------------------------------------------------


def crowded(**changes: Any) -> Fair:
    """Three pairs who can meet at two times: three tables at the first, one at the second."""
    fair = make_fair(people=6, ends_at=EVENT_DAY + timedelta(minutes=40), **changes)
    set_tables(fair, {1: 1})
    return fair


def places(fair: Fair) -> Counter[int]:
    order = [slot.pk for slot in fair.round.slots.all()]
    return Counter(order.index(one.slot_id or 0) for one in Meeting.objects.agreed().filter(slot__round=fair.round))


def test_the_solver_heeds_it() -> None:
    fair = crowded()
    for a, b in ((0, 1), (2, 3), (4, 5), (0, 2), (1, 3), (0, 4)):
        agree_pair(fair, a, b)
    publish_fair(fair)
    assert places(fair) == Counter({0: 3, 1: 1})
    assert Meeting.objects.get(slot=fair.round.slots.last()).table == 1


def test_free_booking_heeds_it() -> None:
    fair = crowded(style=Round.Style.FREE)
    first, last = fair.round.slots.all()
    for person in fair.people:
        rounds.set_absences(round=fair.round, registration=person, slots=[first], by=person.user, now=NOW)
    agree_pair(fair, 0, 1)
    with pytest.raises(placing.NoTableLeft):
        agree_pair(fair, 2, 3)
    assert Meeting.objects.get().slot == last


def test_more_tables_than_the_round_has_are_used() -> None:
    fair = make_fair(people=4, tables=1, style=Round.Style.FREE, ends_at=EVENT_DAY + timedelta(minutes=20))
    set_tables(fair, {0: 2})
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    assert set(Meeting.objects.values_list("table", flat=True)) == {1, 2}


def test_who_waits_for_a_table_gets_one_that_comes() -> None:
    fair = make_fair(people=4, tables=1, style=Round.Style.FREE, ends_at=EVENT_DAY + timedelta(minutes=20))
    agree_pair(fair, 0, 1)
    waiting = ask(fair, 2, 3)
    requests.accept_request(request=waiting, by=fair.people[3].user, now=NOW, wait=True)
    assert booking.place_waiting(now=NOW) == 0
    set_tables(fair, {0: 2})
    assert booking.place_waiting(now=NOW) == 1
    assert Meeting.objects.get(request=waiting).table == 2


def test_a_speed_round_heeds_it() -> None:
    fair = crowded(style=Round.Style.SPEED)
    publish_fair(fair)
    assert places(fair) == Counter({0: 3, 1: 1})
    assert Meeting.objects.get(slot=fair.round.slots.last()).table == 1


def test_one_who_sits_meets_nobody_when_their_table_is_not_there() -> None:
    fair = make_fair(people=4, style=Round.Style.HOSTED, ends_at=EVENT_DAY + timedelta(minutes=40))
    sit(fair, 0, 1)
    set_tables(fair, {0: 1})
    for buyer in (0, 1):
        agree_pair(fair, 2, buyer)
        agree_pair(fair, 3, buyer)
    publish_fair(fair)
    order = list(fair.round.slots.all())
    assert {(one.slot_id, one.table) for one in Meeting.objects.agreed()} == {
        (order[0].pk, 1), (order[1].pk, 1), (order[1].pk, 2),
    }  # fmt: skip


def test_the_board_and_the_schedule_show_no_such_table(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    set_tables(fair, {4: 1, 5: 1})
    (meeting,) = publish_fair(fair)
    set_tables(fair, {5: 4})
    board = board_of(fair.round, now=NOW)
    assert [row.free for row in board.rows][-2:] == [[1], [1, 2, 3, 4]]
    assert len(board.tables) == 4
    lines = queries.ledger(queries.schedule_of(fair.round), NOW)
    assert [cell.is_there for cell in lines[4].cells] == [True, False, False, False]
    assert len(signs(fair.round, with_meetings=False)) == 4
    ground = ground_of(fair.round, now=NOW)
    fifth = list(fair.round.slots.all())[4]
    assert [one.why for one in ground.trial(ground.at[meeting.slot_id, meeting.table], fifth, 2).hindrances] == [  # type: ignore[index]
        Why.NO_TABLE
    ]
    with pytest.raises(placing.FewerTables):
        placing.move_to_table(meeting=meeting, slot=fifth, table=2, by=fair.host, now=NOW)
    with pytest.raises(placing.UnknownTable):
        moving.meet_at_once(
            round=fair.round, one=fair.people[2], other=fair.people[3], slot=fifth, table=2, by=fair.host, now=NOW
        )
    last = list(fair.round.slots.all())[-1]
    placing.move_to_table(meeting=meeting, slot=last, table=4, by=fair.host, now=NOW)


# --- A room is lost after the schedule was published -----------------------------------------------------------------


def test_tables_that_fall_out_at_some_times_move_only_those_and_it_can_be_undone() -> None:
    fair = make_fair(people=6, ends_at=EVENT_DAY + timedelta(minutes=60))
    for a, b in ((0, 1), (2, 3), (4, 5), (0, 2), (1, 4), (3, 5)):
        agree_pair(fair, a, b)
    publish_fair(fair)
    before = places(fair)
    full = next(n for n, count in before.items() if count == 3)
    slot = list(fair.round.slots.all())[full]
    run = ask_repair(fair, kind=Kind.TABLES, tables=1, slots=(slot,), may_move=True)
    accept(fair, run)
    slot.refresh_from_db()
    assert (fair.round.tables, slot.tables) == (3, 1)
    assert places(fair)[full] <= 1
    assert Meeting.objects.agreed().count() == 6
    undo(fair, run)
    slot.refresh_from_db()
    assert slot.tables is None
    assert places(fair) == before


def test_so_many_from_now_on_leaves_the_times_that_have_fewer(fair: Fair) -> None:
    set_tables(fair, {3: 2, 4: 5, 5: 1})
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    run = ask_repair(fair, kind=Kind.TABLES, tables=2)
    assert [slot.tables for slot in read_problem(run.problem).slots] == [2, 2, 2, 2, 2, 1]
    accept(fair, run)
    assert (fair.round.tables, own_tables_of(fair.round)) == (2, [None, None, None, None, None, 1])
    undo(fair, run)
    assert (fair.round.tables, own_tables_of(fair.round)) == (3, [None, None, None, 2, 5, 1])


def test_a_repair_is_not_undone_over_what_the_host_has_said_since(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    run = ask_repair(fair, kind=Kind.TABLES, tables=2, slots=(fair.round.slots.all()[5],))
    accept(fair, run)
    set_tables(fair, {5: 1})
    with pytest.raises(CannotUndo):
        undo(fair, run)
    assert own_tables_of(fair.round)[5] == 1


def test_a_repair_is_not_undone_to_a_table_that_is_gone(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    (meeting,) = publish_fair(fair)
    first = fair.round.slots.all()[0]
    placing.move_to_table(meeting=meeting, slot=first, table=3, by=fair.host, now=NOW)
    run = ask_repair(fair, kind=Kind.ABSENT, registration=fair.people[1])
    accept(fair, run)
    set_tables(fair, {0: 2})
    with pytest.raises(CannotUndo):
        undo(fair, run)
    set_tables(fair, {0: 3})
    undo(fair, run)
    assert Meeting.objects.agreed().get().table == 3


def test_a_repair_names_times_that_are_over_or_of_another_round(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    other: Slot = make_fair().round.slots.all()[0]
    change = Change(kind=Kind.TABLES, tables=1, slots=(other,))
    with pytest.raises(repairs.SlotHasBegun) as caught:
        repairs.start_repair(round=fair.round, change=change, by=fair.host, now=NOW)
    assert caught.value.field == "slots"


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_host_says_it_time_by_time(fair: Fair, clock: Any) -> None:
    client = as_user(fair.host)
    address = page("round_times", fair)
    assert address in client.get(page("round_settings", fair)).content.decode()
    form = client.get(address).context["form"]
    sent = {field.name: "3" for field in form.visible_fields()}
    last = list(sent)[-1]
    refused = client.post(address, {**sent, last: "kolme"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [last])
    assert client.post(address, {**sent, last: "1"}).status_code == 302
    assert own_tables_of(fair.round) == [None, None, None, None, None, 1]
    stranger = as_user(fair.people[0].user)
    assert stranger.get(address).status_code == 403
    assert stranger.post(address, sent).status_code == 403
    clock.move_to(EVENT_DAY + timedelta(minutes=50))
    assert len(client.get(address).context["form"].visible_fields()) == 3


def test_a_page_that_is_not_new_any_more_does_not_undo_what_another_has_said(fair: Fair) -> None:
    client, address = as_user(fair.host), page("round_times", fair)
    form = client.get(address).context["form"]
    sent = {field.name: str(field.value()) for field in form}
    first = form.visible_fields()[0].name
    set_tables(fair, {5: 1})
    refused = client.post(address, {**sent, first: "2"})
    assert refused.status_code == 422
    assert own_tables_of(fair.round) == [None, None, None, None, None, 1]
    again = {field.name: str(field.value()) for field in refused.context["form"]}
    assert again[first] == "2"
    assert client.post(address, again).status_code == 302
    assert own_tables_of(fair.round) == [2, None, None, None, None, None]


def test_a_published_round_says_which_table_is_used_and_points_to_the_repair(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    (meeting,) = publish_fair(fair)
    client = as_user(fair.host)
    address = page("round_times", fair)
    form = client.get(address).context["form"]
    answer = client.post(
        address, {**{field.name: "3" for field in form.visible_fields()}, f"slot_{meeting.slot_id}": "0"}
    )
    assert list(answer.context["form"].errors) == [f"slot_{meeting.slot_id}"]
    where = page("round_repair_kind", fair, kind="tables")
    assert where in answer.content.decode()
    repaired = client.post(where, {"tables": "1", "slots": [meeting.slot_id]})
    assert repaired.status_code == 302
    assert (SolverRun.objects.latest("pk").change or {})["slots"] == [meeting.slot_id]


def test_the_events_page_says_that_the_number_varies(fair: Fair) -> None:
    client, address = as_user(fair.host), fair.event.get_absolute_url().replace("/fi/", "/en/")
    assert "3 tables" in client.get(address).content.decode()
    set_tables(fair, {5: 1})
    page = client.get(address).content.decode()
    assert "3 tables" not in page
    assert "the number of tables varies" in page
