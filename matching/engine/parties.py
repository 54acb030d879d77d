"""What the matcher is told of a party."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt


class Role(StrEnum):
    """What a document says of its party. NAME and THEMES are made by the engine; nobody writes them."""

    DOES = "does"
    OFFERS = "offers"
    SEEKS = "seeks"
    PAST = "past"
    NAME = "name"
    THEMES = "themes"


@dataclass(frozen=True, slots=True)
class Document:
    """One text of a party. `key` is its name within the party, the same when the text changes ("seeks", "past:12").

    `themes` are the document's own (of an opportunity, of a project); those of the party stand in the party.
    """

    key: str
    role: Role
    text: str
    language: str
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees (WGS 84)."""

    lat: float
    lon: float

    def km_to(self, other: Point) -> float:
        """Kilometres as the crow flies."""
        dlat, dlon = radians(other.lat - self.lat), radians(other.lon - self.lon)
        h = sin(dlat / 2) ** 2 + cos(radians(self.lat)) * cos(radians(other.lat)) * sin(dlon / 2) ** 2
        return 6371.0 * 2 * asin(sqrt(min(1.0, h)))


@dataclass(frozen=True, slots=True)
class Party:
    """A profile as the matcher sees it. `key` orders ties, so it must be stable.

    `themes` are slugs; `place` is the middle of its municipality, `place_code` the municipality itself; `country` only
    where parties of several meet. `name` counts only when somebody else writes it. `shown` False: it may look for
    partners, but is never proposed to anybody; `reads` False: it may be proposed, but nobody reads a list of its own.
    """

    key: int
    documents: tuple[Document, ...] = ()
    themes: frozenset[str] = frozenset()
    kind: str = ""
    name: str = ""
    place: Point | None = None
    place_code: str = ""
    country: str = ""
    shown: bool = True
    reads: bool = True

    def document(self, key: str) -> Document | None:
        return next((document for document in self.documents if document.key == key), None)
