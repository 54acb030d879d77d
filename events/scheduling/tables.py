"""Tables are given out after the times are known: the solver only counts them, which is what lets it grow."""

from __future__ import annotations

from collections.abc import Mapping

from events.scheduling.problem import Numbered, Problem
from events.scheduling.solution import Placement


def give_tables(numbered: Numbered, slot_of: Mapping[int, int]) -> tuple[Placement, ...]:
    """Placements, in the order of slots and meetings, for meetings {meeting number: slot number}.

    A fixed table is kept, whoever has a table of their own meets there, and a meeting that stays where it was in the
    previous plan keeps its table. Otherwise the
    person with more meetings stays at the table of their meeting before, if it is free; then the other one does; then
    the first free table is taken. A slot with fewer tables than are named has the first of them, but for what is fixed.
    Needs no more meetings in a slot than tables.
    """
    problem = numbered.problem
    names = problem.table_names
    load = [0] * len(problem.participants)
    for meeting in slot_of:
        for person in numbered.pairs[meeting]:
            load[person] += 1
    last: dict[int, str] = {}
    placed: list[Placement] = []
    in_slot: list[list[int]] = [[] for _ in numbered.slots]
    for meeting in sorted(slot_of):
        in_slot[slot_of[meeting]].append(meeting)
    for slot, here in enumerate(in_slot):
        table_of: dict[int, str] = {}
        free = dict.fromkeys(names)
        there = {*names[: problem.slots[slot].tables]}
        for wishes in (_fixed_table, _own_table, _table_before):
            for meeting in here:
                wanted = wishes(problem, meeting, slot)
                if meeting not in table_of and wanted in free and (wanted in there or wishes is not _table_before):
                    table_of[meeting] = wanted
                    del free[wanted]
        busiest_first = sorted(here, key=lambda m: (-max(load[person] for person in numbered.pairs[m]), m))
        for keeper in (_busier, _other):
            for meeting in busiest_first:
                near = last.get(keeper(numbered.pairs[meeting], load))
                if meeting not in table_of and near in free and near in there:
                    table_of[meeting] = near
                    del free[near]
        for meeting in busiest_first:
            if meeting not in table_of:
                table_of[meeting] = next(iter(free))
                del free[table_of[meeting]]
        for meeting in here:
            for person in numbered.pairs[meeting]:
                last[person] = table_of[meeting]
            placed.append(Placement(problem.meetings[meeting].id, problem.slots[slot].id, table_of[meeting]))
    return tuple(placed)


def _fixed_table(problem: Problem, meeting: int, _slot: int) -> str | None:
    fixed = problem.meetings[meeting].fixed
    return None if fixed is None else fixed.table


def _own_table(problem: Problem, meeting: int, _slot: int) -> str | None:
    return problem.own_tables.get(problem.meetings[meeting].participants[0]) or problem.own_tables.get(
        problem.meetings[meeting].participants[1]
    )


def _table_before(problem: Problem, meeting: int, slot: int) -> str | None:
    before = problem.previous.get(problem.meetings[meeting].id)
    return before.table if before is not None and before.slot == problem.slots[slot].id else None


def _busier(pair: tuple[int, int], load: list[int]) -> int:
    return pair[0] if load[pair[0]] >= load[pair[1]] else pair[1]


def _other(pair: tuple[int, int], load: list[int]) -> int:
    return pair[1] if load[pair[0]] >= load[pair[1]] else pair[0]
