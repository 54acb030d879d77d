"""The chair of a group runs its meetings, and nothing else; and a term that ends is told of in time."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Representative
from events.services import events
from networks.models import Group, GroupMember, Membership, Network, NetworkMeeting, Seat
from networks.queries.coming_steps import steps as coming_steps
from networks.rules.meetings import may_run_meeting
from networks.rules.networks import may_lead_group
from networks.rules.renewals import ASKED_BEFORE
from networks.services import apart, groups, meetings, minutes, reminders, seating
from networks.services.common import NotTheCoordinator
from networks.services.groups import GroupPlan
from notifications import kinds
from notifications.models import Notification
from tests.factories.people import NOW, make_user

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PLAN = meetings.SeriesPlan(days=[NOW.date() + 20 * DAY], at=time(9, 0), minutes=60, place="Torni")


def chaired(town: Gathering, chair: int = 0, *others: int) -> Group:
    group = town.group(chair, *others)
    group.chair = town.members[chair]
    group.save()
    return group


def by_chair(town: Gathering, group: Group | None, chair: int = 0) -> NetworkMeeting:
    [made] = meetings.plan_series(network=town.network, plan=PLAN, group=group, by=town.users[chair], now=NOW)
    return made


def test_a_chair_plans_runs_and_closes_a_meeting_of_the_group() -> None:
    town = make_gathering(4)
    group, chair = chaired(town, 0, 1, 2), town.users[0]
    meeting = by_chair(town, group)
    assert meeting.event.organiser == town.host
    meetings.edit_meeting(meeting=meeting, theme="Hake", aim="", table_size=2, place="Torni", by=chair, now=NOW)
    meetings.set_agenda(meeting=meeting, parts=[meetings.Part("work", 60)], by=chair, now=NOW)
    meetings.move_meeting(meeting=meeting, starts_at=NOW + 21 * DAY, by=chair, now=NOW)
    meeting = NetworkMeeting.objects.select_related("event").get()
    town.come(meeting, 0, 1, 2)
    assert reminders.remind_of_meeting(meeting=meeting, by=chair, now=NOW) == 0
    assert len(seating.seat_meeting(meeting=meeting, by=chair, now=NOW)) == 3
    now = later(meeting)
    minutes.write_minutes(meeting=meeting, text="x", decisions=[], version=None, by=chair, now=now)
    task = minutes.add_task(meeting=meeting, text="Soita", who=town.members[1], due=None, by=chair, now=now)
    minutes.approve_minutes(meeting=meeting, by=chair, now=now)
    assert minutes.finish_task(task=task, by=chair, now=now).done_by == chair
    told = {one.user for one in Notification.objects.filter(kind="networks.minutes")}
    assert told == {town.users[1], town.users[2], town.anu}


@pytest.mark.parametrize("why", ["not the chair", "another group", "whole network", "ended", "left", "no seat"])
def test_who_does_not_run_it(why: str) -> None:
    town = make_gathering(4)
    group, who = chaired(town, 0, 1), town.users[0]
    meeting = by_chair(town, group)
    if why == "not the chair":
        who = town.users[1]
    elif why == "another group":
        other = Group.objects.create(network=town.network, name="Muu", made_at=NOW, chair=town.members[2])
        GroupMember.objects.create(group=other, membership=town.members[2], since=NOW)
        who = town.users[2]
    elif why == "whole network":
        [meeting] = town.plan()
    elif why == "ended":
        groups.end_group(group=group, by=town.anu, now=NOW)
    elif why == "left":
        Membership.objects.filter(pk=town.members[0].pk).update(state=Membership.State.LEFT)
    else:
        seated = make_user("Edustaja")
        Representative.objects.create(profile=town.members[0].profile, user=seated, role="member", since=NOW)
        Seat.objects.create(membership=town.members[0], user=seated, since=NOW)
        assert may_run_meeting(seated, meeting)
    assert not may_run_meeting(who, meeting)
    for act in (
        lambda: meetings.plan_series(network=town.network, plan=PLAN, group=meeting.group, by=who, now=NOW),
        lambda: meetings.set_agenda(meeting=meeting, parts=[], by=who, now=NOW),
        lambda: seating.seat_meeting(meeting=meeting, by=who, now=NOW),
        lambda: reminders.remind_of_meeting(meeting=meeting, by=who, now=NOW),
        lambda: minutes.write_minutes(meeting=meeting, text="", decisions=[], version=None, by=who, now=later(meeting)),
    ):
        with pytest.raises(meetings.NotTheCoordinator):
            act()
    with pytest.raises(events.NotTheHost):
        events.cancel_event(event=meeting.event, by=who, now=NOW)


@time_machine.travel(NOW, tick=False)
def test_a_chairs_pages(client: Client) -> None:
    """The form offers the chair's own groups alone; who is kept apart is no chair's business."""
    town = make_gathering(4, visibility=Network.Visibility.HIDDEN)
    group = chaired(town, 0, 1, 2)
    other = Group.objects.create(network=town.network, name="Muu", made_at=NOW)
    new = reverse("network_series_new", args=[town.network.slug])
    client.force_login(town.users[1])
    assert client.get(new).status_code == 403
    client.force_login(town.users[0])
    assert f"{new}?group={group.pk}" in client.get(group.get_absolute_url()).content.decode()
    page = client.get(f"{new}?group={group.pk}")
    assert [str(one) for _value, one in page.context["form"].fields["group"].choices] == ["Sivuvirrat"]
    sent = {
        "first": "2026-03-20", "at": "09:00", "minutes": "60", "every": "week", "count": "1", "place": "Torni",
        "table_size": "4", "key": "chair", "make": "1",
    }  # fmt: skip
    for wrong in ("", str(other.pk)):
        assert client.post(new, {**sent, "group": wrong}).status_code == 422
    assert client.post(new, {**sent, "group": str(group.pk)}).status_code == 302
    meeting = NetworkMeeting.objects.select_related("event").get()
    apart.keep_apart(
        network=town.network, one=town.members[1], other=town.members[2], reason="Riita", by=town.anu, now=NOW
    )
    town.come(meeting, 1, 2)
    tables = reverse("network_seating", args=[town.network.slug, meeting.pk])
    assert client.post(tables).status_code == 302
    for user, sees in ((town.users[0], False), (town.anu, True)):
        client.force_login(user)
        page = client.get(tables)
        assert bool(page.context["together"]) is sees
        assert (reverse("network_apart", args=[town.network.slug]) in page.content.decode()) is sees


# --- The term


def test_a_term_is_asked_of_once_and_renewed_in_one_press() -> None:
    town = make_gathering(2)
    group = chaired(town, 0)
    ends = date(2026, 6, 30)
    plan = GroupPlan("Ohjaus", Group.Kind.STEERING, "Päättää linjasta", ends)
    group = groups.edit_group(group=group, plan=plan, by=town.anu, now=NOW)
    soon = NOW + (ends - NOW.date() - ASKED_BEFORE)
    assert reminders.sweep_reminders(now=soon - DAY) == (0, 0, 0)
    assert not list(coming_steps(town.network, soon - DAY))
    with pytest.raises(groups.TermHolds):
        groups.renew_term(group=group, by=town.anu, now=soon - DAY)
    assert reminders.sweep_reminders(now=soon) == (0, 0, 1)
    assert reminders.sweep_reminders(now=soon) == (0, 0, 0)
    told = Notification.objects.filter(kind="networks.term")
    assert {one.user for one in told} == {town.anu, town.users[0]}
    kind = kinds.get("networks.term")
    assert kind is not None
    assert kind.render(told[0].context).url == group.get_absolute_url()
    [step] = coming_steps(town.network, soon)
    assert step.url == group.get_absolute_url()
    with pytest.raises(NotTheCoordinator):
        groups.renew_term(group=group, by=town.users[0], now=soon)
    assert groups.renew_term(group=group, by=town.anu, now=soon).term_ends == date(2027, 6, 30)
    with pytest.raises(groups.TermHolds):
        groups.renew_term(group=group, by=town.anu, now=soon)
    assert not list(coming_steps(town.network, soon))
    with pytest.raises(LookupError):
        kind.render(told[0].context)
    assert reminders.sweep_reminders(now=soon + 365 * DAY) == (0, 0, 1), "the next one is asked of as well"


def test_a_term_that_ended_long_ago_begins_from_today() -> None:
    town = make_gathering(1)
    group = chaired(town)
    Group.objects.update(term_ends=date(2023, 12, 31))
    assert groups.renew_term(group=group, by=town.anu, now=NOW).term_ends == date(2027, 3, 2)
    groups.end_group(group=group, by=town.anu, now=NOW)
    with pytest.raises(groups.GroupHasEnded):
        groups.renew_term(group=group, by=town.anu, now=NOW)
    assert not may_lead_group(town.users[0], Group.objects.get())


@time_machine.travel(NOW, tick=False)
def test_the_press_is_the_coordinators(client: Client) -> None:
    town = make_gathering(2)
    group = chaired(town, 0)
    Group.objects.update(term_ends=timezone.localdate() + 10 * DAY)
    press = reverse("network_group_renew", args=[town.network.slug, group.pk])
    people: tuple[tuple[Any, int, bool], ...] = (
        (town.users[0], 403, True), (town.users[1], 403, False), (town.anu, 302, True),
    )  # fmt: skip
    for user, status, told in people:
        client.force_login(user)
        page = client.get(group.get_absolute_url()).content.decode()
        assert ('id="term"' in page) is told
        assert (press in page) is (user == town.anu)
        assert client.post(press).status_code == status
    assert 'id="term"' not in client.get(group.get_absolute_url()).content.decode()
