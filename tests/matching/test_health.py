"""How matching stands, and whom it leaves alone: what is counted, what is told, and who may look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block, Profile, User
from matching import health, lonely, services, tasks
from matching.engine import evenness
from matching.lonely import Cause, Row
from matching.models import Freshness, HealthDay, LonelyProfile, Preferences, Suggestion, Tuning
from matching.services.health import FEW
from tests.factories.people import NOW, make_profile, make_user, tag_all

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]


@pytest.fixture
def host(db: None) -> User:
    return make_user(is_coordinator=True)


def listed(number: int, *, score: int = 1000, **fields: Any) -> Profile:
    """A claimed profile with so many suggestions, all of them as strong."""
    profile = make_profile(by=make_user(), **fields)
    Freshness.objects.create(profile=profile, matched_at=NOW, matched_version=1)
    for _n in range(number):
        suggest(profile, make_profile(), score)
    return profile


def suggest(profile: Profile, other: Profile, score: int = 1000) -> Suggestion:
    return Suggestion.objects.create(profile=profile, other=other, score=score, direction="shared", made_at=NOW)


def lonely_ones(user: User) -> list[Row]:
    services.count_health(now=NOW)
    return lonely.dress(list(lonely.found(user=user)), user=user, now=NOW)


def causes(user: User) -> tuple[Cause, ...]:
    (row,) = lonely_ones(user)
    return row.causes


def test_evenness_is_measured_between_all_alike_and_all_to_one() -> None:
    assert evenness.gini([3, 3, 3]) == 0
    assert evenness.gini([]) == evenness.gini([0, 0]) == 0
    assert evenness.gini([0] * 99 + [7]) == pytest.approx(0.99)
    assert evenness.lorenz([1] * 20) == pytest.approx([n / 20 for n in range(21)])
    assert evenness.lorenz([0] * 19 + [5])[-2:] == [0, 1]
    assert evenness.spread([0, 0, 1, 5, 10, 51]) == [2, 1, 1, 1, 0, 0, 1]


def test_few_or_weak_suggestions_make_a_profile_lonely(host: User) -> None:
    few, weak = listed(FEW - 1), listed(FEW, score=100)
    for _n in range(3):
        listed(FEW)
    assert [row.profile for row in lonely_ones(host)] == [few, weak]


def test_who_cannot_be_proposed_or_is_not_represented_is_nobody_to_help_here(host: User) -> None:
    listed(0, visibility="hidden")
    listed(0, status="draft")
    Freshness.objects.create(profile=make_profile(), matched_at=NOW)
    Freshness.objects.create(profile=make_profile(by=make_user()))
    assert lonely_ones(host) == []


def test_who_was_hidden_after_the_count_is_not_shown(host: User) -> None:
    profile = listed(0)
    assert len(lonely_ones(host)) == 1
    Profile.objects.filter(pk=profile.pk).update(visibility="hidden")
    assert not lonely.found(user=host).exists()


def test_whoever_was_helped_goes_at_the_next_count(host: User) -> None:
    profile = listed(0)
    assert lonely_ones(host)[0].length == 0
    for _n in range(FEW):
        suggest(profile, make_profile())
    rows = lonely.dress(list(lonely.found(user=host)), user=host, now=NOW)
    assert rows[0].length == FEW
    services.count_health(now=NOW + timedelta(minutes=10))
    assert not LonelyProfile.objects.exists()


def test_each_cause_is_told(host: User) -> None:
    profile = listed(0, municipality="")
    assert causes(host) == (Cause.SILENT, Cause.NO_THEMES, Cause.NO_PLACE)
    profile.texts.create(kind="does", language="fi", text="Puutöitä.")
    assert causes(host) == (Cause.NO_NEEDS, Cause.ONE_LINE, Cause.NO_THEMES, Cause.NO_PLACE)
    profile.texts.create(kind="seeks", language="fi", text="Etsimme kutterinlastulle vastaanottajaa. " * 3)
    Profile.objects.filter(pk=profile.pk).update(municipality="167")
    theme = tag_all([profile])
    assert causes(host) == (Cause.ALONE,)
    assert lonely_ones(host)[0].themes == (theme.label,)
    tag_all([make_profile()])
    assert causes(host) == (Cause.APART,)


def test_limits_that_leave_nobody_are_told(host: User) -> None:
    profile = listed(FEW, texts={"seeks": "Etsimme kutterinlastulle vastaanottajaa. " * 3})
    tag_all([profile, make_profile()])
    Preferences.objects.create(profile=profile, kinds=["research"], hard=["kinds"], changed_at=NOW)
    (row,) = lonely_ones(host)
    assert (row.causes, row.within, row.length) == ((Cause.LIMITS,), 0, FEW)


def test_somebody_to_introduce_it_to_is_named(host: User) -> None:
    profile, other = listed(0), listed(0)
    suggest(profile, other)
    assert {row.partner for row in lonely_ones(host)} == {None}
    suggest(other, profile)
    assert {row.profile: row.partner for row in lonely_ones(host)} == {profile: other, other: profile}
    Block.objects.create(blocker=profile, blocked=other, at=NOW)
    assert {row.partner for row in lonely_ones(host)} == {None}


def test_the_days_figures_are_counted_and_yesterdays_kept(host: User) -> None:
    known, unknown = make_profile(), make_profile()
    for _n in range(3):
        suggest(listed(0), known)
    services.count_health(now=NOW)
    services.count_health(now=NOW + timedelta(minutes=10))
    services.count_health(now=NOW + timedelta(days=1))
    assert [day.day for day in health.days()] == sorted(HealthDay.objects.values_list("day", flat=True), reverse=True)
    figures = health.days()[0].figures
    assert HealthDay.objects.count() == 2
    assert (figures.shown, figures.lists, figures.in_some, figures.in_top) == (5, 3, 1, 1)
    assert [(one.profile, one.count) for one in health.most_shown(figures, user=host)] == [(known, 3)]
    assert unknown.pk not in {key for key, _count in figures.most}


def test_whoever_is_hidden_since_is_not_named_among_those_shown_most(host: User) -> None:
    known = make_profile()
    suggest(listed(0), known)
    services.count_health(now=NOW)
    Profile.objects.filter(pk=known.pk).update(visibility="hidden")
    assert health.most_shown(health.days()[0].figures, user=host) == []


def test_lists_are_counted_by_the_point_that_they_were_made_with(host: User) -> None:
    listed(0)
    Freshness.objects.update(matched_at=NOW - timedelta(days=1))
    Tuning.objects.create(at=NOW - timedelta(hours=1), how="chosen", point="accuracy")
    listed(0)
    assert services.count_health(now=NOW).figures["points"] == {"spread": 1, "accuracy": 1}


def test_figures_of_more_than_a_year_ago_are_let_go() -> None:
    services.count_health(now=NOW - timedelta(days=401))
    services.count_health(now=NOW)
    assert HealthDay.objects.count() == 1


@pytest.mark.parametrize("name", ["lonely", "matching_health"])
def test_the_pages_are_for_coordinators(client: Client, host: User, name: str) -> None:
    for user in (None, make_user()):
        if user:
            client.force_login(user)
        assert client.get(reverse(name)).status_code == 403
    client.force_login(host)
    assert "Mitään ei ole vielä laskettu" in client.get(reverse(name)).content.decode()


def test_the_pages_say_what_was_counted(client: Client, host: User, saw: Profile, settle: Settle) -> None:
    settle()
    tasks.count_health()
    client.force_login(host)
    html = client.get(reverse("lonely")).content.decode()
    assert saw.name in html
    assert reverse("write_to", args=[saw.slug]) not in html
    make_profile(by=host)
    assert reverse("write_to", args=[saw.slug]) in client.get(reverse("lonely")).content.decode()
    assert client.get(reverse("matching_health")).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_the_lonely_asks_as_much_however_many_they_are(
    client: Client, host: User, number: int, django_assert_num_queries: Any
) -> None:
    made = [listed(1, texts={"does": "Lastua."}) for _n in range(number)]
    tag_all(made)
    tasks.count_health()
    client.force_login(host)
    with django_assert_num_queries(30):
        client.get(reverse("lonely"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_health_asks_as_much_however_many_days_there_are(
    client: Client, host: User, number: int, django_assert_num_queries: Any
) -> None:
    suggest(listed(0), make_profile())
    for day in range(number):
        services.count_health(now=NOW + timedelta(days=day))
    client.force_login(host)
    with django_assert_num_queries(19):
        client.get(reverse("matching_health"))
