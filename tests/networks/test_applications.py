"""Applying, deciding by criterion, appealing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from networks.models import Appeal, Application, CriterionAnswer, Network
from networks.services import applications, memberships
from networks.services import networks as network_services
from networks.services.applications import Ruling
from networks.services.common import CannotBecome, NotRunning, NotTheCoordinator, NotYourMember

from .making import NOW, World, kinds_to, make_user, make_world, second_coordinator

pytestmark = pytest.mark.django_db


def decide(world: World, application: Application, accept: bool = True, **more: object) -> Application:
    values = {"by": world.kaisa, "now": NOW, "reason": "Sopii teemaan", **more}
    return applications.decide(application=application, accept=accept, **values)  # type: ignore[arg-type]  # a mix


def with_criteria(n: int = 2) -> World:
    return make_world(criteria=n, admission=Network.Admission.CRITERIA)


def shown(world: World) -> dict[int, str]:
    return {one.pk: "Näin" for one in world.network.criteria.all()}


class TestApplying:
    def test_the_coordinators_are_told(self, world: World) -> None:
        made = world.applicant("Saha", text="Mukaan", language="fi")
        assert made.membership.state == "applied"
        assert kinds_to(world.kaisa) == ["networks.applied"]

    def test_once_at_a_time(self, world: World) -> None:
        made = world.applicant("Saha")
        with pytest.raises(applications.AppliedAlready):
            applications.apply(network=world.network, profile=made.membership.profile, by=world.people["Saha"], now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.create(membership=made.membership, made_at=NOW)

    def test_not_to_an_open_network_nor_to_one_that_does_not_run(self) -> None:
        world = make_world(admission="open")
        with pytest.raises(applications.NeedsNoApplication):
            world.applicant("Saha")
        network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
        with pytest.raises(NotRunning):
            world.applicant("Liima")

    def test_each_criterion_is_told_of(self) -> None:
        world = with_criteria()
        first, second = world.network.criteria.all()
        with pytest.raises(applications.NotShownHow) as refused:
            world.applicant("Saha", shown={first.pk: "Todistus", second.pk: "  "})
        assert refused.value.field == f"criterion_{second.pk}"
        made = world.applicant("Liima", shown=shown(world))
        assert [one.shown for one in made.answers.all()] == ["Näin", "Näin"]

    def test_a_stranger_does_not_apply_for_others(self, world: World) -> None:
        with pytest.raises(NotYourMember):
            applications.apply(network=world.network, profile=world.company("Saha"), by=make_user(), now=NOW)

    def test_taken_back(self, world: World) -> None:
        made = world.applicant("Saha")
        memberships.leave(membership=made.membership, by=world.people["Saha"], now=NOW)
        made.refresh_from_db()
        assert made.state == "withdrawn"
        with pytest.raises(applications.AlreadyDecided):
            decide(world, made)


class TestDeciding:
    def test_accepted(self, world: World) -> None:
        made = decide(world, world.applicant("Saha"))
        made.membership.refresh_from_db()
        assert made.membership.state == "member"
        assert [seat.user for seat in made.membership.seats.all()] == [world.people["Saha"]]
        assert kinds_to(world.people["Saha"]) == ["networks.decided"]

    def test_a_decline_has_a_reason(self, world: World) -> None:
        made = world.applicant("Saha")
        with pytest.raises(applications.DecisionReasonMissing):
            decide(world, made, accept=False, reason=" ")
        decide(world, made, accept=False, reason="Eri ala")
        made.membership.refresh_from_db()
        assert made.membership.state == "declined"
        assert made.membership.changes.last().why == "Eri ala"  # type: ignore[union-attr]  # there are two

    def test_each_criterion_is_decided_with_a_reason(self) -> None:
        world = with_criteria()
        made = world.applicant("Saha", shown=shown(world))
        first, second = (one.criterion_id for one in made.answers.all())
        for rulings in (
            {},
            {first: Ruling(True, "Todistus nähty")},
            {first: Ruling(True, "Todistus nähty"), second: Ruling(None, "x")},
            {first: Ruling(True, "Todistus nähty"), second: Ruling(True, " ")},
        ):
            with pytest.raises(applications.CriterionUndecided):
                decide(world, made, rulings=rulings)
        assert not CriterionAnswer.objects.exclude(is_met=None).exists()
        decide(world, made, rulings={first: Ruling(True, "Todistus nähty"), second: Ruling(True, "Linkki auki")})
        assert [one.reason for one in made.answers.all()] == ["Todistus nähty", "Linkki auki"]

    def test_a_member_meets_them_all(self) -> None:
        world = with_criteria()
        made = world.applicant("Saha", shown=shown(world))
        first, second = (one.criterion_id for one in made.answers.all())
        mixed = {first: Ruling(True, "On"), second: Ruling(False, "Ei näy")}
        with pytest.raises(applications.NotAllMet):
            decide(world, made, rulings=mixed)
        decide(world, made, accept=False, rulings=mixed)
        made.refresh_from_db()
        assert made.state == "declined"

    def test_a_ruling_without_a_reason_is_refused_by_the_database(self) -> None:
        world = with_criteria(1)
        made = world.applicant("Saha", shown=shown(world))
        with pytest.raises(IntegrityError), transaction.atomic():
            made.answers.update(is_met=True, reason="")

    def test_only_who_coordinates(self, world: World) -> None:
        made = world.applicant("Saha")
        world.member("Liima")
        for person in (world.people["Saha"], world.people["Liima"], make_user()):
            with pytest.raises(NotTheCoordinator):
                decide(world, made, by=person)

    def test_the_second_one_is_told(self, world: World) -> None:
        made, other = world.applicant("Saha"), second_coordinator(world)
        stale = Application.objects.get(pk=made.pk)
        decide(world, made)
        with pytest.raises(applications.AlreadyDecided):
            decide(world, stale, accept=False, by=other, reason="Ei")
        stale.refresh_from_db()
        assert stale.decided_by == world.kaisa
        assert stale.membership.changes.count() == 2


class TestAppealing:
    def declined(self, world: World) -> Application:
        return decide(world, world.applicant("Saha"), accept=False, reason="Eri ala")

    def appeal(self, world: World, application: Application) -> Appeal:
        return applications.appeal(application=application, text="Teemme juuri tätä", by=world.people["Saha"], now=NOW)

    def test_another_than_the_decider_is_asked(self, world: World) -> None:
        made = self.declined(world)
        self.appeal(world, made)
        assert kinds_to(world.hilkka) == ["networks.appealed"]
        assert "networks.appealed" not in kinds_to(world.kaisa)

    def test_with_nobody_else_those_who_keep_the_service_are_asked(self, world: World) -> None:
        keeper = make_user("Anu", is_coordinator=True)
        Network.objects.update(organiser=None)
        self.appeal(world, self.declined(world))
        assert kinds_to(keeper) == ["networks.appealed"]

    def test_upheld(self, world: World) -> None:
        made = self.declined(world)
        appeal = self.appeal(world, made)
        with pytest.raises(applications.OwnDecision):
            applications.answer_appeal(appeal=appeal, uphold=True, reason="x", by=world.kaisa, now=NOW)
        with pytest.raises(applications.DecisionReasonMissing):
            applications.answer_appeal(appeal=appeal, uphold=True, reason=" ", by=world.hilkka, now=NOW)
        applications.answer_appeal(appeal=appeal, uphold=True, reason="Kuuluu alaan", by=world.hilkka, now=NOW)
        made.membership.refresh_from_db()
        assert made.membership.state == "member"
        assert kinds_to(world.people["Saha"])[-1] == "networks.appeal_answered"
        with pytest.raises(applications.AppealAnswered):
            applications.answer_appeal(appeal=appeal, uphold=False, reason="x", by=world.hilkka, now=NOW)

    def test_it_stands(self, world: World) -> None:
        made = self.declined(world)
        appeal = self.appeal(world, made)
        with pytest.raises(NotTheCoordinator):
            applications.answer_appeal(appeal=appeal, uphold=True, reason="x", by=world.people["Saha"], now=NOW)
        applications.answer_appeal(appeal=appeal, uphold=False, reason="Eri ala", by=world.hilkka, now=NOW)
        made.membership.refresh_from_db()
        assert made.membership.state == "declined"
        with pytest.raises(applications.AppealAlreadyMade):
            self.appeal(world, made)

    def test_once_of_a_decline_by_the_applicant(self, world: World) -> None:
        made = self.declined(world)
        with pytest.raises(applications.DecisionReasonMissing):
            applications.appeal(application=made, text=" ", by=world.people["Saha"], now=NOW)
        with pytest.raises(NotYourMember):
            applications.appeal(application=made, text="x", by=make_user(), now=NOW)
        waiting = world.applicant("Liima")
        with pytest.raises(applications.NothingToAppeal):
            applications.appeal(application=waiting, text="x", by=world.people["Liima"], now=NOW)

    def test_not_of_a_decline_before_the_last_nor_when_all_is_over(self, world: World) -> None:
        made = self.declined(world)
        later = NOW + timedelta(days=1)
        again = applications.apply(
            network=world.network, profile=made.membership.profile, by=world.people["Saha"], now=later
        )
        decide(world, again, accept=False, now=later)
        with pytest.raises(applications.NothingToAppeal):
            self.appeal(world, made)
        network_services.end_network(network=world.network, by=world.kaisa, now=later)
        with pytest.raises(applications.NothingToAppeal):
            self.appeal(world, again)

    def test_an_appeal_upheld_after_an_invitation_was_accepted(self, world: World) -> None:
        made = self.declined(world)
        appeal = self.appeal(world, made)
        memberships.invite(network=world.network, profile=made.membership.profile, by=world.kaisa, now=NOW)
        memberships.accept_invitation(membership=made.membership, by=world.people["Saha"], now=NOW)
        with pytest.raises(CannotBecome):
            applications.answer_appeal(appeal=appeal, uphold=True, reason="Kyllä", by=world.hilkka, now=NOW)
