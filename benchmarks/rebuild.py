"""Everybody's list made anew in a filled database, by one worker and by two, and with workers killed in the midst.

    .venv/bin/python benchmarks/rebuild.py [--profiles 5000] [--workers 1 2] [--kills 5] [--peer]

Fills an empty database (SQLite in a folder that is thrown away, or DATABASE_URL's) with made-up profiles, all claimed.
First as many processes as the largest of --workers read all texts, each a part, and make the first lists; then each
rebuild, with lists standing that it replaces, is done by so many processes of `solmu rebuild_matches`, from the
database's rows to the database's rows, fifty for each profile. Prints
seconds of the clock and of the processors, the largest process, what two workers gain, how attention is spread in the
lists, and what `kill -9` of a worker in mid-rebuild leaves: every list must be whole and of the last rebuild. With
`--peer` scikit-learn does the same texts in the same run (`match_rebuild.py`; it keeps fifty numbers in memory and
writes nothing).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fill
import match_rebuild
import profiles

READ = """
import django; django.setup()
from matching.indexing import index_in_step
with index_in_step() as index: index.settle()
"""
HIGH = 10
MOST_SHARE = 0.04
LEAST_COVERAGE = 0.95


def run(commands: list[list[str]]) -> tuple[float, float, float]:
    """Seconds, CPU seconds and megabytes of the largest process so far."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    processes = [subprocess.Popen(command) for command in commands]
    for process in processes:
        if process.wait():
            sys.exit("a worker failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, cpu, after.ru_maxrss / 1024


def worker() -> list[str]:
    return [sys.executable, "-m", "config.cli", "rebuild_matches", "--with", str(os.getpid()), "--verbosity", "0"]


def rebuild(workers: int) -> float:
    from django.utils import timezone

    from matching import services

    services.start_rebuild(now=timezone.now())
    seconds, cpu, peak = run([worker() for _ in range(workers)])
    print(f"{workers} workers: {seconds:.1f} s, {cpu:.1f} CPU s, largest process {peak:.0f} MB", flush=True)
    return seconds


def killed(kills: int) -> bool:
    """Kill a worker so many times at some moment, let the last one end the work; whether all lists are whole."""
    from django.db.models import Count, Max, Min
    from django.utils import timezone

    from matching import services
    from matching.models import Rebuild, RebuildBlock, Suggestion

    before = dict(Suggestion.objects.values_list("profile").annotate(n=Count("pk")).order_by())
    began = timezone.now()
    one = services.start_rebuild(now=began)
    chance = random.Random(1)
    for kill in range(kills):
        process = subprocess.Popen(worker(), start_new_session=True)
        # It reads the index first; then it is killed at some moment of its first few blocks.
        while not one.blocks.filter(leased_until__gt=timezone.now(), done_at=None).exists():
            time.sleep(0.02)
            if process.poll() is not None:
                sys.exit("the rebuild ended before it could be killed; give more profiles")
        time.sleep(chance.random() * 3)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        left = one.blocks.filter(done_at=None).count()
        print(f"killed {kill + 1}: {left} of {one.blocks.count()} blocks left", flush=True)
        RebuildBlock.objects.filter(rebuild=one, done_at=None).update(leased_until=None)  # as if the lease had run out
    run([worker()])
    state = Rebuild.objects.get(pk=one.pk).state
    lists = Suggestion.objects.values("profile").annotate(n=Count("pk"), first=Min("made_at"), last=Max("made_at"))
    rows = list(lists.order_by())
    mixed = sum(row["first"] != row["last"] for row in rows)
    old = sum(row["first"] < began for row in rows)
    short = sum(row["n"] != before.get(row["profile"]) for row in rows) + len(
        set(before) - {r["profile"] for r in rows}
    )
    print(f"rebuild {state}; lists: {len(rows)}, mixed {mixed}, old {old}, of another length {short}", flush=True)
    return state == "done" and not mixed and not old and not short


def exposure() -> bool:
    from django.db.models import F, Window
    from django.db.models.functions import RowNumber

    from accounts.models import Profile
    from matching.models import Suggestion

    place = Window(RowNumber(), partition_by=F("profile_id"), order_by=[F("score").desc(), F("other_id").asc()])
    placed = Suggestion.objects.annotate(place=place).filter(place__lte=HIGH)
    high = Counter(placed.values_list("other_id", flat=True))
    lists = Suggestion.objects.values("profile").distinct().count()
    shown = Profile.objects.filter(visibility__in=("public", "members"))
    found = Suggestion.objects.values("other").distinct().count() / shown.count()
    most = max(high.values()) / lists
    counts = sorted([*high.values(), *[0] * (shown.count() - len(high))])
    gini = sum((2 * n - len(counts) + 1) * c for n, c in enumerate(counts)) / (len(counts) * sum(counts))
    print(f"most shown: in the top ten of {most:.1%} of the lists (at most {MOST_SHARE:.0%}); Gini {gini:.3f}")
    print(f"in some list: {found:.1%} of those that may be proposed (at least {LEAST_COVERAGE:.0%}); in some top ten")
    print(f"{len(high) / shown.count():.1%}", flush=True)
    return most <= MOST_SHARE and found >= LEAST_COVERAGE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=5_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--peer", action="store_true")
    options = parser.parse_args()
    fill.prepare()
    fill.fill(options.profiles)
    fill.analyse()
    print(f"{options.profiles} profiles", flush=True)
    readers = max(options.workers)
    seconds, cpu, peak = run([[sys.executable, "-c", READ]] * readers)
    print(f"all texts read and kept by {readers}: {seconds:.1f} s, {cpu:.1f} CPU s, {peak:.0f} MB", flush=True)
    print("the first lists, where none stand: ", end="", flush=True)
    rebuild(readers)
    taken = {workers: rebuild(workers) for workers in options.workers}
    if {1, 2} <= set(taken):
        print(f"two workers: {taken[1] / taken[2]:.2f} times as quick as one", flush=True)
    if options.peer:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            for one in profiles.make(options.profiles):
                file.write(json.dumps(one.line(), ensure_ascii=False) + "\n")
            file.flush()
            found = match_rebuild.measure("peer", Path(file.name), 0.5)
        print(f"peer: {found['seconds']:.1f} s, {found['cpu']:.1f} CPU s, {found['peak']:.0f} MB")
        for workers, ours in taken.items():
            print(f"ours with {workers}: {ours / found['seconds']:.2f} times the peer's seconds")
    good = exposure()
    if options.kills:
        good &= killed(options.kills)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
