"""The demo's days of meetings: one on which participants agree times themselves, with requests in different states and
private marks; and one with a morning of own tables and an afternoon in which everyone moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import yaml
from django.utils import timezone

from config.demo import read
from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from events.models import Event, Registration, Round
from events.queries.slots import best_first, look_at_slots
from events.services import counters, events, marks, own_tables, registrations, requests, rounds, solving
from themes.models import Theme

MADE_BEFORE = timedelta(days=6)
ASKED_BEFORE = timedelta(hours=30)
ANSWERED_BEFORE = timedelta(hours=20)
SOLVE_SECONDS = 2


def days() -> list[dict[str, Any]]:
    with (read.DATA / "meeting_days.yaml").open(encoding="utf-8") as file:
        loaded: list[dict[str, Any]] = yaml.safe_load(file)
    return loaded


def make_days(*, now: datetime) -> int:
    """Made, registered for, asked and answered as of earlier days, and the schedules published."""
    for row in days():
        _make(row, now=now)
    return len(days())


def _make(row: dict[str, Any], *, now: datetime) -> None:
    host, made_at = party_owner(row["organiser"]), now - MADE_BEFORE
    event = events.create_event(
        plan=events.EventPlan(
            titles=row["name"],
            summaries=row["summary"],
            description=row["description"].strip(),
            language="fi",
            kind=Event.Kind.MATCHMAKING,
            place=row["place"],
            municipality="167",
            starts_at=moment(now, day=row["day"], at=time.fromisoformat(row["starts"])),
            ends_at=moment(now, day=row["day"], at=time.fromisoformat(row["ends"])),
            themes=tuple(Theme.objects.filter(slug__in=row["themes"])),
        ),
        organiser=party_profile(row["organiser"]),
        by=host,
        now=made_at,
    )
    event = events.publish_event(event=event, by=host, now=made_at)
    comers = {
        key: registrations.register(
            event=event,
            profile=party_profile(key),
            by=party_owner(key),
            now=made_at + number * timedelta(hours=3),
        )
        for number, key in enumerate(row["attendees"])
    }
    made = list(_rounds(event, row, comers, by=host, now=made_at))
    for wish in row["marks"]:
        me, about = comers[wish["by"]], comers[wish["about"]]
        marks.say_wish(round=made[0], me=me, about=about, word=wish["word"], by=me.user, now=now - ASKED_BEFORE)
    for wish in row["requests"]:
        _ask(made[0], wish, comers, now=now)
    for one in made:
        if not one.is_free:
            run = solving.start_run(round=one, by=host, now=now - ANSWERED_BEFORE, seconds=SOLVE_SECONDS)
            solving.run_solver(run_id=run.pk, clock=timezone.now)
            solving.publish_schedule(round=one, by=host, now=now - ANSWERED_BEFORE)


def _rounds(
    event: Event, row: dict[str, Any], comers: dict[str, Registration], *, by: Any, now: datetime
) -> Iterator[Round]:
    for plan in row["rounds"]:
        day = timezone.localtime(event.starts_at)
        begins = time.fromisoformat(plan["starts"])
        starts_at = day.replace(hour=begins.hour, minute=begins.minute)
        made = rounds.create_round(
            event=event,
            plan=rounds.RoundPlan(
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=plan["slots"] * plan["minutes"]),
                slot_minutes=plan["minutes"],
                tables=plan["tables"],
                style=plan["style"],
            ),
            by=by,
            now=now,
        )
        if made.is_hosted:
            seated = [comers[key] for key in plan["seated"]]
            own_tables.choose_seated(round=made, people=seated, ticket=None, by=by, now=now)
        yield made


def _ask(made: Round, wish: dict[str, Any], comers: dict[str, Registration], *, now: datetime) -> None:
    """A request, and what the other side said: yes unless told otherwise, no, other times, or nothing yet."""
    asker, asked = comers[wish["from"]], comers[wish["to"]]
    request = requests.make_request(
        round=made,
        asker=asker,
        asked=asked,
        message=wish["message"],
        language=read.parties()[wish["from"]].language,
        by=asker.user,
        now=now - ASKED_BEFORE,
    )
    answer, at = wish.get("answer", "accepted"), now - ANSWERED_BEFORE
    if answer == "declined":
        requests.decline_request(request=request, by=asked.user, now=at, reason=wish["reason"])
    elif answer == "offers":
        free = best_first(look_at_slots(made, [asker, asked], now=at))
        counters.offer_times(request=request, slots=[one.slot for one in free[3:5]], by=asked.user, now=at)
    elif answer == "accepted":
        requests.accept_request(request=request, by=asked.user, now=at)
