"""What members and visitors see of a network with 500 members and 5,000 posts beside one with 20: every page asks the
database as often, and is as quick.

    .venv/bin/python benchmarks/network_board.py [--small 20] [--large 500] [--posts 5000] [--requests 60] [--limit 1.5]
        [--only WORDS] [--folder FOLDER]

Both networks stand in one database, made by `network_town.py` (SQLite in a folder that is thrown away, or
DATABASE_URL's, which must be empty), with ten posts a member in both. How the pages are asked for is in `turns.py`;
`--only` asks for those whose name has the words. Without a limit: the open data, a file with a line for each member
that is named, and how long the writing of a post takes, since a post is told to every member. Exit code 1 when a page
makes more queries for the large network or the ratio of the 95th percentiles is above the limit.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from statistics import median
from typing import Any

import fill
import network_town
import turns

WRITTEN = 5


def main() -> int:
    options = network_town.options_of(__doc__, requests=60)
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from networks.models import Group, Membership, NetworkMeeting, Post
    from networks.services import board

    now = timezone.now()
    town = network_town.fill_town(options, now)
    clients = {"member": Client(HTTP_HOST="127.0.0.1"), "visitor": Client(HTTP_HOST="127.0.0.1")}
    reader = town.people[3]
    clients["member"].force_login(reader.user)
    print(
        f"{connection.vendor}, {options.small} and {options.large} members, "
        f"{' and '.join(str(posts) for posts in town.posts.values())} posts, {Post.objects.count()} with "
        f"comments; {options.requests} requests of each page"
    )

    def page(
        name: str, address: str, *, who: str = "member", after: str = "", is_limited: bool = True, **more: Any
    ) -> turns.Page:
        return turns.Page(who, name, network_town.addresses(town, address, after, more), is_limited)

    def same(name: str, address: str, who: str = "member") -> turns.Page:
        """One address, whatever the networks: that of a reader who is in both, or of all networks."""
        return turns.Page(who, name, dict.fromkeys(town.networks, reverse(address)))

    group, meeting = {"pk": network_town.first(Group)}, {"pk": network_town.first(NetworkMeeting)}
    coming, post = {"pk": network_town.last(NetworkMeeting)}, {"pk": network_town.last(Post)}
    own, written = {"pk": network_town.of(Membership, reader)}, {"pk": network_town.of(Post, reader)}
    year = timezone.localdate(now).year
    pages = [
        page("network", "network"),
        page("members", "network_members"),
        page("own membership", "network_own", **own),
        page("board", "network_board"),
        page("board, second page", "network_board", after="?page=2"),
        page("board, search", "network_board", after="?q=kuivuri"),
        page("board, rare word", "network_board", after="?q=kosteusmittari"),
        page("post", "network_post", **post),
        page("post, edit", "network_post_edit", **written),
        page("group", "network_group", **group),
        page("group's board", "network_group_board", **group),
        page("meetings", "network_meetings"),
        page("meeting, held", "network_meeting", **meeting),
        page("meeting, coming", "network_meeting", **coming),
        page("tables, coming", "network_seating", **coming),
        page("who has not met", "network_who_has_met"),
        page("wheel", "network_wheel"),
        page("market", "network_market"),
        page("market, search", "network_market", after="?q=seura"),
        page("report", "network_report", year=year - 1),
        page("network", "network", who="visitor"),
        page("members", "network_members", who="visitor"),
        page("report", "network_report", who="visitor", year=year - 1),
        page("card on another site", "network_embed", who="visitor"),
        page("open data", "network_public", who="visitor", is_limited=False),
        same("networks", "networks"),
        same("conversations", "messages"),
        same("networks", "networks", "visitor"),
    ]
    failed = turns.compare(
        [one for one in pages if options.only in one.name], clients, requests=options.requests, limit=options.limit
    )
    for size, network in town.networks.items():
        spent = []
        for n in range(WRITTEN):
            began = time.perf_counter()
            board.write(
                network=network, group=None, text=f"Uusi {n}", by=town.people[1].user, now=now + timedelta(minutes=n)
            )
            spent.append((time.perf_counter() - began) * 1000)
        print(f"writing with {size} members: the day's first {spent[0]:.0f} ms, then {median(spent[1:]):.0f} ms")
    return turns.told(failed)


if __name__ == "__main__":
    sys.exit(main())
