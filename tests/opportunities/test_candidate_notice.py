"""Coordinators hear that something has come from the feeds: once for all of it, and not again while it is unread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications import kinds
from notifications.models import Notification
from notifications.services import mark_read
from opportunities import tasks
from opportunities.models import Candidate
from opportunities.services import candidates, feeds

from .feeding import add, answers, host, item, rss
from .making import NOW, make_user

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Patch = pytest.MonkeyPatch


@pytest.fixture
def come(monkeypatch: Patch) -> Any:
    """So many entries in all, read at the moment."""

    def read(count: int, now: Any) -> None:
        answers(monkeypatch, rss(*(item(f"Haku {n}", guid=str(n)) for n in range(count))))
        feeds.read_due(now=now)

    return read


def notices(user: User) -> list[Notification]:
    return list(Notification.objects.filter(user=user, kind=candidates.KIND).order_by("pk"))


def title(row: Notification, now: Any) -> str:
    kind = kinds.get(row.kind)
    assert kind is not None
    with time_machine.travel(now, tick=False):
        return kind.render(row.context).title


def test_one_notice_for_all_to_coordinators_alone_and_no_more_while_it_is_unread(come: Any) -> None:
    kaisa, anu, other = host(), host("Anu"), make_user("Olli")
    add(kaisa)
    assert candidates.tell_waiting(now=NOW) == 0
    come(3, NOW)
    assert candidates.tell_waiting(now=NOW) == 2
    assert [len(notices(one)) for one in (kaisa, anu, other)] == [1, 1, 0]
    assert "3" in title(notices(kaisa)[0], NOW)
    for days in range(1, 4):
        come(3 + days, NOW + days * DAY)
        assert candidates.tell_waiting(now=NOW + days * DAY) == 0
    assert "6" in title(notices(kaisa)[0], NOW + 3 * DAY)
    assert notices(kaisa)[0].delivery == "daily"


def test_read_it_comes_again_with_what_is_new_and_at_most_once_a_day(come: Any) -> None:
    kaisa = host()
    add(kaisa)
    come(1, NOW)
    candidates.tell_waiting(now=NOW)
    mark_read(notification=notices(kaisa)[0], now=NOW)
    assert candidates.tell_waiting(now=NOW + DAY) == 0  # nothing new
    come(2, NOW + HOUR)
    assert candidates.tell_waiting(now=NOW + HOUR) == 0  # told today already
    assert candidates.tell_waiting(now=NOW + DAY) == 1
    assert len(notices(kaisa)) == 2


def test_what_was_read_before_the_notice_and_written_after_it_is_told_next(come: Any) -> None:
    kaisa = host()
    add(kaisa)
    come(1, NOW)
    candidates.tell_waiting(now=NOW + 2 * HOUR)
    mark_read(notification=notices(kaisa)[0], now=NOW + 2 * HOUR)
    come(2, NOW + HOUR)
    assert candidates.tell_waiting(now=NOW + DAY) == 1


def test_to_open_the_list_is_to_have_read_it(come: Any) -> None:
    kaisa = host()
    add(kaisa)
    come(1, NOW)
    candidates.tell_waiting(now=NOW)
    client = Client()
    client.force_login(kaisa)
    with time_machine.travel(NOW, tick=False):
        client.get(reverse("candidates"))
    assert notices(kaisa)[0].read_at is not None


def test_when_all_of_which_it_told_has_been_looked_at_a_new_one_takes_its_place(come: Any) -> None:
    kaisa, anu = host(), host("Anu")
    add(kaisa)
    come(1, NOW)
    candidates.tell_waiting(now=NOW)
    candidates.pass_by(candidate=Candidate.objects.get(), by=anu, now=NOW)
    with pytest.raises(LookupError):
        title(notices(kaisa)[0], NOW)
    assert candidates.tell_waiting(now=NOW + DAY) == 0
    come(2, NOW + DAY)
    assert candidates.tell_waiting(now=NOW + DAY) == 2
    old, new = notices(kaisa)
    assert (old.read_at, new.read_at) == (NOW + DAY, None)


def test_one_who_coordinates_no_more_reads_it_no_more(come: Any) -> None:
    kaisa = host()
    add(kaisa)
    come(1, NOW)
    with time_machine.travel(NOW, tick=False):
        tasks.tell_of_candidates()
    kind = kinds.get(candidates.KIND)
    assert kind is not None
    assert kind.may_read is not None
    assert kind.may_read({}, kaisa)
    assert not kind.may_read({}, make_user("Olli"))
