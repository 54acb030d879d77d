"""The coordinator's view of a network with 500 members and 5,000 posts beside one with 20: as many queries, and as
quick.

    .venv/bin/python benchmarks/network_year.py [--small 20] [--large 500] [--posts 5000] [--requests 60] [--limit 1.5]
        [--folder FOLDER]

Both networks stand in one database, made as `network_board.py` makes them (SQLite in a folder that is thrown away, or
DATABASE_URL's, which must be empty), and each has met for two years: a meeting a month to which two members of three
came and sat at tables of four, half of them with 1:1 meetings. How the pages are asked for is in `turns.py`. The report
and the files, which are made or fetched seldom, are measured without a limit. Exit code 1 when a page makes more
queries for the large network or the ratio is above the limit.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from typing import Any

import fill
import network_board
import turns

MEETINGS, A_TABLE, APART = 24, 4, timedelta(days=30)


def hold_meetings(network: Any, people: list[Any], now: Any) -> None:
    """A meeting a month for two years; everybody's membership is as old as that."""
    from events.models import Event, FollowUp, Meeting, MeetingParty, Registration, Round, Slot
    from networks.models import Membership, MembershipChange, Network, NetworkMeeting, Seating

    chance, began = random.Random(11), now - APART * (MEETINGS + 1)
    Network.objects.filter(pk=network.pk).update(started_at=began, guide_closed_at=now)
    Membership.objects.filter(network=network).update(member_since=began, state_since=began)
    MembershipChange.objects.bulk_create(
        MembershipChange(membership=one, to_state="member", at=began)
        for one in Membership.objects.filter(network=network)
    )
    for n in range(MEETINGS):
        starts = now - APART * (MEETINGS - n)
        event = Event.objects.create(
            slug=f"{network.slug}-{n}", title_fi=f"Tapaaminen {n}", starts_at=starts,
            ends_at=starts + timedelta(hours=3), state=Event.State.PUBLISHED, published_at=began,
        )  # fmt: skip
        meeting = NetworkMeeting.objects.create(network=network, event=event, theme=f"Aihe {n}")
        came = chance.sample(people, len(people) * 2 // 3)
        Registration.objects.bulk_create(
            Registration(event=event, profile=one.profile, user_id=user, registered_at=began, checked_in_at=starts)
            for user, one in {one.user_id: one for one in came}.items()
        )
        Seating.objects.bulk_create(
            Seating(meeting=meeting, profile=one.profile, table=place // A_TABLE + 1) for place, one in enumerate(came)
        )
        round = Round.objects.create(
            event=event, starts_at=starts, ends_at=starts + timedelta(hours=1), tables=len(came), slot_minutes=20
        )
        slot = Slot.objects.create(round=round, starts_at=starts, ends_at=starts + timedelta(minutes=20))
        pairs = list(zip(came[0 : len(came) // 2 : 2], came[1 : len(came) // 2 : 2], strict=False))
        made = Meeting.objects.bulk_create(
            Meeting(
                uid=f"{network.pk}-{n}-{k}@filled.example", revised_at=began, slot=slot, table=k + 1, starts_at=starts,
                ends_at=starts + timedelta(minutes=20),
            )
            for k in range(len(pairs))
        )  # fmt: skip
        sides = MeetingParty.objects.bulk_create(
            MeetingParty(meeting=one, profile=side.profile, user=side.user)
            for one, pair in zip(made, pairs, strict=True)
            for side in pair
        )
        FollowUp.objects.bulk_create(
            FollowUp(party=side, after_days=30, asked_at=now, came="offer", answered_at=now) for side in sides[::10]
        )


def main() -> int:
    options = network_board.options_of(__doc__, requests=60)
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from events.models import Meeting
    from networks.models import Post, Seating

    now = timezone.now()
    town = network_board.fill_town(options, now)
    networks = town.networks
    for size, network in networks.items():
        hold_meetings(network, town.people[:size], now)
    fill.analyse()
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(town.host)
    print(
        f"{connection.vendor}, {options.small} and {options.large} members, {MEETINGS} meetings each, "
        f"{Seating.objects.count()} seats, {Meeting.objects.count()} meetings two and two, {Post.objects.count()} "
        f"posts and comments; {options.requests} requests of each page"
    )

    def page(name: str, address: str, *, after: str = "", is_limited: bool = True, **more: Any) -> turns.Page:
        found = {size: reverse(address, kwargs={"slug": one.slug, **more}) + after for size, one in networks.items()}
        return turns.Page("coordinator", name, found, is_limited)

    year = timezone.localdate(now).year
    pages = [
        page("how it is going", "network_year"),
        page("last year", "network_year", after=f"?year={year - 1}"),
        page("who is counted", "network_counted", stage="met"),
        page("gone silent", "network_silent"),
        page("newcomers", "network_newcomers"),
        page("who met whom", "network_met", is_limited=False),
        page("report, draft", "network_report", is_limited=False, year=year),
        page("file of pairs", "network_met_file", is_limited=False, ending="csv"),
    ]
    return turns.told(
        turns.compare(pages, {"coordinator": client}, requests=options.requests, limit=options.limit)
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
