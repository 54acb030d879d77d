"""What a round's pages read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Profile
from events.queries import browsing
from events.queries import meetings as meeting_queries
from events.queries import rounds as queries

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    make_fair,
    publish_fair,
)

pytestmark = pytest.mark.django_db


def test_the_ledger_and_each_persons_day_tell_the_same(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2)):
        agree_pair(fair, a, b)
    publish_fair(fair)
    schedule = queries.schedule_of(fair.round)
    lines = queries.ledger(schedule, NOW)
    assert len(lines) == 6
    assert sum(1 for line in lines for cell in line.cells if not cell.is_free) == 2
    days = queries.by_person(schedule)
    assert [len(day.meetings) for day in days] == [2, 1, 1]
    spread = queries.spread_of(schedule)
    assert (spread.held, spread.wished, spread.share, spread.fewest, spread.most) == (2, 2, 100, 1, 2)


def test_breaks_stand_among_the_slots() -> None:
    pause = (EVENT_DAY + timedelta(minutes=40), EVENT_DAY + timedelta(minutes=60))
    fair = make_fair(breaks=(pause,))
    lines = queries.ledger(queries.schedule_of(fair.round), EVENT_DAY + timedelta(minutes=5))
    assert [line.slot is None for line in lines] == [False, False, True, False, False, False]
    assert [line.is_now for line in lines] == [True, False, False, False, False, False]


def test_candidates_are_those_who_come_and_may_be_seen(fair: Fair) -> None:
    me = fair.people[0]
    Profile.objects.filter(pk=fair.people[2].profile_id).update(visibility=Profile.Visibility.HIDDEN)
    ask(fair, 0, 1)
    ask(fair, 3, 0)
    found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
    assert [candidate.registration for candidate in found] == [fair.people[1], fair.people[3]]
    assert [candidate.is_mine for candidate in found] == [True, False]
    assert len(browsing.candidates(fair.round, me, user=me.user, now=NOW, words="osallistuja3")) == 1
    assert [request.asker for request in meeting_queries.requests_to(me.user)] == [fair.people[3]]
