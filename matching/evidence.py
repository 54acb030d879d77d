"""How a suggestion's evidence is kept in its row, and how reasons are told from it.

The row keeps the score's own terms: which word or theme of which documents gave how many points. Reasons are made from
them when somebody looks, with the two parties' texts at hand; a word that has been written over since is left out, and
what remains is still true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from accounts.models import Profile
from matching.engine import Document, Party, Role, Suggested, Term, terms_of
from matching.engine.documents import Read
from matching.engine.reasons import Reason, Span, give_reasons
from matching.indexing import Vocabulary, load_needed, party_of, read_texts, vocabulary

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


@dataclass(frozen=True)
class Texts:
    """What a profile says, by the keys of its documents, and how it is read."""

    documents: Mapping[str, Document]
    reads: Sequence[Read]


def write(suggested: Suggested) -> dict[str, Any]:
    """As JSON for the row. There are fifty rows a profile, so what is common is said once."""
    return {"groups": suggested.groups}


def spell(suggested: Suggested) -> str:
    """The same, as the text of the JSON."""
    return f'{{"groups":{suggested.told}}}'


def terms(data: Mapping[str, Any]) -> list[Term]:
    """What `write` wrote; an empty row has none."""
    return terms_of(data.get("groups", []))


def points(data: Mapping[str, Any]) -> dict[str, int]:
    """A row's score by kind."""
    found: dict[str, int] = {}
    for term in terms(data):
        found[str(term.kind)] = found.get(str(term.kind), 0) + term.points
    return found


@dataclass(frozen=True)
class Gist:
    """What two documents have in common, without the texts: the labels of their terms, the weightiest first."""

    kind: str
    labels: tuple[str, ...]


def gist(data: Mapping[str, Any]) -> list[Gist]:
    """Of a row, the weightiest first: enough to tell what a suggestion is about."""
    groups: dict[tuple[str, str, str], list[Term]] = {}
    for term in terms(data):
        if term.label:
            groups.setdefault((str(term.kind), term.mine, term.theirs), []).append(term)
    found = sorted(groups.items(), key=lambda item: (-sum(term.points for term in item[1]), item[0]))
    return [
        Gist(kind, tuple(term.label for term in sorted(group, key=lambda term: -term.points)))
        for (kind, _mine, _theirs), group in found
    ]


class Reader:
    """Tells the reasons of rows between the given profiles, in a fixed number of queries however many they are."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        load_needed(list(profiles))
        self._vocabulary = vocabulary()

    def labels(self, slugs: Iterable[str]) -> dict[str, str]:
        """Names of themes in the reader's language; a theme that is no more has none."""
        themes = self._vocabulary.themes
        return {slug: themes[slug].label for slug in slugs if slug in themes}

    def understand(self, data: Mapping[str, Any], *, me: Profile, other: Profile) -> Evidence:
        """Reasons and sums of a row of `me` about `other`."""
        return self.understand_for(data, mine=party_of(me), other=other)

    def understand_for(self, data: Mapping[str, Any], *, mine: Party, other: Profile) -> Evidence:
        """The same for a party that is nobody's profile: a need that was written down."""
        return self.understand_between(data, mine, party_of(other))

    def understand_between(self, data: Mapping[str, Any], mine: Party, theirs: Party) -> Evidence:
        """The same between two parties, whoever they are."""
        kept = terms(data)
        here, there = (_read(party, self._vocabulary) for party in (mine, theirs))
        sums: dict[tuple[str, str], int] = {}
        for term in kept:
            key = (str(term.kind), str(term.gain))
            sums[key] = sums.get(key, 0) + term.points
        return Evidence(
            reasons=tuple(_tell(reason, here, there) for reason in give_reasons(kept, here.reads, there.reads)),
            sums=tuple((kind, gain, points) for (kind, gain), points in sorted(sums.items())),
        )


def understand(data: Mapping[str, Any], *, me: Profile, other: Profile) -> Evidence:
    """One row."""
    return Reader([me, other]).understand(data, me=me, other=other)


@lru_cache(maxsize=512)
def _read(party: Party, known: Vocabulary) -> Texts:
    return Texts({document.key: document for document in party.documents}, read_texts(party, known))


def _tell(reason: Reason, mine: Texts, theirs: Texts) -> KeptReason:
    return KeptReason(
        kind=str(reason.kind),
        gain=str(reason.gain),
        points=reason.points,
        labels=reason.labels,
        mine=_side(mine, reason.mine_document, reason.mine, _firsts(reason, "mine")),
        theirs=_side(theirs, reason.their_document, reason.theirs, _firsts(reason, "theirs")),
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


def _side(texts: Texts, key: str, spans: Iterable[Span], firsts: list[Span]) -> Side:
    document = texts.documents.get(key)
    if document is None:
        return Side(document=key, role=str(Role.THEMES) if key == Role.THEMES else "")
    places = [(span.start, span.end) for span in spans][:MOST_MARKS]
    phrases = join_near(document.text, {(span.start, span.end) for span in firsts[:4]})
    # The weightiest phrases are said, in the order in which they stand in the text.
    order = [next(n for n, (s, e) in enumerate(phrases) if s <= span.start < e) for span in firsts[:4]]
    chosen = [phrases[n] for n in sorted(list(dict.fromkeys(order))[:MOST_QUOTES])]
    return Side(
        document=key,
        role=str(document.role),
        language=document.language,
        spans=tuple(join_near(document.text, places)),
        quotes=tuple(_shorten(document.text[start:end]) for start, end in chosen),
    )


def _shorten(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"
