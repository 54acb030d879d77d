"""*Not relevant, because …* has an effect at the next look, is told of, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, Representative, User
from matching import queries, services
from matching.models import Freshness, Interest
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
TODAY = NOW.date()


@pytest.fixture
def sanna(client: Client, saw_user: User) -> Client:
    client.force_login(saw_user)
    return client


@pytest.fixture
def town(saw: Profile, settle: Settle) -> dict[str, Profile]:
    """Those who take shavings, near and far, small and large; and one who meets the saw in another thing."""
    saw.texts.filter(kind="seeks").update(text="Etsimme kutterinlastulle vastaanottajaa ja halliin nosturia.")
    makers: dict[str, dict[str, Any]] = {
        "far-one": {"municipality": "091", "size": "250+", "texts": {"offers": "Otamme vastaan kutterinlastua."}},
        "far-two": {"municipality": "091", "size": "2-9", "texts": {"offers": "Vastaanotamme kutterinlastua."}},
        "near": {"municipality": "167", "size": "250+", "texts": {"offers": "Otamme vastaan kutterinlastua."}},
        "crane": {"municipality": "837", "size": "2-9", "texts": {"offers": "Nosturi halliin ja nosturin huolto."}},
    }
    found = {slug: make_profile(slug, slug=slug, **fields) for slug, fields in makers.items()}
    settle()
    return found


def order(saw: Profile, user: User, day: Any = TODAY) -> list[str]:
    return [row.other.slug for row in queries.suggestions_for(saw, user=user, today=day)]


def say(saw: Profile, user: User, other: Profile, why: str, now: Any = NOW) -> None:
    services.answer(profile=saw, other=other, answer="not_relevant", why=why, by=user, now=now)


@pytest.mark.parametrize(
    ("about", "why", "lowered"),
    [
        ("far-one", "too_far", {"far-two", "crane"}),
        ("far-one", "wrong_size", {"near"}),
        ("far-one", "wrong_topic", {"far-two", "near"}),
        ("crane", "have_partner", set()),
        ("far-one", "have_partner", {"far-two", "near"}),
        ("far-one", "other", set()),
        ("far-one", "", set()),
    ],
)
def test_an_answer_lowers_its_like_at_the_next_look(
    saw: Profile, saw_user: User, town: dict[str, Profile], about: str, why: str, lowered: set[str]
) -> None:
    before = [slug for slug in order(saw, saw_user) if slug != about]
    say(saw, saw_user, town[about], why)
    rows = queries.suggestions_for(saw, user=saw_user, today=TODAY)
    told = {row.other.slug for row in rows if row.lowered}
    assert told == lowered
    after = [row.other.slug for row in rows]
    kept = [slug for slug in before if slug not in lowered]
    assert [slug for slug in after if slug not in lowered] == kept
    for slug in lowered:
        assert after.index(slug) >= before.index(slug)


def test_the_order_of_the_list_changes_and_comes_back(saw: Profile, saw_user: User, town: dict[str, Profile]) -> None:
    before = order(saw, saw_user)
    assert before[0] == "crane"
    said = {"far-one": "too_far", "far-two": "too_far"}
    for slug, why in said.items():
        say(saw, saw_user, town[slug], why)
    assert order(saw, saw_user) == ["near", "crane"]
    assert order(saw, saw_user, TODAY + timedelta(days=400)) == ["crane", "near"]
    for slug in said:
        services.undo_answer(profile=saw, other=town[slug], by=saw_user, now=NOW)
    assert order(saw, saw_user) == before


def test_a_lesson_keeps_what_the_suggestion_was_about_when_it_was_answered(
    saw: Profile, saw_user: User, town: dict[str, Profile], settle: Settle
) -> None:
    say(saw, saw_user, town["far-one"], "wrong_topic")
    about = Interest.objects.get().about
    assert about["km"] > 300
    assert about["size"] == "250+"
    assert about["topics"]
    town["far-one"].texts.all().delete()
    services.mark_stale(profile_id=town["far-one"].pk, now=NOW)
    settle()
    assert Interest.objects.get().about == about
    say(saw, saw_user, town["far-one"], "other")
    assert Interest.objects.get().about == {}


def test_what_teaches_marks_the_list_to_be_made_anew(saw: Profile, saw_user: User, town: dict[str, Profile]) -> None:
    say(saw, saw_user, town["crane"], "other")
    assert Freshness.objects.get(pk=saw.pk).stale_since is None
    say(saw, saw_user, town["crane"], "too_far")
    assert Freshness.objects.get(pk=saw.pk).stale_since == NOW


def test_without_a_stored_suggestion_only_what_is_known_teaches(saw: Profile, saw_user: User) -> None:
    other = make_profile(municipality="091")
    for why, teaches in (("too_far", True), ("wrong_size", False), ("wrong_topic", False), ("have_partner", False)):
        say(saw, saw_user, other, why)
        assert bool(Interest.objects.get().about) is teaches


def test_the_answer_tells_what_changes_and_the_page_takes_it_back(
    sanna: Client, saw: Profile, saw_user: User, town: dict[str, Profile]
) -> None:
    fields = {"profile": "puurunko", "other": "far-one", "answer": "not_relevant", "why": "wrong_topic"}
    told = sanna.post(reverse("answer_suggestion"), fields, follow=True).content.decode()
    assert f"{reverse('lessons')}?for=puurunko" in told
    html = sanna.get(reverse("lessons")).content.decode()
    assert "far-one" in html
    given = Interest.objects.get()
    response = sanna.post(reverse("unlearn", args=[given.pk]), follow=True)
    assert response.context["lessons"] == []
    given.refresh_from_db()
    assert (given.answer, given.why, given.about) == ("not_relevant", "wrong_topic", {})
    assert not any(row.lowered for row in queries.suggestions_for(saw, user=saw_user, today=timezone.localdate()))


def test_one_who_is_hidden_is_not_named_though_the_lesson_stands(
    sanna: Client, saw: Profile, saw_user: User, town: dict[str, Profile]
) -> None:
    say(saw, saw_user, town["far-one"], "too_far", now=timezone.now())
    Profile.objects.filter(slug="far-one").update(visibility="hidden")
    response = sanna.get(reverse("lessons"))
    assert len(response.context["lessons"]) == 1
    assert "far-one" not in response.content.decode()


def test_nobody_sees_or_takes_back_the_lessons_of_another(
    client: Client, saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, town: dict[str, Profile]
) -> None:
    say(saw, saw_user, town["far-one"], "too_far")
    given = Interest.objects.get()
    with pytest.raises(services.NotYourProfile):
        services.unlearn(given=given, by=bedding_user, now=NOW)
    client.force_login(bedding_user)
    assert client.get(reverse("lessons"), {"for": "puurunko"}).status_code == 404
    assert client.post(reverse("unlearn", args=[given.pk])).status_code == 404
    client.force_login(make_user())
    assert client.get(reverse("lessons")).status_code == 302
    client.logout()
    assert client.post(reverse("unlearn", args=[given.pk])).status_code == 302
    given.refresh_from_db()
    assert given.about


def test_a_member_may_take_a_lesson_back_as_they_may_answer(
    client: Client, saw: Profile, saw_user: User, town: dict[str, Profile]
) -> None:
    say(saw, saw_user, town["far-one"], "too_far")
    member = make_user()
    Representative.objects.create(profile=saw, user=member, role="member", since=NOW)
    client.force_login(member)
    assert client.post(reverse("unlearn", args=[Interest.objects.get().pk])).status_code == 302
    assert Interest.objects.get().about == {}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_at_any_length(
    sanna: Client,
    saw: Profile,
    saw_user: User,
    town: dict[str, Profile],
    django_assert_num_queries: Callable[..., Any],
    count: int,
) -> None:
    for slug in ("far-one", "far-two", "crane")[:count]:
        say(saw, saw_user, town[slug], "wrong_topic", now=timezone.now())
    sanna.get(reverse("lessons"))
    with django_assert_num_queries(9):
        sanna.get(reverse("lessons"))
