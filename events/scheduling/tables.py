"""Tables are given out after the times are known: the solver only counts them, which is what lets it grow."""

from __future__ import annotations

from collections.abc import Mapping

from events.scheduling.problem import Numbered
from events.scheduling.solution import Placement


def give_tables(numbered: Numbered, slot_of: Mapping[int, int]) -> tuple[Placement, ...]:
    """Placements, in the order of slots and meetings, for meetings {meeting number: slot number}.

    A fixed table is kept. Otherwise the person with more meetings stays at the table of their meeting before, if it is
    free; then the other one does; then the first free table is taken. Needs no more meetings in a slot than tables.
    """
    problem = numbered.problem
    names = problem.table_names
    load = [0] * len(problem.participants)
    for meeting in slot_of:
        for person in numbered.pairs[meeting]:
            load[person] += 1
    last: dict[int, str] = {}
    placed: list[Placement] = []
    for slot in numbered.slots:
        here = sorted(meeting for meeting, where in slot_of.items() if where == slot)
        table_of: dict[int, str] = {}
        for meeting in here:
            fixed = problem.meetings[meeting].fixed
            if fixed is not None and fixed.table is not None and fixed.table not in table_of.values():
                table_of[meeting] = fixed.table
        # With fewer tables than names in this slot, any of the names may stand: only their number is bounded.
        free = dict.fromkeys(name for name in names if name not in table_of.values())
        busiest_first = sorted(here, key=lambda m: (-max(load[person] for person in numbered.pairs[m]), m))
        for keeper in (_busier, _other):
            for meeting in busiest_first:
                wanted = last.get(keeper(numbered.pairs[meeting], load))
                if meeting not in table_of and wanted in free:
                    table_of[meeting] = wanted
                    del free[wanted]
        for meeting in busiest_first:
            if meeting not in table_of:
                table_of[meeting] = next(iter(free))
                del free[table_of[meeting]]
        for meeting in here:
            for person in numbered.pairs[meeting]:
                last[person] = table_of[meeting]
            placed.append(Placement(problem.meetings[meeting].id, problem.slots[slot].id, table_of[meeting]))
    return tuple(placed)


def _busier(pair: tuple[int, int], load: list[int]) -> int:
    return pair[0] if load[pair[0]] >= load[pair[1]] else pair[1]


def _other(pair: tuple[int, int], load: list[int]) -> int:
    return pair[1] if load[pair[0]] >= load[pair[1]] else pair[0]
