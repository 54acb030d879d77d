"""A kind letter to a member gone silent: to whom, how often, in which words, and how it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Representative, User
from core.errors import DomainError
from networks.letter_words import Words
from networks.models import Asking, Membership
from networks.queries import letters as letter_queries
from networks.queries import quiet
from networks.rules import year as rules
from networks.services import asking, letters, memberships
from networks.services import networks as network_services
from networks.services.common import NotRunning, NotTheCoordinator, NotYourMember
from networks.services.invitations import Sent
from notifications.models import Notification
from notifications.services import deliver_due

from .making import NOW, World, kinds_to, make_user, make_world

pytestmark = pytest.mark.django_db
THEN = NOW + rules.SILENT_AFTER + timedelta(days=1)
AGAIN = THEN + rules.ASKED_AGAIN_AFTER


@pytest.fixture
def then() -> Iterator[None]:
    with time_machine.travel(THEN, tick=False):
        yield


def ask(world: World, *members: Membership, now: datetime = THEN, **more: Any) -> Sent:
    values: dict[str, Any] = {"words": {}, "by": world.kaisa, **more}
    return asking.ask_silent(network=world.network, members=members, now=now, **values)


def url(world: World, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"slug": world.network.slug, **more})


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestAsking:
    def test_each_gets_a_letter_in_its_language_told_to_its_people(self, world: World) -> None:
        one, other = world.member("Saha"), world.member("Höyläämö")
        User.objects.filter(pk=world.people["Höyläämö"].pk).update(language="sv")
        words = {"fi": Words("Mitä kuuluu, {organisaatio}?", "Terveisin {lähettäjä}")}
        sent = ask(world, one, other, words=words)
        assert sent.to == [one.profile, other.profile]
        letter = Asking.objects.get(membership=one)
        assert (letter.language, letter.subject) == ("fi", "Mitä kuuluu, Saha Oy?")
        assert letter.text == "Terveisin Kaisa Koordinaattori"
        swedish = Asking.objects.get(membership=other)
        assert swedish.language == "sv"
        assert "Höyläämö Oy" in swedish.text
        assert "{" not in swedish.text
        assert kinds_to(world.people["Saha"])[-1] == "networks.asked"

    def test_the_notice_is_mailed_with_the_letters_words(self, world: World, then: None) -> None:
        member = world.member("Saha")
        deliver_due(now=THEN)
        mail.outbox.clear()
        ask(world, member, words={"fi": Words("Hei", "Miten menee?")})
        deliver_due(now=THEN)
        [sent] = mail.outbox
        assert sent.to == [world.people["Saha"].email]
        assert "Miten menee?" in sent.body

    def test_it_counts_among_the_months_letters(self, world: World) -> None:
        member = world.member("Saha")
        ask(world, member)
        assert letter_queries.lately([member.profile_id], THEN)[member.profile_id] == 1

    def test_once_in_half_a_year_whoever_asks(self, world: World) -> None:
        member = world.member("Saha")
        ask(world, member)
        again = ask(world, member, by=world.hilkka, now=AGAIN - timedelta(days=1))
        assert [profile for profile, _why in again.left_out] == [member.profile]
        assert Asking.objects.count() == 1
        assert ask(world, member, now=AGAIN).to == [member.profile]

    @pytest.mark.parametrize(
        ("case", "error"),
        [
            ("stranger", NotTheCoordinator), ("ended", NotRunning), ("seen", asking.NotSilentNow),
            ("left", asking.NotSilentNow), ("asked", asking.AskedLately), ("nobody", asking.NobodyToRead),
            ("place", letters.WrongPlace), ("enough", letters.HadEnoughLetters),
        ],
    )  # fmt: skip
    def test_refused(self, world: World, case: str, error: type[DomainError], monkeypatch: pytest.MonkeyPatch) -> None:
        member, by, words, now = world.member("Saha"), world.kaisa, None, THEN
        if case == "stranger":
            by = world.people["Saha"]
        elif case == "ended":
            network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
        elif case == "seen":
            now = NOW + timedelta(days=30)
        elif case == "left":
            memberships.leave(membership=member, by=world.people["Saha"], now=NOW)
        elif case == "asked":
            ask(world, member)
        elif case == "nobody":
            Representative.objects.filter(profile=member.profile).delete()
        elif case == "place":
            words = Words("Hei {nimi}", "Hei")
        else:
            monkeypatch.setattr("networks.rules.letters.MOST_IN_A_MONTH", 0)
        letters_before = Asking.objects.count()
        with pytest.raises(error) as refused:
            asking.ask(membership=member, words=words, language="fi", by=by, now=now)
        assert str(refused.value)
        assert Asking.objects.count() == letters_before

    @pytest.mark.parametrize(
        ("case", "error"),
        [
            ("stranger", NotTheCoordinator), ("ended", NotRunning), ("nobody", asking.NobodyToAsk),
            ("many", asking.TooManyAsked), ("place", letters.WrongPlace),
        ],
    )  # fmt: skip
    def test_a_batch_that_is_refused_asks_nobody(
        self, world: World, case: str, error: type[DomainError], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        members = [world.member("Saha"), world.member("Muu")]
        more: dict[str, Any] = {}
        if case == "stranger":
            more = {"by": world.people["Saha"]}
        elif case == "ended":
            network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
            world.network.refresh_from_db()
        elif case == "nobody":
            members = []
        elif case == "many":
            monkeypatch.setattr(rules, "MOST_ASKED_AT_ONCE", 1)
        else:
            more = {"words": {"sv": Words("Hej {namn}", "Hej")}}
        with pytest.raises(error):
            ask(world, *members, **more)
        assert not Asking.objects.exists()


class TestAnswering:
    def test_we_stay_in_one_press_and_pressed_twice_the_first_stands(self, world: World, then: None) -> None:
        member = world.member("Saha")
        ask(world, member)
        client = logged_in(world.people["Saha"])
        page = client.get(url(world, "network_own", pk=member.pk)).content.decode()
        assert "Jatkamme" in page
        answered = client.post(url(world, "network_own_act", pk=member.pk), {"act": "stay"}, follow=True)
        assert "Koordinaattori näkee" in answered.content.decode()
        assert "Jatkamme" not in answered.content.decode()
        asking.stay(membership=member, by=world.people["Saha"], now=THEN + timedelta(days=3))
        assert Asking.objects.get().stays_at == THEN
        assert not quiet.silent(world.network, THEN).exists()
        assert "Jatkaa" in logged_in(world.kaisa).get(url(world, "network_silent")).content.decode()

    def test_a_leave_and_leaving_are_answers_too(self, world: World, then: None) -> None:
        one, other = world.member("Saha"), world.member("Muu")
        ask(world, one, other)
        for member, act in ((one, "pause"), (other, "leave")):
            client = logged_in(world.people[member.profile.name.removesuffix(" Oy")])
            client.post(url(world, "network_own_act", pk=member.pk), {"act": act})
        page = logged_in(world.kaisa).get(url(world, "network_silent")).content.decode()
        assert "tauolla" in page
        assert "eronnut" in page or "lähtenyt" in page

    def test_who_may_answer_and_when_there_is_nothing_to_answer(self, world: World) -> None:
        member = world.member("Saha")
        with pytest.raises(asking.NothingAsked):
            asking.stay(membership=member, by=world.people["Saha"], now=THEN)
        ask(world, member)
        with pytest.raises(NotYourMember):
            asking.stay(membership=member, by=world.kaisa, now=THEN)

    def test_an_answered_letter_is_told_no_more(self, world: World) -> None:
        from networks import notices_year

        member = world.member("Saha")
        ask(world, member)
        about = Notification.objects.get(kind="networks.asked").context
        assert notices_year.asked(about).url == url(world, "network_own", pk=member.pk)
        asking.stay(membership=member, by=world.people["Saha"], now=THEN)
        with pytest.raises(LookupError):
            notices_year.asked(about)


class TestPages:
    def test_the_letter_is_written_and_sent(self, world: World, then: None) -> None:
        members = [world.member("Saha"), world.member("Muu")]
        client = logged_in(world.kaisa)
        assert "Saha Oy" in client.get(url(world, "network_silent")).content.decode()
        address = f"{url(world, 'network_silent_write')}?" + "&".join(f"member={one.pk}" for one in members)
        page = client.get(address)
        assert page.status_code == 200
        assert "{organisaatio}" in page.content.decode()
        sent = {"profile": [members[0].profile.slug], "subject_fi": "Hei", "text_fi": "Hei {organisaatio}!"}
        assert client.post(address, {**sent, "text_fi": "{väärä}"}).status_code == 422
        answer = client.post(address, sent, follow=True)
        assert answer.redirect_chain[-1][0] == url(world, "network_silent")
        assert [one.text for one in Asking.objects.all()] == ["Hei Saha Oy!"]

    @pytest.mark.parametrize("after", ["", "?member=x", "?member=999999999"])
    def test_nobody_chosen(self, world: World, then: None, after: str) -> None:
        client = logged_in(world.kaisa)
        assert client.get(url(world, "network_silent_write") + after).status_code == 302

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("bare_masthead")
    def test_fixed_queries(self, count: int, then: None, django_assert_num_queries: Any) -> None:
        world = make_world()
        asked = [world.member(f"Kysytty {n}") for n in range(count)]
        ask(world, *asked)
        for n in range(count):
            world.member(f"Hiljainen {n}")
        client = logged_in(world.kaisa)
        client.get(url(world, "network_silent"))
        with django_assert_num_queries(8):
            page = client.get(url(world, "network_silent")).content.decode()
        assert page.count("Hiljainen") >= count


def test_being_named_is_the_members_own_choice(world: World, then: None) -> None:
    member = world.member("Saha")
    client = logged_in(world.people["Saha"])
    for act, named in (("name", True), ("unname", False)):
        client.post(url(world, "network_own_act", pk=member.pk), {"act": act})
        member.refresh_from_db()
        assert member.is_named is named
    with pytest.raises(NotYourMember):
        asking.set_named(membership=member, named=True, by=make_user(), now=NOW)
