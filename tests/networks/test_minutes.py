"""Minutes, decisions and tasks."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from networks.models import NetworkMeeting, Task
from networks.queries.meetings import open_tasks
from networks.services import meetings, minutes
from notifications import kinds
from notifications.models import Notification
from tests.factories.people import NOW

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db


def write(town: Gathering, meeting: NetworkMeeting, version: int | None = None) -> NetworkMeeting:
    return minutes.write_minutes(
        meeting=meeting, text="Puhuttiin.", decisions=["Tehdään."], version=version, by=town.anu, now=later(meeting)
    )


def add(town: Gathering, meeting: NetworkMeeting, number: int | None = 0) -> Task:
    who = None if number is None else town.members[number]
    return minutes.add_task(
        meeting=meeting, text="Luonnos", who=who, due=date(2026, 4, 1), by=town.anu, now=later(meeting)
    )


def test_minutes_are_written_from_the_beginning_and_a_stale_page_is_refused() -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    with pytest.raises(minutes.NotBegun):
        minutes.write_minutes(meeting=meeting, text="", decisions=[], version=0, by=town.anu, now=NOW)
    assert write(town, meeting, 0).minutes_version == 1
    with pytest.raises(minutes.MinutesChanged):
        write(town, meeting, 0)
    assert [one.text for one in meeting.decisions.all()] == ["Tehdään."]


def test_approved_minutes_stay_and_every_member_is_told_once() -> None:
    town = make_gathering(3)
    [meeting] = town.plan()
    with pytest.raises(minutes.NothingWritten):
        minutes.approve_minutes(meeting=meeting, by=town.anu, now=later(meeting))
    write(town, meeting)
    add(town, meeting)
    minutes.approve_minutes(meeting=meeting, by=town.anu, now=later(meeting))
    told = Notification.objects.filter(kind="networks.minutes")
    assert {notice.user for notice in told} == set(town.users)
    kind = kinds.get("networks.minutes")
    assert kind is not None
    said = kind.render({"meeting": meeting.pk})
    assert (meeting.event.title in said.title, "1" in said.text) == (True, True)
    for act in (
        lambda: write(town, meeting),
        lambda: add(town, meeting),
        lambda: minutes.approve_minutes(meeting=meeting, by=town.anu, now=later(meeting)),
    ):
        with pytest.raises(minutes.IsApproved):
            act()


def test_a_groups_minutes_go_to_the_group() -> None:
    town = make_gathering(2)
    [meeting] = town.plan(1, group=town.group(1))
    write(town, meeting)
    minutes.approve_minutes(meeting=meeting, by=town.anu, now=later(meeting))
    assert [notice.user for notice in Notification.objects.filter(kind="networks.minutes")] == [town.users[1]]


def test_an_open_task_comes_back_until_it_is_done() -> None:
    town = make_gathering(2)
    first, second, third = town.plan(3)
    task = add(town, first)
    assert list(open_tasks(second)) == list(open_tasks(third)) == [task]
    assert not open_tasks(first)
    with pytest.raises(minutes.NotYourTask):
        minutes.finish_task(task=task, by=town.users[1], now=NOW)
    done = minutes.finish_task(task=task, by=town.users[0], now=NOW)
    assert minutes.finish_task(task=task, by=town.anu, now=later(first)).done_at == done.done_at
    assert not open_tasks(second)
    with pytest.raises(minutes.NotYourTask):
        minutes.finish_task(task=add(town, first, None), by=town.users[0], now=NOW)


def test_a_groups_tasks_come_back_in_the_group_alone() -> None:
    town = make_gathering(1)
    group = town.group(0)
    [inner] = town.plan(1, group=group)
    add(town, inner)
    _same, after = town.plan(2)
    assert not open_tasks(after)


def test_only_those_who_run_the_network_write() -> None:
    town, other = make_gathering(1), make_gathering(1)
    [meeting] = town.plan()
    now = later(meeting)
    for act in (
        lambda: minutes.write_minutes(meeting=meeting, text="", decisions=[], version=None, by=town.users[0], now=now),
        lambda: minutes.add_task(meeting=meeting, text="x", who=None, due=None, by=town.users[0], now=now),
        lambda: minutes.approve_minutes(meeting=meeting, by=town.users[0], now=now),
    ):
        with pytest.raises(meetings.NotTheCoordinator):
            act()
    with pytest.raises(meetings.NotOfThisNetwork):
        minutes.add_task(meeting=meeting, text="x", who=other.members[0], due=None, by=town.anu, now=now)


def test_minutes_on_the_page_are_the_coordinators_until_they_are_approved(client: Client) -> None:
    town = make_gathering(2)
    meeting, coming = town.plan(2)
    url = reverse("network_minutes", args=[town.network.slug, meeting.pk])
    with time_machine.travel(later(meeting), tick=False):
        client.force_login(town.anu)
        sent = {"text": "Puhuttiin hakkeesta.", "decisions": "Yksi\n\nKaksi", "stamp": "0"}
        assert client.post(url, sent).status_code == 302
        assert client.post(url, sent).status_code == 422
        task = {"task": "1", "text": "Soita", "who": town.members[0].pk, "due": "2026-04-01"}
        assert client.post(url, task).status_code == 302
        assert client.post(url, {**task, "text": "", "due": "x"}).status_code == 422
        client.force_login(town.users[0])
        assert "hakkeesta" not in client.get(meeting.get_absolute_url()).content.decode()
        approve = reverse("network_minutes_approve", args=[town.network.slug, meeting.pk])
        assert client.post(approve).status_code == 403
        client.force_login(town.anu)
        client.post(approve)
        assert client.get(url).headers["Location"] == meeting.get_absolute_url()
        client.force_login(town.users[0])
        assert "hakkeesta" in client.get(meeting.get_absolute_url()).content.decode()
        done = reverse("network_task_done", args=[town.network.slug, coming.pk, Task.objects.get().pk])
        assert "Soita" in client.get(coming.get_absolute_url()).content.decode()
        client.force_login(town.users[1])
        assert client.post(done).status_code == 403
        client.force_login(town.users[0])
        assert client.post(done).status_code == 302
        assert "Soita" not in client.get(coming.get_absolute_url()).content.decode()
