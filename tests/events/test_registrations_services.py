"""Seats, the line for them, and what happens when one is freed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import Profile, User
from events import notices_events
from events.models import Event, Meeting, Registration
from events.queries import events as queries
from events.services import registrations as services
from notifications.models import Notification

from .making import EVENT_DAY, NOW, agree_pair, make_event, make_fair, make_profile, make_user, publish_fair

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def host() -> User:
    return make_user("Hilkka Host")


def come(event: Event, name: str = "Vieras", **more: Any) -> Registration:
    user = make_user(name)
    profile = make_profile(f"{name} Oy", by=user)
    return services.register(event=event, profile=profile, by=user, now=more.get("now", NOW))


def cancel(registration: Registration, by: User | None = None) -> Registration:
    return services.cancel_registration(registration=registration, by=by or registration.user, now=NOW)


def told(registration: Registration, kind: str) -> int:
    return Notification.objects.filter(user=registration.user, kind=kind).count()


class TestRegister:
    def test_a_free_seat_is_had_at_once(self, host: User) -> None:
        made = come(make_event(host, capacity=1))
        assert made.state == State.CONFIRMED
        assert told(made, "events.registered") == 1

    def test_a_full_event_has_a_line(self, host: User) -> None:
        event = make_event(host, capacity=1)
        come(event)
        line = [come(event), come(event)]
        assert [one.state for one in line] == [State.WAITING, State.WAITING]
        assert [queries.place_in_line(one) for one in line] == [1, 2]

    def test_no_capacity_means_room_for_all(self, host: User) -> None:
        event = make_event(host)
        assert {come(event).state for _n in range(3)} == {State.CONFIRMED}

    def test_nobody_registers_for_anothers_profile(self, host: User) -> None:
        other = make_profile("Muu Oy", by=make_user())
        with pytest.raises(services.NotYourProfile):
            services.register(event=make_event(host), profile=other, by=make_user(), now=NOW)

    def test_an_unfinished_profile_does_not_register(self, host: User) -> None:
        user = make_user()
        draft = make_profile("Kesken Oy", by=user, status=Profile.Status.DRAFT)
        with pytest.raises(services.ProfileNotPublished):
            services.register(event=make_event(host), profile=draft, by=user, now=NOW)

    @pytest.mark.parametrize("state", [Event.State.DRAFT, Event.State.CLOSED, Event.State.CANCELLED])
    def test_only_a_published_event_takes_people(self, host: User, state: Event.State) -> None:
        with pytest.raises(services.RegistrationClosed):
            come(make_event(host, state=state))

    def test_nobody_comes_after_the_last_day(self, host: User) -> None:
        event = make_event(host, registration_closes_at=EVENT_DAY - timedelta(days=2))
        assert come(event, now=EVENT_DAY - timedelta(days=3)).state == State.CONFIRMED
        with pytest.raises(services.RegistrationClosed):
            come(event, now=EVENT_DAY - timedelta(days=2))

    def test_one_person_has_one_seat(self, host: User) -> None:
        made = come(make_event(host))
        with pytest.raises(services.AlreadyRegistered):
            services.register(event=made.event, profile=made.profile, by=made.user, now=NOW)
        with pytest.raises(IntegrityError):
            Registration.objects.create(event=made.event, profile=made.profile, user=made.user, registered_at=NOW)

    def test_who_comes_again_goes_to_the_end_of_the_line(self, host: User) -> None:
        event = make_event(host, capacity=1)
        first, second = come(event), come(event)
        cancel(first)
        again = services.register(event=event, profile=first.profile, by=first.user, now=NOW + timedelta(minutes=1))
        second.refresh_from_db()
        assert (again.pk, again.state, second.state) == (first.pk, State.WAITING, State.CONFIRMED)
        assert told(first, "events.registered") == 2


class TestCancel:
    def test_a_freed_seat_goes_to_the_first_who_waits(self, host: User) -> None:
        event = make_event(host, capacity=1)
        first, second, third = come(event), come(event), come(event)
        cancel(first)
        second.refresh_from_db()
        third.refresh_from_db()
        assert (second.state, third.state) == (State.CONFIRMED, State.WAITING)
        assert (told(second, "events.seat_freed"), told(third, "events.seat_freed")) == (1, 0)
        assert queries.place_in_line(third) == 1

    def test_it_goes_so_after_registration_has_closed_too(self, host: User) -> None:
        event = make_event(host, capacity=1)
        first, second = come(event), come(event)
        Event.objects.update(state=Event.State.CLOSED)
        cancel(first)
        second.refresh_from_db()
        assert second.state == State.CONFIRMED

    def test_leaving_the_line_frees_no_seat(self, host: User) -> None:
        event = make_event(host, capacity=1)
        come(event)
        second, third = come(event), come(event)
        cancel(second)
        third.refresh_from_db()
        assert third.state == State.WAITING

    def test_a_stranger_cannot(self, host: User) -> None:
        made = come(make_event(host))
        with pytest.raises(services.NotYours):
            cancel(made, by=make_user())

    def test_the_host_can_and_the_person_is_told(self, host: User) -> None:
        made = come(make_event(host))
        cancel(made, by=host)
        assert told(made, "events.registration_cancelled") == 1

    def test_it_is_cancelled_once(self, host: User) -> None:
        made = come(make_event(host))
        cancel(made)
        with pytest.raises(services.NotRegistered):
            cancel(made)

    def test_what_is_over_stays(self, host: User) -> None:
        made = come(make_event(host))
        with pytest.raises(services.EventIsOver):
            services.cancel_registration(registration=made, by=made.user, now=EVENT_DAY + timedelta(days=1))

    def test_the_meetings_of_the_event_fall(self) -> None:
        fair = make_fair()
        agree_pair(fair, 0, 1)
        publish_fair(fair)
        assert Meeting.objects.agreed().count() == 1
        cancel(fair.people[0])
        assert Meeting.objects.agreed().count() == 0


def test_the_sweep_finds_a_seat_that_a_deleted_account_left(host: User) -> None:
    event = make_event(host, capacity=1)
    first, second = come(event), come(event)
    first.user.delete()
    assert services.sweep_seats(now=NOW) == 1
    assert services.sweep_seats(now=NOW) == 0
    second.refresh_from_db()
    assert second.state == State.CONFIRMED


class TestNotices:
    def about(self, made: Registration) -> dict[str, Any]:
        return {"registration": made.pk, "user": made.user_id}

    def test_a_seat_brings_the_event_for_the_calendar(self, host: User) -> None:
        made = come(make_event(host, online_url="https://meet.example.fi/abc"))
        (part,) = notices_events.calendar_part(self.about(made))
        content = str(part.content).replace("\r\n ", "")
        assert f"UID:event-{made.event_id}@" in content
        assert "METHOD:REQUEST" in content
        assert "https://meet.example.fi/abc" in content

    def test_one_who_waits_gets_no_calendar_entry(self, host: User) -> None:
        event = make_event(host, capacity=1)
        come(event)
        assert notices_events.calendar_part(self.about(come(event))) == []

    def test_a_cancelled_event_is_taken_out_of_calendars(self, host: User) -> None:
        made = come(make_event(host))
        Event.objects.update(state=Event.State.CANCELLED, sequence=1)
        (part,) = notices_events.calendar_part({"event": made.event_id, "user": made.user_id})
        assert "METHOD:CANCEL" in str(part.content)
        assert "SEQUENCE:1" in str(part.content)

    def test_what_is_gone_is_said_so(self, host: User) -> None:
        made = come(make_event(host))
        about = self.about(made)
        made.delete()
        with pytest.raises(LookupError):
            notices_events.registered(about)
        with pytest.raises(LookupError):
            notices_events.changed({"event": 0, "was": NOW.isoformat()})

    @pytest.mark.parametrize("state", list(State))
    def test_the_confirmation_tells_how_it_stands_now(self, host: User, state: State) -> None:
        made = come(make_event(host))
        Registration.objects.update(state=state)
        notice = notices_events.registered(self.about(made))
        assert made.event.title in notice.title
        own = state in (State.CONFIRMED, State.WAITING, State.PENDING)
        assert notice.url == made.event.get_absolute_url() + ("registration/" if own else "")
