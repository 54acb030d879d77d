"""A walk for the fewest breaks of a round in which every meeting is required, in machine code (numba, kept on disk).

The moves are those of `walk`: two slots are exchanged along a chain, and a meeting without a time pushes others out. A
hundred times as many of them in the same time find plans that no other search here finds. Half of the moves are aimed:
a person's day is shortened at the end of a run and lengthened at the end of a run, so that it does not get worse.
An order of meetings may be broken on the way, at a price. No lock of Python's is held.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from events.scheduling.problem import Numbered

F = TypeVar("F", bound=Callable[..., Any])
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOWHERE = -1
WAITING = 3
"""What a meeting without a time costs, in breaks."""
DISORDER = 2
"""What it costs, in breaks, that a meeting is not before one that it should be before."""
HELD, UNEASY, COST, ASTRAY, BEST = range(5)
"""Places of `Plan.totals`: how many meetings have a slot, how many people have breaks, what all costs, how many orders
are broken, and what the best costs."""


def compiled(function: F) -> F:
    """Nothing is allocated in these loops. Without `_nrt`, references to the arrays are not counted, which would take
    two thirds of the time."""
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast(F, numba.njit(**options)(function))


class Asked(NamedTuple):
    """`may` is true where a meeting may be in a slot; `choice[m, :choices[m]]` are these slots. Meeting m is in the
    orders order[order_begin[m]:order_begin[m + 1]], each (the other meeting, 1 if m comes first, else 0). `price[r]`:
    what a day of r runs costs."""

    pairs: Ints
    may: Bools
    choice: Ints
    choices: Ints
    capacity: Ints
    order: Ints
    order_begin: Ints
    price: Ints


class Plan(NamedTuple):
    """Where everything is. Lists are kept with the place of each of their members: `meetings`, of which the first
    `totals[HELD]` have a slot, and `uneasy`, those who have breaks. `chain` and `ends` are scratch paper."""

    slot_of: Ints
    best: Ints
    at: Ints
    busy: Bools
    runs: Ints
    in_slot: Ints
    filled: Ints
    place: Ints
    meetings: Ints
    meeting_place: Ints
    uneasy: Ints
    uneasy_place: Ints
    chain: Ints
    ends: Ints
    totals: Ints
    random: NDArray[np.uint64]


@compiled
def _draw(random: NDArray[np.uint64], below: int) -> int:
    """A number from 0 to `below`, exclusive (xorshift)."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return int((x >> np.uint64(11)) % np.uint64(below))


@compiled
def _is_drawn(random: NDArray[np.uint64], chance: float) -> bool:
    return _draw(random, 1 << 30) < chance * (1 << 30)


@compiled
def _flip(asked: Asked, plan: Plan, person: int, slot: int) -> None:
    """The person becomes busy in the slot, or free; the cost goes with it."""
    busy = plan.busy[person]
    runs = plan.runs[person]
    more = 1
    if slot > 0 and busy[slot - 1]:
        more -= 1
    if slot < len(busy) - 1 and busy[slot + 1]:
        more -= 1
    then = runs - more if busy[slot] else runs + more
    busy[slot] = not busy[slot]
    plan.runs[person] = then
    plan.totals[COST] += asked.price[then] - asked.price[runs]


@compiled
def _note(plan: Plan, person: int) -> None:
    """Keep the list of those who have breaks."""
    place = plan.uneasy_place[person]
    if plan.runs[person] > 1:
        if place == NOWHERE:
            plan.uneasy_place[person] = plan.totals[UNEASY]
            plan.uneasy[plan.totals[UNEASY]] = person
            plan.totals[UNEASY] += 1
    elif place != NOWHERE:
        plan.totals[UNEASY] -= 1
        last = plan.uneasy[plan.totals[UNEASY]]
        plan.uneasy[place] = last
        plan.uneasy_place[last] = place
        plan.uneasy_place[person] = NOWHERE


@compiled
def _set_slot(asked: Asked, plan: Plan, meeting: int, slot: int) -> None:
    """What the meeting's slot does to the orders it is in; the rest of the plan is the caller's."""
    before = plan.slot_of[meeting]
    astray = 0
    for n in range(asked.order_begin[meeting], asked.order_begin[meeting + 1]):
        other = plan.slot_of[asked.order[n, 0]]
        if other != NOWHERE:
            if asked.order[n, 1]:
                astray += int(slot != NOWHERE and other <= slot) - int(before != NOWHERE and other <= before)
            else:
                astray += int(slot != NOWHERE and other >= slot) - int(before != NOWHERE and other >= before)
    plan.slot_of[meeting] = slot
    plan.totals[ASTRAY] += astray
    plan.totals[COST] += DISORDER * astray


@compiled
def _enter(asked: Asked, plan: Plan, meeting: int, slot: int) -> None:
    for side in range(2):
        plan.at[asked.pairs[meeting, side], slot] = meeting
    plan.place[meeting] = plan.filled[slot]
    plan.in_slot[slot, plan.filled[slot]] = meeting
    plan.filled[slot] += 1


@compiled
def _leave(asked: Asked, plan: Plan, meeting: int, slot: int) -> None:
    for side in range(2):
        plan.at[asked.pairs[meeting, side], slot] = NOWHERE
    plan.filled[slot] -= 1
    last = plan.in_slot[slot, plan.filled[slot]]
    plan.in_slot[slot, plan.place[meeting]] = last
    plan.place[last] = plan.place[meeting]


@compiled
def _swap_places(plan: Plan, meeting: int, place: int) -> None:
    """In the list of meetings."""
    here, other = plan.meeting_place[meeting], plan.meetings[place]
    plan.meetings[here], plan.meetings[place] = other, meeting
    plan.meeting_place[other], plan.meeting_place[meeting] = here, place


@compiled
def _put(asked: Asked, plan: Plan, meeting: int, slot: int) -> None:
    _swap_places(plan, meeting, plan.totals[HELD])
    plan.totals[HELD] += 1
    plan.totals[COST] -= WAITING
    _set_slot(asked, plan, meeting, slot)
    _enter(asked, plan, meeting, slot)
    for side in range(2):
        _flip(asked, plan, asked.pairs[meeting, side], slot)
        _note(plan, asked.pairs[meeting, side])


@compiled
def _take(asked: Asked, plan: Plan, meeting: int) -> None:
    slot = plan.slot_of[meeting]
    plan.totals[HELD] -= 1
    plan.totals[COST] += WAITING
    _swap_places(plan, meeting, plan.totals[HELD])
    _set_slot(asked, plan, meeting, NOWHERE)
    _leave(asked, plan, meeting, slot)
    for side in range(2):
        _flip(asked, plan, asked.pairs[meeting, side], slot)
        _note(plan, asked.pairs[meeting, side])


@compiled
def _is_taken(plan: Plan, before: int, heat: float) -> bool:
    worse = plan.totals[COST] - before
    return bool(worse <= 0 or _is_drawn(plan.random, math.exp(-worse / heat)))


@compiled
def _push_in(asked: Asked, plan: Plan, heat: float) -> None:
    """Hold a meeting that has no time, in place of what stands in its way in some slot."""
    waiting = len(plan.meetings) - plan.totals[HELD]
    meeting = plan.meetings[plan.totals[HELD] + _draw(plan.random, waiting)]
    slot = asked.choice[meeting, _draw(plan.random, asked.choices[meeting])]
    first = plan.at[asked.pairs[meeting, 0], slot]
    second = plan.at[asked.pairs[meeting, 1], slot]
    if first == NOWHERE and second == NOWHERE and plan.filled[slot] >= asked.capacity[slot]:
        first = plan.in_slot[slot, _draw(plan.random, plan.filled[slot])]
    if second == first:  # the same two meet twice
        second = NOWHERE
    before = plan.totals[COST]
    if first != NOWHERE:
        _take(asked, plan, first)
    if second != NOWHERE:
        _take(asked, plan, second)
    _put(asked, plan, meeting, slot)
    if not _is_taken(plan, before, heat):
        _take(asked, plan, meeting)
        if first != NOWHERE:
            _put(asked, plan, first, slot)
        if second != NOWHERE:
            _put(asked, plan, second, slot)


@compiled
def _follow(asked: Asked, plan: Plan, meeting: int, there: int, begin: int, ends: int) -> tuple[int, int, int]:
    """The chain through the meeting, from chain[begin] on: (where it ends, by how many `there` grows, how many people
    are noted in `ends`: those whose days change). It ends at 0 if one of its meetings may not be in the other slot."""
    here = plan.slot_of[meeting]
    plan.chain[begin] = meeting
    end, gain, noted = begin + 1, 1, ends
    for side in range(2):
        person, look, come = asked.pairs[meeting, side], there, here
        while True:
            found = plan.at[person, look]
            if found == NOWHERE:
                break
            if found == meeting:  # the chain is a ring: nobody's day changes
                return end, gain, ends
            if not asked.may[found, come]:
                return 0, 0, 0
            plan.chain[end] = found
            end += 1
            gain += 1 if come == there else -1
            person = asked.pairs[found, 1] if asked.pairs[found, 0] == person else asked.pairs[found, 0]
            look, come = come, look
        plan.ends[noted] = person
        noted += 1
    return end, gain, noted


@compiled
def _aim(asked: Asked, plan: Plan) -> tuple[int, int]:
    """A meeting at the end of a run of somebody, often of somebody with breaks, and a slot beside one of their runs."""
    if plan.totals[UNEASY] > 0 and _is_drawn(plan.random, 0.5):
        person = plan.uneasy[_draw(plan.random, plan.totals[UNEASY])]
    else:
        person = asked.pairs[_draw(plan.random, len(plan.meetings)), _draw(plan.random, 2)]
    busy = plan.busy[person]
    here, there, borders, besides = NOWHERE, NOWHERE, 0, 0
    for slot in range(len(busy)):
        was_busy = slot > 0 and busy[slot - 1]
        will_be_busy = slot < len(busy) - 1 and busy[slot + 1]
        if busy[slot]:
            if not (was_busy and will_be_busy):
                borders += 1
                if _draw(plan.random, borders) == 0:
                    here = slot
        elif was_busy or will_be_busy:
            besides += 1
            if _draw(plan.random, besides) == 0:
                there = slot
    return (plan.at[person, here] if here != NOWHERE else NOWHERE), there


@compiled
def _exchange(asked: Asked, plan: Plan, heat: float) -> None:
    """Exchange two slots along a chain."""
    if _is_drawn(plan.random, 0.8):
        meeting, there = _aim(asked, plan)
        if meeting == NOWHERE or there == NOWHERE or not asked.may[meeting, there]:
            return
    else:
        meeting = plan.meetings[_draw(plan.random, plan.totals[HELD])]
        there = asked.choice[meeting, _draw(plan.random, asked.choices[meeting])]
    here = plan.slot_of[meeting]
    if here == there:
        return
    end, gain, ends = _follow(asked, plan, meeting, there, 0, 0)
    if end == 0:
        return
    if gain > 0 and plan.filled[there] + gain > asked.capacity[there]:
        # The slot is full: another chain must come back in exchange.
        other = plan.in_slot[there, _draw(plan.random, plan.filled[there])]
        if not asked.may[other, here]:
            return
        for n in range(end):
            if plan.chain[n] == other:
                return
        end, back, ends = _follow(asked, plan, other, here, end, ends)
        if back != gain:
            return
    elif gain < 0 and plan.filled[here] - gain > asked.capacity[here]:
        return
    before = plan.totals[COST]
    for n in range(ends):
        _flip(asked, plan, plan.ends[n], here)
        _flip(asked, plan, plan.ends[n], there)
    for n in range(end):
        other = plan.chain[n]
        _set_slot(asked, plan, other, there if plan.slot_of[other] == here else here)
    if _is_taken(plan, before, heat):
        for n in range(end):
            other = plan.chain[n]
            _leave(asked, plan, other, here if plan.slot_of[other] == there else there)
        for n in range(end):
            _enter(asked, plan, plan.chain[n], plan.slot_of[plan.chain[n]])
        for n in range(ends):
            _note(plan, plan.ends[n])
    else:
        for n in range(end):
            other = plan.chain[n]
            _set_slot(asked, plan, other, there if plan.slot_of[other] == here else here)
        for n in range(ends):
            _flip(asked, plan, plan.ends[n], there)
            _flip(asked, plan, plan.ends[n], here)


@compiled
def _walk(asked: Asked, plan: Plan, heat: float, steps: int, target: int) -> bool:
    """Whether a better plan was found: it is in `best` then, and keeps every rule if it holds every meeting."""
    is_better = False
    for _step in range(steps):
        if plan.totals[HELD] < len(plan.meetings) and (plan.totals[HELD] == 0 or _is_drawn(plan.random, 0.3)):
            _push_in(asked, plan, heat)
        else:
            _exchange(asked, plan, heat)
        if plan.totals[COST] < plan.totals[BEST] and plan.totals[ASTRAY] == 0:
            plan.totals[BEST] = plan.totals[COST]
            for meeting in range(len(plan.best)):
                plan.best[meeting] = plan.slot_of[meeting]
            is_better = True
            if plan.totals[COST] <= target:
                break
    return is_better


class FastWalk:
    """A plan that walks. `best` is the best that it has come by, of which some meetings may be without a time."""

    def __init__(self, numbered: Numbered, slot_of: Mapping[int, int], price: Sequence[int], *, seed: int) -> None:
        """There are meetings, and each has a slot that it may be in; `price[r]` is what a day of r runs costs."""
        meetings, slots, people = len(numbered.pairs), len(numbered.capacity), len(numbered.of_person)
        orders: list[list[tuple[int, int]]] = [[] for _ in range(meetings)]
        for first, then in numbered.precedences:
            orders[first].append((then, 1))
            orders[then].append((first, 0))
        may = np.zeros((meetings, slots), np.bool_)
        choice = np.zeros((meetings, slots), np.int64)
        for meeting, allowed in enumerate(numbered.allowed):
            may[meeting, list(allowed)] = True
            choice[meeting, : len(allowed)] = allowed
        self._asked = Asked(
            pairs=np.array(numbered.pairs, np.int64).reshape(-1, 2),
            may=may,
            choice=choice,
            choices=may.sum(axis=1, dtype=np.int64),
            capacity=np.array(numbered.capacity, np.int64),
            order=np.array([order for mine in orders for order in mine], np.int64).reshape(-1, 2),
            order_begin=np.cumsum([0, *(len(mine) for mine in orders)], dtype=np.int64),
            price=np.array(price, np.int64),
        )
        self._plan = Plan(
            slot_of=np.full(meetings, NOWHERE, np.int64),
            best=np.full(meetings, NOWHERE, np.int64),
            at=np.full((people, slots), NOWHERE, np.int64),
            busy=np.zeros((people, slots), np.bool_),
            runs=np.zeros(people, np.int64),
            in_slot=np.zeros((slots, meetings), np.int64),
            filled=np.zeros(slots, np.int64),
            place=np.zeros(meetings, np.int64),
            meetings=np.arange(meetings),
            meeting_place=np.arange(meetings),
            uneasy=np.zeros(people, np.int64),
            uneasy_place=np.full(people, NOWHERE, np.int64),
            chain=np.zeros(2 * meetings, np.int64),
            ends=np.zeros(4, np.int64),
            totals=np.array([0, 0, WAITING * meetings, 0, np.iinfo(np.int64).max], np.int64),
            random=np.array([0x9E3779B97F4A7C15 ^ (seed + 1) * 0x2545F491], np.uint64),
        )
        for meeting, slot in slot_of.items():
            _put(self._asked, self._plan, meeting, slot)

    def walk(self, *, heat: float, steps: int, target: int) -> bool:
        """Whether `best` is better than it was. Ends sooner when it costs no more than `target`."""
        return bool(_walk(self._asked, self._plan, heat, steps, target))

    @property
    def best(self) -> dict[int, int]:
        return {meeting: int(slot) for meeting, slot in enumerate(self._plan.best) if slot != NOWHERE}
