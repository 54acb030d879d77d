"""Whether there is ground for matching: what each theme has and lacks, and who may look."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Profile
from matching import ground, tasks
from matching.ground import ENOUGH, GIVERS, SEEKERS, Ground
from matching.templatetags.match_figures import gauge, lacks
from matching.views import panels
from tests.factories.people import make_profile, make_user
from themes.models import Theme

pytestmark = pytest.mark.django_db
SEEKS, OFFERS = {"seeks": "Etsimme lastua."}, {"does": "Teemme lastua."}


@pytest.fixture
def wood(db: None) -> Theme:
    top = Theme.objects.create(name="Metsä", slug="metsa", name_fi="Metsä")
    theme: Theme = Theme.objects.create(name="Puu", slug="puu", name_fi="Puu", parent=top)
    return theme


def tagged(theme: Theme, number: int = 1, **fields: Any) -> list[Profile]:
    made = [make_profile(**fields) for _n in range(number)]
    for profile in made:
        profile.themes.add(theme)
    return made


def of(theme: Theme) -> Ground:
    lie = ground.survey()
    return next(one for branch in lie.branches for one in (branch.whole, *branch.themes) if one.theme == theme)


def test_a_theme_carries_when_there_are_enough_and_some_seek_and_some_offer(wood: Theme) -> None:
    tagged(wood, SEEKERS, texts=SEEKS)
    tagged(wood, GIVERS, texts=OFFERS)
    assert (of(wood).carries, of(wood).missing) == (False, ENOUGH - SEEKERS - GIVERS)
    tagged(wood, ENOUGH - SEEKERS - GIVERS)
    assert of(wood).carries
    lie = ground.survey()
    assert (lie.carrying, lie.profiles, lie.on_ground, lie.share) == (1, ENOUGH, ENOUGH, 100)


@pytest.mark.parametrize("texts", [SEEKS, OFFERS])
def test_where_all_seek_or_all_offer_nothing_carries(wood: Theme, texts: dict[str, str]) -> None:
    tagged(wood, ENOUGH, texts=texts)
    assert not of(wood).carries
    assert of(wood).lacks == (GIVERS if texts is SEEKS else SEEKERS)


def test_the_hidden_and_the_unpublished_are_not_counted(wood: Theme) -> None:
    tagged(wood, visibility="hidden")
    tagged(wood, status="draft")
    tagged(wood, visibility="members")
    assert of(wood).profiles == 1
    assert ground.survey().profiles == 1


def test_a_branch_counts_a_profile_once(wood: Theme) -> None:
    bark = Theme.objects.create(name="Kuori", slug="kuori", name_fi="Kuori", parent=wood.parent)
    both = tagged(wood, by=make_user())[0]
    both.themes.add(bark)
    tagged(bark)
    assert wood.parent is not None
    whole = of(wood.parent)
    assert (whole.profiles, whole.represented) == (2, 1)
    assert (of(wood).profiles, of(bark).profiles) == (1, 2)


def test_those_that_lack_least_come_first(wood: Theme) -> None:
    bark = Theme.objects.create(name="Kuori", slug="kuori", name_fi="Kuori", parent=wood.parent)
    tagged(wood, 2)
    tagged(bark, 5)
    make_profile()
    lie = ground.survey()
    assert [one.theme for one in lie.nearest] == [bark, wood]
    assert (lie.themeless, lie.unclaimed) == (1, 8)


def test_a_large_installation_is_read_as_the_sweep_counted_it(wood: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "COUNTED_AT_ONCE", 0)
    tagged(wood)
    assert of(wood).profiles == 1
    tagged(wood)
    assert of(wood).profiles == 1
    tasks.count_ground()
    assert of(wood).profiles == 2


@pytest.mark.parametrize("profiles", [0, 1, ENOUGH - 1, ENOUGH, 40])
@pytest.mark.parametrize("seekers", [0, 1, SEEKERS])
@pytest.mark.parametrize("givers", [0, 1, GIVERS])
def test_what_carries_lacks_nothing_and_what_lacks_says_what(profiles: int, seekers: int, givers: int) -> None:
    one = Ground(Theme(), profiles, 0, seekers, givers)
    assert one.carries == (one.lacks == 0) == (lacks(one) == "")
    assert gauge(one).count("c-ink") == min(profiles, ENOUGH)


def test_the_page_is_for_coordinators(client: Client, wood: Theme) -> None:
    assert client.get(reverse("ground")).status_code == 403
    client.force_login(make_user())
    assert client.get(reverse("ground")).status_code == 403
    client.force_login(make_user(is_coordinator=True))
    assert "Ehdotusten pohja" in client.get(reverse("ground")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_however_many_there_are(
    client: Client, wood: Theme, number: int, django_assert_num_queries: Any
) -> None:
    for n in range(number):
        theme = Theme.objects.create(name=f"T{n}", slug=f"t{n}", name_fi=f"T{n}", parent=wood.parent)
        tagged(theme, number, texts=SEEKS)
    client.force_login(make_user(is_coordinator=True))
    with django_assert_num_queries(24):
        client.get(reverse("ground"))


def test_the_desk_says_it_in_a_sentence_to_coordinators_alone(wood: Theme) -> None:
    request = RequestFactory().get("/")
    for user in (AnonymousUser(), make_user()):
        request.user = user
        assert panels.ground_desk(request, None) is None
    request.user = make_user(is_coordinator=True)
    assert panels.ground_desk(request, None) is not None
