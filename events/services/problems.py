"""A round as the solver is told it, as it stands or with what has happened since it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.models import Meeting, MeetingRequest, Registration, Round, Slot
from events.queries.availability import away_slots
from events.queries.elsewhere import meetings_elsewhere, who_is_elsewhere
from events.queries.fit import scores_of_pairs
from events.queries.limits import limits_of
from events.queries.tables import tables_at
from events.rules import rounds as rules
from events.scheduling import problem as solver
from events.scheduling.problem import Fixed, Goals, Participant, Problem
from events.services.marks import weights_of
from events.services.own_tables import give_tables


@dataclass(frozen=True)
class Changed:
    """What has happened: people who do not come or come late, fewer tables, slots that have fallen out, or moved to new
    times."""

    absent: frozenset[int] = frozenset()
    tables: int | None = None
    tables_in: frozenset[int] = frozenset()
    """The slots that have so many tables; none: all of them."""
    closed: frozenset[int] = frozenset()
    moved: Mapping[int, tuple[datetime, datetime]] = field(default_factory=dict)
    delayed: Mapping[int, datetime] = field(default_factory=dict)
    """Until when a participant is not there."""


def build_problem(round: Round, *, now: datetime, changed: Changed | None = None) -> Problem:
    """Ids are those of slots, registrations and requests, as text.

    Without `changed`, agreed meetings stand where they are. With it they are a plan to be repaired, except those that
    have begun. People are away in the slots that they marked, and in those that overlap with their other meetings.
    """
    slots = slots_of(round, changed)
    tables_of = give_tables(round) if round.is_hosted else {}
    requests = _requests(round, tables_of)
    standing = {
        meeting.request_id: meeting
        for meeting in Meeting.objects.agreed().filter(slot__round=round, request__in=requests)
    }
    people = sorted({pk for request in requests for pk in (request.asker_id, request.asked_id)})
    away = away_of(round, slots, people)
    ahead = {slot.pk for slot in slots if slot.starts_at > now}
    for pk in (changed.absent if changed else frozenset()) & away.keys():
        away[pk].update(ahead)
    for pk, until in (changed.delayed if changed else {}).items():
        if pk in away:
            away[pk].update(slot.pk for slot in slots if now < slot.starts_at < until)
    tables = {slot.pk: _tables_in(round, slot, changed) for slot in slots}
    most = max(tables.values(), default=0)
    for pk, table in tables_of.items():
        if pk in away:
            away[pk].update(slot.pk for slot in slots if table > tables[slot.pk])
    had: Counter[int] = Counter()
    wishes = []
    previous: dict[str, Fixed] = {}
    gladness = weights_of(round, requests)
    fit = {} if changed else _fit(requests)
    for request in requests:
        meeting = standing.get(request.pk)
        fixed = None if meeting is None else Fixed(str(meeting.slot_id), str(meeting.table))
        if changed is not None and meeting is not None and fixed is not None:
            if meeting.starts_at <= now:  # it has begun: it is no part of what can be repaired
                had.update((request.asker_id, request.asked_id))
                continue
            previous[str(request.pk)], fixed = fixed, None
        if fixed is not None:
            # What was agreed stays, even if someone has since marked the slot: they are told to cancel it themselves.
            for pk in (request.asker_id, request.asked_id):
                away[pk].discard(int(fixed.slot))
        wish = _wish(request, fixed, ahead, gladness.get(request.pk, 0), fit.get(request.pk, 0))
        if round.is_hosted and not {request.asker_id, request.asked_id} & tables_of.keys():
            wish = _at_a_colleagues_table(wish, meeting)
            for pk, table in tables_of.items():
                if meeting is not None and table == meeting.table and pk in away:
                    away[pk].add(meeting.slot_id or 0)
        wishes.append(wish)
    standing_of = Counter(int(pk) for one in wishes if one.fixed or one.id in previous for pk in one.participants)
    limits = limits_of(round, people)
    return Problem(
        slots=tuple(
            solver.Slot(
                str(slot.pk),
                tables[slot.pk],
                slot.starts_at.isoformat(),
                slot.ends_at.isoformat(),
            )
            for slot in slots
        ),
        participants=tuple(
            Participant(
                str(pk),
                frozenset(str(slot) for slot in away[pk]),
                _left(limits[pk].most, had[pk], standing_of[pk]),
                str(tables_of[pk]) if pk in tables_of else None,
                max(0, limits[pk].least - had[pk]),
            )
            for pk in people
        ),
        meetings=tuple(wishes),
        tables=tuple(str(number) for number in range(1, most + 1)),
        goals=Goals(breaks=True, first_meeting=rules.WEIGHT_FIRST),
        previous=previous,
    )


def _tables_in(round: Round, slot: Slot, changed: Changed | None) -> int:
    if not slot.is_open or (changed is not None and slot.pk in changed.closed):
        return 0
    if changed is not None and changed.tables is not None:
        if not changed.tables_in:  # from now on: where the host has said that there are fewer, there still are
            return changed.tables if slot.tables is None else min(changed.tables, slot.tables)
        if slot.pk in changed.tables_in:
            return changed.tables
    return tables_at(round, slot)


def _left(most: int | None, had: int, standing: int) -> int | None:
    """How many more one may have: at least those that are agreed, for nobody loses one by a limit that came later."""
    return None if most is None else max(most - had, standing)


def _fit(requests: Collection[MeetingRequest]) -> dict[int, int]:
    """What the matcher's score adds to each request's weight: less than a unit. Nobody is moved for it in a repair."""
    scores = scores_of_pairs({pk for one in requests for pk in (one.asker.profile_id, one.asked.profile_id)})
    highest = max([1, *scores.values()])
    pairs = {one.pk: sorted((one.asker.profile_id, one.asked.profile_id)) for one in requests}
    return {pk: (rules.WEIGHT_UNIT - 1) * scores.get((a, b), 0) // highest for pk, (a, b) in pairs.items()}


def _wish(request: MeetingRequest, fixed: Fixed | None, ahead: set[int], gladness: int, fit: int) -> solver.Meeting:
    agreed = rules.WEIGHT_MUTUAL if request.is_mutual else rules.WEIGHT_ACCEPTED
    return solver.Meeting(
        id=str(request.pk),
        participants=(str(request.asker_id), str(request.asked_id)),
        weight=rules.WEIGHT_UNIT * max(1, agreed + gladness) + fit,
        required=fixed is not None or request.host_says == MeetingRequest.Word.MUST,
        fixed=fixed,
        slots=None if fixed else frozenset(str(pk) for pk in ahead),
    )


def _at_a_colleagues_table(wish: solver.Meeting, meeting: Meeting | None) -> solver.Meeting:
    """Of one who stands in for a colleague who sits: held at its own time, when the colleague's table is theirs."""
    assert meeting is not None
    return replace(wish, slots=frozenset({str(meeting.slot_id)}))


def slots_of(round: Round, changed: Changed | None = None) -> list[Slot]:
    """In the order in which they will be held. They are only looked at here, never saved."""
    slots = list(round.slots.all())
    for slot in slots:
        if changed is not None and slot.pk in changed.moved:
            slot.starts_at, slot.ends_at = changed.moved[slot.pk]
    return sorted(slots, key=lambda slot: slot.starts_at)


def _requests(round: Round, tables_of: Mapping[int, int]) -> list[MeetingRequest]:
    """Accepted, of people who come, and not kept apart; where one side sits, between the sides. What stands stands."""
    rows = (
        round.requests.filter(
            state=MeetingRequest.State.ACCEPTED,
            asker__state=Registration.State.CONFIRMED,
            asked__state=Registration.State.CONFIRMED,
        )
        .exclude(host_says=MeetingRequest.Word.APART, meeting=None)
        .select_related("meeting", "asker", "asked")
        .order_by("pk")
    )
    if not round.is_hosted:
        return list(rows)
    return [
        one
        for one in rows
        if (one.asker_id in tables_of) != (one.asked_id in tables_of)
        or (hasattr(one, "meeting") and not one.meeting.is_cancelled)
    ]


def away_of(round: Round, slots: list[Slot], people: Iterable[int]) -> dict[int, set[int]]:
    away = {pk: set(own) for pk, own in away_slots(round, people, slots).items()}
    taken = meetings_elsewhere(round, away, slots)
    for slot in slots:
        for registration in who_is_elsewhere(taken, slot):
            away[registration].add(slot.pk)
    return away
