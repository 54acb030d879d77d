"""A round in which everyone moves: as many meetings for everyone as there are slots, each with somebody new.

Nobody is asked, so what is sought is not which wishes to hold but whom to put together: all pairs are possible, save
those who are kept apart. It begins with the circle of a tournament, in which everyone meets everyone once, and is then
walked to more worth: two people of one slot change places, over and over, and worse exchanges are taken ever more
rarely. Pauses weigh more than any worth, and a person's second pause more than another's first, so they stay even.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from events.scheduling.problem import Meeting, Numbered, Participant, Problem, ProblemError, Slot
from events.scheduling.run import STEPS_A_SECOND, Effort, Progress, Stage
from events.scheduling.solution import Placement, Solution, Status, measure
from events.scheduling.tables import give_tables

NOBODY = -1
LOOK_EVERY = 2_000
STEPS_A_SEAT = 3_000
"""Steps of the walk for each seat at a table; a small round is walked through long before its time is over."""
HOT, COLD = 0.5, 0.02
"""Of the highest worth: what a loss is likely to be taken for, at the beginning and at the end."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Mingling:
    """Who is there when, what putting two together is worth (unnamed pairs: 1), and who is not put together at all:
    they are kept apart, or have met. Pairs are named with the lesser id first, see `pair_of`.
    """

    slots: tuple[Slot, ...]
    participants: tuple[Participant, ...]
    worth: Mapping[Pair, int] = field(default_factory=dict)
    apart: frozenset[Pair] = frozenset()
    tables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {one.id for one in self.participants}
        for pair in (*self.worth, *self.apart):
            if pair[0] == pair[1] or not known.issuperset(pair):
                raise ProblemError(f"a pair of unknown people: {pair[0]}, {pair[1]}")
            if pair != pair_of(*pair):
                raise ProblemError(f"a pair is named the lesser first, not {pair[0]}, {pair[1]}")
        if any(worth < 1 for worth in self.worth.values()):
            raise ProblemError("a pair is worth at least 1, or it is kept apart")


def pair_of(one: str, other: str) -> Pair:
    return (one, other) if _order(one) < _order(other) else (other, one)


def meeting_id(pair: Pair) -> str:
    return "-".join(pair)


def _order(id_: str) -> tuple[int, str]:
    """Numbers by their size."""
    return len(id_), id_


def mingle(
    asked: Mingling,
    effort: Effort | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_best: Callable[[Sequence[Placement]], None] | None = None,
) -> Solution:
    """The best programme found; stopping keeps it. There always is one, though it may be poor: with very few people
    everyone has soon met everyone.
    """
    effort = effort or Effort()
    began = time.monotonic()
    floor = _Floor(asked, random.Random(effort.seed))

    def tell() -> None:
        if on_progress is not None:
            on_progress(Progress(Stage.WEIGHT, floor.best_worth, None, time.monotonic() - began))
        if on_best is not None:
            on_best(_solution(asked, floor.best).placements)

    def progress(steps: int) -> float:
        if should_stop is not None and should_stop():
            return 1.0
        by_steps = steps / max(1, floor.most_steps)
        if effort.reproducible:
            return max(by_steps, steps / (STEPS_A_SECOND * effort.seconds))
        return max(by_steps, (time.monotonic() - began) / effort.seconds)

    floor.walk(progress, tell)
    tell()
    return _solution(asked, floor.best)


def _solution(asked: Mingling, held: Mapping[Pair, int]) -> Solution:
    problem = Problem(
        slots=asked.slots,
        participants=asked.participants,
        meetings=tuple(Meeting(meeting_id(pair), pair, weight=asked.worth.get(pair, 1)) for pair in held),
        tables=asked.tables,
    )
    placements = give_tables(Numbered.of(problem), dict(enumerate(held.values())))
    return Solution(placements, (), Status.FEASIBLE, measure(problem, placements))


class _Floor:
    """People on chairs. Each slot has a row of chairs: two and two sit together, the first pairs at tables, the others
    aside. A pair at a table meets if both are there, may meet, and do not meet in another slot.
    """

    def __init__(self, asked: Mingling, rnd: random.Random) -> None:
        self.asked, self._rnd = asked, rnd
        self._ids = [one.id for one in asked.participants]
        people, slots = len(self._ids), len(asked.slots)
        number = {id_: n for n, id_ in enumerate(self._ids)}
        self._worth = [[1] * people for _ in range(people)]
        for (one, other), worth in asked.worth.items():
            a, b = number[one], number[other]
            self._worth[a][b] = self._worth[b][a] = worth
        for one, other in asked.apart:
            a, b = number[one], number[other]
            self._worth[a][b] = self._worth[b][a] = 0
        self._there = [[slot.id not in one.unavailable for one in asked.participants] for slot in asked.slots]
        chairs = people + people % 2
        self._tables = [min(slot.tables, chairs // 2) for slot in asked.slots]
        self._chairs = self._circle(chairs, slots)
        self._highest = max([1, *asked.worth.values()])
        self._dear = 4 * self._highest
        self._pauses = [sum(there[p] for there in self._there) for p in range(people)]
        self._on = [[False] * (chairs // 2) for _ in range(slots)]
        self._slot_of: dict[tuple[int, int], int] = {}
        self.most_steps = STEPS_A_SEAT * 2 * sum(self._tables)
        self.worth = self.score = 0
        self.score = -self._dear * sum(pauses * pauses for pauses in self._pauses)
        for slot in range(slots):
            for place in range(self._tables[slot]):
                self._open(slot, place)
        self.best, self.best_worth, self._best_score = self._held(), self.worth, self.score

    def _circle(self, chairs: int, slots: int) -> list[list[int]]:
        """A tournament: one stays, the others go round; in each slot a different part of the pairs is at tables."""
        order = list(range(len(self._ids))) + [NOBODY] * (chairs - len(self._ids))
        self._rnd.shuffle(order)
        rows = []
        for slot in range(slots):
            turn = slot % max(1, chairs - 1)
            ring = order[:1] + order[1:][turn:] + order[1:][:turn]
            pairs = [(ring[n], ring[-1 - n]) for n in range(chairs // 2)]
            shift = slot * self._tables[slot] % max(1, len(pairs))
            pairs = pairs[shift:] + pairs[:shift]
            pairs.sort(key=lambda pair: NOBODY in pair)
            rows.append([person for pair in pairs for person in pair])
        return rows

    # --- A pair sits down and gets up --------------------------------------------------------------------------------

    def _open(self, slot: int, place: int) -> None:
        row = self._chairs[slot]
        a, b = row[2 * place], row[2 * place + 1]
        if a == NOBODY or b == NOBODY:
            return
        there = self._there[slot]
        worth = self._worth[a][b]
        if not worth or not there[a] or not there[b]:
            return
        key = (a, b) if a < b else (b, a)
        if key in self._slot_of:
            return
        self._slot_of[key] = slot
        self._on[slot][place] = True
        pauses = self._pauses
        self.worth += worth
        self.score += worth + self._dear * (2 * (pauses[a] + pauses[b]) - 2)
        pauses[a] -= 1
        pauses[b] -= 1

    def _close(self, slot: int, place: int) -> None:
        if not self._on[slot][place]:
            return
        row = self._chairs[slot]
        a, b = row[2 * place], row[2 * place + 1]
        del self._slot_of[(a, b) if a < b else (b, a)]
        self._on[slot][place] = False
        pauses = self._pauses
        pauses[a] += 1
        pauses[b] += 1
        worth = self._worth[a][b]
        self.worth -= worth
        self.score -= worth + self._dear * (2 * (pauses[a] + pauses[b]) - 2)

    # --- The walk ----------------------------------------------------------------------------------------------------

    def walk(self, progress: Callable[[int], float], tell: Callable[[], None]) -> None:
        rnd, chairs, steps, heat = self._rnd.random, len(self._chairs[0]) if self._chairs else 0, 0, 1.0
        slots = [slot for slot, tables in enumerate(self._tables) if tables]
        if not slots or chairs < 4:
            return
        told = time.monotonic()
        while True:
            if steps % LOOK_EVERY == 0:
                done = progress(steps)
                if self.score > self._best_score:
                    self._keep()
                    if time.monotonic() - told > 1:
                        told = time.monotonic()
                        tell()
                if done >= 1:
                    return
                heat = self._highest * HOT * (COLD / HOT) ** done
            steps += 1
            slot = slots[int(rnd() * len(slots))]
            first = int(rnd() * 2 * self._tables[slot])
            second = int(rnd() * chairs)
            self._try(slot, first, second, heat)

    def _try(self, slot: int, first: int, second: int, heat: float) -> None:
        row = self._chairs[slot]
        one, other = first >> 1, second >> 1
        before = self.score
        self._close(slot, one)
        self._close(slot, other)
        row[first], row[second] = row[second], row[first]
        self._open(slot, one)
        if other != one and other < self._tables[slot]:
            self._open(slot, other)
        loss = before - self.score
        if loss <= 0 or (loss < 12 * heat and self._rnd.random() < math.exp(-loss / heat)):
            return
        self._close(slot, one)
        self._close(slot, other)
        row[first], row[second] = row[second], row[first]
        self._open(slot, one)
        if other != one and other < self._tables[slot]:
            self._open(slot, other)

    def _keep(self) -> None:
        self.best, self.best_worth, self._best_score = self._held(), self.worth, self.score

    def _held(self) -> dict[Pair, int]:
        """In order of time, so that the same programme is always told in the same way."""
        rows = sorted((slot, a, b) for (a, b), slot in self._slot_of.items())
        return {pair_of(self._ids[a], self._ids[b]): slot for slot, a, b in rows}
