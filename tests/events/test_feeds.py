"""Addresses for calendar programmes: what they show, to whom, and how they are taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import User
from events.models import CalendarFeed, Event
from events.queries import feeds as queries
from events.services import feeds as services
from events.services import meetings
from themes.models import Theme

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    Pair,
    agree,
    agree_pair,
    make_event,
    make_event_with_programme,
    make_pair,
    make_user,
    publish_fair,
    register,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make(user: User, scope: str = "own", **more: Any) -> CalendarFeed:
    return services.make_feed(user=user, scope=scope, now=NOW, **more)


def uids(feed: CalendarFeed) -> list[str]:
    return [str(one["UID"]).split("@")[0] for one in Calendar.from_ical(queries.content_of(feed, NOW)).walk("VEVENT")]


@time_machine.travel(NOW, tick=False)
def test_a_feed_needs_no_sign_in_but_its_secret(pair: Pair) -> None:
    meeting = agree(pair)
    aino = as_user(pair.aino)
    assert aino.get(reverse("my_meetings")).context["feed_url"] == ""
    assert not CalendarFeed.objects.exists()
    aino.post(reverse("calendar_addresses"), {"what": "own"})
    url = aino.get(reverse("my_meetings")).context["feed_url"]
    response = Client().get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert [str(event["UID"]) for event in Calendar.from_ical(response.content).walk("VEVENT")] == [meeting.uid]
    again = Client().get(url, headers={"If-None-Match": f"W/{response['ETag']}"})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
    meetings.cancel_meeting(meeting=meeting, by=pair.bo, now=NOW)
    changed = Client().get(url, headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200
    assert b"STATUS:CANCELLED" in changed.content
    assert Client().get(reverse("calendar_feed", kwargs={"token": "x:y"})).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_page_makes_renews_and_removes(pair: Pair) -> None:
    aino, page = as_user(pair.aino), reverse("calendar_addresses")
    aino.post(page, {"what": "network"})
    aino.post(page, {"what": "network"})
    first = CalendarFeed.objects.get()
    path = queries.path_of(first)
    assert "Ei ole vielä haettu." in text_of(aino.get(page))
    Client().get(path, headers={"User-Agent": "Google-Calendar-Importer"})
    assert "Google Calendar" in text_of(aino.get(page))
    aino.post(reverse("renew_feed", kwargs={"pk": first.pk}))
    assert Client().get(path).status_code == 404
    second = CalendarFeed.objects.standing().get()
    assert Client().get(queries.path_of(second)).status_code == 200
    aino.post(reverse("revoke_feed", kwargs={"pk": second.pk}))
    assert Client().get(queries.path_of(second)).status_code == 404
    assert not CalendarFeed.objects.standing().exists()
    assert aino.post(page, {"what": "event-1"}).status_code == 422
    assert aino.post(reverse("revoke_feed", kwargs={"pk": second.pk})).status_code == 302


def test_a_revoked_number_is_never_given_again(pair: Pair) -> None:
    old = make(pair.aino)
    path = queries.path_of(old)
    services.revoke_feed(feed=old, by=pair.aino, now=NOW)
    new = make(pair.aino)
    assert new.edition == old.edition + 1
    assert queries.path_of(new) != path
    with pytest.raises(services.FeedIsGone):
        services.renew_feed(feed=old, by=pair.aino, now=NOW)


def test_an_address_that_was_given_before_works_on(pair: Pair) -> None:
    feed = make(pair.aino)
    assert queries.of_token(Signer(salt="events.feed").sign_object([pair.aino.pk, 1])) == feed


def test_others_change_nothing(pair: Pair) -> None:
    feed = make(pair.aino)
    bo = as_user(pair.bo)
    for name in ("renew_feed", "revoke_feed"):
        assert bo.post(reverse(name, kwargs={"pk": feed.pk})).status_code == 404
        assert Client().post(reverse(name, kwargs={"pk": feed.pk})).status_code == 302
    with pytest.raises(services.FeedIsGone):
        services.revoke_feed(feed=feed, by=pair.bo, now=NOW)
    assert queries.path_of(feed) not in bo.get(reverse("calendar_addresses")).content.decode()
    assert CalendarFeed.objects.standing().get() == feed


def test_a_feed_of_a_closed_account_is_gone(pair: Pair) -> None:
    url = queries.path_of(make(pair.aino))
    User.objects.filter(pk=pair.aino.pk).update(is_active=False)
    assert Client().get(url).status_code == 404


def test_ones_own_has_meetings_and_events_in_which_one_has_a_seat(pair: Pair) -> None:
    host = make_user("Hilkka")
    seated, waiting = make_event(host), make_event(host)
    meeting = agree(pair)
    mine = register(seated, "Oma")
    seated.registrations.filter(pk=mine.pk).update(user=pair.aino)
    other = register(waiting, "Toinen", state="waiting")
    waiting.registrations.filter(pk=other.pk).update(user=pair.aino)
    assert sorted(uids(make(pair.aino))) == sorted([meeting.uid.split("@")[0], f"event-{seated.pk}"])


def test_an_event_has_its_programme_and_ones_own_meetings(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    other = make_event_with_programme(fair.host)
    fair.event.sessions.create(title_fi="Avaus", starts_at=EVENT_DAY, ends_at=EVENT_DAY + timedelta(minutes=20))
    [session] = fair.event.sessions.all()
    found = uids(make(fair.people[0].user, "event", event=fair.event))
    mine = fair.people[0].meeting_parties.get().meeting.uid.split("@")[0]
    assert sorted(found) == sorted([f"event-{fair.event.pk}", f"session-{session.pk}", mine])
    assert f"event-{other.pk}" not in found


def test_the_address_of_an_online_event_goes_to_those_with_a_seat(fair: Fair) -> None:
    Event.objects.filter(pk=fair.event.pk).update(online_url="https://kokous.example/salainen", mode="online")
    fair.event.refresh_from_db()
    seated, outsider = fair.people[0].user, make_user("Outi")
    assert b"CONFERENCE" in queries.content_of(make(seated, "event", event=fair.event), NOW)
    for feed in (make(outsider, "event", event=fair.event), make(outsider, "network")):
        assert b"salainen" not in queries.content_of(feed, NOW)


def test_a_draft_is_in_nobodys_feed(pair: Pair) -> None:
    draft = make_event(pair.bo, state=Event.State.DRAFT)
    with pytest.raises(services.NotThere):
        make(pair.aino, "event", event=draft)
    assert uids(make(pair.aino, "network")) == []
    shown = make_event(pair.bo)
    feed = make(pair.aino, "event", event=shown)
    Event.objects.filter(pk=shown.pk).update(state=Event.State.DRAFT)
    feed.refresh_from_db()
    assert uids(CalendarFeed.objects.get(pk=feed.pk)) == []


def test_a_theme_has_its_events_and_those_under_it(pair: Pair) -> None:
    wood = Theme.objects.create(slug="puu-x", name="puu-x", name_fi="Puu")
    under = Theme.objects.create(slug="puu-y", name="puu-y", name_fi="Hirsi", parent=wood)
    event, _other = make_event(pair.bo), make_event(pair.bo)
    event.themes.add(under)
    feed = make(pair.aino, "theme", theme=wood)
    assert uids(feed) == [f"event-{event.pk}"]
    assert len(uids(make(pair.aino, "network"))) == 2
    assert "Puu" in queries.name_of(feed)


def test_what_an_address_is_of_must_be_told(pair: Pair) -> None:
    for scope, more in (("event", {}), ("theme", {}), ("own", {"event": make_event(pair.bo)})):
        with pytest.raises(services.NotThere):
            make(pair.aino, scope, **more)


def test_there_are_not_more_than_many(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    first = make(pair.aino)
    assert make(pair.aino) == first
    with pytest.raises(services.TooManyFeeds):
        make(pair.aino, "network")


def test_a_fetch_is_noted_now_and_then(pair: Pair, django_assert_num_queries: Any) -> None:
    feed = make(pair.aino)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0"
    services.note_fetch(feed=feed, programme=agent, now=NOW)
    services.note_fetch(feed=feed, programme=agent, now=NOW + timedelta(minutes=9))
    feed.refresh_from_db()
    assert (feed.fetched_at, feed.fetched_with) == (NOW, "Thunderbird")
    services.note_fetch(feed=feed, programme=agent, now=NOW + timedelta(minutes=11))
    feed.refresh_from_db()
    assert feed.fetched_at == NOW + timedelta(minutes=11)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Microsoft.Exchange/15.20 (HttpClient)", "Outlook"),
        ("iOS/17.5 (21F79) dataaccessd/1.0", "Apple Calendar"),
        ("macOS/14.5 (23F79) CalendarAgent/1000", "Apple Calendar"),
        ("Own programme of Aino 1.2", "Own programme of Aino"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_programmes_are_named_without_what_they_tell_of_the_machine(agent: str, name: str) -> None:
    assert services.named(agent) == name


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many(pair: Pair, count: int, django_assert_num_queries: Any) -> None:
    for _n in range(count):
        make(pair.aino, "event", event=make_event(pair.bo))
    client = as_user(pair.aino)
    client.get(reverse("calendar_addresses"))
    with django_assert_num_queries(6):
        assert len(client.get(reverse("calendar_addresses")).context["rows"]) == count
