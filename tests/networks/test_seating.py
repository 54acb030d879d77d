"""Rotation at a meeting: who sits where, who has met whom, and what changes on the day."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from events.models import Registration
from matching.models import Suggestion
from networks.models import Membership, NetworkMeeting
from networks.queries import rotation as queries
from networks.services import meetings, seating
from tests.factories.people import NOW

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db


def seated(meeting: NetworkMeeting) -> list[set[str]]:
    return [{seat.profile.name for seat in seats} for _n, seats in queries.tables_of(queries.seats_of(meeting))]


def pairs(meeting: NetworkMeeting) -> set[frozenset[str]]:
    return {frozenset(pair) for table in seated(meeting) for pair in combinations(table, 2)}


def seat(town: Gathering, meeting: NetworkMeeting, **fields: Any) -> None:
    seating.seat_meeting(meeting=meeting, by=town.anu, now=NOW, **fields)


def test_those_who_have_met_in_a_held_meeting_sit_apart_in_the_next() -> None:
    town = make_gathering(4)
    first, second = town.plan(2, table_size=2)
    town.come(first, 0, 1, 2, 3)
    town.come(second, 0, 1, 2, 3)
    seat(town, first)
    assert not queries.times_met(town.network, now=NOW)  # seated is not met yet
    seating.seat_meeting(meeting=second, by=town.anu, now=later(first))
    assert len(pairs(first) | pairs(second)) == 4
    assert len(queries.times_met(town.network, now=later(second))) == 4


def test_those_who_match_meet_first_and_those_who_block_or_work_together_do_not() -> None:
    town = make_gathering(4)
    [meeting] = town.plan(1, table_size=2)
    one, two, three, _four = (member.profile for member in town.members)
    Suggestion.objects.create(profile=one, other=three, score=80, direction="both", made_at=NOW)
    Suggestion.objects.create(profile=one, other=two, score=90, direction="both", made_at=NOW)
    Block.objects.create(blocker=two, blocked=one, at=NOW)
    town.come(meeting, 0, 1, 2, 3)
    seat(town, meeting)
    assert frozenset({one.name, three.name}) in pairs(meeting)
    Registration.objects.filter(event=meeting.event, user=town.users[2]).update(profile=one)
    seat(town, meeting)
    assert all(len(table) == 2 for table in seated(meeting))


def test_who_is_seated_are_those_with_a_seat_or_those_who_are_here() -> None:
    town = make_gathering(6)
    [meeting] = town.plan(1)
    with pytest.raises(seating.NobodyComes):
        seat(town, meeting)
    town.come(meeting, 0, 1, 2)
    with pytest.raises(seating.NobodyIsHere):
        seat(town, meeting, only_checked_in=True)
    town.come(meeting, 3, 4, here=True)
    Registration.objects.filter(user=town.users[0]).update(state=Registration.State.CANCELLED)
    seat(town, meeting)
    assert set().union(*seated(meeting)) == {"Yritys 1", "Yritys 2", "Yritys 3", "Yritys 4"}
    seat(town, meeting, only_checked_in=True)
    assert seated(meeting) == [{"Yritys 3", "Yritys 4"}]


def test_a_seating_is_made_by_those_who_run_the_network_and_not_after_the_meeting() -> None:
    town = make_gathering(3)
    [meeting] = town.plan(1)
    town.come(meeting, 0, 1, 2)
    with pytest.raises(meetings.NotTheCoordinator):
        seating.seat_meeting(meeting=meeting, by=town.users[0], now=NOW)
    seat(town, meeting)
    over = later(meeting, 121)
    with pytest.raises(seating.MeetingIsOver):
        seating.seat_meeting(meeting=meeting, by=town.anu, now=over)
    for by, now, problem in ((town.users[0], NOW, meetings.NotTheCoordinator), (town.anu, over, seating.MeetingIsOver)):
        with pytest.raises(problem):
            seating.mend_seating(meeting=meeting, missing=[], arrived=[], version=1, by=by, now=now)


def mend(town: Gathering, meeting: NetworkMeeting, missing: list[str], arrived: list[str], version: int = 1) -> Any:
    gone = [seat.pk for seat in queries.seats_of(meeting) if seat.profile.name in missing]
    came = [guest.key for guest in seating.to_arrive(meeting) if guest.profile.name in arrived]
    return seating.mend_seating(
        meeting=meeting, missing=gone, arrived=came, version=version, by=town.anu, now=later(meeting, 5)
    )


def test_the_missing_go_those_who_came_sit_and_nobody_else_moves() -> None:
    town = make_gathering(10)
    [meeting] = town.plan(1)
    town.come(meeting, *range(8))
    seat(town, meeting)
    before = seated(meeting)
    gone = sorted(before[0])[0]
    mended = mend(town, meeting, [gone], ["Yritys 9"])
    assert mended.moved == []
    assert [guest.registration for guest, _table in mended.arrived] == [None]
    assert seated(meeting) == [(before[0] - {gone}) | {"Yritys 9"}, before[1]]
    assert len(queries.times_met(town.network, now=later(meeting, 10))) == 12


def test_one_who_would_sit_alone_moves() -> None:
    town = make_gathering(6)
    [meeting] = town.plan(1, table_size=3)
    town.come(meeting, *range(6))
    seat(town, meeting)
    gone = sorted(seated(meeting)[0])[:2]
    mended = mend(town, meeting, gone, [])
    assert len(mended.moved) == 1
    assert sorted(map(len, seated(meeting))) in ([2, 2], [4])


def test_everybody_missing_leaves_no_tables() -> None:
    town = make_gathering(2)
    [meeting] = town.plan(1)
    town.come(meeting, 0, 1)
    seat(town, meeting)
    assert mend(town, meeting, ["Yritys 0", "Yritys 1"], []).tables == []
    assert seated(meeting) == []


def test_two_who_mend_at_once_do_not_undo_each_other_and_nothing_is_nothing() -> None:
    town = make_gathering(4)
    [meeting] = town.plan(1)
    town.come(meeting, *range(4))
    with pytest.raises(seating.NotSeated):
        mend(town, meeting, [], [], version=0)
    seat(town, meeting)
    with pytest.raises(seating.NothingChanged):
        mend(town, meeting, [], [])
    mend(town, meeting, ["Yritys 0"], [])
    with pytest.raises(seating.SeatingChanged):
        mend(town, meeting, ["Yritys 1"], [])


def test_a_group_asks_along_only_its_own() -> None:
    town = make_gathering(3)
    [meeting] = town.plan(1, group=town.group(0, 1))
    assert [guest.name for guest in seating.to_arrive(meeting)] == ["Yritys 0", "Yritys 1"]


def test_the_matrix_and_each_members_list_say_who_has_not_met() -> None:
    town = make_gathering(4)
    [meeting] = town.plan(1)
    town.come(meeting, 0, 1)
    seat(town, meeting)
    one, _two, three, _four = (member.profile for member in town.members)
    Suggestion.objects.create(profile=one, other=three, score=80, direction="both", made_at=NOW)
    found = queries.matrix(town.network, now=later(meeting), most=3)
    assert [[cell.state for cell in row.cells] for row in found.rows] == [[], ["met"], ["wish", ""]]
    assert (found.met, found.pairs, found.others) == (1, 3, 1)
    own = queries.unmet(town.network, town.members[0], now=later(meeting))
    assert [(one.named.name, one.times, one.is_good) for one in own.others] == [
        ("Yritys 2", 0, True), ("Yritys 3", 0, False), ("Yritys 1", 1, False)
    ]  # fmt: skip
    assert (own.not_yet, own.met) == (2, 1)


@time_machine.travel(NOW, tick=False)
def test_the_coordinator_presses_seat_and_everybody_in_the_network_sees_the_list(client: Client) -> None:
    town = make_gathering(5)
    [meeting] = town.plan(1)
    town.come(meeting, 0, 1, 2, 3)
    url = reverse("network_seating", args=[town.network.slug, meeting.pk])
    client.force_login(town.users[4])
    assert client.post(url).status_code == 403
    client.force_login(town.anu)
    assert "Jäsen 3" in client.post(url, follow=True).content.decode()
    client.force_login(town.users[4])
    page = client.get(url).content.decode()
    assert "Jäsen 3" in page
    assert 'name="missing"' not in page


@time_machine.travel(NOW, tick=False)
def test_what_would_change_is_shown_before_it_is_done(client: Client) -> None:
    town = make_gathering(5)
    [meeting] = town.plan(1)
    town.come(meeting, 0, 1, 2, 3)
    seat(town, meeting)
    client.force_login(town.anu)
    url = reverse("network_seating_mend", args=[town.network.slug, meeting.pk])
    gone = queries.seats_of(meeting)[0]
    sent = {"missing": [gone.pk], "arrived": [f"p{town.members[4].profile.pk}"]}
    shown = client.post(url, sent)
    assert shown.status_code == 200
    assert "Yritys 4" in shown.content.decode()
    assert "Yritys 4" not in set().union(*seated(meeting))
    done = client.post(url, {**sent, "apply": "1", "version": "1"}, follow=True)
    assert "Yritys 4" in set().union(*seated(meeting))
    again = client.post(url, {**sent, "apply": "1", "version": "1"}, follow=True)
    assert (done.status_code, len(again.context["messages"])) == (200, 1)
    assert str(next(iter(again.context["messages"]))) == str(seating.SeatingChanged())
    client.force_login(town.users[0])
    assert client.post(url, sent).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "made", "is_of_meeting"),
    [("network_who_has_met", 14, False), ("network_seating", 10, True), ("network_meeting", 14, True)],
)
@time_machine.travel(NOW, tick=False)
def test_tables_cost_the_same_however_many_sit_at_them(
    client: Client,
    count: int,
    name: str,
    made: int,
    is_of_meeting: bool,
    bare_masthead: None,
    django_assert_num_queries: Any,
) -> None:
    town = make_gathering(count + 1)
    [meeting] = town.plan(1)
    town.come(meeting, *range(count + 1))
    seat(town, meeting)
    client.force_login(town.users[0])
    url = reverse(name, args=[town.network.slug, *([meeting.pk] if is_of_meeting else [])])
    with time_machine.travel(later(meeting), tick=False):
        client.get(url)  # the session's own row
        with django_assert_num_queries(made):
            client.get(url)


@time_machine.travel(NOW, tick=False)
def test_a_members_list_is_of_a_member_of_this_network(client: Client) -> None:
    town, other = make_gathering(2), make_gathering(1)
    client.force_login(town.users[0])
    url = reverse("network_who_has_met", args=[town.network.slug])
    assert client.get(url).context["chosen"].member == town.members[0]
    assert client.get(url, {"member": town.members[1].pk}).context["chosen"].member == town.members[1]
    assert client.get(url, {"member": other.members[0].pk}).status_code == 404
    Membership.objects.filter(network=town.network).update(state=Membership.State.LEFT)
    client.force_login(town.anu)
    assert client.get(url).context["chosen"] is None
