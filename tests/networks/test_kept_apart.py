"""Two members who shall not share a table, by the coordinator's word: honoured, private, and told when it fails."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Representative
from core.models import AuditEvent
from networks.models import Coordinator, KeptApart, Membership, Network, NetworkMeeting
from networks.queries import rotation as queries
from networks.queries.networks import export_of
from networks.services import apart, seating
from networks.services.common import NotTheCoordinator, ReasonMissing
from tests.factories.people import NOW, make_profile, make_user

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db

WHY = "Riitaa urakasta, salaisuus"


@pytest.fixture
def town() -> Gathering:
    return make_gathering(6)


def keep(town: Gathering, one: int = 0, other: int = 1, **fields: Any) -> KeptApart:
    values = {"reason": WHY, "by": town.anu, **fields}
    return apart.keep_apart(network=town.network, one=town.members[one], other=town.members[other], now=NOW, **values)


def share(meeting: NetworkMeeting, one: int, other: int) -> bool:
    names = {f"Yritys {one}", f"Yritys {other}"}
    tables = queries.tables_of(queries.seats_of(meeting))
    return any(names <= {seat.profile.name for seat in seats} for _number, seats in tables)


def test_the_tables_hold_it_and_the_mending_too(town: Gathering) -> None:
    [meeting] = town.plan(1, table_size=3)
    town.come(meeting, *range(5))
    for pair in ((0, 1), (2, 0), (0, 3)):
        keep(town, *pair)
    for seed in range(8):
        seating.seat_meeting(meeting=meeting, by=town.anu, now=NOW, seed=seed)
        assert not any(share(meeting, *pair) for pair in ((0, 1), (0, 2), (0, 3)))
    meeting.refresh_from_db()
    [guest] = [one for one in seating.to_arrive(meeting) if one.profile.name == "Yritys 5"]
    seating.mend_seating(
        meeting=meeting, missing=[], arrived=[guest.key], version=meeting.seating_version, by=town.anu,
        now=later(meeting, 5),
    )  # fmt: skip
    assert not any(share(meeting, *pair) for pair in ((0, 1), (0, 2), (0, 3)))


def test_a_pair_named_after_the_tables_were_made_is_parted_by_the_next_mending(town: Gathering) -> None:
    [meeting] = town.plan(1, table_size=3)
    town.come(meeting, *range(5))
    seating.seat_meeting(meeting=meeting, by=town.anu, now=NOW)
    table = max(queries.tables_of(queries.seats_of(meeting)), key=lambda one: len(one[1]))[1]
    one, other = (int(seat.profile.name.split()[1]) for seat in table[:2])
    keep(town, one, other)
    meeting.refresh_from_db()
    [guest] = [one for one in seating.to_arrive(meeting) if one.profile.name == "Yritys 5"]
    mended = seating.mend_seating(
        meeting=meeting, missing=[], arrived=[guest.key], version=meeting.seating_version, by=town.anu,
        now=later(meeting, 5),
    )  # fmt: skip
    assert not share(meeting, one, other)
    assert mended.moved


@time_machine.travel(NOW, tick=False)
def test_tables_that_cannot_hold_it_say_so_to_those_who_run_the_network(town: Gathering, client: Client) -> None:
    [meeting] = town.plan(1, table_size=4)
    town.come(meeting, 0, 1)
    keep(town)
    seating.seat_meeting(meeting=meeting, by=town.anu, now=NOW)
    assert share(meeting, 0, 1), "two people, one table"
    url = reverse("network_seating", args=[town.network.slug, meeting.pk])
    client.force_login(town.anu)
    page = client.get(url)
    assert [(number, pair.reason) for number, pair in page.context["together"]] == [(1, WHY)]
    assert "Yritys 0 – Yritys 1" in page.content.decode()
    assert WHY not in page.content.decode(), "a seating list is looked at by many"
    for member in town.users[:3]:
        client.force_login(member)
        shown = client.get(url)
        assert shown.context["together"] == []
        assert "Yritys 0 – Yritys 1" not in shown.content.decode()
    client.force_login(town.anu)
    seat = queries.seats_of(meeting)[0]
    [guest] = [one for one in seating.to_arrive(meeting) if one.profile.name == "Yritys 2"]
    mend = reverse("network_seating_mend", args=[town.network.slug, meeting.pk])
    foreseen = client.post(mend, {"arrived": guest.key})
    assert foreseen.context["together"], "the preview says it before anything changes"
    assert not client.post(mend, {"missing": seat.pk}).context["together"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"reason": "  "}, ReasonMissing),
        ({"other": 0}, apart.SameMember),
    ],
)
def test_what_is_wrong_is_said(town: Gathering, change: Any, problem: Any) -> None:
    with pytest.raises(problem) as told:
        keep(town, **change)
    assert told.value.field
    assert not KeptApart.objects.exists()


def test_only_members_of_this_network_and_each_pair_once(town: Gathering) -> None:
    keep(town)
    with pytest.raises(apart.ApartAlready):
        keep(town, 1, 0)
    other = make_gathering(1)
    with pytest.raises(apart.NotStanding):
        apart.keep_apart(
            network=town.network, one=town.members[0], other=other.members[0], reason=WHY, by=town.anu, now=NOW
        )
    Membership.objects.filter(pk=town.members[3].pk).update(state=Membership.State.LEFT)
    with pytest.raises(apart.NotStanding):
        keep(town, 2, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptApart.objects.create(
            network=town.network, one=town.members[5], other=town.members[4], reason=WHY, made_at=NOW
        )


def test_there_are_not_more_than_many(town: Gathering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST", 1)
    keep(town)
    with pytest.raises(apart.TooManyPairs):
        keep(town, 2, 3)


def test_who_set_it_finds_it_in_what_they_download(town: Gathering) -> None:
    keep(town)
    assert [row["reason"] for row in export_of(town.anu)["kept_apart"]] == [WHY]


def test_it_is_recorded_without_its_reason_and_removed_once(town: Gathering) -> None:
    pair = keep(town)
    entry = AuditEvent.objects.get(action="network.kept_apart")
    assert WHY not in str(entry.__dict__)
    for person in (town.users[0], town.users[5], make_user()):
        with pytest.raises(NotTheCoordinator):
            apart.let_meet(pair=pair, by=person, now=NOW)
        with pytest.raises(NotTheCoordinator):
            keep(town, 2, 3, by=person)
    apart.let_meet(pair=pair, by=town.anu, now=NOW)
    with pytest.raises(apart.PairIsGone):
        apart.let_meet(pair=pair, by=town.anu, now=NOW)
    assert AuditEvent.objects.filter(action="network.let_meet").count() == 1


def test_a_coordinator_who_represents_one_of_the_two_is_not_told(town: Gathering, client: Client) -> None:
    """A network's coordinator is often of a member; of their own pair another decides."""
    hidden, seen = keep(town), keep(town, 2, 3)
    member = town.users[0]
    Coordinator.objects.create(network=town.network, user=member, since=NOW)
    assert queries.pairs_apart(town.network, member) == [seen]
    with pytest.raises(apart.OwnMember):
        keep(town, 0, 4, by=member)
    with pytest.raises(NotTheCoordinator):
        apart.let_meet(pair=hidden, by=member, now=NOW)
    client.force_login(member)
    url = reverse("network_apart", args=[town.network.slug])
    page = client.get(url)
    offered = [one.pk for one in page.context["form"].fields["one"].queryset]
    assert town.members[0].pk not in offered
    assert page.content.decode().count(WHY) == 1
    remove = reverse("network_let_meet", args=[town.network.slug, hidden.pk])
    assert client.post(remove).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_page_lists_adds_and_removes(town: Gathering, client: Client) -> None:
    client.force_login(town.anu)
    url = reverse("network_apart", args=[town.network.slug])
    sent = {"one": town.members[1].pk, "other": town.members[0].pk, "reason": WHY}
    assert client.post(url, sent).status_code == 302
    assert WHY in client.get(url).content.decode()
    assert client.post(url, sent).status_code == 422
    bad = client.post(url, {"one": "", "other": "x", "reason": ""})
    assert (bad.status_code, sorted(bad.context["form"].errors)) == (422, ["one", "other", "reason"])
    remove = reverse("network_let_meet", args=[town.network.slug, KeptApart.objects.get().pk])
    for person, status in ((town.users[0], 403), (town.users[5], 403), (make_user(), 403)):
        client.force_login(person)
        assert client.get(url).status_code == status
        assert client.post(url, sent).status_code == status
        assert client.post(remove).status_code == status
    Network.objects.update(visibility=Network.Visibility.HIDDEN)
    assert client.get(url).status_code == 404
    client.force_login(town.anu)
    assert client.post(remove).status_code == 302
    assert not KeptApart.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many(
    client: Client, count: int, bare_masthead: None, django_assert_num_queries: Any
) -> None:
    town = make_gathering(6)
    for number in range(count):
        keep(town, number, number + 3)
    Representative.objects.create(profile=make_profile(), user=town.anu, role="owner", since=NOW)
    client.force_login(town.anu)
    url = reverse("network_apart", args=[town.network.slug])
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
