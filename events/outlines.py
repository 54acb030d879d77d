"""The outline of an event: what can be begun anew from it, without dates and without people.

Ready-made ones are in `data/templates.yaml`; organisers keep their own (`EventTemplate`). Pure: plain data.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data" / "templates.yaml"
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class OutlinedRoom:
    name: str
    capacity: int | None = None
    accessibility: str = ""


@dataclass(frozen=True)
class OutlinedSession:
    """`offset` and `length` are minutes, from the event's beginning by the clock; `room` is a number in `rooms`."""

    offset: int
    length: int
    kind: str = "talk"
    titles: dict[str, str] = field(default_factory=dict)
    abstract: str = ""
    language: str = "fi"
    room: int | None = None


@dataclass(frozen=True)
class OutlinedRound:
    """Minutes as of a session; `breaks` are (offset, length), `tables_at` (offset of a slot, tables). Who sits where is
    no part of it, nor how many meetings one has: those are people.
    """

    offset: int
    length: int
    tables: int
    style: str = "solved"
    slot_minutes: int = 20
    pause_minutes: int = 0
    breaks: tuple[tuple[int, int], ...] = ()
    most_meetings: int | None = None
    place: str = ""
    online_url: str = ""
    opens_at_count: int | None = None
    answer_hours: int = 72
    travel_minutes: int = 0
    tables_at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class OutlinedTicket:
    """`opens` and `closes` are minutes from the event's beginning, before it as a rule; None: with its registration."""

    names: dict[str, str]
    audiences: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    capacity: int | None = None
    opens: int | None = None
    closes: int | None = None
    needs_approval: bool = False


@dataclass(frozen=True)
class OutlinedQuestion:
    """`depends_on` is the number of an earlier question, `tickets` are numbers of tickets; none: all."""

    kind: str
    labels: dict[str, str]
    purposes: dict[str, str]
    kept_days: int
    hints: dict[str, str] = field(default_factory=dict)
    options: tuple[dict[str, str], ...] = ()
    is_required: bool = False
    depends_on: int | None = None
    depends_values: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True)
class OutlinedRegistering:
    """How one registers. `most_colleagues` None: as many as where nothing is said of it."""

    needs_approval: bool = False
    most_colleagues: int | None = None
    tickets: tuple[OutlinedTicket, ...] = ()
    questions: tuple[OutlinedQuestion, ...] = ()


@dataclass(frozen=True)
class Outline:
    """`descriptions` are by language; `starts` is a clock time ("09:00"), `minutes` how long it lasts."""

    key: str
    kind: str
    titles: dict[str, str]
    summaries: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    mode: str = "on_site"
    starts: str = "09:00"
    minutes: int = 180
    is_all_day: bool = False
    place: str = ""
    municipality: str = ""
    capacity: int | None = None
    walk_minutes: int = 0
    accessibility: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    model: str = ""
    rooms: tuple[OutlinedRoom, ...] = ()
    sessions: tuple[OutlinedSession, ...] = ()
    rounds: tuple[OutlinedRound, ...] = ()
    registering: OutlinedRegistering = OutlinedRegistering()

    def text(self, by_language: dict[str, str], language: str) -> tuple[str, str]:
        """(the text, its language): the asked language's, or the first that there is; ("", the asked) for none."""
        for code in (language, *LANGUAGES):
            if by_language.get(code):
                return by_language[code], code
        return "", language


def to_data(outline: Outline) -> dict[str, Any]:
    return asdict(outline)


def from_data(data: dict[str, Any]) -> Outline:
    """Back from JSON or YAML. What a later version added and an older one does not know is left out."""
    known = {name: value for name, value in data.items() if name in Outline.__dataclass_fields__}
    return Outline(
        **{
            **known,
            "languages": tuple(data.get("languages", ())),
            "themes": tuple(data.get("themes", ())),
            "rooms": tuple(OutlinedRoom(**room) for room in data.get("rooms", ())),
            "sessions": tuple(OutlinedSession(**session) for session in data.get("sessions", ())),
            "rounds": tuple(_round(round) for round in data.get("rounds", ())),
            "registering": _registering(data.get("registering", {})),
        }
    )


def _round(data: dict[str, Any]) -> OutlinedRound:
    pairs = {name: tuple((a, b) for a, b in data.get(name, ())) for name in ("breaks", "tables_at")}
    return OutlinedRound(**{**data, **pairs})


def _registering(data: dict[str, Any]) -> OutlinedRegistering:
    tickets = tuple(OutlinedTicket(**_tuples(one, "kinds")) for one in data.get("tickets", ()))
    asked = (_tuples(one, "options", "depends_values", "tickets") for one in data.get("questions", ()))
    questions = tuple(OutlinedQuestion(**one) for one in asked)
    return OutlinedRegistering(**{**data, "tickets": tickets, "questions": questions})


def _tuples(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """What JSON has as lists is tuples again."""
    return {**data, **{name: tuple(data.get(name, ())) for name in names}}


@cache
def ready_made() -> dict[str, Outline]:
    """The installation's own, by key, in the order of the file."""
    with DATA.open(encoding="utf-8") as file:
        rows: list[dict[str, Any]] = yaml.safe_load(file)
    return {row["key"]: from_data({**row, "sessions": _timed(row.get("sessions", []))}) for row in rows}


def _timed(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the file a session that tells no offset begins where the one before it ends."""
    at = 0
    found = []
    for session in sessions:
        begins = session.get("offset", at)
        found.append({**session, "offset": begins})
        at = begins + session["length"]
    return found
