"""Members introduced to each other: by whom, whom, how often, and what nobody learns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block, Profile
from matching.models import Connection, Interest, Introduction
from matching.services import introductions
from networks.models import MemberIntroduction, Membership
from networks.services import introducing, memberships
from networks.services import networks as network_services
from networks.services.common import NotRunning, NotTheCoordinator, ReasonMissing
from networks.services.letters import HadEnoughLetters

from .making import NOW, World, kinds_to, make_user, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LATER = NOW + timedelta(days=31)
"""When the letters of invitation are a month old."""


def introduce(world: World, *members: Membership, **more: Any) -> list[Introduction]:
    values: dict[str, Any] = {"reason": "Lastua ja kuivikkeita", "by": world.kaisa, "now": LATER, **more}
    return introducing.introduce_members(network=world.network, members=members, **values)


def answer(world: World, row: Introduction, name: str, *, accepts: bool) -> Connection | None:
    profile = Profile.objects.get(representatives__user=world.people[name])
    return introductions.answer_introduction(
        introduction=row, profile=profile, accepts=accepts, by=world.people[name], now=LATER
    )


def page(world: World) -> str:
    client = Client()
    client.force_login(world.kaisa)
    return client.get(reverse("network_introduce", kwargs={"slug": world.network.slug})).content.decode()


class TestIntroducing:
    def test_two_with_a_reason_and_both_accept(self, world: World) -> None:
        [row] = introduce(world, world.member("Saha"), world.member("Talli"))
        assert "Lastua ja kuivikkeita" in row.letter_a
        assert "Talli Oy" in row.letter_to(row.a)[1] + row.letter_to(row.b)[1]
        for name in ("Saha", "Talli"):
            assert "matching.introduction" in kinds_to(world.people[name])
        assert answer(world, row, "Saha", accepts=True) is None
        assert answer(world, row, "Talli", accepts=True) is not None
        assert "Yhteys" in page(world) or "Connected" in page(world)

    def test_three_are_three_pairs_and_one_no_leaves_the_others(self, world: World) -> None:
        rows = introduce(world, *(world.member(name) for name in ("Saha", "Talli", "Tila")))
        assert len(rows) == 3
        for row in rows:
            for side in (row.a, row.b):
                name = side.name.removesuffix(" Oy")
                answer(world, row, name, accepts=name != "Tila")
        assert Connection.objects.count() == 1

    def test_a_no_looks_as_one_that_waits(self, world: World) -> None:
        [row] = introduce(world, world.member("Saha"), world.member("Talli"))
        told = [kinds_to(person) for person in (world.kaisa, world.people["Talli"])]
        before = page(world)
        answer(world, row, "Saha", accepts=False)
        assert [kinds_to(person) for person in (world.kaisa, world.people["Talli"])] == told
        assert _bare(page(world)) == _bare(before)

    def test_only_those_who_run_the_network(self, world: World) -> None:
        members = world.member("Saha"), world.member("Talli")
        other = make_world()
        for person in (make_user(), world.people["Saha"], other.kaisa):
            with pytest.raises(NotTheCoordinator):
                introduce(world, *members, by=person)
        assert introduce(world, *members, by=world.hilkka)

    def test_how_many(self, world: World) -> None:
        members = [world.member(f"M{n}") for n in range(4)]
        for chosen in (members[:1], members, [members[0], members[0]]):
            with pytest.raises(introducing.TwoOrThree):
                introduce(world, *chosen)
        with pytest.raises(ReasonMissing):
            introduce(world, *members[:2], reason=" ")

    def test_only_members_that_are_there(self, world: World) -> None:
        saha, away, elsewhere = world.member("Saha"), world.member("Lomalla"), make_world().member("Muualla")
        memberships.go_on_leave(membership=away, by=world.people["Lomalla"], now=NOW)
        for other in (away, elsewhere):
            with pytest.raises(introducing.NotMembers):
                introduce(world, saha, other)

    @pytest.mark.parametrize("between", ["never", "blocked", "connected", "introduced", "hidden"])
    def test_what_stands_between_is_not_told(self, world: World, between: str) -> None:
        saha, talli = world.member("Saha"), world.member("Talli")
        one, other = saha.profile, talli.profile
        low, high = sorted((one.pk, other.pk))
        if between == "never":
            Interest.objects.create(profile=one, other=other, answer="never", at=NOW)
        elif between == "blocked":
            Block.objects.create(blocker=other, blocked=one, at=NOW)
        elif between == "connected":
            Connection.objects.create(a_id=low, b_id=high, made_at=NOW)
        elif between == "introduced":
            introduce(world, saha, talli)
        else:
            Profile.objects.filter(pk=one.pk).update(visibility="hidden")
        with pytest.raises(introducing.CannotIntroduce) as caught:
            introduce(world, saha, talli)
        names = sorted(profile.name for profile in (one, other))
        assert all(name in str(caught.value) for name in names)
        assert str(caught.value).count(" ") < 12, "the same words whatever the cause"

    def test_all_pairs_or_none(self, world: World) -> None:
        members = [world.member(name) for name in ("Saha", "Talli", "Tila")]
        Interest.objects.create(profile=members[1].profile, other=members[2].profile, answer="never", at=NOW)
        with pytest.raises(introducing.CannotIntroduce):
            introduce(world, *members)
        assert not Introduction.objects.exists()

    def test_the_months_limit_of_letters(self, world: World) -> None:
        members = [world.member(name) for name in ("Saha", "Talli", "Tila")]
        for _n in range(2):
            network = make_world()
            memberships.invite(network=network.network, profile=members[0].profile, by=network.kaisa, now=NOW)
        with pytest.raises(HadEnoughLetters) as caught:
            introduce(world, *members, now=NOW)
        assert "Saha Oy" in str(caught.value)

    def test_a_network_that_has_ended_introduces_nobody(self, world: World) -> None:
        members = world.member("Saha"), world.member("Talli")
        network_services.end_network(network=world.network, by=world.kaisa, now=NOW)
        with pytest.raises(NotRunning):
            introduce(world, *members)


class TestPage:
    def test_who_may(self, world: World) -> None:
        world.member("Saha")
        address = reverse("network_introduce", kwargs={"slug": world.network.slug})
        for person, status in (
            (world.kaisa, 200),
            (world.hilkka, 200),
            (world.people["Saha"], 403),
            (make_user(), 403),
        ):
            client = Client()
            client.force_login(person)
            assert client.get(address).status_code == status
            assert client.post(address, {}).status_code == (422 if status == 200 else 403)

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries_and_a_press(
        self, world: World, count: int, clock: Any, django_assert_num_queries: Any
    ) -> None:
        clock.move_to(LATER)
        address = reverse("network_introduce", kwargs={"slug": world.network.slug})
        client = Client()
        client.force_login(world.kaisa)
        for n in range(count):
            pair = [world.member(f"{side}{n}").pk for side in "ab"]
            assert client.post(address, {"members": pair, "reason": "Tutustukaa"}).status_code == 302
        assert MemberIntroduction.objects.count() == count
        client.get(address)
        with django_assert_num_queries(12):
            assert len(client.get(address).context["made"]) == count


def _bare(text: str) -> str:
    """Without what changes from page to page."""
    return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
