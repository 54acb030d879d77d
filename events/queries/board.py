"""The organiser's board of a round on its day: where each meeting is, who is missing, and who is free now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Profile
from events.models import Lateness, Meeting, Registration, Round, RoundBreak, Slot
from events.queries.availability import away_slots
from events.queries.moving import Ground, Trial, confirmed_of, ground_of
from events.queries.tables import most_tables, tables_at
from matching import queries as partners

SOON = timedelta(minutes=30)
"""So long before their meeting those who are not in are looked for."""
SHOWN = 40


@dataclass(frozen=True)
class Place:
    """A table in a slot."""

    slot: Slot
    table: int
    meeting: Meeting | None = None
    names: tuple[str, ...] = ()
    is_movable: bool = False
    is_late: bool = False
    """One of them has said that they come only after it has begun."""
    is_missing: bool = False
    """It is on or soon, and one of them has not come."""
    is_there: bool = True
    """Whether the slot has such a table."""
    trial: Trial | None = None
    """Of a meeting that is being moved: what it would be here."""


@dataclass(frozen=True)
class Row:
    starts_at: datetime
    ends_at: datetime
    slot: Slot | None = None
    places: tuple[Place, ...] = ()
    is_now: bool = False

    @property
    def free(self) -> list[int]:
        return [place.table for place in self.places if place.meeting is None and place.is_there]


@dataclass(frozen=True)
class Missing:
    """One who has not come, with their next meeting."""

    registration: Registration
    meeting: Meeting
    late: Lateness | None = None


@dataclass
class Board:
    round: Round
    now: datetime
    tables: range
    rows: list[Row] = field(default_factory=list)
    here: int = 0
    of: int = 0
    late: list[Lateness] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    free: list[Registration] = field(default_factory=list)
    """Those who are here and meet nobody in the time that is on, or else in the next."""
    without: list[Registration] = field(default_factory=list)
    """Those who are here and have no meeting ahead."""
    at: Slot | None = None
    """The time that the list of the free is for."""

    @property
    def unfilled(self) -> list[Row]:
        """Times that are on or ahead and have free tables."""
        return [row for row in self.rows if row.slot and row.slot.is_open and row.ends_at > self.now and row.free]

    @property
    def slots(self) -> str:
        """For the timer, as `queries.day.slots_of`."""
        return ",".join(
            f"{row.starts_at.timestamp():.0f}-{row.ends_at.timestamp():.0f}"
            for row in self.rows
            if row.slot is not None and row.slot.is_open
        )


def columns_of(ground: Ground) -> range:
    """The tables that the board shows: as many as there are at any time, and those at which somebody meets."""
    most = most_tables(ground.round, ground.slots.values())
    return range(1, max([most, *(table for _slot, table in ground.at)]) + 1)


def board_of(round: Round, *, now: datetime, moving: int | None = None) -> Board:
    """In a fixed number of queries. `moving`: a meeting for which each place is tried."""
    ground = ground_of(round, now=now)
    comers = confirmed_of(round)
    tables = columns_of(ground)
    board = Board(round, now, tables, here=sum(1 for one in comers if one.checked_in_at), of=len(comers))
    board.late = sorted(ground.late.values(), key=lambda late: late.comes_at)
    known = {one.pk: one for one in comers}
    moved = next((one for one in ground.at.values() if one.pk == moving), None)
    slots = sorted(ground.slots.values(), key=lambda slot: slot.starts_at)
    board.rows = [_row(ground, slot, tables, known, moved, now) for slot in slots]
    board.rows += [Row(pause.starts_at, pause.ends_at) for pause in RoundBreak.objects.filter(round=round)]
    board.rows.sort(key=lambda row: row.starts_at)
    board.at = time_now(slots, now)
    next_of = _next_meetings(ground, now)
    for one in comers:
        meeting = next_of.get(one.pk)
        if not one.checked_in_at and meeting is not None and meeting.starts_at <= now + SOON:
            board.missing.append(Missing(one, meeting, ground.late.get(one.pk)))
        if one.checked_in_at and meeting is None:
            board.without.append(one)
        if one.checked_in_at and is_free(ground, one, board.at):
            board.free.append(one)
    board.missing.sort(key=lambda missing: (missing.meeting.starts_at, missing.registration.pk))
    return board


def time_now(slots: Sequence[Slot], now: datetime) -> Slot | None:
    """The slot that is on, or else the next; None when all is over."""
    return next((slot for slot in slots if slot.is_open and slot.ends_at > now), None)


def is_free(ground: Ground, one: Registration, slot: Slot | None) -> bool:
    if slot is None or (slot.pk, one.pk) in ground.busy or (slot.pk, one.pk) in ground.away:
        return False
    return one.pk not in ground.late


def with_time_left(round: Round, people: Sequence[Registration], *, now: datetime) -> list[Registration]:
    """Those who are not away in every slot that is ahead: one who does not come is nobody's partner any more."""
    ahead = list(round.slots.filter(is_open=True, starts_at__gt=now))
    away = away_slots(round, [one.pk for one in people], ahead)
    return [one for one in people if any(slot.pk not in away[one.pk] for slot in ahead)]


def _row(
    ground: Ground,
    slot: Slot,
    tables: range,
    known: dict[int, Registration],
    moved: Meeting | None,
    now: datetime,
) -> Row:
    is_soon = slot.starts_at <= now + SOON and slot.ends_at > now
    places = []
    for table in tables:
        meeting = ground.at.get((slot.pk, table))
        parties = [] if meeting is None else list(meeting.parties.all())
        people = [known.get(party.registration_id or 0) for party in parties]
        late = [ground.late[one.pk] for one in people if one is not None and one.pk in ground.late]
        places.append(
            Place(
                slot,
                table,
                meeting,
                tuple(party.profile.name for party in parties),
                is_movable=meeting is not None and slot.starts_at > now,
                is_late=slot.ends_at > now and any(one.comes_at > slot.starts_at for one in late),
                is_missing=is_soon and any(one is None or not one.checked_in_at for one in people),
                is_there=table <= tables_at(ground.round, slot),
                trial=None if moved is None or moved is meeting else ground.trial(moved, slot, table),
            )
        )
    return Row(slot.starts_at, slot.ends_at, slot, tuple(places), is_now=slot.starts_at <= now < slot.ends_at)


def _next_meetings(ground: Ground, now: datetime) -> dict[int, Meeting]:
    found: dict[int, Meeting] = {}
    for meeting in sorted(ground.at.values(), key=lambda one: one.starts_at):
        if meeting.ends_at > now:
            for party in meeting.parties.all():
                if party.registration_id is not None:
                    found.setdefault(party.registration_id, meeting)
    return found


@dataclass(frozen=True)
class Match:
    """Somebody whom one could meet, and how well the matcher thinks they suit."""

    registration: Registration
    score: int
    has_asked: bool = False


def matches_for(
    round: Round, one: Registration, others: Sequence[Registration], *, known: set[int] | None = None
) -> list[Match]:
    """Those whom they have not met nor are to meet in the round, the best first. `known`: with whom a request waits."""
    met = {
        party.registration_id
        for meeting in Meeting.objects.agreed()
        .filter(slot__round=round, parties__registration=one)
        .prefetch_related("parties")
        for party in meeting.parties.all()
    }
    left = [other for other in others if other.pk not in met and other.profile_id != one.profile_id]
    profiles: list[Profile] = [other.profile for other in left]
    scores = {pk: row.score for pk, row in partners.suggestions_between(one.profile, profiles).items()}
    found = [Match(other, scores.get(other.profile_id, 0), other.pk in (known or set())) for other in left]
    return sorted(found, key=lambda match: (not match.has_asked, -match.score, match.registration.profile.name))
