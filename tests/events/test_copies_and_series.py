"""An event made again: copies, series, a training's runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from events.models import Event, EventSeries, Registration
from events.queries.series import place_in_another_run
from events.services import copying, events, registrations, series
from events.services import runs as runs_service

from .making import (
    EVENT_DAY,
    NOW,
    agree_pair,
    edit_plan,
    make_event,
    make_event_with_programme,
    make_fair,
    make_user,
    register,
    url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)
TEN = timedelta(minutes=10)
DAY = timezone.localdate(EVENT_DAY)


@pytest.fixture
def event(anu: User) -> Event:
    return make_event_with_programme(anu)


class TestCopy:
    def test_the_programme_comes_along_and_speakers_when_asked_without_consent(self, event: Event, anu: User) -> None:
        start = EVENT_DAY + timedelta(days=3, hours=1)
        copy = copying.copy_event(event=event, by=anu, now=NOW, starts_at=start, with_speakers=True)
        assert [session.starts_at for session in copy.sessions.all()] == [start, start + HOUR]
        assert {session.room.name for session in copy.sessions.select_related("room") if session.room} == {"Sali"}
        (speaker,) = copy.speakers.all()
        assert not speaker.may_be_shown
        assert not speaker.picture
        assert copy.sessions.all()[0].speakers.get() == speaker
        assert event.speakers.get().may_be_shown

    def test_rounds_come_along_with_their_rules_and_nobody_in_them(self) -> None:
        fair = make_fair(tables=4, most_meetings=3, place="Juhlasali", answer_hours=24)
        User.objects.filter(pk=fair.host.pk).update(is_coordinator=True)
        fair.host.refresh_from_db()
        fair.round.breaks.create(starts_at=EVENT_DAY + HOUR, ends_at=EVENT_DAY + HOUR + timedelta(minutes=20))
        agree_pair(fair, 0, 1)
        copy = copying.copy_event(event=fair.event, by=fair.host, now=NOW, starts_at=EVENT_DAY + timedelta(days=28))
        made = copy.rounds.get()
        assert (made.tables, made.most_meetings, made.place, made.answer_hours) == (4, 3, "Juhlasali", 24)
        assert (made.starts_at, made.state) == (copy.starts_at, "open")
        assert made.breaks.get().starts_at == copy.starts_at + HOUR
        assert made.slots.count() == 5
        assert not made.requests.exists()
        assert copying.outlined_rounds(copy) == copying.outlined_rounds(fair.event)

    def test_a_break_is_as_long_as_on_the_night_of_the_change(self) -> None:
        night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # 1 o'clock; the hour from 3 to 4 comes twice
        event = make_event(make_user("Hilkka"), starts_at=night, ends_at=night + 6 * HOUR)
        round = event.rounds.create(starts_at=night, ends_at=night + 6 * HOUR, tables=2, slot_minutes=20)
        round.breaks.create(starts_at=night + 3 * HOUR - TEN, ends_at=night + 3 * HOUR + TEN)
        ((offset, minutes),) = copying.outlined_rounds(event)[0].breaks
        assert (offset, minutes) == (170, 20)

    def test_without_it_when_not_asked(self, event: Event, anu: User) -> None:
        copy = copying.copy_event(event=event, by=anu, now=NOW, with_programme=False)
        assert not copy.sessions.exists()
        assert not copy.rooms.exists()
        assert not copying.copy_event(event=event, by=anu, now=NOW).speakers.exists()

    def test_a_week_on_is_the_same_hour_over_the_change_of_clocks(self, anu: User) -> None:
        """From winter time to summer time, 29.3.2026."""
        event = make_event(anu, starts_at=datetime(2026, 3, 26, 7, 0, tzinfo=UTC), ends_at=EVENT_DAY + 20 * 24 * HOUR)
        copy = copying.copy_event(event=event, by=anu, now=NOW)
        assert timezone.localtime(copy.starts_at).hour == timezone.localtime(event.starts_at).hour == 9

    def test_whole_days_stay_whole_over_the_change_of_clocks(self, anu: User) -> None:
        start = datetime(2026, 3, 20, 22, 0, tzinfo=UTC)
        event = make_event(anu, is_all_day=True, starts_at=start, ends_at=start + timedelta(days=2))
        copy = copying.copy_event(event=event, by=anu, now=NOW)
        assert timezone.localtime(copy.ends_at).isoformat() == "2026-03-30T00:00:00+03:00"

    def test_the_page_says_what_comes_along(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        form = client.get(url("event_copy", event)).context["form"]
        assert set(form.fields) == {"starts_at", "with_programme", "with_speakers"}
        data = {"starts_at_0": "2026-04-09", "starts_at_1": "10:00", "with_programme": "on"}
        assert client.post(url("event_copy", event), data).status_code == 302
        copy = Event.objects.latest("pk")
        assert timezone.localtime(copy.starts_at).isoformat() == "2026-04-09T10:00:00+03:00"
        assert copy.sessions.count() == 2
        late = client.post(url("event_copy", event), {**data, "starts_at_0": "2020-01-01"})
        assert "starts_at" in late.context["form"].errors


class TestSeries:
    DATES = (DAY + timedelta(weeks=1), DAY + timedelta(weeks=3))

    def made(self, event: Event, by: User, *dates: date, kind: str = "repeated") -> list[Event]:
        return series.make_series(event=event, dates=dates or self.DATES, kind=kind, by=by, now=NOW)

    def test_each_date_is_a_draft_at_the_same_hour_with_the_programme(self, event: Event, anu: User) -> None:
        """The second is after the change of clocks."""
        made = self.made(event, anu)
        assert [timezone.localtime(one.starts_at).strftime("%d.%m. %H") for one in made] == ["19.03. 09", "02.04. 09"]
        assert {one.state for one in made} == {Event.State.DRAFT}
        assert [one.sessions.count() for one in made] == [2, 2]
        assert timezone.localtime(made[1].sessions.all()[1].starts_at).hour == 10
        event.refresh_from_db()
        assert {one.series for one in made} == {event.series}

    @pytest.mark.parametrize(
        ("dates", "error"),
        [
            ((), series.NoDates),
            ((DAY,), series.DateTaken),
            ((DAY - timedelta(days=30),), events.StartPassed),
            (tuple(DAY + timedelta(days=n) for n in range(1, 61)), series.TooManyDates),
        ],
    )
    def test_what_cannot_be_made_makes_nothing(
        self, event: Event, anu: User, dates: tuple[date, ...], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            series.make_series(event=event, dates=dates, kind="repeated", by=anu, now=NOW)
        assert Event.objects.count() == 1
        assert not EventSeries.objects.exists()

    def test_more_dates_join_the_same_series(self, event: Event, anu: User) -> None:
        self.made(event, anu)
        event.refresh_from_db()
        with pytest.raises(series.DateTaken):
            self.made(event, anu)
        self.made(event, anu, DAY + timedelta(weeks=5))
        assert EventSeries.objects.get().events.count() == 4

    def test_only_the_host_makes_and_publishes_it(self, event: Event) -> None:
        for service in (self.made, lambda event, by: series.publish_series(event=event, by=by, now=NOW)):
            with pytest.raises(events.NotTheHost):
                service(event, make_user())

    def test_all_drafts_are_published_at_once(self, event: Event, anu: User) -> None:
        first, second = self.made(event, anu)
        events.cancel_event(event=second, by=anu, now=NOW)
        assert series.publish_series(event=first, by=anu, now=NOW) == 1
        with pytest.raises(series.NothingToPublish):
            series.publish_series(event=first, by=anu, now=NOW)

    def follow(self, event: Event, anu: User, **changes: Any) -> int:
        plan = edit_plan(event, **changes)
        return series.edit_following(event=event, plan=plan, organiser=None, by=anu, now=NOW, version=event.version)

    def test_a_change_reaches_all_that_follow_and_none_before(self, event: Event, anu: User) -> None:
        first, second = self.made(event, anu)
        assert (
            self.follow(first, anu, place="Uusi sali", starts_at=first.starts_at + HOUR, ends_at=first.ends_at + HOUR)
            == 2
        )
        for one, place, hour in ((event, "Kaupungintalo", 9), (first, "Uusi sali", 10), (second, "Uusi sali", 10)):
            one.refresh_from_db()
            assert one.place == place
            assert timezone.localtime(one.starts_at).hour == hour
            assert timezone.localtime(one.sessions.all()[0].starts_at).hour == hour

    def test_what_is_cancelled_or_archived_stays(self, event: Event, anu: User) -> None:
        first, second = self.made(event, anu)
        events.cancel_event(event=second, by=anu, now=NOW)
        assert self.follow(first, anu, place="Muu") == 1
        second.refresh_from_db()
        assert second.place == "Kaupungintalo"

    def test_if_one_cannot_follow_none_does(self, event: Event, anu: User) -> None:
        first, second = self.made(event, anu)
        for n in range(2):
            register(second, f"Vieras{n}")
        with pytest.raises(DomainError, match=r"torstai 2\.4\.2026"):
            self.follow(first, anu, capacity=1, place="Muu")
        first.refresh_from_db()
        assert first.place == "Kaupungintalo"

    def test_a_stale_form_changes_nothing(self, event: Event, anu: User) -> None:
        first, _second = self.made(event, anu)
        with pytest.raises(events.Stale):
            series.edit_following(
                event=first, plan=edit_plan(first, place="Muu"), organiser=None, by=anu, now=NOW, version=99
            )


class TestRuns:
    @pytest.fixture
    def runs(self, event: Event, anu: User) -> list[Event]:
        made = series.make_series(event=event, dates=TestSeries.DATES, kind=EventSeries.Kind.RUNS, by=anu, now=NOW)
        series.publish_series(event=made[0], by=anu, now=NOW)
        return list(Event.objects.order_by("starts_at"))

    def test_one_has_a_place_in_one_run(self, runs: list[Event]) -> None:
        seat = register(runs[0], "Ahkera")
        come: dict[str, Any] = {"profile": seat.profile, "by": seat.user, "now": NOW}
        with pytest.raises(runs_service.InAnotherRun, match=r"12\.3\.2026"):
            registrations.register(event=runs[1], **come)
        registrations.cancel_registration(registration=seat, by=seat.user, now=NOW)
        assert registrations.register(event=runs[1], **come).state == Registration.State.CONFIRMED

    def test_a_place_in_a_cancelled_run_keeps_nobody_out(self, runs: list[Event], anu: User) -> None:
        seat = register(runs[0], "Ahkera")
        events.cancel_event(event=runs[0], by=anu, now=NOW)
        assert place_in_another_run(runs[1], seat.user) is None

    def test_of_a_repeated_event_one_may_come_to_all(self, runs: list[Event]) -> None:
        EventSeries.objects.update(kind=EventSeries.Kind.REPEATED)
        seat = register(runs[0], "Ahkera")
        again = Event.objects.get(pk=runs[1].pk)
        assert registrations.register(event=again, profile=seat.profile, by=seat.user, now=NOW)

    def test_the_page_shows_the_other_runs(self, client: Client, runs: list[Event]) -> None:
        page = client.get(url("event", runs[0])).content.decode()
        assert runs[1].get_absolute_url() in page
        assert runs[2].get_absolute_url() in page


class TestSeriesPage:
    def data(self, **changes: Any) -> dict[str, Any]:
        return {"every": "week", "count": "3", "leaves_holidays_out": "on", "kind": "repeated", **changes}

    def test_dates_are_shown_before_they_are_made(self, client: Client, anu: User) -> None:
        """Easter 2026: Maundy Thursday is not free, Ascension Day is."""
        event = make_event(anu, starts_at=EVENT_DAY + 8 * 7 * 24 * HOUR - HOUR, ends_at=EVENT_DAY + 8 * 7 * 24 * HOUR)
        client.force_login(anu)
        shown = client.post(url("event_series", event), self.data())
        assert Event.objects.count() == 1
        dates = shown.context["dates"]
        assert dates.left_out == ((date(2026, 5, 14), "Helatorstai"),)
        assert dates.held == (date(2026, 5, 21), date(2026, 5, 28), date(2026, 6, 4))
        made = client.post(url("event_series", event), self.data(make="1"))
        assert made.status_code == 302
        assert Event.objects.count() == 4
        page = client.get(url("event_series", event))
        assert page.context["drafts"] == 3
        client.post(url("event_series_publish", event))
        assert Event.objects.filter(state=Event.State.PUBLISHED).count() == 4

    def test_own_dates_are_read_as_people_write_them(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        days = "19.3.2026\n2026-04-09, 7.5.2026\n"
        answer = client.post(url("event_series", event), self.data(every="own", days=days))
        assert answer.context["dates"].held == (date(2026, 3, 19), date(2026, 4, 9), date(2026, 5, 7))

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"every": "own", "days": "huomenna"}, "days"),
            ({"every": "own", "days": "31.2.2026"}, "days"),
            ({"every": "own", "days": "1.1.9999"}, "days"),
            ({"every": "own", "days": ""}, "days"),
            ({"count": ""}, "count"),
            ({"count": "61"}, "count"),
            ({"every": "day"}, "every"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, client: Client, event: Event, anu: User, changes: dict[str, str], field: str
    ) -> None:
        client.force_login(anu)
        answer = client.post(url("event_series", event), self.data(**changes))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors

    @pytest.mark.parametrize("name", ["event_series", "event_copy", "event_keep_template"])
    def test_a_stranger_is_not_let_in(self, client: Client, event: Event, name: str) -> None:
        client.force_login(make_user())
        assert client.get(url(name, event)).status_code == 403
        assert client.post(url(name, event)).status_code == 403
        assert client.post(url("event_series_publish", event)).status_code == 403

    def test_the_edit_form_asks_how_far_a_change_reaches(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        assert "applies_to" not in client.get(url("event_edit", event)).context["form"].fields
        series.make_series(event=event, dates=TestSeries.DATES, kind="repeated", by=anu, now=NOW)
        form = client.get(url("event_edit", event)).context["form"]
        data = {
            "title_fi": "Uusi nimi", "language": "fi", "kind": "seminar", "mode": "on_site", "place": "Sali",
            "starts_at_0": "2026-03-12", "starts_at_1": "09:00", "ends_at_0": "2026-03-12", "ends_at_1": "15:00",
            "stamp": form["stamp"].value(), "applies_to": "following",
        }  # fmt: skip
        assert client.post(url("event_edit", event), data).status_code == 302
        assert set(Event.objects.values_list("title_fi", flat=True)) == {"Uusi nimi"}
