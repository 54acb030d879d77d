"""Making an event and what its host does with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Profile, Representative, User
from core.errors import DomainError
from core.models import AuditEvent
from events.models import Event, Meeting, Registration
from events.services import copying, shifting
from events.services import events as services
from events.services.events import EventPlan
from events.services.registrations import register
from notifications.models import Notification

from .making import EVENT_DAY, NOW, agree_pair, make_fair, make_profile, make_user, publish_fair

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def plan(**changes: Any) -> EventPlan:
    return EventPlan(
        **{
            "titles": {"fi": "Kumppanuuspäivä"},
            "starts_at": EVENT_DAY,
            "ends_at": EVENT_DAY + timedelta(hours=6),
            "place": "Kaupungintalo",
            **changes,
        }
    )


@pytest.fixture
def draft(anu: User) -> Event:
    return services.create_event(plan=plan(capacity=2), organiser=None, by=anu, now=NOW)


def published(by: User, **changes: Any) -> Event:
    made = services.create_event(plan=plan(**changes), organiser=None, by=by, now=NOW)
    return services.publish_event(event=made, by=by, now=NOW)


def guest(name: str = "Vieras") -> tuple[User, Profile]:
    user = make_user(name)
    return user, make_profile(f"{name} Oy", by=user)


def come(event: Event, name: str = "Vieras") -> Registration:
    user, profile = guest(name)
    return register(event=event, profile=profile, by=user, now=NOW)


class TestCreate:
    def test_a_coordinator_makes_a_draft_in_nobodys_name(self, draft: Event, anu: User) -> None:
        assert (draft.state, draft.slug, draft.created_by) == (Event.State.DRAFT, "kumppanuuspaiva", anu)
        assert AuditEvent.objects.filter(action="event.created", subject_id=str(draft.pk)).exists()

    def test_a_municipality_makes_it_in_its_own_name(self) -> None:
        user = make_user()
        town = make_profile("Joensuu", by=user, kind=Profile.Kind.MUNICIPALITY)
        assert services.create_event(plan=plan(), organiser=town, by=user, now=NOW).organiser == town
        with pytest.raises(services.MayNotOrganise):
            services.create_event(plan=plan(), organiser=None, by=user, now=NOW)

    def test_a_company_may_not(self) -> None:
        user, profile = guest()
        with pytest.raises(services.MayNotCreate):
            services.create_event(plan=plan(), organiser=profile, by=user, now=NOW)

    def test_nobody_makes_it_in_anothers_name(self, anu: User) -> None:
        _user, profile = guest()
        with pytest.raises(services.MayNotOrganise):
            services.create_event(plan=plan(), organiser=profile, by=anu, now=NOW)

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"titles": {}}, services.Nameless, "title_fi"),
            ({"ends_at": EVENT_DAY}, services.EndsBeforeStart, "ends_at"),
            ({"starts_at": NOW}, services.StartPassed, "starts_at"),
            (
                {"registration_closes_at": EVENT_DAY + timedelta(hours=1)},
                services.ClosesTooLate,
                "registration_closes_at",
            ),
            ({"place": ""}, services.PlaceMissing, "place"),
        ],
    )
    def test_a_bad_plan_says_what_is_wrong(
        self, anu: User, changes: dict[str, Any], error: type[DomainError], field: str
    ) -> None:
        with pytest.raises(error) as refused:
            services.create_event(plan=plan(**changes), organiser=None, by=anu, now=NOW)
        assert refused.value.field == field

    def test_one_form_sent_twice_makes_one_event(self, anu: User) -> None:
        one = services.create_event(plan=plan(), organiser=None, by=anu, now=NOW, key="abc")
        two = services.create_event(plan=plan(), organiser=None, by=anu, now=NOW, key="abc")
        assert one == two
        assert Event.objects.count() == 1

    @pytest.mark.parametrize(
        ("title", "slug"), [("New", "new-event"), ("???", "event"), ("Meetings", "meetings-event")]
    )
    def test_an_address_never_hides_another_page(self, anu: User, title: str, slug: str) -> None:
        assert services.create_event(plan=plan(titles={"en": title}), organiser=None, by=anu, now=NOW).slug == slug

    def test_two_of_a_name_have_their_own_addresses(self, anu: User, draft: Event) -> None:
        assert services.create_event(plan=plan(), organiser=None, by=anu, now=NOW).slug == "kumppanuuspaiva-2"


class TestEdit:
    def test_who_left_the_organiser_no_longer_hosts(self) -> None:
        user = make_user()
        town = make_profile("Joensuu", by=user, kind=Profile.Kind.MUNICIPALITY)
        event = services.create_event(plan=plan(), organiser=town, by=user, now=NOW)
        Representative.objects.filter(user=user).delete()
        with pytest.raises(services.NotTheHost):
            services.edit_event(event=event, plan=plan(), organiser=town, by=user, now=NOW)

    @pytest.mark.parametrize(
        "service",
        [
            services.publish_event,
            services.close_registration,
            services.reopen_registration,
            services.cancel_event,
            copying.copy_event,
        ],
    )
    def test_a_stranger_may_do_nothing(self, draft: Event, service: Any) -> None:
        with pytest.raises(services.NotTheHost):
            service(event=draft, by=make_user(), now=NOW)

    def test_a_stale_form_changes_nothing(self, draft: Event, anu: User) -> None:
        services.edit_event(event=draft, plan=plan(place="Areena"), organiser=None, by=anu, now=NOW, version=0)
        with pytest.raises(services.Stale):
            services.edit_event(event=draft, plan=plan(place="Kirjasto"), organiser=None, by=anu, now=NOW, version=0)
        draft.refresh_from_db()
        assert draft.place == "Areena"

    def test_seats_are_not_taken_from_under_those_who_have_one(self, anu: User) -> None:
        event = published(anu, capacity=2)
        come(event)
        come(event)
        with pytest.raises(services.CapacityTooSmall) as refused:
            services.edit_event(event=event, plan=plan(capacity=1), organiser=None, by=anu, now=NOW)
        assert refused.value.field == "capacity"

    def test_more_seats_go_to_those_who_wait(self, anu: User) -> None:
        event = published(anu, capacity=1)
        come(event)
        waits = come(event)
        services.edit_event(event=event, plan=plan(capacity=5), organiser=None, by=anu, now=NOW)
        waits.refresh_from_db()
        assert waits.state == Registration.State.CONFIRMED

    def test_a_new_time_is_told_to_those_who_come(self, anu: User) -> None:
        event = published(anu)
        one = come(event)
        later = plan(starts_at=EVENT_DAY + timedelta(days=1), ends_at=EVENT_DAY + timedelta(days=1, hours=2))
        changed = services.edit_event(event=event, plan=later, organiser=None, by=anu, now=NOW)
        assert changed.sequence == 1
        assert Notification.objects.filter(user=one.user, kind="events.changed").count() == 1

    def test_new_words_disturb_nobody(self, anu: User) -> None:
        event = published(anu)
        come(event)
        services.edit_event(event=event, plan=plan(description="Tervetuloa"), organiser=None, by=anu, now=NOW)
        assert not Notification.objects.filter(kind="events.changed").exists()

    def test_the_round_stays_within_the_event(self) -> None:
        fair = make_fair()
        with pytest.raises(shifting.RoundOutside):
            services.edit_event(
                event=fair.event,
                plan=plan(starts_at=EVENT_DAY + timedelta(hours=1), ends_at=fair.event.ends_at),
                organiser=None,
                by=fair.host,
                now=NOW,
            )


class TestStates:
    def test_a_draft_is_published_once(self, draft: Event, anu: User) -> None:
        services.publish_event(event=draft, by=anu, now=NOW)
        with pytest.raises(services.NotADraft):
            services.publish_event(event=draft, by=anu, now=NOW)

    def test_what_has_begun_is_not_published(self, draft: Event, anu: User) -> None:
        with pytest.raises(services.StartPassed):
            services.publish_event(event=draft, by=anu, now=EVENT_DAY)

    def test_registration_closes_and_opens_again(self, draft: Event, anu: User) -> None:
        with pytest.raises(services.NotPublished):
            services.close_registration(event=draft, by=anu, now=NOW)
        event = services.publish_event(event=draft, by=anu, now=NOW)
        assert services.close_registration(event=event, by=anu, now=NOW).state == Event.State.CLOSED
        assert services.reopen_registration(event=event, by=anu, now=NOW).state == Event.State.PUBLISHED

    def test_cancelling_tells_all_and_is_final(self, anu: User) -> None:
        event = published(anu, capacity=1)
        people = {come(event).user_id, come(event).user_id}
        services.cancel_event(event=event, by=anu, now=NOW, reason="Sali on remontissa.")
        told = Notification.objects.filter(kind="events.cancelled")
        assert {row.user_id for row in told} == people
        with pytest.raises(services.IsCancelled):
            services.cancel_event(event=event, by=anu, now=NOW)
        with pytest.raises(services.IsCancelled):
            services.edit_event(event=event, plan=plan(), organiser=None, by=anu, now=NOW)

    def test_an_event_that_is_over_is_not_cancelled(self, anu: User) -> None:
        with pytest.raises(services.IsOver):
            services.cancel_event(event=published(anu), by=anu, now=EVENT_DAY + timedelta(days=1))

    def test_cancelling_takes_the_meetings_with_it(self) -> None:
        fair = make_fair()
        agree_pair(fair, 0, 1)
        publish_fair(fair)
        assert Meeting.objects.agreed().exists()
        services.cancel_event(event=fair.event, by=fair.host, now=NOW)
        assert not Meeting.objects.agreed().exists()

    def test_a_copy_is_a_new_draft_a_week_later(self, anu: User) -> None:
        event = published(anu, capacity=30, registration_closes_at=EVENT_DAY - timedelta(days=2))
        copy = copying.copy_event(event=event, by=anu, now=NOW)
        assert (copy.state, copy.title, copy.capacity) == (Event.State.DRAFT, event.title, 30)
        assert copy.starts_at == EVENT_DAY + timedelta(weeks=1)
        assert copy.registration_closes_at == copy.starts_at - timedelta(days=2)
        old = copying.copy_event(event=event, by=anu, now=EVENT_DAY + timedelta(days=30))
        assert old.starts_at > EVENT_DAY + timedelta(days=30)
