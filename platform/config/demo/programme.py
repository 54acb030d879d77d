"""Programmes of the demo's events: read from the file into plain objects, and made by the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from events.models import Event, Room, Speaker
from events.services import programme, speaking


@dataclass(frozen=True)
class DemoRoom:
    key: str
    name: str
    capacity: int | None = None
    accessibility: str = ""


@dataclass(frozen=True)
class DemoSpeaker:
    """Speaks for a party of the demo, or for an organisation that has no profile; `asked`: has agreed to be shown."""

    key: str
    name: str
    title: str = ""
    organisation: str = ""
    party: str = ""
    asked: bool = True


@dataclass(frozen=True)
class DemoSession:
    at: time
    to: time
    kind: str
    title: dict[str, str]
    room: str = ""
    speakers: tuple[str, ...] = ()
    abstract: str = ""
    language: str = "fi"


@dataclass(frozen=True)
class DemoProgramme:
    rooms: tuple[DemoRoom, ...]
    speakers: tuple[DemoSpeaker, ...]
    sessions: tuple[DemoSession, ...]


def read_programme(data: dict[str, Any]) -> DemoProgramme:
    return DemoProgramme(
        rooms=tuple(DemoRoom(**row) for row in data["rooms"]),
        speakers=tuple(DemoSpeaker(**row) for row in data["speakers"]),
        sessions=tuple(_session(row) for row in data["sessions"]),
    )


def _session(row: dict[str, Any]) -> DemoSession:
    return DemoSession(
        **{
            **row,
            "at": time.fromisoformat(row["at"]),
            "to": time.fromisoformat(row["to"]),
            "speakers": tuple(row.get("speakers", ())),
            "abstract": " ".join(row.get("abstract", "").split()),
        }
    )


def make_programme(event: Event, plan: DemoProgramme, *, host: str, day: int, loaded: datetime, now: datetime) -> None:
    """By the party that hosts the event; `day` is counted from the day of loading."""
    by = party_owner(host)
    rooms: dict[str, Room] = {}
    for room in plan.rooms:
        words = speaking.RoomPlan(name=room.name, capacity=room.capacity, accessibility=room.accessibility)
        rooms[room.key] = speaking.add_room(event=event, plan=words, by=by, now=now)
    speakers: dict[str, Speaker] = {}
    for one in plan.speakers:
        profile = party_profile(one.party) if one.party else None
        about = speaking.SpeakerPlan(
            name=one.name, title=one.title, organisation=one.organisation, profile=profile, consents=one.asked
        )
        speakers[one.key] = speaking.add_speaker(event=event, plan=about, by=by, now=now)
    for session in plan.sessions:
        programme.add_session(
            event=event,
            plan=programme.SessionPlan(
                titles=session.title,
                starts_at=moment(loaded, day=day, at=session.at),
                ends_at=moment(loaded, day=day, at=session.to),
                kind=session.kind,
                abstract=session.abstract,
                language=session.language,
                room=rooms[session.room] if session.room else None,
                speakers=tuple(speakers[key] for key in session.speakers),
            ),
            by=by,
            now=now,
        )
