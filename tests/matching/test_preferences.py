"""Wishes of a profile: who may have them, what they do to the list at once, and what the page tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, Representative, User
from matching import queries, services, wishes
from matching.engine.preferences import Preferences, Reach, Ready, Wish
from matching.models import Freshness, Suggestion
from matching.models import Preferences as Saved
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
HTMX = {"HX-Request": "true"}
ALL = frozenset(Wish)
PLAIN = {
    "place": "anywhere",
    "km": "50",
    "surprises": "0",
    **{f"{wish}_force": "soft" for wish in Wish},
}


@pytest.fixture
def sanna(client: Client, saw_user: User) -> Client:
    client.force_login(saw_user)
    return client


def save(profile: Profile, by: User, **wanted: Any) -> None:
    services.save_preferences(profile=profile, wanted=Preferences(**wanted), by=by, now=NOW)


def listed(profile: Profile, user: User) -> list[str]:
    return [row.other.slug for row in queries.suggestions_for(profile, user=user, today=NOW.date())]


def givers(**each: dict[str, Any]) -> None:
    for slug, fields in each.items():
        make_profile(slug, slug=slug, texts={"offers": "Otamme vastaan lastua."}, **fields)


def test_wishes_are_kept_and_read_as_the_engine_knows_them(saw: Profile, saw_user: User) -> None:
    wanted = Preferences(
        reach=Reach.KM,
        km=30,
        sizes=frozenset({"1", "2-9"}),
        languages=frozenset({"sv"}),
        kinds=frozenset({"company"}),
        ready=frozenset({Ready.CLAIMED}),
        hard=frozenset({Wish.PLACE, Wish.READY}),
        surprises=2,
    )
    assert wishes.wishes_of(saw.pk) == Preferences()
    services.save_preferences(profile=saw, wanted=wanted, by=saw_user, now=NOW)
    assert wishes.wishes_of(saw.pk) == wanted
    services.save_preferences(profile=saw, wanted=Preferences(), by=saw_user, now=NOW)
    assert wishes.wishes_of(saw.pk) == Preferences()


def test_saving_marks_the_list_to_be_made_anew(saw: Profile, saw_user: User, bedding: Profile, settle: Settle) -> None:
    settle()
    save(saw, saw_user, kinds=frozenset({"company"}))
    assert Freshness.objects.get(pk=saw.pk).stale_since == NOW
    assert Freshness.objects.get(pk=bedding.pk).stale_since is None


@pytest.mark.parametrize("role", ["member", None])
def test_a_member_and_a_stranger_may_not_wish(client: Client, saw: Profile, role: str | None) -> None:
    user = make_user()
    if role:
        Representative.objects.create(profile=saw, user=user, role=role, since=NOW)
    with pytest.raises(services.OnlyEditorsWish):
        save(saw, user)
    client.force_login(user)
    address = f"{reverse('preferences')}?for=puurunko"
    for answer in (client.get(address), client.post(address, PLAIN)):
        assert answer.status_code == (403 if role else 404)
    assert not Saved.objects.exists()


def test_an_editor_may_and_one_without_a_profile_is_led_on(client: Client, saw: Profile) -> None:
    user = make_user()
    client.force_login(user)
    assert client.get(reverse("preferences")).status_code == 302
    Representative.objects.create(profile=saw, user=user, role="editor", since=NOW)
    assert client.get(reverse("preferences")).status_code == 200
    client.logout()
    assert client.get(reverse("preferences")).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"reach": Reach.MUNICIPALITY}, {"same"}),
        ({"reach": Reach.REGION}, {"same", "near"}),
        ({"reach": Reach.KM, "km": 60}, {"same", "near"}),
        ({"sizes": frozenset({"250+"})}, {"far"}),
        ({"languages": frozenset({"sv", "en"})}, {"near"}),
        ({"kinds": frozenset({"association"})}, {"near"}),
        ({"ready": frozenset({Ready.CONTACT})}, {"same"}),
        ({"ready": frozenset({Ready.OFFERS})}, {"same", "near", "far"}),
    ],
)
def test_limits_hold_at_once(
    saw: Profile, saw_user: User, settle: Settle, wanted: dict[str, Any], left: set[str]
) -> None:
    givers(
        same={"municipality": "426", "size": "1", "contact_email": "a@same.example"},
        near={"municipality": "167", "kind": "association", "size": "1", "languages": ["fi", "sv"]},
        far={
            "municipality": "091",
            "size": "250+",
            "contact_phone": "1",
            "contact_visibility": "hidden",
            "languages": ["fi"],
        },
    )
    settle()
    assert set(listed(saw, saw_user)) == {"same", "near", "far"}
    save(saw, saw_user, hard=ALL, **wanted)
    assert set(listed(saw, saw_user)) == left
    save(saw, saw_user, **wanted)
    assert set(listed(saw, saw_user)) == {"same", "near", "far"}
    assert set(listed(saw, saw_user)[: len(left)]) == left


def test_surprises_are_marked_and_never_break_a_limit(sanna: Client, saw: Profile, saw_user: User) -> None:
    for n in range(30):
        other = make_profile(f"Lastula {n}", slug=f"lastula-{n}", size="1" if n < 28 else "250+")
        Suggestion.objects.create(profile=saw, other=other, score=1000 - n, direction="mine", made_at=NOW)
    save(saw, saw_user, sizes=frozenset({"1"}), hard=ALL, surprises=2)
    rows = queries.suggestions_for(saw, user=saw_user, today=NOW.date())
    assert len(rows) == 28
    assert [row.surprise for row in rows[:10]].count(True) == 2
    assert "Lastula" in sanna.get(reverse("suggestions")).content.decode()


def test_the_page_saves_counts_and_says_what_to_loosen(
    sanna: Client, saw: Profile, saw_user: User, settle: Settle
) -> None:
    givers(near={"municipality": "167", "size": "1"}, far={"municipality": "091", "size": "1"})
    settle()
    address = reverse("preferences")
    html = sanna.get(address).content.decode()
    assert html.count('id="left"') == 1
    tight = {**PLAIN, "place": "municipality", "place_force": "hard", "sizes": ["1"], "sizes_force": "hard"}
    tried = sanna.post(address, {**tight, "try": "1"})
    assert tried.status_code == 200
    assert tried.context["count"] == 0
    assert [n for _limit, n in tried.context["loosening"]] == [2]
    part = sanna.post(address, tight, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="left"')
    assert not Saved.objects.exists()
    saved = sanna.post(address, tight, follow=True)
    assert Saved.objects.get().hard == ["place", "sizes"]
    assert saved.context["left_out"] == 2
    assert reverse("preferences") in saved.content.decode()
    again = sanna.get(address).context["form"]
    assert again["place"].value() == "municipality"
    assert again["place_force"].value() == "hard"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"place": "km", "km": ""}, "km"),
        ({"km": "0"}, "km"),
        ({"km": "9999"}, "km"),
        ({"place": "moon"}, "place"),
        ({"sizes": ["huge"]}, "sizes"),
        ({"surprises": "4"}, "surprises"),
        ({"kinds_force": "maybe"}, "kinds_force"),
    ],
)
def test_a_bad_wish_is_refused_where_it_stands(sanna: Client, saw: Profile, data: dict[str, Any], field: str) -> None:
    answer = sanna.post(reverse("preferences"), {**PLAIN, **data})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sanna.post(reverse("preferences"), {**PLAIN, **data}, headers=HTMX).status_code == 200
    assert not Saved.objects.exists()


def test_languages_offered_are_ones_own_and_those_chosen_before(sanna: Client, saw: Profile, saw_user: User) -> None:
    Profile.objects.filter(pk=saw.pk).update(languages=["fi", "et"])
    save(saw, saw_user, languages=frozenset({"sv"}))
    offered = sanna.get(reverse("preferences")).context["form"].fields["languages"].choices
    assert [code for code, _name in offered] == ["fi", "sv", "et"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_at_any_length(
    sanna: Client, saw: Profile, settle: Settle, django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    givers(**{f"giver-{n}": {} for n in range(count)})
    settle()
    sanna.get(reverse("preferences"))
    with django_assert_num_queries(12):
        sanna.get(reverse("preferences"))


def test_the_database_refuses_too_many_surprises(saw: Profile) -> None:
    for bad in ({"surprises": 4}, {"km": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Saved.objects.create(profile=saw, changed_at=NOW, **bad)
