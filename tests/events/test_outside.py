"""What an event tells the outside: its picture, its structured data, its card, and municipal calendars."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.models import User
from events.cover import WIDTH, cover
from events.cover_picture import picture
from events.models import Event, Registration, Room, Session
from themes.models import Theme

from .making import EVENT_DAY, NOW, make_event, make_user, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/linkedevents/v1/event/"


@pytest.fixture
def host() -> User:
    return make_user("Hilkka")


def url(name: str, event: Event) -> str:
    return reverse(name, kwargs={"slug": event.slug})


class TestCover:
    @given(st.text(max_size=60), st.sampled_from(["", "puurakentaminen", "kiertotalous"]), st.integers(100, 600))
    def test_it_is_the_same_for_ever_and_stays_on_the_sheet(self, title: str, theme: str, height: int) -> None:
        drawn = cover(title, theme, height=height)
        cover.cache_clear()
        assert cover(title, theme, height=height) == drawn
        assert drawn.knot_y >= 0
        assert drawn.knot_y + drawn.size <= height
        assert WIDTH / 3 < drawn.knot_x < drawn.knot_x + drawn.size < WIDTH
        assert drawn.marks

    def test_themes_and_titles_give_different_ones(self) -> None:
        drawn = {cover(title, theme) for title in ("Puupäivä", "Puupäivät") for theme in ("", "kiertotalous")}
        assert len(drawn) == 4
        assert cover("Puupäivä", "x").knot_x == cover("Muu päivä", "x").knot_x, "a theme's are relatives"

    @pytest.mark.parametrize(
        "title", ["Puupäivä", "", "šžŋđ " * 30, "Markkinavuoropuhelupäiväkotipurkumateriaalikierrätys" * 3, "🎉 x"]
    )
    def test_any_title_becomes_a_picture(self, title: str) -> None:
        content = picture(title, "", ("Torstai 12.3.2026", "Joensuu"))
        with Image.open(io.BytesIO(content)) as drawn:
            assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
        assert content == picture(title, "", ("Torstai 12.3.2026", "Joensuu"))

    def test_it_is_served_for_what_one_may_see(self, client: Client, host: User) -> None:
        event, draft = make_event(host), make_event(host, state=Event.State.DRAFT)
        first, second = (client.get(url("event_cover", event)) for _turn in range(2))
        assert first["Content-Type"] == "image/png"
        assert first.content == second.content
        Event.objects.filter(pk=event.pk).update(title_fi="Toinen nimi")
        assert client.get(url("event_cover", event)).content != first.content
        assert client.get(url("event_cover", draft)).status_code == 404


def structured(client: Client, event: Event) -> dict[str, Any]:
    page = client.get(url("event", event)).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


class TestStructuredData:
    def test_it_says_what_the_page_says(self, client: Client, host: User) -> None:
        event = make_event(host, capacity=2, municipality="167", languages=["fi", "sv"])
        register(event, "Vieras")
        data = structured(client, event)
        assert data["@type"] == "BusinessEvent"
        assert data["name"] == event.title
        assert data["startDate"] == "2026-03-12T09:00:00+02:00"
        assert data["endDate"] == "2026-03-12T15:00:00+02:00"
        assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
        assert data["location"]["address"]["addressLocality"] == "Joensuu"
        assert data["remainingAttendeeCapacity"] == 1
        assert data["offers"]["availability"] == "https://schema.org/InStock"
        assert data["url"] == f"{settings.SITE_URL}{event.get_absolute_url()}"
        assert data["image"][0].startswith(f"{settings.SITE_URL}/fi/events/")

    def test_a_secret_address_is_not_in_it(self, client: Client, host: User) -> None:
        event = make_event(host, mode="both", online_url="https://meet.example.fi/secret")
        client.force_login(host)
        data = structured(client, event)
        assert "meet.example.fi" not in json.dumps(data)
        assert [one["@type"] for one in data["location"]] == ["Place", "VirtualLocation"]

    def test_words_cannot_end_the_script(self, client: Client, host: User) -> None:
        name = "</script><script>alert(1)</script> & <b>"
        data = structured(client, make_event(host, title_fi=name))
        assert data["name"] == name
        page = client.get(url("event", Event.objects.get())).content.decode()
        assert "<script>alert" not in page

    def test_cancelled_whole_days_and_open_days(self, client: Client, host: User) -> None:
        event = make_event(
            host,
            kind=Event.Kind.PUBLIC_DAY,
            state=Event.State.CANCELLED,
            is_all_day=True,
            starts_at=datetime(2026, 3, 26, 22, 0, tzinfo=UTC),
            ends_at=datetime(2026, 3, 29, 21, 0, tzinfo=UTC),
        )
        data = structured(client, event)
        assert (data["startDate"], data["endDate"]) == ("2026-03-27", "2026-03-29")
        assert data["eventStatus"] == "https://schema.org/EventCancelled"
        assert "offers" not in data

    def test_a_draft_says_nothing(self, client: Client, host: User) -> None:
        draft = make_event(host, state=Event.State.DRAFT)
        client.force_login(host)
        page = client.get(url("event", draft)).content.decode()
        assert "ld+json" not in page
        assert "og:title" not in page


class TestEmbed:
    def test_only_it_may_be_framed(self, client: Client, host: User) -> None:
        event = make_event(host)
        card = client.get(url("event_embed", event))
        assert "X-Frame-Options" not in card
        assert "frame-ancestors *" in card["Content-Security-Policy"]
        assert "'none' *" not in card["Content-Security-Policy"]
        page = client.get(url("event", event))
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]

    def test_it_is_the_same_whoever_looks_and_has_nothing_to_press(self, client: Client, host: User) -> None:
        event = make_event(host, online_url="https://meet.example.fi/secret", mode="online")
        seat = register(event, "Vieras")
        before = client.get(url("event_embed", event)).content
        for user in (host, seat.user):
            client.force_login(user)
            assert client.get(url("event_embed", event)).content == before
        for part in (b"<form", b"<script", b"meet.example.fi", b"Vieras"):
            assert part not in before

    def test_a_draft_is_not_shown_to_its_host_either(self, client: Client, host: User) -> None:
        draft = make_event(host, state=Event.State.DRAFT)
        client.force_login(host)
        assert client.get(url("event_embed", draft)).status_code == 404

    def test_with_the_programme_when_asked(self, client: Client, host: User) -> None:
        event = make_event(host)
        Session.objects.create(
            event=event,
            title_fi="Avaus",
            starts_at=EVENT_DAY,
            ends_at=EVENT_DAY + timedelta(hours=1),
            room=Room.objects.create(event=event, name="Sali"),
        )
        assert b"Avaus" not in client.get(url("event_embed", event)).content
        assert b"Avaus" in client.get(f"{url('event_embed', event)}?programme=1").content

    def test_the_host_is_told_what_to_paste(self, client: Client, host: User) -> None:
        event = make_event(host)
        assert "&lt;iframe" not in client.get(url("event", event)).content.decode()
        client.force_login(host)
        page = client.get(url("event", event)).content.decode()
        assert f"&lt;iframe src=&quot;{settings.SITE_URL}{url('event_embed', event)}&quot;" in page or (
            f'&lt;iframe src="{settings.SITE_URL}{url("event_embed", event)}"' in page
        )


class TestLinkedEvents:
    def data(self, client: Client, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(f"{LIST}{query}").json()["data"]
        return found

    def test_a_record_has_what_the_calendars_ask_for(self, client: Client, host: User) -> None:
        event = make_event(
            host,
            title_sv="Partnerdag",
            description="Tervetuloa",
            municipality="710",
            capacity=3,
            languages=["fi"],
            published_at=NOW,
        )
        theme = Theme.objects.create(
            name="Puu", slug="puu", name_fi="Puu", yso_uri="http://www.yso.fi/onto/yso/p8478", yso_match="exact"
        )
        event.themes.add(theme)
        (record,) = self.data(client)
        assert record["id"] == f"solmu:{event.pk}"
        assert record["@id"] == f"{settings.SITE_URL}{LIST}solmu:{event.pk}/"
        assert record["name"] == {"fi": event.title_fi, "sv": "Partnerdag"}
        assert record["description"] == {"fi": "Tervetuloa"}
        assert record["short_description"] is None
        assert (record["start_time"], record["end_time"]) == ("2026-03-12T07:00:00Z", "2026-03-12T13:00:00Z")
        assert record["location"]["address_locality"] == {"fi": "Raasepori", "sv": "Raseborg"}
        assert record["keywords"][0]["id"] == "yso:p8478"
        assert record["in_language"][0]["@id"].endswith("/language/fi/")
        assert record["offers"][0]["is_free"] is True
        assert record["event_status"] == "EventScheduled"
        assert client.get(f"{LIST}solmu:{event.pk}/").json() == record

    @pytest.mark.parametrize(("days", "end"), [(1, None), (3, "2026-03-29")])
    def test_whole_days_are_dates_without_an_end_if_one(
        self, client: Client, host: User, days: int, end: str | None
    ) -> None:
        """27.3. to 29.3., over the change of clocks."""
        start = datetime(2026, 3, 26, 22, 0, tzinfo=UTC)
        over = datetime(2026, 3, 29, 21, 0, tzinfo=UTC) if days == 3 else start + timedelta(days=1)
        make_event(host, is_all_day=True, starts_at=start, ends_at=over)
        (record,) = self.data(client)
        assert (record["start_time"], record["end_time"]) == ("2026-03-27", end)

    def test_nothing_private_is_told(self, client: Client, host: User) -> None:
        make_event(host, state=Event.State.DRAFT)
        event = make_event(host, online_url="https://meet.example.fi/secret", mode="online")
        seat = register(event, "Vieras", state=Registration.State.CONFIRMED)
        client.force_login(host)
        (record,) = self.data(client)
        words = json.dumps(record, ensure_ascii=False)
        for secret in ("meet.example.fi", seat.user.email, seat.profile.name, host.email):
            assert secret not in words
        assert record["location"] is None

    def test_it_is_open_to_any_site(self, client: Client) -> None:
        answer = client.get(LIST)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer.json() == {"meta": {"count": 0, "next": None, "previous": None}, "data": []}

    def test_it_can_be_narrowed_by_time_and_words(self, client: Client, host: User) -> None:
        make_event(host, title_fi="Puupäivä")
        make_event(host, title_fi="Vesipäivä", starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=8))
        for query, names in (
            ("", ["Puupäivä"]),
            ("?start=2026-02-01", ["Vesipäivä", "Puupäivä"]),
            ("?end=today", ["Vesipäivä"]),
            ("?start=today&end=2026-03-11", []),
            ("?start=2026-03-12T12:59:00Z", ["Puupäivä"]),
            ("?start=2026-03-12T13:01:00Z", []),
            ("?start=2026-02-01&text=vesi", ["Vesipäivä"]),
            ("?last_modified_since=2099-01-01", []),
        ):
            assert [record["name"]["fi"] for record in self.data(client, query)] == names, query

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("?start=x", 400),
            ("?start=2026-13-40", 400),
            ("?start=0001-01-01", 400),
            ("?start=9999-12-31T23:59:59-05:00", 400),
            ("?end=9999-12-31", 200),
            ("?page=0", 400),
            ("?page=-7878", 400),
            ("?page=²", 400),
            ("?page_size=101", 400),
            ("?page=2", 404),
            ("?text=%00", 200),
        ],
    )
    def test_what_cannot_be_understood_is_said(self, client: Client, query: str, status: int) -> None:
        assert client.get(f"{LIST}{query}").status_code == status

    @pytest.mark.parametrize("number", ["solmu:999", "helsinki:1", "1", "solmu:x", "solmu:" + "9" * 30])
    def test_what_is_not_there_is_not_found(self, client: Client, number: str) -> None:
        assert client.get(f"{LIST}{number}/").status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_long(
        self, client: Client, host: User, count: int, django_assert_num_queries: Any
    ) -> None:
        for _n in range(count):
            make_event(host)
        client.get(LIST)
        with django_assert_num_queries(3):
            assert len(self.data(client)) == count

    def test_pages_lead_on(self, client: Client, host: User) -> None:
        for _n in range(3):
            make_event(host)
        meta = client.get(f"{LIST}?page_size=2&start=2026-01-01").json()["meta"]
        assert meta["count"] == 3
        assert meta["next"] == f"{settings.SITE_URL}{LIST}?page_size=2&start=2026-01-01&page=2"
        assert len(self.data(client, meta["next"].partition("event/")[2])) == 1
