"""The door: two phones agree, each press counts once, and nobody opens it without leave."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from events import codes, notices_events
from events.models import CheckIn, Event, HelperLink, Registration
from events.queries import doors as queries
from events.queries.registrations import counts
from events.services import doors as services
from events.services.doors import Outcome, Pressed
from events.services.events import NotTheHost

from .making import EVENT_DAY, NOW, make_event, make_user, register, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NINE = EVENT_DAY


@pytest.fixture
def event(anu: User) -> Event:
    return make_event(anu)


@pytest.fixture
def aino(event: Event) -> Registration:
    return register(event, "Aino")


def press(
    event: Event,
    by: Any,
    who: Registration | int,
    at: datetime,
    *,
    is_in: bool = True,
    now: datetime | None = None,
    key: UUID | None = None,
    **more: Any,
) -> Outcome:
    number = who if isinstance(who, int) else who.pk
    now = now or at
    (outcome,) = services.press(
        event=event, presses=[Pressed(key or uuid4(), number, is_in, at)], sent_at=now, now=now, by=by, **more
    )
    return outcome


def since(one: Registration) -> datetime | None:
    return Registration.objects.get(pk=one.pk).checked_in_at


class TestPressing:
    def test_one_arrives_and_it_is_taken_back(self, event: Event, anu: User, aino: Registration) -> None:
        assert press(event, anu, aino, NINE).result == "in"
        assert since(aino) == NINE
        assert counts(event).arrived == 1
        assert press(event, anu, aino, NINE + timedelta(minutes=1), is_in=False).result == "undone"
        assert since(aino) is None
        assert press(event, anu, aino, NINE + timedelta(minutes=2)).result == "in"
        assert since(aino) == NINE + timedelta(minutes=2)

    def test_two_phones_with_the_same_ticket_agree(self, event: Event, anu: User, aino: Registration) -> None:
        """The first pressed without a network at nine and sends last; the second at five past, and sent at once."""
        five = NINE + timedelta(minutes=5)
        assert press(event, anu, aino, five).result == "in"
        late = press(event, anu, aino, NINE, now=NINE + timedelta(hours=1))
        assert (late.result, late.since) == ("in", NINE)
        assert since(aino) == NINE
        again = press(event, anu, aino, five + timedelta(minutes=1))
        assert (again.result, again.since) == ("already", NINE)

    def test_an_undo_that_comes_late_undoes_only_what_was_before_it(
        self, event: Event, anu: User, aino: Registration
    ) -> None:
        press(event, anu, aino, NINE)
        press(event, anu, aino, NINE + timedelta(minutes=10))
        late = press(event, anu, aino, NINE + timedelta(minutes=5), is_in=False, now=NINE + timedelta(hours=1))
        assert (late.result, since(aino)) == ("in", NINE + timedelta(minutes=10))

    def test_a_press_that_is_sent_twice_counts_once(self, event: Event, anu: User, aino: Registration) -> None:
        key = uuid4()
        first = press(event, anu, aino, NINE, key=key)
        again = press(event, anu, aino, NINE, key=key, now=NINE + timedelta(minutes=1))
        assert first == again == Outcome(key, "in", NINE)
        assert CheckIn.objects.count() == 1

    def test_a_clock_that_is_wrong_is_put_right(self, event: Event, anu: User, aino: Registration) -> None:
        ahead = NINE + timedelta(days=400)
        made = Pressed(uuid4(), aino.pk, True, ahead)
        services.press(event=event, presses=[made], sent_at=ahead + timedelta(minutes=9), now=NINE, by=anu)
        assert since(aino) == NINE - timedelta(minutes=9)

    @pytest.mark.parametrize("state", ["waiting", "pending", "cancelled", "declined"])
    def test_one_without_a_seat_is_not_let_in_silently(self, event: Event, anu: User, state: str) -> None:
        one = register(event, "Ei paikkaa", state=state)
        assert press(event, anu, one, NINE).result == "no_seat"
        assert not CheckIn.objects.exists()

    def test_another_events_ticket_is_unknown(self, event: Event, anu: User) -> None:
        other = register(make_event(anu), "Muu")
        assert press(event, anu, other, NINE).result == "unknown"
        assert press(event, anu, 10**9, NINE).result == "unknown"

    def test_only_hosts_and_open_links(self, event: Event, anu: User, aino: Registration) -> None:
        with pytest.raises(NotTheHost):
            press(event, aino.user, aino, NINE)
        link = make_link(event, anu)
        assert press(event, None, aino, NINE, helper=link).result == "in"
        assert CheckIn.objects.get().helper == link
        with pytest.raises(NotTheHost):
            press(make_event(anu), None, aino, NINE, helper=link)
        with pytest.raises(services.LinkExpired):
            press(event, None, aino, link.expires_at, helper=link)
        services.revoke_link(link=link, by=anu, now=NOW)
        with pytest.raises(services.LinkRevoked):
            press(event, None, aino, NINE, helper=link)


def make_link(event: Event, by: User, **more: Any) -> HelperLink:
    values = {"name": "Pääovi", "expires_at": event.ends_at, **more}
    return services.make_link(event=event, by=by, now=NOW, **values)


class TestLinks:
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"name": " "}, services.Nameless),
            ({"expires_at": NOW}, services.ExpiryOdd),
            ({"expires_at": EVENT_DAY + timedelta(days=3)}, services.ExpiryOdd),
        ],
    )
    def test_what_is_wrong_is_told(
        self, event: Event, anu: User, changes: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            make_link(event, anu, **changes)

    def test_only_the_host_makes_and_closes(self, event: Event, anu: User, aino: Registration) -> None:
        link = make_link(event, anu)
        with pytest.raises(NotTheHost):
            make_link(event, aino.user)
        with pytest.raises(NotTheHost):
            services.revoke_link(link=link, by=aino.user, now=NOW)

    def test_twenty_open_ones_are_the_most(self, event: Event, anu: User) -> None:
        made = [make_link(event, anu) for _n in range(20)]
        with pytest.raises(services.TooManyLinks):
            make_link(event, anu)
        services.revoke_link(link=made[0], by=anu, now=NOW)
        assert make_link(event, anu).pk

    def test_a_token_that_is_not_ours_is_broken(self, event: Event, anu: User) -> None:
        token = services.token_of(make_link(event, anu))
        with pytest.raises(services.LinkBroken):
            services.read_link(token + "x", now=NOW)


def sent(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"sent_at": NOW.isoformat(), "presses": list(rows)}


def row(one: Registration, **changes: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "id": one.pk, "act": "in", "at": NOW.isoformat(), **changes}


class TestPages:
    def post(self, client: Client, address: str, data: Any) -> Any:
        return client.post(address, data if isinstance(data, str) else json.dumps(data), "application/json")

    def test_a_phone_fetches_the_list_and_sends_presses(
        self, client: Client, event: Event, anu: User, aino: Registration
    ) -> None:
        client.force_login(anu)
        page = client.get(url("event_door", event))
        assert "camera=(self)" in page["Permissions-Policy"]
        told = client.get(url("event_door_people", event))
        assert told["Cache-Control"] == "private, no-store" or "no-store" in told["Cache-Control"]
        (person,) = told.json()["people"]
        assert person["name"] == "Aino Henkilö"
        assert aino.user.email not in told.content.decode()
        press_ = row(aino)
        answer = self.post(client, url("event_door_presses", event), sent(press_))
        assert answer.json()["outcomes"] == [{"key": press_["key"], "result": "in", "since": NOW.isoformat()}]
        assert client.get(url("event_door_people", event)).json()["people"][0]["in"] == NOW.isoformat()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same(
        self, client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        for n in range(count):
            register(event, f"Vieras{n}")
        client.force_login(anu)
        client.get(url("event_door_people", event))
        with django_assert_num_queries(5):
            assert len(client.get(url("event_door_people", event)).json()["people"]) == count

    def test_a_helper_needs_no_account(self, client: Client, event: Event, anu: User, aino: Registration) -> None:
        link = make_link(event, anu)
        token = {"token": services.token_of(link)}
        assert client.get(reverse("helper_door", kwargs=token)).status_code == 200
        assert len(client.get(reverse("helper_door_people", kwargs=token)).json()["people"]) == 1
        self.post(client, reverse("helper_door_presses", kwargs=token), sent(row(aino)))
        assert since(aino) == NOW
        person = client.get(reverse("ticket_code", kwargs={"code": aino.code}))
        assert person.status_code == 200, "the phone's own camera opens the ticket's address"
        client.post(reverse("ticket_code", kwargs={"code": aino.code}), {"act": "undo"})
        assert since(aino) is None
        services.revoke_link(link=link, by=anu, now=NOW)
        page = client.get(reverse("helper_door", kwargs=token))
        assert page.status_code == 410
        assert "Aino" not in page.content.decode()
        assert client.get(reverse("helper_door_people", kwargs=token)).status_code == 410
        assert self.post(client, reverse("helper_door_presses", kwargs=token), sent(row(aino))).status_code == 410
        assert client.get(reverse("ticket_code", kwargs={"code": aino.code})).status_code == 302

    def test_who_must_not_gets_nothing(self, client: Client, event: Event, aino: Registration) -> None:
        people, presses = url("event_door_people", event), url("event_door_presses", event)
        assert client.get(url("event_door", event)).status_code == 302
        assert client.get(people).status_code == 401
        assert self.post(client, presses, sent(row(aino))).status_code == 401
        for other in (aino.user, make_user()):
            client.force_login(other)
            assert client.get(url("event_door", event)).status_code == 403
            assert client.get(people).status_code == 410
            assert self.post(client, presses, sent(row(aino))).status_code == 410
            assert client.get(url("event_helpers", event)).status_code == 403
            assert client.post(url("event_helpers", event)).status_code == 403
            assert client.post(url("event_helper_revoke", event, pk=1)).status_code == 403
        assert not CheckIn.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "[]",
            "{}",
            "null",
            '{"sent_at": "eilen", "presses": []}',
            '{"sent_at": "2026-03-02T09:00:00", "presses": []}',
            json.dumps({"sent_at": NOW.isoformat(), "presses": [{}]}),
            json.dumps({"sent_at": NOW.isoformat(), "presses": [1]}),
            json.dumps({"sent_at": NOW.isoformat(), "presses": 5}),
            json.dumps(
                sent({"key": "x", "id": 1, "act": "in", "at": NOW.isoformat()}),
            ),
            json.dumps(sent({"key": str(uuid4()), "id": "1", "act": "in", "at": NOW.isoformat()})),
            json.dumps(sent({"key": str(uuid4()), "id": 1, "act": "jump", "at": NOW.isoformat()})),
            json.dumps(sent({"key": str(uuid4()), "id": 10**30, "act": "in", "at": NOW.isoformat()})),
            json.dumps(sent(*[{}] * 501)),
        ],
    )
    def test_what_no_phone_of_ours_sends_is_refused(self, client: Client, event: Event, anu: User, body: str) -> None:
        client.force_login(anu)
        assert self.post(client, url("event_door_presses", event), body).status_code == 400

    def test_a_script_at_the_door_is_stopped(self, client: Client, event: Event, anu: User, settings: Any) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"door": "5/m/ip"}
        client.force_login(anu)
        answers = [self.post(client, url("event_door_presses", event), sent()).status_code for _n in range(6)]
        assert answers == [200] * 5 + [429]

    def test_it_works_without_javascript(self, client: Client, event: Event, anu: User, aino: Registration) -> None:
        register(event, "Bertta")
        client.force_login(anu)
        page = client.get(url("event_door", event) + "?q=aino").content.decode()
        assert "Aino Henkilö" in page
        assert "Bertta" not in page
        client.post(url("event_door", event), {"registration": aino.pk, "act": "in", "q": "aino"})
        assert since(aino) == NOW
        client.post(url("event_door", event), {"registration": aino.pk, "act": "undo"})
        assert since(aino) is None
        client.post(url("event_door", event), {"registration": "x"})
        assert CheckIn.objects.count() == 2

    def test_the_worker_may_keep_doors_only_under_events(self, client: Client) -> None:
        response = client.get(reverse("door_worker"))
        assert response["Content-Type"].startswith("text/javascript")
        assert response["Service-Worker-Allowed"] == reverse("events")

    def test_links_are_made_and_closed(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        data = {"name": "Pääovi", "expires_at_0": "2026-03-12", "expires_at_1": "16:00"}
        assert client.post(url("event_helpers", event), {**data, "expires_at_0": "2026-05-12"}).status_code == 422
        client.post(url("event_helpers", event), data)
        link = queries.open_links(event, NOW)[0]
        assert services.token_of(link) in client.get(url("event_helpers", event)).content.decode()
        client.post(url("event_helper_revoke", event, pk=link.pk))
        assert queries.open_links(event, NOW) == []


class TestTicket:
    def test_it_is_its_persons_own(self, client: Client, event: Event, aino: Registration) -> None:
        for name in ("own_ticket", "own_ticket_picture"):
            assert client.get(url(name, event)).status_code == 302
            client.force_login(make_user())
            assert client.get(url(name, event)).status_code == 404
            client.force_login(aino.user)
            assert client.get(url(name, event)).status_code == 200
            client.logout()

    def test_one_who_waits_has_none(self, client: Client, event: Event) -> None:
        one = register(event, "Jonottaja", state="waiting")
        client.force_login(one.user)
        assert client.get(url("own_ticket", event)).status_code == 404
        assert client.get(reverse("ticket_code", kwargs={"code": one.code})).status_code == 404

    def test_what_the_code_leads_to(self, client: Client, event: Event, anu: User, aino: Registration) -> None:
        bare = codes.address_of(aino.code).removeprefix("http://testserver")
        assert re.fullmatch(r"/events/t/[2-9A-HJ-NP-Z]{10}/", bare)
        client.force_login(aino.user)
        assert client.get(bare, follow=True).redirect_chain[-1][0] == url("own_ticket", event)
        client.force_login(make_user())
        assert client.get(bare, follow=True).status_code == 404
        assert client.post(reverse("ticket_code", kwargs={"code": aino.code})).status_code == 404
        client.force_login(anu)
        assert "Aino Henkilö" in client.get(bare, follow=True).content.decode()
        client.post(reverse("ticket_code", kwargs={"code": aino.spoken_code.lower()}), {"act": "in"})
        assert since(aino) == NOW

    def test_it_comes_by_mail(self, event: Event, aino: Registration) -> None:
        about = {"registration": aino.pk, "user": aino.user_id}
        calendar, picture = notices_events.ticket_parts(about)
        assert calendar.name == "event.ics"
        assert (picture.mimetype, bytes(picture.content)[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")  # type: ignore[arg-type]
        Registration.objects.update(state="waiting")
        assert notices_events.ticket_parts(about) == []

    def test_the_drawn_code_is_the_tickets_address(self) -> None:
        text = codes.address_of("ABCDEFGHJK")
        rows = codes.matrix(text)
        assert len(rows) == len(rows[0]) >= 25
        assert codes.svg(text).startswith("<svg")
        assert "style=" not in codes.svg(text)


def test_a_link_that_expired_closes_its_door(client: Client, event: Event, anu: User) -> None:
    address = reverse("helper_door", kwargs={"token": services.token_of(make_link(event, anu))})
    with time_machine.travel(event.ends_at, tick=False):
        response = client.get(address)
    assert response.status_code == 410
    assert response.context["reason"] == str(services.LinkExpired.message)
