"""Members' offers and needs, and suggestions among the members: who sees the page, and whom on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Block, Profile, ProfileText
from core import modules
from matching import among, indexing
from matching.models import Interest, Suggestion
from matching.services import mark_the_unmarked, rematch_all
from networks import tasks
from networks.queries import market as queries
from networks.queries.market import key_of
from opportunities.models import Opportunity

from .boards import IN_GROUP, MEMBER, RUNS, STRANGER, VISITOR, WHO, Scene
from .making import NOW, World, make_theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OFFER, NEED = "Tarjoamme kuivaa kutterinlastua kuivikkeeksi.", "Etsimme kutterinlastulle vastaanottajaa."


@pytest.fixture(autouse=True)
def _own_index() -> Iterator[None]:
    translation.activate("fi")
    indexing.forget()
    yield
    indexing.forget()


def write(profile: Profile, **texts: str) -> Profile:
    for kind, text in texts.items():
        ProfileText.objects.create(profile=profile, kind=kind, language="fi", text=text)
    return profile


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    write(made.people_profile(IN_GROUP), offers="Salattu kuivuri vuokralle.")
    return made


def page_of(client: Client, scene: Scene | World, **asked: str) -> str:
    return client.get(f"{scene.network.get_absolute_url()}market/", asked).content.decode()


@pytest.mark.parametrize("visibility", ["public", "members", "hidden"])
@pytest.mark.parametrize("who", WHO)
def test_who_sees_the_page(who: str, visibility: str) -> None:
    scene = Scene(visibility)
    write(scene.people_profile(IN_GROUP), offers="Salattu kuivuri vuokralle.")
    client = scene.client(who)
    response = client.get(scene.url("network_market"))
    inside = who in RUNS | {MEMBER, IN_GROUP}
    assert ("Salattu kuivuri" in response.content.decode()) is inside
    if inside:
        assert response.status_code == 200
    elif who == VISITOR:
        assert response.status_code == 302
    else:
        assert response.status_code in (403, 404)
        if visibility == "hidden" and who == STRANGER:
            assert response.status_code == 404
    panel = client.get(scene.network.get_absolute_url()).content.decode()
    assert (scene.url("network_market") in panel) is inside


@pytest.mark.parametrize("how", ["they said never", "we said never", "they blocked", "hidden", "left", "on leave"])
def test_whom_the_reader_sees_there(scene: Scene, how: str) -> None:
    them, us = scene.people_profile(IN_GROUP), scene.people_profile(MEMBER)
    membership = scene.network.memberships.get(profile=them)
    if how == "they said never":
        Interest.objects.create(profile=them, other=us, answer=Interest.Answer.NEVER, at=NOW)
    elif how == "we said never":
        Interest.objects.create(profile=us, other=them, answer=Interest.Answer.NEVER, at=NOW)
    elif how == "they blocked":
        Block.objects.create(blocker=them, blocked=us, at=NOW)
    elif how == "hidden":
        Profile.objects.filter(pk=them.pk).update(visibility=Profile.Visibility.HIDDEN)
    else:
        membership.state = {"left": "left", "on leave": "on_leave"}[how]
        membership.save()
    Suggestion.objects.create(profile=us, other=them, score=90, direction="both", generation=1, made_at=NOW)
    page = page_of(scene.client(MEMBER), scene)
    assert ("Salattu kuivuri" in page) is (how == "on leave")
    if how != "on leave":
        assert them.name not in page


def opened(scene: Scene | World, profile: Profile, **fields: Any) -> Opportunity:
    values = {
        "direction": "offer", "kind": "premises", "title": "Kuivuri vuokralle", "text": "Salattu kuivuri on vapaa.",
        "language": "fi", "state": "open", "published_at": NOW, "closes_at": NOW + timedelta(days=9),
        "last_day": NOW.date(),
        "visibility": "members", "search_terms": " kuivuri vuokra ",
    }  # fmt: skip
    return Opportunity.objects.create(profile=profile, **{**values, **fields})


@pytest.mark.parametrize("who", WHO)
def test_who_sees_members_open_offers_there(who: str) -> None:
    scene = Scene("hidden")
    opened(scene, scene.people_profile(IN_GROUP))
    opened(scene, scene.people_profile(STRANGER), title="Ulkopuolisen tarjous")
    page = scene.client(who).get(scene.url("network_market")).content.decode()
    assert ("Kuivuri vuokralle" in page) is (who in RUNS | {MEMBER, IN_GROUP})
    assert "Ulkopuolisen" not in page
    assert (reverse("opportunity_new") in page) is (who in {MEMBER, IN_GROUP}), "for those who have a member to offer"


@pytest.mark.parametrize(
    "why", ["draft", "taken down", "past", "they said never", "they blocked", "hidden", "left", "off"]
)
def test_which_offers_are_not_there(scene: Scene, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    them, us = scene.people_profile(IN_GROUP), scene.people_profile(MEMBER)
    made = opened(scene, them)
    assert "Kuivuri vuokralle" in page_of(scene.client(MEMBER), scene)
    if why == "draft":
        Opportunity.objects.update(state="draft", published_at=None)
    elif why == "taken down":
        Opportunity.objects.update(state="taken_down")
    elif why == "past":
        Opportunity.objects.update(closes_at=NOW)
    elif why == "they said never":
        Interest.objects.create(profile=them, other=us, answer=Interest.Answer.NEVER, at=NOW)
    elif why == "they blocked":
        Block.objects.create(blocker=them, blocked=us, at=NOW)
    elif why == "hidden":
        Profile.objects.filter(pk=them.pk).update(visibility=Profile.Visibility.HIDDEN)
    elif why == "left":
        scene.network.memberships.filter(profile=them).update(state="left")
    else:
        real = modules.is_on
        monkeypatch.setattr(modules, "is_on", lambda key: key != "opportunities" and real(key))
    page = page_of(scene.client(MEMBER), scene)
    assert "Kuivuri vuokralle" not in page, made
    if why == "off":
        assert "open-head" not in page
        assert "/opportunities/" not in page.split("<main")[1].split("</main")[0]


def test_offers_are_found_as_the_members_are(scene: Scene) -> None:
    theme = make_theme("kuivaus")
    offer, need = (
        opened(scene, scene.people_profile(IN_GROUP)),
        opened(
            scene,
            scene.people_profile(IN_GROUP),
            direction="need",
            title="Haketta haussa",
            text="Tarvitaan haketta.",
            search_terms=" hake tarvita ",
        ),
    )
    offer.themes.add(theme)
    client = scene.client(MEMBER)
    for asked, found in (
        ({}, {offer, need}),
        ({"wish": "offers"}, {offer}),
        ({"wish": "seeks"}, {need}),
        ({"theme": "kuivaus"}, {offer}),
        ({"q": "hake"}, {need}),
        ({"q": "zzzz"}, set()),
        ({"open": "99"}, {offer, need}),
    ):
        shown = client.get(scene.url("network_market"), asked).context["offer_rows"]
        assert {row.opportunity for row in shown} == found, asked


def test_search_and_filters(scene: Scene) -> None:
    them, us = scene.people_profile(IN_GROUP), scene.people_profile(MEMBER)
    write(us, seeks=NEED)
    Profile.objects.filter(pk=us.pk).update(search_terms=" kutterinlastu kutteri lastu vastaanottaja ")
    them.themes.add(make_theme("kuivaus"))
    client = scene.client(IN_GROUP)
    for asked, sees_them, sees_us in (
        ({}, True, True),
        ({"wish": "offers"}, True, False),
        ({"wish": "seeks"}, False, True),
        ({"theme": "kuivaus"}, True, False),
        ({"theme": "olematon"}, True, True),
        ({"q": "kutterinlastu"}, False, True),
        ({"q": "zzzz"}, False, False),
        ({"page": "99"}, True, True),
    ):
        page = page_of(client, scene, **asked)
        assert ("Salattu kuivuri" in page) is sees_them, asked
        assert ("Etsimme" in page) is sees_us, asked
    assert "<mark" in page_of(client, scene, q="kutterinlastu")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_at_any_length(
    world: World, bare_masthead: None, django_assert_num_queries: Any, count: int
) -> None:
    reader = world.member("Lukija").profile
    for n in range(count):
        other = write(world.member(f"Jäsen{n}").profile, offers=OFFER, seeks=NEED)
        other.themes.add(make_theme())
        opened(world, other).themes.add(make_theme("kuivaus"))
        Suggestion.objects.create(profile=reader, other=other, score=90 + n, direction="both", made_at=NOW)
    cache.set(key_of(world.network.pk, reader.pk), [], 60)
    client = Client()
    client.force_login(world.people["Lukija"])
    page_of(client, world)
    with django_assert_num_queries(21):
        page = page_of(client, world)
    assert page.count("kuivikkeeksi") == count
    assert page.count("Kuivuri vuokralle") == count


def test_the_matcher_finds_among_the_members_with_reasons(world: World) -> None:
    """Asked once, answered by a worker, and those outside the network are not there."""
    reader, other = world.member("Lukija").profile, world.member("Lastu").profile
    write(reader, seeks=NEED)
    write(other, offers=OFFER)
    write(world.company("Ulkona"), offers=OFFER)
    mark_the_unmarked(now=NOW)
    rematch_all(now=NOW)
    Suggestion.objects.all().delete()
    client = Client()
    client.force_login(world.people["Lukija"])
    assert queries.must_ask(world.network, reader, NOW)
    assert not queries.must_ask(world.network, reader, NOW)
    page = page_of(client, world)
    assert 'hx-trigger="load delay:3s"' in page
    tasks.look_through_members(world.network.pk, reader.pk)
    assert [one[0] for one in among.found(key_of(world.network.pk, reader.pk)) or []] == [other.pk]
    seen = queries.suits(world.network, reader, world.people["Lukija"], today=timezone.localdate(NOW), now=NOW)
    assert [one.other for one in seen.cards] == [other]
    assert seen.cards[0].first is not None
    assert not seen.waits
    assert "hx-trigger" not in page_of(client, world).split('id="suits"')[1][:200]
    Interest.objects.create(profile=reader, other=other, answer=Interest.Answer.INTERESTED, at=NOW)
    again = queries.suits(world.network, reader, world.people["Lukija"], today=timezone.localdate(NOW), now=NOW)
    assert not again.cards, "who has been answered is not suggested again"


def test_a_stored_suggestion_is_not_there_twice(world: World) -> None:
    reader, other = world.member("Lukija").profile, world.member("Lastu").profile
    write(reader, seeks=NEED)
    write(other, offers=OFFER)
    mark_the_unmarked(now=NOW)
    rematch_all(now=NOW)
    tasks.look_through_members(world.network.pk, reader.pk)
    seen = queries.suits(world.network, reader, world.people["Lukija"], today=timezone.localdate(NOW), now=NOW)
    assert [one.other for one in seen.cards] == [other]


def test_nobody_is_looked_through_for_one_who_is_no_member(world: World) -> None:
    outside = world.company("Ulkona")
    world.member("Lastu")
    tasks.look_through_members(world.network.pk, outside.pk)
    assert among.found(key_of(world.network.pk, outside.pk)) is None


def test_what_nobody_answers_is_not_waited_for_for_ever(world: World) -> None:
    reader = world.member("Lukija").profile
    queries.must_ask(world.network, reader, NOW)
    user, today = world.people["Lukija"], timezone.localdate(NOW)
    assert queries.suits(world.network, reader, user, today=today, now=NOW).waits
    assert not queries.suits(world.network, reader, user, today=today, now=NOW + timedelta(minutes=1)).waits


def test_without_matching_there_are_no_suggestions(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'id="suits"' in page_of(scene.client(MEMBER), scene)
    monkeypatch.setattr(modules, "off", lambda: frozenset({"matching"}))
    assert 'id="suits"' not in page_of(scene.client(MEMBER), scene)
