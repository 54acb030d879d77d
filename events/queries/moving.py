"""What would follow if a meeting of a round were held at another time or table. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from events.models import Lateness, Meeting, MeetingParty, Registration, Round, Slot
from events.queries.availability import away_slots
from events.queries.elsewhere import meetings_elsewhere, who_is_elsewhere
from events.queries.meetings import with_parties
from events.queries.own_tables import seated_in, table_of
from events.queries.tables import tables_at


class Why(StrEnum):
    """Why it cannot be."""

    BEGUN = "begun"
    CLOSED = "closed"
    NO_TABLE = "no_table"
    """There are fewer tables then."""
    MEETS = "meets"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    OWN_TABLE = "own_table"
    """One of them sits at a table of their own, and this is another."""


@dataclass(frozen=True)
class Hindrance:
    """`who`: the side that cannot; `whom`: whom they meet then instead."""

    why: Why
    who: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Step:
    meeting: Meeting
    slot: Slot
    table: int


@dataclass(frozen=True)
class Trial:
    """Where the meeting would go, the one that would take its place (where the table is taken), and what hinders."""

    step: Step
    other: Step | None = None
    hindrances: tuple[Hindrance, ...] = ()
    late: tuple[Lateness, ...] = ()
    """Those of its people who have said that they come only after the new time has begun."""

    @property
    def fits(self) -> bool:
        return not self.hindrances

    @property
    def people(self) -> int:
        """How many hear of it."""
        steps = [self.step, *([self.other] if self.other else [])]
        return len({party.user_id for step in steps for party in step.meeting.parties.all() if party.user_id})


@dataclass
class Ground:
    """A round as moves are tried on it: read once, in a fixed number of queries."""

    round: Round
    now: datetime
    slots: dict[int, Slot] = field(default_factory=dict)
    at: dict[tuple[int, int], Meeting] = field(default_factory=dict)
    busy: dict[tuple[int, int], MeetingParty] = field(default_factory=dict)
    """By slot and registration."""
    away: set[tuple[int, int]] = field(default_factory=set)
    elsewhere: set[tuple[int, int]] = field(default_factory=set)
    late: dict[int, Lateness] = field(default_factory=dict)
    seated: dict[int, int | None] = field(default_factory=dict)
    """Who sits at a table of their own, where one side does."""

    def trial(self, meeting: Meeting, slot: Slot, table: int) -> Trial:
        """Two meetings change places where the table is taken; of one that stays at its time only the table changes."""
        assert meeting.slot_id is not None
        assert meeting.table is not None
        here, slot = self.slots[meeting.slot_id], self.slots[slot.pk]
        sits = self.at.get((slot.pk, table))
        other = None if sits is None or sits.pk == meeting.pk else Step(sits, here, meeting.table)
        found = [*self._times(here, slot), *self._tables(meeting, slot, table)]
        if other is not None:
            found += self._tables(other.meeting, here, other.table)
        if slot.pk != here.pk:
            found += self._people(meeting, slot, sits)
            if other is not None:
                found += self._people(other.meeting, here, meeting)
        late = tuple(
            self.late[party.registration_id]
            for party in meeting.parties.all()
            if party.registration_id in self.late and self.late[party.registration_id].comes_at > slot.starts_at
        )
        return Trial(Step(meeting, slot, table), other, tuple(dict.fromkeys(found)), late)

    def _times(self, here: Slot, slot: Slot) -> Iterator[Hindrance]:
        if here.starts_at <= self.now or slot.starts_at <= self.now:
            yield Hindrance(Why.BEGUN)
        elif not slot.is_open:
            yield Hindrance(Why.CLOSED)

    def _tables(self, meeting: Meeting, slot: Slot, table: int) -> Iterator[Hindrance]:
        if table > tables_at(self.round, slot):
            yield Hindrance(Why.NO_TABLE)
        if not self.round.is_hosted:
            return
        sits = next((party for party in meeting.parties.all() if party.registration_id in self.seated), None)
        own = meeting.table if sits is None else self.seated[sits.registration_id or 0]
        if table != own:
            yield Hindrance(Why.OWN_TABLE, sits.profile.name if sits is not None else "")

    def free_tables(self, slot: Slot) -> list[int]:
        return [n for n in range(1, tables_at(self.round, slot) + 1) if (slot.pk, n) not in self.at]

    def free_table(self, slot: Slot, people: Iterable[int]) -> int | None:
        """The first at which the two can meet then."""
        free = self.free_tables(slot)
        if not self.round.is_hosted:
            return next(iter(free), None)
        own = table_of(self.round, people, self.seated)
        return own if own in free else None

    def _people(self, meeting: Meeting, slot: Slot, but: Meeting | None) -> Iterator[Hindrance]:
        """Of the meeting's people those who cannot then; what they have in `but` does not count, for it goes away."""
        for party in meeting.parties.all():
            if party.registration_id is None:
                continue
            name = party.profile.name
            taken = self.busy.get((slot.pk, party.registration_id))
            if taken is not None and taken.meeting_id not in (meeting.pk, but.pk if but else None):
                yield Hindrance(Why.MEETS, name, self._other_name(taken))
            elif (slot.pk, party.registration_id) in self.away:
                yield Hindrance(Why.AWAY, name)
            elif (slot.pk, party.registration_id) in self.elsewhere:
                yield Hindrance(Why.ELSEWHERE, name)

    def _other_name(self, party: MeetingParty) -> str:
        meeting = next(one for one in self.at.values() if one.pk == party.meeting_id)
        return ", ".join(one.profile.name for one in meeting.parties.all() if one.pk != party.pk)


def ground_of(round: Round, *, now: datetime) -> Ground:
    found = Ground(round, now, slots={slot.pk: slot for slot in round.slots.all()})
    for meeting in with_parties(Meeting.objects.agreed().filter(slot__round=round)):
        if meeting.slot_id is None or meeting.table is None:
            continue
        found.at[meeting.slot_id, meeting.table] = meeting
        for party in meeting.parties.all():
            if party.registration_id is not None:
                found.busy[meeting.slot_id, party.registration_id] = party
    found.seated = seated_in(round)
    people = {registration for _slot, registration in found.busy}
    away = away_slots(round, people, list(found.slots.values()))
    found.away = {(slot, registration) for registration, slots in away.items() for slot in slots}
    taken = meetings_elsewhere(round, people, found.slots.values())
    found.elsewhere = {(slot.pk, who) for slot in found.slots.values() for who in who_is_elsewhere(taken, slot)}
    found.late = {
        late.registration_id: late
        for late in Lateness.objects.filter(registration__event=round.event_id, comes_at__gt=now).select_related(
            "registration__profile"
        )
    }
    return found


def confirmed_of(round: Round) -> list[Registration]:
    return list(
        Registration.objects.confirmed()
        .filter(event=round.event_id)
        .select_related("profile", "user")
        .order_by("user__name", "pk")
    )
