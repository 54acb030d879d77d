"""From the save of a profile to its new suggestions in the database.

    .venv/bin/python benchmarks/match_latency.py [--profiles 1000 5000 25000] [--saves 100] [--limit 1.0] [--separate]

Makes a database of its own with the demo's organisations and parties, or with so many made-up profiles (one run for
each size, and how the times grow), makes everybody's list, and saves texts of claimed profiles through the same service
as the page does. A save counts as done when the profile's own list *and* its rows in the lists of
others are of the new text. Prints median, 95th percentile and their ratio to the limit; exit code 1 above it.

Embedded by default: worker and beat in this process, SQLite. With `--separate`, and DATABASE_URL and REDIS_URL of a
PostgreSQL database and a Redis, a Celery worker of its own does the work; that database is emptied first when sizes are
given.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))


def prepare() -> None:
    """The demo's settings, in a folder that is thrown away."""
    os.environ.setdefault("SOLMU_DATA", tempfile.mkdtemp(prefix="solmu-latency-"))
    os.environ.update(SOLMU_DEMO="1", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE="config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_themes", verbosity=0)


def fill_with(number: int) -> list[Any]:
    """Made-up profiles; returns (profile, owner) of some."""
    import fill
    from django.core.management import call_command

    from accounts.models import Representative

    call_command("flush", verbosity=0, interactive=False)
    call_command("load_themes", verbosity=0)
    fill.fill(number)
    fill.analyse()
    some = Representative.objects.filter(role="owner").select_related("profile", "user").order_by("pk")
    return [(one.profile, one.user) for one in some[:: max(1, number // 500)]]


def match_all() -> None:
    from django.utils import timezone

    from matching import services

    # Marks as new as the rebuild itself would stand, and be swept while the saves are timed.
    time.sleep(services.rebuilds.COMMITTED.total_seconds() + 1)
    rebuild = services.start_rebuild(now=timezone.now())
    while services.work_on_rebuild(rebuild_id=rebuild.pk, now=timezone.now()):
        pass


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


def one_after_another(sizes: list[int]) -> int:
    """Each size in a process of its own; 1 when one of them was above the limit."""
    given = [one for one in sys.argv[1:] if one not in map(str, sizes) and one != "--profiles"]
    medians, code = [], 0
    for size in sizes:
        command = [sys.executable, __file__, *given, "--profiles", str(size)]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(run.stdout, end="", flush=True)
        code = code or run.returncode
        found = re.search(r"median (\d+) ms, p95 (\d+) ms", run.stdout)
        if not found:
            return 1
        medians.append((int(found[1]), int(found[2])))
    for size, (middle, p95) in zip(sizes[1:], medians[1:], strict=True):
        growth = size / sizes[0], middle / medians[0][0], p95 / medians[0][1]
        print("{:.0f} times the profiles: median {:.2f} times, p95 {:.2f} times".format(*growth))
    return code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saves", type=int, default=100)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds at the 95th percentile")
    parser.add_argument("--separate", action="store_true")
    parser.add_argument("--profiles", type=int, nargs="+", default=[], help="made-up ones instead of the demo's")
    options = parser.parse_args()
    if len(options.profiles) > 1:
        sys.exit(one_after_another(options.profiles))

    prepare()
    claimed = fill_with(options.profiles[0]) if options.profiles else load()
    from accounts.models import Profile

    began = time.perf_counter()
    match_all()
    print(f"{Profile.objects.count()} profiles; all matched in {time.perf_counter() - began:.1f} s", flush=True)
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
        f"median {median(rows):.0f} rows about a profile",
        flush=True,
    )
    sys.exit(0 if p95 <= options.limit else 1)


if __name__ == "__main__":
    main()
