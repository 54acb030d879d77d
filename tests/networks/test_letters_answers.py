"""What comes of an invitation by letter: reminders, answers, whom to write to next, and the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import hooks, tokens
from accounts.models import ClaimLink, ProfileTheme
from accounts.services import claims
from matching.models import Suggestion
from networks.models import Letter, Network
from networks.queries import letters as queries
from networks.queries.proposals import proposals
from networks.rules import letters as rules
from networks.services import invitations, letters, memberships
from networks.services import networks as network_services
from networks.services.common import NotRunning, NotTheCoordinator

from .lettering import as_user, claim_of, invited, outcome, page_of, unclaimed
from .making import NOW, World, kinds_to, make_profile, make_theme, make_user, make_world

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=8)


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
