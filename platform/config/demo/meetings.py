"""The demo's series of a network: planned at once, held one by one with tables and minutes, each in its time; and the
report of last year.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from config.demo import read
from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from events.services import registrations
from networks.models import Membership, Network, NetworkMeeting
from networks.services import meetings, minutes, reports, seating

PLANNED_BEFORE = timedelta(days=14)
REGISTERED_BEFORE = timedelta(days=6)
SEATED_BEFORE = timedelta(hours=1)
REPORTED_BEFORE = timedelta(days=1)


def make_series(*, now: datetime) -> int:
    """Returns how many meetings."""
    count = 0
    for row in read.network_meetings():
        network = Network.objects.select_related("organiser").get(name_fi=row["network"])
        at = time.fromisoformat(row["at"])
        rows = row["meetings"]
        begins = [moment(now, day=one["day"], at=at) for one in rows]
        owner = network.coordinators.get().user
        planned = meetings.plan_series(
            network=network,
            plan=meetings.SeriesPlan(
                days=[timezone.localdate(start) for start in begins],
                at=at,
                minutes=row["minutes"],
                table_size=row["table_size"],
                themes=[one["theme"] for one in rows],
                in_turn=True,
            ),
            by=owner,
            now=begins[0] - PLANNED_BEFORE,
        )
        for meeting, one in zip(planned, rows, strict=True):
            _hold(meeting, one, by=owner, loaded=now)
        count += len(planned)
        if "report" in row:
            _report(network, row["report"], by=owner, loaded=now)
    return count


def _hold(meeting: NetworkMeeting, row: dict[str, Any], *, by: Any, loaded: datetime) -> None:
    start = meeting.event.starts_at
    meeting = meetings.edit_meeting(
        meeting=meeting,
        theme=row["theme"],
        aim=row["aim"],
        table_size=meeting.table_size,
        host=_member(meeting, row["host"]),
        by=by,
        now=min(start, loaded) - REGISTERED_BEFORE,
    )
    for key in row["comes"]:
        registrations.register(
            event=meeting.event,
            profile=party_profile(key),
            by=party_owner(key),
            now=min(start - REGISTERED_BEFORE, loaded),
        )
    if "text" not in row:
        return
    seating.seat_meeting(meeting=meeting, by=by, now=start - SEATED_BEFORE)
    now = start + timedelta(hours=1)
    minutes.write_minutes(meeting=meeting, text=row["text"], decisions=row["decisions"], version=None, by=by, now=now)
    for one in row["tasks"]:
        task = minutes.add_task(
            meeting=meeting,
            text=one["text"],
            who=_member(meeting, one["who"]),
            due=timezone.localdate(loaded) + timedelta(days=one["due"]),
            by=by,
            now=now,
        )
        if one["done"]:
            minutes.finish_task(task=task, by=party_owner(one["who"]), now=now + timedelta(days=20))
    minutes.approve_minutes(meeting=meeting, by=by, now=now + timedelta(days=1))


def _report(network: Network, row: dict[str, Any], *, by: Any, loaded: datetime) -> None:
    """Of last year, written and published the day before."""
    year, now = timezone.localdate(loaded).year - 1, loaded - REPORTED_BEFORE
    reports.save_report(network=network, year=year, words=row["words"], goals=row["goals"], by=by, now=now)
    reports.publish_report(network=network, year=year, by=by, now=now)


def _member(meeting: NetworkMeeting, key: str) -> Membership:
    return Membership.objects.get(network=meeting.network, profile=party_profile(key))
