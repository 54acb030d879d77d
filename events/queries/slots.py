"""How a pair stands in each slot of a round: free, or why not."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.models import Meeting, MeetingParty, Registration, Round, Slot
from events.queries.availability import away_slots
from events.queries.elsewhere import meetings_elsewhere, who_is_elsewhere
from events.queries.limits import limits_of
from events.queries.own_tables import table_of
from events.queries.tables import most_tables, tables_at

OFFERED = 3
"""As many times as are offered at once: enough to choose from, few enough to read."""


class Why(enum.StrEnum):
    """What keeps a pair from a slot, the nearest to being free first."""

    FREE = "free"
    NO_TABLE = "no_table"
    MEETS = "meets"
    AWAY = "away"


@dataclass(frozen=True)
class Look:
    """A slot ahead as a pair finds it. `table` is the first free one; `beside`: how many of the neighbouring slots one
    of them has a meeting in, for a meeting next to another leaves no gap.
    """

    slot: Slot
    why: Why
    table: int | None = None
    beside: int = 0

    @property
    def is_free(self) -> bool:
        return self.why is Why.FREE


def look_at_slots(round: Round, people: Sequence[Registration], *, now: datetime) -> list[Look]:
    """Each slot ahead in order of time. Nine queries and, where one side sits, two more, however many the slots, tables
    and meetings."""
    slots = list(round.slots.filter(is_open=True))
    away = {pk for own in away_slots(round, [one.pk for one in people], slots).values() for pk in own}
    busy = set(
        MeetingParty.objects.filter(registration__in=people, busy_in__round=round).values_list("busy_in", flat=True)
    )
    taken: dict[int | None, set[int | None]] = {}
    rows = Meeting.objects.agreed().filter(slot__round=round).values_list("slot", "table")
    for slot_pk, number in rows:
        taken.setdefault(slot_pk, set()).add(number)
    elsewhere = meetings_elsewhere(round, [one.pk for one in people])
    tables = tables_for(round, [one.pk for one in people], most_tables(round, slots))
    found = []
    for number, slot in enumerate(slots):
        if slot.starts_at <= now:
            continue
        there = tables_at(round, slot)
        table = next((n for n in tables if n <= there and n not in taken.get(slot.pk, ())), None)
        beside = sum(1 for near in (number - 1, number + 1) if 0 <= near < len(slots) and slots[near].pk in busy)
        if slot.pk in away or who_is_elsewhere(elsewhere, slot):
            why = Why.AWAY
        elif slot.pk in busy:
            why = Why.MEETS
        elif table is None:
            why = Why.NO_TABLE
        else:
            why = Why.FREE
        found.append(Look(slot, why, table if why is Why.FREE else None, beside))
    return found


def tables_for(round: Round, people: Sequence[int], most: int) -> Sequence[int]:
    """All of them; where one side sits, the table of the one who does."""
    own = table_of(round, people)
    if own is not None or round.is_hosted:
        return [own] if own is not None else []
    return range(1, most + 1)


def best_first(looks: Sequence[Look]) -> list[Look]:
    """The free ones: next to another meeting of theirs first, then the earliest."""
    return sorted((one for one in looks if one.is_free), key=lambda one: (-one.beside, one.slot.starts_at))


def nearest(looks: Sequence[Look]) -> list[Look]:
    """Times that would do if something gave way: a table first, then a meeting of one of them."""
    order = list(Why)
    near = [one for one in looks if one.why in (Why.NO_TABLE, Why.MEETS)]
    return sorted(near, key=lambda one: (order.index(one.why), one.slot.starts_at))[:OFFERED]


def whose_day_is_full(round: Round, people: Sequence[Registration]) -> Registration | None:
    """The one of them who has as many meetings as they may have."""
    limits = limits_of(round, [one.pk for one in people])
    for one in people:
        most = limits[one.pk].most
        if most is not None and one.meeting_parties.filter(busy_in__round=round).count() >= most:
            return one
    return None
