"""How suggestions are made is a coordinator's to choose, and every choice can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from matching import services, tuned
from matching.engine import weights
from matching.engine.kinds import KINDS_TOGETHER
from matching.engine.scoring import MEETINGS
from matching.engine.weights import MOST_ATTENTION
from matching.models import Rebuild, Suggestion, Tuning
from matching.tuning_words import ROLES, kinds_in_words, role_rules
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]


@pytest.fixture
def host(db: None) -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


def choose(by: User, **other: Any) -> Tuning:
    chosen: dict[str, Any] = {"point": "accuracy", "attention": 2.0, "learns": True, **other}
    return services.choose_tuning(**chosen, by=by, now=NOW)


def rebuild() -> None:
    """What the workers would do by now."""
    running = Rebuild.objects.get(state="running")
    while services.work_on_rebuild(rebuild_id=running.pk, now=NOW):
        pass


def test_without_a_row_all_is_as_the_product_came() -> None:
    assert tuned.weights_in_force() == weights()
    assert tuned.in_force().pk is None


def test_the_newest_row_is_in_force(host: User) -> None:
    choose(host)
    choose(host, attention=0.5)
    found = tuned.weights_in_force()
    assert found.power == weights("accuracy").power
    assert found.attention == weights("accuracy").attention / 2


def test_a_choice_makes_the_lists_anew_by_its_weights(
    host: User, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    before = Suggestion.objects.get(profile=saw, other=bedding).score
    choose(host, attention=1.0)
    rebuild()
    after = Suggestion.objects.get(profile=saw, other=bedding).score
    assert after != before
    services.restore_tuning(earlier=None, by=host, now=NOW)
    rebuild()
    assert Suggestion.objects.get(profile=saw, other=bedding).score == before


def test_what_changes_nothing_is_told_and_not_kept(host: User) -> None:
    with pytest.raises(services.AlreadyInForce):
        choose(host, point="spread", attention=1.0)
    with pytest.raises(services.AlreadyInForce):
        services.restore_tuning(earlier=None, by=host, now=NOW)
    assert not Tuning.objects.exists()


def test_a_choice_keeps_what_was_learnt_and_an_earlier_row_brings_its_own_back(host: User) -> None:
    learnt = Tuning.objects.create(at=NOW, how="learnt", factors={"needs": 1.1}, answers_until=NOW)
    assert choose(host).factors == {"needs": 1.1}
    assert services.restore_tuning(earlier=None, by=host, now=NOW).factors == {}
    back = services.restore_tuning(earlier=learnt, by=host, now=NOW)
    assert (back.factors, back.point, back.how, back.restores) == ({"needs": 1.1}, "spread", "restored", learnt)
    assert Tuning.objects.count() == 4


def test_only_coordinators_tune(client: Client, saw_user: User, host: User) -> None:
    row = choose(host)
    with pytest.raises(services.OnlyCoordinatorsTune):
        choose(saw_user)
    with pytest.raises(services.OnlyCoordinatorsTune):
        services.restore_tuning(earlier=None, by=saw_user, now=NOW)
    addresses = [reverse("tuning"), reverse("tuning_restore", args=[row.pk])]
    assert [client.post(address).status_code for address in addresses] == [403, 403]
    client.force_login(saw_user)
    assert [client.post(address).status_code for address in addresses] == [403, 403]
    assert client.get(reverse("tuning")).status_code == 403
    assert Tuning.objects.count() == 1


def test_the_page_puts_in_force_and_takes_back(client: Client, host: User) -> None:
    client.force_login(host)
    assert reverse("tuning") in client.get(reverse("desk")).content.decode()
    fields = {"point": "accuracy", "attention": "1.5", "learns": "on", "why": "Kokeillaan tarkkuutta"}
    html = client.post(reverse("tuning"), fields, follow=True).content.decode()
    assert "Kokeillaan tarkkuutta" in html
    assert "Kaisa Koordinaattori" in html
    row = Tuning.objects.get()
    assert (row.point, row.attention, row.by) == ("accuracy", 1.5, host)
    assert client.post(reverse("tuning"), fields).status_code == 422
    assert client.post(reverse("tuning"), {**fields, "attention": "7"}).status_code == 422
    client.post(reverse("tuning_restore", args=[0]))
    assert tuned.weights_in_force() == weights()
    client.post(reverse("tuning_restore", args=[row.pk]))
    assert tuned.in_force().point == "accuracy"
    again = client.post(reverse("tuning_restore", args=[row.pk]), follow=True)
    assert str(services.AlreadyInForce.message) in again.content.decode()
    assert client.post(reverse("tuning_restore", args=[999])).status_code == 404
    assert Tuning.objects.count() == 3


def test_the_database_holds_the_bounds() -> None:
    for fields in ({"attention": MOST_ATTENTION + 1}, {"attention": -0.1}, {"point": "luck"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tuning.objects.create(at=NOW, how="chosen", **fields)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_at_any_length(
    client: Client, host: User, django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    for n in range(count):
        Tuning.objects.create(at=NOW, by=host, how="chosen", attention=n / 2)
    client.force_login(host)
    client.get(reverse("tuning"))
    with django_assert_num_queries(13):
        client.get(reverse("tuning"))


def test_the_page_tells_the_engines_own_table_of_roles(client: Client, host: User) -> None:
    """What is shown counts as the engine counts it, and every pair of it has words in each language."""
    told = {(str(one.own), str(one.other)): one.percent for one in role_rules()}
    names = {role: str(words) for role, words in ROLES.items()}
    assert told == {(names[one.mine], names[one.theirs]): round(100 * one.weight) for one in MEETINGS}
    assert sorted(percent for _one, _other, percent in kinds_in_words()) == sorted(
        round(100 * much) for much in KINDS_TOGETHER.values()
    )
    client.force_login(host)
    text = client.get(reverse("tuning")).content.decode()
    assert text.count(" %</td></tr>") >= len(MEETINGS) + len(KINDS_TOGETHER)
