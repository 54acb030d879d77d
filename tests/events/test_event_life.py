"""From draft to archive: what an event may become, whole days, open days, dialogues, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import User
from core.errors import DomainError
from events import tasks, wording
from events.calendars import file_of
from events.models import Event, Registration
from events.queries import events as queries
from events.queries.aftermath import came_of
from events.rules.event_states import MOVES, may_become
from events.services import archiving, events, programme, registrations, speaking
from events.services.events import EventPlan

from .making import EVENT_DAY, NOW, agree_pair, make_event, make_fair, make_user, publish_fair, register

pytestmark = pytest.mark.django_db
AFTER = EVENT_DAY + timedelta(days=1)
State = Event.State


@pytest.fixture
def host() -> User:
    return make_user("Hilkka")


def url(name: str, event: Event) -> str:
    return reverse(name, kwargs={"slug": event.slug})


class TestStates:
    SERVICES: dict[State, Any] = {
        State.PUBLISHED: (events.publish_event, events.reopen_registration),
        State.CLOSED: (events.close_registration,),
        State.CANCELLED: (events.cancel_event,),
        State.ARCHIVED: (archiving.archive_event,),
    }

    @pytest.mark.parametrize(("one", "other"), list(product(State, State)), ids=str)
    def test_each_pair_is_as_it_is_declared(self, host: User, one: State, other: State) -> None:
        """Whichever service leads to a state, it leads there from the declared states alone."""
        event = make_event(host, state=one)
        now = AFTER if other == State.ARCHIVED else NOW
        reached = False
        for service in self.SERVICES.get(other, ()):
            try:
                service(event=event, by=host, now=now)
            except DomainError:
                continue
            reached = True
        event.refresh_from_db()
        assert reached == (other in MOVES[one])
        assert may_become(make_event(host, state=one), other) == reached
        assert event.state == (other if reached else one)


class TestArchive:
    def test_the_sweep_archives_what_was_held_long_ago(self, host: User) -> None:
        long_ago = make_event(host)
        recent = make_event(host, starts_at=AFTER, ends_at=AFTER + timedelta(hours=2))
        cancelled, draft = make_event(host, state=State.CANCELLED), make_event(host, state=State.DRAFT)
        now = long_ago.ends_at + archiving.ARCHIVED_AFTER
        assert archiving.sweep_archive(now=now) == 1
        assert archiving.sweep_archive(now=now) == 0
        for event, state in (
            (long_ago, State.ARCHIVED),
            (recent, State.PUBLISHED),
            (cancelled, State.CANCELLED),
            (draft, State.DRAFT),
        ):
            event.refresh_from_db()
            assert event.state == state
        assert long_ago.archived_at == now

    def test_speakers_pictures_go_and_their_names_stay(
        self, host: User, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        event = make_event(host)
        plan = speaking.SpeakerPlan("Pertti", consents=True)
        picture = ContentFile(b"png", name="kuva.png")
        one = speaking.add_speaker(event=event, plan=plan, by=host, now=NOW, picture=picture)
        name = str(one.picture.name)
        with django_capture_on_commit_callbacks(execute=True):
            archiving.archive_event(event=event, by=host, now=AFTER)
        one.refresh_from_db()
        assert one.name == "Pertti"
        assert not one.picture
        assert not default_storage.exists(name)

    def test_it_leaves_the_lists_and_stays_at_its_address(self, client: Client, host: User) -> None:
        event = make_event(host)
        with time_machine.travel(AFTER, tick=False):
            assert len(client.get(reverse("events")).context["past"]) == 1
            archiving.archive_event(event=event, by=host, now=AFTER)
            assert not client.get(reverse("events")).context["past"]
            assert client.get(url("event", event)).status_code == 200

    def test_only_its_host_archives_it_and_only_when_it_is_over(self, host: User) -> None:
        event = make_event(host)
        with pytest.raises(archiving.NotOverYet):
            archiving.archive_event(event=event, by=host, now=NOW)
        with pytest.raises(events.NotTheHost):
            archiving.archive_event(event=event, by=make_user(), now=AFTER)

    def test_an_archived_one_is_not_edited(self, host: User) -> None:
        anu = make_user("Anu", is_coordinator=True)
        event = make_event(host, state=State.ARCHIVED)
        plan = EventPlan({"fi": "Uusi"}, event.starts_at, event.ends_at, place="Sali")
        with pytest.raises(events.IsArchived):
            events.edit_event(event=event, plan=plan, organiser=None, by=anu, now=NOW)
        session = programme.SessionPlan({"fi": "Puhe"}, event.starts_at, event.ends_at)
        with pytest.raises(events.IsArchived):
            programme.add_session(event=event, plan=session, by=host, now=NOW)

    def test_the_sweep_is_a_task_that_exists(self) -> None:
        known = {one.name for one in vars(tasks).values() if hasattr(one, "delay")}
        assert {name for name, _seconds in tasks.SWEEPS.values()} == known - {
            tasks.run_solver.name,
            tasks.look_through_comers.name,
        }


class TestAftermath:
    def test_figures_count_seats_organisations_and_meetings(self) -> None:
        fair = make_fair(4)
        register(fair.event, "Jonottava", state=Registration.State.WAITING)
        agree_pair(fair, 0, 1)
        publish_fair(fair)
        assert came_of(fair.event, NOW) is None
        came = came_of(fair.event, AFTER)
        assert came is not None
        assert (came.people, came.organisations, came.meetings) == (4, 4, 1)

    def test_it_is_written_by_the_host_when_the_event_is_over(self, host: User) -> None:
        event = make_event(host)
        write: dict[str, Any] = {"event": event, "text": "Kolme sopimusta.", "by": host}
        with pytest.raises(archiving.NotOverYet):
            archiving.write_aftermath(**write, now=NOW)
        with pytest.raises(events.NotTheHost):
            archiving.write_aftermath(**{**write, "by": make_user()}, now=AFTER)
        archiving.write_aftermath(**write, now=AFTER, version=0)
        with pytest.raises(events.Stale):
            archiving.write_aftermath(**write, now=AFTER, version=0)
        Event.objects.filter(pk=event.pk).update(state=State.CANCELLED)
        with pytest.raises(events.IsCancelled):
            archiving.write_aftermath(**write, now=AFTER)

    def test_everybody_reads_it_on_the_page(self, client: Client, host: User) -> None:
        event = make_event(host)
        register(event, "Vieras")
        with time_machine.travel(AFTER, tick=False):
            assert client.get(url("event_aftermath", event)).status_code == 302
            client.force_login(host)
            answer = client.post(url("event_aftermath", event), {"aftermath": "<b>Sopimus</b>", "stamp": "0"})
            assert answer.status_code == 302
            stale = client.post(url("event_aftermath", event), {"aftermath": "Muuta", "stamp": "0"})
            assert stale.status_code == 422
            client.logout()
            page = client.get(url("event", event)).content.decode()
        assert "&lt;b&gt;Sopimus" in page
        assert "Vieras Oy" not in page

    def test_a_stranger_neither_writes_nor_archives(self, client: Client, host: User) -> None:
        event = make_event(host)
        client.force_login(make_user())
        assert client.get(url("event_aftermath", event)).status_code == 403
        assert client.post(url("event_archive", event)).status_code == 403


class TestWholeDays:
    def filled(self, **changes: Any) -> dict[str, Any]:
        return {
            "title_fi": "Messut",
            "language": "fi",
            "kind": "seminar",
            "mode": "on_site",
            "place": "Areena",
            "starts_at_0": "2026-03-27",
            "starts_at_1": "09:00",
            "ends_at_0": "2026-03-29",
            "ends_at_1": "15:00",
            "is_all_day": "on",
            **changes,
        }

    @pytest.mark.usefixtures("clock")
    def test_from_midnight_to_midnight_over_the_change_of_clocks(self, client: Client) -> None:
        anu = make_user("Anu", is_coordinator=True)
        client.force_login(anu)
        assert client.post(reverse("event_new"), self.filled()).status_code == 302
        event = Event.objects.get()
        assert event.starts_at == datetime(2026, 3, 26, 22, 0, tzinfo=UTC)
        assert event.ends_at == datetime(2026, 3, 29, 21, 0, tzinfo=UTC)
        assert wording.event_when(event) == "perjantai 27.3.2026 – sunnuntai 29.3.2026"
        form = client.get(url("event_edit", event)).context["form"]
        assert form["ends_at"].value().astimezone(event.starts_at.tzinfo) < event.ends_at
        same = {**self.filled(), "stamp": "0"}
        client.post(url("event_edit", event), same)
        event.refresh_from_db()
        assert event.ends_at == datetime(2026, 3, 29, 21, 0, tzinfo=UTC)

    def test_calendars_are_told_days(self, host: User) -> None:
        event = make_event(
            host,
            is_all_day=True,
            starts_at=datetime(2026, 3, 26, 22, 0, tzinfo=UTC),
            ends_at=datetime(2026, 3, 29, 21, 0, tzinfo=UTC),
        )
        entry: Any = Calendar.from_ical(file_of(queries.calendar_event(event))).events[0]
        assert str(entry["DTSTART"].dt) == "2026-03-27"
        assert str(entry["DTEND"].dt) == "2026-03-30"

    def test_it_can_be_published_on_its_first_day(self, host: User) -> None:
        midnight = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)  # of 2.3., at eleven of which it is NOW
        today = make_event(
            host, state=State.DRAFT, is_all_day=True, starts_at=midnight, ends_at=NOW + timedelta(days=1)
        )
        assert events.publish_event(event=today, by=host, now=NOW).state == State.PUBLISHED
        yesterday = make_event(
            host, state=State.DRAFT, is_all_day=True, starts_at=midnight - timedelta(days=1), ends_at=NOW
        )
        with pytest.raises(events.StartPassed):
            events.publish_event(event=yesterday, by=host, now=NOW)

    @pytest.mark.parametrize(
        ("start", "end", "whole", "in_row"),
        [
            ((12, 7), (12, 13), "torstai 12.3.2026, 9.00–15.00", "9.00–15.00"),
            (
                (12, 18),
                (13, 0),
                "torstai 12.3.2026 kello 20.00 – perjantai 13.3.2026 kello 2.00",
                "20.00–13.3. 2.00",
            ),
        ],
    )
    def test_times_in_words(
        self, host: User, start: tuple[int, int], end: tuple[int, int], whole: str, in_row: str
    ) -> None:
        event = make_event(
            host,
            starts_at=datetime(2026, 3, *start, tzinfo=UTC),
            ends_at=datetime(2026, 3, *end, tzinfo=UTC),
        )
        assert wording.event_when(event) == whole
        assert wording.event_times(event) == in_row


class TestKinds:
    @pytest.mark.usefixtures("clock")
    def test_an_open_day_needs_no_registration(self, client: Client, host: User) -> None:
        event = make_event(host, kind=Event.Kind.PUBLIC_DAY)
        someone = register(make_event(host), "Vieras")
        with pytest.raises(registrations.RegistrationClosed):
            registrations.register(event=event, profile=someone.profile, by=someone.user, now=NOW)
        page = client.get(url("event", event)).content.decode()
        assert "Ilmoittautumista ei tarvita" in page
        assert "event_register" not in page

    @pytest.mark.usefixtures("clock")
    def test_a_dialogue_tells_its_notice_and_questions_to_all(self, client: Client, host: User) -> None:
        event = make_event(
            host,
            kind=Event.Kind.MARKET_DIALOGUE,
            procurement_url="https://hilma.example.fi/1",
            questions_until=EVENT_DAY,
        )
        page = client.get(url("event", event)).content.decode()
        assert "https://hilma.example.fi/1" in page
        assert "torstai 12.3.2026 kello 9.00" in page

    def test_its_fields_are_kept_of_a_dialogue_alone(self) -> None:
        anu = make_user("Anu", is_coordinator=True)
        for kind, kept in ((Event.Kind.MARKET_DIALOGUE, True), (Event.Kind.SEMINAR, False)):
            plan = EventPlan(
                {"fi": "Puhe"},
                EVENT_DAY,
                EVENT_DAY + timedelta(hours=1),
                kind=kind,
                place="Sali",
                procurement_url="https://hilma.example.fi/1",
                questions_until=NOW,
            )
            made = events.create_event(plan=plan, organiser=None, by=anu, now=NOW)
            assert bool(made.procurement_url) is bool(made.questions_until) is kept


class TestWhoComes:
    """A crowd makes nobody's page long: the event's page shows the first, the rest have a page of their own."""

    @pytest.mark.usefixtures("clock")
    def test_the_first_on_the_page_and_all_on_their_own(
        self, client: Client, host: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("events.views.events.COMERS_SHOWN", 2)
        event = make_event(host)
        seats = [register(event, f"Vieras{n}") for n in range(3)]
        client.force_login(seats[0].user)
        page = client.get(url("event", event))
        assert [profile.name for profile in page.context["comers"]] == ["Vieras0 Oy", "Vieras1 Oy"]
        assert url("event_comers", event) in page.content.decode()
        assert "Vieras2 Oy" in client.get(url("event_comers", event)).content.decode()

    @pytest.mark.usefixtures("clock")
    def test_who_does_not_come_does_not_see_who_does(self, client: Client, host: User) -> None:
        event = make_event(host)
        waiting = register(event, "Jonottava", state=Registration.State.WAITING)
        assert client.get(url("event_comers", event)).status_code == 302
        for user in (waiting.user, make_user()):
            client.force_login(user)
            assert client.get(url("event_comers", event)).status_code == 403
