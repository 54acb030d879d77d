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


@dataclass(frozen=True)
class Solution:
    """`bound`: no plan can hold more weight than this (None: not known)."""

    placements: tuple[Placement, ...]
    unscheduled: tuple[str, ...]
    status: Status
    figures: Figures
    bound: int | None = None


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
