"""The pages of an event with 1,000 participants and 5,000 meetings beside one with 50: as many queries, and as quick.

    .venv/bin/python benchmarks/event_pages.py [--small 50] [--large 1000] [--requests 120] [--limit 1.5]
        [--folder FOLDER]

Both events stand in one database (SQLite in a folder that is thrown away, or DATABASE_URL's, which must be empty), each
with a programme of forty sessions in four rooms and a published round. Each page is asked for of both by turns in
random order, so that what else the machine does falls on both alike. Prints queries, medians and 95th percentiles with
their ratio; on SQLite the times are the process's own (the database works inside it), so that other work on the machine
does not count, elsewhere those of the clock on the wall. Exit code 1 when a page makes more queries for the large event
or the ratio is above the limit.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import fill
import turns

MEETINGS_EACH = 10
"""Sides of meetings a participant, so 5,000 meetings of 1,000."""
SESSIONS, ROOMS, SPEAKERS = 40, 4, 20
SLOTS = 12


def make_event(number: int, people: list[Any], now: Any) -> Any:
    """An event tomorrow with those people, its programme, and a round whose schedule is published."""
    from django.utils import timezone

    from events.models import (
        Event,
        Meeting,
        MeetingParty,
        Registration,
        Room,
        Round,
        Session,
        SessionSpeaker,
        Slot,
        Speaker,
    )

    start = timezone.localtime(now + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    event = Event.objects.create(
        slug=f"mitattu-{number}",
        title_fi=f"Mitattu päivä {number}",
        summary_fi="Iso joukko samassa salissa.",
        description="Aamulla kuullaan, iltapäivällä tavataan.\n\n" * 6,
        starts_at=start,
        ends_at=start + timedelta(hours=10),
        place="Areena",
        municipality="167",
        state=Event.State.PUBLISHED,
        capacity=len(people) + 10,
        published_at=now,
    )
    rooms = [Room.objects.create(event=event, name=f"Sali {n}") for n in range(ROOMS)]
    speakers = [
        Speaker.objects.create(event=event, name=f"Puhuja {n}", consented_at=now, profile=people[n].profile)
        for n in range(SPEAKERS)
    ]
    for n in range(SESSIONS):
        begins = start + timedelta(minutes=45 * (n // ROOMS))
        session = Session.objects.create(
            event=event,
            title_fi=f"Puhe {n}",
            abstract="Mitä kahdessa talvessa opittiin.",
            starts_at=begins,
            ends_at=begins + timedelta(minutes=40),
            room=rooms[n % ROOMS],
        )
        SessionSpeaker.objects.create(session=session, speaker=speakers[n % SPEAKERS])
    Registration.objects.bulk_create(
        Registration(event=event, profile=one.profile, user=one.user, registered_at=now) for one in people
    )
    seats = list(Registration.objects.filter(event=event).order_by("pk"))
    round = Round.objects.create(
        event=event,
        starts_at=start,
        ends_at=start + timedelta(hours=10),
        tables=len(people) // 2,
        slot_minutes=20,
        state=Round.State.PUBLISHED,
        published_at=now,
    )
    slots = Slot.objects.bulk_create(
        Slot(
            round=round,
            starts_at=start + timedelta(minutes=25 * n),
            ends_at=start + timedelta(minutes=25 * n + 20),
        )
        for n in range(SLOTS)
    )
    half = len(seats) // 2
    for turn in range(MEETINGS_EACH):
        meetings = Meeting.objects.bulk_create(
            Meeting(
                slot=slots[turn],
                table=n + 1,
                starts_at=slots[turn].starts_at,
                ends_at=slots[turn].ends_at,
                uid=f"{number}-{turn}-{n}@filled.example",
                revised_at=now,
            )
            for n in range(half)
        )
        MeetingParty.objects.bulk_create(
            MeetingParty(meeting=meeting, profile=seat.profile, user=seat.user, registration=seat, busy_in=slots[turn])
            for n, meeting in enumerate(meetings)
            for seat in (seats[n], seats[half + (n + turn) % half])
        )
    return event


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=50)
    parser.add_argument("--large", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    fill.prepare(options.folder)
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import Representative, User
    from events.models import Event, Meeting

    now = timezone.now()
    fill.fill(options.large, claimed=1.0)
    people = list(Representative.objects.select_related("profile", "user").order_by("pk"))
    first_of: dict[int, Any] = {}
    for one in people:
        first_of.setdefault(one.user_id, one)
    comers = list(first_of.values())
    sizes = {size: comers[:size] for size in (options.small, options.large)}
    assert all(len(found) == size for size, found in sizes.items()), len(comers)
    events = {size: make_event(size, found, now) for size, found in sizes.items()}
    host, _is_new = User.objects.get_or_create(email="host@filled.example", defaults={"is_coordinator": True})
    clients = {"anyone": Client(HTTP_HOST="127.0.0.1"), "participant": Client(HTTP_HOST="127.0.0.1")}
    clients["participant"].force_login(comers[3].user)
    clients["host"] = Client(HTTP_HOST="127.0.0.1")
    clients["host"].force_login(host)
    print(
        f"{connection.vendor}, {Event.objects.count()} events, {Meeting.objects.count()} meetings; "
        f"{options.small} and {options.large} participants, {options.requests} requests of each page"
    )
    pages = (
        ("anyone", "event", ""),
        ("anyone", "programme", ""),
        ("anyone", "event_embed", "?programme=1"),
        ("participant", "event", ""),
        ("participant", "my_day", ""),
        ("host", "event", ""),
        ("host", "programme_edit", ""),
    )
    asked = [
        turns.Page(
            who, name, {size: reverse(name, kwargs={"slug": event.slug}) + query for size, event in events.items()}
        )
        for who, name, query in pages
    ]
    return turns.told(turns.compare(asked, clients, requests=options.requests, limit=options.limit))


if __name__ == "__main__":
    sys.exit(main())
