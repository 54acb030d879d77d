"""The pages of events: who gets what, and what bad input meets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from events.models import Event, Registration

from .making import EVENT_DAY, NOW, make_event, make_profile, make_user, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def url(name: str, event: Event | None = None, **more: Any) -> str:
    return reverse(name, kwargs={"slug": event.slug, **more} if event else None)


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "title_fi": "Kumppanuuspäivä",
        "description": "Tervetuloa",
        "language": "fi",
        "kind": "seminar",
        "mode": "on_site",
        "place": "Kaupungintalo",
        "starts_at_0": "2026-03-12",
        "starts_at_1": "09:00",
        "ends_at_0": "2026-03-12",
        "ends_at_1": "15:00",
        "once": "abc",
        **changes,
    }


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_long(
        self, client: Client, count: int, anu: User, django_assert_num_queries: Any
    ) -> None:
        for _n in range(count):
            event = make_event(anu, capacity=3)
            register(event, "Vieras")
            make_event(anu, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
        client.get(url("events"))
        with django_assert_num_queries(5):
            response = client.get(url("events"))
        assert len(response.context["rows"]) == count
        assert len(response.context["past"]) == count

    def test_a_draft_is_not_shown_to_others(self, client: Client, anu: User) -> None:
        make_event(anu, state=Event.State.DRAFT)
        assert not client.get(url("events")).context["rows"]
        client.force_login(anu)
        assert len(client.get(url("events")).context["rows"]) == 1

    def test_filters_narrow_it(self, client: Client, anu: User) -> None:
        make_event(anu, kind="seminar", municipality="167")
        make_event(anu, kind="training", municipality="091")
        for query in ("kind=seminar", "place=167"):
            assert len(client.get(f"{url('events')}?{query}").context["rows"]) == 1

    @pytest.mark.parametrize("query", ["page=999", "page=x", "kind=ball", "theme=x%00", "place=999", "when=never"])
    def test_what_does_not_exist_is_no_error(self, client: Client, anu: User, query: str) -> None:
        make_event(anu)
        response = client.get(f"{url('events')}?{query}")
        assert response.status_code == 200
        assert len(response.context["rows"]) == 1

    def test_an_empty_list_tells_what_to_do(self, client: Client) -> None:
        assert 'class="empty"' in client.get(url("events")).content.decode()


class TestEvent:
    def test_a_draft_does_not_exist_for_others(self, client: Client, anu: User) -> None:
        draft = make_event(anu, state=Event.State.DRAFT)
        for name in ("event", "event_file"):
            assert client.get(url(name, draft)).status_code == 404
        client.force_login(make_user())
        assert client.get(url("event", draft)).status_code == 404
        client.force_login(anu)
        assert client.get(url("event", draft)).status_code == 200

    def test_its_words_are_not_run(self, client: Client, anu: User) -> None:
        event = make_event(anu, description="<script>alert(1)</script> **vahva**", title_fi="<b>x</b>")
        page = client.get(url("event", event)).content.decode()
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page
        assert "<strong>vahva</strong>" in page

    def test_participants_and_the_online_address_are_for_those_who_come(self, client: Client, anu: User) -> None:
        event = make_event(anu, mode="online", online_url="https://meet.example.fi/abc")
        seat = register(event, "Ahkera")
        line = register(event, "Jonottava", state=Registration.State.WAITING)
        stranger = make_user()
        for user, sees in ((None, False), (stranger, False), (line.user, False), (seat.user, True), (anu, True)):
            client.logout()
            if user:
                client.force_login(user)
            page = client.get(url("event", event)).content.decode()
            assert ("https://meet.example.fi/abc" in page) is sees
            assert ("Ahkera Oy" in page) is sees

    def test_a_hidden_profile_stays_hidden_from_other_participants(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        hidden = register(event, "Piilossa")
        Profile.objects.filter(pk=hidden.profile_id).update(visibility=Profile.Visibility.HIDDEN)
        client.force_login(register(event, "Muu").user)
        assert "Piilossa Oy" not in client.get(url("event", event)).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_many_come(
        self, client: Client, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        event = make_event(anu)
        people = [register(event, f"Vieras{n}") for n in range(count)]
        client.force_login(people[0].user)
        client.get(url("event", event))
        with django_assert_num_queries(20):
            client.get(url("event", event))

    def test_the_calendar_file_keeps_the_online_address_to_those_with_a_seat(self, client: Client, anu: User) -> None:
        event = make_event(anu, online_url="https://meet.example.fi/abc")
        seat = register(event, "Ahkera")
        response = client.get(url("event_file", event))
        assert response["Content-Type"].startswith("text/calendar")
        assert b"meet.example.fi" not in response.content
        client.force_login(seat.user)
        assert b"meet.example.fi" in client.get(url("event_file", event)).content


class TestRegistering:
    def test_one_registers_and_cancels(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        user = make_user()
        profile = make_profile("Oma Oy", by=user)
        client.force_login(user)
        for _twice in range(2):
            assert client.post(url("event_register", event), {"profile": profile.pk}).status_code == 302
        assert event.registrations.confirmed().count() == 1
        client.post(url("event_cancel_registration", event))
        assert event.registrations.confirmed().count() == 0

    def test_not_for_another_organisation(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        other = make_profile("Muu Oy", by=make_user())
        user = make_user()
        make_profile("Oma Oy", by=user)
        client.force_login(user)
        response = client.post(url("event_register", event), {"profile": other.pk})
        assert response.context["form"].errors["profile"]
        assert not event.registrations.exists()

    def test_a_visitor_signs_in_first_and_comes_back_to_the_event(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        assert client.post(url("event_register", event)).status_code == 302
        client.force_login(make_user())
        assert client.get(url("event_register", event))["Location"] == event.get_absolute_url()


class TestMaking:
    def test_a_coordinator_makes_one_and_publishes_it(self, client: Client, anu: User) -> None:
        client.force_login(anu)
        assert client.get(url("event_new")).status_code == 200
        answers = [client.post(url("event_new"), filled()) for _twice in range(2)]
        made = Event.objects.get()
        assert [answer["Location"] for answer in answers] == [made.get_absolute_url()] * 2
        assert made.starts_at == EVENT_DAY
        client.post(url("event_publish", made))
        made.refresh_from_db()
        assert made.state == Event.State.PUBLISHED

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"ends_at_1": "08:00"}, "ends_at"),
            ({"starts_at_0": "2020-01-01"}, "starts_at"),
            ({"starts_at_0": "eilen"}, "starts_at"),
            ({"description": "x" * 100_000}, "description"),
            ({"capacity": "0"}, "capacity"),
            ({"title_fi": "\x00"}, "title_fi"),
            ({"online_url": "javascript:alert(1)"}, "online_url"),
            ({"kind": "ball"}, "kind"),
            ({"themes": "99999"}, "themes"),
        ],
    )
    def test_bad_input_is_told_where_it_is(
        self, client: Client, anu: User, changes: dict[str, str], field: str
    ) -> None:
        client.force_login(anu)
        response = client.post(url("event_new"), filled(**changes))
        assert field in response.context["form"].errors
        assert not Event.objects.exists()

    def test_a_stale_form_is_told_and_keeps_its_words(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        client.force_login(anu)
        assert client.post(url("event_edit", event), filled(stamp="0", place="Areena")).status_code == 302
        response = client.post(url("event_edit", event), filled(stamp="0", place="Kirjasto"))
        assert response.context["form"].non_field_errors()
        assert "Kirjasto" in response.content.decode()
        event.refresh_from_db()
        assert event.place == "Areena"

    def test_an_edited_event_shows_what_it_has(self, client: Client, anu: User) -> None:
        client.force_login(anu)
        event = make_event(anu, place="Areena")
        assert 'value="Areena"' in client.get(url("event_edit", event)).content.decode()

    def test_a_company_makes_none(self, client: Client) -> None:
        user = make_user()
        make_profile("Oma Oy", by=user)
        client.force_login(user)
        assert client.get(url("event_new")).status_code == 403
        assert client.post(url("event_new"), filled()).status_code == 403

    @pytest.mark.parametrize(
        ("name", "method"),
        [
            ("event_edit", "get"),
            ("event_edit", "post"),
            ("event_publish", "post"),
            ("event_close", "post"),
            ("event_reopen", "post"),
            ("event_cancel", "get"),
            ("event_cancel", "post"),
            ("event_copy", "post"),
            ("event_participants", "get"),
            ("event_participants_file", "get"),
        ],
    )
    def test_only_the_host_hosts(self, client: Client, anu: User, name: str, method: str) -> None:
        event = make_event(anu)
        assert getattr(client, method)(url(name, event)).status_code == 302  # to signing in
        client.force_login(register(event, "Vieras").user)
        assert getattr(client, method)(url(name, event)).status_code == 403

    def test_the_host_closes_opens_copies_and_cancels(self, client: Client, anu: User) -> None:
        event = make_event(anu)
        client.force_login(anu)
        for name, state in (("event_close", "closed"), ("event_reopen", "published")):
            client.post(url(name, event))
            event.refresh_from_db()
            assert event.state == state
        client.post(url("event_copy", event), {"starts_at_0": "2026-04-01", "starts_at_1": "09:00"})
        assert Event.objects.filter(state="draft").count() == 1
        assert client.get(url("event_cancel", event)).status_code == 200
        client.post(url("event_cancel", event), {"reason": "Sairastumisia"})
        event.refresh_from_db()
        assert (event.state, event.cancel_reason) == ("cancelled", "Sairastumisia")


def test_an_event_that_is_over_takes_nobody(client: Client, anu: User) -> None:
    event = make_event(anu)
    with time_machine.travel(EVENT_DAY + timedelta(days=1), tick=False):
        page = client.get(url("event", event))
    assert not page.context["is_open"]
    assert page.context["form"] is None
