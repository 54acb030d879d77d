"""A good schedule at once: heaviest first, then insertion by Kempe chains.

It is the solver's starting point, and what is answered when the solver has no time. A meeting that finds no common free
slot gets one by swapping, along an alternating path, what stands in two slots (the chains that Kempe used to recolour
maps, applied to colouring a graph's edges: people are its points, meetings its edges, slots its colours).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from events.scheduling.problem import Numbered

EMPTY = -1


class Plan:
    """Meetings in slots, and who is busy when. Every rule is kept at every step, except that required ones may lack."""

    def __init__(self, numbered: Numbered) -> None:
        self.numbered = numbered
        self.slot_of = [EMPTY] * len(numbered.pairs)
        self.at = [[EMPTY] * len(numbered.capacity) for _ in numbered.of_person]
        self.held = [0] * len(numbered.of_person)
        self.count = [0] * len(numbered.capacity)
        self.allowed = [frozenset(slots) for slots in numbered.allowed]
        self._rivals: dict[int, list[int]] = {}
        for group in numbered.at_one_table:
            for meeting in group:
                self._rivals[meeting] = [other for other in group if other != meeting]
        self._before: dict[int, list[int]] = {}
        self._after: dict[int, list[int]] = {}
        for first, then in numbered.precedences:
            self._before.setdefault(then, []).append(first)
            self._after.setdefault(first, []).append(then)

    def is_welcome(self, meeting: int) -> bool:
        """Whether nothing but the time stands against the meeting: nobody has their fill, no rival has its table."""
        a, b = self.numbered.pairs[meeting]
        most = self.numbered.most
        if self.held[a] >= most[a] or self.held[b] >= most[b]:
            return False
        return all(self.slot_of[rival] == EMPTY for rival in self._rivals.get(meeting, ()))

    def keeps_order(self, meeting: int, slot: int) -> bool:
        return all(self.slot_of[m] < slot for m in self._before.get(meeting, ())) and all(
            self.slot_of[m] == EMPTY or self.slot_of[m] > slot for m in self._after.get(meeting, ())
        )

    def is_ordered(self, meeting: int) -> bool:
        """Whether the meeting must be before or after another one; such are not moved by chains."""
        return meeting in self._before or meeting in self._after

    def free_slots(self, meeting: int) -> list[int]:
        a, b = self.numbered.pairs[meeting]
        at_a, at_b, count, capacity = self.at[a], self.at[b], self.count, self.numbered.capacity
        return [
            slot
            for slot in self.numbered.allowed[meeting]
            if at_a[slot] == EMPTY == at_b[slot] and count[slot] < capacity[slot] and self.keeps_order(meeting, slot)
        ]

    def put(self, meeting: int, slot: int) -> None:
        self.slot_of[meeting] = slot
        self.count[slot] += 1
        for person in self.numbered.pairs[meeting]:
            self.at[person][slot] = meeting
            self.held[person] += 1

    def take(self, meeting: int) -> None:
        slot = self.slot_of[meeting]
        self.slot_of[meeting] = EMPTY
        self.count[slot] -= 1
        for person in self.numbered.pairs[meeting]:
            self.at[person][slot] = EMPTY
            self.held[person] -= 1

    def place(self, meeting: int) -> bool:
        """Hold the meeting in the free slot that leaves the most room for others, if there is one."""
        if not self.is_welcome(meeting):
            return False
        slots = self.free_slots(meeting)
        if not slots:
            return False
        self.put(meeting, min(slots, key=lambda slot: (self.count[slot] - self.numbered.capacity[slot], slot)))
        return True

    def insert(self, meeting: int) -> bool:
        """Hold the meeting, moving others to other slots if need be; none is dropped."""
        if self.place(meeting):
            return True
        if not self.is_welcome(meeting) or self.is_ordered(meeting):
            return False
        a, b = self.numbered.pairs[meeting]
        for slot in self.numbered.allowed[meeting]:
            free_a, free_b = self.at[a][slot] == EMPTY, self.at[b][slot] == EMPTY
            if free_a and free_b:
                if self._make_room(slot):
                    self.put(meeting, slot)
                    return True
            elif free_a or free_b:
                busy, other = (b, a) if free_a else (a, b)
                for swap in self.numbered.slots:
                    if swap != slot and self.at[busy][swap] == EMPTY and self._swap(busy, other, slot, swap):
                        self.put(meeting, slot)
                        return True
        return False

    def _make_room(self, slot: int) -> bool:
        """Move one meeting out of a full slot."""
        for meeting, where in enumerate(self.slot_of):
            if where != slot or len(self.allowed[meeting]) < 2 or self.is_ordered(meeting):
                continue
            slots = self.free_slots(meeting)
            if slots:
                self.take(meeting)
                self.put(meeting, slots[0])
                return True
        return False

    def _swap(self, busy: int, other: int, slot: int, swap: int) -> bool:
        """Free `busy` in `slot` by exchanging the two slots along the chain of meetings that begins there."""
        chain: list[int] = []
        person, here, there = busy, slot, swap
        while (meeting := self.at[person][here]) != EMPTY:
            if there not in self.allowed[meeting] or self.is_ordered(meeting):
                return False
            chain.append(meeting)
            a, b = self.numbered.pairs[meeting]
            person = b if person == a else a
            here, there = there, here
        if person == other:
            return False
        leaving = (len(chain) + 1) // 2
        arriving = len(chain) // 2
        capacity = self.numbered.capacity
        if self.count[slot] - leaving + arriving + 1 > capacity[slot]:
            return False
        if self.count[swap] - arriving + leaving > capacity[swap]:
            return False
        places = [(meeting, swap if self.slot_of[meeting] == slot else slot) for meeting in chain]
        for meeting in chain:
            self.take(meeting)
        for meeting, where in places:
            self.put(meeting, where)
        return True


def make_plan(numbered: Numbered, *, seed: int = 0, is_over: Callable[[], bool] = lambda: False) -> Plan:
    """Fixed and required meetings, then the heaviest; then insertion, and exchange of a lighter one for a heavier.

    The same seed gives the same plan, unless `is_over` cuts it short.
    """
    plan = Plan(numbered)
    rnd = random.Random(seed)
    tie = [rnd.random() for _ in numbered.pairs]
    fixed = [meeting.fixed is not None for meeting in numbered.problem.meetings]
    wanted = [len(mine) for mine in numbered.of_person]

    def rank(meeting: int) -> tuple[bool, bool, int, int, float]:
        a, b = numbered.pairs[meeting]
        room = len(numbered.allowed[meeting])
        return (
            not (fixed[meeting] and numbered.required[meeting]),
            not numbered.required[meeting],
            -numbered.weights[meeting] if not numbered.required[meeting] else room,
            wanted[a] + wanted[b],
            tie[meeting],
        )

    order = sorted(range(len(numbered.pairs)), key=rank)
    for meeting in order:
        plan.place(meeting)
    missing = [meeting for meeting in order if plan.slot_of[meeting] == EMPTY]
    for meeting in missing:
        if is_over():
            return plan
        plan.insert(meeting)
    for meeting in missing:
        if is_over():
            return plan
        if plan.slot_of[meeting] == EMPTY:
            _exchange(plan, meeting)
    return plan


def _exchange(plan: Plan, meeting: int) -> None:
    """Drop one lighter meeting of either person, if the heavier one then fits."""
    numbered = plan.numbered
    lighter = [
        other
        for person in numbered.pairs[meeting]
        for other in plan.at[person]
        if other != EMPTY
        and not numbered.required[other]
        and (numbered.weights[other] < numbered.weights[meeting] or numbered.required[meeting])
    ]
    for other in sorted(lighter, key=lambda m: (numbered.weights[m], m)):
        slot = plan.slot_of[other]
        plan.take(other)
        if plan.insert(meeting):
            plan.insert(other)
            return
        plan.put(other, slot)
