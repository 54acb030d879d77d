"""The theme gauge: who would fit, how alike they are, what is narrower, and what it advises."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, ProfileText, ProfileTheme
from matching.ground import ENOUGH
from matching.models import Suggestion
from networks.queries.gauge import MANY, Gauge, gauge_of

from .making import NOW, World, make_profile, make_theme, make_user, second_coordinator

pytestmark = pytest.mark.django_db


def fitting(name: str, *, theme: str = "puurakentaminen", says: tuple[str, ...] = (), **fields: Any) -> Profile:
    profile = make_profile(name, **fields)
    ProfileTheme.objects.create(tag=make_theme(theme), content_object=profile)
    for kind in says:
        ProfileText.objects.create(profile=profile, kind=kind, language="fi", text="Puuta")
    return profile


def suggest(one: Profile, other: Profile, direction: str = "both", score: int = 5000) -> None:
    Suggestion.objects.create(profile=one, other=other, score=score, direction=direction, made_at=NOW)


def figures(**changes: Any) -> Gauge:
    values: dict[str, Any] = {
        "themes": (), "fitting": 12, "represented": 8, "seekers": 5, "givers": 8, "paired": 5, "alike": 2,
        "narrower": (), "rows": (), **changes,
    }  # fmt: skip
    return Gauge(**values)


class TestFigures:
    def test_counted_of_those_who_fit(self, world: World) -> None:
        below = make_theme("hirsitalot")
        below.parent = make_theme()
        below.save()
        seeker = fitting("Etsijä", by=make_user(), says=("seeks",))
        giver = fitting("Antaja", by=make_user(), says=("offers",), theme="hirsitalot")
        alike = fitting("Samanlainen", by=make_user(), says=("does",))
        fitting("Edustajaton")
        fitting("Piilo", visibility="hidden")
        fitting("Oona", by=make_user(), kind="student")
        outside = fitting("Muu", by=make_user(), theme="vesi")
        suggest(seeker, giver)
        suggest(seeker, outside, score=9000)
        suggest(alike, seeker, "shared")
        found = gauge_of([make_theme()], world.kaisa)
        assert (found.fitting, found.represented, found.seekers, found.givers) == (4, 3, 1, 2)
        assert (found.paired, found.alike, found.unmet) == (1, 1, 1)
        rows = {row.profile.name: row for row in found.rows}
        assert list(rows)[-1] == "Edustajaton"
        assert rows["Etsijä"].partner == giver, "partners are of the theme"
        assert rows["Etsijä"].seeks
        assert not rows["Etsijä"].gives

    def test_narrower_ones_below_first_then_common_ones(self, world: World) -> None:
        below = make_theme("hirsitalot")
        below.parent = make_theme()
        below.save()
        for n in range(4):
            profile = fitting(f"Yritys {n}")
            if n < 3:
                ProfileTheme.objects.create(tag=make_theme("sivuvirrat"), content_object=profile)
            if n < 2:
                ProfileTheme.objects.create(tag=below, content_object=profile)
            if n < 1:
                ProfileTheme.objects.create(tag=make_theme("yksin"), content_object=profile)
            ProfileTheme.objects.create(tag=make_theme("kaikilla"), content_object=profile)
        found = gauge_of([make_theme()], world.kaisa).narrower
        assert [(one.theme.slug, one.fitting, one.below) for one in found] == [
            ("hirsitalot", 2, True),
            ("sivuvirrat", 3, False),
        ]


class TestAdvice:
    def test_width(self) -> None:
        said = [figures(fitting=n).advice[0] for n in (0, 1, ENOUGH - 1, ENOUGH, MANY, MANY + 1)]
        assert len({text.replace(str(n), "") for text, n in zip(said, (0, 1, 7, 8, 40, 41), strict=True)}) == 5
        assert [figures(fitting=n).is_narrow_enough for n in (ENOUGH - 1, ENOUGH, MANY, MANY + 1)] == [
            False, True, True, False,
        ]  # fmt: skip

    def test_too_few_are_not_told_of_likeness(self) -> None:
        assert len(figures(fitting=3).advice) == 1

    def test_likeness(self) -> None:
        said = {
            figures(represented=2).advice[1],
            figures(seekers=1).advice[1],
            figures(paired=4).advice[1],
            figures(paired=3).advice[1],
        }
        assert len(said) == 4


@pytest.mark.usefixtures("clock")
class TestPage:
    def get(self, person: Any, address: str) -> Any:
        client = Client()
        client.force_login(person)
        return client.get(address)

    def test_only_those_who_run_the_network_or_may_found_one(self, world: World) -> None:
        own = reverse("network_gauge", kwargs={"slug": world.network.slug})
        member = world.member("Saha") and world.people["Saha"]
        for person, address, status in (
            (world.kaisa, own, 200),
            (world.hilkka, own, 200),
            (second_coordinator(world), own, 200),
            (member, own, 403),
            (make_user(), own, 403),
            (world.hilkka, reverse("theme_gauge"), 200),
            (member, reverse("theme_gauge"), 403),
        ):
            assert self.get(person, address).status_code == status, (person, address)
        assert Client().get(own).status_code == 302

    def test_another_theme_is_tried_and_nothing_changes(self, world: World) -> None:
        fitting("Vesiyritys", theme="vesi")
        own = reverse("network_gauge", kwargs={"slug": world.network.slug})
        page = self.get(world.kaisa, f"{own}?theme=vesi")
        assert page.context["gauge"].fitting == 1
        assert page.context["is_trial"]
        assert [theme.slug for theme in world.network.themes.all()] == ["puurakentaminen"]
        assert self.get(world.kaisa, f"{own}?theme=nothing").context["gauge"].themes[0].slug == "puurakentaminen"

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, world: World, count: int, django_assert_num_queries: Any) -> None:
        made = [fitting(f"Yritys {n}", by=make_user(), says=("seeks", "offers")) for n in range(count + 1)]
        for one in made:
            ProfileTheme.objects.create(tag=make_theme("yhteinen"), content_object=one)
            suggest(one, made[0] if one != made[0] else made[1])
        client = Client()
        client.force_login(world.kaisa)
        address = reverse("network_gauge", kwargs={"slug": world.network.slug})
        client.get(address)
        with django_assert_num_queries(13):
            assert len(client.get(address).context["gauge"].rows) == count + 1
