"""A network's coordinator manages its meetings without representing its organiser; and nothing else of theirs."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from events.hooks import Circle, may_organise_for
from events.models import Event
from events.queries import feeds
from events.rules.events import may_manage_event, may_see_event
from events.services import doors, events, rounds
from events.services.events import EventPlan, MayNotCreate, NotTheHost
from networks.models import Coordinator, Network, NetworkMeeting
from networks.rules.meetings import CIRCLE
from networks.services import coordinators, meetings, seating
from tests.factories.people import NOW, make_user

from .gathering import Gathering, make_gathering

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Gathering:
    """Of members alone, so that nobody manages by seeing."""
    return make_gathering(4, visibility=Network.Visibility.HIDDEN)


def coordinator_of(town: Gathering) -> User:
    """Kaarina represents nobody; she was asked to gather the network."""
    kaarina = make_user("Kaarina")
    Coordinator.objects.create(network=town.network, user=kaarina, since=NOW)
    return kaarina


def planned_by(town: Gathering, person: Any, **fields: Any) -> list[NetworkMeeting]:
    days = [NOW.date() + timedelta(days=10 + 14 * number) for number in range(2)]
    plan = meetings.SeriesPlan(days=days, at=time(9, 0), minutes=120, place="Torni", **fields)
    return meetings.plan_series(network=town.network, plan=plan, by=person, now=NOW)


def plain_plan() -> EventPlan:
    begins = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    return EventPlan(titles={"fi": "Oma"}, starts_at=begins, ends_at=begins + timedelta(hours=1), place="Torni")


def test_she_plans_the_series_changes_moves_seats_and_checks_in(town: Gathering) -> None:
    kaarina = coordinator_of(town)
    first, second = planned_by(town, kaarina)
    assert first.event.organiser == town.host
    assert first.event.state == Event.State.PUBLISHED
    meetings.edit_meeting(meeting=first, theme="Uusi", aim="", table_size=2, place="Tori", by=kaarina, now=NOW)
    meetings.move_meeting(
        meeting=first, starts_at=first.event.starts_at + timedelta(days=1), by=kaarina, now=NOW, with_following=True
    )
    [coming] = town.come(first, 0)
    town.come(first, 1, 2, 3)
    seating.seat_meeting(meeting=first, by=kaarina, now=NOW)
    first.event.refresh_from_db()
    pressed = doors.Pressed(uuid4(), coming.pk, True, first.event.starts_at)
    doors.press(event=first.event, presses=[pressed], sent_at=pressed.at, now=pressed.at, by=kaarina)
    coming.refresh_from_db()
    assert coming.checked_in_at is not None
    second.event.refresh_from_db()
    begins, ends = second.event.starts_at, second.event.ends_at
    plan = rounds.RoundPlan(starts_at=begins, ends_at=ends, tables=2)
    made = rounds.create_round(event=second.event, plan=plan, by=kaarina, now=NOW)
    assert made.event == second.event
    events.cancel_event(event=second.event, reason="Siirtyy.", by=kaarina, now=NOW)


@pytest.mark.parametrize("who", ["member", "coordinator of another network", "has stepped down", "visitor"])
def test_others_do_not(town: Gathering, who: str) -> None:
    kaarina = coordinator_of(town)
    [meeting, _second] = planned_by(town, kaarina)
    if who == "has stepped down":
        coordinators.remove_coordinator(coordinator=town.network.coordinators.get(user=kaarina), by=kaarina, now=NOW)
    other = make_gathering(1)
    person = {
        "member": town.users[0],
        "coordinator of another network": coordinator_of(other),
        "has stepped down": kaarina,
        "visitor": Client().get("/fi/").wsgi_request.user,
    }[who]
    assert not may_manage_event(person, meeting.event)
    assert not Event.objects.managed_by(person).filter(pk=meeting.event_id).exists()
    assert may_see_event(person, meeting.event) is (who == "member")
    with pytest.raises(NotTheHost):
        events.cancel_event(event=meeting.event, reason="", by=person, now=NOW)
    with pytest.raises(meetings.NotTheCoordinator):
        planned_by(town, person)
    assert not may_organise_for(person, Circle(CIRCLE, town.network.pk), town.host)


def test_only_the_networks_meetings_and_only_in_its_organisers_name(town: Gathering) -> None:
    kaarina, other = coordinator_of(town), make_gathering(1)
    elsewhere = events.create_event(plan=plain_plan(), organiser=town.host, by=town.anu, now=NOW)
    [theirs] = other.plan(1)
    assert not may_manage_event(kaarina, elsewhere)
    assert not may_manage_event(kaarina, theirs.event)
    circle = Circle(CIRCLE, town.network.pk)
    assert may_organise_for(kaarina, circle, town.host)
    for organiser, asked in (
        (other.host, circle),
        (None, circle),
        (town.host, Circle("unknown", town.network.pk)),
        (town.host, Circle(CIRCLE, other.network.pk)),
        (town.host, None),
    ):
        assert not may_organise_for(kaarina, asked, organiser)
        with pytest.raises(MayNotCreate):
            events.create_event(plan=plain_plan(), organiser=organiser, by=kaarina, now=NOW, circle=asked)


@time_machine.travel(NOW, tick=False)
def test_her_own_lists_show_them_and_the_pages_open(town: Gathering, client: Client) -> None:
    kaarina = coordinator_of(town)
    client.force_login(kaarina)
    [meeting, _second] = planned_by(town, kaarina)
    listed_page = client.get(reverse("events")).content.decode()
    assert meeting.event.get_absolute_url() in listed_page
    listed, _themes = feeds.choices(kaarina, NOW)
    assert meeting.event in listed
    event = client.get(meeting.event.get_absolute_url()).content.decode()
    assert reverse("event_participants", args=[meeting.event.slug]) in event
    assert reverse("event_copy", args=[meeting.event.slug]) not in event
    for name in ("event_participants", "event_edit", "event_door", "round_add"):
        assert client.get(reverse(name, args=[meeting.event.slug])).status_code == 200, name
