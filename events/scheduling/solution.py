"""An answer, and its figures counted anew from the answer itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from events.scheduling.problem import Problem


class Status(StrEnum):
    OPTIMAL = "optimal"
    """No plan holds more weight and, of the meetings held, none has fewer breaks."""
    FEASIBLE = "feasible"
    """Every hard rule holds; time ran out, or someone stopped the search, before it was proven the best."""


@dataclass(frozen=True, slots=True)
class Placement:
    meeting: str
    slot: str
    table: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A break is a run of idle slots between two meetings of one person, whatever its length."""

    meetings_held: int
    weight_held: int
    breaks_total: int
    breaks_spread: int
    idle_slots_total: int
    participants_without_meeting: int
    table_changes: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a repair does to the plan before it. `moved`: in another slot; `cancelled`: not held though both still come
    at some time; `impossible`: not held because one of them does not come at all, or nobody wishes it any more.
    """

    kept: int
    moved: int
    cancelled: int
    impossible: int
    table_changed_only: int


@dataclass(frozen=True)
class Solution:
    """`bound`: no plan can hold more weight than this (None: not known). `first`: the figures of the plan that the
    search for fewer breaks began with. `changes`: of a repair.
    """

    placements: tuple[Placement, ...]
    unscheduled: tuple[str, ...]
    status: Status
    figures: Figures
    bound: int | None = None
    first: Figures | None = None
    changes: Changes | None = None


def breaks_of(positions: Iterable[int]) -> tuple[int, int]:
    """(breaks, idle slots) of one person who meets in these slot numbers."""
    ordered = sorted(positions)
    gaps = [later - sooner - 1 for sooner, later in pairwise(ordered) if later - sooner > 1]
    return len(gaps), sum(gaps)


def measure(problem: Problem, placements: Sequence[Placement]) -> Figures:
    """The figures of a plan. People for whom nothing was asked do not count as left without a meeting."""
    number = {slot.id: n for n, slot in enumerate(problem.slots)}
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    mine: dict[str, list[int]] = {person.id: [] for person in problem.participants}
    tables: dict[str, set[str]] = {person.id: set() for person in problem.participants}
    for placement in placements:
        for person in meetings[placement.meeting].participants:
            mine[person].append(number[placement.slot])
            tables[person].add(placement.table)
    gaps = {person: breaks_of(positions) for person, positions in mine.items()}
    breaks = [count for count, _idle in gaps.values()]
    asked = {person for meeting in problem.meetings for person in meeting.participants}
    return Figures(
        meetings_held=len(placements),
        weight_held=sum(meetings[placement.meeting].weight for placement in placements),
        breaks_total=sum(breaks),
        breaks_spread=max(breaks, default=0) - min(breaks, default=0),
        idle_slots_total=sum(idle for _count, idle in gaps.values()),
        participants_without_meeting=sum(1 for person in asked if not mine[person]),
        table_changes=sum(max(0, len(used) - 1) for used in tables.values()),
    )


def compare(problem: Problem, placements: Sequence[Placement]) -> Changes | None:
    """What became of the previous plan; None if there was none."""
    if not problem.previous:
        return None
    slots = {slot.id for slot in problem.slots}
    comes = {person.id: bool(slots - person.unavailable) for person in problem.participants}
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    held = {placement.meeting: placement for placement in placements}
    kept = moved = cancelled = impossible = table_changed_only = 0
    for id_, before in problem.previous.items():
        after = held.get(id_)
        if after is None:
            could = id_ in meetings and all(comes[person] for person in meetings[id_].participants)
            cancelled += could
            impossible += not could
        elif after.slot != before.slot:
            moved += 1
        else:
            kept += 1
            table_changed_only += before.table is not None and before.table != after.table
    return Changes(kept, moved, cancelled, impossible, table_changed_only)
