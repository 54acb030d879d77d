"""The noticeboard of a network with 500 members and 5,000 posts beside one with 20: as many queries, and as quick.

    .venv/bin/python benchmarks/network_board.py [--small 20] [--large 500] [--posts 5000] [--requests 120]
        [--limit 1.5] [--folder FOLDER]

Both networks stand in one database (SQLite in a folder that is thrown away, or DATABASE_URL's, which must be empty),
the small one with ten posts a member as the large one has. Every second post has two comments, every fifth mentions
somebody. Each page is asked for of both by turns in random order, so that what else the machine does falls on both
alike. Prints queries, medians and 95th percentiles with their ratio; on SQLite the times are the process's own (the
database works inside it), elsewhere those of the clock on the wall. Beside them, without a limit: how long a search and
the writing of a post take, since a post is told to every member. Exit code 1 when a page makes more queries for the
large network or the ratio is above the limit.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import fill
import turns

WRITTEN = 5
TEXTS = (
    "Meillä on kuivurissa tilaa ensi viikolla, noin neljäkymmentä kuutiota. Kuka ottaisi lastua?",
    "Vi söker någon som kan frakta element från hamnen till bygget före midsommar.",
    "Two moisture sensors are free for the spring. Who has a wall to put them in?",
    "Tarjouspyynnön luonnos on kommentoitavana perjantaihin. **Mikä kohta** estäisi sinua tarjoamasta?\n\n- aika",
)


def make_network(number: int, people: list[Any], posts: int, now: Any) -> Any:
    """A running network with those people's organisations as members, and so many posts on its board."""
    from accounts import search
    from networks.models import Membership, Mention, Network, Post, Seat

    network = Network.objects.create(
        slug=f"mitattu-{number}",
        name_fi=f"Mitattu {number}",
        state="running",
        started_at=now,
        organiser=people[0].profile,
    )
    Membership.objects.bulk_create(
        Membership(network=network, profile=one.profile, state="member", state_since=now, member_since=now)
        for one in people
    )
    members = list(Membership.objects.filter(network=network).order_by("pk"))
    Seat.objects.bulk_create(
        Seat(membership=member, user=one.user, since=now) for member, one in zip(members, people, strict=True)
    )
    terms = [search.column(search.text_terms([("fi", text)])) for text in TEXTS]

    def post(n: int, under: Any = None) -> Any:
        one, minutes = people[n % len(people)], timedelta(minutes=n if under is None else n + 1)
        return Post(
            network=network, created_by=one.user, profile=one.profile, text=TEXTS[n % 4], language="fi", under=under,
            at=now - timedelta(days=30) + minutes, search_terms=terms[n % 4],
        )  # fmt: skip

    made = Post.objects.bulk_create([post(n) for n in range(posts)], batch_size=500)
    Post.objects.bulk_create([post(n + k, made[n]) for n in range(0, posts, 2) for k in (1, 2)], batch_size=500)
    Mention.objects.bulk_create(
        Mention(post=made[n], user=people[(n + 3) % len(people)].user) for n in range(0, posts, 5)
    )
    return network


@dataclass(frozen=True)
class Town:
    """Two networks by their sizes, their posts, all people, and one who coordinates the installation."""

    networks: dict[int, Any]
    posts: dict[int, int]
    people: list[Any]
    host: Any


def options_of(about: str | None, requests: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=20)
    parser.add_argument("--large", type=int, default=500)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--requests", type=int, default=requests)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def fill_town(options: argparse.Namespace, now: Any) -> Town:
    """In an empty database, whose statistics are the caller's to count anew (`fill.analyse`)."""
    from accounts.models import Representative, User

    fill.fill(options.large, claimed=1.0)
    people = list(Representative.objects.select_related("profile", "user").order_by("pk"))[: options.large]
    sizes = {options.small: options.posts * options.small // options.large, options.large: options.posts}
    networks = {size: make_network(size, people[:size], posts, now) for size, posts in sizes.items()}
    host, _is_new = User.objects.get_or_create(email="host@filled.example", defaults={"is_coordinator": True})
    return Town(networks, sizes, people, host)


def main() -> int:
    options = options_of(__doc__, requests=120)
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from networks.models import Post
    from networks.services import board

    now = timezone.now()
    town = fill_town(options, now)
    networks, sizes, people = town.networks, town.posts, town.people
    fill.analyse()
    clients = {"member": Client(HTTP_HOST="127.0.0.1"), "coordinator": Client(HTTP_HOST="127.0.0.1")}
    clients["member"].force_login(people[3].user)
    clients["coordinator"].force_login(town.host)
    print(
        f"{connection.vendor}, {options.small} and {options.large} members, "
        f"{' and '.join(str(posts) for posts in sizes.values())} posts, {Post.objects.count()} rows with comments; "
        f"{options.requests} requests of each page"
    )
    last = {
        size: Post.objects.filter(network=network, under=None, comments__isnull=False).order_by("-at")[0]
        for size, network in networks.items()
    }
    pages: list[tuple[str, str, bool, Any]] = [
        ("member", "board", True, lambda size: reverse("network_board", kwargs={"slug": networks[size].slug})),
        ("member", "board, second page", True,
         lambda size: reverse("network_board", kwargs={"slug": networks[size].slug}) + "?page=2"),
        ("member", "post", True,
         lambda size: reverse("network_post", kwargs={"slug": networks[size].slug, "pk": last[size].pk})),
        ("coordinator", "board", True, lambda size: reverse("network_board", kwargs={"slug": networks[size].slug})),
        ("member", "search", False,
         lambda size: reverse("network_board", kwargs={"slug": networks[size].slug}) + "?q=kuivuri"),
    ]  # fmt: skip
    asked = [
        turns.Page(who, name, {size: address_of(size) for size in sizes}, is_limited)
        for who, name, is_limited, address_of in pages
    ]
    failed = turns.compare(asked, clients, requests=options.requests, limit=options.limit)
    for size, network in networks.items():
        spent = []
        for n in range(WRITTEN):
            began = time.perf_counter()
            board.write(
                network=network, group=None, text=f"Uusi {n}", by=people[1].user, now=now + timedelta(minutes=n)
            )
            spent.append((time.perf_counter() - began) * 1000)
        print(f"writing with {size} members: the day's first {spent[0]:.0f} ms, then {median(spent[1:]):.0f} ms")
    return turns.told(failed)


if __name__ == "__main__":
    sys.exit(main())
