"""Invitations by letter: to whom, in which words, how often, and what comes of them."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import ProfileText
from accounts.services import claims
from matching.models import Introduction
from networks import letter_words
from networks.letter_words import Words
from networks.models import Letter, Membership
from networks.queries import letters as queries
from networks.rules import letters as rules
from networks.services import invitations, letters, memberships
from networks.services.common import CannotBecome, NotRunning, NotTheCoordinator
from notifications.models import Notification
from notifications.post import address_returned
from notifications.queries import read_notice
from notifications.rules import Why

from .lettering import batch, claim_of, invited, outcome, page_of, unclaimed
from .making import NOW, World, kinds_to, make_profile, make_user, make_world

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=8)


class TestWords:
    @pytest.mark.parametrize("language", ["fi", "sv", "en"])
    def test_the_standard_letters_have_only_places_that_are_filled(self, world: World, language: str) -> None:
        for words in (letter_words.standard(language), letter_words.reminder(language)):
            letters.check(words, language)
            filled = letter_words.fill(
                words, language=language, organisation="Saha Oy", network=world.network, sender="Kaisa"
            )
            assert "Saha Oy" in filled.text
            assert "Puuverkosto" in filled.subject
            assert filled.text.endswith("Kaisa")
            assert not set("{}") & set(filled.text + filled.subject)

    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("Hei {organisaatio}", []),
            ("Hei {Organisaatio }", []),
            ("Hei {organisation}", ["{organisation}"]),
            ("Hei {nimi} ja {verkosto}", ["{nimi}"]),
            ("Hei {organisaatio", ["{"]),
            ("Hei }", ["}"]),
            ("{}", ["{}"]),
        ],
    )
    def test_what_cannot_be_filled_is_told(self, text: str, wrong: list[str]) -> None:
        assert letter_words.wrong_places(text, "fi") == wrong

    def test_a_name_with_braces_is_not_read_for_places(self, world: World) -> None:
        words = Words("{verkosto}", "{organisaatio} {lähettäjä}")
        filled = letter_words.fill(
            words, language="fi", organisation="{lähettäjä} Oy", network=world.network, sender="K"
        )
        assert filled.text == "{lähettäjä} Oy K"

    def test_a_wrong_letter_writes_to_nobody(self, world: World) -> None:
        with pytest.raises(letters.WrongPlace) as caught:
            batch(world, world.company("Saha"), words={"fi": Words("Kutsu", "Hei {nimi}")})
        assert caught.value.field == "text_fi"
        assert "{nimi}" in str(caught.value)
        assert not Letter.objects.exists()


class TestLanguages:
    def test_of_the_owner_else_of_the_text_else_of_speech_else_of_the_name(self, world: World) -> None:
        owned, written, spoken, named, bare = (
            make_profile("Ägare Ab", by=make_user(language="sv")),
            unclaimed("Text"),
            unclaimed("Tal", languages=["de", "en"]),
            unclaimed("", name_fi="", name_sv="Bara svenska"),
            unclaimed("Suomi"),
        )
        ProfileText.objects.create(profile=written, kind="does", language="sv", text="Vi gör")
        found = queries.languages_of([owned, written, spoken, named, bare])
        assert [found[one.pk] for one in (owned, written, spoken, named, bare)] == ["sv", "sv", "en", "sv", "fi"]


class TestBatch:
    def test_each_in_its_own_words(self, world: World) -> None:
        swedish = make_profile("Sågen Ab", by=make_user(language="sv"))
        finnish = unclaimed()
        words = {"fi": Words("Kutsu", "Hei {organisaatio}"), "sv": Words("Inbjudan", "Hej {organisation}")}
        sent = batch(world, swedish, finnish, words=words)
        assert sent.to == [swedish, finnish]
        assert {one.text for one in Letter.objects.all()} == {"Hej Sågen Ab", "Hei Metsäkone Oy"}

    def test_once_for_each_organisation(self, world: World) -> None:
        profile = unclaimed()
        batch(world, profile)
        sent = batch(world, profile)
        assert not sent.to
        assert sent.left_out_names == profile.name
        assert Letter.objects.count() == 1

    def test_who_has_had_enough_is_named_and_the_others_are_written_to(self, world: World) -> None:
        full, free = unclaimed(), unclaimed("Vapaa Oy")
        for _n in range(rules.MOST_IN_A_MONTH):
            invited(make_world(), full)
        sent = batch(world, full, free)
        assert sent.to == [free]
        [(who, why)] = sent.left_out
        assert who == full
        assert "Metsäkone Oy" in why
        assert not Membership.objects.filter(network=world.network, profile=full).exists()

    def test_after_a_month_there_is_room_again(self, world: World) -> None:
        full = unclaimed()
        for _n in range(rules.MOST_IN_A_MONTH):
            invited(make_world(), full)
        assert batch(world, full, now=NOW + timedelta(days=31)).to == [full]

    def test_other_letters_of_coordinators_count(self, world: World) -> None:
        profile, other = world.company("Saha"), make_profile("Toinen Oy", by=make_user())
        low, high = sorted((profile.pk, other.pk))
        Introduction.objects.create(
            a_id=low, b_id=high, letter_a="a", letter_b="b", language_a="fi", language_b="fi",
            made_at=NOW, expires_at=NOW + WEEK,
        )  # fmt: skip
        unowned = unclaimed()
        boss = make_user(is_coordinator=True)
        claims.send_claim_link(profile=unowned, email="x@metsakone.example", language="fi", by=boss, now=NOW)
        invited(make_world(), unowned)
        found = queries.lately([profile.pk, other.pk, unowned.pk], NOW)
        assert found == {profile.pk: 1, other.pk: 1, unowned.pk: 2}, "the link inside a letter is no letter of its own"

    def test_a_letter_that_came_back_counts_not(self, world: World) -> None:
        letter = invited(world)
        letters.mark_returned(letter=letter, by=world.kaisa, now=NOW)
        assert queries.lately([letter.membership.profile_id], NOW) == {}

    def test_no_address(self, world: World) -> None:
        sent = batch(world, unclaimed(contact_email=""))
        assert not sent.to
        assert not Membership.objects.exists()

    def test_only_the_installations_coordinator_gives_an_address(self, world: World) -> None:
        profile = unclaimed(contact_email="")
        given = {profile.pk: "uusi@metsakone.example"}
        assert not batch(world, profile, addresses=given).to
        boss = make_user(is_coordinator=True)
        assert batch(world, profile, addresses=given, by=boss).to == [profile]
        assert Letter.objects.get().sent_to == "uusi@metsakone.example"

    def test_refused(self, world: World) -> None:
        profile = world.company("Saha")
        for person in (make_user(), world.people["Saha"]):
            with pytest.raises(NotTheCoordinator):
                batch(world, profile, by=person)
            with pytest.raises(NotTheCoordinator):
                invitations.remind_silent(network=world.network, by=person, now=NOW)
        with pytest.raises(invitations.NobodyChosen):
            batch(world)
        with pytest.raises(invitations.TooManyAtOnce):
            batch(world, *[profile] * (rules.MOST_AT_ONCE + 1))
        draft = make_world(running=False)
        with pytest.raises(NotRunning):
            batch(draft, profile)
        with pytest.raises(NotRunning):
            invitations.remind_silent(network=draft.network, by=draft.kaisa, now=NOW)


class TestPost:
    def test_an_unclaimed_organisation_gets_one_mail_with_the_way_in(self, world: World) -> None:
        letter = invited(world)
        assert outcome(letter) == "queued"
        assert [letters.send_due(now=NOW) for _n in range(2)] == [1, 0]
        [sent] = mail.outbox
        assert sent.to == ["toimisto@metsakone.example"]
        assert sent.reply_to == [world.kaisa.email]
        assert page_of(letter) in sent.body
        assert claim_of(letter) not in sent.body, "one link, so that a no is as near"
        assert outcome(letter) == "sent"

    def test_to_those_who_are_represented_a_notice_carries_it(self, world: World) -> None:
        letter = invited(world, world.company("Saha"))
        assert letters.send_due(now=NOW) == 0
        assert letter.claim_link is None
        assert kinds_to(world.people["Saha"]) == ["networks.invited"]

    def test_one_that_is_taken_back_before_it_left_stays(self, world: World) -> None:
        letter = invited(world)
        memberships.withdraw_invitation(membership=letter.membership, by=world.kaisa, now=NOW)
        assert letters.send_due(now=NOW) == 0
        assert outcome(letter) == "withdrawn"

    @pytest.mark.parametrize(("words", "is_returned"), [(b"5.1.1 User unknown", True), (b"4.2.1 Later", False)])
    def test_one_that_bounces(
        self,
        world: World,
        words: bytes,
        is_returned: bool,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Refused for good it is not tried again; for now, it is when the lease has ended."""
        letter = invited(world)

        def refuse(*_args: Any, **_more: Any) -> None:
            raise smtplib.SMTPRecipientsRefused({letter.sent_to: (550, words)})

        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.EmailMessage.send", refuse)
            assert letters.send_due(now=NOW) == 0
        assert letter.sent_to not in caplog.text, "a log holds no addresses"
        assert (outcome(letter) == "returned") is is_returned
        assert (kinds_to(world.kaisa) == ["networks.letter_returned"]) is is_returned
        assert letters.send_due(now=NOW + timedelta(minutes=5)) == (0 if is_returned else 1)

    def test_the_coordinator_marks_one_that_came_back_later(self, world: World) -> None:
        letter = invited(world)
        with pytest.raises(NotTheCoordinator):
            letters.mark_returned(letter=letter, by=make_user(), now=NOW)
        letters.mark_returned(letter=letter, by=world.kaisa, now=NOW)
        assert outcome(letter) == "returned"
        with pytest.raises(CannotBecome):
            letters.mark_returned(letter=letter, by=world.kaisa, now=NOW)

    def test_one_that_comes_back_days_later(self, world: World) -> None:
        """Told by the mail provider: the coordinators learn of it once, and no more letters go there."""
        profile = unclaimed()
        letter = invited(world, profile)
        assert letters.send_due(now=NOW) == 1
        for _twice in range(2):
            address_returned(email=letter.sent_to.upper(), why=Why.CAME_BACK, now=NOW + timedelta(days=2))
        assert outcome(letter) == "returned"
        assert kinds_to(world.kaisa) == ["networks.letter_returned"]
        memberships.withdraw_invitation(membership=letter.membership, by=world.kaisa, now=NOW)
        with pytest.raises(letters.AddressReturned) as refused:
            invited(world, profile)
        assert letter.sent_to in str(refused.value)
        sent = batch(world, profile)
        assert not sent.to
        assert [one.pk for one, _why in sent.left_out] == [profile.pk]

    def test_an_answered_one_does_not_come_back(self, world: World) -> None:
        letter = invited(world)
        letters.send_due(now=NOW)
        letters.decline_by_letter(letter=letter, now=NOW)
        address_returned(email=letter.sent_to, why=Why.CAME_BACK, now=NOW)
        assert outcome(letter) == "declined"
        assert "networks.letter_returned" not in kinds_to(world.kaisa)

    @pytest.mark.parametrize(("why", "is_told"), [(Why.CAME_BACK, True), (Why.UNWANTED, False)])
    def test_mail_to_one_who_takes_part_comes_back(self, world: World, why: Why, is_told: bool) -> None:
        """The coordinator is told that it does not arrive; that somebody called it unwanted is nobody's business."""
        member = world.member("Saha")
        memberships.set_seats(membership=member, people=[world.people["Saha"]], by=world.people["Saha"], now=NOW)
        Notification.objects.all().delete()
        address_returned(email=world.people["Saha"].email, why=why, now=NOW)
        assert (kinds_to(world.kaisa) == ["networks.mail_returned"]) is is_told
        if is_told:
            notice = read_notice(Notification.objects.get(user=world.kaisa), "fi")
            assert notice is not None
            assert notice.url == reverse("network_member", kwargs={"slug": world.network.slug, "pk": member.pk})
