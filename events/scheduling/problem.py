"""What is asked of a round, in the field's words, and the same by numbers for the engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


class ProblemError(ValueError):
    """The problem contradicts itself (an unknown id, a pair with itself); the message names the place."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in which each table holds one meeting. Only the order of slots matters to the solver."""

    id: str
    tables: int
    start: str | None = None
    end: str | None = None
    session: str = "day"


@dataclass(frozen=True, slots=True)
class Participant:
    """One who meets others. `most` bounds the number of meetings (None: as many as fit). `least`: so many of their
    meetings count as a first one does, if that counts for anything. `table`: their own for the whole round; others come
    to them there.
    """

    id: str
    unavailable: frozenset[str] = frozenset()
    most: int | None = None
    table: str | None = None
    least: int = 0


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where a meeting already stands; the table may be left open."""

    slot: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A wished meeting of two. `weight` is what holding it is worth; `required` ones are held or there is no answer.

    `slots` None: any slot. `fixed`: in this slot or not at all.
    """

    id: str
    participants: tuple[str, str]
    weight: int = 1
    required: bool = False
    slots: frozenset[str] | None = None
    fixed: Fixed | None = None


@dataclass(frozen=True, slots=True)
class Goals:
    """First the weight, then the breaks, then that nobody has many where others have few.

    `breaks`: minimise breaks once the meetings to hold are chosen. `max_break_difference`: no two participants' numbers
    of breaks differ by more. `first_meeting`: extra weight for each participant who gets at least one meeting, so that
    nobody goes home without any if it can be helped; where somebody is to have at least so many, for each of those.
    """

    breaks: bool = True
    max_break_difference: int | None = None
    first_meeting: int = 0


@dataclass(frozen=True)
class Problem:
    slots: tuple[Slot, ...]
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    tables: tuple[str, ...] = ()
    precedences: tuple[tuple[str, str], ...] = ()
    goals: Goals = field(default_factory=Goals)
    previous: Mapping[str, Fixed] = field(default_factory=dict)
    """Where meetings stood in a plan that is to be repaired; slots and meetings that are no more may be named."""

    def __post_init__(self) -> None:
        _unique("slot", [slot.id for slot in self.slots])
        _unique("participant", [person.id for person in self.participants])
        _unique("meeting", [meeting.id for meeting in self.meetings])
        _unique("table", list(self.tables))
        _unique("own table", [person.table for person in self.participants if person.table is not None])
        slots = {slot.id for slot in self.slots}
        people = {person.id for person in self.participants}
        meetings = {meeting.id for meeting in self.meetings}
        for slot in self.slots:
            if slot.tables < 0:
                raise ProblemError(f"slot {slot.id} has fewer than no tables")
            if self.tables and slot.tables > len(self.tables):
                raise ProblemError(f"slot {slot.id} has {slot.tables} tables, {len(self.tables)} are named")
        for person in self.participants:
            _known(f"participant {person.id}", "slot", person.unavailable, slots)
        for meeting in self.meetings:
            where = f"meeting {meeting.id}"
            _known(where, "participant", meeting.participants, people)
            if meeting.participants[0] == meeting.participants[1]:
                raise ProblemError(f"{where}: {meeting.participants[0]} cannot meet themself")
            _known(where, "slot", meeting.slots or (), slots)
            if meeting.weight < 0:
                raise ProblemError(f"{where}: a weight cannot be below zero")
            if meeting.fixed is not None:
                _known(where, "slot", (meeting.fixed.slot,), slots)
                if meeting.fixed.table is not None:
                    _known(where, "table", (meeting.fixed.table,), set(self.table_names))
        for pair in self.precedences:
            _known("precedence", "meeting", pair, meetings)

    @cached_property
    def own_tables(self) -> dict[str, str]:
        return {person.id: person.table for person in self.participants if person.table is not None}

    @property
    def table_names(self) -> tuple[str, ...]:
        """The tables' names, or numbers from 1 where none are given."""
        most = max((slot.tables for slot in self.slots), default=0)
        return self.tables or tuple(str(number + 1) for number in range(most))


def _unique(what: str, ids: list[str]) -> None:
    twice = [id_ for id_, count in Counter(ids).items() if count > 1]
    if twice:
        raise ProblemError(f"{what} {twice[0]} is given twice")


def _known(where: str, what: str, ids: frozenset[str] | tuple[str, ...], known: set[str]) -> None:
    for id_ in ids:
        if id_ not in known:
            raise ProblemError(f"{where}: unknown {what} {id_}")


@dataclass(frozen=True)
class Numbered:
    """A problem with numbers in place of ids: meeting m of people (a, b), slots in order 0, 1, 2 …

    `allowed[m]`: slots in which m may be held: its own list, its fixed slot, both people there, a table in the slot.
    `at_one_table`: meetings fixed to the same table at the same time, of which one can be held.
    """

    problem: Problem
    pairs: tuple[tuple[int, int], ...]
    weights: tuple[int, ...]
    required: tuple[bool, ...]
    allowed: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]
    of_person: tuple[tuple[int, ...], ...]
    most: tuple[int, ...]
    firsts: tuple[int, ...]
    """How many of each person's meetings get the extra of a first one."""
    precedences: tuple[tuple[int, int], ...]
    at_one_table: tuple[tuple[int, ...], ...]

    @property
    def least_weight(self) -> int:
        """What the walks measure losses by, so that weights in tens are searched as those in ones are."""
        return max(1, min(self.weights, default=1))

    @classmethod
    def of(cls, problem: Problem) -> Numbered:
        slot_number = {slot.id: number for number, slot in enumerate(problem.slots)}
        person_number = {person.id: number for number, person in enumerate(problem.participants)}
        meeting_number = {meeting.id: number for number, meeting in enumerate(problem.meetings)}
        away = [{slot_number[id_] for id_ in person.unavailable} for person in problem.participants]
        with_tables = {number for number, slot in enumerate(problem.slots) if slot.tables}
        pairs: list[tuple[int, int]] = []
        allowed: list[tuple[int, ...]] = []
        of_person: list[list[int]] = [[] for _ in problem.participants]
        at_table: dict[tuple[str, str], list[int]] = {}
        for number, meeting in enumerate(problem.meetings):
            a, b = (person_number[id_] for id_ in meeting.participants)
            pairs.append((a, b))
            may = with_tables - away[a] - away[b]
            if meeting.slots is not None:
                may &= {slot_number[id_] for id_ in meeting.slots}
            if meeting.fixed is not None:
                may &= {slot_number[meeting.fixed.slot]}
                if meeting.fixed.table is not None:
                    at_table.setdefault((meeting.fixed.slot, meeting.fixed.table), []).append(number)
            allowed.append(tuple(sorted(may)))
            of_person[a].append(number)
            of_person[b].append(number)
        slots = len(problem.slots)
        return cls(
            problem=problem,
            pairs=tuple(pairs),
            weights=tuple(meeting.weight for meeting in problem.meetings),
            required=tuple(meeting.required for meeting in problem.meetings),
            allowed=tuple(allowed),
            capacity=tuple(slot.tables for slot in problem.slots),
            of_person=tuple(tuple(mine) for mine in of_person),
            most=tuple(slots if person.most is None else person.most for person in problem.participants),
            firsts=tuple(max(1, person.least) for person in problem.participants),
            precedences=tuple((meeting_number[a], meeting_number[b]) for a, b in problem.precedences),
            at_one_table=tuple(tuple(group) for group in at_table.values() if len(group) > 1),
        )

    @property
    def slots(self) -> range:
        return range(len(self.capacity))
