"""Hosted buyers: one side sits at tables of its own for the whole round, the other comes to them."""

from typing import Any

import pytest
from django.test import Client

from events.models import Meeting, MeetingRequest, OwnTable, Round, TicketCategory
from events.queries import browsing
from events.queries.moving import Why, ground_of
from events.queries.slots import look_at_slots
from events.scheduling import ObstacleCode, find_obstacles
from events.scheduling.form import read_problem
from events.services import marks, moving, own_tables, placing, repairs, requests, rounds, solving, standing_in

from .making import (
    NOW,
    Fair,
    agree_pair,
    ask,
    make_event,
    make_fair,
    plan,
    publish_fair,
    register,
    solve_fair,
    text_of,
    url,
)
from .repairing import accept, ask_repair
from .test_standing_in import colleague_of

PAGE_COST = 14
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def fair() -> Fair:
    """Two sit (0 and 1) and four move."""
    made = make_fair(people=6, style=Round.Style.HOSTED)
    sit(made, 0, 1)
    return made


def sit(fair: Fair, *who: int, ticket: TicketCategory | None = None) -> dict[int, int]:
    tables = own_tables.choose_seated(
        round=fair.round, people=[fair.people[n] for n in who], ticket=ticket, by=fair.host, now=NOW
    )
    fair.round.refresh_from_db()
    return tables


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tables_of(fair: Fair) -> set[tuple[str, int | None]]:
    """(who sits, at which table) of the standing meetings."""
    seated = set(OwnTable.objects.filter(round=fair.round).values_list("registration", flat=True))
    return {
        (party.profile.name, meeting.table)
        for meeting in Meeting.objects.agreed().filter(slot__round=fair.round)
        for party in meeting.parties.all()
        if party.registration_id in seated
    }


# --- Who sits --------------------------------------------------------------------------------------------------------


def test_who_sits_has_a_table_counted_from_the_first(fair: Fair) -> None:
    assert sit(fair, 0, 1, 3) == {fair.people[n].pk: table for table, n in enumerate((0, 1, 3), start=1)}
    assert sit(fair, 1, 3) == {fair.people[1].pk: 1, fair.people[3].pk: 2}


def test_everyone_with_the_ticket_sits_whenever_they_register(fair: Fair) -> None:
    ticket = TicketCategory.objects.create(event=fair.event, name_fi="Ostaja")
    sit(fair, 0, ticket=ticket)
    late = register(fair.event, "Myöhäinen", ticket=ticket)
    assert ask(fair, 2, 0).is_pending
    with pytest.raises(own_tables.SameSide):
        requests.make_request(round=fair.round, asker=fair.people[0], asked=late, by=fair.people[0].user, now=NOW)
    made = requests.make_request(round=fair.round, asker=late, asked=fair.people[3], by=late.user, now=NOW)
    requests.accept_request(request=made, by=fair.people[3].user, now=NOW)
    publish_fair(fair)
    assert tables_of(fair) == {(late.profile.name, 2)}


def test_only_the_host_chooses_and_only_among_those_who_come(fair: Fair) -> None:
    with pytest.raises(rounds.NotTheHost):
        own_tables.choose_seated(round=fair.round, people=[], ticket=None, by=fair.people[0].user, now=NOW)
    stranger = register(make_event(fair.host), "Vieras")
    with pytest.raises(own_tables.NotTheEvents):
        own_tables.choose_seated(round=fair.round, people=[stranger], ticket=None, by=fair.host, now=NOW)
    other = TicketCategory.objects.create(event=stranger.event, name_fi="Muu")
    with pytest.raises(own_tables.NotTheEvents):
        sit(fair, 0, ticket=other)
    plain = make_fair()
    with pytest.raises(own_tables.NotHosted):
        sit(plain, 0)
    solve_started = agree_pair(fair, 2, 0)
    assert solve_started
    solve_fair(fair)
    with pytest.raises(rounds.RoundIsBusy):
        sit(fair, 0)


def test_who_meets_at_their_table_goes_on_sitting(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    publish_fair(fair)
    with pytest.raises(own_tables.TheySitAndMeet):
        sit(fair, 1)
    assert sit(fair, 0, 1, 4)[fair.people[4].pk] == 3


# --- Requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asker", "asked"), [(0, 1), (2, 3)])
def test_requests_go_between_the_sides_only(fair: Fair, asker: int, asked: int) -> None:
    with pytest.raises(own_tables.SameSide):
        ask(fair, asker, asked)
    assert not MeetingRequest.objects.exists()


@pytest.mark.parametrize(("asker", "asked"), [(0, 2), (2, 0)])
def test_either_side_asks_the_other(fair: Fair, asker: int, asked: int) -> None:
    assert ask(fair, asker, asked).is_pending


def test_marks_within_a_side_agree_on_nothing(fair: Fair) -> None:
    for me, about in ((2, 3), (3, 2)):
        one = fair.people[me]
        made = marks.say_wish(round=fair.round, me=one, about=fair.people[about], word="star", by=one.user, now=NOW)
        assert made is None


def test_each_sees_the_other_side(fair: Fair) -> None:
    def seen(n: int) -> set[int]:
        me = fair.people[n]
        found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
        return {fair.people.index(one.registration) for one in found}

    assert seen(0) == {2, 3, 4, 5}
    assert seen(2) == {0, 1}
    assert "oma pöytä numero 1" in text_of(as_user(fair.people[0].user).get(url("round_people", fair.event)))


# --- The schedule ----------------------------------------------------------------------------------------------------


def test_the_schedule_seats_each_at_their_own_table(fair: Fair) -> None:
    for mover in (2, 3, 4, 5):
        for seated in (0, 1):
            agree_pair(fair, mover, seated)
    publish_fair(fair)
    assert len(Meeting.objects.agreed()) == 8
    assert tables_of(fair) == {("Osallistuja0 Oy", 1), ("Osallistuja1 Oy", 2)}


def test_too_few_tables_are_named(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    agree_pair(fair, 2, 1)
    rounds.change_round(round=fair.round, plan=plan(style="hosted", tables=1), by=fair.host, now=NOW)
    fair.round.refresh_from_db()
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    [obstacle] = find_obstacles(read_problem(run.problem))
    assert (obstacle.code, obstacle.needed, obstacle.available) == (ObstacleCode.SITTING_WITHOUT_TABLE, 2, 1)


def test_two_who_came_to_be_on_one_side_get_no_time_and_the_host_hears_why(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    agree_pair(fair, 3, 1)
    sit(fair, 0, 1, 3)
    publish_fair(fair)
    assert Meeting.objects.agreed().count() == 1
    assert "samalla puolella" in text_of(as_user(fair.host).get(url("round", fair.event)))


def test_a_request_accepted_afterwards_is_held_at_the_own_table(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    publish_fair(fair)
    agree_pair(fair, 3, 1)
    assert tables_of(fair) == {("Osallistuja0 Oy", 1), ("Osallistuja1 Oy", 2)}
    looks = look_at_slots(fair.round, [fair.people[4], fair.people[1]], now=NOW)
    assert {look.table for look in looks if look.is_free} == {2}


# --- Moving and repairing --------------------------------------------------------------------------------------------


def test_a_meeting_moves_in_time_and_stays_at_the_table(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    [meeting] = publish_fair(fair)
    other = fair.round.slots.exclude(meetings=meeting)[0]
    ground = ground_of(fair.round, now=NOW)
    found = ground.at[meeting.slot_id or 0, 1]
    assert [h.why for h in ground.trial(found, other, 3).hindrances] == [Why.OWN_TABLE]
    assert ground.trial(found, other, 1).fits
    with pytest.raises(moving.CannotStand):
        moving.move_by_hand(meeting=meeting, slot=other, table=3, instead_of=None, by=fair.host, now=NOW)
    with pytest.raises(placing.NotTheirTable):
        placing.move_to_table(meeting=meeting, slot=other, table=3, by=fair.host, now=NOW)
    moving.move_by_hand(meeting=meeting, slot=other, table=1, instead_of=None, by=fair.host, now=NOW)
    assert tables_of(fair) == {("Osallistuja0 Oy", 1)}


def test_two_change_places_only_at_one_table(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    agree_pair(fair, 3, 1)
    publish_fair(fair)
    ground = ground_of(fair.round, now=NOW)
    one, other = ground.at.values()
    trial = ground.trial(one, ground.slots[other.slot_id or 0], other.table or 0)
    assert Why.OWN_TABLE in {hindrance.why for hindrance in trial.hindrances}


def test_who_stand_there_free_meet_at_the_own_table(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    publish_fair(fair)
    slot = fair.round.slots.last()
    assert slot is not None
    one, other = fair.people[1], fair.people[3]
    with pytest.raises(placing.NotTheirTable):
        moving.meet_at_once(round=fair.round, one=one, other=other, slot=slot, table=3, by=fair.host, now=NOW)
    with pytest.raises(own_tables.SameSide):
        moving.meet_at_once(
            round=fair.round, one=other, other=fair.people[4], slot=slot, table=3, by=fair.host, now=NOW
        )
    made = moving.meet_at_once(round=fair.round, one=one, other=other, slot=slot, table=2, by=fair.host, now=NOW)
    assert made.table == 2


def test_a_repair_keeps_each_at_their_table(fair: Fair) -> None:
    for mover in (2, 3, 4):
        for seated in (0, 1):
            agree_pair(fair, mover, seated)
    publish_fair(fair)
    accept(fair, ask_repair(fair, kind=repairs.Kind.SLOT_CLOSED, slot=fair.round.slots.all()[0]))
    assert Meeting.objects.agreed().count() == 6
    assert tables_of(fair) == {("Osallistuja0 Oy", 1), ("Osallistuja1 Oy", 2)}


def test_a_table_at_which_somebody_sits_is_not_taken_away(fair: Fair) -> None:
    agree_pair(fair, 2, 1)
    publish_fair(fair)
    with pytest.raises(repairs.TablesAreOwn):
        repairs.start_repair(
            round=fair.round, change=repairs.Change(kind=repairs.Kind.TABLES, tables=1), by=fair.host, now=NOW
        )


def test_a_colleague_who_stands_in_keeps_the_table_through_a_repair(fair: Fair) -> None:
    agree_pair(fair, 2, 0)
    agree_pair(fair, 3, 0)
    first, _second = publish_fair(fair)
    colleague = colleague_of(fair, 0)
    standing_in.hand_over(meeting=first, to=colleague.user, by=fair.people[0].user, now=NOW)
    accept(fair, ask_repair(fair, kind=repairs.Kind.SLOT_CLOSED, slot=fair.round.slots.last()))
    assert {meeting.table for meeting in Meeting.objects.agreed()} == {1}
    first.refresh_from_db()
    assert first.parties.filter(registration=colleague).exists()


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_the_host_chooses_on_a_page_of_its_own(fair: Fair) -> None:
    client = as_user(fair.host)
    address = url("round_seated", fair.event)
    assert "Pöytä 1" in text_of(client.get(address))
    client.post(address, {"people": [fair.people[3].pk]})
    assert OwnTable.objects.get().registration == fair.people[3]
    wrong = client.post(address, {"people": [0]})
    assert wrong.status_code == 422


def test_others_do_not_find_the_page_and_other_rounds_have_none(fair: Fair) -> None:
    assert as_user(fair.people[0].user).get(url("round_seated", fair.event)).status_code == 403
    plain = make_fair()
    assert as_user(plain.host).get(url("round_seated", plain.event)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_choosing_costs_the_same_however_many_sit(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=4, style=Round.Style.HOSTED)
    sit(fair, *range(count))
    client = as_user(fair.host)
    client.get(url("round_seated", fair.event))
    with django_assert_num_queries(PAGE_COST):
        client.get(url("round_seated", fair.event))
