"""Programmes and signs for tables on paper, and large piles in parts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from events.models import Meeting
from events.queries import printing as queries
from events.queries import printing_day

from .making import NOW, Fair, agree_pair, make_fair, make_user, publish_fair, register
from .test_rounds_views import as_user, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def fair() -> Fair:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    return fair


def pages_of(response: Any) -> list[str]:
    return [" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(response.content)).pages]


def test_each_has_their_own_programme_on_a_page(fair: Fair) -> None:
    meeting = Meeting.objects.get()
    pages = pages_of(as_user(fair.host).get(page("event_programmes", fair)))
    assert len(pages) == 4
    mine = next(one for one in pages if "Osallistuja0 Henkilö" in one and "Osallistuja0 Oy" in one)
    assert "Osallistuja1 Oy" in mine
    assert f"Pöytä {meeting.table}" in mine
    without = next(one for one in pages if "Osallistuja3 Oy" in one)
    assert "Ohjelmassasi ei ole tapaamisia" in without


def test_each_table_has_a_sign_and_its_meetings_when_asked(fair: Fair) -> None:
    table = Meeting.objects.get().table
    client = as_user(fair.host)
    bare = pages_of(client.get(page("event_signs", fair)))
    assert len(bare) == fair.round.tables
    assert not any("Osallistuja0 Oy" in one for one in bare)
    full = pages_of(client.get(page("event_signs", fair), {"meetings": "1"}))
    assert [n for n, one in enumerate(full, 1) if "Osallistuja0 Oy – Osallistuja1 Oy" in one] == [table]


def test_a_large_pile_comes_in_parts(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "A_FILE", 3)
    client = as_user(fair.host)
    assert [part.number for part in queries.parts(queries.seated(fair.event))] == [1, 2]
    assert "1: Osallistuja0 Henkilö – Osallistuja2 Henkilö" in client.get(page("event_printing", fair)).content.decode()
    first = pages_of(client.get(page("event_programmes", fair)))
    second = pages_of(client.get(page("event_programmes", fair), {"own-part": "2"}))
    assert (len(first), len(second)) == (3, 1)
    assert "Osallistuja3 Henkilö" in second[0]
    badges = " ".join(pages_of(client.get(page("event_badges", fair), {"layout": "95x65", "part": "2"})))
    assert "Osallistuja3 Henkilö" in badges
    assert "Osallistuja0 Henkilö" not in badges
    for odd in ("3", "x", "0"):
        assert client.get(page("event_programmes", fair), {"own-part": odd}).status_code == 404
    fair.event.registrations.update(checked_in_at=NOW)
    assert len(pages_of(client.get(page("event_certificates", fair), {"given-part": "2"}))) == 1


def test_nobody_but_the_host_prints_and_only_what_is_out(fair: Fair) -> None:
    for name in ("event_programmes", "event_signs"):
        assert as_user(fair.people[0].user).get(page(name, fair)).status_code == 403
        assert as_user(make_user("Outi")).get(page(name, fair)).status_code == 403
        assert Client().get(page(name, fair)).status_code == 302
        unpublished = make_fair()
        assert as_user(unpublished.host).get(page(name, unpublished)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_programmes_cost_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=2 * count)
    for n in range(count):
        agree_pair(fair, 2 * n, 2 * n + 1)
    publish_fair(fair)
    rows = list(queries.seated(fair.event))
    with django_assert_num_queries(3):
        assert len(printing_day.programmes(fair.event, [fair.round], rows, now=NOW)) == 2 * count


def test_a_name_that_is_longer_than_a_line_does_not_break_a_page(fair: Fair) -> None:
    long = register(fair.event, "Pitkänimisenyhtiönedustajantoimistopalvelukeskus" * 2)
    assert len(pages_of(as_user(fair.host).get(page("event_programmes", fair)))) == 5
    assert long.has_seat
