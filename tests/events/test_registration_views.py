"""The pages of registering: who gets which, what bad input meets, and that nothing that was written is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import Representative, User
from events.models import ColleagueInvitation, Event, Question, Registration, RegistrationRules
from events.services import colleagues
from notifications.models import Notification
from notifications.post import address_returned
from notifications.rules import Why

from .asking import come, make_question, make_ticket
from .making import EVENT_DAY, NOW, make_event, make_profile, make_user, register, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Kind = Question.Kind


@pytest.fixture
def event(anu: User) -> Event:
    return make_event(anu)


@pytest.fixture
def guest(client: Client) -> User:
    user = make_user("Vieno Vieras")
    make_profile("Vieras Oy", by=user)
    client.force_login(user)
    return user


class TestRegistering:
    def test_an_event_that_asks_has_a_page_for_it(self, client: Client, event: Event, anu: User, guest: User) -> None:
        ticket = make_ticket(event, anu)
        question = make_question(event, anu, Kind.NUMBER, is_required=True)
        page = client.get(url("event_register", event))
        assert "Suunnittelemme ohjelman vastausten mukaan. Poistetaan 19.3.2026." in text_of(page)
        profile = guest.representations.get().profile
        sent = {"profile": profile.pk, "ticket": ticket.pk, question.name: "3"}
        assert client.post(url("event_register", event), sent)["Location"] == url("event_registration", event)
        made = event.registrations.get()
        assert (made.ticket, made.answers.get().value) == (ticket, 3)
        assert client.get(url("event_register", event))["Location"] == url("event_registration", event)

    def test_nothing_is_lost_when_something_is_wrong(
        self, client: Client, event: Event, anu: User, guest: User
    ) -> None:
        long, number = make_question(event, anu, Kind.LONG), make_question(event, anu, Kind.NUMBER)
        diet = make_question(event, anu, Kind.DIET, is_required=True)
        several = make_question(event, anu, Kind.SEVERAL, options=["juna", "auto"])
        sent = {
            "profile": guest.representations.get().profile.pk,
            long.name: "Kaksi riviä\nja åäö <b>",
            number.name: "kolme",
            several.name: ["o2"],
            f"{diet.name}_more": "",
        }
        response = client.post(url("event_register", event), sent)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {number.name, diet.name}
        page = response.content.decode()
        assert "Kaksi riviä\nja åäö &lt;b&gt;" in page
        assert 'value="kolme"' in page
        assert re.search(r'value="o2"[^>]*checked', page)
        assert client.post(
            url("event_register", event), {**sent, number.name: "3", f"{diet.name}_more": "ei sipulia"}
        ).has_header("Location")
        assert event.registrations.get().answers.count() == 4

    def test_a_question_that_is_not_asked_stops_nobody(
        self, client: Client, event: Event, anu: User, guest: User
    ) -> None:
        first = make_question(event, anu, Kind.YES_NO, is_required=True)
        after = make_question(event, anu, Kind.NUMBER, is_required=True, depends_on=first, depends_values=["yes"])
        page = client.get(url("event_register", event)).content.decode()
        assert f'data-after="{first.pk}" data-values="yes"' in page
        assert "Kysytään, jos vastasit" in page, "it says so without JavaScript too"
        sent = {"profile": guest.representations.get().profile.pk, first.name: "yes", after.name: ""}
        assert set(client.post(url("event_register", event), sent).context["form"].errors) == {after.name}
        client.post(url("event_register", event), {**sent, first.name: "no", after.name: "roskaa"})
        assert [answer.value for answer in event.registrations.get().answers.all()] == [False]

    def test_a_form_that_is_an_hour_old_loses_nothing(
        self, client: Client, event: Event, anu: User, guest: User, clock: time_machine.Traveller
    ) -> None:
        """Meanwhile the ticket closed, a question came, and another changed: each is told where it is."""
        ticket = make_ticket(event, anu, closes_at=NOW + timedelta(minutes=30))
        other = make_ticket(event, anu, "Esittelijä")
        text = make_question(event, anu)
        choice = make_question(event, anu, Kind.CHOICE, options=["a", "b"])
        sent = {
            "profile": guest.representations.get().profile.pk,
            "ticket": ticket.pk,
            text.name: "x",
            choice.name: "o2",
        }
        client.get(url("event_register", event))
        clock.move_to(NOW + timedelta(hours=1))
        new = make_question(event, anu, is_required=True)
        Question.objects.filter(pk=choice.pk).update(options=[{"key": "o1", "fi": "a"}, {"key": "o9", "fi": "c"}])
        response = client.post(url("event_register", event), sent)
        assert set(response.context["form"].errors) == {"ticket", choice.name, new.name}
        assert 'value="x"' in response.content.decode()
        sent |= {"ticket": other.pk, choice.name: "o9", new.name: "y"}
        assert client.post(url("event_register", event), sent).status_code == 302
        clock.move_to(EVENT_DAY)
        client.force_login(late := make_user())
        make_profile("Myöhä Oy", by=late)
        assert client.get(url("event_register", event))["Location"] == event.get_absolute_url()
        sent["profile"] = late.representations.get().profile.pk
        response = client.post(url("event_register", event), sent)
        assert response.context["form"].non_field_errors()
        assert 'value="x"' in response.content.decode()

    def test_the_last_seat_went_meanwhile(self, client: Client, anu: User, guest: User) -> None:
        event = make_event(anu, capacity=1)
        make_question(event, anu)
        client.get(url("event_register", event))
        come(event)
        client.post(url("event_register", event), {"profile": guest.representations.get().profile.pk})
        assert event.registrations.get(user=guest).state == "waiting"
        assert "numero 1" in text_of(client.get(url("event_registration", event)))

    def test_ten_thousand_requests_from_one_script(
        self, client: Client, event: Event, anu: User, guest: User, settings: Any
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"event_register": "30/m/user", "event_ask_colleague": "20/h/user"}
        make_question(event, anu, is_required=True)
        sent = {"profile": guest.representations.get().profile.pk}
        said = [client.post(url("event_register", event), sent).status_code for _n in range(31)]
        assert said == [422] * 30 + [429]
        assert client.get(url("event_register", event)).status_code == 200, "reading is free"
        register_me = Registration.objects.create(
            event=event, user=guest, profile=guest.representations.get().profile, registered_at=NOW
        )
        RegistrationRules.objects.create(event=event, most_colleagues=50)
        asked = [
            client.post(url("event_ask_colleague", event), {"email": f"a{n}@example.fi"}).status_code for n in range(21)
        ]
        assert asked == [302] * 20 + [429]
        assert ColleagueInvitation.objects.filter(invited_by=register_me.user).count() == 20


class TestOwn:
    def test_one_sees_only_ones_own(self, client: Client, event: Event, guest: User) -> None:
        come(event)
        for name in ("event_registration",):
            assert client.get(url(name, event)).status_code == 404
        for name in ("event_bring", "event_ask_colleague"):
            assert client.post(url(name, event)).status_code == 404
        client.logout()
        assert client.get(url("event_registration", event)).status_code == 302

    def test_answers_are_changed(self, client: Client, event: Event, anu: User) -> None:
        question = make_question(event, anu, is_required=True)
        mine = come(event, answers={question.pk: "vanha"})
        client.force_login(mine.user)
        assert 'value="vanha"' in client.get(url("event_registration", event)).content.decode()
        assert client.post(url("event_registration", event), {question.name: ""}).status_code == 422
        client.post(url("event_registration", event), {question.name: "uusi"})
        assert mine.answers.get().value == "uusi"

    def test_colleagues_are_brought_and_asked(self, client: Client, event: Event) -> None:
        mine, other = come(event), make_user("Kaisa Kollega")
        Representative.objects.create(profile=mine.profile, user=other, role="member", since=NOW)
        client.force_login(mine.user)
        assert "Kaisa Kollega" in client.get(url("event_registration", event)).content.decode()
        client.post(url("event_bring", event), {"people": [other.pk]})
        assert Registration.objects.filter(user=other, brought_by=mine.user).exists()
        stale = client.post(url("event_bring", event), {"people": [other.pk]})
        assert stale.context["form"].errors["people"], "a form that is an hour old"
        assert client.post(url("event_ask_colleague", event), {"email": "ei osoite"}).status_code == 422
        client.post(url("event_ask_colleague", event), {"email": "uusi@example.fi"})
        row = ColleagueInvitation.objects.get()
        assert "uusi@example.fi" in client.get(url("event_registration", event)).content.decode()
        client.force_login(other)
        assert client.post(url("event_take_back", event, pk=row.pk)).status_code == 404
        client.force_login(mine.user)
        client.post(url("event_take_back", event, pk=row.pk))
        row.refresh_from_db()
        assert row.withdrawn_at

    def test_one_who_was_declined_reads_why_on_the_events_page(self, client: Client, event: Event) -> None:
        mine = register(event, "Toive", state="declined", decision_reason="Päivä on kunnille.")
        client.force_login(mine.user)
        assert "Päivä on kunnille." in client.get(event.get_absolute_url()).content.decode()
        assert client.get(url("event_registration", event)).status_code == 404
        other = make_user()
        client.force_login(other)
        assert "Päivä on kunnille." not in client.get(event.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_page_costs_the_same(
        self, client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        asked = [make_question(event, anu) for _n in range(count)]
        mine = come(event, answers={question.pk: "a" for question in asked})
        for n in range(count):
            Registration.objects.create(
                event=event, profile=mine.profile, user=make_user(f"K{n}"), registered_at=NOW, brought_by=mine.user
            )
        client.force_login(mine.user)
        client.get(url("event_registration", event))
        with django_assert_num_queries(20):
            client.get(url("event_registration", event))


class TestInvitation:
    @pytest.fixture
    def asked(self, event: Event) -> tuple[Registration, str]:
        mine = come(event, "Kutsuja")
        row = colleagues.ask_colleague(registration=mine, email="uusi@example.fi", by=mine.user, now=NOW)
        return mine, reverse("colleague_invitation", kwargs={"token": tokens.make(colleagues.KIND, row.pk)})

    def test_an_address_from_which_mail_comes_back(
        self, client: Client, event: Event, asked: tuple[Registration, str]
    ) -> None:
        mine, _address = asked
        address_returned(email="uusi@example.fi", why=Why.CAME_BACK, now=NOW)
        assert colleagues.send_due(now=NOW) == 0
        row = Notification.objects.get(kind="events.colleague_unreached")
        assert row.user == mine.user
        client.force_login(mine.user)
        page = client.get(reverse("notification_open", args=[row.pk]), follow=True)
        assert "palautuu tästä osoitteesta" in page.content.decode()
        ColleagueInvitation.objects.all().delete()
        again = client.post(url("event_ask_colleague", event), {"email": "Uusi@example.fi"})
        assert "uusi@example.fi ei lähde kirjeitä" in again.context["form"].errors["email"][0]

    def test_from_the_letter_to_a_seat(self, client: Client, event: Event, asked: tuple[Registration, str]) -> None:
        mine, address = asked
        assert "Kutsuja Oy" in text_of(client.get(address))
        wrong = make_user()
        client.force_login(wrong)
        assert client.post(address).context["form"].non_field_errors()
        person = make_user(email="uusi@example.fi")
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        client.force_login(person)
        assert client.get(address).status_code == 200
        assert client.post(address)["Location"] == url("event_registration", event)
        made = event.registrations.get(user=person)
        assert (made.profile, made.brought_by) == (mine.profile, mine.user)
        assert client.get(address).status_code == 410

    def test_a_link_that_does_not_hold_says_why(self, client: Client, asked: tuple[Registration, str]) -> None:
        ColleagueInvitation.objects.update(withdrawn_at=NOW)
        response = client.get(asked[1])
        assert response.status_code == 410
        assert "Kutsu on peruttu" in text_of(response)
        assert client.get(reverse("colleague_invitation", kwargs={"token": "ei-ole"})).status_code == 410
