"""Profiles, history and queries as files of JSON lines: matching without a database.

The formats are those of public collections of collaborations: a profile has `id` and whatever else is known of it
(`name, kind, country, city, themes, text, lang`, or `documents: [{role, text, lang}]`); a line of history is a piece of
work with its `participants`; a query has `org` (and perhaps `exclude`), or `text` with `title` and `themes`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from language import analyse, guess_language
from matching.engine.bridge import Bridge
from matching.engine.concepts import bridge_of
from matching.engine.index import Index
from matching.engine.parties import Document, Party, Point, Role
from matching.engine.ranking import HIGH, LENGTH, Attention, Suggested, suggest
from matching.engine.reasons import Reason, Span, give_reasons
from matching.engine.weights import DEFAULT_POINT, POINTS, weights
from themes import vocabulary

ASKER = 1 << 60
"""The key of a need that is nobody's profile."""
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
        for document in row.get("documents") or ():
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


@dataclass(frozen=True)
class Match:
    id: str
    score: int
    reasons: tuple[dict[str, Any], ...] = ()


def match(
    profiles: Mapping[str, Mapping[str, Any]],
    works: Mapping[str, Sequence[Mapping[str, Any]]],
    queries: Sequence[Query] | None,
    *,
    point: str = DEFAULT_POINT,
    cold: bool = False,
    top: int = LENGTH,
) -> Iterator[tuple[str, list[Match]]]:
    """(query's id, the best `top` profiles) in the order of the queries; without queries every profile is one.

    Where the operating point shares attention, every query is asked twice: the first answers tell who would stand high
    in how many lists, the second answers share that out.
    """
    index = Index(analyse, bridge_of_files())
    names = list(profiles)
    number = {name: n for n, name in enumerate(names)}
    for name in names:
        index.replace(candidate_of_row(number[name], profiles[name], works.get(name, ())))
    index.settle()
    asked = [Query(name, name) for name in names] if queries is None else queries
    chosen = weights(point)

    def asker(query: Query) -> Party:
        if not query.org:
            return party_of_text(ASKER, query.row or {})
        own = () if cold else works.get(query.org, ())
        return replace(party_of_row(ASKER, profiles[query.org], own), shown=False)

    def answer(query: Query, attention: Attention) -> list[Suggested]:
        barred = {number[one] for one in (*query.exclude, query.org) if one in number}
        index.replace(asker(query))
        found = suggest(index, ASKER, vetoes=barred, attention=attention, length=top, weigh=chosen)
        index.remove(ASKER)
        return found

    attention = Attention({})
    if chosen.attention:
        counts = Counter(one.other for query in asked for one in answer(query, attention)[:HIGH])
        attention = Attention(counts, max(1.0, counts.total() / max(1, len(names))))
    read = lru_cache(maxsize=4096)(lambda key: index.read(index.party(key)))
    for query in asked:
        mine = asker(query)
        my_reads = index.read(mine)
        found = []
        for one in answer(query, attention):
            told = give_reasons(one.terms, my_reads, read(one.other))
            reasons = tuple(_tell(reason, mine, index.party(one.other)) for reason in told)
            found.append(Match(names[one.other], one.score, reasons))
        yield query.id, found


def _tell(reason: Reason, mine: Party, theirs: Party) -> dict[str, Any]:
    """A reason as plain values: its kind, whom it speaks for, its part of the score, and the words in both texts."""
    return {
        "kind": str(reason.kind),
        "gain": str(reason.gain),
        "points": reason.points,
        "terms": list(reason.labels),
        "mine": _words(mine, reason.mine),
        "theirs": _words(theirs, reason.theirs),
    }


def _words(party: Party, spans: Iterable[Span]) -> list[str]:
    found = []
    for span in spans:
        document = party.document(span.document)
        text = document.text if document else party.name if span.document == Role.NAME else ""
        found.append(text[span.start : span.end])
    return list(dict.fromkeys(found))


def main(arguments: Sequence[str]) -> int:
    """`solmu match`: profiles in, one JSON line a query out. Exit code 2 for a file or a line that cannot be read."""
    parser = argparse.ArgumentParser(prog="solmu match", description="Partners for profiles in files, with reasons.")
    parser.add_argument("profiles", type=Path, help="profiles, a JSON line each")
    parser.add_argument("--history", type=Path, help="works with their participants, a JSON line each")
    parser.add_argument("--queries", type=Path, help="whom or what to match; without it every profile")
    parser.add_argument("--point", choices=POINTS, default=DEFAULT_POINT, help="operating point (default: %(default)s)")
    parser.add_argument("--cold", action="store_true", help="use nothing of the asker's own history")
    parser.add_argument("--top", type=_top, default=LENGTH, help="length of each list (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        profiles = read_profiles(given.profiles)
        works = read_history(given.history) if given.history else {}
        queries = read_queries(given.queries, profiles) if given.queries else None
        for key, found in match(profiles, works, queries, point=given.point, cold=given.cold, top=given.top):
            matches = [{"id": one.id, "score": one.score, "reasons": one.reasons} for one in found]
            sys.stdout.write(json.dumps({"id": key, "matches": matches}, ensure_ascii=False) + "\n")
    except BadLine as problem:
        sys.stderr.write(f"solmu match: {problem}\n")
        return 2
    except OSError as problem:
        sys.stderr.write(f"solmu match: {problem.filename}: {problem.strerror}\n")
        return 2
    return 0


def _top(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("must be between 1 and 1000")
    return number
