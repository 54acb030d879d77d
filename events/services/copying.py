"""What an event hands on: to a copy, to a series, to an outline that others begin from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from events import outlines
from events.models import Event, Room, Session, SessionSpeaker, Speaker
from events.outlines import Outline, OutlinedRoom, OutlinedRound, OutlinedSession
from events.rules import events as rules
from events.services import events, rounds
from events.services.registering import add_registering, outlined_registering
from events.services.shifting import by_the_clock, minutes_after, minutes_between

WEEK = timedelta(weeks=1)


def next_start(event: Event, now: datetime) -> datetime:
    """A week after the event or, if that has passed, the next such day a week from now or later; the clock stays."""
    weeks = 1 if event.starts_at + WEEK > now else (now - event.starts_at) // WEEK + 2
    there = timezone.make_naive(event.starts_at) + weeks * WEEK
    return timezone.make_aware(there)


@transaction.atomic
def copy_event(
    *,
    event: Event,
    by: Any,
    now: datetime,
    starts_at: datetime | None = None,
    with_programme: bool = True,
    with_speakers: bool = False,
) -> Event:
    """A new draft with the same words, all its dates moved as its beginning is; a week on when no time is given.

    Along come words, place, seats, themes, accessibility and how one registers, and, when asked, the programme with its
    rooms, the rounds of 1:1 meetings, and the speakers without their consent. Registrations, meetings and what came of
    it stay.
    """
    if not rules.may_manage_event(by, event):
        raise events.NotTheHost
    start = starts_at or next_start(event, now)
    if event.is_all_day:
        days = timezone.localdate(event.ends_at) - timezone.localdate(event.starts_at)
        ends = timezone.make_aware(timezone.make_naive(start) + days)
    else:
        ends = start + (event.ends_at - event.starts_at)
    closes = event.registration_closes_at
    if closes is not None:
        closes = by_the_clock(closes, event.starts_at, start)
    plan = events.EventPlan(
        titles={code: getattr(event, f"title_{code}") for code in outlines.LANGUAGES},
        summaries={code: getattr(event, f"summary_{code}") for code in outlines.LANGUAGES},
        language=event.language,
        description=event.description,
        kind=event.kind,
        mode=event.mode,
        starts_at=start,
        ends_at=ends,
        place=event.place,
        municipality=event.municipality,
        online_url=event.online_url,
        capacity=event.capacity,
        registration_closes_at=closes,
        accessibility=event.accessibility,
        is_all_day=event.is_all_day,
        procurement_url=event.procurement_url,
        languages=tuple(event.languages),
        themes=tuple(event.themes.all()),
    )
    organiser = event.organiser if rules.may_organise_as(by, event.organiser) else None
    made = events.create_event(
        plan=plan, organiser=organiser, by=by, now=now, operating_model=event.operating_model, audience=event.audience
    )
    keep_walk(made, event.walk_minutes)
    add_registering(event=made, outlined=outlined_registering(event))
    if with_programme:
        copy_programme(source=event, target=made, with_speakers=with_speakers)
        add_rounds(event=made, outlined=outlined_rounds(event), by=by, now=now)
    return made


@transaction.atomic
def copy_programme(*, source: Event, target: Event, with_speakers: bool) -> int:
    """Rooms and sessions, moved as the event was; returns how many sessions came along.

    What does not fit into the new times stays behind. Speakers come without consent and without picture: they agreed to
    be shown for another day.
    """
    rooms = {
        room.pk: Room.objects.create(
            event=target, name=room.name, capacity=room.capacity, accessibility=room.accessibility
        )
        for room in source.rooms.all()
    }
    speakers: dict[int, Speaker] = {}
    if with_speakers:
        for one in source.speakers.all():
            speakers[one.pk] = Speaker.objects.create(
                event=target, name=one.name, title=one.title, organisation=one.organisation, profile=one.profile
            )
    count = 0
    for session in source.sessions.prefetch_related("speaking"):
        start = by_the_clock(session.starts_at, source.starts_at, target.starts_at)
        end = start + (session.ends_at - session.starts_at)
        if start < target.starts_at or end > target.ends_at:
            continue
        copy = Session.objects.create(
            event=target,
            kind=session.kind,
            **{f"title_{code}": getattr(session, f"title_{code}") for code in outlines.LANGUAGES},
            abstract=session.abstract,
            language=session.language,
            starts_at=start,
            ends_at=end,
            room=rooms.get(session.room_id or 0),
        )
        SessionSpeaker.objects.bulk_create(
            SessionSpeaker(session=copy, speaker=speakers[row.speaker_id], order=row.order)
            for row in session.speaking.all()
            if row.speaker_id in speakers
        )
        count += 1
    return count


def keep_walk(event: Event, minutes: int) -> None:
    """The way between the halls, in the transaction of the caller who has made the event."""
    event.walk_minutes = minutes
    event.save(update_fields=["walk_minutes"])


@transaction.atomic
def add_rounds(*, event: Event, outlined: Sequence[OutlinedRound], by: Any, now: datetime) -> int:
    """Rounds of 1:1 meetings with the same times by the clock from the event's beginning, tables and rules; returns how
    many. One that does not fit into the event's times, or beside another, is left out.
    """
    count = 0
    for one in outlined:
        start = minutes_after(event.starts_at, one.offset)
        pauses = [(minutes_after(event.starts_at, offset), minutes) for offset, minutes in one.breaks]
        plan = rounds.RoundPlan(
            starts_at=start,
            ends_at=start + timedelta(minutes=one.length),
            breaks=tuple((pause, pause + timedelta(minutes=minutes)) for pause, minutes in pauses),
            tables_at=tuple((minutes_after(event.starts_at, offset), tables) for offset, tables in one.tables_at),
            **{name: getattr(one, name) for name in ROUND},
        )
        try:
            with transaction.atomic():
                rounds.create_round(event=event, plan=plan, by=by, now=now)
        except DomainError:
            continue
        count += 1
    return count


ROUND: tuple[str, ...] = ("style", "slot_minutes", "pause_minutes", "tables", "most_meetings", "place", "online_url")
ROUND += ("opens_at_count", "answer_hours", "travel_minutes")


def outlined_rounds(event: Event) -> tuple[OutlinedRound, ...]:
    return tuple(
        OutlinedRound(
            offset=minutes_between(event.starts_at, round.starts_at),
            length=_length(round.starts_at, round.ends_at),
            breaks=tuple(
                (minutes_between(event.starts_at, pause.starts_at), _length(pause.starts_at, pause.ends_at))
                for pause in round.breaks.all()
            ),
            tables_at=tuple(
                (minutes_between(event.starts_at, slot.starts_at), slot.tables)
                for slot in round.slots.all()
                if slot.tables is not None
            ),
            **{name: getattr(round, name) for name in ROUND},
        )
        for round in event.rounds.prefetch_related("breaks", "slots")
    )


def _length(start: datetime, end: datetime) -> int:
    """In minutes, real ones: it lasts as long on the night of the change too."""
    return int((end - start).total_seconds() // 60)


@transaction.atomic
def fill_from_outline(*, event: Event, outline: Outline) -> int:
    """Put the outline's rooms and sessions on a new event, at their clock times from its beginning; returns how many.

    An event that has a programme keeps its own. What does not fit into the event's times is left out.
    """
    if event.sessions.exists() or event.rooms.exists():
        return 0
    rooms = [
        Room.objects.create(event=event, name=room.name, capacity=room.capacity, accessibility=room.accessibility)
        for room in outline.rooms
    ]
    count = 0
    for session in outline.sessions:
        start = minutes_after(event.starts_at, session.offset)
        end = start + timedelta(minutes=session.length)
        if start < event.starts_at or end > event.ends_at:
            continue
        Session.objects.create(
            event=event,
            kind=session.kind,
            **{f"title_{code}": session.titles.get(code, "") for code in outlines.LANGUAGES},
            abstract=session.abstract,
            language=session.language,
            starts_at=start,
            ends_at=end,
            room=rooms[session.room] if session.room is not None and session.room < len(rooms) else None,
        )
        count += 1
    return count


def outline_of(event: Any, *, key: str = "") -> Outline:
    """Everything of the event that has no date and no person in it."""
    rooms = list(event.rooms.all())
    number = {room.pk: place for place, room in enumerate(rooms)}
    local = timezone.localtime(event.starts_at)
    return Outline(
        key=key,
        kind=event.kind,
        titles={code: getattr(event, f"title_{code}") for code in outlines.LANGUAGES},
        summaries={code: getattr(event, f"summary_{code}") for code in outlines.LANGUAGES},
        descriptions={event.language: event.description},
        mode=event.mode,
        starts=f"{local:%H:%M}",
        minutes=minutes_between(event.starts_at, event.ends_at),
        is_all_day=event.is_all_day,
        place=event.place,
        municipality=event.municipality,
        capacity=event.capacity,
        walk_minutes=event.walk_minutes,
        accessibility={event.language: event.accessibility},
        languages=tuple(event.languages),
        themes=tuple(theme.slug for theme in event.themes.all()),
        model=event.operating_model.slug if event.operating_model is not None else "",
        rooms=tuple(OutlinedRoom(room.name, room.capacity, room.accessibility) for room in rooms),
        sessions=tuple(
            OutlinedSession(
                offset=minutes_between(event.starts_at, session.starts_at),
                length=_length(session.starts_at, session.ends_at),
                kind=session.kind,
                titles={code: getattr(session, f"title_{code}") for code in outlines.LANGUAGES},
                abstract=session.abstract,
                language=session.language,
                room=number.get(session.room_id) if session.room_id is not None else None,
            )
            for session in event.sessions.all()
        ),
        rounds=tuple(replace(one, online_url="") for one in outlined_rounds(event)),
        registering=outlined_registering(event),
    )
