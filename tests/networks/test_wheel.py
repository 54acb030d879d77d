"""The year's wheel and the calendar that one subscribes to: what is in them, and for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, TestCase
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Representative, User
from core import modules
from events.hooks import Circle
from events.models import CalendarFeed, Event, Registration
from events.queries import feeds
from events.services import feeds as feed_services
from networks.models import Coordinator, Group, Membership, Network
from networks.queries import wheel as queries
from networks.queries.wheel import Kind
from networks.rules.meetings import CIRCLE
from networks.services import memberships
from networks.templatetags.network_wheel import wheel
from tests.factories.people import NOW, make_user

from .gathering import Gathering, make_gathering

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Gathering:
    return make_gathering(4, visibility=Network.Visibility.MEMBERS)


def marks(town: Gathering, user: Any, year: int = 2026) -> list[tuple[str, Kind, str]]:
    found = queries.year_of(town.network, user, year, NOW)
    return [(f"{mark.day:%d.%m.}", mark.kind, mark.group) for mark in found.marks]


def subscribe(town: Gathering, user: User) -> CalendarFeed:
    scope, circle = CalendarFeed.Scope.CIRCLE, Circle(CIRCLE, town.network.pk)
    return feed_services.make_feed(user=user, scope=scope, circle=circle, now=NOW)


def entries(feed: CalendarFeed) -> list[Any]:
    content = feeds.content_of(CalendarFeed.objects.select_related("user").get(pk=feed.pk), NOW)
    return list(Calendar.from_ical(content).walk("VEVENT"))


def titles(feed: CalendarFeed) -> list[str]:
    return [str(one["SUMMARY"]) for one in entries(feed)]


def a_full_year(town: Gathering) -> Group:
    """Two meetings, a public day, a meeting of a group of the first member, its term, and everybody's renewals."""
    group = town.group(0)
    Group.objects.filter(pk=group.pk).update(term_ends=date(2026, 12, 31))
    town.plan(2, themes=["Hake"])
    [day] = town.plan(1, first=date(2026, 9, 3))
    Event.objects.filter(pk=day.event_id).update(kind=Event.Kind.PUBLIC_DAY)
    town.plan(1, group=group, first=date(2026, 5, 7))
    Membership.objects.update(period_ends=date(2026, 11, 30))
    return group


def test_members_see_what_is_theirs_and_those_who_run_it_see_all(town: Gathering) -> None:
    a_full_year(town)
    everybody = [
        ("12.03.", Kind.MEETING, ""),
        ("26.03.", Kind.MEETING, ""),
        ("03.09.", Kind.PUBLIC, ""),
        ("30.11.", Kind.RENEWAL, ""),
    ]
    grouped = [("07.05.", Kind.GROUP, "Sivuvirrat"), ("31.12.", Kind.TERM, "Sivuvirrat")]
    assert marks(town, town.users[1]) == everybody
    assert marks(town, town.users[0]) == sorted(everybody + grouped, key=lambda one: one[0][3:] + one[0])
    assert marks(town, town.anu) == marks(town, town.users[0])
    own, all_ = (
        next(one for one in queries.year_of(town.network, who, 2026, NOW).marks if one.kind == Kind.RENEWAL)
        for who in (town.users[1], town.anu)
    )
    assert own.detail == "Yritys 1"
    assert all_.detail == "Yritys 0, Yritys 1, Yritys 2 ja 1 muu"
    assert marks(town, town.anu, 2027) == []


def test_cancelled_meetings_and_drafts_are_not_on_the_wheel(town: Gathering) -> None:
    first, second = town.plan(2)
    Event.objects.filter(pk=first.event_id).update(state=Event.State.CANCELLED)
    Event.objects.filter(pk=second.event_id).update(state=Event.State.DRAFT)
    assert marks(town, town.anu) == []


def test_the_year_is_that_of_the_wall(town: Gathering) -> None:
    """A meeting at one in the morning of New Year's Day is still the old year by the clock of Greenwich."""
    [meeting] = town.plan(1)
    starts = datetime(2026, 12, 31, 23, 0, tzinfo=NOW.tzinfo)
    Event.objects.filter(pk=meeting.event_id).update(starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert (marks(town, town.anu, 2026), marks(town, town.anu, 2027)) == ([], [("01.01.", Kind.MEETING, "")])


def test_the_picture_says_in_words_what_it_shows_and_escapes_what_people_write(town: Gathering) -> None:
    town.plan(3, themes=["<script>"])
    drawn = str(wheel(queries.year_of(town.network, town.anu, 2026, NOW)))
    assert 'role="img"' in drawn
    assert "3 tapaamista" in drawn
    assert "<script>" not in drawn
    assert drawn.count("wheel__series") == 1, "one arc for the series"
    assert drawn.count('class="wheel__month') == 12
    assert "wheel__hand" in drawn
    assert "wheel__hand" not in str(wheel(queries.year_of(town.network, town.anu, 2028, NOW)))


@time_machine.travel(NOW, tick=False)
def test_the_page_turns_to_other_years_and_not_to_any(town: Gathering, client: Client) -> None:
    a_full_year(town)
    client.force_login(town.users[0])
    url = reverse("network_wheel", args=[town.network.slug])
    page = client.get(url).content.decode()
    for said in ("Sivuvirrat", "Yritys 0", "?year=2025", "?year=2027"):
        assert said in page
    assert "Yritys 1" not in page
    assert client.get(f"{url}?year=2027").status_code == 200
    assert client.get(f"{url}?year=1999").status_code == 404
    for odd in ("x", "20261", "-1", "²"):
        assert client.get(url, {"year": odd}).context["year"].year == 2026


@pytest.mark.parametrize("count", [1, 3])
@time_machine.travel(NOW, tick=False)
def test_the_wheel_costs_the_same_however_full(
    town: Gathering, client: Client, count: int, bare_masthead: None, django_assert_num_queries: Any
) -> None:
    town.plan(count)
    town.plan(count, group=town.group(0), first=date(2026, 8, 6))
    Membership.objects.filter(pk__in=[one.pk for one in town.members[:count]]).update(period_ends=date(2026, 11, 30))
    client.force_login(town.users[0])
    url = reverse("network_wheel", args=[town.network.slug])
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)


# --- The calendar ----------------------------------------------------------------------------------------------------


def test_it_holds_what_its_owner_may_see(town: Gathering) -> None:
    a_full_year(town)
    groups_own, other = subscribe(town, town.users[0]), subscribe(town, town.users[1])
    assert [title for title in titles(groups_own) if "Sivuvirrat" in title] == ["Puuverkosto: Sivuvirrat"]
    assert not any("Sivuvirrat" in str(one) for one in entries(other)), "a group's meeting is the group's"
    assert len(entries(groups_own)) == 6
    assert len(entries(other)) == 4
    renewal = next(one for one in entries(other) if "DTSTART" in one and "RENEWAL" in str(one["UID"]).upper())
    assert renewal.decoded("DTSTART") == date(2026, 11, 30)
    assert renewal.decoded("DTEND") == date(2026, 12, 1)


def test_hours_stay_on_the_wall_over_the_change_of_summer_time(town: Gathering) -> None:
    town.plan(2, first=date(2026, 3, 26))  # the clocks change on 29.3.
    Membership.objects.update(period_ends=date(2026, 3, 29))
    told = {str(one.decoded("DTSTART")): one for one in entries(subscribe(town, town.users[0]))}
    assert sorted(told) == ["2026-03-26 09:00:00+02:00", "2026-03-29", "2026-04-09 09:00:00+03:00"]
    assert {one["DTSTART"].params.get("TZID") for one in told.values()} == {"Europe/Helsinki", None}
    assert told["2026-03-29"].decoded("DTEND") == date(2026, 3, 30), "the day of 23 hours is one day"


def test_the_online_address_goes_to_those_with_a_seat(town: Gathering) -> None:
    [meeting] = town.plan(1)
    Event.objects.update(online_url="https://kokous.example.fi/salainen")
    town.come(meeting, 0)
    told = [any("salainen" in str(one.values()) for one in entries(subscribe(town, town.users[n]))) for n in (0, 1)]
    assert told == [True, False]
    Registration.objects.update(state=Registration.State.CANCELLED)
    assert not any("salainen" in str(one.values()) for one in entries(subscribe(town, town.users[0])))


@pytest.mark.parametrize("way", ["left", "removed", "no longer represents", "stepped down", "switched off"])
@time_machine.travel(NOW, tick=False)
def test_whoever_is_inside_no_longer_gets_nothing(town: Gathering, client: Client, way: str) -> None:
    town.plan(2)
    who = make_user("Kaarina") if way == "stepped down" else town.users[0]
    if way == "stepped down":
        Coordinator.objects.create(network=town.network, user=who, since=NOW)
    path = feeds.path_of(subscribe(town, who))
    assert client.get(path).status_code == 200
    if way == "left":
        Representative.objects.filter(user=who).update(role=Representative.Role.OWNER)
        memberships.leave(membership=town.members[0], by=who, now=NOW)
    elif way == "removed":
        memberships.remove(membership=town.members[0], by=town.anu, now=NOW, why="Sovittu.")
    elif way == "no longer represents":
        Representative.objects.filter(user=who).delete()
    elif way == "stepped down":
        Coordinator.objects.filter(user=who).delete()
    else:
        on = [one.key for one in modules.registered() if one.key != "networks"]
        with TestCase.captureOnCommitCallbacks(execute=True):
            modules.set_modules(on=on, by=make_user(is_coordinator=True), now=NOW)
    gone = client.get(path)
    assert gone.status_code == 404
    assert "Puuverkosto" not in gone.content.decode()
    client.force_login(who)
    assert "Puuverkosto" not in client.get(reverse("calendar_addresses")).content.decode()


def test_a_stranger_makes_no_address(town: Gathering) -> None:
    for circle in (Circle(CIRCLE, town.network.pk), Circle(CIRCLE, 0), Circle("unknown", 1), None):
        with pytest.raises(feed_services.NotThere):
            feed_services.make_feed(user=make_user(), scope=CalendarFeed.Scope.CIRCLE, circle=circle, now=NOW)
    with pytest.raises(feed_services.NotThere):
        feed_services.make_feed(user=town.users[0], scope="own", circle=Circle(CIRCLE, town.network.pk), now=NOW)


@time_machine.travel(NOW, tick=False)
def test_the_address_is_made_given_anew_and_removed(town: Gathering, client: Client) -> None:
    town.plan(1)
    client.force_login(town.users[0])
    page, make = (reverse(name, args=[town.network.slug]) for name in ("network_wheel", "network_calendar"))
    for _twice in range(2):
        assert client.post(make).status_code == 302
    feed = CalendarFeed.objects.get(user=town.users[0])
    first = feeds.path_of(feed)
    assert first in client.get(page).content.decode()
    assert "Puuverkosto" in client.get(reverse("calendar_addresses")).content.decode()
    client.post(reverse("renew_feed", args=[feed.pk]))
    anew = CalendarFeed.objects.standing().get(user=town.users[0])
    assert anew.circle == feed.circle
    assert [client.get(path).status_code for path in (first, feeds.path_of(anew))] == [404, 200]
    client.post(reverse("revoke_feed", args=[anew.pk]))
    assert client.get(feeds.path_of(anew)).status_code == 404
    assert "network-calendar" not in client.get(page).content.decode()
    listed = client.post(reverse("calendar_addresses"), {"what": f"circle-{CIRCLE}-{town.network.pk}"})
    assert listed.status_code == 302
    assert CalendarFeed.objects.standing().get(user=town.users[0]).circle == feed.circle


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_addresses_costs_the_same_however_many_networks(
    client: Client, count: int, bare_masthead: None, django_assert_num_queries: Any
) -> None:
    who = make_user("Kaarina")
    for _number in range(count):
        made = make_gathering(0)
        Coordinator.objects.create(network=made.network, user=who, since=NOW)
        subscribe(made, who)
    client.force_login(who)
    client.get(reverse("calendar_addresses"))
    with django_assert_num_queries(6):
        client.get(reverse("calendar_addresses"))
