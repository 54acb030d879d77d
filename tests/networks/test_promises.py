"""What a member has promised: told once with the minutes, once before its day, and shown until it is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import Membership, Network, NetworkMeeting, Task
from networks.queries.coming_steps import steps as coming_steps
from networks.services import minutes, reminders
from notifications import kinds
from notifications.models import Notification
from notifications.services import deliver_due
from tests.factories.people import NOW, make_user

from .gathering import Gathering, later, make_gathering

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def agree(town: Gathering, meeting: NetworkMeeting, due: date | None, *who: int) -> list[Task]:
    """Minutes with a decision and a task for each, approved."""
    now = later(meeting)
    minutes.write_minutes(
        meeting=meeting, text="Puhuttiin.", decisions=["Tilataan yhdessä."], version=None, by=town.anu, now=now
    )
    made = [
        minutes.add_task(meeting=meeting, text=f"Luonnos {one}", who=town.members[one], due=due, by=town.anu, now=now)
        for one in who
    ]
    minutes.approve_minutes(meeting=meeting, by=town.anu, now=now)
    return made


def told(kind: str) -> list[Any]:
    return [one.user for one in Notification.objects.filter(kind=kind).order_by("user")]


def test_the_minutes_say_what_was_decided_and_not_to_those_on_leave() -> None:
    town = make_gathering(3)
    [meeting] = town.plan()
    Membership.objects.filter(pk=town.members[2].pk).update(state=Membership.State.ON_LEAVE)
    colleague = make_user("Toinen koordinaattori")
    town.network.coordinators.create(user=colleague, since=NOW)
    Notification.objects.all().delete()
    agree(town, meeting, None)
    assert told("networks.minutes") == [*town.users[:2], colleague], "whoever approved them has read them"
    while deliver_due(now=later(meeting) + DAY):
        pass
    assert {str(one.to[0]) for one in mail.outbox} == {one.email for one in (*town.users[:2], colleague)}
    assert all("Tilataan yhdessä." in str(one.body) for one in mail.outbox)


def test_minutes_without_decisions_begin_in_the_letter() -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    minutes.write_minutes(
        meeting=meeting, text="Puhuttiin " * 60, decisions=[], version=None, by=town.anu, now=later(meeting)
    )
    kind = kinds.get("networks.minutes")
    assert kind is not None
    assert kind.points is not None
    [point] = kind.points({"meeting": meeting.pk}, town.users[0])
    assert point.text.endswith("Puhuttiin …")


def test_whoever_promised_is_told_once_of_all_of_it() -> None:
    town = make_gathering(3)
    [meeting] = town.plan()
    agree(town, meeting, None, 0, 0, 1)
    assert told("networks.promised") == town.users[:2]
    kind = kinds.get("networks.promised")
    assert kind is not None
    mine = Notification.objects.get(kind="networks.promised", user=town.users[0])
    notice = kind.render(mine.context)
    assert "2" in notice.title
    assert notice.url.endswith(f"/own/{town.members[0].pk}/#promised")
    assert kind.may_read is not None
    assert [kind.may_read(mine.context, user) for user in (*town.users, town.anu)] == [True, False, False, False]
    Task.objects.update(done_at=NOW)
    with pytest.raises(LookupError):
        kind.render(mine.context)


def test_one_reminder_in_the_last_week() -> None:
    town = make_gathering(2)
    [meeting] = town.plan()
    held = timezone.localdate(later(meeting))
    [task] = agree(town, meeting, held + 30 * DAY, 0)
    near = later(meeting) + 23 * DAY
    assert reminders.sweep_reminders(now=near - DAY) == (0, 0, 0)
    assert reminders.sweep_reminders(now=near) == (0, 1, 0)
    assert reminders.sweep_reminders(now=near + DAY) == (0, 0, 0)
    assert told("networks.task_near") == [town.users[0]]
    kind, row = kinds.get("networks.task_near"), Notification.objects.get(kind="networks.task_near")
    assert kind is not None
    assert task.text in kind.render(row.context).title
    minutes.finish_task(task=task, by=town.users[0], now=near)
    with pytest.raises(LookupError):
        kind.render(row.context)


@pytest.mark.parametrize("why", ["done", "no day", "passed", "told lately", "nobody", "not approved", "ended", "left"])
def test_nobody_is_reminded(why: str) -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    held = timezone.localdate(later(meeting))
    [task] = agree(town, meeting, None if why == "no day" else held + 6 * DAY, 0)
    now = later(meeting) + 4 * DAY
    if why == "done":
        Task.objects.update(done_at=NOW)
    elif why == "passed":
        Task.objects.update(due=held)
    elif why == "told lately":
        now = later(meeting) + DAY
    elif why == "nobody":
        Task.objects.update(who=None)
    elif why == "not approved":
        NetworkMeeting.objects.update(approved_at=None)
    elif why == "ended":
        Network.objects.update(state=Network.State.ENDED)
    elif why == "left":
        Membership.objects.update(state=Membership.State.LEFT)
    reminders.sweep_reminders(now=now)
    assert told("networks.task_near") == []
    assert task.text


def test_tasks_that_are_late_are_a_step() -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    held = timezone.localdate(later(meeting))
    agree(town, meeting, held + 2 * DAY, 0, 0)
    assert not list(coming_steps(town.network, later(meeting) + 2 * DAY))
    [step] = coming_steps(town.network, later(meeting) + 3 * DAY)
    assert "2" in step.title
    assert step.url == reverse("network_tasks", args=[town.network.slug])


def test_what_was_promised_stands_on_ones_own_page_until_it_is_done(client: Client) -> None:
    town = make_gathering(2)
    [meeting] = town.plan()
    with time_machine.travel(later(meeting), tick=False):
        minutes.write_minutes(meeting=meeting, text="x", decisions=[], version=None, by=town.anu, now=later(meeting))
        task = minutes.add_task(
            meeting=meeting, text="Soita", who=town.members[0], due=NOW.date(), by=town.anu, now=later(meeting)
        )
        own = reverse("network_own", args=[town.network.slug, town.members[0].pk])
        client.force_login(town.users[0])
        assert "Soita" not in client.get(own).content.decode(), "not before the minutes are approved"
        minutes.approve_minutes(meeting=meeting, by=town.anu, now=later(meeting))
        page = client.get(own).content.decode()
        assert "Soita" in page
        assert "Myöhässä" in page
        done = reverse("network_task_done", args=[town.network.slug, meeting.pk, task.pk])
        assert client.post(done, {"back": "own"}).headers["Location"] == own
        assert "Soita" not in client.get(own).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_open_tasks_costs_the_same_however_long(
    client: Client, count: int, bare_masthead: None, django_assert_num_queries: Any
) -> None:
    town = make_gathering(4)
    [meeting] = town.plan()
    agree(town, meeting, NOW.date(), *range(count))
    address = reverse("network_tasks", args=[town.network.slug])
    with time_machine.travel(later(meeting), tick=False):
        client.force_login(town.users[0])
        client.get(address)
        with django_assert_num_queries(12):
            page = client.get(address)
    assert len(page.context["rows"]) == count
    assert page.content.decode().count('<form method="post" action="/fi/networks') == 1, "one's own is finished alone"


def test_who_sees_which_open_tasks(client: Client) -> None:
    town = make_gathering(3, visibility=Network.Visibility.HIDDEN)
    group = town.group(0)
    [inner], [open_] = town.plan(group=group), town.plan()
    agree(town, inner, None, 0)
    agree(town, open_, None, 1)
    now = later(open_)
    [draft] = town.plan(first=NOW.date() + 5 * DAY)
    minutes.add_task(meeting=draft, text="Luonnos 9", who=None, due=None, by=town.anu, now=later(draft))
    address = reverse("network_tasks", args=[town.network.slug])
    with time_machine.travel(now, tick=False):
        for user, shown in (
            (town.users[0], {"Luonnos 0", "Luonnos 1"}),
            (town.users[1], {"Luonnos 1"}),
            (town.anu, {"Luonnos 0", "Luonnos 1", "Luonnos 9"}),
        ):
            client.force_login(user)
            page = client.get(address).content.decode()
            assert {text for text in ("Luonnos 0", "Luonnos 1", "Luonnos 9") if text in page} == shown
        client.force_login(make_user())
        assert client.get(address).status_code == 404
        task = Task.objects.get(text="Luonnos 0")
        client.force_login(town.anu)
        done = reverse("network_task_done", args=[town.network.slug, inner.pk, task.pk])
        assert client.post(done, {"back": "tasks"}).headers["Location"] == address
