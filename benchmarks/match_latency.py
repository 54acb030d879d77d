"""From the save of a profile to its new suggestions in the database, with the demo's organisations.

    .venv/bin/python benchmarks/match_latency.py [--saves 100] [--limit 1.0] [--separate]

Makes a database of its own, loads the demo's organisations and parties, and saves texts of claimed profiles through
the same service as the page does. A save counts as done when the profile's own list *and* its rows in the lists of
others are of the new text. Prints median, 95th percentile and their ratio to the limit; exit code 1 above it.

Embedded by default: worker and beat in this process, SQLite. With `--separate`, and DATABASE_URL and REDIS_URL of an
empty PostgreSQL database and a Redis, a Celery worker of its own does the work.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any


def prepare() -> None:
    """The demo's settings, in a folder that is thrown away."""
    os.environ.setdefault("SOLMU_DATA", tempfile.mkdtemp(prefix="solmu-latency-"))
    os.environ.update(SOLMU_DEMO="1", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE="config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_themes", verbosity=0)


def load() -> list[Any]:
    """The demo's profiles, straight in the tables; returns (profile, owner) of the claimed ones."""
    from django.utils import timezone

    from accounts.models import PastWork, Profile, ProfileText, ProfileTheme, Representative, User
    from config.demo import read
    from themes.models import Theme

    if Profile.objects.exists():
        sys.exit("The database has profiles already; give an empty one.")
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    now = timezone.now()

    def make(slug: str, one: Any, **fields: Any) -> Profile:
        names = {f"name_{language}": name for language, name in one.names.items()}
        profile = Profile.objects.create(
            slug=slug,
            kind=one.kind,
            municipality=one.municipality,
            status="published",
            published_at=now,
            **names,
            **fields,
        )
        for theme in one.themes:
            ProfileTheme.objects.create(tag=themes[theme], content_object=profile)
        return profile

    for number, one in enumerate(read.organisations()):
        profile = make(f"organisation-{number}", one)
        for title in one.projects:
            PastWork.objects.create(profile=profile, title=title[:400])
    claimed = []
    for key, party in read.parties().items():
        profile = make(f"party-{key}", party, claimed_at=now)
        for kind, text in party.texts.items():
            if text:
                ProfileText.objects.create(profile=profile, kind=kind, language=party.language, text=text)
        owner = User.objects.create(email=f"{key}@latency.example", name=key)
        Representative.objects.create(profile=profile, user=owner, role="owner", since=now)
        if party.texts:
            claimed.append((profile, owner))
    return claimed


@contextmanager
def worker(separate: bool) -> Iterator[None]:
    if separate:
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "2", "-l", "warning"]
        process = subprocess.Popen(command)
        try:
            yield
        finally:
            process.terminate()
            process.wait(15)
    else:
        from config.embedded import Embedded

        embedded = Embedded()
        embedded.start()
        try:
            yield
        finally:
            embedded.stop()


def save_and_wait(profile: Any, owner: Any, word: str) -> tuple[float, int]:
    """Seconds from the save's begin to the last row, and how many rows stand about the profile."""
    from django.db.models import Q
    from django.utils import timezone

    from accounts.services.profiles import edit_profile
    from accounts.services.sections import Section, read
    from matching.models import Freshness, Suggestion

    words = read(profile, Section.WORDS)
    # Nobody writes by themselves: a new sentence about a new subject, in the text of what is looked for.
    data = {
        "seeks": f"{words['seeks']} Etsimme myös: {word}.".strip(),
        "seeks_language": words["seeks_language"] or "fi",
    }
    began = time.perf_counter()
    edit_profile(profile=profile, section=Section.WORDS, data=data, by=owner, now=timezone.now())
    version = Freshness.objects.values_list("version", flat=True).get(pk=profile.pk)
    while True:
        mark = Freshness.objects.get(pk=profile.pk)
        if mark.matched_version >= version:
            break
        if time.perf_counter() - began > 60:
            sys.exit(f"{profile} was not matched within a minute")
        time.sleep(0.002)
    taken = time.perf_counter() - began
    rows = Suggestion.objects.filter(Q(profile=profile) | Q(other=profile))
    if rows.filter(profile=profile).exclude(generation=version).exists():
        sys.exit(f"{profile} has rows of an older text")
    return taken, rows.count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saves", type=int, default=100)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds at the 95th percentile")
    parser.add_argument("--separate", action="store_true")
    options = parser.parse_args()

    prepare()
    claimed = load()
    from django.utils import timezone

    from accounts.models import Profile
    from matching import services

    began = time.perf_counter()
    services.mark_the_unmarked(now=timezone.now())
    count = services.rematch_all(now=timezone.now())
    print(f"{Profile.objects.count()} profiles; all {count} matched in {time.perf_counter() - began:.1f} s")
    chance = random.Random(1)
    subjects = [
        "aurinkopaneelit",
        "hakelämpö",
        "opinnäyte",
        "kuljetus",
        "solceller",
        "biokaasu",
        "leipä",
        "verkkokauppa",
    ]
    taken, rows = [], []
    with worker(options.separate):
        time.sleep(3)
        for number in range(options.saves):
            profile, owner = chance.choice(claimed)
            seconds, stand = save_and_wait(profile, owner, f"{chance.choice(subjects)} {number}")
            taken.append(seconds)
            rows.append(stand)
    p95 = quantiles(taken, n=20)[-1]
    where = "separate worker" if options.separate else "embedded"
    print(
        f"{where}: {len(taken)} saves, median {median(taken) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"worst {max(taken) * 1000:.0f} ms; p95 is {p95 / options.limit:.2f} of the limit; "
        f"median {median(rows):.0f} rows about a profile"
    )
    sys.exit(0 if p95 <= options.limit else 1)


if __name__ == "__main__":
    main()
