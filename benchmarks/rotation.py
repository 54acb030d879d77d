"""Pairs that meet at small tables, beside greedy and what is possible at most; and repairs on the day.

    .venv/bin/python benchmarks/rotation.py [--seeds 0 1 2] [--seconds 10]

*at most* is what can be proven on paper: no pair twice, and where a table has more people than there are tables, those
of it who must meet again. `rolling`: each meeting seated by itself, given the past, as it is used. Greedy fills table
after table with who has met the fewest of those who sit there. Seconds are wall time, on whatever the machine does
beside; the first search of all compiles its loop, which is done before the clock starts.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from itertools import combinations
from pathlib import Path

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(os.environ.get("SOLMU_DATA", "var")) / "compiled"))

from networks.rotation import Seating, plan, repair, seat, table_sizes  # settings of the compiler first
from networks.rotation.sizes import most_pairs

CASES = ((12, 4, 3), (20, 4, 5), (20, 5, 5), (30, 5, 5), (30, 6, 5), (48, 6, 8))
BARS = (48, 150, 175, 298, 355, 899)


def greedy(people: int, size: int, meetings: int, seed: int) -> int:
    chance, met = random.Random(seed), set[tuple[int, int]]()
    for _meeting in range(meetings):
        left = list(range(people))
        chance.shuffle(left)
        for places in table_sizes(people, size):
            table = [left.pop()]
            while len(table) < places:
                best = max(left, key=lambda one: sum((min(one, o), max(one, o)) not in met for o in table))
                left.remove(best)
                table.append(best)
            met.update(combinations(sorted(table), 2))
    return len(met)


def pairs(meetings: list[Seating]) -> Counter[tuple[int, int]]:
    return Counter(pair for one in meetings for table in one.tables for pair in combinations(sorted(table), 2))


def rolling(people: int, size: int, meetings: int, seed: int) -> int:
    held: list[Seating] = []
    for _meeting in range(meetings):
        held.append(seat(range(people), size, met=pairs(held), seed=seed))
    return len(pairs(held))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    began = time.perf_counter()
    plan([range(8), range(7)], 4, steps=10)
    print(f"the loop is there after {time.perf_counter() - began:.1f} s")
    print(f"{'people × size × meetings':26}{'seed':>5}{'bar':>6}{'pairs':>7}{'at most':>9}{'greedy':>8}{'ratio':>7}"
          f"{'s':>7}{'rolling':>9}{'s':>7}")  # fmt: skip
    for case, bar in zip(CASES, BARS, strict=True):
        people, size, meetings = case
        for seed in asked.seeds:
            began = time.perf_counter()
            ours = len(pairs(plan([range(people)] * meetings, size, seed=seed, seconds=asked.seconds)))
            spent = time.perf_counter() - began
            began = time.perf_counter()
            each = rolling(people, size, meetings, seed)
            spent_rolling = time.perf_counter() - began
            simple = greedy(people, size, meetings, seed)
            name = " × ".join(map(str, case))
            print(
                f"{name:26}{seed:5}{bar:6}{ours:7}{most_pairs(*case):9}{simple:8}{ours / simple:7.3f}{spent:7.2f}"
                f"{each:9}{spent_rolling:7.2f}{'' if ours >= bar else '  BELOW'}",
                flush=True,
            )
    print("\nrepair of 30 people, 3 missing and 2 unannounced")
    for size in (2, 3, 4, 5, 6):
        chance, slowest, moved = random.Random(size), 0.0, []
        held = plan([range(30)] * 4, size, steps=200_000)
        for _day in range(20):
            gone = chance.sample(range(30), 3)
            began = time.perf_counter()
            found = repair(held[3].tables, size, missing=gone, arrived=[30, 31], met=pairs(held[:3]))
            slowest = max(slowest, time.perf_counter() - began)
            moved.append(len(found.moved))
        print(f"tables of {size}: 20 days, moved {dict(sorted(Counter(moved).items()))} (people: days), "
              f"slowest {slowest:.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
