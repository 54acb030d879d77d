"""Why a round has no schedule, named so that an organiser knows what to change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from events.scheduling.problem import Numbered, Problem


class ObstacleCode(StrEnum):
    NO_COMMON_SLOT = "no-common-slot"
    """A required meeting whose two people have no slot together."""
    TOO_MANY_MUSTS = "too-many-musts"
    """A person with more required meetings than slots (`needed`, `available`)."""
    TWO_FIXED_AT_ONCE = "two-fixed-at-once"
    """A person whose fixed meetings stand in the same slot."""
    SLOT_TOO_FULL = "slot-too-full"
    """More fixed meetings in a slot than tables."""
    TABLE_TWICE = "table-twice"
    """Two fixed meetings at one table at one time."""
    TOO_FEW_TABLES = "too-few-tables"
    """More required meetings than tables times slots."""
    NOT_TOGETHER = "not-together"
    """Each required meeting could be held, but not all of them at once; `meetings` are those that would not fit."""
    SITTING_WITHOUT_TABLE = "sitting-without-table"
    """More people sit at a table of their own than there are tables."""
    BREAKS_TOO_UNEVEN = "breaks-too-uneven"
    """The required meetings fit, but not within the allowed difference of breaks."""


@dataclass(frozen=True)
class Obstacle:
    code: ObstacleCode
    meetings: tuple[str, ...] = ()
    participant: str = ""
    slot: str = ""
    table: str = ""
    needed: int = 0
    available: int = 0

    def __str__(self) -> str:
        facts = [
            f"participant {self.participant}" if self.participant else "",
            f"slot {self.slot}" if self.slot else "",
            f"table {self.table}" if self.table else "",
            f"meetings {', '.join(self.meetings)}" if self.meetings else "",
            f"{self.needed} needed, {self.available} available" if self.needed else "",
        ]
        return f"{self.code}: " + "; ".join(fact for fact in facts if fact)


class Impossible(Exception):
    """No schedule keeps every hard rule. `obstacles` say why; there is always at least one."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        super().__init__("; ".join(str(obstacle) for obstacle in obstacles))


def find_obstacles(problem: Problem) -> tuple[Obstacle, ...]:
    """What counting alone shows to be impossible; an empty answer is no proof that a schedule exists."""
    numbered = Numbered.of(problem)
    found = _own_table_obstacles(problem)
    musts = [number for number, required in enumerate(numbered.required) if required]
    ids = [meeting.id for meeting in problem.meetings]
    found += [Obstacle(ObstacleCode.NO_COMMON_SLOT, (ids[m],)) for m in musts if not numbered.allowed[m]]
    for person, mine in enumerate(numbered.of_person):
        mine = tuple(m for m in mine if numbered.required[m] and numbered.allowed[m])
        there = {slot for m in mine for slot in numbered.allowed[m]}
        room = min(len(there), numbered.most[person])
        name = problem.participants[person].id
        if len(mine) > room:
            found.append(
                Obstacle(
                    ObstacleCode.TOO_MANY_MUSTS,
                    tuple(ids[m] for m in mine),
                    participant=name,
                    needed=len(mine),
                    available=room,
                )
            )
        fixed = [m for m in mine if problem.meetings[m].fixed]
        for slot, count in Counter(numbered.allowed[m][0] for m in fixed).items():
            if count > 1:
                clash = tuple(ids[m] for m in fixed if numbered.allowed[m][0] == slot)
                found.append(
                    Obstacle(ObstacleCode.TWO_FIXED_AT_ONCE, clash, participant=name, slot=problem.slots[slot].id)
                )
    found += _fixed_obstacles(numbered)
    capacity = sum(numbered.capacity)
    if len(musts) > capacity:
        found.append(Obstacle(ObstacleCode.TOO_FEW_TABLES, needed=len(musts), available=capacity))
    return tuple(found)


def _own_table_obstacles(problem: Problem) -> list[Obstacle]:
    own = [person.table for person in problem.participants if person.table is not None]
    if set(own) <= set(problem.table_names):
        return []
    return [Obstacle(ObstacleCode.SITTING_WITHOUT_TABLE, needed=len(own), available=len(problem.table_names))]


def _fixed_obstacles(numbered: Numbered) -> list[Obstacle]:
    problem = numbered.problem
    found: list[Obstacle] = []
    in_slot: dict[str, list[str]] = {}
    at_table: dict[tuple[str, str], list[str]] = {}
    for meeting in problem.meetings:
        if meeting.fixed is None or not meeting.required:
            continue
        in_slot.setdefault(meeting.fixed.slot, []).append(meeting.id)
        if meeting.fixed.table is not None:
            at_table.setdefault((meeting.fixed.slot, meeting.fixed.table), []).append(meeting.id)
    for slot in problem.slots:
        here = in_slot.get(slot.id, [])
        if len(here) > slot.tables > 0:
            found.append(
                Obstacle(
                    ObstacleCode.SLOT_TOO_FULL,
                    tuple(here),
                    slot=slot.id,
                    needed=len(here),
                    available=slot.tables,
                )
            )
    for (slot_id, table), here in at_table.items():
        if len(here) > 1:
            found.append(Obstacle(ObstacleCode.TABLE_TWICE, tuple(here), slot=slot_id, table=table))
    return found
