"""A round's making, its slots, and who cannot meet when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.errors import DomainError
from events.models import Round
from events.queries import rounds as queries
from events.services import rounds

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    make_event,
    make_user,
    plan,
    publish_fair,
)

pytestmark = pytest.mark.django_db


def test_a_round_is_open_at_once_with_its_slots(fair: Fair) -> None:
    assert fair.round.state == Round.State.OPEN
    assert fair.round.slots.count() == 6


def pause(begins: int, ends: int) -> tuple[datetime, datetime]:
    return EVENT_DAY + timedelta(minutes=begins), EVENT_DAY + timedelta(minutes=ends)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"ends_at": EVENT_DAY}, rounds.EndsBeforeStart, "ends_at"),
        ({"starts_at": EVENT_DAY - timedelta(hours=1)}, rounds.OutsideEvent, "starts_at"),
        ({"ends_at": EVENT_DAY + timedelta(hours=9)}, rounds.OutsideEvent, "ends_at"),
        ({"tables": 0}, rounds.BadTables, "tables"),
        ({"tables": 301}, rounds.BadTables, "tables"),
        ({"ends_at": EVENT_DAY + timedelta(minutes=15)}, rounds.NoSlotFits, "slot_minutes"),
        ({"slot_minutes": 2, "ends_at": EVENT_DAY + timedelta(hours=6)}, rounds.TooManySlots, "slot_minutes"),
        ({"breaks": (pause(0, 60),)}, rounds.BreakOutside, "break_1"),
        ({"breaks": (pause(20, 30), pause(100, 120))}, rounds.BreakOutside, "break_2"),
        ({"breaks": (pause(40, 40),)}, rounds.BreakEndsBefore, "break_1"),
        ({"breaks": (pause(40, 60), pause(20, 40), pause(30, 45))}, rounds.BreaksOverlap, "break_3"),
    ],
)
def test_a_plan_that_does_not_do_is_named_with_its_field(
    changes: dict[str, Any], error: type[DomainError], field: str
) -> None:
    host = make_user()
    event = make_event(host)
    with pytest.raises(error) as caught:
        rounds.create_round(event=event, plan=plan(**changes), by=host, now=NOW)
    assert caught.value.field == field
    assert not Round.objects.exists()


def test_only_a_host_makes_or_changes_a_round(fair: Fair) -> None:
    stranger = fair.people[0].user
    with pytest.raises(rounds.NotTheHost):
        rounds.create_round(event=make_event(fair.host), plan=plan(), by=stranger, now=NOW)
    with pytest.raises(rounds.NotTheHost):
        rounds.change_round(round=fair.round, plan=plan(), by=stranger, now=NOW)


def test_changing_keeps_the_slots_that_stay_and_what_was_said_of_them(fair: Fair) -> None:
    first, *_rest, last = fair.round.slots.all()
    me = fair.people[0]
    rounds.set_absences(round=fair.round, registration=me, slots=[first, last], by=me.user, now=NOW)
    rounds.change_round(round=fair.round, plan=plan(ends_at=EVENT_DAY + timedelta(minutes=80)), by=fair.host, now=NOW)
    assert fair.round.slots.count() == 4
    assert queries.absent_slots(me, fair.round) == {first.pk}


def test_absences_are_ones_own_and_never_over_a_meeting(fair: Fair) -> None:
    slot = fair.round.slots.first()
    assert slot is not None
    with pytest.raises(rounds.NotComing):
        rounds.set_absences(
            round=fair.round, registration=fair.people[0], slots=[slot], by=fair.people[1].user, now=NOW
        )
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    assert meeting.slot is not None
    with pytest.raises(rounds.MeetsThen):
        rounds.set_absences(
            round=fair.round, registration=fair.people[0], slots=[meeting.slot], by=fair.people[0].user, now=NOW
        )
