"""Invitations by letter: to whom, in which words, how often, and what comes of them."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import hooks, tokens
from accounts.models import ClaimLink, Profile, ProfileText, ProfileTheme, User
from accounts.services import claims
from matching.models import Introduction, Suggestion
from networks import letter_words
from networks.letter_words import Words
from networks.models import Letter, Membership, Network
from networks.queries import letters as queries
from networks.queries.proposals import proposals
from networks.rules import letters as rules
from networks.services import invitations, letters, memberships
from networks.services import networks as network_services
from networks.services.common import CannotBecome, NotRunning, NotTheCoordinator
from notifications.models import Notification
from notifications.queries import read_notice
from notifications.rules import Why
from notifications.services import address_returned

from .making import NOW, World, kinds_to, make_profile, make_theme, make_user, make_world

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=8)


def unclaimed(name: str = "Metsäkone Oy", **fields: Any) -> Profile:
    return make_profile(name, **{"contact_email": "toimisto@metsakone.example", **fields})


def invited(world: World, profile: Profile | None = None) -> Letter:
    membership = memberships.invite(network=world.network, profile=profile or unclaimed(), by=world.kaisa, now=NOW)
    return membership.letters.get()


def batch(world: World, *profiles: Profile, **more: Any) -> invitations.Sent:
    values: dict[str, Any] = {"words": {}, "by": world.kaisa, "now": NOW, **more}
    return invitations.invite_all(network=world.network, profiles=profiles, **values)


def claim_of(letter: Letter) -> str:
    assert letter.claim_link is not None
    return tokens.make(tokens.CLAIM, letter.claim_link.pk)


def page_of(letter: Letter) -> str:
    return reverse("network_letter", kwargs={"token": tokens.make(letters.TOKEN, letter.pk)})


def outcome(letter: Letter, now: Any = NOW) -> str:
    return queries.outcome_of(queries.invitations(letter.membership.network).get(pk=letter.pk), now)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


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


class TestReminders:
    def test_once_after_a_week_and_never_again(self, world: World) -> None:
        letter = invited(world)
        with pytest.raises(letters.NotSilent):
            letters.remind(membership=letter.membership, by=world.kaisa, now=NOW + timedelta(days=2))
        assert invitations.remind_silent(network=world.network, by=world.kaisa, now=NOW + WEEK).to
        assert not invitations.remind_silent(network=world.network, by=world.kaisa, now=NOW + WEEK).to
        with pytest.raises(letters.AlreadyReminded):
            letters.remind(membership=letter.membership, by=world.kaisa, now=NOW + 2 * WEEK)
        assert Letter.objects.filter(kind="reminder").count() == 1
        assert letters.send_due(now=NOW + WEEK) == 2

    def test_those_who_are_represented_by_a_notice(self, world: World) -> None:
        letter = invited(world, world.company("Saha"))
        letters.remind(membership=letter.membership, by=world.kaisa, now=NOW + WEEK)
        assert kinds_to(world.people["Saha"]) == ["networks.invited", "networks.reminded"]

    def test_not_who_answered(self, world: World) -> None:
        letter = invited(world, world.company("Saha"))
        memberships.decline_invitation(membership=letter.membership, by=world.people["Saha"], now=NOW, why="Ei nyt")
        with pytest.raises(letters.LetterIsOver):
            letters.remind(membership=letter.membership, by=world.kaisa, now=NOW + WEEK)

    def test_not_whose_letter_came_back(self, world: World) -> None:
        letter = invited(world)
        letters.mark_returned(letter=letter, by=world.kaisa, now=NOW)
        assert not invitations.remind_silent(network=world.network, by=world.kaisa, now=NOW + WEEK).to

    def test_a_reminder_is_a_letter_and_the_limit_holds(self, world: World) -> None:
        profile = unclaimed()
        invited(world, profile)
        for _n in range(rules.MOST_IN_A_MONTH - 1):
            invited(make_world(), profile)
        sent = invitations.remind_silent(network=world.network, by=world.kaisa, now=NOW + WEEK)
        assert sent.left_out_names == profile.name

    def test_strangers_remind_nobody(self, world: World) -> None:
        letter = invited(world)
        with pytest.raises(NotTheCoordinator):
            letters.remind(membership=letter.membership, by=make_user(), now=NOW + WEEK)


@pytest.mark.usefixtures("clock")
class TestAnswers:
    def test_the_page_is_opened(self, world: World) -> None:
        letter = invited(world)
        letters.send_due(now=NOW)
        page = Client().get(page_of(letter))
        assert page.status_code == 200
        assert reverse("claim_link", kwargs={"token": claim_of(letter)}) in (page.content.decode())
        assert outcome(letter, NOW + WEEK) == "opened"

    def test_silence(self, world: World) -> None:
        letter = invited(world)
        letters.send_due(now=NOW)
        assert [outcome(letter, NOW + days) for days in (timedelta(days=6), WEEK)] == ["sent", "silent"]

    def test_a_representative_opens_its_own_page(self, world: World) -> None:
        letter = invited(world, world.company("Saha"))
        address = reverse("network_own", kwargs={"slug": world.network.slug, "pk": letter.membership_id})
        assert letter.text.splitlines()[-1] in as_user(world.people["Saha"]).get(address).content.decode()
        assert outcome(letter) == "opened"

    def test_a_no_without_an_account(self, world: World) -> None:
        letter = invited(world)
        client = Client()
        client.post(page_of(letter), {"why": "Emme tee puuta"})
        letter.membership.refresh_from_db()
        assert letter.membership.state == "declined"
        [row] = queries.rows(list(queries.invitations(world.network)), NOW)
        assert (row.outcome, row.why) == ("declined", "Emme tee puuta")
        client.post(page_of(letter), {"why": "Uudelleen"})
        assert letter.membership.changes.count() == 2
        assert "Puuverkosto" not in client.get(page_of(letter)).content.decode(), "an old letter tells nothing"

    def test_claimed_by_the_letter_and_accepted(self, world: World) -> None:
        letter, owner = invited(world), make_user("Outi")
        claims.claim_by_link(token=claim_of(letter), user=owner, now=NOW)
        assert kinds_to(owner) == ["networks.invited"], "whoever claims is told that an invitation waits"
        hooks.profile_changed(letter.membership.profile_id, now=NOW)
        assert kinds_to(owner) == ["networks.invited"]
        own = reverse("network_own", kwargs={"slug": world.network.slug, "pk": letter.membership_id})
        assert as_user(owner).get(page_of(letter)).headers["Location"] == own
        for _press in range(2):
            memberships.accept_invitation(membership=letter.membership, by=owner, now=NOW)
        assert outcome(letter) == "accepted"
        assert letter.membership.changes.count() == 2

    def test_whoever_comes_after_a_colleague_claims_no_more(self, world: World) -> None:
        """The link was used by another: the page says so, and the second neither claims nor says no."""
        letter = invited(world)
        token = claim_of(letter)
        claims.claim_by_link(token=token, user=make_user(), now=NOW)
        page = Client().get(page_of(letter)).content.decode()
        assert token not in page
        Client().post(page_of(letter), {"why": "Ei"})
        letter.membership.refresh_from_db()
        assert letter.membership.state == "invited"
        with pytest.raises(letters.LetterIsOver):
            letters.decline_by_letter(letter=letter, now=NOW)

    def test_too_late_after_the_network_has_ended(self, world: World) -> None:
        letter = invited(world, world.company("Saha"))
        mailed = invited(world)
        network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
        with pytest.raises(NotRunning):
            memberships.accept_invitation(membership=letter.membership, by=world.people["Saha"], now=NOW)
        assert letters.send_due(now=NOW) == 0
        assert "Puuverkosto" not in Client().get(page_of(mailed)).content.decode()

    def test_a_link_that_ran_out(self, world: World) -> None:
        letter = invited(world)
        ClaimLink.objects.update(expires_at=NOW)
        page = Client().get(page_of(letter)).content.decode()
        assert reverse("claim", kwargs={"slug": letter.membership.profile.slug}) in page

    def test_a_token_of_something_else(self, world: World) -> None:
        letter = invited(world)
        for token in ("x", tokens.make(tokens.CLAIM, letter.pk), tokens.make(letters.TOKEN, 10**9)):
            assert Client().get(reverse("network_letter", kwargs={"token": token})).status_code == 404


class TestProposals:
    def proposed(self, world: World) -> dict[str, list[str]]:
        return {one.profile.name: [theme.name for theme in one.themes] for one in proposals(world.network, world.kaisa)}

    def test_those_of_the_theme_and_of_what_is_below_it(self, world: World) -> None:
        below = make_theme("hirsitalot")
        below.parent = make_theme()
        below.save()
        for name, theme in (("Sama", make_theme()), ("Alla", below), ("Muu", make_theme("vesi"))):
            ProfileTheme.objects.create(tag=theme, content_object=unclaimed(name))
        assert self.proposed(world) == {"Sama": ["puurakentaminen"], "Alla": ["hirsitalot"]}

    def test_those_whom_the_matcher_finds_for_members(self, world: World) -> None:
        member = world.member("Saha")
        found = unclaimed("Löytö")
        Suggestion.objects.create(profile=member.profile, other=found, score=8000, direction="both", made_at=NOW)
        [one] = proposals(world.network, world.kaisa)
        assert (one.profile, [row.profile for row in one.rows]) == (found, [member.profile])

    def test_nobody_who_was_asked_or_hides_or_is_a_person(self, world: World) -> None:
        theme = make_theme()
        declined = world.company("Kieltäjä")
        letter = invited(world, declined)
        memberships.decline_invitation(membership=letter.membership, by=world.people["Kieltäjä"], now=NOW)
        for profile in (
            declined,
            world.town,
            unclaimed("Piilo", visibility="hidden"),
            unclaimed("Luonnos", status="draft"),
            make_profile("Oona", by=make_user(), kind="student"),
        ):
            ProfileTheme.objects.create(tag=theme, content_object=profile)
        assert self.proposed(world) == {}


@pytest.mark.usefixtures("clock")
class TestPages:
    def url(self, world: World, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"slug": world.network.slug, **more})

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, world: World, count: int, django_assert_num_queries: Any) -> None:
        member = world.member("Saha")
        chosen = []
        for n in range(count):
            profile = unclaimed(f"Ehdotettu {n}")
            chosen.append(profile.slug)
            ProfileTheme.objects.create(tag=make_theme(), content_object=profile)
            Suggestion.objects.create(profile=member.profile, other=profile, score=8000, direction="both", made_at=NOW)
            invited(world, unclaimed(f"Kutsuttu {n}"))
        client = as_user(world.kaisa)
        letter = f"{self.url(world, 'network_letter_write')}?" + "&".join(f"profile={slug}" for slug in chosen)
        for address, cost in (
            (self.url(world, "network_proposed"), 14),
            (self.url(world, "network_letters"), 8),
            (letter, 13),
        ):
            client.get(address)
            with django_assert_num_queries(cost):
                assert client.get(address).status_code == 200

    def test_from_proposal_to_letter(self, world: World) -> None:
        profile = world.company("Saha")
        ProfileTheme.objects.create(tag=make_theme(), content_object=profile)
        client = as_user(world.kaisa)
        assert "Saha Oy" in client.get(self.url(world, "network_proposed")).content.decode()
        address = f"{self.url(world, 'network_letter_write')}?profile={profile.slug}"
        data = {"profile": profile.slug, "subject_fi": "Kutsu", "text_fi": "Hei {väärä}"}
        refused = client.post(address, data)
        assert refused.status_code == 422
        assert "{väärä}" in refused.content.decode()
        client.post(address, {**data, "text_fi": "Hei {organisaatio}"})
        assert Letter.objects.get().text == "Hei Saha Oy"
        assert "Saha Oy" in client.get(self.url(world, "network_letters")).content.decode()
        again = client.post(address, {**data, "text_fi": "Hei"}, follow=True)
        assert "Saha Oy jäi pois" in again.content.decode()

    def test_with_nobody_chosen_there_is_no_letter(self, world: World) -> None:
        client = as_user(world.kaisa)
        for query in ("", "?profile=nobody"):
            assert client.get(self.url(world, "network_letter_write") + query).status_code == 302

    def test_presses(self, world: World, clock: Any) -> None:
        letter = invited(world)
        letters.send_due(now=NOW)
        client = as_user(world.kaisa)
        clock.move_to(NOW + WEEK)
        remind = self.url(world, "network_letters_remind")
        begun = client.get(remind).context["form"]
        assert client.post(remind, {name: begun[name].value() for name in begun.fields}).status_code == 302
        assert Letter.objects.filter(kind="reminder").exists()
        client.post(self.url(world, "network_letter_returned", pk=letter.pk))
        letter.refresh_from_db()
        assert letter.returned_at == NOW + WEEK

    def test_no_network_takes_the_letters_address(self, world: World) -> None:
        assert "letter" in network_services.RESERVED
        assert Network.objects.filter(slug="letter").count() == 0
