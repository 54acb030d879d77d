"""Pages of a small thing and of a large one, asked for by turns: what the benchmarks of pages share."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

WARM_UP = 8


@dataclass(frozen=True)
class Page:
    """`addresses` by size; one that is not `is_limited` is measured and never fails."""

    who: str
    name: str
    addresses: dict[int, str]
    is_limited: bool = True


def compare(
    pages: Iterable[Page],
    clients: dict[str, Any],
    *,
    requests: int,
    limit: float,
    enter: Callable[[int], None] = lambda _size: None,
) -> list[str]:
    """Ask for each page of both sizes by turns in random order, so that what else the machine does falls on both alike;
    print queries, medians and 95th percentiles with their ratio. On SQLite the times are the process's own (the
    database works inside it), so that other work on the machine does not count, elsewhere those of the clock on the
    wall. `enter` is told the size before each of its requests, outside the time. Returns the pages with more queries
    for the large size or a ratio above the limit.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    chance, failed = random.Random(7), []
    for page in pages:
        small, large = sorted(page.addresses)
        client = clients[page.who]
        queries: dict[int, int] = {}
        taken: dict[int, list[float]] = {small: [], large: []}
        for size, address in page.addresses.items():
            enter(size)
            for _n in range(WARM_UP):
                client.get(address)
            for _n in range(3):  # the fewest: now and then a request renews what a cache held
                with CaptureQueriesContext(connection) as captured:
                    answer = client.get(address)
                assert answer.status_code == 200, (address, answer.status_code)
                queries[size] = min(len(captured), queries.get(size, len(captured)))
        turns = [size for size in page.addresses for _n in range(requests)]
        chance.shuffle(turns)
        for size in turns:
            enter(size)
            began = clock()
            client.get(page.addresses[size])
            taken[size].append((clock() - began) * 1000)
        slow = {size: quantiles(times, n=20)[-1] for size, times in taken.items()}
        ratio = slow[large] / slow[small]
        missed = queries[large] > queries[small] or (page.is_limited and ratio > limit)
        bar = f"(≤ {limit:.2f}: {'MISSES' if missed else 'holds'})" if page.is_limited else "(no limit)"
        print(
            f"{page.who}: {page.name}: {queries[small]} and {queries[large]} queries, median "
            f"{median(taken[small]):.0f} and {median(taken[large]):.0f} ms, p95 {slow[small]:.0f} and "
            f"{slow[large]:.0f} ms, ratio {ratio:.2f} {bar}",
            flush=True,
        )
        if missed:
            failed.append(f"{page.who}: {page.name}")
    return failed


def told(failed: list[str]) -> int:
    """The exit code, with what failed in words."""
    if failed:
        print(f"Above the limit: {', '.join(failed)}")
    return 1 if failed else 0
