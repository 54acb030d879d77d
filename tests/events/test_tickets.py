"""Tickets, the organiser's leave, and colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import RestrictedError

from accounts import tokens
from accounts.models import Profile, Representative, User
from events import notices_events
from events.models import ColleagueInvitation, Event, Registration, RegistrationRules
from events.queries import registrations as queries
from events.services import admission, colleagues, tickets
from events.services import registrations as services
from events.services.events import NotTheHost
from events.services.questions import Stale
from events.services.tickets import TicketPlan
from notifications.models import Notification

from .asking import come, make_question, make_ticket
from .making import EVENT_DAY, NOW, make_event, make_user

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def host() -> User:
    return make_user("Hilkka Host")


@pytest.fixture
def event(host: User) -> Event:
    return make_event(host)


def told(registration: Registration, kind: str) -> int:
    return Notification.objects.filter(user=registration.user, kind=kind).count()


def state_of(registration: Registration) -> str:
    return Registration.objects.get(pk=registration.pk).state


class TestTickets:
    def test_an_event_with_tickets_wants_one(self, event: Event, host: User) -> None:
        ticket = make_ticket(event, host)
        assert come(event, ticket=ticket).ticket == ticket
        elsewhere = make_ticket(make_event(host), host)
        for wrong in (None, elsewhere):
            with pytest.raises(services.TicketMissing):
                come(event, ticket=wrong)

    def test_a_ticket_has_its_time(self, event: Event, host: User) -> None:
        window: dict[str, Any] = {"opens_at": NOW + timedelta(hours=1), "closes_at": NOW + timedelta(hours=2)}
        ticket = make_ticket(event, host, **window)
        for moment in (NOW, NOW + timedelta(hours=2)):
            with pytest.raises(services.TicketNotGivenOut):
                come(event, ticket=ticket, now=moment)
        assert come(event, ticket=ticket, now=NOW + timedelta(hours=1)).state == State.CONFIRMED

    def test_a_ticket_may_be_for_some_only(self, event: Event, host: User) -> None:
        with pytest.raises(services.TicketNotForYou):
            come(event, ticket=make_ticket(event, host, kinds=("municipality",)))
        assert come(event, ticket=make_ticket(event, host, kinds=("company",))).ticket

    def test_each_category_has_its_own_seats_and_its_own_line(self, host: User) -> None:
        event = make_event(host, capacity=3)
        small, wide = make_ticket(event, host, capacity=1), make_ticket(event, host, "Muu")
        first, second = come(event, ticket=small), come(event, ticket=small)
        third, fourth, fifth = (come(event, ticket=wide) for _n in range(3))
        states = [one.state for one in (first, second, third, fourth, fifth)]
        assert states == ["confirmed", "waiting", "confirmed", "confirmed", "waiting"]
        services.cancel_registration(registration=third, by=third.user, now=NOW)
        assert (state_of(second), state_of(fifth)) == ("waiting", "confirmed"), "a full category lets others pass"
        services.cancel_registration(registration=first, by=first.user, now=NOW)
        assert state_of(second) == "confirmed"

    def test_more_seats_go_to_those_who_wait(self, event: Event, host: User) -> None:
        ticket = make_ticket(event, host, capacity=1)
        _first, second = come(event, ticket=ticket), come(event, ticket=ticket)
        wider = TicketPlan(names={"fi": "Kävijä"}, capacity=2)
        tickets.save_ticket(event=event, plan=wider, ticket=ticket, by=host, now=NOW)
        assert state_of(second) == "confirmed"
        with pytest.raises(tickets.TicketTooSmall):
            tickets.save_ticket(
                event=event, plan=TicketPlan(names={"fi": "x"}, capacity=1), ticket=ticket, by=host, now=NOW
            )

    @pytest.mark.parametrize(
        ("plan", "error"),
        [
            (TicketPlan(names={"fi": ""}), tickets.Nameless),
            (TicketPlan(names={"fi": "x"}, opens_at=NOW, closes_at=NOW), tickets.WindowBackwards),
        ],
    )
    def test_what_is_wrong_is_told(self, event: Event, host: User, plan: TicketPlan, error: type[Exception]) -> None:
        with pytest.raises(error):
            tickets.save_ticket(event=event, plan=plan, by=host, now=NOW)

    def test_a_ticket_that_somebody_has_stays(self, event: Event, host: User) -> None:
        ticket, free = make_ticket(event, host), make_ticket(event, host)
        come(event, ticket=ticket)
        with pytest.raises(tickets.TicketInUse):
            tickets.remove_ticket(ticket=ticket, by=host, now=NOW)
        with pytest.raises(RestrictedError):
            ticket.delete()
        tickets.remove_ticket(ticket=free, by=host, now=NOW)
        assert list(event.tickets.all()) == [ticket]
        event.delete()
        assert not Registration.objects.exists()

    def test_twenty_are_the_most_and_a_stale_form_is_told(self, event: Event, host: User) -> None:
        made = [make_ticket(event, host) for _n in range(20)]
        with pytest.raises(tickets.TooManyTickets):
            make_ticket(event, host)
        with pytest.raises(Stale):
            tickets.save_ticket(
                event=event, plan=TicketPlan(names={"fi": "x"}), ticket=made[0], by=host, now=NOW, version=0
            )

    def test_only_the_host_decides(self, event: Event, host: User) -> None:
        ticket, other = make_ticket(event, host), make_user()
        acts: list[Any] = [
            lambda: make_ticket(event, other),
            lambda: tickets.remove_ticket(ticket=ticket, by=other, now=NOW),
            lambda: tickets.save_rules(event=event, needs_approval=True, most_colleagues=0, by=other, now=NOW),
        ]
        for act in acts:
            with pytest.raises(NotTheHost):
                act()


class TestLeave:
    @pytest.fixture
    def careful(self, host: User) -> Event:
        event = make_event(host, capacity=1)
        tickets.save_rules(event=event, needs_approval=True, most_colleagues=5, by=host, now=NOW)
        return event

    def test_one_waits_for_the_organiser_and_holds_no_seat(self, careful: Event) -> None:
        made = [come(careful) for _n in range(2)]
        assert [one.state for one in made] == [State.PENDING] * 2
        assert Event.objects.with_counts().get(pk=careful.pk).seats_taken == 0  # type: ignore[attr-defined]
        assert "Hilkka" not in notices_events.registered({"registration": made[0].pk, "user": made[0].user_id}).text
        assert notices_events.calendar_part({"registration": made[0].pk, "user": made[0].user_id}) == []

    def test_accepted_one_has_a_seat_the_next_one_waits_in_the_line(self, careful: Event, host: User) -> None:
        first, second = come(careful), come(careful)
        for one in (first, second):
            admission.accept_registration(registration=one, by=host, now=NOW)
            assert told(one, "events.registration_accepted") == 1
        assert (state_of(first), state_of(second)) == ("confirmed", "waiting")
        services.cancel_registration(registration=first, by=first.user, now=NOW)
        assert state_of(second) == "confirmed"

    def test_declined_with_a_reason_that_the_person_reads(self, careful: Event, host: User) -> None:
        question = make_question(careful, host)
        made = come(careful, answers={question.pk: "a"})
        with pytest.raises(admission.ReasonMissing):
            admission.decline_registration(registration=made, reason=" ", by=host, now=NOW)
        admission.decline_registration(registration=made, reason="Päivä on kunnille.", by=host, now=NOW)
        assert state_of(made) == "declined"
        assert not made.answers.exists()
        notice = notices_events.declined({"registration": made.pk, "user": made.user_id})
        assert notice.text == "Päivä on kunnille."
        with pytest.raises(services.WasDeclined):
            services.register(event=careful, profile=made.profile, by=made.user, now=NOW)
        with pytest.raises(admission.NotPending):
            admission.accept_registration(registration=made, by=host, now=NOW)

    def test_one_who_has_a_seat_is_not_declined(self, event: Event, host: User) -> None:
        with pytest.raises(admission.NotPending):
            admission.decline_registration(registration=come(event), reason="x", by=host, now=NOW)

    def test_only_the_host_answers_and_only_before_it_is_over(self, careful: Event, host: User) -> None:
        made = come(careful)
        acts: list[Any] = [
            lambda **who: admission.accept_registration(registration=made, **who),
            lambda **who: admission.decline_registration(registration=made, reason="x", **who),
        ]
        for act in acts:
            with pytest.raises(NotTheHost):
                act(by=made.user, now=NOW)
            with pytest.raises(services.EventIsOver):
                act(by=host, now=careful.ends_at)

    def test_many_at_once_those_who_stand_otherwise_are_passed_over(self, careful: Event, host: User) -> None:
        first, second, third = (come(careful) for _n in range(3))
        services.cancel_registration(registration=second, by=second.user, now=NOW)
        numbers = [third.pk, first.pk, second.pk]
        done = admission.answer_many(event=careful, numbers=numbers, act=admission.ACCEPT, by=host, now=NOW)
        assert (done.done, done.passed) == (2, 1)
        assert (state_of(first), state_of(third)) == ("confirmed", "waiting"), "the first who registered comes first"
        with pytest.raises(admission.NobodyChosen):
            admission.answer_many(event=careful, numbers=[], act=admission.ACCEPT, by=host, now=NOW)
        with pytest.raises(NotTheHost):
            admission.answer_many(event=careful, numbers=numbers, act=admission.ACCEPT, by=first.user, now=NOW)
        with pytest.raises(admission.ReasonMissing):
            admission.answer_many(event=careful, numbers=[third.pk], act=admission.DECLINE, by=host, now=NOW)

    def test_a_ticket_alone_may_ask_for_leave(self, event: Event, host: User) -> None:
        open_one, careful = make_ticket(event, host), make_ticket(event, host, needs_approval=True)
        assert come(event, ticket=open_one).state == State.CONFIRMED
        assert come(event, ticket=careful).state == State.PENDING


class TestColleagues:
    @pytest.fixture
    def colleague(self, event: Event) -> tuple[Registration, User]:
        """One who has registered, and another who represents the same company."""
        made, other = come(event), make_user("Kaisa Kollega")
        Representative.objects.create(profile=made.profile, user=other, role="member", since=NOW)
        return made, other

    def test_one_brings_those_of_the_same_profile(self, colleague: tuple[Registration, User]) -> None:
        mine, other = colleague
        for _twice in range(2):
            services.register_colleagues(registration=mine, people=[other], by=mine.user, now=NOW)
        made = Registration.objects.get(user=other)
        assert (made.state, made.profile, made.brought_by) == (State.CONFIRMED, mine.profile, mine.user)
        notice = notices_events.registered({"registration": made.pk, "user": other.pk})
        assert mine.user.name in notice.text
        services.cancel_registration(registration=made, by=other, now=NOW)
        assert services.colleagues_left(mine) == 5

    def test_not_strangers_not_for_another_and_not_too_many(self, colleague: tuple[Registration, User]) -> None:
        mine, other = colleague
        with pytest.raises(services.NotColleagues):
            services.register_colleagues(registration=mine, people=[make_user()], by=mine.user, now=NOW)
        with pytest.raises(services.NotYours):
            services.register_colleagues(registration=mine, people=[other], by=other, now=NOW)
        RegistrationRules.objects.create(event=mine.event, most_colleagues=0)
        with pytest.raises(services.TooManyColleagues):
            services.register_colleagues(registration=mine, people=[other], by=mine.user, now=NOW)
        with pytest.raises(services.TooManyColleagues):
            colleagues.ask_colleague(registration=mine, email="a@example.fi", by=mine.user, now=NOW)
        with pytest.raises(services.RegistrationClosed):
            services.register_colleagues(registration=mine, people=[other], by=mine.user, now=EVENT_DAY)

    def test_one_who_was_declined_is_not_brought(self, colleague: tuple[Registration, User], host: User) -> None:
        mine, other = colleague
        Registration.objects.create(
            event=mine.event, profile=mine.profile, user=other, registered_at=NOW, state=State.DECLINED
        )
        assert services.register_colleagues(registration=mine, people=[other], by=mine.user, now=NOW) == []
        assert not queries.colleagues_to_bring(mine).exists()

    def test_an_invitation_becomes_a_registration(self, event: Event) -> None:
        mine = come(event)
        asked = colleagues.ask_colleague(registration=mine, email=" Uusi@Example.fi ", by=mine.user, now=NOW)
        assert colleagues.send_due(now=NOW) == 1
        assert colleagues.send_due(now=NOW) == 0
        (letter,) = mail.outbox
        token = tokens.make(colleagues.KIND, asked.pk)
        assert letter.to == ["uusi@example.fi"]
        assert token in letter.body
        person = self.with_address("uusi@example.fi")
        made = colleagues.accept(token=token, by=person, now=NOW)
        assert (made.profile, made.state) == (mine.profile, State.CONFIRMED)
        assert queries.brought(mine) == [made]
        with pytest.raises(colleagues.LinkUsed):
            colleagues.accept(token=token, by=person, now=NOW)

    def test_only_the_invited_address_accepts(self, event: Event) -> None:
        mine = come(event)
        token = self.ask(mine)
        with pytest.raises(colleagues.WrongAddress):
            colleagues.accept(token=token, by=self.with_address("muu@example.fi"), now=NOW)
        unverified = make_user(email="uusi@example.fi")
        with pytest.raises(colleagues.WrongAddress):
            colleagues.accept(token=token, by=unverified, now=NOW)

    def test_what_does_not_hold_says_why(self, event: Event) -> None:
        mine = come(event)
        token = self.ask(mine)
        with pytest.raises(colleagues.AlreadyAsked):
            self.ask(mine)
        with pytest.raises(colleagues.LinkBroken):
            colleagues.read_invitation(token + "x")
        with pytest.raises(colleagues.LinkBroken):
            colleagues.read_invitation(tokens.make(tokens.INVITATION, 1))
        invitation = colleagues.read_invitation(token)
        with pytest.raises(colleagues.NotYourInvitation):
            colleagues.take_back(invitation=invitation, by=make_user(), now=NOW)
        colleagues.take_back(invitation=invitation, by=mine.user, now=NOW)
        with pytest.raises(colleagues.LinkWithdrawn):
            colleagues.read_invitation(token)
        assert colleagues.send_due(now=NOW) == 0

    def test_a_profile_that_is_gone_invites_nobody(self, event: Event) -> None:
        mine = come(event)
        token = self.ask(mine)
        Profile.objects.filter(pk=mine.profile_id).update(status=Profile.Status.TAKEN_DOWN)
        with pytest.raises(colleagues.LinkWithdrawn):
            colleagues.read_invitation(token)

    def test_a_letter_that_does_not_leave_is_tried_again(
        self, event: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.ask(come(event))

        def fail(letter: Any, *_any: Any) -> int:
            raise OSError(f"no server for {letter.to}")

        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.EmailMessage.send", fail)
            assert colleagues.send_due(now=NOW) == 0
        assert "did not leave: OSError" in caplog.text
        assert "@example.fi" not in caplog.text, "a log holds no addresses"
        assert colleagues.send_due(now=NOW) == 0, "it is leased"
        assert colleagues.send_due(now=NOW + timedelta(minutes=3)) == 1

    def ask(self, mine: Registration) -> str:
        made: ColleagueInvitation = colleagues.ask_colleague(
            registration=mine, email="uusi@example.fi", by=mine.user, now=NOW
        )
        return tokens.make(colleagues.KIND, made.pk)

    def with_address(self, email: str) -> User:
        user = make_user(email=email)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user


def test_counts_by_state_and_ticket(event: Event, host: User) -> None:
    ticket = make_ticket(event, host, capacity=1)
    for _n in range(3):
        come(event, ticket=ticket)
    counts = queries.counts(event)
    assert counts.tickets[ticket.pk] == {"confirmed": 1, "waiting": 2}
    assert counts.all == 3
    (row,) = queries.ticket_rows(event, kind="company", now=NOW)
    assert (row.left, row.is_given_out) == (0, True)


def test_search_looks_at_names_and_codes(event: Event) -> None:
    made, _other = come(event, "Aino"), come(event, "Bertta")
    for words in ("aino oy", made.spoken_code, made.user.email):
        assert list(queries.found(event, words=words)) == [made]
    assert not queries.found(event, words="aino bertta")
