"""The search by swaps, compiled: two people of different tables change places, and what gets worse is taken back the
more surely the colder it is."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Ints
from matching.engine.loops import compiled


@compiled
def anneal(
    seed: int,
    steps: int,
    hot: float,
    cold: float,
    order: Ints,
    begins: Ints,
    ends: Ints,
    times: Ints,
    first: Floats,
    apart: Floats,
    again: float,
) -> Ints:
    """The best order found in `steps` swaps, from `hot` to `cold`.

    order[m, s]: who sits on seat s in meeting m; begins[m, s] and ends[m, s]: the seats of that table, both 0 for the
    seats that nobody takes, which come last. times: how often two have sat together, the given order counted in. What
    it is worth that they do: first the first time, again for each earlier time after it, and apart each time.
    """
    np.random.seed(seed)
    meetings = order.shape[0]
    taken = np.zeros(meetings, np.int64)
    swappable = np.empty(meetings, np.int64)
    count = 0
    for meeting in range(meetings):
        for at in range(order.shape[1]):
            if ends[meeting, at] > begins[meeting, at]:
                taken[meeting] = at + 1
        if taken[meeting] and ends[meeting, 0] < taken[meeting]:
            swappable[count] = meeting
            count += 1
    best, now, top = order.copy(), 0.0, 0.0
    if count == 0:
        return best
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    heat = hot
    for _step in range(steps):
        heat *= cooling
        meeting = swappable[np.random.randint(count)]
        here = np.random.randint(taken[meeting])
        there = np.random.randint(taken[meeting])
        if begins[meeting, here] == begins[meeting, there]:
            continue
        one, other = order[meeting, here], order[meeting, there]
        change = 0.0
        for side in range(2):
            seat, leaves, comes = (here, one, other) if side == 0 else (there, other, one)
            for at in range(begins[meeting, seat], ends[meeting, seat]):
                if at == seat:
                    continue
                third = order[meeting, at]
                before = times[leaves, third] - 1
                change -= apart[leaves, third] + (first[leaves, third] if before == 0 else again * before)
                before = times[comes, third]
                change += apart[comes, third] + (first[comes, third] if before == 0 else again * before)
        if change < 0 and np.random.random() >= np.exp(change / heat):
            continue
        for side in range(2):
            seat, leaves, comes = (here, one, other) if side == 0 else (there, other, one)
            for at in range(begins[meeting, seat], ends[meeting, seat]):
                if at == seat:
                    continue
                third = order[meeting, at]
                times[leaves, third] -= 1
                times[third, leaves] -= 1
                times[comes, third] += 1
                times[third, comes] += 1
        order[meeting, here], order[meeting, there] = other, one
        now += change
        if now > top + 1e-9:
            top = now
            best[:] = order
    return best
