"""Lines of JSON as rows: what is there is of its kind, and a line that cannot be read is named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.engine.parties import Role

NUMBERS = {"lat": 90.0, "lon": 180.0}


class BadLine(ValueError):
    """A line that cannot be read: the file, the line's number and what is wrong, in that order."""

    def __init__(self, path: str, number: int, what: str) -> None:
        super().__init__(f"{path}:{number}: {what}")


@dataclass(frozen=True)
class Query:
    id: str
    org: str = ""
    exclude: tuple[str, ...] = ()
    row: Mapping[str, Any] | None = None


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of each line that is not empty. Raises BadLine, and OSError of the file itself."""
    with path.open(encoding="utf-8", errors="strict") as lines:
        number = 0
        while True:
            number += 1
            try:
                line = next(lines, None)
            except UnicodeDecodeError:
                raise BadLine(str(path), number, "not UTF-8") from None
            if line is None:
                return
            if line.strip():
                yield number, _object(str(path), number, line)


def _object(path: str, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_constant=lambda name: _refuse(name))
    except (ValueError, RecursionError) as problem:
        raise BadLine(path, number, f"not JSON: {problem}") from None
    if not isinstance(row, dict):
        raise BadLine(path, number, "not an object")
    return row


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def check_row(path: str, number: int, row: Mapping[str, Any], *, texts: Sequence[str], lists: Sequence[str]) -> None:
    """What is there must be of its kind; what is not there is simply unknown."""
    for name in texts:
        if row.get(name) is not None and not isinstance(row[name], str):
            raise BadLine(path, number, f"“{name}” must be a text")
    for name in lists:
        value = row.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise BadLine(path, number, f"“{name}” must be a list of texts")
    for name, most in NUMBERS.items():
        value = row.get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > most:
            raise BadLine(path, number, f"“{name}” must be a number between -{most:g} and {most:g}")


def read_profiles(path: Path) -> dict[str, dict[str, Any]]:
    """Profiles by their id, in the order of the file."""
    found: dict[str, dict[str, Any]] = {}
    for number, row in read_rows(path):
        key = _identity(path, number, row)
        if key in found:
            raise BadLine(str(path), number, f"“{key}” is here twice")
        check_row(
            str(path),
            number,
            row,
            texts=("name", "kind", "country", "city", "text", "lang", "title"),
            lists=("themes",),
        )
        documents = row.get("documents")
        if documents is not None and not isinstance(documents, list):
            raise BadLine(str(path), number, "“documents” must be a list")
        for document in documents or ():
            if not isinstance(document, dict) or document.get("role") not in ROLES_IN_FILES:
                raise BadLine(str(path), number, f"a document's “role” must be one of {', '.join(ROLES_IN_FILES)}")
            check_row(str(path), number, document, texts=("text", "lang"), lists=("themes",))
        found[key] = row
    return found


ROLES_IN_FILES = tuple(str(role) for role in (Role.DOES, Role.OFFERS, Role.SEEKS, Role.PAST))


def read_history(path: Path) -> dict[str, list[dict[str, Any]]]:
    """For each participant its works."""
    works: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, row in read_rows(path):
        _identity(path, number, row)
        check_row(str(path), number, row, texts=("title", "text", "date", "lang"), lists=("themes", "participants"))
        for one in dict.fromkeys(row.get("participants") or ()):
            works[one].append(row)
    return works


def read_queries(path: Path, profiles: Mapping[str, Any]) -> list[Query]:
    queries, seen = [], set()
    for number, row in read_rows(path):
        key = _identity(path, number, row)
        if key in seen:
            raise BadLine(str(path), number, f"“{key}” is here twice")
        seen.add(key)
        check_row(str(path), number, row, texts=("org", "title", "text", "lang"), lists=("themes", "exclude"))
        if row.get("org") is None and row.get("text") is None and row.get("title") is None:
            raise BadLine(str(path), number, "a query has “org” or “text”")
        if row.get("org") is not None and row["org"] not in profiles:
            raise BadLine(str(path), number, f"there is no profile “{row['org']}”")
        queries.append(Query(key, row.get("org") or "", tuple(row.get("exclude") or ()), row))
    return queries


def _identity(path: Path, number: int, row: Mapping[str, Any]) -> str:
    key = row.get("id")
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    if not isinstance(key, str) or not key:
        raise BadLine(str(path), number, "“id” is missing")
    return key
