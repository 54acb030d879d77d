"""How long the coordinator's pages about matching take, and the counts that they live on: on SQLite, or DATABASE_URL's.

    .venv/bin/python benchmarks/coordinator_pages.py [--number 25000] [--folder /tmp/filled] [--requests 15]

An empty database is filled first, with lists for four profiles of five (fill.py; some minutes); a folder that is given
is kept for the next time. Every tenth list is cut to three suggestions, so that there are lonely ones to show.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

import fill

PAGES = ("ground", "lonely", "matching_health", "desk")
SHORT = 3


def shorten() -> None:
    """Every tenth list that was made, from its fourth row on."""
    from matching.models import Freshness, Suggestion

    for key in list(Freshness.objects.filter(matched_at__isnull=False).values_list("pk", flat=True)[::10]):
        rows = list(Suggestion.objects.filter(profile=key).best_first().values_list("pk", flat=True)[SHORT:])
        Suggestion.objects.filter(pk__in=rows).delete()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=25_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--requests", type=int, default=15)
    options = parser.parse_args()
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import Profile, User
    from matching import ground, services
    from matching.models import LonelyProfile, Suggestion

    if not Profile.objects.exists():
        fill.fill(options.number, claimed=0.8, lists=1.0)
        shorten()
    began = time.perf_counter()
    services.count_health(now=timezone.now())
    counted = time.perf_counter()
    ground.keep()
    kept = time.perf_counter()
    print(
        f"{connection.vendor}, {Profile.objects.count()} profiles, {Suggestion.objects.count()} suggestions, "
        f"{LonelyProfile.objects.count()} lonely; counted in {counted - began:.2f} s, "
        f"the ground in {kept - counted:.2f} s"
    )
    host, _is_new = User.objects.get_or_create(email="host@filled.example", defaults={"is_coordinator": True})
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(host)
    for page in PAGES:
        address, taken = reverse(page), []
        with CaptureQueriesContext(connection) as captured:
            first = client.get(address)
        queries = len(captured)
        assert first.status_code == 200, first.status_code
        for _n in range(options.requests):
            start = time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - start) * 1000)
        print(f"{page}: {queries} queries, median {median(taken):.0f} ms, most {max(taken):.0f} ms")


if __name__ == "__main__":
    main()
