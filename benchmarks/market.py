"""The market with 20,000 open offers and needs beside one with 200; and how soon a saved one is matched both ways.

    .venv/bin/python benchmarks/market.py [--small 200] [--large 20000] [--profiles 2000] [--requests 120]
        [--saved 100] [--limit 1.5] [--folder FOLDER]

Both markets stand in one database, one after the other: the pages are asked for with the small one, the rest is
published, and they are asked for again (SQLite in a folder that is thrown away, or DATABASE_URL's, which must be
empty). Prints queries, medians and 95th percentiles with their ratio; a search by words looks through all rows and has
no limit. Then so many are published one by one through the service, each followed by what a worker does: its profile
matched, its own question answered; the 95th percentile of that is to be at most one second. Exit code 1 when a page
makes more queries for the large market, its ratio is above the limit, or the matching takes longer.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import fill

MOST_SECONDS = 1.0
TEXTS = (
    ("offer", "Kutterinlastua noudettavaksi", "Höyläämöltä jää kuivaa kutterinlastua kaksi kuutiota viikossa."),
    ("need", "Tarvitsemme lastua kuivikkeeksi", "Hevostalli ottaa kutterinlastua kuivikkeeksi koko talven."),
    ("offer", "Hallitilaa talveksi", "Lämmintä varastotilaa sata neliötä, nosto-ovi ja valvonta."),
    ("need", "Svetsning av ramar", "Vi söker en verkstad som svetsar ramar av rostfritt stål i små serier."),
    ("need", "A pilot site for sensors", "We look for a building site to try moisture sensors for a winter."),
)


def plans(count: int, profiles: list[Any], now: Any) -> list[Any]:
    """Open ones that stand in no index: only the lists are asked of them."""
    from accounts import search
    from opportunities.models import Opportunity
    from opportunities.rules import opportunities as rules

    kinds = [kind for kind in Opportunity.Kind.values if kind != Opportunity.Kind.PURCHASE]  # it has a row beside it
    chance = Random(7)
    terms = [search.column(search.text_terms([("fi", f"{title}\n{text}")])) for _d, title, text in TEXTS]
    made = []
    for n in range(count):
        direction, title, text = TEXTS[n % len(TEXTS)]
        profile, day = profiles[n % len(profiles)], rules.today_of(now) + timedelta(days=1 + n % 150)
        made.append(
            Opportunity(
                profile=profile, direction=direction, kind=chance.choice(kinds), title=f"{title} {n}", text=text,
                language="fi", municipality=profile.municipality, state="open", last_day=day,
                closes_at=rules.end_of(day), published_at=now - timedelta(minutes=n), told_at=now,
                search_terms=terms[n % len(TEXTS)],
            )
        )  # fmt: skip
    return made


def fill_market(count: int, profiles: list[Any], now: Any) -> None:
    from opportunities.models import Opportunity, OpportunityTheme
    from themes.models import Theme

    themes = list(Theme.objects.active().order_by("pk")[:60])
    made = Opportunity.objects.bulk_create(plans(count, profiles, now), batch_size=500)
    OpportunityTheme.objects.bulk_create(
        (OpportunityTheme(content_object=one, tag=themes[n % len(themes)]) for n, one in enumerate(made) if themes),
        batch_size=1000,
    )
    fill.analyse()


def asked(clients: dict[str, Any], pages: list[tuple[str, str, str]], requests: int) -> dict[str, Any]:
    """By page: its queries, and its times in milliseconds of the process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: dict[str, Any] = {}
    for who, name, address in pages:
        clients[who].get(address)
        with CaptureQueriesContext(connection) as queries:
            assert clients[who].get(address).status_code == 200
        count = len(queries)  # at once: the next request empties the log
        spent = []
        for _n in range(requests):
            began = time.process_time()
            clients[who].get(address)
            spent.append((time.process_time() - began) * 1000)
        found[f"{who}: {name}"] = (count, spent)
    return found


def match_each(count: int, profiles: list[Any]) -> list[float]:
    """Seconds from the save to the lists on both sides."""
    from django.utils import timezone

    from accounts.models import Representative
    from matching import services as matching
    from opportunities.rules import opportunities as rules
    from opportunities.services import opportunities as services
    from opportunities.services.opportunities import Plan

    spent = []
    for n in range(count):
        now = timezone.now()
        profile = profiles[n % len(profiles)]
        owner = Representative.objects.select_related("user").filter(profile=profile).order_by("pk")[0].user
        direction, title, text = TEXTS[n % len(TEXTS)]
        day = rules.usual_day(rules.today_of(now))
        plan = Plan(direction=direction, kind="partner", title=f"{title}, mitattu {n}", text=text, last_day=day)
        began = time.perf_counter()
        made = services.create(profile=profile, plan=plan, by=owner, now=now, publish=True)
        matching.answer_question(question_id=made.question_id, now=now)
        matching.rematch(profile_id=profile.pk, now=now)
        spent.append(time.perf_counter() - began)
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=200)
    parser.add_argument("--large", type=int, default=20_000)
    parser.add_argument("--profiles", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--saved", type=int, default=100)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import Profile, Representative
    from matching import services as matching
    from opportunities.models import Opportunity

    fill.fill(options.profiles, claimed=1.0)
    now = timezone.now()
    shown = Profile.objects.published().filter(visibility="public", claimed_at__isnull=False)
    profiles = list(shown.order_by("pk")[: options.profiles])
    clients = {"visitor": Client(HTTP_HOST="127.0.0.1"), "member": Client(HTTP_HOST="127.0.0.1")}
    clients["member"].force_login(Representative.objects.select_related("user").order_by("pk")[0].user)
    fill_market(options.small, profiles, now)
    market = reverse("market")
    one = Opportunity.objects.order_by("pk")[5].get_absolute_url()
    pages = [
        ("visitor", "market", market),
        ("visitor", "market, third page", f"{market}?page=3"),
        ("visitor", "market, needs", f"{market}?direction=need"),
        ("member", "market", market),
        ("visitor", "an offer", one),
        ("visitor", "search", f"{market}?q=kutterinlastu"),
    ]
    before = asked(clients, pages, options.requests)
    fill_market(options.large - options.small, profiles, now)
    after = asked(clients, pages, options.requests)
    print(f"{connection.vendor}, {options.small} and {options.large} open, {len(profiles)} profiles")
    failed = False
    for name, (queries, spent) in before.items():
        more, later = after[name]
        ratio = median(later) / median(spent)
        is_limited = not name.endswith("search")
        bad = is_limited and (more > queries or ratio > options.limit)
        failed |= bad
        print(
            f"{name}: {queries} and {more} queries, {median(spent):.0f} and {median(later):.0f} ms, 95 % in "
            f"{quantiles(later, n=20)[18]:.0f} ms, ratio {ratio:.2f}{'  TOO MUCH' if bad else ''}"
        )
    matching.mark_the_unmarked(now=now, limit=None)
    matching.rematch(profile_id=profiles[0].pk, now=now)
    spent = match_each(options.saved, profiles)
    slow = quantiles(spent, n=20)[18]
    print(f"saved and matched both ways: median {median(spent):.2f} s, 95 % in {slow:.2f} s")
    failed |= slow > MOST_SECONDS
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
