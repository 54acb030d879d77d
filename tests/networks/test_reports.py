"""The yearly report: who sees a draft and a published one, small numbers, figures that stand, two who publish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Profile, User
from events.models import Event
from networks.models import Decision, Goal, Membership, Network, NetworkReport, Seating
from networks.queries import reports as queries
from networks.services import reports as services
from networks.services.common import NotTheCoordinator
from tests.factories.people import make_user

from .gathering import Gathering, make_gathering

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def late() -> Iterator[None]:
    with time_machine.travel(LATE, tick=False):
        yield


def held(town: Gathering, *numbers: int, **fields: Any) -> Any:
    """A meeting at which those members sat at one table, with two decisions."""
    [meeting] = town.plan(themes=["Avoin aihe"], **fields)
    for number in numbers:
        Seating.objects.create(meeting=meeting, profile=town.members[number].profile, table=1)
    for text in ("Yksi", "Kaksi"):
        Decision.objects.create(meeting=meeting, text=text)
    return meeting


def write(town: Gathering, year: int = 2026, **more: Any) -> NetworkReport:
    values: dict[str, Any] = {"words": {"fi": "Hyvä vuosi."}, "goals": {}, "by": town.anu, "now": LATE, **more}
    return services.save_report(network=town.network, year=year, **values)


def publish(town: Gathering, by: Any = None, year: int = 2026, now: datetime = LATE) -> NetworkReport:
    return services.publish_report(network=town.network, year=year, by=by or town.anu, now=now)


def take_back(town: Gathering, by: Any = None) -> NetworkReport:
    return services.take_back_report(network=town.network, year=2026, by=by or town.anu, now=LATE)


def url(town: Gathering, name: str = "network_report", year: int = 2026) -> str:
    return reverse(name, kwargs={"slug": town.network.slug, "year": year})


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


class TestLife:
    def test_draft_published_taken_back(self) -> None:
        town = make_gathering(6)
        held(town, *range(6))
        report = write(town)
        assert not report.is_published
        report = publish(town)
        assert (report.published_at, report.published_by) == (LATE, town.anu)
        report = take_back(town)
        assert (report.figures, report.published_at, report.words_fi) == (None, None, "Hyvä vuosi.")
        write(town, words={"fi": "Toisin."})
        assert publish(town).words_fi == "Toisin."
        assert NetworkReport.objects.count() == 1

    def test_two_who_publish_the_second_is_told(self) -> None:
        town = make_gathering(1)
        other = make_user(is_coordinator=True)
        write(town)
        first = publish(town)
        with pytest.raises(services.AlreadyPublished):
            publish(town, by=other, now=LATE + timedelta(seconds=1))
        first.refresh_from_db()
        assert (first.published_by, first.published_at) == (town.anu, LATE)
        with pytest.raises(services.AlreadyPublished):
            write(town, words={"fi": "Muutettu julkaistuna"})

    def test_two_who_write_the_second_is_told(self) -> None:
        town = make_gathering(1)
        report = write(town, version=0)
        with pytest.raises(services.ReportChanged):
            write(town, version=0, words={"fi": "Toinen"})
        assert write(town, version=report.version, words={"fi": "Kolmas"}).words_fi == "Kolmas"

    @pytest.mark.parametrize("do", [write, publish, take_back])
    def test_only_those_who_run_the_network(self, do: Any) -> None:
        town = make_gathering(1)
        with pytest.raises(NotTheCoordinator):
            do(town, by=town.users[0])

    def test_refusals(self) -> None:
        town = make_gathering(1)
        with pytest.raises(services.NothingToTell):
            publish(town)
        with pytest.raises(services.NotPublished):
            take_back(town)
        for year in (2025, 2027):
            with pytest.raises(services.NotOfItsTime):
                write(town, year=year)
        Network.objects.filter(pk=town.network.pk).update(state="draft", started_at=None)
        with pytest.raises(services.NotOfItsTime):
            write(town)

    def test_the_database_holds_what_is_published(self) -> None:
        town = make_gathering(0)
        half: list[dict[str, Any]] = [{"published_at": LATE}, {"figures": {}}]
        for wrong in half:
            with pytest.raises(IntegrityError), transaction.atomic():
                NetworkReport.objects.create(network=town.network, year=2026, **wrong)


class TestFigures:
    def test_they_are_of_the_moment_when_it_was_published(self) -> None:
        town = make_gathering(7)
        held(town, *range(6))
        goal = Goal.objects.create(network=town.network, year=2026, text="Yhteinen kuljetus")
        publish(town)
        held(town, *range(7), first=datetime(2026, 5, 7, tzinfo=UTC).date())
        Goal.objects.filter(pk=goal.pk).update(reached_at=LATE)
        told = queries.read(NetworkReport.objects.get().figures or {})
        assert (told.meetings, told.decisions, told.pairs) == (1, 2, 15)
        assert told.goals == [("Yhteinen kuljetus", False)]
        page = client_of(None).get(url(town)).content.decode()
        assert "ei saavutettu" in page
        take_back(town)
        publish(town)
        told = queries.read(NetworkReport.objects.get().figures or {})
        assert (told.meetings, told.pairs, told.reached) == (2, 21, 1)

    def test_small_numbers_and_what_gives_them_away(self) -> None:
        told = queries.told_stages({"members": 12, "attended": 11, "met": 6, "came": 2})
        assert told == {"members": 12, "attended": None, "met": 6, "came": None}
        assert queries.told_stages({"members": 3, "attended": 3, "met": 0, "came": 0}) == {
            "members": None, "attended": None, "met": 0, "came": 0,
        }  # fmt: skip
        town = make_gathering(4)
        held(town, 0, 1)
        figures = publish(town).figures or {}
        assert figures["stages"] == {"members": None, "attended": None, "met": None, "came": 0}
        assert (figures["pairs"], figures["new_members"]) == (None, None)
        page = client_of(None).get(url(town)).content.decode()
        assert "ei kerrota" in page

    @given(st.lists(st.integers(0, 40), min_size=4, max_size=4).map(lambda some: sorted(some, reverse=True)))
    def test_no_told_number_or_difference_is_small(self, counts: list[int]) -> None:
        told = queries.told_stages(dict(zip(queries.STAGES, counts, strict=True)))
        seen = [count for count in told.values() if count is not None]
        assert not any(0 < count < 5 for count in seen)
        assert not any(0 < whole - part < 5 for n, whole in enumerate(seen) for part in seen[n + 1 :])

    def test_only_open_meetings_are_listed(self) -> None:
        town = make_gathering(6)
        held(town, *range(6))
        closed = held(town, 0, 1, first=datetime(2026, 4, 2, tzinfo=UTC).date())
        Event.objects.filter(pk=closed.event_id).update(audience=Event.Audience.CIRCLE)
        closed.theme = "Salattu aihe"
        closed.save()
        [inside] = town.plan(group=town.group(0, 1), first=datetime(2026, 6, 4, tzinfo=UTC).date(), themes=["Ryhmän"])
        told = queries.read(publish(town).figures or {})
        assert told.meetings == 3
        assert [one.theme for one in told.done] == ["Avoin aihe"]
        assert inside.theme == "Ryhmän"

    def test_thanks_go_to_visible_members_who_still_want_them(self) -> None:
        town = make_gathering(6)
        held(town, *range(6))
        keys = [town.members[n].pk for n in (0, 1, 2)]
        Membership.objects.filter(pk__in=keys).update(is_named=True)
        publish(town)
        Membership.objects.filter(pk=keys[1]).update(is_named=False)
        Profile.objects.filter(pk=town.members[2].profile_id).update(visibility=Profile.Visibility.HIDDEN)
        Membership.objects.filter(pk=town.members[3].pk).update(is_named=True)  # said after it was published
        page = client_of(None).get(url(town)).content.decode()
        names = [n for n in range(6) if f"Yritys {n}" in page]
        assert names == [0]


class TestPage:
    @pytest.mark.parametrize(
        ("visibility", "visitor", "stranger"), [("public", 200, 200), ("members", 404, 200), ("hidden", 404, 404)]
    )
    def test_who_reads_a_draft_and_a_published_one(self, visibility: str, visitor: int, stranger: int) -> None:
        town = make_gathering(1, visibility=visibility)
        write(town)
        people = {None: visitor, make_user(): stranger, town.users[0]: 200}
        for person in people:
            client = client_of(person)
            assert client.get(url(town)).status_code == 404
            page = client.get(town.network.get_absolute_url())
            assert "Vuosiraportit" not in page.content.decode()
        assert client_of(town.anu).get(url(town)).status_code == 200
        assert "luonnos" in client_of(town.anu).get(town.network.get_absolute_url()).content.decode()
        publish(town)
        for person, status in people.items():
            client = client_of(person)
            page = client.get(url(town))
            assert page.status_code == status
            assert ("Hyvä vuosi." in page.content.decode()) is (status == 200)
            listed = client.get(town.network.get_absolute_url()).content.decode()
            assert ("Vuosiraportit" in listed) is (status == 200)
            assert client.get(url(town, "network_report_edit")).status_code in (302, 403, 404)
        take_back(town)
        assert client_of(None).get(url(town)).status_code == 404

    def test_each_reads_their_language_else_what_there_is(self) -> None:
        town = make_gathering(0)
        write(town, words={"fi": "Omin sanoin", "sv": "Egna ord"}, goals={"sv": "Målen nåddes"})
        publish(town)
        client, address = client_of(None), url(town)
        for language, words in (("fi", "Omin sanoin"), ("sv", "Egna ord"), ("en", "Omin sanoin")):
            page = client.get(address.replace("/fi/", f"/{language}/", 1)).content.decode()
            assert f"<p>{words}" in page
            assert ('lang="fi"><p>Omin sanoin' in page) is (language != "sv")
            assert 'lang="sv"><p>Målen nåddes' in page

    def test_written_published_and_taken_back_by_pressing(self) -> None:
        town = make_gathering(1)
        client = client_of(town.anu)
        page = client.get(url(town, "network_report_edit"))
        stamp = page.context["form"]["stamp"].value()
        sent = {"words_fi": "Opittiin paljon.", "stamp": stamp}
        assert client.post(url(town, "network_report_edit"), sent).status_code == 302
        stale = client.post(url(town, "network_report_edit"), sent)
        assert stale.status_code == 422
        assert "Joku muutti" in stale.content.decode()
        assert client.post(url(town, "network_report_publish"), follow=True).status_code == 200
        assert "Opittiin paljon." in client_of(None).get(url(town)).content.decode()
        assert client.get(url(town, "network_report_edit")).status_code == 302
        client.post(url(town, "network_report_take_back"))
        assert not NetworkReport.objects.get().is_published

    @pytest.mark.parametrize("year", [2025, 2027, 3000])
    def test_no_page_of_a_year_without_the_network(self, year: int) -> None:
        town = make_gathering(0)
        for name in ("network_report", "network_report_edit"):
            assert client_of(town.anu).get(url(town, name, year)).status_code == 404

    def test_what_was_written_is_no_code(self) -> None:
        town = make_gathering(0)
        write(town, words={"fi": "<script>alert(1)</script> **lihava**"})
        publish(town)
        page = client_of(None).get(url(town)).content.decode()
        assert "<script>alert" not in page
        assert "<strong>lihava</strong>" in page

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("bare_masthead")
    def test_fixed_queries(self, count: int, django_assert_num_queries: Any) -> None:
        town = make_gathering(2 * count)
        held(town, *range(2 * count))
        Membership.objects.update(is_named=True)
        for n in range(count):
            Goal.objects.create(network=town.network, year=2026, text=f"Tavoite {n}")
        client = client_of(town.anu)
        client.get(url(town))
        with django_assert_num_queries(18):
            client.get(url(town))
        publish(town)
        reader = client_of(None)
        reader.get(url(town))
        with django_assert_num_queries(5):
            reader.get(url(town))
