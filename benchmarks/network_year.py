"""The coordinator's view of a network with 500 members and 5,000 posts beside one with 20: every page asks the database
as often, and is as quick.

    .venv/bin/python benchmarks/network_year.py [--small 20] [--large 500] [--posts 5000] [--requests 60] [--limit 1.5]
        [--only WORDS] [--folder FOLDER]

Both networks stand in one database, made by `network_town.py` (SQLite in a folder that is thrown away, or
DATABASE_URL's, which must be empty). How the pages are asked for is in `turns.py`; `--only` asks for those whose name
has the words. The files are measured without a limit: a file holds a line for each member or pair, and grows with
them. Exit code 1 when a page makes more queries for the large network or the ratio of the 95th percentiles is above the
limit.
"""

from __future__ import annotations

import sys
from typing import Any

import fill
import network_town
import turns


def main() -> int:
    options = network_town.options_of(__doc__, requests=60)
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from events.models import Meeting
    from networks.models import Application, Group, Membership, NetworkMeeting, Post, Seating

    now = timezone.now()
    town = network_town.fill_town(options, now)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(town.host)
    print(
        f"{connection.vendor}, {options.small} and {options.large} members, {network_town.MEETINGS} meetings each, "
        f"{Seating.objects.count()} seats, {Meeting.objects.count()} meetings two and two, {Post.objects.count()} "
        f"posts and comments; {options.requests} requests of each page"
    )

    def page(name: str, address: str, *, after: str = "", is_limited: bool = True, **more: Any) -> turns.Page:
        found = network_town.addresses(town, address, after, more)
        return turns.Page("coordinator", name, found, is_limited)

    group, meeting = {"pk": network_town.first(Group)}, {"pk": network_town.first(NetworkMeeting)}
    coming, post = {"pk": network_town.last(NetworkMeeting)}, {"pk": network_town.last(Post)}
    member, applied = {"pk": network_town.first(Membership)}, {"pk": network_town.waiting(Application)}
    year = timezone.localdate(now).year
    pages = [
        page("how it is going", "network_year"),
        page("how it is going, last year", "network_year", after=f"?year={year - 1}"),
        page("who is counted", "network_counted", stage="met"),
        page("gone silent", "network_silent"),
        page("newcomers", "network_newcomers"),
        page("who met whom", "network_met"),
        page("who met whom, last year", "network_met", after=f"?year={year - 1}"),
        page("who met whom, of one", "network_met", after=network_town.of_profile),
        page("report, draft", "network_report", year=year),
        page("report, published", "network_report", year=year - 1),
        page("report, written", "network_report_edit", year=year),
        page("network", "network"),
        page("edit", "network_edit"),
        page("end", "network_end"),
        page("goals", "network_goals"),
        page("criteria", "network_criteria"),
        page("coordinators", "network_coordinators"),
        page("gauge", "network_gauge"),
        page("members", "network_members"),
        page("members, found", "network_members", after="?q=a&find=made"),
        page("member", "network_member", **member),
        page("proposed members", "network_proposed"),
        page("letters", "network_letters"),
        page("introduce", "network_introduce"),
        page("application", "network_decide", **applied),
        page("group", "network_group", **group),
        page("group, members", "network_group_members", **group),
        page("group, edit", "network_group_edit", **group),
        page("group's board", "network_group_board", **group),
        page("meetings", "network_meetings"),
        page("new series", "network_series_new"),
        page("meeting, held", "network_meeting", **meeting),
        page("meeting, coming", "network_meeting", **coming),
        page("meeting, edit", "network_meeting_edit", **coming),
        page("minutes", "network_minutes", **meeting),
        page("tables, held", "network_seating", **meeting),
        page("tables, coming", "network_seating", **coming),
        page("kept apart", "network_apart"),
        page("who has not met", "network_who_has_met"),
        page("wheel", "network_wheel"),
        page("market", "network_market"),
        page("board", "network_board"),
        page("post", "network_post", **post),
        page("board, reports", "network_board_reports"),
        page("file of years", "network_year_file", is_limited=False, ending="csv"),
        page("file of members", "network_members_file", is_limited=False, ending="csv"),
        page("file of pairs", "network_met_file", is_limited=False, ending="csv"),
    ]
    return turns.told(
        turns.compare(
            [one for one in pages if options.only in one.name],
            {"coordinator": client},
            requests=options.requests,
            limit=options.limit,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
