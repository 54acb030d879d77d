"""One's own networks at the top of the list: what to do next in each, and when it meets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Membership, Network, NetworkMeeting, Task
from networks.queries.yours import MOST, Own, of_user
from networks.services import applications, memberships
from tests.factories.people import NOW, make_profile, make_user

from .gathering import make_gathering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def mine(user: Any) -> list[Own]:
    return of_user(user, NOW)


def test_each_sees_what_waits_for_them() -> None:
    town = make_gathering(2)
    [own] = mine(town.anu)
    assert own.url == reverse("network_series_new", args=[town.network.slug])
    first, _second = town.plan(2)
    assert [one.step for one in mine(town.anu)] == [""], "nothing waits"
    [own] = mine(town.users[0])
    assert (own.meeting, own.url, own.answer) == (first, first.event.get_absolute_url(), "")
    town.come(first, 0)
    [own] = mine(town.users[0])
    assert (own.step, own.answer) == ("", "confirmed")
    assert mine(make_user()) == []


def test_the_most_pressing_comes_first() -> None:
    town = make_gathering(2, admission=Network.Admission.APPLICATION)
    [held] = town.plan(1)
    address = reverse("network_own", args=[town.network.slug, town.members[0].pk])
    Task.objects.create(meeting=held, text="Soita", who=town.members[0], due=NOW.date() - timedelta(days=1))
    [own] = mine(town.users[0])
    assert own.url == held.event.get_absolute_url(), "the minutes do not say it yet"
    NetworkMeeting.objects.update(approved_at=NOW)
    [own] = mine(town.users[0])
    assert own.url == f"{address}#promised"
    [own] = mine(town.anu)
    assert own.url == reverse("network_tasks", args=[town.network.slug])
    Membership.objects.filter(pk=town.members[0].pk).update(period_ends=date(2026, 3, 20), renewal_asked_at=NOW)
    [own] = mine(town.users[0])
    assert own.url == address
    applicant = make_user()
    applications.apply(network=town.network, profile=make_profile(by=applicant), by=applicant, now=NOW)
    [own] = mine(town.anu)
    assert own.url == reverse("network_members", args=[town.network.slug])
    [own] = mine(applicant)
    assert own.step == ""


def test_an_invitation_shows_and_a_groups_meeting_does_not_to_others() -> None:
    town = make_gathering(2, visibility=Network.Visibility.HIDDEN)
    [meeting] = town.plan(1, group=town.group(0))
    assert mine(town.users[0])[0].meeting == meeting
    assert mine(town.users[1])[0].meeting is None
    guest = make_user()
    asked = memberships.invite(network=town.network, profile=make_profile(by=guest), by=town.anu, now=NOW)
    [own] = mine(guest)
    assert own.url == reverse("network_own", args=[town.network.slug, asked.pk])
    assert own.meeting is None


@pytest.mark.parametrize("state", ["left", "declined", "removed"])
def test_what_one_has_left_or_has_ended_is_not_ones_own(state: str) -> None:
    town = make_gathering(1)
    Membership.objects.update(state=state)
    assert mine(town.users[0]) == []
    Network.objects.update(state=Network.State.ENDED)
    assert mine(town.anu) == []


def test_on_the_page_they_stand_above_all_networks(client: Client) -> None:
    town = make_gathering(1)
    make_gathering(0)
    client.force_login(town.users[0])
    page = client.get(reverse("networks"))
    assert [one.row.network for one in page.context["yours"]] == [town.network]
    assert page.context["page"].paginator.count == 2
    assert 'id="yours"' in page.content.decode()
    client.logout()
    assert 'id="yours"' not in client.get(reverse("networks")).content.decode()


@pytest.mark.parametrize("count", [1, 3, MOST + 1])
def test_they_cost_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    user = make_user()
    profile = make_profile(by=user)
    for _network in range(count):
        town = make_gathering(1)
        town.plan(2)
        Membership.objects.create(
            network=town.network, profile=profile, state=Membership.State.MEMBER, state_since=NOW, member_since=NOW
        )
    with django_assert_num_queries(10):
        found = mine(user)
    assert len(found) == min(count, MOST)
