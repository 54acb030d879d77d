"""What `kill -9` in the middle of matching leaves behind: nothing.

    .venv/bin/python benchmarks/match_killed.py [--kills 3]

Loads the demo's organisations into a database of its own, marks all stale, and lets processes match them that are
killed at some moment, between two statements or within one. A last process does the rest. Then every mark must be
gone, no list may hold rows of two generations, and every row must be what an undisturbed run makes.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from match_latency import load, prepare

WORK = "from matching import services; from django.utils import timezone; services.rematch_all(now=timezone.now())"


def child(seconds: float | None) -> None:
    """Match in another process; kill it after `seconds`, if it still lives."""
    process = subprocess.Popen([sys.executable, "-c", f"import django; django.setup(); {WORK}"], start_new_session=True)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def rows() -> set[tuple[int, int, int]]:
    from matching.models import Suggestion

    return set(Suggestion.objects.values_list("profile_id", "other_id", "score"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    prepare()
    load()
    from datetime import timedelta

    from django.db.models import Count
    from django.utils import timezone

    from matching import services
    from matching.models import Freshness, Suggestion

    services.mark_the_unmarked(now=timezone.now())
    services.rematch_all(now=timezone.now())
    undisturbed = rows()

    Suggestion.objects.all().delete()
    Freshness.objects.update(stale_since=timezone.now(), leased_until=None)
    chance = random.Random(1)
    for kill in range(options.kills):
        child(2.5 + chance.random() * 2)
        left = Freshness.objects.filter(stale_since__isnull=False)
        leased = left.filter(leased_until__isnull=False).count()
        print(f"killed {kill + 1}: {left.count()} profiles still marked, {leased} under a dead process's lease")
    began = time.perf_counter()
    services.rematch_all(now=timezone.now() + timedelta(minutes=1))
    print(f"the rest done in {time.perf_counter() - began:.1f} s")

    marked = Freshness.objects.filter(stale_since__isnull=False).count()
    mixed = Suggestion.objects.values("profile").annotate(n=Count("generation", distinct=True)).filter(n__gt=1).count()
    same = rows() == undisturbed
    print(f"marks left: {marked}; lists of two generations: {mixed}; {len(undisturbed)} rows as undisturbed: {same}")
    sys.exit(0 if not marked and not mixed and same else 1)


if __name__ == "__main__":
    main()
