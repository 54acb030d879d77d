"""Coming in, taking part, leave, leaving, removal; and what goes with an organisation or a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Profile, Representative
from accounts.services.profiles import take_down
from accounts.services.users import delete_user, export_data
from networks.models import Coordinator, GroupMember, Membership, Network, Seat
from networks.rules import networks as rules
from networks.services import groups, memberships
from networks.services import networks as network_services
from networks.services.common import (
    CannotBecome,
    NotRunning,
    NotTheCoordinator,
    NotYourMember,
    ReasonMissing,
    people_of,
)

from .making import NOW, World, changes_of, kinds_to, make_profile, make_user, make_world, second_coordinator

pytestmark = pytest.mark.django_db


class TestJoining:
    def test_an_open_network_is_joined_at_once(self) -> None:
        world = make_world(admission="open")
        profile = world.company("Saha")
        made = memberships.join(network=world.network, profile=profile, by=world.people["Saha"], now=NOW)
        assert made.state == "member"
        assert made.member_since == NOW
        assert made.period_ends is None
        assert [seat.user for seat in made.seats.all()] == [world.people["Saha"]]
        assert kinds_to(world.kaisa) == ["networks.joined"]

    def test_another_is_joined_by_an_application(self, world: World) -> None:
        with pytest.raises(memberships.NotOpen):
            memberships.join(network=world.network, profile=world.company("Saha"), by=world.people["Saha"], now=NOW)

    def test_one_joins_once(self) -> None:
        world = make_world(admission="open")
        profile = world.company("Saha")
        memberships.join(network=world.network, profile=profile, by=world.people["Saha"], now=NOW)
        with pytest.raises(CannotBecome):
            memberships.join(network=world.network, profile=profile, by=world.people["Saha"], now=NOW)
        assert Membership.objects.get().changes.count() == 1

    def test_a_draft_takes_nobody(self) -> None:
        world = make_world(admission="open", running=False)
        with pytest.raises(NotRunning):
            memberships.join(network=world.network, profile=world.company("Saha"), by=world.people["Saha"], now=NOW)

    def test_only_who_decides_for_the_organisation(self) -> None:
        world = make_world(admission="open")
        profile, stranger, member = world.company("Saha"), make_user(), make_user()
        Representative.objects.create(profile=profile, user=member, role="member", since=NOW)
        for person in (stranger, member, world.kaisa):
            with pytest.raises(NotYourMember):
                memberships.join(network=world.network, profile=profile, by=person, now=NOW)

    @pytest.mark.parametrize("change", [{"visibility": "hidden"}, {"status": "draft"}])
    def test_only_whom_others_see(self, change: dict[str, str]) -> None:
        world = make_world(admission="open")
        profile = world.company("Saha")
        Profile.objects.filter(pk=profile.pk).update(**change)
        profile.refresh_from_db()
        with pytest.raises(memberships.NotShown):
            memberships.join(network=world.network, profile=profile, by=world.people["Saha"], now=NOW)


class TestInvitations:
    def invited(self, world: World) -> Membership:
        return memberships.invite(network=world.network, profile=world.company("Saha"), by=world.kaisa, now=NOW)

    def test_those_who_decide_are_told(self, world: World) -> None:
        made = self.invited(world)
        assert made.state == "invited"
        assert kinds_to(world.people["Saha"]) == ["networks.invited"]

    def test_whoever_accepts_is_a_member_and_twice_is_once(self, world: World) -> None:
        made = self.invited(world)
        for _press in range(2):
            made = memberships.accept_invitation(membership=made, by=world.people["Saha"], now=NOW)
        assert [state for _from, state, _by in changes_of(made)] == ["invited", "member"]
        assert kinds_to(world.kaisa) == ["networks.joined"]

    def test_nobody_else_answers(self, world: World) -> None:
        made = self.invited(world)
        for act in (memberships.accept_invitation, memberships.decline_invitation):
            with pytest.raises(NotYourMember):
                act(membership=made, by=world.kaisa, now=NOW)

    def test_one_taken_back_is_accepted_no_more(self, world: World) -> None:
        made = self.invited(world)
        memberships.withdraw_invitation(membership=made, by=world.kaisa, now=NOW)
        with pytest.raises(memberships.NotInvited):
            memberships.accept_invitation(membership=made, by=world.people["Saha"], now=NOW)
        with pytest.raises(memberships.NotInvited):
            memberships.withdraw_invitation(membership=made, by=world.kaisa, now=NOW)

    def test_declined_and_invited_anew(self, world: World) -> None:
        made = self.invited(world)
        memberships.decline_invitation(membership=made, by=world.people["Saha"], now=NOW, why="Ei nyt")
        with pytest.raises(memberships.NotInvited):
            memberships.decline_invitation(membership=made, by=world.people["Saha"], now=NOW)
        later = NOW + timedelta(days=1)
        again = memberships.invite(network=world.network, profile=made.profile, by=world.kaisa, now=later)
        assert again.pk == made.pk
        assert again.state == "invited"

    def test_an_ended_network_is_entered_no_more(self, world: World) -> None:
        made = self.invited(world)
        network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
        with pytest.raises(NotRunning):
            memberships.accept_invitation(membership=made, by=world.people["Saha"], now=NOW)
        with pytest.raises(NotRunning):
            memberships.invite(network=world.network, profile=world.company("Uusi"), by=world.kaisa, now=NOW)

    def test_only_the_coordinator_invites(self, world: World) -> None:
        member = world.member("Saha")
        for person in (world.people["Saha"], make_user()):
            with pytest.raises(NotTheCoordinator):
                memberships.invite(network=world.network, profile=world.town, by=person, now=NOW)
            with pytest.raises(NotTheCoordinator):
                memberships.withdraw_invitation(membership=member, by=person, now=NOW)

    @pytest.mark.parametrize("change", [{"visibility": "hidden"}, {"status": "taken_down"}])
    def test_not_whom_the_coordinator_does_not_see(self, world: World, change: dict[str, str]) -> None:
        profile = world.company("Saha")
        Profile.objects.filter(pk=profile.pk).update(**change)
        profile.refresh_from_db()
        with pytest.raises(memberships.CannotBeInvited):
            memberships.invite(network=world.network, profile=profile, by=world.kaisa, now=NOW)


class TestBeingIn:
    def test_leave_and_back(self, world: World) -> None:
        made = world.member("Saha")
        saha = world.people["Saha"]
        made = memberships.go_on_leave(membership=made, by=saha, now=NOW, why="Kiire")
        assert made.state == "on_leave"
        assert rules.is_member(saha, world.network)
        made = memberships.come_back(membership=made, by=saha, now=NOW)
        assert made.state == "member"
        with pytest.raises(CannotBecome):
            memberships.come_back(membership=made, by=saha, now=NOW)

    def test_leaving_ends_groups_and_chair(self, world: World) -> None:
        made = world.member("Saha")
        group = groups.make_group(network=world.network, plan=groups.GroupPlan("Runko"), by=world.kaisa, now=NOW)
        groups.set_members(group=group, members=[made], chair=made, by=world.kaisa, now=NOW)
        made = memberships.leave(membership=made, by=world.people["Saha"], now=NOW, why="Lopetamme")
        group.refresh_from_db()
        assert made.state == "left"
        assert group.chair is None
        assert not GroupMember.objects.exists()
        assert kinds_to(world.kaisa)[-1] == "networks.left"
        with pytest.raises(CannotBecome):
            memberships.leave(membership=made, by=world.people["Saha"], now=NOW)

    def test_removal_has_a_reason_and_is_told(self, world: World) -> None:
        made = world.member("Saha")
        with pytest.raises(ReasonMissing):
            memberships.remove(membership=made, by=world.kaisa, now=NOW, why="  ")
        with pytest.raises(NotTheCoordinator):
            memberships.remove(membership=made, by=world.people["Saha"], now=NOW, why="x")
        made = memberships.remove(membership=made, by=world.kaisa, now=NOW, why="Toiminta päättyi")
        assert made.changes.last().why == "Toiminta päättyi"  # type: ignore[union-attr]  # there are three
        assert kinds_to(world.people["Saha"])[-1] == "networks.removed"
        with pytest.raises(CannotBecome):
            memberships.remove(membership=made, by=world.kaisa, now=NOW, why="x")

    def test_who_was_removed_does_not_walk_in(self) -> None:
        world = make_world(admission="open")
        made = world.member("Saha")
        memberships.remove(membership=made, by=world.kaisa, now=NOW, why="x")
        with pytest.raises(CannotBecome):
            memberships.join(network=world.network, profile=made.profile, by=world.people["Saha"], now=NOW)

    def test_seats_are_of_its_own_people(self, world: World) -> None:
        made, saha, colleague = world.member("Saha"), world.people["Saha"], make_user("Kalle")
        with pytest.raises(memberships.NotItsPeople):
            memberships.set_seats(membership=made, people=[colleague], by=saha, now=NOW)
        row = Representative.objects.create(profile=made.profile, user=colleague, role="member", since=NOW)
        memberships.set_seats(membership=made, people=[colleague], by=saha, now=NOW)
        assert people_of(made) == [colleague]
        assert rules.takes_part(colleague, world.network)
        assert not rules.takes_part(saha, world.network)
        with pytest.raises(NotYourMember):
            memberships.set_seats(membership=made, people=[], by=colleague, now=NOW)
        row.delete()
        assert people_of(made) == [saha], "who represents it no longer takes part no longer"
        assert not rules.takes_part(colleague, world.network)

    def test_invoices(self, world: World) -> None:
        made = world.member("Saha")
        details = memberships.InvoiceDetails(name="Saha Oy", number="003712345678")
        with pytest.raises(NotYourMember):
            memberships.set_invoice_details(membership=made, details=details, by=world.kaisa, now=NOW)
        memberships.set_invoice_details(membership=made, details=details, by=world.people["Saha"], now=NOW)
        made.refresh_from_db()
        assert (made.invoice_name, made.invoice_number) == ("Saha Oy", "003712345678")
        memberships.leave(membership=made, by=world.people["Saha"], now=NOW)
        with pytest.raises(memberships.NotAMember):
            memberships.set_invoice_details(membership=made, details=details, by=world.people["Saha"], now=NOW)
        with pytest.raises(memberships.NotAMember):
            memberships.set_seats(membership=made, people=[], by=world.people["Saha"], now=NOW)


class TestGoing:
    def test_an_organisation_that_is_taken_down_is_in_no_network(self, world: World) -> None:
        made = world.member("Saha")
        asked = world.applicant("Hakija")
        for name, profile in (("Saha", made.profile), ("Hakija", asked.membership.profile)):
            take_down(profile=profile, by=world.people[name], now=NOW)
        made.refresh_from_db()
        asked.refresh_from_db()
        assert made.state == "removed"
        assert made.changes.last().cause == "taken_down"  # type: ignore[union-attr]  # there are three
        assert asked.state == "withdrawn"
        assert kinds_to(world.kaisa).count("networks.left") == 1
        assert not rules.is_member(world.people["Saha"], world.network)

    def test_a_person_whose_account_ends_leaves_a_seat_and_no_name(self, world: World) -> None:
        made, saha = world.member("Saha"), world.people["Saha"]
        Representative.objects.create(profile=made.profile, user=make_user(), role="owner", since=NOW)
        delete_user(user=saha, now=NOW)
        assert not Seat.objects.exists()
        made.refresh_from_db()
        assert made.state == "member"
        assert [by for _from, _to, by in changes_of(made)] == [world.kaisa.pk, None]

    def test_a_students_profile_goes_with_its_memberships(self, world: World) -> None:
        student = make_user("Oona")
        profile = make_profile("Oona", by=student, kind=Profile.Kind.STUDENT)
        memberships.invite(network=world.network, profile=profile, by=world.kaisa, now=NOW)
        delete_user(user=student, now=NOW)
        assert not Membership.objects.exists()

    def test_the_only_coordinator_goes_and_the_owners_take_over(self, world: World) -> None:
        delete_user(user=world.kaisa, now=NOW)
        assert [one.user for one in world.network.coordinators.all()] == [world.hilkka]
        assert kinds_to(world.hilkka) == ["networks.coordinates"]

    def test_while_another_is_there_nobody_takes_over(self, world: World) -> None:
        other = second_coordinator(world)
        delete_user(user=world.kaisa, now=NOW)
        assert [one.user for one in world.network.coordinators.all()] == [other]

    def test_without_a_host_those_who_keep_the_service_take_over(self, world: World) -> None:
        keeper = make_user("Anu", is_coordinator=True)
        Network.objects.update(organiser=None)
        delete_user(user=world.kaisa, now=NOW)
        assert [one.user for one in Coordinator.objects.all()] == [keeper]

    def test_what_is_known_of_a_person_is_theirs_to_have(self, world: World) -> None:
        world.member("Saha")
        asked = world.applicant("Hakija", text="Haluamme mukaan")
        saha, hakija = (export_data(user=world.people[name], now=NOW) for name in ("Saha", "Hakija"))
        assert _in(saha)["takes_part"][0]["network"] == world.network.slug
        assert _in(hakija)["applications"][0]["text"] == asked.text
        assert _in(export_data(user=world.kaisa, now=NOW))["coordinates"]


def _in(data: dict[str, Any]) -> dict[str, Any]:
    """The part of networks, wherever the export keeps what other apps tell."""
    found = data.get("networks") or next(
        part["networks"] for part in data.values() if isinstance(part, dict) and "networks" in part
    )
    assert isinstance(found, dict)
    return found
