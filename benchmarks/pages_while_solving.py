"""Pages while a round is being solved beside them on one machine: the 95th percentile, against the same server idle.

    .venv/bin/python benchmarks/pages_while_solving.py [--solving 60] [--turns 3] [--people 300] [--limit 2]
        [--folder FOLDER]

Starts the product as one process with its demo (in a folder that is thrown away, or FOLDER), asks for its public pages
one after another, and by turns runs `python -m events.scheduling`, as a worker starts it, on a fair that is made here.
Idle and solving take turns, so that what else the machine does falls on both alike. Exit code 1 above the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from events.scheduling.form import write_problem
from events.scheduling.problem import Meeting, Participant, Problem, Slot

PAGES = ("/fi/", "/fi/events/", "/fi/directory/", "/fi/models/", "/fi/themes/")
PAUSE = 0.02
"""Seconds between requests: a reader who is quick, not a load that fills the machine by itself."""
START_SECONDS = 300


def make_fair(people: int, seed: int = 5) -> Problem:
    """More wishes than tables, so that the search never ends by itself."""
    rnd = random.Random(seed)
    ids = [f"p{n}" for n in range(people)]
    pairs = {tuple(sorted(rnd.sample(range(people), 2))) for _ in range(people * 7)}
    slots = 14
    return Problem(
        slots=tuple(Slot(f"s{n}", int(people * 0.35)) for n in range(slots)),
        participants=tuple(
            Participant(id_, frozenset(f"s{n}" for n in rnd.sample(range(slots), rnd.choice((0, 0, 1, 3)))))
            for id_ in ids
        ),
        meetings=tuple(Meeting(f"m{n}", (ids[a], ids[b]), rnd.randint(1, 8)) for n, (a, b) in enumerate(sorted(pairs))),
    )


@contextmanager
def server(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "SOLMU_DEMO": "1", "SOLMU_DATA": str(folder)}
    solmu = str(Path(sys.executable).parent / "solmu")
    process = subprocess.Popen(
        [solmu, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=5).read()
                break
            except (urllib.error.URLError, OSError):
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def solver(problem: Problem, seconds: float) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "events.scheduling"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    asked = {"effort": {"seconds": seconds + 5, "workers": 2}, "problem": write_problem(problem)}
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    time.sleep(2)  # until it has begun
    try:
        if process.poll() is not None:
            raise SystemExit("the solver ended at once")
        yield
        if process.poll() is not None:
            raise SystemExit("the solver ended before its time, so nothing was measured")
    finally:
        process.kill()
        process.wait()


def ask_for(url: str, seconds: float, spent: dict[str, list[float]]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for page in PAGES:
            began = time.perf_counter()
            urllib.request.urlopen(url + page, timeout=30).read()
            spent[page].append(time.perf_counter() - began)
            time.sleep(PAUSE)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solving", type=float, default=60, help="seconds of solving in all")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--limit", type=float, default=2)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    problem, each = make_fair(asked.people), asked.solving / asked.turns
    idle: dict[str, list[float]] = {page: [] for page in PAGES}
    solving: dict[str, list[float]] = {page: [] for page in PAGES}
    with tempfile.TemporaryDirectory() as thrown, server(asked.folder or Path(thrown)) as url:
        ask_for(url, 3, {page: [] for page in PAGES})
        for _turn in range(asked.turns):
            ask_for(url, each, idle)
            with solver(problem, each):
                ask_for(url, each, solving)
    print(f"{'page':16}{'idle median':>13}{'p95':>9}{'solving median':>16}{'p95':>9}{'ratio':>8}  (ms)")
    for page in PAGES:
        print(_line(page, idle[page], solving[page]))
    everything = [one for times in idle.values() for one in times], [one for times in solving.values() for one in times]
    print(_line("all", *everything))
    ratio = p95(everything[1]) / p95(everything[0])
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; p95 of all × {ratio:.2f}, limit {asked.limit:g}")
    return 0 if ratio <= asked.limit else 1


def _line(name: str, idle: list[float], solving: list[float]) -> str:
    figures = (median(idle), p95(idle), median(solving), p95(solving))
    a, b, c, d = (1000 * figure for figure in figures)
    return f"{name:16}{a:13.1f}{b:9.1f}{c:16.1f}{d:9.1f}{d / b:8.2f}"


if __name__ == "__main__":
    raise SystemExit(main())
