"""The market with 20,000 open offers and needs beside one with 200; and how soon a saved one is matched both ways.

    .venv/bin/python benchmarks/market.py [--small 200] [--large 20000] [--profiles 2000] [--requests 120]
        [--saved 100] [--limit 1.5] [--folder FOLDER] [--database postgresql://…]

The large market is a copy of the small one's database into which the rest is published: SQLite in a folder that is
thrown away, or the database that is named, which has to be empty (its copy gets a name of its own, and goes). Each page
is asked for of both by turns in random order, so that what else the machine does falls on both alike. Prints queries,
medians and 95th percentiles with their ratio; the search for a word that few wrote looks through every row, and has no
limit. Then so many are published one by one in the large market through the service, each followed by what a worker
does: its profile matched, its own question answered; the 95th percentile of that is to be at most one second. Exit code
1 when a page makes more queries for the large market, its ratio is above the limit, or the matching takes longer.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import fill
import turns

MOST_SECONDS = 1.0
RARE = "search, a word of nobody"
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


@contextmanager
def copied() -> Iterator[Any]:
    """A connection to a copy of the database as it stands; the copy goes at the end."""
    from django.db import connection, connections

    name = str(connection.settings_dict["NAME"])
    copy = f"{name}_large"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [copy])
    else:
        _released(connection)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    connections.settings["large"] = connection.settings_dict | {"NAME": copy}
    beside = connections.create_connection("large")
    try:
        yield beside
    finally:
        if connection.vendor == "sqlite":
            beside.close()
        else:
            _released(beside)
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}"')


def _released(connection: Any) -> None:
    """Nobody is connected to its database."""
    connection.close()
    connection.close_pool()


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
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    if options.database:
        os.environ["DATABASE_URL"] = options.database
    fill.prepare(options.folder)
    from django.db import connection, connections
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
        ("visitor", "market, ending first", f"{market}?sort=ending"),
        ("visitor", "search", f"{market}?q=kutterinlastu"),
        ("visitor", RARE, f"{market}?q=avaruusasema"),
    ]
    sizes = (options.small, options.large)
    with copied() as beside:
        databases = dict(zip(sizes, (connections["default"], beside), strict=True))

        def enter(size: int) -> None:
            connections["default"] = databases[size]

        enter(options.large)
        fill_market(options.large - options.small, profiles, now)
        print(f"{connection.vendor}, {options.small} and {options.large} open, {len(profiles)} profiles")
        asked = [turns.Page(who, name, dict.fromkeys(sizes, address), name != RARE) for who, name, address in pages]
        failed = turns.compare(asked, clients, requests=options.requests, limit=options.limit, enter=enter)
        enter(options.large)
        matching.mark_the_unmarked(now=now, limit=None)
        matching.rematch(profile_id=profiles[0].pk, now=now)
        spent = match_each(options.saved, profiles)
        enter(options.small)
    slow = quantiles(spent, n=20)[18]
    print(f"saved and matched both ways: median {median(spent):.2f} s, 95 % in {slow:.2f} s")
    if slow > MOST_SECONDS:
        failed.append("saved and matched both ways")
    return turns.told(failed)


if __name__ == "__main__":
    sys.exit(main())
