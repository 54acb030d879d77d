"""Organisations like the one that is looked at, and answering one that was found by other ways than a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import Block, Profile, User
from matching import services
from matching.models import Interest
from matching.similar import MOST, similar_to
from tests.factories.people import NOW, make_profile, make_user, tag_all
from themes.models import Theme

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def names(profile: Profile, user: Any = NOBODY, own: list[Profile] | None = None) -> list[str]:
    return [one.profile.name for one in similar_to(profile, user=user, own=own or [])]


@pytest.fixture
def looked_at() -> Profile:
    return make_profile("Katsottu Oy", slug="katsottu", municipality="167")


def test_a_rare_theme_says_more_than_a_common_one_and_two_more_than_one(looked_at: Profile) -> None:
    common, rare, both, other = (make_profile(name) for name in ("Yleinen", "Harvinainen", "Kumpikin", "Muu"))
    crowd = [make_profile(f"Joukko {n}", kind="association", municipality="091") for n in range(6)]
    tag_all([looked_at, common, both, *crowd], "Bioenergia")
    tag_all([looked_at, rare, both], "Hevoset")
    tag_all([other], "Leipomot")
    found = similar_to(looked_at, user=NOBODY, own=[])
    assert [one.profile for one in found][:3] == [both, rare, common]
    assert found[0].labels == "Hevoset, Bioenergia"
    assert len(found) == MOST
    assert other not in [one.profile for one in found]


def test_of_the_equally_alike_the_near_and_those_of_the_same_kind_come_first(looked_at: Profile) -> None:
    far = make_profile("Kaukana Oy", municipality="091")
    near = make_profile("Lähellä ry", municipality="276", kind="association")
    like = make_profile("Lähellä Oy", municipality="276")
    here = make_profile("Täällä Oy", municipality="167")
    tag_all([looked_at, far, near, like, here])
    found = similar_to(looked_at, user=NOBODY, own=[])
    assert [one.profile for one in found] == [here, like, near, far]
    assert [one.is_here for one in found] == [True, False, False, False]


def test_without_themes_or_of_a_person_there_are_none(looked_at: Profile) -> None:
    other, student = make_profile("Muu Oy"), make_profile("Oona", kind="student")
    tag_all([other, student])
    assert names(looked_at) == []
    assert names(student) == []
    assert names(other) == [], "a person is shown on nobody's page"


def test_a_theme_that_is_only_proposed_makes_nobody_alike(looked_at: Profile) -> None:
    theme = tag_all([looked_at, make_profile("Muu Oy")])
    Theme.objects.filter(pk=theme.pk).update(state=Theme.State.PROPOSED)
    assert names(looked_at) == []


def test_where_nobody_has_a_place_nobody_is_in_the_same(looked_at: Profile) -> None:
    Profile.objects.update(municipality="")
    looked_at.refresh_from_db()
    tag_all([looked_at, make_profile("Muu Oy", municipality="")])
    assert [one.is_here for one in similar_to(looked_at, user=NOBODY, own=[])] == [False]


def test_only_what_the_viewer_may_see_is_shown(looked_at: Profile) -> None:
    user = make_user()
    own = make_profile("Oma Oy", by=user)
    seen = {
        "Julkinen Oy": make_profile("Julkinen Oy"),
        "Jäsenten Oy": make_profile("Jäsenten Oy", visibility="members"),
        "Piilossa Oy": make_profile("Piilossa Oy", visibility="hidden"),
        "Luonnos Oy": make_profile("Luonnos Oy", status="draft"),
        "Estetty Oy": make_profile("Estetty Oy"),
        "Torjunut Oy": make_profile("Torjunut Oy"),
    }
    tag_all([looked_at, own, *seen.values()])
    Block.objects.create(blocker=seen["Estetty Oy"], blocked=own, at=NOW)
    Interest.objects.create(profile=seen["Torjunut Oy"], other=own, answer="never", at=NOW)
    assert set(names(looked_at, user, [own])) == {"Julkinen Oy", "Jäsenten Oy"}
    assert set(names(looked_at)) == {"Julkinen Oy", "Estetty Oy", "Torjunut Oy", "Oma Oy"}


@pytest.mark.parametrize("others", [1, 3])
def test_it_costs_the_same_however_many_are_found(
    looked_at: Profile, others: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    user = make_user()
    own = make_profile("Oma Oy", by=user)
    tag_all([looked_at, *(make_profile() for _ in range(others))])
    profile = Profile.objects.prefetch_related("theme_items__tag").get(pk=looked_at.pk)
    with django_assert_num_queries(5):
        assert len(similar_to(profile, user=user, own=[own])) == others


def test_it_stands_on_the_page(client: Client, looked_at: Profile) -> None:
    tag_all([looked_at, make_profile("Samanlainen Oy", slug="samanlainen")])
    html = client.get(looked_at.get_absolute_url()).content.decode()
    assert "Samankaltaisia organisaatioita" in html
    assert reverse("profile", args=["samanlainen"]) in html
    assert "Sama teema: Puun sivuvirrat" in html
    Profile.objects.filter(slug="samanlainen").update(visibility="hidden")
    assert "Samankaltaisia" not in client.get(looked_at.get_absolute_url()).content.decode()


# --- Answering on the page of one with whom nothing is shared --------------------------------------------------------


def test_one_who_was_found_by_other_ways_can_be_answered_on_their_page(
    client: Client, saw: Profile, saw_user: User, looked_at: Profile
) -> None:
    client.force_login(saw_user)
    html = client.get(looked_at.get_absolute_url()).content.decode()
    assert "Haluaisitko tavata heidät?" in html
    fields = {"profile": saw.slug, "other": looked_at.slug, "answer": "interested", "from": "profile"}
    assert client.post(reverse("answer_suggestion"), fields)["Location"] == looked_at.get_absolute_url()
    html = client.get(looked_at.get_absolute_url()).content.decode()
    assert "Haluaisitko" not in html
    assert Interest.objects.get().answer == "interested"


def test_whether_the_other_has_barred_one_is_not_told_there(
    client: Client, saw: Profile, saw_user: User, bedding: Profile, bedding_user: User
) -> None:
    client.force_login(saw_user)
    services.answer(profile=bedding, other=saw, answer="never", by=bedding_user, now=NOW)
    assert "Haluaisitko tavata heidät?" in client.get(bedding.get_absolute_url()).content.decode()
