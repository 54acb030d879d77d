"""An event for a circle: who sees it in each place that reads events. Everything not said to be open is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, Representative, User
from events import hooks
from events.models import CalendarFeed, Event, Registration
from events.queries import events as queries
from events.queries import feeds, outside, series
from events.routing import websocket_urlpatterns
from events.rules import desks as desk_rules
from events.rules.events import may_see_event
from events.services import colleagues, copying, registrations
from events.services import events as services
from events.services import feeds as feed_services
from notifications.models import Notification
from notifications.queries import read_notice
from themes.models import Theme

from .making import EVENT_DAY, NOW, edit_plan, make_event, make_profile, make_user, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHO = ("visitor", "stranger", "insider", "host", "coordinator")
INSIDE = {"insider", "host", "coordinator"}


class World:
    """A circle's event of a town: Inka is in the circle, Otto is not, Hilkka hosts, Anu keeps the installation."""

    def __init__(self) -> None:
        self.people: dict[str, Any] = {
            "visitor": AnonymousUser(),
            "stranger": make_user("Otto Ulkona"),
            "insider": make_user("Inka Sisällä"),
            "host": make_user("Hilkka Host"),
            "coordinator": make_user("Anu", is_coordinator=True),
        }
        self.town = make_profile("Liperin kunta", by=self.people["host"], kind=Profile.Kind.MUNICIPALITY)
        self.event = make_event(
            self.people["host"],
            title_fi="Salainen kokous",
            audience=Event.Audience.CIRCLE,
            organiser=self.town,
            municipality="426",
        )
        self.event.sessions.create(
            title_fi="Salainen puhe", starts_at=EVENT_DAY, ends_at=EVENT_DAY + timedelta(hours=1)
        )
        self.theme = Theme.objects.create(name="puu", slug="puu", name_fi="puu")
        self.event.themes.add(self.theme)
        for who in ("stranger", "insider"):
            make_profile(f"{who} Oy", by=self.people[who])

    def client(self, who: str) -> Client:
        client = Client()
        if who != "visitor":
            client.force_login(self.people[who])
        return client

    def page(self, who: str, address: str) -> str:
        return self.client(who).get(address).content.decode()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(hooks, "_circles", {})
    made = World()
    inka, pk = made.people["insider"].pk, made.event.pk
    hooks.on_circle("test", lambda user: Q(pk=pk) if user.pk == inka else Q(pk__in=[]))
    return made


def listed(world: World, who: str) -> bool:
    return world.event in queries.listed(world.people[who])


def ruled(world: World, who: str) -> bool:
    return may_see_event(world.people[who], world.event)


def paged(world: World, who: str) -> bool:
    return world.client(who).get(url("event", world.event)).status_code == 200


def covered(world: World, who: str) -> bool:
    response = world.client(who).get(url("event_cover", world.event))
    if response.status_code == 200:
        assert "no-store" in response["Cache-Control"], "no cache between may keep it"
    return response.status_code == 200


def filed(world: World, who: str) -> bool:
    return world.client(who).get(url("event_file", world.event)).status_code == 200


def programmed(world: World, who: str) -> bool:
    return world.client(who).get(url("programme", world.event)).status_code == 200


def on_list(world: World, who: str) -> bool:
    return "Salainen" in world.page(who, reverse("events"))


def by_filter(world: World, who: str) -> bool:
    return "Salainen" in world.page(who, f"{reverse('events')}?place=426&theme=puu")


def place_offered(world: World, who: str) -> bool:
    return ("426", "Liperi") in queries.municipalities_in_use(world.people[who], NOW)


def theme_offered(world: World, who: str) -> bool:
    return world.theme in queries.themes_in_use(world.people[who], NOW)


def on_front(world: World, who: str) -> bool:
    return "Salainen" in world.page(who, reverse("home"))


def on_theme(world: World, who: str) -> bool:
    return "Salainen" in world.page(who, world.theme.get_absolute_url())


def on_profile(world: World, who: str) -> bool:
    return "Salainen" in world.page(who, world.town.get_absolute_url())


def beside_in_series(world: World, who: str) -> bool:
    open_one = make_event(world.people["host"], series=_series(world))
    return world.event in series.others_of(open_one, world.people[who])


def _series(world: World) -> Any:
    from events.models import EventSeries

    made = EventSeries.objects.create(kind=EventSeries.Kind.REPEATED, created_at=NOW)
    Event.objects.filter(pk=world.event.pk).update(series=made)
    return made


EVERY_PLACE: list[Callable[[World, str], bool]] = [
    listed, ruled, paged, covered, filed, programmed, on_list, by_filter, place_offered, theme_offered, on_front,
    on_theme, on_profile, beside_in_series,
]  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_only_those_inside_see_it(world: World, who: str) -> None:
    seen = [place.__name__ for place in EVERY_PLACE if place(world, who)]
    assert seen == ([place.__name__ for place in EVERY_PLACE] if who in INSIDE else [])


@pytest.mark.parametrize("who", ["insider", "host"])
def test_without_an_answer_it_is_closed(world: World, who: str) -> None:
    hooks._circles.clear()
    seen = [place.__name__ for place in EVERY_PLACE if place(world, who)]
    assert seen == ([place.__name__ for place in EVERY_PLACE] if who == "host" else [])


@pytest.mark.parametrize("who", WHO)
def test_a_circle_opens_no_draft(world: World, who: str) -> None:
    Event.objects.filter(pk=world.event.pk).update(state=Event.State.DRAFT)
    world.event.refresh_from_db()
    assert listed(world, who) is ruled(world, who) is (who in {"host", "coordinator"})


class TestOutside:
    def test_machines_are_told_nothing(self, world: World) -> None:
        assert world.event not in outside.told_to_calendars()
        client = Client()
        assert "Salainen" not in client.get("/linkedevents/v1/event/?text=Salainen").content.decode()
        assert client.get(f"/linkedevents/v1/event/solmu:{world.event.pk}/").status_code == 404

    def test_it_is_on_nobodys_site(self, world: World) -> None:
        for who in WHO:
            assert world.client(who).get(url("event_embed", world.event)).status_code == 404
        page = world.page("host", world.event.get_absolute_url())
        assert "application/ld+json" not in page
        assert "og:title" not in page
        assert "noindex" in page
        assert reverse("event_embed", kwargs={"slug": world.event.slug}) not in page

    @pytest.mark.parametrize("who", WHO[1:])
    @pytest.mark.parametrize("scope", ["network", "theme", "event"])
    def test_calendar_addresses(self, world: World, who: str, scope: str) -> None:
        person, inside = world.people[who], who in INSIDE
        more: dict[str, Any] = {"theme": world.theme} if scope == "theme" else {}
        if scope == "event":
            more["event"] = world.event
            if not inside:
                with pytest.raises(feed_services.NotThere):
                    feed_services.make_feed(user=person, scope=scope, now=NOW, **more)
                return
        made = feed_services.make_feed(user=person, scope=scope, now=NOW, **more)
        assert (b"Salainen" in feeds.content_of(made, NOW)) is inside

    def test_an_address_shuts_with_the_circle(self, world: World) -> None:
        inka = world.people["insider"]
        made = feed_services.make_feed(user=inka, scope=CalendarFeed.Scope.EVENT, event=world.event, now=NOW)
        hooks._circles.clear()
        assert b"BEGIN:VEVENT" not in feeds.content_of(made, NOW)
        offered, _themes = feeds.choices(inka, NOW)
        assert world.event not in offered


class TestComing:
    def register(self, world: World, who: str) -> Registration:
        person = world.people[who]
        profile = Profile.objects.represented_by(person).get()
        return registrations.register(event=world.event, profile=profile, by=person, now=NOW)

    def test_those_inside_register_and_others_do_not(self, world: World) -> None:
        assert self.register(world, "insider").state == Registration.State.CONFIRMED
        with pytest.raises(registrations.NotForYou):
            self.register(world, "stranger")
        assert world.client("stranger").post(url("event_register", world.event)).status_code == 404

    def test_nobody_is_brought_from_outside(self, world: World) -> None:
        seat = self.register(world, "insider")
        colleague = make_user("Kalle")
        Representative.objects.create(profile=seat.profile, user=colleague, role="editor", since=NOW)
        with pytest.raises(registrations.NotForYou):
            registrations.register_colleagues(registration=seat, people=[colleague], by=seat.user, now=NOW)

    def test_no_letter_tells_an_address_of_it(self, world: World) -> None:
        seat = self.register(world, "insider")
        with pytest.raises(colleagues.NoLetters):
            colleagues.ask_colleague(registration=seat, email="x@example.fi", by=seat.user, now=NOW)
        page = world.page("insider", url("event_registration", world.event))
        assert reverse("event_ask_colleague", kwargs={"slug": world.event.slug}) not in page

    def test_desks_are_the_circles(self, world: World) -> None:
        Event.objects.filter(pk=world.event.pk).update(kind=Event.Kind.PUBLIC_DAY)
        world.event.refresh_from_db()
        for who in WHO[1:]:
            assert desk_rules.may_visit(world.people[who], world.event) is (who in INSIDE)

    def test_a_seat_outlives_the_circle_and_no_more_than_the_seat(self, world: World) -> None:
        seat = self.register(world, "insider")
        inka = world.people["insider"]
        hooks._circles.clear()
        assert not paged(world, "insider")
        own = feed_services.make_feed(user=inka, scope=CalendarFeed.Scope.OWN, now=NOW)
        assert b"Salainen" in feeds.content_of(own, NOW)
        plan = edit_plan(world.event, place="Muu sali")
        services.edit_event(event=world.event, plan=plan, organiser=world.town, by=world.people["host"], now=NOW)
        told = Notification.objects.filter(user=inka, kind="events.changed").get()
        assert read_notice(told) is not None
        registrations.cancel_registration(registration=seat, by=inka, now=NOW)
        assert read_notice(told) is None
        assert b"Salainen" not in feeds.content_of(own, NOW)
        for notice in Notification.objects.filter(user=inka):
            assert read_notice(notice) is None


@pytest.mark.django_db(transaction=True)
def test_an_open_page_shuts_with_the_circle(world: World) -> None:
    inka = world.people["insider"]
    Registration.objects.create(
        event=world.event, user=inka, profile=Profile.objects.represented_by(inka).get(), registered_at=NOW
    )

    async def is_opened() -> bool:
        address = f"/ws/fi/events/{world.event.pk}/day/9999999999/"
        socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), address)
        socket.scope["user"] = inka
        connected, _code = await socket.connect()
        await socket.disconnect()
        return bool(connected)

    assert async_to_sync(is_opened)()
    hooks._circles.clear()
    assert not async_to_sync(is_opened)()


class TestStaying:
    def test_it_stays_closed_when_edited_and_copied(self, world: World) -> None:
        host: User = world.people["host"]
        edited = services.edit_event(
            event=world.event, plan=edit_plan(world.event), organiser=world.town, by=host, now=NOW
        )
        assert edited.audience == Event.Audience.CIRCLE
        assert copying.copy_event(event=edited, by=host, now=NOW).audience == Event.Audience.CIRCLE

    def test_one_is_made_for_a_circle(self, world: World) -> None:
        host = world.people["host"]
        plan = edit_plan(world.event)
        assert services.create_event(plan=plan, organiser=world.town, by=host, now=NOW).is_for_all
        made = services.create_event(plan=plan, organiser=world.town, by=host, now=NOW, audience="circle")
        assert not made.is_for_all
