"""Why a pair did not meet, and what one more table or slot would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from events.scheduling.problem import Numbered, Problem
from events.scheduling.solution import Placement
from events.scheduling.walk import LOOK_EVERY, Walk

STEPS = 60_000
"""Of the walk that tries what more room would give: an estimate from below, in a fraction of a second."""


class Why(StrEnum):
    NO_COMMON_TIME = "no-common-time"
    """The two are never there at the same time."""
    CAP = "cap"
    """One of them (`participant`) has as many meetings as they may have."""
    NO_TABLE = "no-table"
    """They were both free in a slot (`slot`), and every table was taken."""
    BUSY = "busy"
    """Whenever both are there, one of them meets somebody else."""


@dataclass(frozen=True, slots=True)
class Reason:
    code: Why
    participant: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """Further meetings and weight that more room would give, at least."""

    meetings: int
    weight: int


def why_not(problem: Problem, placements: Sequence[Placement]) -> dict[str, Reason]:
    """A reason for each meeting that is not held."""
    slots = {slot.id: slot for slot in problem.slots}
    away = {person.id: person.unavailable for person in problem.participants}
    most = {person.id: person.most for person in problem.participants}
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    held = {placement.meeting for placement in placements}
    busy = {(person, p.slot) for p in placements for person in meetings[p.meeting].participants}
    count = Counter(person for person, _slot in busy)
    at = Counter(placement.slot for placement in placements)
    found: dict[str, Reason] = {}
    for meeting in problem.meetings:
        if meeting.id in held:
            continue
        may = [
            id_
            for id_, slot in slots.items()
            if (meeting.slots is None or id_ in meeting.slots)
            and (meeting.fixed is None or meeting.fixed.slot == id_)
            and all(id_ not in away[person] for person in meeting.participants)
            and slot.tables
        ]
        full = next((p for p in meeting.participants if (limit := most[p]) is not None and count[p] >= limit), "")
        free = [id_ for id_ in may if all((person, id_) not in busy for person in meeting.participants)]
        if not may:
            found[meeting.id] = Reason(Why.NO_COMMON_TIME)
        elif full:
            found[meeting.id] = Reason(Why.CAP, participant=full)
        elif free:
            found[meeting.id] = Reason(Why.NO_TABLE, slot=min(free, key=lambda id_: at[id_] - slots[id_].tables))
        else:
            found[meeting.id] = Reason(Why.BUSY)
    return found


def one_more_table(problem: Problem, placements: Sequence[Placement]) -> More:
    """With one table more in each slot that has any."""
    slots = tuple(replace(slot, tables=slot.tables + (slot.tables > 0)) for slot in problem.slots)
    return _gain(problem, replace(problem, slots=slots, tables=()), placements)


def one_more_slot(problem: Problem, placements: Sequence[Placement]) -> More:
    """With one slot more at the end, for all who are there in the last one."""
    if not problem.slots:
        return More(0, 0)
    last = problem.slots[-1]
    extra = replace(last, id=f"{last.id}+", start=None, end=None)
    return _gain(
        problem,
        replace(
            problem,
            slots=(*problem.slots, extra),
            participants=tuple(
                replace(person, unavailable=person.unavailable | {extra.id})
                if last.id in person.unavailable
                else person
                for person in problem.participants
            ),
            meetings=tuple(
                replace(meeting, slots=meeting.slots | {extra.id})
                if meeting.slots is not None and last.id in meeting.slots
                else meeting
                for meeting in problem.meetings
            ),
        ),
        placements,
    )


def _gain(problem: Problem, roomier: Problem, placements: Sequence[Placement]) -> More:
    """What the walk finds from the plan with more room, beyond what it finds without."""
    before, after = _walked(problem, placements), _walked(roomier, placements)
    weights = {m: meeting.weight for m, meeting in enumerate(problem.meetings)}

    def weight(plan: Mapping[int, int]) -> int:
        return sum(weights[meeting] for meeting in plan)

    return More(max(0, len(after) - len(before)), max(0, weight(after) - weight(before)))


def _walked(problem: Problem, placements: Sequence[Placement]) -> Mapping[int, int]:
    # Where meetings are fixed to a table, more room changes nothing for them: the names do not matter here.
    problem = replace(
        problem,
        meetings=tuple(
            replace(meeting, fixed=None if meeting.fixed is None else replace(meeting.fixed, table=None))
            for meeting in problem.meetings
        ),
        previous={},
    )
    number = {slot.id: n for n, slot in enumerate(problem.slots)}
    meeting_number = {meeting.id: n for n, meeting in enumerate(problem.meetings)}
    numbered = Numbered.of(problem)
    walk = Walk(numbered, {meeting_number[p.meeting]: number[p.slot] for p in placements})
    looks = iter(range(0, STEPS, LOOK_EVERY))
    walk.anneal(
        weight=1 / numbered.least_weight, cost=0, hot=0.3, cold=0.02, progress=lambda: next(looks, STEPS) / STEPS
    )
    return walk.best
