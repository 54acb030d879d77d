"""The series: planned, changed, moved; and who sees what of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Representative
from core.errors import DomainError
from events.models import Event, EventSeries, Registration
from events.rules.events import may_see_event
from networks.models import AgendaItem, Network, NetworkMeeting
from networks.services import groups, meetings, memberships
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user

from .gathering import make_gathering

pytestmark = pytest.mark.django_db


def wall(meeting: NetworkMeeting) -> str:
    meeting.event.refresh_from_db()
    return (
        f"{timezone.localtime(meeting.event.starts_at):%d.%m. %H:%M}–{timezone.localtime(meeting.event.ends_at):%H:%M}"
    )


def test_a_series_is_events_with_themes_in_order_and_an_agenda_that_fits() -> None:
    town = make_gathering()
    first, second = town.plan(2, themes=["Sivuvirrat"], minutes=60)
    assert (first.event.title, second.event.title) == ("Puuverkosto: Sivuvirrat", "Puuverkosto")
    assert first.event.state == Event.State.PUBLISHED
    assert first.event.series_id == second.event.series_id is not None
    assert [item.kind for item in first.agenda.all()] == [kind for kind in AgendaItem.Kind.values if kind != "other"]
    assert [step.key for step in town.network.guide_steps.all()] == ["series"], "the guide knows of it"
    assert sum(item.minutes for item in first.agenda.all()) == 60


def test_members_host_in_turn_those_who_have_hosted_least_first() -> None:
    town = make_gathering(3)
    for number, meeting in enumerate(town.plan(4, place="", in_turn=True)):
        assert meeting.host == town.members[number % 3]
        assert meeting.event.place == f"Yritys {number % 3}, Joensuu"
    [fifth] = town.plan(1, place="", in_turn=True, first=NOW.date() + timedelta(days=300))
    assert fifth.host == town.members[1]


def test_the_same_form_sent_twice_plans_one_series() -> None:
    town = make_gathering()
    plan = meetings.SeriesPlan(days=[date(2026, 4, 2)], at=time(9, 0), minutes=60, place="Torni")
    for _twice in range(2):
        meetings.plan_series(network=town.network, plan=plan, by=town.anu, now=NOW, key="form")
    assert (NetworkMeeting.objects.count(), EventSeries.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"place": ""}, meetings.PlaceMissing),
        ({"days": [NOW.date() - timedelta(days=1)]}, DomainError),
    ],
)
def test_what_is_wrong_with_a_series_is_said_and_nothing_is_made(change: Any, problem: type[DomainError]) -> None:
    town = make_gathering()
    with pytest.raises(problem) as told:
        town.plan(1, **change)
    assert told.value.field
    assert not NetworkMeeting.objects.exists()


def test_only_those_who_run_the_network_plan_and_only_while_it_runs() -> None:
    town = make_gathering()
    [meeting] = town.plan()
    member = town.users[0]
    for act in (
        lambda: meetings.plan_series(
            network=town.network,
            plan=meetings.SeriesPlan([date(2026, 5, 7)], NOW.time(), 60, place="Torni"),
            by=member,
            now=NOW,
        ),
        lambda: meetings.edit_meeting(meeting=meeting, theme="", aim="", table_size=4, place="T", by=member, now=NOW),
        lambda: meetings.move_meeting(meeting=meeting, starts_at=NOW + timedelta(days=3), by=member, now=NOW),
        lambda: meetings.set_agenda(meeting=meeting, parts=[], by=member, now=NOW),
    ):
        with pytest.raises(meetings.NotTheCoordinator):
            act()
    Network.objects.update(state=Network.State.ENDED)
    with pytest.raises(meetings.NetworkNotRunning):
        town.plan()


def test_a_group_or_a_host_of_another_network_is_refused() -> None:
    town, other = make_gathering(1), make_gathering(1)
    with pytest.raises(meetings.NotOfThisNetwork):
        town.plan(1, group=other.group(0))
    [meeting] = town.plan()
    with pytest.raises(meetings.NotOfThisNetwork):
        meetings.edit_meeting(
            meeting=meeting, theme="", aim="", table_size=4, host=other.members[0], by=town.anu, now=NOW
        )


def test_a_changed_theme_is_the_events_name_and_another_host_its_place() -> None:
    town = make_gathering()
    [meeting] = town.plan()
    meeting = meetings.edit_meeting(
        meeting=meeting,
        theme="Tarjous yhdessä",
        aim="Luonnos",
        table_size=5,
        host=town.members[2],
        by=town.anu,
        now=NOW,
    )
    meeting.event.refresh_from_db()
    assert (meeting.event.title, meeting.event.place) == ("Puuverkosto: Tarjous yhdessä", "Yritys 2, Joensuu")
    assert (meeting.event.summary_fi, meeting.table_size) == ("Luonnos", 5)


def test_all_that_follow_move_by_the_clock_over_the_change_of_summer_time() -> None:
    town = make_gathering()
    series = town.plan(3)  # 12.3., 26.3., 9.4.: the clocks change on 29.3.
    town.come(series[2], 0)
    count = meetings.move_meeting(
        meeting=series[1],
        starts_at=datetime(2026, 3, 27, 8, 0, tzinfo=UTC),
        by=town.anu,
        now=NOW,
        with_following=True,
    )
    assert count == 2
    assert [wall(meeting) for meeting in series] == ["12.03. 09:00–11:00", "27.03. 10:00–12:00", "10.04. 10:00–12:00"]
    assert Notification.objects.filter(kind="events.changed", user=town.users[0]).count() == 1


def test_one_moves_alone_and_to_a_day_that_has_passed_not_at_all() -> None:
    town = make_gathering()
    first, second = town.plan(2)
    before = wall(second)
    meetings.move_meeting(meeting=first, starts_at=first.event.starts_at + timedelta(days=1), by=town.anu, now=NOW)
    assert wall(second) == before
    with pytest.raises(DomainError):
        meetings.move_meeting(meeting=first, starts_at=NOW - timedelta(days=1), by=town.anu, now=NOW)


@pytest.mark.parametrize(
    ("fields", "audience"),
    [
        ({}, Event.Audience.ALL),
        ({"admission": Network.Admission.CRITERIA}, Event.Audience.CIRCLE),
        ({"visibility": Network.Visibility.HIDDEN}, Event.Audience.CIRCLE),
        ({"visibility": Network.Visibility.MEMBERS}, Event.Audience.CIRCLE),
    ],
)
def test_meetings_of_a_closed_network_are_for_its_circle(fields: Any, audience: str) -> None:
    town = make_gathering(1, **fields)
    [meeting] = town.plan()
    assert meeting.event.audience == audience
    stranger = make_user()
    make_profile(by=stranger)
    assert may_see_event(stranger, meeting.event) == (audience == Event.Audience.ALL)
    assert may_see_event(town.users[0], meeting.event)


def test_a_groups_meeting_is_the_groups_alone() -> None:
    town = make_gathering(2)
    [meeting] = town.plan(1, group=town.group(0))
    assert may_see_event(town.users[0], meeting.event)
    assert not may_see_event(town.users[1], meeting.event)
    client = Client()
    for who, status in ((town.users[0], 200), (town.users[1], 404), (town.anu, 200)):
        client.force_login(who)
        assert client.get(meeting.get_absolute_url()).status_code == status
        listed = client.get(reverse("network_meetings", args=[town.network.slug])).content.decode()
        assert (meeting.get_absolute_url() in listed) == (status == 200)


PAGES = ("network_meetings", "network_who_has_met", "network_series_new")
MEETING_PAGES = (
    ("network_meeting", {"member": 200, "stranger": 404}),
    ("network_seating", {"member": 200, "stranger": 404}),
    ("network_meeting_edit", {"member": 403, "stranger": 404}),
    ("network_minutes", {"member": 403, "stranger": 404}),
)


@time_machine.travel(NOW, tick=False)
def test_who_opens_which_page() -> None:
    town = make_gathering(2, visibility=Network.Visibility.HIDDEN)
    [meeting] = town.plan()
    stranger = make_user()
    people = {"member": town.users[0], "stranger": stranger, "coordinator": town.anu}
    client = Client()
    for who, user in people.items():
        client.force_login(user)
        for name in PAGES:
            wanted = {"member": 403 if name == "network_series_new" else 200, "stranger": 404}.get(who, 200)
            assert client.get(reverse(name, args=[town.network.slug])).status_code == wanted, (who, name)
        for name, statuses in MEETING_PAGES:
            url = reverse(name, args=[town.network.slug, meeting.pk])
            assert client.get(url).status_code == statuses.get(who, 200), (who, name)
    client.logout()
    assert client.get(meeting.get_absolute_url()).status_code == 302
    # A meeting under another network's address is not there.
    client.force_login(town.anu)
    other = make_gathering(0)
    assert client.get(reverse("network_meeting", args=[other.network.slug, meeting.pk])).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_dates_are_shown_with_holidays_left_out_and_then_made(client: Client) -> None:
    town = make_gathering()
    client.force_login(town.anu)
    url = reverse("network_series_new", args=[town.network.slug])
    sent = {
        "first": "2026-04-03",  # Good Friday
        "at": "09:00",
        "minutes": "120",
        "every": "week",
        "count": "2",
        "leaves_holidays_out": "on",
        "themes": "Yksi: Tiedetään: hinta\nKaksi",
        "agenda": "visit",
        "place": "Torni",
        "table_size": "4",
        "key": "abc",
    }
    page = client.post(url, sent)
    assert [str(day) for day in page.context["dates"].held] == ["2026-04-10", "2026-04-17"]
    assert "pitkäperjantai" in page.content.decode().lower()
    assert "Tiedetään: hinta" in page.content.decode(), "each day with its theme and aim, before anything is made"
    assert not NetworkMeeting.objects.exists()
    assert client.post(url, {**sent, "make": "1"}).status_code == 302
    made = NetworkMeeting.objects.select_related("event")
    assert [(one.theme, one.aim, one.event.summary_fi) for one in made] == [
        ("Yksi", "Tiedetään: hinta", "Tiedetään: hinta"),
        ("Kaksi", "", ""),
    ]
    assert {one.agenda.filter(kind="other").count() for one in made} == {1}
    bad = client.post(url, {**sent, "place": "", "make": "1"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["place"])
    for themes in ("x" * 121, f"Yksi: {'x' * 301}"):
        assert list(client.post(url, {**sent, "themes": themes}).context["form"].errors) == ["themes"]
    bad = client.post(url, {**sent, "first": "2026-02-01", "table_size": "1"})
    assert (bad.status_code, sorted(bad.context["form"].errors)) == (422, ["first", "table_size"])


@time_machine.travel(NOW, tick=False)
def test_a_meeting_is_changed_moved_and_given_an_agenda_on_one_page(client: Client) -> None:
    town = make_gathering()
    [meeting] = town.plan()
    client.force_login(town.anu)
    url = reverse("network_meeting_edit", args=[town.network.slug, meeting.pk])
    about = {"about": "1", "theme": "Uusi", "aim": "", "host": "", "place": "Torni", "table_size": "3"}
    assert client.post(url, about).status_code == 302
    assert client.post(url, {**about, "place": ""}).status_code == 422
    hosted = {**about, "place": "", "host": town.members[1].pk}
    assert client.post(url, hosted).status_code == 302
    assert client.get(url).context["about"].initial["place"] == ""  # another host is another place
    moved = client.post(url, {"move": "1", "starts_at_0": "2026-03-13", "starts_at_1": "10:00"})
    assert moved.status_code == 302
    assert wall(meeting) == "13.03. 10:00–12:00"
    assert client.post(url, {"move": "1", "starts_at_0": "2026-02-13", "starts_at_1": "10:00"}).status_code == 422
    lines = client.get(url).context["agenda"].initial["parts"].split("\n")
    assert lines == ["10 Avaus", "10 Viime kerran tehtävät", "40 Pöytäkierros", "50 Työskentely", "10 Päätökset"]
    said = "20 min Esittelykierros\n0 Avaus\n\n90 Arbetspass"
    assert client.post(url, {"agenda": "1", "parts": said}).status_code == 302
    kept = [(item.kind, item.minutes, item.title) for item in meeting.agenda.all()]
    assert kept == [("other", 20, "Esittelykierros"), ("work", 90, "")], "a usual part is known in any language"
    assert "Esittelykierros" in client.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("Avaus", "Avaus"),
        ("10 Avaus\nkahvi 20", "kahvi 20"),
        ("999 Avaus", "600"),
        (f"10 {'x' * 121}", "120"),
        ("\n".join(["5 Avaus"] * 13), "kaksitoista"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_is_wrong_with_an_agenda_is_said_with_the_line(client: Client, lines: str, problem: str) -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    client.force_login(town.anu)
    url = reverse("network_meeting_edit", args=[town.network.slug, meeting.pk])
    page = client.post(url, {"agenda": "1", "parts": lines})
    assert page.status_code == 422
    assert problem in str(page.context["agenda"].errors)
    assert meeting.agenda.count() == 5


@pytest.mark.parametrize(("agenda", "own"), [("usual", 0), ("visit", 2), ("steering", 1)])
def test_an_agenda_to_begin_from_is_chosen_and_fits_in_the_networks_language(agenda: str, own: int) -> None:
    town = make_gathering(1)
    Network.objects.update(language="sv")
    [meeting] = town.plan(1, agenda=agenda, minutes=180)
    parts = list(meeting.agenda.all())
    assert abs(sum(item.minutes for item in parts) - 180) <= 10
    assert sum(1 for item in parts if item.title) == own
    assert not any(item.title.startswith(("A ", "What", "How")) for item in parts)


def test_a_part_of_its_own_has_a_name() -> None:
    town = make_gathering(1)
    [meeting] = town.plan()
    with pytest.raises(meetings.PartNeedsName):
        meetings.set_agenda(meeting=meeting, parts=[meetings.Part("other", 10, " ")], by=town.anu, now=NOW)


@pytest.mark.parametrize("count", [1, 3])
@time_machine.travel(NOW, tick=False)
def test_lists_of_meetings_cost_the_same_however_many(
    client: Client, count: int, bare_masthead: None, django_assert_num_queries: Any
) -> None:
    town = make_gathering()
    for meeting in town.plan(count):
        town.come(meeting, 0, 1)
    client.force_login(town.users[0])
    client.get(reverse("network_meetings", args=[town.network.slug]))
    with django_assert_num_queries(7):
        client.get(reverse("network_meetings", args=[town.network.slug]))


@pytest.mark.parametrize("way", ["leaves", "removed"])
def test_who_leaves_the_network_leaves_its_coming_meetings_and_the_seat_goes_on(way: str) -> None:
    town = make_gathering(3, visibility=Network.Visibility.MEMBERS)
    [meeting] = town.plan()
    Event.objects.update(capacity=1)
    [first] = town.come(meeting, 0)
    [second] = town.come(meeting, 1)
    Registration.objects.filter(pk=second.pk).update(state=Registration.State.WAITING)
    if way == "leaves":
        Representative.objects.filter(user=town.users[0]).update(role=Representative.Role.OWNER)
        memberships.leave(membership=town.members[0], by=town.users[0], now=NOW)
    else:
        memberships.remove(membership=town.members[0], by=town.anu, now=NOW, why="Sovittu.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Registration.State.CANCELLED, Registration.State.CONFIRMED)
    told = Notification.objects.filter(kind="events.registration_cancelled", user=town.users[0]).count()
    assert told == (0 if way == "leaves" else 1)


@pytest.mark.parametrize("way", ["leaves", "taken out"])
def test_who_leaves_a_group_leaves_its_meetings_and_keeps_the_networks(way: str) -> None:
    town = make_gathering(3)
    group = town.group(0, 1)
    [of_group], [of_network] = town.plan(group=group), town.plan(first=NOW.date() + timedelta(days=90))
    town.come(of_group, 0, 1)
    town.come(of_network, 0)
    if way == "leaves":
        groups.leave_group(member=group.members.get(membership=town.members[0]), by=town.users[0], now=NOW)
    else:
        groups.set_members(group=group, members=[town.members[1]], chair=None, by=town.anu, now=NOW)
    states = dict(Registration.objects.filter(user=town.users[0]).values_list("event", "state"))
    assert states == {
        of_group.event_id: Registration.State.CANCELLED,
        of_network.event_id: Registration.State.CONFIRMED,
    }
    assert Registration.objects.get(user=town.users[1]).state == Registration.State.CONFIRMED


@pytest.mark.parametrize("hour", [0, 1])
def test_a_meeting_in_the_hour_that_comes_twice_stays_when_its_time_is_saved_as_it_is(
    client: Client, hour: int
) -> None:
    town, there = make_gathering(), datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    [meeting] = town.plan()
    Event.objects.filter(pk=meeting.event_id).update(starts_at=there, ends_at=there + timedelta(hours=2))
    client.force_login(town.anu)
    url = reverse("network_meeting_edit", args=[town.network.slug, meeting.pk])
    answer = client.post(url, {"move": "1", "starts_at_0": "2026-10-25", "starts_at_1": "03:30"})
    assert answer.status_code == 302, answer.context["move"].errors
    meeting.event.refresh_from_db()
    assert (meeting.event.starts_at, meeting.event.ends_at) == (there, there + timedelta(hours=2))
