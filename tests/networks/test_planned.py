"""That members hear of the meetings that are planned: once of a series, once before a meeting; and who does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Representative
from events.models import Event, Registration
from events.services.events import cancel_event
from networks.models import Membership, Network, NetworkMeeting, Seat
from networks.queries.coming_steps import steps as coming_steps
from networks.queries.meetings import missed
from networks.rules.meetings import REMINDED_BEFORE
from networks.services import meetings, reminders
from notifications import kinds
from notifications.models import Notification
from notifications.services import deliver_due, set_preference
from tests.factories.people import NOW, make_user

from .gathering import Gathering, make_gathering

pytestmark = pytest.mark.django_db
PLANNED, NEAR = "networks.planned", "networks.meeting_near"
DAY = timedelta(days=1)


def told(kind: str) -> list[Any]:
    return [one.user for one in Notification.objects.filter(kind=kind).order_by("user")]


def deliver(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while deliver_due(now=now):
            pass


def said(kind: str, about: dict[str, Any]) -> Any:
    found = kinds.get(kind)
    assert found is not None
    return found.render(about)


def far(town: Gathering, **more: Any) -> NetworkMeeting:
    """A meeting a month ahead, so that it is planned long before."""
    [made] = town.plan(1, first=NOW.date() + 30 * DAY, **more)
    return made


def test_a_series_is_told_of_once_to_each_who_takes_part_and_not_to_those_on_leave() -> None:
    town = make_gathering(4)
    Membership.objects.filter(pk=town.members[3].pk).update(state=Membership.State.ON_LEAVE)
    colleague, silent = make_user("Kollega"), make_user("Ei osallistu")
    for user in (colleague, silent):
        Representative.objects.create(profile=town.members[0].profile, user=user, role="member", since=NOW)
    Seat.objects.create(membership=town.members[0], user=colleague, since=NOW)
    town.plan(5)
    assert told(PLANNED) == sorted([town.users[1], town.users[2], colleague], key=lambda one: one.pk)
    [about] = {str(one.context) for one in Notification.objects.filter(kind=PLANNED)}
    notice = said(PLANNED, Notification.objects.filter(kind=PLANNED)[0].context)
    assert "5" in notice.title
    assert notice.url == reverse("network_meetings", args=[town.network.slug]), about


def test_a_form_sent_twice_tells_once_and_one_meeting_leads_to_itself() -> None:
    town = make_gathering(1)
    plan = meetings.SeriesPlan(days=[NOW.date() + 20 * DAY], at=NOW.time(), minutes=60, place="Torni")
    [made], again = (
        meetings.plan_series(network=town.network, plan=plan, by=town.anu, now=NOW, key="form") for _twice in range(2)
    )
    assert again == [made]
    [notice] = Notification.objects.filter(kind=PLANNED)
    assert said(PLANNED, notice.context).url == made.get_absolute_url()


def test_a_groups_series_is_told_to_the_group_alone() -> None:
    town = make_gathering(3)
    town.plan(2, group=town.group(1))
    assert told(PLANNED) == [town.users[1]]


def test_the_letter_lists_what_still_stands_and_nothing_leaves_when_all_is_cancelled() -> None:
    town = make_gathering(2)
    first, second = town.plan(2, themes=["Hake", "Sahanpuru"])
    cancel_event(event=first.event, by=town.anu, now=NOW)
    deliver(NOW + DAY)
    body = str(mail.outbox[0].body)
    assert ("Sahanpuru" in body, "Hake" in body) == (True, False)
    assert second.event.get_absolute_url() in body, "one registers from the letter"
    mail.outbox.clear()
    [third] = town.plan(1, first=NOW.date() + 60 * DAY)
    cancel_event(event=third.event, by=town.anu, now=NOW)
    deliver(NOW + 2 * DAY)
    assert not mail.outbox
    with pytest.raises(LookupError):
        said(PLANNED, Notification.objects.filter(kind=PLANNED).latest("pk").context)


def test_who_has_left_reads_it_no_more_and_who_chose_no_letters_gets_none() -> None:
    town = make_gathering(2, visibility=Network.Visibility.HIDDEN)
    set_preference(user=town.users[1], category="networks", delivery="never", now=NOW)
    town.plan(2)
    Membership.objects.filter(pk=town.members[0].pk).update(state=Membership.State.LEFT)
    client = Client()
    for user, reads in zip(town.users, (False, True), strict=True):
        client.force_login(user)
        assert ("Puuverkosto" in client.get(reverse("notifications")).content.decode()) is reads
    deliver(NOW + DAY)
    assert not mail.outbox


# --- Before the meeting


def test_a_week_before_those_who_have_said_nothing_are_reminded_once() -> None:
    town = make_gathering(4)
    meeting = far(town)
    town.come(meeting, 0, 1)
    Registration.objects.filter(user=town.users[1]).update(state=Registration.State.CANCELLED)
    soon = meeting.event.starts_at - REMINDED_BEFORE
    assert reminders.sweep_reminders(now=soon - DAY) == (0, 0, 0)
    assert reminders.sweep_reminders(now=soon) == (1, 0, 0)
    assert reminders.sweep_reminders(now=soon + DAY) == (0, 0, 0)
    assert told(NEAR) == town.users[2:], "who said no has answered"


@pytest.mark.parametrize("why", ["planned lately", "cancelled", "closed", "network ended", "begun"])
def test_nobody_is_reminded(why: str) -> None:
    town = make_gathering(2)
    meeting = far(town)
    now = meeting.event.starts_at - 3 * DAY
    if why == "planned lately":
        Event.objects.update(published_at=now - 5 * DAY)
    elif why == "cancelled":
        cancel_event(event=meeting.event, by=town.anu, now=NOW)
    elif why == "closed":
        Event.objects.update(state=Event.State.CLOSED)
    elif why == "network ended":
        Network.objects.update(state=Network.State.ENDED)
    else:
        now = meeting.event.starts_at
    assert reminders.sweep_reminders(now=now) == (0, 0, 0)
    assert told(NEAR) == []


def test_a_moved_meeting_is_told_of_again_and_the_old_word_goes() -> None:
    town = make_gathering(1)
    meeting = far(town)
    reminders.sweep_reminders(now=meeting.event.starts_at - 5 * DAY)
    first = Notification.objects.get(kind=NEAR)
    meetings.move_meeting(
        meeting=meeting, starts_at=meeting.event.starts_at + 20 * DAY, by=town.anu, now=meeting.event.starts_at - DAY
    )
    with pytest.raises(LookupError):
        said(NEAR, first.context)
    meeting.event.refresh_from_db()
    assert reminders.sweep_reminders(now=meeting.event.starts_at - DAY) == (1, 0, 0)
    assert Notification.objects.filter(kind=NEAR).count() == 2


def test_the_letter_does_not_leave_to_one_who_has_registered_meanwhile() -> None:
    town = make_gathering(2)
    meeting = far(town)
    Notification.objects.all().delete()
    now = meeting.event.starts_at - 5 * DAY
    reminders.sweep_reminders(now=now)
    town.come(meeting, 0)
    deliver(now + DAY)
    assert [one.to for one in mail.outbox] == [[town.users[1].email]]


def test_one_press_reminds_and_only_of_who_runs_the_meeting() -> None:
    town = make_gathering(3)
    meeting = far(town)
    town.come(meeting, 0)
    now = NOW + DAY
    with pytest.raises(meetings.NotTheCoordinator):
        reminders.remind_of_meeting(meeting=meeting, by=town.users[0], now=now)
    assert reminders.remind_of_meeting(meeting=meeting, by=town.anu, now=now) == 2
    with pytest.raises(reminders.RemindedAlready):
        reminders.remind_of_meeting(meeting=meeting, by=town.anu, now=now)
    assert reminders.sweep_reminders(now=meeting.event.starts_at - DAY) == (0, 0, 0)
    other = far(town)
    Event.objects.filter(pk=other.event_id).update(state=Event.State.CLOSED)
    with pytest.raises(reminders.TakesNobody):
        reminders.remind_of_meeting(meeting=other, by=town.anu, now=now)


@time_machine.travel(NOW, tick=False)
def test_who_is_missing_is_shown_to_those_who_run_the_meeting(client: Client) -> None:
    town = make_gathering(3)
    meeting = far(town)
    town.come(meeting, 0)
    press = reverse("network_meeting_remind", args=[town.network.slug, meeting.pk])
    for user, status in ((town.users[1], 403), (make_user(), 404), (town.anu, 302)):
        client.force_login(user)
        page = client.get(meeting.get_absolute_url()).content.decode()
        assert ('id="missed"' in page) is (user == town.anu)
        assert client.post(press).status_code == status
    after = client.get(meeting.get_absolute_url())
    assert [one.profile.name for one in after.context["missed"].members] == ["Yritys 1", "Yritys 2"]
    assert press not in after.content.decode(), "once"
    client.post(press)
    assert told(NEAR) == town.users[1:]


def test_a_long_list_of_those_who_are_missing_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_gathering(5)
    meeting = far(town)
    town.come(meeting, 0)
    monkeypatch.setattr("networks.queries.meetings.MISSED_SHOWN", 3)
    found = missed(meeting)
    assert ([one.profile.name for one in found.members], found.more) == (["Yritys 1", "Yritys 2", "Yritys 3"], 1)
    town.come(meeting, 1)
    assert missed(meeting).more == 0


def test_few_have_registered_is_a_step_when_the_meeting_is_near() -> None:
    town = make_gathering(12)
    meeting = far(town)
    town.come(meeting, 0, 1)
    assert not list(coming_steps(town.network, NOW))
    near = meeting.event.starts_at - 10 * DAY
    [step] = coming_steps(town.network, near)
    assert step.url == f"{meeting.get_absolute_url()}#missed"
    assert ("12" in step.text, "2" in step.text) == (True, True)
    town.come(meeting, 2, 3)
    assert not list(coming_steps(town.network, near)), "a third of them"


def test_few_of_a_group_are_counted_of_the_group() -> None:
    town = make_gathering(12)
    meeting = far(town, group=town.group(0, 1, 2))
    near = meeting.event.starts_at - 5 * DAY
    [step] = coming_steps(town.network, near)
    assert "3" in step.text
    town.come(meeting, 0)
    assert not list(coming_steps(town.network, near))


@time_machine.travel(NOW, tick=False)
def test_a_member_registers_from_the_list_of_meetings(client: Client) -> None:
    town = make_gathering(2)
    first, second = town.plan(2, themes=["Hake"], aims=["Tiedetään hinta"])
    town.come(first, 0)
    client.force_login(town.users[0])
    page = client.get(reverse("network_meetings", args=[town.network.slug])).content.decode()
    assert "Tiedetään hinta" in page
    assert f'href="{second.event.get_absolute_url()}"' in page
    assert f'href="{first.event.get_absolute_url()}"' not in page, "they come already"


def test_a_week_of_all_this_is_seven_letters_at_most_to_one_who_reads_daily() -> None:
    town = make_gathering(1)
    set_preference(user=town.users[0], category="networks", delivery="daily", now=NOW)
    for number in range(10):
        town.plan(2, first=NOW.date() + timedelta(days=30 + number))
    made = [far(town, themes=[f"Aihe {number}"]) for number in range(4)]
    now = NOW
    for _step in range(7 * 8):
        now += timedelta(hours=3)
        if made and now.hour % 6 == 0:
            reminders.remind_of_meeting(meeting=made.pop(), by=town.anu, now=now)
        deliver(now)
    assert len(mail.outbox) <= 7
    assert Notification.objects.filter(user=town.users[0]).count() == 18
    assert not Notification.objects.filter(user=town.users[0], mailed_at=None).exists()
