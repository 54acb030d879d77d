"""Offers that another app keeps: seen to there, and not on the market while that app is switched off."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opportunities import hooks
from opportunities.hooks import Keeper
from opportunities.models import Opportunity
from opportunities.queries import documents, market, matches
from opportunities.queries import opportunities as queries
from opportunities.services import answering, kept
from opportunities.services import opportunities as services
from opportunities.services.common import KeptElsewhere, NotOpen

from .making import NEED, NOW, company, make_user, plan, publish, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]


@pytest.fixture(autouse=True)
def keeper(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An app that can be switched off keeps what stands under `studies.things`."""
    down: list[int] = []
    monkeypatch.setattr(hooks, "_keepers", {})
    thing = Keeper(lambda one: f"/thing/{one.pk}/", lambda one, by, now: down.append(one.pk), "Omaan", "Katso ja hae")
    hooks.on_kept("studies.things", thing)
    return down


def keep(name: str = "Saha") -> tuple[Opportunity, Any]:
    profile, owner = company(name)
    made = kept.publish_kept(keeper="studies.things", profile=profile, plan=plan(), by=owner, now=NOW)
    assert made is not None
    return made, owner


@pytest.fixture
def switched_off(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda: monkeypatch.setattr("core.modules.off", lambda: frozenset({"studies"}))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_one_applies_where_it_is_kept() -> None:
    made, owner = keep()
    page = Client().get(made.get_absolute_url()).content.decode()
    assert f'href="/thing/{made.pk}/">Katso ja hae' in page
    assert f'href="/thing/{made.pk}/">Omaan' in signed_in(owner).get(made.get_absolute_url()).content.decode()
    other, person = company("Muu")
    answer = signed_in(person).get(reverse("opportunity_answer", args=[made.pk]))
    assert answer["Location"] == f"/thing/{made.pk}/"
    with pytest.raises(KeptElsewhere):
        answering.answer(opportunity=made, profile=other, text="Hei vaan", by=person, now=NOW)
    with pytest.raises(KeptElsewhere):
        services.close(opportunity=made, outcome="here", by=owner, now=NOW)


def test_what_a_coordinator_takes_down_is_told_to_its_keeper(
    keeper: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    made, _owner = keep()
    mine = publish(made.profile, _owner)
    with django_capture_on_commit_callbacks(execute=True):
        for one in (made, mine):
            services.take_down(opportunity=one, why="Ei sovi", by=make_user(is_coordinator=True), now=NOW)
    assert keeper == [made.pk]


def test_switched_off_it_is_nowhere(switched_off: Any) -> None:
    made, owner = keep()
    stable, rider = company("Talli")
    need = publish(stable, rider, **NEED)
    work()
    assert matches.opposites(need, user=rider, now=NOW)
    switched_off()
    assert list(Opportunity.objects.open(NOW)) == [need]
    assert not made.is_open(NOW)
    assert documents.documents_of([made.profile_id], NOW) == {}
    assert [row.opportunity for row in queries.newest(owner, NOW)] == [need]
    assert matches.opposites(need, user=rider, now=NOW) == []
    assert matches.fitting([stable], user=rider, now=NOW) == []
    assert not market.answers("q=kutterinlastua", made, now=NOW)
    assert Client().get(made.get_absolute_url()).status_code == 410
    assert signed_in(rider).get(reverse("opportunity_answer", args=[made.pk])).status_code == 410
    with pytest.raises(NotOpen):
        answering.answer(opportunity=made, profile=stable, text="Hei vaan", by=rider, now=NOW)


def test_switched_off_its_own_people_are_led_nowhere_and_can_still_not_change_it(switched_off: Any) -> None:
    made, owner = keep()
    switched_off()
    page = signed_in(owner).get(made.get_absolute_url())
    assert page.status_code == 200
    assert "/thing/" not in page.content.decode()
    assert queries.own_of(made.profile, NOW).is_empty
    with pytest.raises(KeptElsewhere):
        services.renew(opportunity=made, by=owner, now=NOW)


def test_switched_on_again_it_is_there(switched_off: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _owner = keep()
    switched_off()
    monkeypatch.undo()
    assert Opportunity.objects.open(NOW).filter(pk=made.pk).exists()
    assert (
        market.search(
            market.read(Client().get(reverse("market")).wsgi_request.GET, {}, measured=False),
            make_user(),
            1,
            {},
            now=NOW,
        ).total
        == 1
    )
