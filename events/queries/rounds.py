"""What pages and notices read of rounds: the ledger, each person's day, requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from events.models import (
    Absence,
    Event,
    Meeting,
    MeetingParty,
    MeetingRequest,
    Registration,
    Round,
    RoundBreak,
    Slot,
    SolverRun,
)
from events.queries.tables import most_tables, tables_at


@dataclass(frozen=True)
class Cell:
    """A table in a slot: who meets there, or nobody."""

    table: int
    one: str = ""
    other: str = ""
    meeting: Meeting | None = None
    is_settled: bool = False
    """Agreed already, in a draft where others are still proposals."""
    is_there: bool = True
    """Whether the slot has such a table."""

    @property
    def is_free(self) -> bool:
        return not self.one


@dataclass(frozen=True)
class Line:
    """A row of the ledger: a slot with its tables, or a break."""

    starts_at: datetime
    ends_at: datetime
    slot: Slot | None = None
    cells: tuple[Cell, ...] = ()
    is_now: bool = False


@dataclass(frozen=True)
class PersonDay:
    """A participant's meetings in order: (start, table, the other's name)."""

    registration: Registration
    meetings: tuple[tuple[datetime, int, str], ...]
    without_time: int = 0
    least: int = 0
    """So many the host would have them have."""

    @property
    def lacks(self) -> int:
        return max(0, self.least - len(self.meetings))


@dataclass(frozen=True)
class Spread:
    """Figures of a schedule, as an organiser looks at them."""

    held: int
    wished: int
    by_count: tuple[tuple[int, int], ...]
    """(number of meetings, how many participants have that many)."""
    gaps: int
    without_gaps: int
    people: int

    @property
    def share(self) -> int:
        return round(100 * self.held / self.wished) if self.wished else 0

    @property
    def fewest(self) -> int:
        return self.by_count[0][0] if self.by_count else 0

    @property
    def most(self) -> int:
        return self.by_count[-1][0] if self.by_count else 0


@dataclass(frozen=True)
class Placed:
    """A meeting of a schedule, whether it stands or is a draft."""

    request: MeetingRequest
    slot_id: int
    table: int
    meeting: Meeting | None = None


@dataclass
class Schedule:
    round: Round
    slots: Sequence[Slot]
    placed: list[Placed] = field(default_factory=list)
    without_time: list[MeetingRequest] = field(default_factory=list)

    @property
    def tables(self) -> int:
        """As many as the round has at most, or had when its first meetings were held."""
        return max([most_tables(self.round, self.slots), *(placed.table for placed in self.placed)])


def rounds_of(event: Event) -> list[Round]:
    """In order of time; none overlaps with another. `has_own_tables`: whether at some time there are more or fewer."""
    own = Slot.objects.filter(round=OuterRef("pk"), is_open=True, tables__isnull=False)
    return list(event.rounds.select_related("event__organiser").annotate(has_own_tables=Exists(own)))


def round_of(event: Event, number: int = 1) -> Round | None:
    return event.rounds.select_related("event__organiser").filter(number=number).first()


def asking_rounds(event: Event, *, now: datetime) -> list[Round]:
    """Those in which one can ask for a meeting, the next first."""
    return [one for one in rounds_of(event) if one.takes_requests and one.ends_at > now]


def standing_elsewhere(round: Round, one: int, other: int, *, now: datetime) -> QuerySet[MeetingRequest]:
    """Requests of the two registrations that stand in another round of the event which is not over."""
    standing = MeetingRequest.objects.of_pair(one, other).filter(state__in=MeetingRequest.STANDING)
    return standing.filter(round__event=round.event_id, round__ends_at__gt=now).exclude(round=round)


def own_registration(user: Any, event: Event) -> Registration | None:
    """The seat that the person has in the event."""
    if not user.is_authenticated:
        return None
    return (
        event.registrations.filter(user=user, state=Registration.State.CONFIRMED)
        .select_related("profile", "user")
        .first()
    )


def requests_of(round: Round) -> QuerySet[MeetingRequest]:
    return round.requests.select_related("asker__profile", "asker__user", "asked__profile", "asked__user")


def schedule_of(round: Round, draft: SolverRun | None = None) -> Schedule:
    """The agreed meetings of the round and, with a draft, what it would add. A fixed number of queries."""
    slots = list(round.slots.all())
    states = [MeetingRequest.State.ACCEPTED, *([MeetingRequest.State.PROPOSED] if draft is not None else [])]
    accepted = {request.pk: request for request in requests_of(round).filter(state__in=states)}
    schedule = Schedule(round, slots)
    for meeting in Meeting.objects.agreed().filter(slot__round=round).order_by("starts_at", "table"):
        request = accepted.get(meeting.request_id or 0)
        if request is not None and meeting.slot_id is not None and meeting.table is not None:
            schedule.placed.append(Placed(request, meeting.slot_id, meeting.table, meeting))
    standing = {placed.request.pk for placed in schedule.placed}
    if draft is not None and draft.solution is not None:
        known = {slot.pk for slot in slots}
        for row in draft.solution["meetings"]:
            request = accepted.get(int(row["id"]))
            if request is not None and request.pk not in standing and int(row["slot"]) in known:
                schedule.placed.append(Placed(request, int(row["slot"]), int(row["table"])))
    has_time = {placed.request.pk for placed in schedule.placed}
    schedule.without_time = [request for pk, request in sorted(accepted.items()) if pk not in has_time]
    return schedule


def ledger(schedule: Schedule, now: datetime) -> list[Line]:
    """The round by time and table, breaks among the slots."""
    at: dict[int, dict[int, Placed]] = {}
    for placed in schedule.placed:
        at.setdefault(placed.slot_id, {})[placed.table] = placed
    is_draft = any(placed.meeting is None for placed in schedule.placed)
    lines = [
        Line(
            slot.starts_at,
            slot.ends_at,
            slot,
            tuple(
                _cell(table, at.get(slot.pk, {}).get(table), is_draft, table <= tables_at(schedule.round, slot))
                for table in range(1, schedule.tables + 1)
            ),
            is_now=slot.starts_at <= now < slot.ends_at,
        )
        for slot in schedule.slots
    ]
    lines += [Line(pause.starts_at, pause.ends_at) for pause in RoundBreak.objects.filter(round=schedule.round)]
    return sorted(lines, key=lambda line: line.starts_at)


def _cell(table: int, placed: Placed | None, is_draft: bool, is_there: bool) -> Cell:
    if placed is None:
        return Cell(table, is_there=is_there)
    request = placed.request
    return Cell(
        table,
        request.asker.profile.name,
        request.asked.profile.name,
        placed.meeting,
        is_settled=is_draft and placed.meeting is not None,
    )


def by_person(schedule: Schedule, least: Mapping[int, int] | None = None) -> list[PersonDay]:
    """The same schedule by participant, in order of name. `least`: so many some are to have, by registration; who of
    them has nothing at all is named as well."""
    start = {slot.pk: slot.starts_at for slot in schedule.slots}
    people: dict[int, Registration] = {}
    meetings: dict[int, list[tuple[datetime, int, str]]] = {}
    lacking: Counter[int] = Counter()
    for placed in schedule.placed:
        request = placed.request
        for me, other in ((request.asker, request.asked), (request.asked, request.asker)):
            people[me.pk] = me
            meetings.setdefault(me.pk, []).append((start[placed.slot_id], placed.table, other.profile.name))
    for request in schedule.without_time:
        for me in (request.asker, request.asked):
            people[me.pk] = me
            lacking[me.pk] += 1
    least = least or {}
    if least:
        unnamed = Registration.objects.confirmed().filter(pk__in=least.keys() - people.keys())
        people |= {one.pk: one for one in unnamed.select_related("profile", "user")}
    days = [
        PersonDay(me, tuple(sorted(meetings.get(pk, []))), lacking[pk], least.get(pk, 0)) for pk, me in people.items()
    ]
    return sorted(days, key=lambda day: (day.registration.profile.name.casefold(), day.registration.pk))


def spread_of(schedule: Schedule) -> Spread:
    number = {slot.starts_at: n for n, slot in enumerate(schedule.slots)}
    days = by_person(schedule)
    counts = Counter(len(day.meetings) for day in days)
    gaps = 0
    without = 0
    for day in days:
        at = [number[start] for start, _table, _name in day.meetings]
        mine = sum(1 for before, after in pairwise(at) if after - before > 1)
        gaps += mine
        without += mine == 0
    return Spread(
        held=len(schedule.placed),
        wished=len(schedule.placed) + len(schedule.without_time),
        by_count=tuple(sorted(counts.items())),
        gaps=gaps,
        without_gaps=without,
        people=len(days),
    )


# --- Absences and requests --------------------------------------------------------------------------------------------


def absent_slots(registration: Registration, round: Round) -> set[int]:
    rows = Absence.objects.filter(registration=registration, slot__round=round)
    return set(rows.values_list("slot", flat=True))


def busy_slots(registration: Registration, round: Round) -> set[int]:
    rows = MeetingParty.objects.filter(registration=registration, busy_in__round=round)
    return {row.busy_in_id for row in rows if row.busy_in_id is not None}


@dataclass(frozen=True)
class Wishes:
    """How a round's requests stand, for its host."""

    accepted: int
    mutual: int
    pending: int
    declined: int
    participants: int
    without_requests: int


def wishes_of(round: Round) -> Wishes:
    state = MeetingRequest.State
    counted = round.requests.aggregate(
        accepted=Count("pk", filter=Q(state=state.ACCEPTED)),
        mutual=Count("pk", filter=Q(state=state.ACCEPTED, is_mutual=True)),
        pending=Count("pk", filter=Q(state=state.PENDING)),
        declined=Count("pk", filter=Q(state=state.DECLINED)),
    )
    confirmed = round.event.registrations.confirmed()
    standing = round.requests.filter(state__in=MeetingRequest.STANDING)
    asking = set(standing.values_list("asker", flat=True)) | set(standing.values_list("asked", flat=True))
    people = set(confirmed.values_list("pk", flat=True))
    return Wishes(participants=len(people), without_requests=len(people - asking), **counted)
