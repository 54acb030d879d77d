"""Reading the programme of an event: days, and in each what is on when and where, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils import timezone

from accounts.models import Profile
from core.text import LANGUAGES
from events.models import Event, Room, Session, SessionSpeaker, Speaker
from events.tracks import Item, lay


@dataclass(frozen=True)
class Face:
    """A speaker as the reader sees one; `profile` only when the reader may see it."""

    speaker: Speaker
    profile: Profile | None


@dataclass(frozen=True)
class Talk:
    """A session with its speakers. `unnamed` counts those who have not agreed to be shown."""

    session: Session
    faces: tuple[Face, ...]
    unnamed: int


@dataclass(frozen=True)
class Place:
    """A cell of a day's table; no talk: nothing is on there."""

    talk: Talk | None
    rows: int
    columns: int


@dataclass(frozen=True)
class Hour:
    at: datetime
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Day:
    """A day of the programme, as a list and, when several rooms are in use at once, as a table of tracks."""

    date: date
    talks: tuple[Talk, ...]
    rooms: tuple[Room, ...]
    columns: int
    hours: tuple[Hour, ...]

    @property
    def is_parallel(self) -> bool:
        return self.columns > 1

    @property
    def other_columns(self) -> range:
        """Those after the rooms, for what is on in none of them while something else is on."""
        return range(self.columns - len(self.rooms))


def sessions_of(event: Event) -> QuerySet[Session]:
    """In order of time, with rooms and speakers: two reads, however many there are."""
    speaking = SessionSpeaker.objects.select_related("speaker__profile")
    return event.sessions.select_related("room").prefetch_related(Prefetch("speaking", queryset=speaking))


def talks_of(event: Event, user: Any, *, shows_all: bool = False) -> list[Talk]:
    """The sessions with the speakers whom the reader may see; the organiser (`shows_all`) sees each."""
    sessions = list(sessions_of(event))
    speakers = [row.speaker for session in sessions for row in session.speaking.all()]
    seen = _profiles_seen(speakers, user)
    found = []
    for session in sessions:
        all_of_it = [row.speaker for row in session.speaking.all()]
        shown = [speaker for speaker in all_of_it if shows_all or speaker.may_be_shown]
        faces = tuple(Face(speaker, seen.get(speaker.profile_id or 0)) for speaker in shown)
        found.append(Talk(session, faces, len(all_of_it) - len(shown)))
    return found


def stamp_of(talks: Iterable[Talk]) -> str:
    """A digest of all that a programme shows: another whenever a session, a room, a speaker or a name is another."""
    told = [
        (
            _fields(talk.session),
            _fields(talk.session.room),
            [(_fields(face.speaker), face.profile and face.profile.get_absolute_url()) for face in talk.faces],
            talk.unnamed,
        )
        for talk in talks
    ]
    return sha256(repr(told).encode()).hexdigest()


def _fields(row: Model | None) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name[0] != "_"} if row is not None else {}


def days_of(talks: Iterable[Talk]) -> list[Day]:
    """Each session on the day on which it begins, by the clock of Finland."""
    by_day: dict[date, list[Talk]] = {}
    for talk in talks:
        by_day.setdefault(timezone.localdate(talk.session.starts_at), []).append(talk)
    return [_day(day, by_day[day]) for day in sorted(by_day)]


def _day(day: date, talks: Sequence[Talk]) -> Day:
    rooms = sorted({talk.session.room for talk in talks if talk.session.room is not None}, key=lambda room: room.pk)
    track = {room.pk: number for number, room in enumerate(rooms)}
    by_key = {talk.session.pk: talk for talk in talks}
    items = [
        Item(s.pk, s.starts_at, s.ends_at, track[s.room_id] if s.room_id is not None else None)
        for s in (talk.session for talk in talks)
    ]
    table = lay(items, len(rooms))
    hours = tuple(
        Hour(line.at, tuple(Place(by_key.get(cell.key or 0), cell.rows, cell.columns) for cell in line.cells))
        for line in table.lines
    )
    return Day(day, tuple(talks), tuple(rooms), table.columns, hours)


def faces_of(talks: Iterable[Talk]) -> list[Face]:
    """Those who speak, each once, by name."""
    found = {face.speaker.pk: face for talk in talks for face in talk.faces}
    return sorted(found.values(), key=lambda face: (face.speaker.name.casefold(), face.speaker.pk))


def _profiles_seen(speakers: Sequence[Speaker], user: Any) -> dict[int, Profile]:
    asked = {speaker.profile_id for speaker in speakers if speaker.profile_id is not None}
    if not asked:
        return {}
    return {profile.pk: profile for profile in Profile.objects.visible_to(user).filter(pk__in=asked)}


def profile_by_words(words: str, user: Any) -> Profile | None:
    """The profile whose name, or whose page's address, was written; None if there is none or several."""
    wanted = words.strip().rstrip("/").rpartition("/")[2] if "/" in words else words.strip()
    seen = Profile.objects.visible_to(user)
    found = seen.filter(slug=wanted).first() if wanted else None
    if found is not None:
        return found
    named = [profile for code in LANGUAGES for profile in seen.filter(**{f"name_{code}__iexact": wanted})[:2] if wanted]
    return named[0] if len({profile.pk for profile in named}) == 1 else None
