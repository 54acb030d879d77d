"""The life of a network, its goals, criteria, guide, coordinators, groups and renewals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Representative
from networks import guide, tasks
from networks.models import Coordinator, Criterion, Group, Membership, Network
from networks.queries import next_steps
from networks.rules import networks as rules
from networks.rules.renewals import ASKED_BEFORE, WAITED_AFTER
from networks.services import applications, coordinators, groups, memberships, renewals
from networks.services import networks as services
from networks.services.common import HasEnded, NotRunning, NotTheCoordinator, NotYourMember, Stale
from networks.services.groups import GroupPlan
from networks.services.periods import months_on

from .making import NOW, World, kinds_to, make_profile, make_user, make_world, plan

pytestmark = pytest.mark.django_db


class TestLife:
    def test_a_draft_has_its_maker_as_coordinator(self) -> None:
        world = make_world(running=False)
        assert world.network.is_draft
        assert [one.user for one in world.network.coordinators.all()] == [world.kaisa]
        assert world.network.slug == "puuverkosto"

    def test_one_form_makes_one_network(self) -> None:
        world = make_world(running=False)
        one, other = (
            services.found_network(plan=plan(), organiser=world.town, by=world.kaisa, now=NOW, key="k")
            for _press in range(2)
        )
        assert one == other
        assert one.slug == "puuverkosto-2"

    def test_who_may_not(self) -> None:
        world = make_world(running=False)
        company = world.company("Saha")
        for person, organiser in ((world.people["Saha"], company), (make_user(), None)):
            with pytest.raises(services.MayNotFound):
                services.found_network(plan=plan(), organiser=organiser, by=person, now=NOW)
        other = make_profile("Muu kunta", by=make_user(), kind="municipality")
        for organiser in (None, other):
            with pytest.raises(services.MayNotOrganise):
                services.found_network(plan=plan(), organiser=organiser, by=world.kaisa, now=NOW)

    def test_a_name_is_needed_at_first_and_the_rest_at_the_start(self) -> None:
        world = make_world(running=False, purposes={}, themes=())
        with pytest.raises(services.Nameless):
            services.found_network(plan=plan(names={"fi": ""}), organiser=world.town, by=world.kaisa, now=NOW)
        with pytest.raises(services.Purposeless):
            services.start_network(network=world.network, by=world.kaisa, now=NOW)
        Network.objects.update(purpose_fi="Tarkoitus")
        with pytest.raises(services.Themeless):
            services.start_network(network=world.network, by=world.kaisa, now=NOW)

    def test_criteria_before_they_are_asked(self) -> None:
        world = make_world(running=False, admission=Network.Admission.CRITERIA)
        with pytest.raises(services.NoCriteria):
            services.start_network(network=world.network, by=world.kaisa, now=NOW)
        world.criterion()
        services.start_network(network=world.network, by=world.kaisa, now=NOW)
        with pytest.raises(services.NotADraft):
            services.start_network(network=world.network, by=world.kaisa, now=NOW)

    def test_a_stale_page_overwrites_nothing(self, world: World) -> None:
        seen = world.network.version
        new = plan(fee="Maksuton")
        edited = services.edit_network(
            network=world.network,
            plan=new,
            organiser=world.town,
            by=world.kaisa,
            now=NOW,
            version=seen,
        )
        assert edited.fee == "Maksuton"
        with pytest.raises(Stale):
            services.edit_network(
                network=world.network, plan=plan(), organiser=world.town, by=world.kaisa, now=NOW, version=seen
            )

    def test_one_that_runs_stays_whole(self, world: World) -> None:
        for bad, error in (
            (plan(purposes={}), services.Purposeless),
            (plan(themes=()), services.Themeless),
            (plan(admission="criteria"), services.NoCriteria),
            (plan(names={}), services.Nameless),
        ):
            with pytest.raises(error):
                services.edit_network(network=world.network, plan=bad, organiser=world.town, by=world.kaisa, now=NOW)

    def test_its_end_is_told_to_its_members(self, world: World) -> None:
        world.member("Saha")
        services.end_network(network=world.network, by=world.kaisa, now=NOW, reason="Tehty")
        assert kinds_to(world.people["Saha"])[-1] == "networks.ended"
        for act in (
            lambda: services.end_network(network=world.network, by=world.kaisa, now=NOW),
            lambda: services.edit_network(
                network=world.network, plan=plan(), organiser=world.town, by=world.kaisa, now=NOW
            ),
            lambda: services.add_goal(network=world.network, year=2026, text="x", by=world.kaisa, now=NOW),
            lambda: world.criterion(),
            lambda: groups.make_group(network=world.network, plan=GroupPlan("Runko"), by=world.kaisa, now=NOW),
        ):
            with pytest.raises(HasEnded):
                act()

    def test_a_draft_ends_quietly(self) -> None:
        world = make_world(running=False)
        services.end_network(network=world.network, by=world.kaisa, now=NOW)
        world.network.refresh_from_db()
        assert world.network.is_ended


def test_members_and_strangers_change_nothing(world: World) -> None:
    """Each service of the coordinator, by a member and by one from outside."""
    made = world.member("Saha")
    goal = services.add_goal(network=world.network, year=2026, text="Päiväkoti", by=world.kaisa, now=NOW)
    criterion = world.criterion()
    group = groups.make_group(network=world.network, plan=GroupPlan("Runko"), by=world.kaisa, now=NOW)
    network = world.network
    for by in (world.people["Saha"], make_user()):
        for act in (
            lambda by: services.edit_network(network=network, plan=plan(), organiser=world.town, by=by, now=NOW),
            lambda by: services.start_network(network=network, by=by, now=NOW),
            lambda by: services.end_network(network=network, by=by, now=NOW),
            lambda by: services.add_goal(network=network, year=2026, text="x", by=by, now=NOW),
            lambda by: services.set_goal_reached(goal=goal, reached=True, by=by, now=NOW),
            lambda by: services.remove_goal(goal=goal, by=by, now=NOW),
            lambda by: services.add_criterion(network=network, sentence="x", shown_by="y", by=by, now=NOW),
            lambda by: services.retire_criterion(criterion=criterion, by=by, now=NOW),
            lambda by: services.tick_step(network=network, key="series", done=True, by=by, now=NOW),
            lambda by: services.close_guide(network=network, by=by, now=NOW),
            lambda by: coordinators.add_coordinator(network=network, email=by.email, by=by, now=NOW),
            lambda by: coordinators.remove_coordinator(coordinator=network.coordinators.get(), by=by, now=NOW),
            lambda by: groups.make_group(network=network, plan=GroupPlan("Uusi"), by=by, now=NOW),
            lambda by: groups.edit_group(group=group, plan=GroupPlan("Uusi"), by=by, now=NOW),
            lambda by: groups.set_members(group=group, members=[made], chair=None, by=by, now=NOW),
            lambda by: groups.end_group(group=group, by=by, now=NOW),
        ):
            with pytest.raises(NotTheCoordinator):
                act(by)


class TestGoalsAndCriteria:
    def test_a_goal_is_reached_on_its_first_day(self, world: World) -> None:
        goal = services.add_goal(network=world.network, year=2026, text="Päiväkoti", by=world.kaisa, now=NOW)
        for days in (0, 5):
            goal = services.set_goal_reached(goal=goal, reached=True, by=world.kaisa, now=NOW + timedelta(days=days))
        assert goal.reached_at == NOW
        assert not services.set_goal_reached(goal=goal, reached=False, by=world.kaisa, now=NOW).is_reached
        services.remove_goal(goal=goal, by=world.kaisa, now=NOW)
        assert not world.network.goals.exists()

    def test_there_is_an_end_to_goals_and_criteria(self, world: World) -> None:
        for n in range(services.MOST_GOALS):
            services.add_goal(network=world.network, year=2026, text=f"{n}", by=world.kaisa, now=NOW)
        with pytest.raises(services.TooManyGoals):
            services.add_goal(network=world.network, year=2026, text="x", by=world.kaisa, now=NOW)
        for n in range(services.MOST_CRITERIA):
            world.criterion(f"{n}")
        with pytest.raises(services.TooManyCriteria):
            world.criterion()

    def test_a_criterion_that_decisions_stand_on_is_kept(self) -> None:
        world = make_world(criteria=2, admission=Network.Admission.CRITERIA)
        first, second = world.network.criteria.all()
        made = world.applicant("Saha", shown={first.pk: "Näin", second.pk: "Näin"})
        services.retire_criterion(criterion=first, by=world.kaisa, now=NOW)
        assert Criterion.objects.get(pk=first.pk).retired_at == NOW
        assert made.answers.count() == 2
        with pytest.raises(services.NotThere):
            services.retire_criterion(criterion=first, by=world.kaisa, now=NOW)
        with pytest.raises(services.NoCriteria):
            services.retire_criterion(criterion=second, by=world.kaisa, now=NOW)
        third = world.criterion("Kolmas")
        services.retire_criterion(criterion=third, by=world.kaisa, now=NOW)
        assert not Criterion.objects.filter(pk=third.pk).exists()


class TestCoordinators:
    def test_one_who_belongs_is_added_and_told(self, world: World) -> None:
        world.member("Saha")
        for person in (world.hilkka, world.people["Saha"]):
            made = coordinators.add_coordinator(
                network=world.network, email=person.email.upper(), by=world.kaisa, now=NOW
            )
            assert made.user == person
            assert kinds_to(person)[-1] == "networks.coordinates"
        with pytest.raises(coordinators.AlreadyCoordinates):
            coordinators.add_coordinator(network=world.network, email=world.hilkka.email, by=world.kaisa, now=NOW)

    def test_nobody_learns_who_has_an_account(self, world: World) -> None:
        stranger = make_user()
        messages = set()
        for email in (stranger.email, "nobody@example.fi"):
            with pytest.raises(coordinators.NotKnown) as refused:
                coordinators.add_coordinator(network=world.network, email=email, by=world.kaisa, now=NOW)
            messages.add(str(refused.value))
        assert len(messages) == 1

    def test_the_last_one_stays(self, world: World) -> None:
        own = world.network.coordinators.get()
        with pytest.raises(coordinators.LastCoordinator):
            coordinators.remove_coordinator(coordinator=own, by=world.kaisa, now=NOW)
        coordinators.add_coordinator(network=world.network, email=world.hilkka.email, by=world.kaisa, now=NOW)
        coordinators.remove_coordinator(coordinator=own, by=world.kaisa, now=NOW)
        assert not rules.is_own_coordinator(world.kaisa, world.network)
        with pytest.raises(coordinators.NotACoordinator):
            coordinators.remove_coordinator(coordinator=own, by=world.hilkka, now=NOW)

    def test_two_who_leave_at_once_leave_one(self, world: World) -> None:
        coordinators.add_coordinator(network=world.network, email=world.hilkka.email, by=world.kaisa, now=NOW)
        both = list(Coordinator.objects.order_by("pk"))
        coordinators.remove_coordinator(coordinator=both[0], by=world.kaisa, now=NOW)
        with pytest.raises(coordinators.LastCoordinator):
            coordinators.remove_coordinator(coordinator=both[1], by=world.hilkka, now=NOW)


class TestGroups:
    def group(self, world: World, **more: object) -> Group:
        values = {"name": "Runko", **more}
        return groups.make_group(network=world.network, plan=GroupPlan(**values), by=world.kaisa, now=NOW)  # type: ignore[arg-type]  # a mix

    def test_a_chair_is_one_of_them(self, world: World) -> None:
        saha, liima, group = world.member("Saha"), world.member("Liima"), self.group(world)
        with pytest.raises(groups.ChairOutside):
            groups.set_members(group=group, members=[saha], chair=liima, by=world.kaisa, now=NOW)
        groups.set_members(group=group, members=[saha, liima], chair=liima, by=world.kaisa, now=NOW)
        assert kinds_to(world.people["Saha"])[-1] == "networks.in_group"
        assert rules.is_in_group(world.people["Saha"], group)
        groups.leave_group(member=group.members.get(membership=liima), by=world.people["Liima"], now=NOW)
        group.refresh_from_db()
        assert group.chair is None
        assert not rules.is_in_group(world.people["Liima"], group)

    def test_only_members_of_the_network(self, world: World) -> None:
        invited = memberships.invite(network=world.network, profile=world.company("Uusi"), by=world.kaisa, now=NOW)
        other = make_world().member("Muu")
        group = self.group(world)
        for outside in (invited, other):
            with pytest.raises(groups.NotMembers):
                groups.set_members(group=group, members=[outside], chair=None, by=world.kaisa, now=NOW)

    def test_nobody_leaves_for_others(self, world: World) -> None:
        saha, group = world.member("Saha"), self.group(world)
        groups.set_members(group=group, members=[saha], chair=None, by=world.kaisa, now=NOW)
        with pytest.raises(NotYourMember):
            groups.leave_group(member=group.members.get(), by=make_user(), now=NOW)

    def test_a_steering_group_has_a_mandate(self, world: World) -> None:
        with pytest.raises(groups.MandateMissing):
            self.group(world, kind="steering")
        with pytest.raises(groups.TermPassed):
            self.group(world, kind="steering", mandate="Päättää", term_ends=date(2026, 3, 2))
        made = self.group(world, kind="steering", mandate="Päättää", term_ends=date(2027, 12, 31))
        groups.edit_group(
            group=made, plan=GroupPlan("Ohjaus", "steering", "Päättää", made.term_ends), by=world.kaisa, now=NOW
        )

    def test_a_name_stands_once_until_its_group_ends(self, world: World) -> None:
        made = self.group(world)
        with pytest.raises(groups.GroupNameTaken):
            self.group(world)
        groups.end_group(group=made, by=world.kaisa, now=NOW)
        with pytest.raises(groups.GroupHasEnded):
            groups.end_group(group=made, by=world.kaisa, now=NOW)
        assert self.group(world).pk != made.pk


class TestRenewals:
    YEAR = 12

    def member(self) -> tuple[World, Membership]:
        world = make_world(membership_months=self.YEAR)
        return world, world.member("Saha")

    def test_a_period_begins_with_the_membership(self) -> None:
        _world, made = self.member()
        assert made.period_ends == date(2027, 3, 2)

    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 11, 15), 3, date(2027, 2, 15)),
        ],
    )
    def test_months(self, day: date, months: int, then: date) -> None:
        assert months_on(day, months) == then

    def test_it_is_asked_once_in_time_and_renewed_in_one_press(self) -> None:
        world, made = self.member()
        saha = world.people["Saha"]
        soon = datetime(2027, 3, 2, 9, tzinfo=UTC) - ASKED_BEFORE
        assert renewals.sweep_renewals(now=soon - timedelta(days=1)) == (0, 0)
        with pytest.raises(renewals.NothingToRenew):
            renewals.renew(membership=made, by=saha, now=soon - timedelta(days=1))
        assert renewals.sweep_renewals(now=soon) == (1, 0)
        assert renewals.sweep_renewals(now=soon) == (0, 0)
        assert kinds_to(saha).count("networks.renewal") == 1
        with pytest.raises(NotYourMember):
            renewals.renew(membership=made, by=world.kaisa, now=soon)
        made = renewals.renew(membership=made, by=saha, now=soon)
        assert made.period_ends == date(2028, 3, 2)
        with pytest.raises(renewals.NothingToRenew):
            renewals.renew(membership=made, by=saha, now=soon)

    def test_unanswered_it_ends_after_a_fair_time(self) -> None:
        world, made = self.member()
        ends = datetime(2027, 3, 2, 9, tzinfo=UTC)
        renewals.sweep_renewals(now=ends - ASKED_BEFORE)
        assert renewals.sweep_renewals(now=ends + WAITED_AFTER) == (0, 0)
        assert renewals.sweep_renewals(now=ends + WAITED_AFTER + timedelta(days=1)) == (0, 1)
        made.refresh_from_db()
        assert made.state == "left"
        assert made.changes.last().cause == "lapsed"  # type: ignore[union-attr]  # there are three
        assert kinds_to(world.people["Saha"])[-1] == kinds_to(world.kaisa)[-1] == "networks.lapsed"

    def test_one_that_was_never_asked_is_asked_first(self) -> None:
        """A machine that slept for a season ends nobody's membership unasked."""
        _world, made = self.member()
        late = datetime(2027, 9, 1, 9, tzinfo=UTC)
        assert renewals.sweep_renewals(now=late) == (1, 0)
        assert renewals.sweep_renewals(now=late + WAITED_AFTER) == (0, 0)
        made.refresh_from_db()
        assert made.state == "member"
        assert renewals.sweep_renewals(now=late + WAITED_AFTER + timedelta(days=1)) == (0, 1)

    def test_not_in_a_network_that_has_ended(self) -> None:
        world, made = self.member()
        services.end_network(network=world.network, by=world.kaisa, now=NOW)
        late = datetime(2027, 9, 1, 9, tzinfo=UTC)
        assert renewals.sweep_renewals(now=late) == (0, 0)
        with pytest.raises(NotRunning):
            renewals.renew(membership=made, by=world.people["Saha"], now=late)

    def test_every_sweep_names_a_task_that_exists(self) -> None:
        assert {name for name, _seconds in tasks.SWEEPS.values()} == {
            tasks.sweep_renewals.name,
            tasks.sweep_reminders.name,
            tasks.send_letters.name,
        }
        tasks.sweep_renewals()
        tasks.sweep_reminders()


class TestGuide:
    def test_facts_tick_it_and_presses_the_rest(self) -> None:
        world = make_world(running=False, themes=(), purposes={})
        done = {row.step.key for row in next_steps.guide_of(world.network) if row.is_done}
        assert done == set()
        services.edit_network(network=world.network, plan=plan(), organiser=world.town, by=world.kaisa, now=NOW)
        services.add_goal(network=world.network, year=2026, text="x", by=world.kaisa, now=NOW)
        services.start_network(network=world.network, by=world.kaisa, now=NOW)
        for key in guide.BY_HAND:
            services.tick_step(network=world.network, key=key, done=True, by=world.kaisa, now=NOW)
        coordinators.add_coordinator(network=world.network, email=world.hilkka.email, by=world.kaisa, now=NOW)
        world.network.refresh_from_db()
        for n in range(guide.ENOUGH_INVITED):
            memberships.invite(network=world.network, profile=world.company(f"Y{n}"), by=world.kaisa, now=NOW)
        assert all(row.is_done for row in next_steps.guide_of(world.network))
        services.tick_step(network=world.network, key="series", done=False, by=world.kaisa, now=NOW)
        left = [row.step.key for row in next_steps.guide_of(world.network) if not row.is_done]
        assert left == ["series"]

    def test_a_fact_is_not_pressed(self, world: World) -> None:
        with pytest.raises(services.NotThere):
            services.tick_step(network=world.network, key="theme", done=True, by=world.kaisa, now=NOW)

    def test_it_is_put_away_and_taken_out(self, world: World) -> None:
        services.close_guide(network=world.network, by=world.kaisa, now=NOW)
        world.network.refresh_from_db()
        assert next_steps.for_coordinator(world.network, next_steps.guide_of(world.network)) is None
        services.close_guide(network=world.network, by=world.kaisa, now=NOW, closed=False)
        world.network.refresh_from_db()
        assert next_steps.for_coordinator(world.network, next_steps.guide_of(world.network)) is not None

    def test_whoever_waits_comes_first(self, world: World) -> None:
        asked = world.applicant("Saha")
        following = next_steps.for_coordinator(world.network, next_steps.guide_of(world.network))
        assert following is not None
        assert f"/applications/{asked.pk}/" in following.url
        applications.decide(application=asked, accept=False, by=world.kaisa, now=NOW, reason="Eri ala")
        applications.appeal(application=asked, text="Silti", by=world.people["Saha"], now=NOW)
        following = next_steps.for_coordinator(world.network, next_steps.guide_of(world.network))
        assert following is not None
        assert f"/applications/{asked.pk}/" in following.url


def test_the_database_keeps_a_network_whole(world: World) -> None:
    for bad in ({"started_at": None}, {"membership_months": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Network.objects.filter(pk=world.network.pk).update(**bad)


def test_an_owner_of_the_host_coordinates_without_a_row(world: World) -> None:
    assert rules.may_coordinate(world.hilkka, world.network)
    editor = make_user()
    Representative.objects.create(profile=world.town, user=editor, role="editor", since=NOW)
    assert not rules.may_coordinate(editor, world.network)
