"""Where the two of a round's meeting find each other: the hall, the table, and the address online."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from events import notices
from events.forms.rounds import RoundForm
from events.models import Event, Meeting, Registration
from events.queries.meetings import feed_meetings
from events.services import events as services
from notifications.models import Notification

from .making import NOW, Fair, agree_pair, make_fair, publish_fair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ROOM = "https://kokous.example/paiva"


def met(mode: str = "both", *, address: str = ROOM, **changes: Any) -> Fair:
    """A published round of one meeting, in an event of that mode."""
    fair = make_fair(**changes)
    Event.objects.filter(pk=fair.event.pk).update(mode=mode, online_url=address if mode != "on_site" else "")
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    fair.event.refresh_from_db()
    return fair


def told_to(person: Registration) -> Any:
    [told] = feed_meetings(person.user, now=NOW)
    return told


def my_day(fair: Fair) -> str:
    client = Client()
    client.force_login(fair.people[0].user)
    return client.get(reverse("my_day", kwargs={"slug": fair.event.slug})).content.decode()


@pytest.mark.parametrize(
    ("mode", "own", "expected"),
    [
        ("on_site", "https://own.example/{table}", ""),
        ("both", "", ROOM),
        ("online", "https://own.example/poyta-{table}", "https://own.example/poyta-1"),
        ("online", "https://own.example/yhteinen", "https://own.example/yhteinen"),
    ],
)
def test_the_address_is_the_tables_own_or_the_events(mode: str, own: str, expected: str) -> None:
    fair = met(mode, online_url=own)
    assert Meeting.objects.get().online == expected
    assert told_to(fair.people[0]).online == expected
    page = my_day(fair)
    assert (f'href="{expected}"' in page) is bool(expected)


def test_calendar_and_day_say_the_hall_and_the_table() -> None:
    fair = met("on_site", place="Juhlasali")
    with translation.override("fi"):
        assert told_to(fair.people[1]).place == "Juhlasali, pöytä 1"
    assert "Juhlasali" in my_day(fair)


def test_a_new_address_reaches_calendars() -> None:
    fair = met("online")
    meeting = Meeting.objects.get()
    event = fair.event
    plan = services.EventPlan(
        titles={"fi": event.title_fi},
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        mode="online",
        online_url="https://uusi.example/",
    )
    services.edit_event(event=event, plan=plan, organiser=None, by=fair.host, now=NOW)
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.online) == (1, "https://uusi.example/")
    row = Notification.objects.filter(kind="events.meeting_moved", user=fair.people[0].user).get()
    [part] = notices.calendar_part(row.context)
    assert "uusi.example" in part.content


def form(event: Event, address: str) -> RoundForm:
    initial = RoundForm(event=event).initial
    times = {
        f"{name}_{part}": value
        for name in ("starts_at", "ends_at")
        for part, value in enumerate((f"{initial[name]:%Y-%m-%d}", f"{initial[name]:%H:%M}"))
    }
    data = {"style": "solved", "slot_minutes": "20", "pause_minutes": "0", "tables": "2", "answer_hours": "72"}
    return RoundForm({**data, **times, "online_url": address}, event=event)


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("", True),
        ("https://meet.example.fi/{table}", True),
        ("kokous {table}", False),
        ("javascript:alert(1)", False),
    ],
)
def test_what_is_no_address_is_said_at_the_field(address: str, is_good: bool) -> None:
    event = met("online").event
    assert ("online_url" not in form(event, address).errors) is is_good


def test_an_event_on_site_does_not_ask_for_it() -> None:
    assert "online_url" not in RoundForm(event=met("on_site").event).fields
