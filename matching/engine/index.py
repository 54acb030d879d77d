"""The inverted index: which parties carry a term. One party can be put in or taken out at the cost of its own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from matching.engine.bridge import Bridge
from matching.engine.documents import FIELD_PREFIX, Analyse, Read, read_document, read_themes
from matching.engine.parties import Party
from matching.engine.variety import signature

PRIOR = 40
"""Parties that are thought to exist beside the real ones, without the term. In a site of five, a word that two of them
use is still news; without this it would weigh nothing."""

COMMON_SHARE = 0.25
"""A term in more than this share of the parties does not bring candidates: it says nothing, and its list is long."""
COMMON_FLOOR = 200


@dataclass(slots=True)
class Entry:
    """A party as the index holds it."""

    party: Party
    reads: tuple[Read, ...]
    terms: frozenset[str]
    signature: int
    version: object


class Index:
    """Parties by key, postings by term."""

    def __init__(self, analyse: Analyse, bridge: Bridge | None = None, places: frozenset[str] = frozenset()) -> None:
        """`places` are names of places as dictionary forms, which texts share without having anything in common."""
        self._analyse = analyse
        self._places = places
        self.bridge = Bridge() if bridge is None else bridge
        self._entries: dict[int, Entry] = {}
        self._postings: dict[str, set[int]] = {}
        self._rarity: dict[str, float] = {}
        self._units = 0
        self._documents = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: int) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[int]:
        return iter(self._entries)

    def entry(self, key: int) -> Entry:
        return self._entries[key]

    def party(self, key: int) -> Party:
        return self._entries[key].party

    def version(self, key: int) -> object:
        """The mark that `replace` was given, or None for a party that is not here."""
        entry = self._entries.get(key)
        return entry.version if entry else None

    def replace(self, party: Party, version: object = None) -> None:
        """Put a party in, or in place of what was known of it. `version` is the caller's own mark."""
        reads = [read_document(document, self._analyse, self.bridge, self._places) for document in party.documents]
        if party.themes:
            reads.append(read_themes(party.themes))
        terms = frozenset(term for read in reads for term in read.best) | self._fields(party)
        self.remove(party.key)
        self._rarity.clear()
        self._entries[party.key] = Entry(party, tuple(reads), terms, signature(reads), version)
        for term in terms:
            self._postings.setdefault(term, set()).add(party.key)
        self._units += sum(len(read.units) for read in reads)
        self._documents += len(reads)

    def remove(self, key: int) -> None:
        """Take a party out; one that is not here is no error."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._rarity.clear()
        for term in entry.terms:
            keys = self._postings[term]
            keys.discard(key)
            if not keys:
                del self._postings[term]
        self._units -= sum(len(read.units) for read in entry.reads)
        self._documents -= len(entry.reads)

    def _fields(self, party: Party) -> frozenset[str]:
        """The wider themes, so that those in one field are candidates though their themes differ."""
        return frozenset(FIELD_PREFIX + self.bridge.parents.get(slug, slug) for slug in party.themes)

    def rarity(self, term: str) -> float:
        """How much a shared term says (BM25's idf, with a prior); grows as fewer parties carry it."""
        known = self._rarity.get(term)
        if known is None:
            carriers = len(self._postings.get(term, ()))
            known = log(1 + (len(self._entries) + PRIOR - carriers + 0.5) / (carriers + 0.5))
            self._rarity[term] = known
        return known

    def average_units(self) -> float:
        return self._units / self._documents if self._documents else 1.0

    def candidates(self, key: int, limit: int = 500) -> list[int]:
        """Parties that share terms with this one, the most promising first; ties by key.

        Whom a party may meet is the same seen from either side, so a changed party's candidates are also those
        in whose lists its place may change.
        """
        entry = self._entries[key]
        common = max(COMMON_FLOOR, COMMON_SHARE * len(self._entries))
        found: dict[int, float] = {}
        for term in sorted(entry.terms):
            keys = self._postings[term]
            if len(keys) > common:
                continue
            weight = self.rarity(term)
            for other in keys:
                found[other] = found.get(other, 0.0) + weight
        found.pop(key, None)
        return sorted(found, key=lambda other: (-found[other], other))[:limit]
