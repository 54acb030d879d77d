"""Made-up profiles straight in the tables of an empty database: DATABASE_URL's, or SQLite in a folder.

    .venv/bin/python benchmarks/fill.py 100000 [--folder /tmp/hundred] [--claimed 1.0] [--lists 0.1] [--answers 10]

`--lists` gives so large a share of the profiles that somebody represents fifty suggestions each, and as many answers as
`--answers` says; they are shaped as matching writes them, and are not what the engine would choose. Whoever has no
list stands marked as stale.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import profiles

BATCH = 1000
LENGTH = 50
TERMS = 12
_LONG_WORD = re.compile(r"\b[a-zåäö]{7,}\b")


def prepare(folder: Path | None = None) -> None:
    """The demo's settings, in a folder that is thrown away unless one is given; tables and themes made."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    os.environ["SOLMU_DATA"] = str(folder or tempfile.mkdtemp(prefix="solmu-filled-"))
    os.environ.update(SOLMU_DEMO="1", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE="config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_themes", stdout=io.StringIO())


def fill(number: int, *, claimed: float = 1.0, lists: float = 0.0, answers: int = 0) -> dict[str, float]:
    """So many profiles in the empty tables. Returns the seconds spent on each kind of rows.

    Which profiles are claimed or have lists depends on their number alone, as all else of them does.
    """
    from django.utils import timezone

    from accounts.models import Profile
    from matching.models import Freshness, Interest, Suggestion

    if Profile.objects.exists():
        sys.exit("The database has profiles already; give an empty one.")
    # The profiles stay in memory and hold no circles; looking through them again and again doubles the time.
    gc.disable()
    now = timezone.now()
    spent: dict[str, float] = {}
    began = time.perf_counter()
    known: list[tuple[int, Any]] = []
    made = profiles.make(number)
    while batch := list(islice(made, BATCH)):
        known += _write_profiles(batch, claimed, now)
    spent["profiles"] = time.perf_counter() - began

    began = time.perf_counter()
    shown = [one for one in known if one[1].visibility != "hidden"]
    rows: list[Any] = []
    given: list[Any] = []
    marks: list[Any] = []
    for pk, one in known:
        has_list = _drawn(one.number, "claimed") < claimed and _drawn(one.number, "list") < lists
        marks.append(_mark(pk, now, fresh=has_list))
        if has_list:
            others = _others(one, shown)
            rows += [suggestion(pk, one, *other, place, now) for place, other in enumerate(others[:LENGTH])]
            given += [_answer(pk, other[0], place, now) for place, other in enumerate(others[LENGTH:][:answers])]
        if len(rows) >= 5 * BATCH:
            _write(Suggestion, rows)
            rows.clear()
    _write(Suggestion, rows)
    _write(Interest, given)
    _write(Freshness, marks)
    spent["suggestions, answers, marks"] = time.perf_counter() - began
    analyse()
    return spent


def _write_profiles(batch: list[profiles.Made], claimed: float, now: Any) -> list[tuple[int, profiles.Made]]:
    from django.db import transaction

    from accounts.models import PastWork, Profile, ProfileText, ProfileTheme, Representative, User
    from themes.models import Theme

    themes = dict(Theme.objects.values_list("slug", "pk"))
    with transaction.atomic():
        rows = Profile.objects.bulk_create([_profile(one, claimed, now) for one in batch])
        pairs = list(zip(rows, batch, strict=True))
        written = [(row, n, one) for row, made in pairs for n, one in enumerate(made.documents)]
        ProfileText.objects.bulk_create(
            ProfileText(profile=row, kind=one.role, language=one.lang, text=one.text)
            for row, _n, one in written
            if one.role != "past"
        )
        PastWork.objects.bulk_create(
            PastWork(profile=row, title=one.text[:400], language=one.lang, source="made up")
            for row, _n, one in written
            if one.role == "past"
        )
        ProfileTheme.objects.bulk_create(
            ProfileTheme(content_object=row, tag_id=themes[slug]) for row, made in pairs for slug in made.themes
        )
        owned = [row for row in rows if row.claimed_at]
        users = User.objects.bulk_create(
            User(email=f"{row.slug}@filled.example", name=f"Owner of {row.slug}", password="!") for row in owned
        )
        Representative.objects.bulk_create(
            Representative(profile=row, user=user, role="owner", since=now)
            for row, user in zip(owned, users, strict=True)
        )
    return [(row.pk, made) for row, made in pairs]


def _profile(one: profiles.Made, claimed: float, now: Any) -> Any:
    from accounts.models import Profile

    # As long as the real columns, and quicker: words as they stand, not their dictionary forms.
    names, terms = dict.fromkeys(one.name.casefold().split()), dict.fromkeys(one.whole.casefold().split())
    return Profile(
        kind=one.kind,
        slug=f"made-{one.number}",
        name_fi=one.name,
        municipality=one.municipality,
        languages=list(one.languages),
        visibility=one.visibility,
        status=Profile.Status.PUBLISHED,
        published_at=now,
        confirmed_at=now,
        claimed_at=now if _drawn(one.number, "claimed") < claimed else None,
        search_names=f" {' '.join(names)} ",
        search_terms=f" {' '.join(names | terms)} ",
    )


def _others(one: profiles.Made, shown: list[tuple[int, profiles.Made]]) -> list[tuple[int, profiles.Made]]:
    chance = random.Random(f"{one.number} others")
    found = chance.sample(shown, min(2 * LENGTH + 1, len(shown)))
    return [other for other in found if other[1].number != one.number]


def suggestion(pk: int, one: profiles.Made, other_pk: int, other: profiles.Made, place: int, now: Any) -> Any:
    """The row of a list that `matching.services.matches` would write, with as many terms as usual: words that both
    texts have first, then others, which the page looks for in vain."""
    from matching.models import Suggestion

    mine, theirs = one.documents[0], other.documents[0]
    mine_words, their_words = (
        dict.fromkeys(word.group().casefold() for word in _LONG_WORD.finditer(document.text))
        for document in (mine, theirs)
    )
    labels = sorted(mine_words, key=lambda word: word not in their_words)[:TERMS]
    points = 40 * (LENGTH - place)
    words = [part for label in labels for part in (label, points)]
    themes = [part for theme in other.themes[:2] for part in (theme, 100)]
    groups = [
        ["shared_field", "both", mine.role, theirs.role, words],
        ["theme", "both", "", "", themes],
        ["place", "both", "", "", ["120", 20]],
    ]
    return Suggestion(
        profile_id=pk,
        other_id=other_pk,
        score=sum(sum(group[4][1::2]) for group in groups),
        direction="shared",
        evidence={"groups": groups},
        signature=random.Random(other_pk).getrandbits(62),
        generation=1,
        made_at=now,
    )


def _answer(pk: int, other_pk: int, place: int, now: Any) -> Any:
    from matching.models import Interest

    answer = ("interested", "not_relevant", "later", "never")[place % 4]
    until = (now + timedelta(days=30)).date() if answer == "later" else None
    return Interest(profile_id=pk, other_id=other_pk, answer=answer, until=until, at=now - timedelta(hours=place))


def _mark(pk: int, now: Any, *, fresh: bool) -> Any:
    from matching.models import Freshness

    if fresh:
        return Freshness(profile_id=pk, matched_version=1, matched_at=now, first_matched_at=now)
    return Freshness(profile_id=pk, stale_since=now)


def _drawn(number: int, what: str) -> float:
    return random.Random(f"{number} {what}").random()


def _write(model: Any, rows: Iterable[Any]) -> None:
    model.objects.bulk_create(rows, batch_size=BATCH)


def analyse() -> None:
    """The planner's figures as a running database has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("--folder", type=Path, help="SOLMU_DATA; kept")
    parser.add_argument("--claimed", type=float, default=1.0)
    parser.add_argument("--lists", type=float, default=0.0)
    parser.add_argument("--answers", type=int, default=0)
    options = parser.parse_args()
    prepare(options.folder)
    spent = fill(options.number, claimed=options.claimed, lists=options.lists, answers=options.answers)
    from django.conf import settings

    for what, seconds in spent.items():
        print(f"{what}: {seconds:.1f} s")
    print(f"in {settings.DATABASES['default']['NAME']}")


if __name__ == "__main__":
    main()
