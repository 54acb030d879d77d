"""The demo's event that is on when it is loaded: a round under way, people at the door, one late, one missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import yaml
from django.utils import timezone

from config.demo.gatherings import SOLVE_SECONDS
from config.demo.profiles import party_owner, party_profile
from config.demo.read import DATA
from events.models import Event, Registration, Round
from events.services import announcing, day, desk_visits, desks, doors, events, registrations, requests, rounds, solving
from events.services.doors import Pressed
from themes.models import Theme

MADE_BEFORE = timedelta(days=6)
ASKED_BEFORE = timedelta(days=3)
SOLVED_BEFORE = timedelta(days=1)


@cache
def plan() -> dict[str, Any]:
    with (DATA / "today.yaml").open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
    return loaded


def make_today(*, now: datetime) -> int:
    """Made, registered for and solved as of earlier days; then its doors are open now. Returns how many events."""
    row = plan()
    host = party_owner(row["organiser"])
    slot = timedelta(minutes=row["minutes"])
    starts_at = _five_minutes(now) - row["before"] * slot - timedelta(minutes=5)
    ends_at = starts_at + (row["before"] + 1 + row["after"]) * slot
    event = _make(row, starts_at, ends_at, by=host, now=now - MADE_BEFORE)
    comers = {
        key: registrations.register(
            event=event, profile=party_profile(key), by=party_owner(key), now=now - MADE_BEFORE + n * timedelta(hours=2)
        )
        for n, key in enumerate(row["attendees"])
    }
    made = rounds.create_round(
        event=event,
        plan=rounds.RoundPlan(
            starts_at=starts_at,
            ends_at=ends_at,
            tables=row["tables"],
            slot_minutes=row["minutes"],
            place=row["room"],
        ),
        by=host,
        now=now - MADE_BEFORE,
    )
    _ask(made, row, comers, now=now - ASKED_BEFORE)
    _solve(made, by=host, now=now - SOLVED_BEFORE)
    _open_doors(event, row, comers, by=host, starts_at=starts_at, now=now)
    _open_desks(event, row, by=host, now=now)
    return 1


def _five_minutes(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)


def _make(row: dict[str, Any], starts_at: datetime, ends_at: datetime, *, by: Any, now: datetime) -> Event:
    event = events.create_event(
        plan=events.EventPlan(
            titles=row["name"],
            summaries=row["summary"],
            description=" ".join(row["description"].split()),
            language="fi",
            kind=Event.Kind.MATCHMAKING,
            place=row["place"],
            municipality=row["municipality"],
            starts_at=starts_at - timedelta(minutes=30),
            ends_at=ends_at + timedelta(minutes=30),
            themes=tuple(Theme.objects.filter(slug__in=row["themes"])),
        ),
        organiser=party_profile(row["organiser"]),
        by=by,
        now=now,
    )
    return events.publish_event(event=event, by=by, now=now)


def _ask(made: Round, row: dict[str, Any], comers: dict[str, Registration], *, now: datetime) -> None:
    for wish in row["requests"]:
        asked = requests.make_request(
            round=made,
            asker=comers[wish["from"]],
            asked=comers[wish["to"]],
            message=wish["message"],
            by=party_owner(wish["from"]),
            now=now,
        )
        requests.accept_request(request=asked, by=party_owner(wish["to"]), now=now + timedelta(hours=3))


def _solve(made: Round, *, by: Any, now: datetime) -> None:
    run = solving.start_run(round=made, by=by, now=now, seconds=SOLVE_SECONDS)
    solving.run_solver(run_id=run.pk, clock=timezone.now)
    solving.publish_schedule(round=made, by=by, now=now)


def _open_desks(event: Event, row: dict[str, Any], *, by: Any, now: datetime) -> None:
    """At the first desk somebody is received already; at the others people wait."""
    for number, one in enumerate(row["desks"]):
        plan = desks.DeskPlan(
            name=one["name"],
            topics=one["topics"],
            languages=tuple(one["languages"]),
            place=one["place"],
            opens_at=event.starts_at,
            closes_at=event.ends_at,
            advisors=[by],
            takes_bookings=number == 0,
        )
        desk = desks.create_desk(event=event, plan=plan, by=by, now=now - MADE_BEFORE)
        visits = [
            desk_visits.join_line(desk=desk, by=party_owner(wait["who"]), about=wait["about"], now=now)
            for wait in one["line"]
        ]
        if number == 0:
            desk_visits.call_in(visit=visits[0], by=by, now=now)
            desk_visits.say_here(visit=visits[0], by=by, now=now)


def _open_doors(
    event: Event, row: dict[str, Any], comers: dict[str, Registration], *, by: Any, starts_at: datetime, now: datetime
) -> None:
    """Everybody has come but one who is missing and one who has said that they are late."""
    for number, (key, one) in enumerate(comers.items()):
        if key not in (row["away"], row["late"]["who"]):
            at = min(starts_at - timedelta(minutes=12 - number), now)
            pressed = Pressed(uuid4(), one.pk, is_in=True, at=at)
            doors.press(event=event, presses=[pressed], sent_at=at, now=at, by=by)
    late = row["late"]
    day.say_late(registration=comers[late["who"]], minutes=late["minutes"], by=party_owner(late["who"]), now=now)
    announcing.announce(event=event, text=row["announcement"], language="fi", by=by, now=now)
