"""Local search on a whole plan: meetings move along chains, meetings without a time push others out, and what is worse
is taken now and then, the more seldom the cooler it gets (simulated annealing).

A chain exchanges two slots for a connected set of meetings (Kempe's chains, see `greedy`). Everyone inside a chain is
busy in both slots before and after, so only the two at its ends have another day than before: that is what makes a
step cheap. Who is busy when is a number of bits for each person, and breaks are counted from it without a loop.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from events.scheduling.greedy import EMPTY
from events.scheduling.problem import Numbered

LOOK_EVERY = 256
"""Steps between looks at the clock."""
UNEVEN = 4
"""What a break beyond the allowed difference costs, in breaks: dear, and yet a way through."""
REQUIRED = 1000
"""What a required meeting weighs, beside all others: they are left out only on the way to something better."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Weight held first, then the least cost: breaks, of which the too uneven ones are dearer."""

    value: int
    cost: int

    def beats(self, other: Worth) -> bool:
        return (self.value, -self.cost) > (other.value, -other.cost)


class Walk:
    """A plan that walks. `best` is the best that it has come by."""

    def __init__(self, numbered: Numbered, slot_of: Mapping[int, int], *, seed: int = 1, evenly: bool = False) -> None:
        """`evenly`: of plans with as many breaks, the one in which fewer people have several costs less."""
        self.numbered = numbered
        self._random = random.Random(seed)
        self._pairs = numbered.pairs
        slots, people = len(numbered.capacity), len(numbered.of_person)
        self._room = list(numbered.capacity)
        self._allowed = numbered.allowed
        self._may = [sum(1 << slot for slot in allowed) for allowed in numbered.allowed]
        self._first, self._firsts = numbered.problem.goals.first_meeting, numbered.firsts
        heavy = REQUIRED * max(1, self._first, *numbered.weights)
        self.required_weight = heavy
        self._weights = [w + heavy * r for w, r in zip(numbered.weights, numbered.required, strict=True)]
        self._slot_of = [EMPTY] * len(self._pairs)
        self._at = [[EMPTY] * slots for _ in range(people)]
        self._busy = [0] * people
        self._held = [0] * people
        self._in_slot: list[list[int]] = [[] for _ in range(slots)]
        self._place = [0] * len(self._pairs)
        self._waiting = [meeting for meeting, allowed in enumerate(numbered.allowed) if allowed]
        self._waits_at = {meeting: place for place, meeting in enumerate(self._waiting)}
        self._cost_of = costs_of_days(slots, numbered.problem.goals.max_break_difference)
        if evenly:
            self._cost_of = _evened(self._cost_of, people)
        self._neighbours = _order(numbered)
        self._rivals = {m: [o for o in group if o != m] for group in numbered.at_one_table for m in group}
        self.value = 0
        self.cost = 0
        for meeting, slot in slot_of.items():
            self._put(meeting, slot)
        self._movable = [m for m, allowed in enumerate(numbered.allowed) if len(allowed) > 1]
        self.best = dict(slot_of)
        self.best_worth = Worth(self.value, self.cost)

    # --- The walk ----------------------------------------------------------------------------------------------------

    def anneal(
        self,
        *,
        weight: float,
        cost: float,
        hot: float,
        cold: float,
        progress: Callable[[], float],
        target: Worth | None = None,
        on_better: Callable[[Worth], None] | None = None,
    ) -> None:
        """Walk while `progress()` (0 at the beginning, 1 at the end) is below 1, or until `target` is reached.

        `weight` and `cost` say what one unit of each is worth on the scale of the temperature; with a weight of 0 the
        same meetings are held all the way.
        """
        if target is not None and not target.beats(self.best_worth):
            return
        rnd, steps, heat = self._random.random, 0, hot
        while True:
            if steps % LOOK_EVERY == 0:
                done = progress()
                if done >= 1:
                    return
                heat = hot * (cold / hot) ** done
            steps += 1
            if weight and self._waiting and rnd() < 0.3:
                moved = self._try_insert(weight, cost, heat)
            else:
                moved = self._try_chain(cost, heat)
            if moved and (
                self.value > self.best_worth.value
                or (self.value == self.best_worth.value and self.cost < self.best_worth.cost)
            ):
                self.best_worth = Worth(self.value, self.cost)
                self.best = {m: slot for m, slot in enumerate(self._slot_of) if slot != EMPTY}
                if on_better is not None:
                    on_better(self.best_worth)
                if target is not None and not target.beats(self.best_worth):
                    return

    def _is_taken(self, worse: float, heat: float) -> bool:
        return worse <= 0 or self._random.random() < math.exp(-worse / heat)

    # --- Moving along chains -----------------------------------------------------------------------------------------

    def _try_chain(self, cost: float, heat: float) -> bool:
        if not self._movable:
            return False
        rnd = self._random.random
        meeting = self._movable[int(rnd() * len(self._movable))]
        here = self._slot_of[meeting]
        allowed = self._allowed[meeting]
        there = allowed[int(rnd() * len(allowed))]
        if here in (EMPTY, there):
            return False
        found = self._chain(meeting, here, there)
        if found is None:
            return False
        chain, ends, gain = found
        if gain and len(self._in_slot[there]) + gain > self._room[there]:
            # The slot is full: another chain must come back in exchange.
            other = self._in_slot[there][int(rnd() * len(self._in_slot[there]))]
            if other in chain:
                return False
            back = self._chain(other, there, here) if self._may[other] >> here & 1 else None
            if back is None or back[2] != gain:
                return False
            chain, ends = chain + back[0], ends + back[1]
        elif gain < 0 and len(self._in_slot[here]) - gain > self._room[here]:
            return False
        if self._neighbours and not self._keeps_order(chain, here, there):
            return False
        busy, cost_of = self._busy, self._cost_of
        flip = 1 << here | 1 << there
        more = 0
        for person in ends:
            now = busy[person]
            then = now ^ flip
            more += cost_of[(then & ~(then << 1)).bit_count()] - cost_of[(now & ~(now << 1)).bit_count()]
        if more > 0 and cost and not self._is_taken(more * cost, heat):
            return False
        self._exchange(chain, here, there)
        for person in ends:
            busy[person] ^= flip
        self.cost += more
        return True

    def _chain(self, meeting: int, here: int, there: int) -> tuple[list[int], list[int], int] | None:
        """(meetings, the two at the ends, by how many `there` grows) of the chain through the meeting; None if one of
        its meetings may not be held in the other slot.
        """
        pairs, may, at = self._pairs, self._may, self._at
        chain = [meeting]
        ends = []
        gain = 1
        for start in pairs[meeting]:
            person, look, come = start, there, here
            while (found := at[person][look]) != EMPTY:
                if found == meeting:  # the chain is a ring: nobody's day changes
                    return chain, [], gain
                if not may[found] >> come & 1:
                    return None
                chain.append(found)
                gain += 1 if come == there else -1
                a, b = pairs[found]
                person = b if person == a else a
                look, come = come, look
            ends.append(person)
        return chain, ends, gain

    def _keeps_order(self, chain: list[int], here: int, there: int) -> bool:
        neighbours, slot_of = self._neighbours, self._slot_of
        if not any(meeting in neighbours for meeting in chain):
            return True
        moved = {meeting: there if slot_of[meeting] == here else here for meeting in chain}
        for meeting in chain:
            for first, then in neighbours.get(meeting, ()):
                before, after = moved.get(first, slot_of[first]), moved.get(then, slot_of[then])
                if EMPTY not in (before, after) and before >= after:
                    return False
        return True

    def _exchange(self, chain: list[int], here: int, there: int) -> None:
        at, pairs, slot_of = self._at, self._pairs, self._slot_of
        places = [(meeting, there if slot_of[meeting] == here else here) for meeting in chain]
        for meeting in chain:
            a, b = pairs[meeting]
            slot = slot_of[meeting]
            at[a][slot] = at[b][slot] = EMPTY
            self._leave_slot(meeting, slot)
        for meeting, slot in places:
            a, b = pairs[meeting]
            at[a][slot] = at[b][slot] = meeting
            slot_of[meeting] = slot
            self._enter_slot(meeting, slot)

    # --- Pushing in --------------------------------------------------------------------------------------------------

    def _try_insert(self, weight: float, cost: float, heat: float) -> bool:
        """Hold a meeting that has no time, in place of what stands in its way in some slot."""
        rnd = self._random.random
        meeting = self._waiting[int(rnd() * len(self._waiting))]
        allowed = self._allowed[meeting]
        slot = allowed[int(rnd() * len(allowed))]
        a, b = self._pairs[meeting]
        out = [other for other in {self._at[a][slot], self._at[b][slot]} if other != EMPTY]
        if not out and len(self._in_slot[slot]) >= self._room[slot]:
            out = [self._in_slot[slot][int(rnd() * len(self._in_slot[slot]))]]
        weights = self._weights
        loss = sum(weights[other] for other in out) - weights[meeting]
        if loss > 0 and loss * weight > 12 * heat:
            return False
        for person in (a, b):
            leaving = sum(1 for other in out if person in self._pairs[other])
            if self._held[person] + 1 - leaving > self.numbered.most[person]:
                return False
        if any(self._slot_of[rival] != EMPTY for rival in self._rivals.get(meeting, ())):
            return False
        if not self._fits_order(meeting, slot, out):
            return False
        value, before = self.value, self.cost
        for other in out:
            self._take(other)
        self._put(meeting, slot)
        if self._is_taken((value - self.value) * weight + (self.cost - before) * cost, heat):
            return True
        self._take(meeting)
        where = slot
        for other in out:
            self._put(other, where)
        return False

    def _fits_order(self, meeting: int, slot: int, out: list[int]) -> bool:
        for first, then in self._neighbours.get(meeting, ()):
            other = then if first == meeting else first
            where = self._slot_of[other]
            if where == EMPTY or other in out:
                continue
            if (where <= slot) if first == meeting else (where >= slot):
                return False
        return True

    def _put(self, meeting: int, slot: int) -> None:
        self._slot_of[meeting] = slot
        self._enter_slot(meeting, slot)
        place = self._waits_at.pop(meeting)
        last = self._waiting.pop()
        if last != meeting:
            self._waiting[place] = last
            self._waits_at[last] = place
        self.value += self._weights[meeting]
        for person in self._pairs[meeting]:
            self._at[person][slot] = meeting
            self.value += self._first if self._held[person] < self._firsts[person] else 0
            self._held[person] += 1
            self._flip(person, slot)

    def _take(self, meeting: int) -> None:
        slot = self._slot_of[meeting]
        self._slot_of[meeting] = EMPTY
        self._leave_slot(meeting, slot)
        self._waits_at[meeting] = len(self._waiting)
        self._waiting.append(meeting)
        self.value -= self._weights[meeting]
        for person in self._pairs[meeting]:
            self._at[person][slot] = EMPTY
            self._held[person] -= 1
            self.value -= self._first if self._held[person] < self._firsts[person] else 0
            self._flip(person, slot)

    def _flip(self, person: int, slot: int) -> None:
        now = self._busy[person]
        then = self._busy[person] = now ^ 1 << slot
        of = self._cost_of
        self.cost += of[(then & ~(then << 1)).bit_count()] - of[(now & ~(now << 1)).bit_count()]

    def _enter_slot(self, meeting: int, slot: int) -> None:
        self._place[meeting] = len(self._in_slot[slot])
        self._in_slot[slot].append(meeting)

    def _leave_slot(self, meeting: int, slot: int) -> None:
        here = self._in_slot[slot]
        last = here.pop()
        if last != meeting:
            place = self._place[meeting]
            here[place] = last
            self._place[last] = place


def costs_of_days(slots: int, difference: int | None) -> list[int]:
    """What a day of so many runs of meetings costs."""
    costs = [0]
    for runs in range(1, slots + 2):
        breaks = runs - 1
        costs.append(breaks if difference is None else breaks + UNEVEN * max(0, breaks - difference))
    return costs


def _evened(costs: list[int], people: int) -> list[int]:
    """The costs first, and where they are equal the sum over people of their breaks squared."""
    squares = [max(0, runs - 1) ** 2 for runs in range(len(costs))]
    unit = people * squares[-1] + 1
    return [cost * unit + square for cost, square in zip(costs, squares, strict=True)]


def _order(numbered: Numbered) -> dict[int, list[tuple[int, int]]]:
    """The orders that each meeting is in."""
    found: dict[int, list[tuple[int, int]]] = {}
    for first, then in numbered.precedences:
        found.setdefault(first, []).append((first, then))
        found.setdefault(then, []).append((first, then))
    return found
