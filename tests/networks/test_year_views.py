"""The coordinator's view of a network: its pages, its files, what comes next, and how many reads they take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from events.models import Event
from networks.models import Network, NetworkMeeting, Seating
from networks.queries import next_steps, year_steps
from networks.services import memberships
from tests.factories.people import NOW, make_profile, make_user

from .gathering import Gathering, make_gathering
from .test_year import change, seat, two

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def late() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATE, tick=False) as traveller:
        yield traveller


def url(town: Gathering, name: str = "network_year", **more: Any) -> str:
    return reverse(name, kwargs={"slug": town.network.slug, **more})


def anu(town: Gathering) -> Client:
    client = Client()
    client.force_login(town.anu)
    return client


def lively(members: int = 6) -> Gathering:
    """All but the last one have met; nobody has been seen since."""
    town = make_gathering(members)
    [meeting] = town.plan()
    seat(town, meeting, tuple(range(members - 1)))
    return town


class TestPages:
    def test_the_numbers_lead_to_who_they_are(self) -> None:
        town = lively()
        page = anu(town).get(url(town)).content.decode()
        assert (
            'aria-label="Pyydettiin: 6; Jäseniä: 6; Tuli paikalle: 5; Tapasi jonkun: 5; Siitä syntyi jotain: 0"' in page
        )
        for stage, count in (("asked", 6), ("members", 6), ("attended", 5), ("met", 5)):
            address = url(town, "network_counted", stage=stage)
            assert f"{address}?year=2026" in page
            listed = anu(town).get(address)
            assert listed.context["page"].paginator.count == count
        rest = anu(town).get(f"{url(town, 'network_counted', stage='met')}?not=1")
        assert [one.profile.name for one in rest.context["page"]] == ["Yritys 5"]

    @pytest.mark.parametrize("stage", ["came", "x"])
    def test_answers_of_meetings_are_listed_nowhere(self, stage: str) -> None:
        town = lively()
        assert anu(town).get(url(town, "network_counted", stage=stage)).status_code == 404
        assert (
            reverse("network_counted", kwargs={"slug": "x", "stage": "came"})[-6:]
            not in anu(town).get(url(town)).content.decode()
        )

    @pytest.mark.parametrize("asked", ["", "2026", "1999", "abc", "2026'"])
    def test_a_year_that_is_not_there_is_read_as_the_newest(self, asked: str) -> None:
        town = lively()
        for name, more in (("network_year", {}), ("network_met", {}), ("network_counted", {"stage": "met"})):
            page = anu(town).get(f"{url(town, name, **more)}?year={asked}")
            assert page.status_code == 200
            assert page.context["year"] == 2026

    def test_years_side_by_side(self, late: time_machine.Traveller) -> None:
        town = lively()
        late.move_to(datetime(2028, 2, 1, tzinfo=UTC))
        page = anu(town).get(url(town))
        assert [one.year for one in page.context["beside"]] == [2026, 2027, 2028]
        assert page.content.decode().count('class="columns"') == 5
        older = anu(town).get(f"{url(town)}?year=2026")
        assert len(older.context["funnel"].met) == 5

    def test_who_met_whom_and_the_list_of_one(self) -> None:
        town = lively()
        two(town, NetworkMeeting.objects.get(), 0, 1)
        page = anu(town).get(f"{url(town, 'network_met')}?member={town.members[0].profile_id}")
        text = page.content.decode()
        assert len(page.context["own"]) == 4
        assert text.count('<text x="') == 6
        assert text.count('<g class="alone">') == 1
        assert 'class="own"' in text
        for odd in ("x", "999999", "-1"):
            assert anu(town).get(f"{url(town, 'network_met')}?member={odd}").context["chosen"] is None

    def test_an_empty_network(self) -> None:
        town = make_gathering(0)
        for name in ("network_year", "network_met", "network_newcomers", "network_silent"):
            assert anu(town).get(url(town, name)).status_code == 200
        for ending in ("csv", "xlsx"):
            for name in ("network_year_file", "network_met_file"):
                assert anu(town).get(url(town, name, ending=ending)).status_code == 200

    def test_a_name_in_the_picture_is_no_code(self) -> None:
        town = lively(3)
        profile = town.members[0].profile
        profile.name_fi = "<b>Paha</b> Oy"
        profile.save()
        page = anu(town).get(url(town, "network_met")).content.decode()
        assert "<b>Paha" not in page
        assert "&lt;b&gt;Paha" in page

    @pytest.mark.parametrize("name", ["network_year", "network_met", "network_newcomers", "counted", "met_file"])
    @pytest.mark.usefixtures("bare_masthead")
    def test_fixed_queries(self, name: str, django_assert_num_queries: Any) -> None:
        """Whatever the members and their meetings: literal, at one row and at three of each list."""
        cost = {"network_year": 24, "network_met": 10, "network_newcomers": 7, "counted": 13, "met_file": 10}[name]
        for count in (1, 3):
            town = make_gathering(4 * count)
            meetings = town.plan(count)
            for meeting in meetings:
                seat(town, meeting, tuple(range(2 * count)))
                two(town, meeting, 0, 1)
            for n in range(3 * count, 4 * count):
                change(town.members[n], "member", LATE)
                town.members[n].refresh_from_db()
                town.members[n].member_since = LATE
                town.members[n].save()
            more = {"stage": "met"} if name == "counted" else {"ending": "csv"} if name == "met_file" else {}
            named = {"counted": "network_counted", "met_file": "network_met_file"}.get(name, name)
            client = anu(town)
            client.get(url(town, named, **more))
            with django_assert_num_queries(cost):
                client.get(url(town, named, **more))


class TestFiles:
    def test_the_years_figures(self) -> None:
        town = lively()
        lines = anu(town).get(url(town, "network_year_file", ending="csv")).content.decode("utf-8-sig").splitlines()
        assert lines[1] == "2026;6;6;5;5;0;6;6;1"
        book = load_workbook(BytesIO(anu(town).get(url(town, "network_year_file", ending="xlsx")).content))
        assert [cell.value for cell in book.worksheets[0][2]][:6] == ["2026", "6", "6", "5", "5", "0"]

    def test_the_pairs(self) -> None:
        town = lively(4)
        two(town, NetworkMeeting.objects.get(), 0, 1)
        profile = town.members[0].profile
        profile.name_fi = "=1+1"
        profile.save()
        lines = anu(town).get(url(town, "network_met_file", ending="csv")).content.decode("utf-8-sig").splitlines()
        assert lines[1] == "'=1+1;Yritys 1;1;1;2"
        assert len(lines) == 4
        book = load_workbook(BytesIO(anu(town).get(url(town, "network_met_file", ending="xlsx")).content))
        assert book.worksheets[0].max_row == 4


class TestNext:
    def steps(self, town: Gathering, now: datetime = LATE) -> list[str]:
        network = Network.objects.get(pk=town.network.pk)
        guide = next_steps.guide_of(network) if network.guide_closed_at is None else []
        return [one.url for one in year_steps.three(network, guide, now)]

    def quiet(self, town: Gathering) -> None:
        """Without a guide, with a meeting to come."""
        Network.objects.filter(pk=town.network.pk).update(guide_closed_at=NOW)
        town.plan(first=LATE.date() + timedelta(days=20))

    def test_three_at_most_the_most_pressing_first_and_the_guide_gives_several(self) -> None:
        town = make_gathering(1)
        found = self.steps(town)
        assert len(found) == 3
        network = Network.objects.get(pk=town.network.pk)
        first = next_steps.for_coordinator(network, next_steps.guide_of(network))
        assert first is not None
        assert found[0] == first.url
        assert first.alone.startswith("Seuraavaksi: ")

    def test_nothing_waits(self) -> None:
        town = make_gathering(0)
        self.quiet(town)
        assert self.steps(town) == []
        assert "Mikään ei odota" in anu(town).get(url(town)).content.decode()

    def test_minutes_reminders_newcomers_silent_and_the_years_report_each_in_its_time(self) -> None:
        town = make_gathering(1)
        self.quiet(town)
        assert self.steps(town) == [url(town, "network_silent")]
        [meeting] = town.plan()
        NetworkMeeting.objects.filter(pk=meeting.pk).update(minutes="Puhuttiin.")
        new = town.members[0]
        Seating.objects.all().delete()
        memberships.invite(
            network=Network.objects.get(pk=town.network.pk), profile=make_profile("Kutsu", by=make_user()),
            by=town.anu, now=LATE - timedelta(days=9),
        )  # fmt: skip
        new.member_since = LATE - timedelta(days=9)
        new.save()
        assert self.steps(town) == [
            url(town, "network_minutes", pk=meeting.pk),
            url(town, "network_letters"),
            f"{url(town, 'network_introduce')}?member={new.pk}",
        ]

    def test_no_meeting_to_come(self) -> None:
        town = make_gathering(0)
        self.quiet(town)
        Event.objects.update(state=Event.State.CANCELLED)
        assert self.steps(town) == [url(town, "network_series_new")]

    def test_last_years_report_and_that_of_one_that_has_ended(self) -> None:
        town = make_gathering(0)
        self.quiet(town)
        Event.objects.update(starts_at=LATE + timedelta(days=300), ends_at=LATE + timedelta(days=301))
        assert self.steps(town, LATE + timedelta(days=60)) == [url(town, "network_report", year=2026)]
        Network.objects.update(state="ended", ended_at=LATE)
        assert self.steps(town) == [url(town, "network_report", year=2026)]

    def test_a_draft_has_its_guide(self) -> None:
        town = make_gathering(0)
        Network.objects.update(state="draft", started_at=None, guide_closed_at=NOW)
        assert self.steps(town) == []
        assert anu(town).get(url(town)).status_code == 200
