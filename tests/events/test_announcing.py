"""What the host announces: whom it concerns, how long it holds, and how it comes to open pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from accounts.models import User
from core import live
from events.models import Announcement, Event, Meeting, Registration, Session
from events.queries import day as queries
from events.routing import websocket_urlpatterns
from events.services import announcing
from events.services.day import NotTheDay
from events.services.rounds import NotTheHost
from notifications.models import Notification

from .making import EVENT_DAY, NOW, Fair, agree_pair, kinds_to, make_event, make_fair, make_user, publish_fair

EARLY = EVENT_DAY - timedelta(hours=1)


@pytest.fixture
def fair(db: Any) -> Fair:
    fair = make_fair()
    for other in (1, 2):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    return fair


def say(fair: Fair, **more: Any) -> Announcement:
    values = {"event": fair.event, "text": "Lounas on aulassa.", "language": "fi", "by": fair.host, "now": EARLY}
    return announcing.announce(**{**values, **more})


def heard(fair: Fair, number: int, now: Any = EARLY) -> list[str]:
    return [one.text for one in queries.said_to(fair.people[number], fair.event, now=now)]


def test_what_is_said_to_all_is_heard_by_all_until_the_event_ends(fair: Fair) -> None:
    say(fair)
    say(fair, text=" Kahvi on valmista. ", now=EARLY + timedelta(minutes=1))
    assert heard(fair, 3) == ["Kahvi on valmista.", "Lounas on aulassa."]
    assert heard(fair, 3, fair.event.ends_at) == []


def test_what_is_said_of_a_session_holds_until_it_ends(fair: Fair) -> None:
    session = Session.objects.create(
        event=fair.event, title_fi="Avaus", starts_at=EVENT_DAY, ends_at=EVENT_DAY + timedelta(hours=1)
    )
    say(fair, session=session)
    assert heard(fair, 3) == ["Lounas on aulassa."]
    assert heard(fair, 3, session.ends_at) == []
    with pytest.raises(announcing.SessionIsOver):
        say(fair, session=session, now=session.ends_at)
    other = Session.objects.create(
        event=make_event(fair.host), title_fi="Muu", starts_at=EVENT_DAY, ends_at=EVENT_DAY + timedelta(hours=1)
    )
    with pytest.raises(announcing.SessionIsOver):
        say(fair, session=other)


def test_what_is_said_to_a_table_is_for_those_who_still_meet_there(fair: Fair) -> None:
    meeting = Meeting.objects.agreed().order_by("starts_at")[0]
    there = set(meeting.parties.values_list("registration", flat=True))
    Meeting.objects.agreed().exclude(pk=meeting.pk).update(table=3)
    Meeting.objects.filter(pk=meeting.pk).update(table=2)
    say(fair, table=2)
    assert {one.pk for n, one in enumerate(fair.people) if heard(fair, n)} == there
    assert not any(heard(fair, n, meeting.ends_at) for n in range(4))
    with pytest.raises(announcing.NobodyMeetsThere):
        say(fair, table=1)


def test_it_goes_to_the_notices_once_and_by_mail_when_asked(fair: Fair) -> None:
    say(fair)
    say(fair, by_mail=True)
    assert announcing.tell_due(now=EARLY) == 2
    Announcement.objects.update(told_at=None)
    announcing.tell_due(now=EARLY)
    for one in fair.people:
        assert kinds_to(one.user)[-2:] == ["events.announced", "events.announced_by_mail"]
    delivery = dict(Notification.objects.filter(user=fair.people[0].user).values_list("kind", "delivery"))
    assert (delivery["events.announced"], delivery["events.announced_by_mail"]) == ("never", "now")


def test_what_cannot_be_announced(fair: Fair) -> None:
    for error, more in (
        (NotTheHost, {"by": fair.people[0].user}),
        (NotTheHost, {"by": make_user("Outi")}),
        (NotTheDay, {"now": NOW}),
        (announcing.NothingSaid, {"text": "  "}),
    ):
        with pytest.raises(error):
            say(fair, **more)
    Announcement.objects.bulk_create(
        Announcement(event=fair.event, text="x", said_at=EARLY, ends_at=EARLY) for _n in range(60)
    )
    with pytest.raises(announcing.TooMuchSaid):
        say(fair)


def test_it_can_be_taken_back_by_its_host_alone(fair: Fair) -> None:
    made = say(fair)
    with pytest.raises(NotTheHost):
        announcing.take_back(announcement=made, by=fair.people[0].user, now=EARLY)
    announcing.take_back(announcement=made, by=fair.host, now=EARLY)
    assert heard(fair, 0) == []


# --- Open pages ------------------------------------------------------------------------------------------------------


def socket_of(fair: Fair, user: Any, made: int = 9999999999) -> WebsocketCommunicator:
    address = f"/ws/en/events/{fair.event.pk}/day/{made}/"
    communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), address)
    communicator.scope["user"] = user
    return communicator


async def opened(communicator: WebsocketCommunicator) -> bool:
    connected, _subprotocol = await communicator.connect()
    return bool(connected)


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_hears_what_is_said_to_it_and_its_own_changes(time_machine: Any) -> None:
    time_machine.move_to(EARLY)
    fair = await sync_to_async(_published)()
    meeting = await Meeting.objects.agreed().order_by("starts_at").afirst()
    assert meeting is not None
    one, other = fair.people[0], fair.people[3]
    mine, theirs = socket_of(fair, one.user), socket_of(fair, other.user)
    assert await opened(mine)
    assert await opened(theirs)
    await sync_to_async(say)(fair)
    for page in (mine, theirs):
        assert "Lounas on aulassa." in await page.receive_from(timeout=10)
    await sync_to_async(say)(fair, text="Pöytä on siirretty.", table=meeting.table)
    assert "Pöytä on siirretty." in await mine.receive_from(timeout=10)
    await sync_to_async(live.send_group)(live.day_group(one.user.pk), {"type": "day.changed"})
    assert 'id="day-live"' in await mine.receive_from(timeout=10)
    assert await theirs.receive_nothing(timeout=0.5)
    await sync_to_async(one.__class__.objects.filter(pk=one.pk).update)(state="cancelled")
    await sync_to_async(live.send_group)(live.day_group(one.user.pk), {"type": "day.changed"})
    assert (await mine.receive_output(timeout=10))["type"] == "websocket.close"
    await theirs.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_has_lost_the_seat_or_the_account_hears_no_announcement(time_machine: Any) -> None:
    time_machine.move_to(EARLY)
    fair = await sync_to_async(_published)()
    pages = [socket_of(fair, one.user) for one in fair.people[:3]]
    for page in pages:
        assert await opened(page)
    await Registration.objects.filter(pk=fair.people[1].pk).aupdate(state="cancelled")
    await User.objects.filter(pk=fair.people[2].user_id).aupdate(is_active=False)
    await sync_to_async(say)(fair)
    assert "Lounas on aulassa." in await pages[0].receive_from(timeout=10)
    for page in pages[1:]:
        assert (await page.receive_output(timeout=10))["type"] == "websocket.close"
    await pages[0].disconnect()


@pytest.mark.django_db(transaction=True)
async def test_of_a_circles_event_who_is_no_longer_in_it_hears_no_announcement(time_machine: Any) -> None:
    time_machine.move_to(EARLY)
    fair = await sync_to_async(_published)()
    page = socket_of(fair, fair.people[0].user)
    assert await opened(page)
    await Event.objects.filter(pk=fair.event.pk).aupdate(audience=Event.Audience.CIRCLE)
    await sync_to_async(say)(fair)
    assert (await page.receive_output(timeout=10))["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_was_away_catches_up_and_a_stranger_hears_nothing(time_machine: Any) -> None:
    time_machine.move_to(EARLY)
    fair = await sync_to_async(_published)()
    back = socket_of(fair, fair.people[0].user, made=int(EARLY.timestamp()) - 600)
    assert await opened(back)
    assert 'id="day-live"' in await back.receive_from(timeout=10)
    await back.disconnect()
    assert not await opened(socket_of(fair, await sync_to_async(make_user)("Outi")))
    assert not await opened(socket_of(fair, None))


def _published() -> Fair:
    fair = make_fair()
    for other in (1, 2):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    return fair
