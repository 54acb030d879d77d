"""Rows as the parties that the matcher knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from language import analyse, guess_language
from matching.engine.bridge import Bridge
from matching.engine.concepts import bridge_of
from matching.engine.parties import Document, Party, Point, Role
from themes import vocabulary

ASKER = 1 << 60
"""The key of a need that is nobody's profile."""


def party_of_row(key: int, row: Mapping[str, Any], works: Iterable[Mapping[str, Any]]) -> Party:
    """A line of a file of profiles as a party, with what it has done."""
    documents = []
    if row.get("text"):
        documents.append(Document("does", Role.DOES, row["text"], _language(row)))
    for number, one in enumerate(row.get("documents") or ()):
        themes = frozenset(one.get("themes") or ())
        documents.append(
            Document(f"{one['role']}:{number}", Role(one["role"]), one.get("text") or "", _language(one), themes)
        )
    documents += [
        Document(f"past:{work['id']}", Role.PAST, _whole(work), _language(work), frozenset(work.get("themes") or ()))
        for work in works
    ]
    country, city = row.get("country") or "", row.get("city") or ""
    lat, lon = row.get("lat"), row.get("lon")
    return Party(
        key=key,
        documents=tuple(documents),
        themes=frozenset(row.get("themes") or ()),
        kind=(row.get("kind") or "").replace(" ", "_"),
        name=row.get("name") or "",
        place=Point(lat, lon) if lat is not None and lon is not None else None,
        place_code=f"{country}/{city}" if city else "",
        country=country,
    )


def candidate_of_row(key: int, row: Mapping[str, Any], works: Sequence[Mapping[str, Any]]) -> Party:
    """As `party_of_row`; but where there is a history, a text that only sums it up is not counted beside it."""
    return party_of_row(key, {**row, "text": ""} if works else row, works)


def party_of_text(key: int, row: Mapping[str, Any]) -> Party:
    """A need that is written as text, as if it were a party that looks for just that."""
    themes = frozenset(row.get("themes") or ())
    return Party(key, (Document("need", Role.SEEKS, _whole(row), _language(row), themes),), shown=False)


def _whole(row: Mapping[str, Any]) -> str:
    return ". ".join(part for part in (row.get("title"), row.get("text")) if part)


def _language(row: Mapping[str, Any]) -> str:
    known = row.get("lang")
    return known if known in ("fi", "sv", "en") else guess_language(_whole(row)) or "en"


@cache
def bridge_of_files() -> Bridge:
    """The concepts of YSO and the themes that the house comes with."""
    themes = vocabulary.entries()
    rows = (
        (one.slug, one.parent or None, {language: one.wordings(language) for language in vocabulary.LANGUAGES})
        for one in themes
    )
    return bridge_of(rows, analyse)
