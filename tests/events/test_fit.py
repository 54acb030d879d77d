"""Whom of those who come the matcher finds beyond its stored lists: ranked, with reasons, and nobody from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import ProfileText
from events import tasks
from events.models import Registration
from events.queries import browsing
from events.queries.fit import key_of
from matching import among, indexing
from matching.models import Suggestion
from matching.services import mark_the_unmarked, rematch_all

from .making import NOW, Fair, make_fair, register, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NEED = "Etsimme sahalta kuivaa haketta ja lastua kuivikkeeksi hevostalleille."
OFFER = "Tarjoamme kuivaa haketta ja lastua kuivikkeeksi talleille."


@pytest.fixture
def fair() -> Iterator[Fair]:
    """The first looks for what the last offers; nothing is stored, as of a profile outside its best fifty."""
    made = make_fair(people=4)
    for person, kind, text in ((made.people[0], "seeks", NEED), (made.people[3], "offers", OFFER)):
        ProfileText.objects.create(profile=person.profile, kind=kind, language="fi", text=text)
    outside = register(make_fair(people=0).event, "Ulkona")
    ProfileText.objects.create(profile=outside.profile, kind="offers", language="fi", text=OFFER)
    indexing.forget()
    mark_the_unmarked(now=NOW)
    rematch_all(now=NOW)
    Suggestion.objects.all().delete()
    cache.clear()
    yield made
    indexing.forget()


def first(fair: Fair) -> browsing.Candidate:
    me = fair.people[0]
    found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
    browsing.tell_reasons(found, me)
    return found[0]


def test_who_fits_comes_first_with_reasons_once_a_worker_has_looked(fair: Fair) -> None:
    assert not first(fair).reasons
    tasks.look_through_comers(fair.event.pk, fair.people[0].profile_id)
    best = first(fair)
    assert best.registration == fair.people[3]
    assert best.reasons
    kept = among.found(key_of(fair.event.pk, fair.people[0].profile_id)) or []
    assert {one[0] for one in kept} <= {person.profile_id for person in fair.people}


def test_what_is_stored_counts_before_what_was_looked_up(fair: Fair) -> None:
    tasks.look_through_comers(fair.event.pk, fair.people[0].profile_id)
    Suggestion.objects.create(
        profile=fair.people[0].profile, other=fair.people[1].profile, score=10**6, direction="both", made_at=NOW
    )
    assert first(fair).registration == fair.people[1]


def test_the_page_asks_once(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("events.views.browsing.wake", lambda *call: asked.append(call))
    client = Client()
    client.force_login(fair.people[0].user)
    for _turn in range(2):
        assert client.get(url("round_people", fair.event)).status_code == 200
    assert asked == [("events.tasks.look_through_comers", fair.event.pk, fair.people[0].profile_id)]


def test_one_who_does_not_come_is_not_answered(fair: Fair) -> None:
    Registration.objects.filter(pk=fair.people[0].pk).update(state=Registration.State.CANCELLED)
    tasks.look_through_comers(fair.event.pk, fair.people[0].profile_id)
    assert among.found(key_of(fair.event.pk, fair.people[0].profile_id)) is None


def test_one_whom_the_reader_may_not_see_is_not_told_of(fair: Fair) -> None:
    tasks.look_through_comers(fair.event.pk, fair.people[0].profile_id)
    Registration.objects.filter(pk=fair.people[3].pk).update(is_browsable=False)
    me = fair.people[0]
    found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
    assert fair.people[3] not in [one.registration for one in found]
