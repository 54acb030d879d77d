"""Read the demo's data into plain objects. What is wrong in a file is told with its name, before anything is made."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
LANGUAGES = ("fi", "sv", "en")
NAMES_IN_SOURCE = {
    "Horizon Europe projects": "CORDIS, Horizon Europe",
    "H2020 call topics": "CORDIS, Horizon 2020 (call topic)",
}
MOST_THEMES = 6


@dataclass(frozen=True)
class Organisation:
    """A real one, facts only. `themes` are slugs, most telling first; `names` by language, at least Finnish."""

    source_id: str
    source: str
    names: dict[str, str]
    kind: str
    municipality: str
    themes: tuple[str, ...]
    projects: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str
    coordinator: bool = False


@dataclass(frozen=True)
class Party:
    """An invented one. `texts` are does, offers and seeks, all in `language`."""

    key: str
    kind: str
    names: dict[str, str]
    municipality: str
    language: str
    texts: dict[str, str]
    themes: tuple[str, ...]
    people: tuple[Person, ...]
    business_id: str = ""
    industry: str = ""
    size: str = ""
    website: str = ""
    speaks: tuple[str, ...] = ()
    school: str = ""
    field: str = ""
    year: int | None = None
    visibility: str = "public"
    coordinates: tuple[str, ...] = ()

    @property
    def owner(self) -> Person:
        return next(person for person in self.people if person.role == "owner")


@dataclass(frozen=True)
class Request:
    """`answer` is accepted, declined (with the reason) or waits."""

    sender: str
    receiver: str
    message: str
    answer: str = "accepted"
    reason: str = ""


@dataclass(frozen=True)
class RoundPlan:
    """Slots follow one another from `starts`, `minutes` long with `pause` minutes between."""

    starts: time
    slots: int
    minutes: int
    pause: int
    tables: int


@dataclass(frozen=True)
class DemoEvent:
    """`day` and `closes` are counted from the day of loading; `away` holds the slots in which a party is elsewhere."""

    key: str
    organiser: str
    language: str
    names: dict[str, str]
    summaries: dict[str, str]
    description: str
    place: str
    municipality: str
    day: int
    starts: time
    ends: time
    closes: int
    capacity: int
    themes: tuple[str, ...]
    model: str
    kind: str
    speaks: tuple[str, ...]
    accessibility: str
    attendees: tuple[str, ...]
    round: RoundPlan | None = None
    away: dict[str, tuple[int, ...]] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    programme: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Login:
    email: str
    what: dict[str, str]
    party: str = ""
    name: str = ""
    administrator: bool = False


def _yaml(name: str) -> Any:
    with (DATA / name).open(encoding="utf-8") as file:
        return yaml.safe_load(file)


@cache
def theme_map() -> dict[str, tuple[str, ...]]:
    """Which themes a subject label of the source means; none where the label tells nothing of the field."""
    with (DATA / "theme_map.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["label"]: () if row["themes"] == "-" else tuple(row["themes"].split("|")) for row in rows}


def themes_of(labels: list[str], own: list[str]) -> tuple[str, ...]:
    """Themes by the source's labels after those given by hand, each once, not more than `MOST_THEMES`."""
    by_label = [slug for label in labels for slug in theme_map()[label]]
    return tuple(dict.fromkeys([*own, *by_label]))[:MOST_THEMES]


@cache
def organisations() -> tuple[Organisation, ...]:
    lines = (DATA / "finland.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_organisation(json.loads(line)) for line in lines)


def _organisation(row: dict[str, Any]) -> Organisation:
    return Organisation(
        source_id=row["id"],
        source=NAMES_IN_SOURCE[row["source"]],
        names={"fi": row["name"], **row.get("names", {})},
        kind=row["kind"],
        municipality=row["municipality"],
        themes=themes_of(row["labels"], row["themes"]),
        projects=tuple(row["projects"]),
    )


@cache
def parties() -> dict[str, Party]:
    """By key, in the order of the files."""
    rows = [row for path in sorted((DATA / "parties").glob("*.yaml")) for row in _yaml(f"parties/{path.name}")]
    return {row["key"]: _party(row) for row in rows}


def _party(row: dict[str, Any]) -> Party:
    plain = ("kind", "municipality", "language", "business_id", "industry", "size", "website", "school", "field")
    return Party(
        key=row["key"],
        names=row["name"],
        texts={kind: " ".join(row[kind].split()) for kind in ("does", "offers", "seeks")},
        themes=tuple(row["themes"]),
        people=tuple(Person(**person) for person in row["people"]),
        speaks=tuple(row["speaks"]),
        year=row.get("year"),
        visibility=row.get("visibility", "public"),
        coordinates=tuple(row.get("coordinates", ())),
        **{name: row[name] for name in plain if name in row},
    )


@cache
def events() -> tuple[DemoEvent, ...]:
    return tuple(_event(row) for row in _yaml("events.yaml"))


def _event(row: dict[str, Any]) -> DemoEvent:
    plan = row.get("round")
    return DemoEvent(
        names=row["name"],
        summaries=row["summary"],
        description=" ".join(row["description"].split()),
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]),
        themes=tuple(row["themes"]),
        attendees=tuple(row["attendees"]),
        speaks=tuple(row["speaks"]),
        accessibility=" ".join(row["accessibility"].split()),
        round=RoundPlan(**{**plan, "starts": time.fromisoformat(plan["starts"])}) if plan else None,
        away={key: tuple(slots) for key, slots in row.get("away", {}).items()},
        requests=tuple(
            Request(r["from"], r["to"], r["message"], r.get("answer", "accepted"), r.get("reason", ""))
            for r in row.get("requests", ())
        ),
        programme=row.get("programme", {}),
        **{
            name: row[name]
            for name in (
                "key",
                "organiser",
                "language",
                "place",
                "municipality",
                "day",
                "closes",
                "capacity",
                "model",
                "kind",
            )
        },
    )


@cache
def answers() -> dict[str, list[dict[str, Any]]]:
    """`connections` and `interests`, as in the file."""
    found: dict[str, list[dict[str, Any]]] = _yaml("answers.yaml")
    return found


@cache
def messages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _yaml("messages.yaml")
    return found


@cache
def absences() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _yaml("absences.yaml")
    return found


@cache
def shelves() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = _yaml("shelves.yaml")
    return found


@cache
def logins() -> tuple[str, tuple[Login, ...]]:
    """The demo's password, and who can be tried out with it."""
    data = _yaml("logins.yaml")
    return data["password"], tuple(Login(**person) for person in data["people"])


@cache
def networks() -> tuple[dict[str, Any], ...]:
    return tuple(_yaml("networks.yaml"))


@cache
def network_meetings() -> tuple[dict[str, Any], ...]:
    return tuple(_yaml("network_meetings.yaml"))


@cache
def network_posts() -> tuple[dict[str, Any], ...]:
    return tuple(_yaml("network_posts.yaml"))


@cache
def opportunities() -> tuple[dict[str, Any], ...]:
    return tuple(_yaml("opportunities.yaml"))


@cache
def seasons() -> dict[str, Any]:
    """`season`, `schools` and `purchase`, as in the file."""
    found: dict[str, Any] = _yaml("seasons.yaml")
    return found


@cache
def studies() -> dict[str, Any]:
    """`topics`, `theses` and `round`, as in the file."""
    found: dict[str, Any] = _yaml("studies.yaml")
    return found
