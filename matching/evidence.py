"""How a suggestion's evidence is kept beside its row: written when it is made, read when it is shown.

A row must be shown without the engine and without the texts of fifty parties, so each reason carries its words as
quotes. Where a whole text is shown, the words are marked in it; a digest tells whether the text is still the one that
was matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from matching.engine import Party, Reason, Role, Suggested
from matching.engine.scoring import Span

MOST_MARKS = 6
MOST_QUOTES = 2
LONGEST_QUOTE = 80
_JOINED = re.compile(r"[\s,/–-]*(?:\b(?:ja|tai|sekä|och|eller|samt|and|or)\b)?[\s,/–-]*")
"""Between two marked words this little is read over: *lastua ja purua* is one thing said."""


@dataclass(frozen=True)
class Side:
    """One party's words for a reason."""

    document: str = ""
    role: str = ""
    language: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptReason:
    kind: str
    gain: str
    points: int
    labels: tuple[str, ...] = ()
    mine: Side = field(default_factory=Side)
    theirs: Side = field(default_factory=Side)


@dataclass(frozen=True)
class Evidence:
    """`sums` are the score's parts by (kind, gain); together they are the score."""

    reasons: tuple[KeptReason, ...] = ()
    sums: tuple[tuple[str, str, int], ...] = ()
    digests: dict[str, dict[str, int]] = field(default_factory=dict)


def digest(text: str) -> int:
    return crc32(text.encode())


def write(suggested: Suggested, mine: Party, theirs: Party) -> dict[str, Any]:
    """As JSON for the row."""
    sums: dict[tuple[str, str], int] = {}
    for term in suggested.pair.terms:
        key = (str(term.kind), str(term.gain))
        sums[key] = sums.get(key, 0) + term.points
    documents = {"mine": set[str](), "theirs": set[str]()}
    reasons = []
    for reason in suggested.reasons:
        documents["mine"].add(reason.mine_document)
        documents["theirs"].add(reason.their_document)
        reasons.append(
            {
                "kind": str(reason.kind),
                "gain": str(reason.gain),
                "points": reason.points,
                "labels": list(reason.labels),
                "mine": _write_side(mine, reason.mine_document, reason.mine, _firsts(reason, "mine")),
                "theirs": _write_side(theirs, reason.their_document, reason.theirs, _firsts(reason, "theirs")),
                "terms": [[str(term.kind), term.label, term.points] for term in reason.terms],
            }
        )
    return {
        "reasons": reasons,
        "sums": [[kind, gain, points] for (kind, gain), points in sorted(sums.items())],
        "digests": {
            side: {key: digest(document.text) for key in sorted(keys) if (document := party.document(key))}
            for (side, keys), party in zip(documents.items(), (mine, theirs), strict=True)
        },
    }


def read(data: dict[str, Any]) -> Evidence:
    """What `write` wrote; an empty row reads as no evidence."""
    return Evidence(
        reasons=tuple(
            KeptReason(
                kind=reason["kind"],
                gain=reason["gain"],
                points=reason["points"],
                labels=tuple(reason["labels"]),
                mine=_read_side(reason["mine"]),
                theirs=_read_side(reason["theirs"]),
            )
            for reason in data.get("reasons", [])
        ),
        sums=tuple((kind, gain, points) for kind, gain, points in data.get("sums", [])),
        digests=data.get("digests", {}),
    )


def join_near(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marked words that stand side by side, or with *and* between them, as one phrase."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif joined and _JOINED.fullmatch(text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _firsts(reason: Reason, side: str) -> list[Span]:
    """Where each of the reason's words stands first, the weightiest word first."""
    return [spans[0] for term in reason.terms if (spans := getattr(term, side))]


def _write_side(party: Party, key: str, spans: Iterable[Span], firsts: list[Span]) -> dict[str, Any]:
    document = party.document(key)
    if document is None:
        return {
            "doc": key,
            "role": str(Role.THEMES) if key == Role.THEMES else "",
            "lang": "",
            "spans": [],
            "quotes": [],
        }
    places = [(span.start, span.end) for span in spans][:MOST_MARKS]
    phrases = join_near(document.text, {(span.start, span.end) for span in firsts[:4]})
    # The weightiest phrases are said, in the order in which they stand in the text.
    order = [next(n for n, (s, e) in enumerate(phrases) if s <= span.start < e) for span in firsts[:4]]
    chosen = [phrases[n] for n in sorted(list(dict.fromkeys(order))[:MOST_QUOTES])]
    return {
        "doc": key,
        "role": str(document.role),
        "lang": document.language,
        "spans": [list(place) for place in join_near(document.text, places)],
        "quotes": [_shorten(document.text[start:end]) for start, end in chosen],
    }


def _shorten(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _read_side(data: dict[str, Any]) -> Side:
    return Side(
        document=data["doc"],
        role=data["role"],
        language=data["lang"],
        spans=tuple((start, end) for start, end in data["spans"]),
        quotes=tuple(data["quotes"]),
    )
