"""The index: every party's documents as weighed terms in flat arrays, and for each term the parties that carry it.

A party is put in or taken out at the cost of its own words: it is written at the arrays' end, and until the next
`settle` it is simply among those who are always looked at. `settle` counts anew how rare each term is, how long texts
are, and who carries what; between two of them those figures stand still, so that scores made at different times
compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log, radians
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.engine.bridge import Bridge
from matching.engine.columns import Bools, Column, Floats, Ints, Numbers
from matching.engine.documents import Analyse, Read, Weighed, read_party
from matching.engine.kinds import kind_number
from matching.engine.loops import vote
from matching.engine.parties import Party, Point, Role
from matching.engine.variety import are_late_copies, signature

PRIOR = 40
"""Documents that are thought to exist beside the real ones, without the term. In a site of five, a word that two of
them use is still news; without this it would weigh nothing."""

SATURATION = 1.2
LENGTH_SHARE = 0.75
"""BM25's k1 and b (Robertson and Zaragoza 2009): a word said twice is not twice as true, and a long text meets more
words by chance."""

COMMON_SHARE = 0.1
"""A term in more than this share of the parties does not bring candidates: it says nothing, and its list is long."""
COMMON_FLOOR, COMMON_CEILING = 400, 2_500
"""However few or many parties there are: so that asking costs no more among very many."""
TERMS_ASKED = 48
"""So many of a party's rarest terms bring candidates."""
CANDIDATES = 200
"""More cost as much again each, and bring nobody into the lists: 300 found no more on past collaborations."""
UNSETTLED = 500
"""Parties that may stand outside the postings; more, and the next question settles."""

FACTS = np.dtype(
    [
        ("lat", np.float32),
        ("lon", np.float32),
        ("place", np.int32),
        ("country", np.int32),
        ("kind", np.int32),
        ("works", np.int32),
        ("shown", np.bool_),
        ("reads", np.bool_),
    ]
)
"""What is known of a party beside its words: radians, and names by their `code`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the index knows of a party's texts: enough to put it in without reading them again."""

    documents: tuple[Weighed, ...]
    signature: int


COLUMNS: tuple[str, ...] = ("term", "amount", "chosen", "asking", "having", "start", "end", "role", "document_slot")
COLUMNS += ("whole", "document_name", "key", "first", "last", "mark", "facts")
ARRAYS = ("rarity", "_carriers_start", "_carriers", "_late")
TOLD = ("key", "kind", "name", "place", "place_code", "country", "shown", "reads")
"""What an index is made of when it is kept: its columns, what `settle` counts, and of each party these fields."""

ROLES = tuple(Role)
_ROLE_NUMBER = {role: number for number, role in enumerate(ROLES)}


@dataclass(slots=True)
class Entry:
    """A party as the index holds it; its documents are numbers `first` to `last` (exclusive)."""

    party: Party
    first: int
    last: int
    slot: int
    signature: int
    version: object


class Index:
    """Parties by key. Not safe for use by two threads at once."""

    def __init__(self, analyse: Analyse, bridge: Bridge | None = None, places: frozenset[str] = frozenset()) -> None:
        """`places` are names of places as dictionary forms, which texts share without having anything in common."""
        self._analyse = analyse
        self._places = places
        self.bridge = Bridge() if bridge is None else bridge
        self._entries: dict[int, Entry] = {}
        # Of terms, and of whatever else is named in what is told: documents, labels.
        self.numbers = Numbers()
        self.terms = self.numbers.names
        # For each term of each document: which, how much, whether it is a chosen theme, and what it weighs on the two
        # sides of a comparison.
        self.term, self.amount, self.chosen = Column(np.int32), Column(np.float32), Column(np.bool_)
        self.asking, self.having = Column(np.float32), Column(np.float32)
        # For each document: where its terms begin and end, its role, its party's slot, what it says in all, its key.
        self.start, self.end = Column(np.int64), Column(np.int64)
        self.role, self.document_slot, self.whole = Column(np.int8), Column(np.int32), Column(np.float32)
        self.document_name = Column(np.int32)
        # For each slot: the party's key, or -1 when it is gone; its documents.
        self.key, self.first, self.last = Column(np.int64), Column(np.int32), Column(np.int32)
        self.mark, self.facts = Column(np.int64), Column(FACTS)
        self._codes: dict[str, int] = {"": 0}
        self._positions: Ints = np.zeros(1024, np.int32)
        self._votes: Floats = np.zeros(0)
        self._dead = 0
        self._settled = 0
        self._average = 1.0
        self.rarity: Floats = np.empty(0, np.float32)
        self.unseen = log(1 + (PRIOR + 0.5) / 0.5)
        self._carriers_start: Ints = np.zeros(1, np.int64)
        self._carriers: Ints = np.empty(0, np.int32)
        self._late: Bools = np.zeros(0, np.bool_)

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

    def read(self, party: Party) -> list[Read]:
        return read_party(party, self._analyse, self.bridge, self._places)

    def weigh(self, party: Party) -> Reading:
        return self.weigh_read(self.read(party))

    @staticmethod
    def weigh_read(reads: Sequence[Read]) -> Reading:
        mark = signature(read for read in reads if read.role != Role.NAME)
        return Reading(tuple(read.weigh() for read in reads), mark)

    def replace(self, party: Party, version: object = None, reading: Reading | None = None) -> None:
        """Put a party in, or in place of what was known of it. `version` is the caller's own mark; with a `reading`
        the party's texts are not read, and need not be there."""
        self.remove(party.key)
        known = reading or self.weigh(party)
        first, slot = len(self.role), len(self.key)
        if known.documents:
            self._write(known.documents, slot)
        self.key.append([party.key])
        self.first.append([first])
        self.last.append([len(self.role)])
        self._note_facts(party, known)
        self.mark.append([known.signature])
        self._entries[party.key] = Entry(party, first, len(self.role), slot, known.signature, version)

    def dump(self) -> dict[str, NDArray[Any]]:
        """All that is held, as arrays that `load` takes; of the parties what is known beside their texts."""
        self.ready()
        parties = [(e.slot, e.version, [getattr(e.party, name) for name in TOLD]) for e in self._entries.values()]
        counts = (self._dead, self._settled, self._average, self.unseen)
        told = [parties, self.terms, self._codes, counts]
        arrays = {name: getattr(self, name).all for name in COLUMNS} | {name: getattr(self, name) for name in ARRAYS}
        return arrays | {"told": np.frombuffer(orjson.dumps(told), np.uint8)}

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """What `dump` gave, into an empty index with the same vocabulary."""
        parties, terms, self._codes, counts = orjson.loads(arrays["told"].tobytes())
        self._dead, self._settled, self._average, self.unseen = counts
        for name in COLUMNS:
            getattr(self, name).append(arrays[name])
        for name in ARRAYS:
            setattr(self, name, arrays[name])
        for term in terms:
            self.numbers[term]
        firsts, lasts, marks = self.first.all.tolist(), self.last.all.tolist(), self.mark.all.tolist()
        for slot, version, known in parties:
            facts = dict(zip(TOLD, known, strict=True))
            place = facts.pop("place")
            party = Party(place=Point(**place) if place else None, **facts)
            self._entries[party.key] = Entry(party, firsts[slot], lasts[slot], slot, marks[slot], version)

    def _note_facts(self, party: Party, reading: Reading) -> None:
        fact = np.zeros(1, FACTS)
        place = party.place
        fact["lat"], fact["lon"] = (radians(place.lat), radians(place.lon)) if place else (np.nan, np.nan)
        fact["place"], fact["country"] = self.code(party.place_code), self.code(party.country)
        fact["kind"], fact["shown"], fact["reads"] = kind_number(party.kind), party.shown, party.reads
        fact["works"] = sum(1 for document in reading.documents if document.role == Role.PAST)
        self.facts.append(fact)

    def code(self, name: str) -> int:
        """A number for a name of a place or a country; 0 for none."""
        return self._codes.setdefault(name, len(self._codes))

    def positions(self) -> Ints:
        """Scratch paper, a number a term, all zero; whoever writes on it wipes it."""
        if len(self._positions) < len(self.terms):
            self._positions = np.zeros(2 * len(self.terms), np.int32)
        return self._positions

    def remove(self, key: int) -> None:
        """Take a party out; one that is not here is no error."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.key.all[entry.slot] = -1
            self._dead += 1

    def _write(self, documents: Sequence[Weighed], slot: int) -> None:
        counts = np.array([len(document.amounts) for document in documents])
        total, number = int(counts.sum()), self.numbers.__getitem__
        numbers = np.fromiter(map(number, chain.from_iterable(one.amounts for one in documents)), np.int64, total)
        amounts = np.fromiter(chain.from_iterable(one.amounts.values() for one in documents), np.float32, total)
        chosen = np.fromiter(
            chain.from_iterable(map(one.chosen.__contains__, one.amounts) for one in documents), np.bool_, total
        )
        each = np.repeat(np.arange(len(documents)), counts)
        order = np.argsort((each << 32) + numbers)
        numbers, amounts = numbers[order], amounts[order]
        lengths = np.bincount(each, amounts, len(documents)).astype(np.float32)
        asking, having = self._weigh(amounts, np.repeat(lengths, counts))
        ends = len(self.term) + np.cumsum(counts)
        self.start.append(ends - counts)
        self.end.append(ends)
        self.term.append(numbers)
        self.amount.append(amounts)
        self.chosen.append(chosen[order])
        self.asking.append(asking)
        self.having.append(having)
        self.whole.append(np.bincount(each, asking * self.rarities(numbers), len(documents)))
        self.role.append([_ROLE_NUMBER[document.role] for document in documents])
        self.document_slot.append([slot] * len(documents))
        self.document_name.append([number(document.key) for document in documents])

    def _weigh(self, amounts: Floats, lengths: Floats) -> tuple[Floats, Floats]:
        """What an amount weighs where it is asked for, and where it is found."""
        damp = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / self._average)
        return np.sqrt(amounts), amounts * (SATURATION + 1) / (amounts + damp)

    def rarities(self, numbers: Ints) -> Floats:
        """How much a shared term says (BM25's idf, with a prior); grows as fewer documents carry it."""
        known = np.minimum(numbers, max(0, len(self.rarity) - 1))
        if not len(self.rarity):
            return np.full(len(numbers), self.unseen, np.float32)
        return np.where(numbers < len(self.rarity), self.rarity[known], np.float32(self.unseen))

    def settle(self) -> None:
        """Count anew, and drop what is gone. One pass over the whole index."""
        if self._dead:
            self._drop_the_dead()
        lengths = np.diff(np.concatenate([[0.0], np.cumsum(self.amount.all, dtype=np.float64)])[self._bounds()])[::2]
        written = self.role.all != _ROLE_NUMBER[Role.NAME]
        per_document = self.end.all - self.start.all
        # Where nobody has written a word there is no length to measure by.
        self._average = (float(lengths[written].mean()) if written.any() else 0.0) or 1.0
        documents = int(written.sum())
        carried = np.bincount(self.term.all[np.repeat(written, per_document)], minlength=len(self.terms))
        self.rarity = np.log(1 + (documents + PRIOR - carried + 0.5) / (carried + 0.5)).astype(np.float32)
        self.unseen = log(1 + (documents + PRIOR + 0.5) / 0.5)
        each = np.repeat(lengths, per_document).astype(np.float32)
        self.asking.all[:], self.having.all[:] = self._weigh(self.amount.all, each)
        said = np.concatenate([[0.0], np.cumsum(self.asking.all * self.rarity[self.term.all], dtype=np.float64)])
        self.whole.all[:] = np.diff(said[self._bounds()])[::2]
        self._list_carriers()
        self._settled = len(self.key)

    def _bounds(self) -> Ints:
        bounds = np.empty(2 * len(self.start), np.int64)
        bounds[::2], bounds[1::2] = self.start.all, self.end.all
        return bounds

    def _drop_the_dead(self) -> None:
        alive = self.key.all >= 0
        documents = alive[self.document_slot.all]
        elements = np.repeat(documents, self.end.all - self.start.all)
        slots = np.cumsum(alive) - 1
        per_document = (self.end.all - self.start.all)[documents]
        for column in (self.term, self.amount, self.chosen, self.asking, self.having):
            column.keep(elements)
        for column in (self.start, self.end, self.role, self.document_slot, self.whole, self.document_name):
            column.keep(documents)
        self.end.all[:] = np.cumsum(per_document)
        self.start.all[:] = self.end.all - per_document
        self.document_slot.all[:] = slots[self.document_slot.all]
        counts = (self.last.all - self.first.all)[alive]
        for column in (self.key, self.first, self.last, self.mark, self.facts):
            column.keep(alive)
        self.last.all[:] = np.cumsum(counts)
        self.first.all[:] = self.last.all - counts
        for slot, key in enumerate(self.key.all.tolist()):
            entry = self._entries[key]
            entry.slot, entry.first, entry.last = slot, int(self.first.all[slot]), int(self.last.all[slot])
        self._dead = 0

    def _list_carriers(self) -> None:
        """The postings: for each term the slots of the parties that carry it, each once."""
        # Terms stand in the order of their slots, and a stable sort leaves them so: a slot's second document with the
        # same term comes right after its first.
        order = np.argsort(self.term.all, kind="stable")
        terms = self.term.all[order]
        slots = np.repeat(self.document_slot.all, self.end.all - self.start.all)[order]
        del order
        first = np.ones(len(terms), np.bool_)
        first[1:] = (terms[1:] != terms[:-1]) | (slots[1:] != slots[:-1])
        self._carriers = slots[first]
        counts = np.bincount(terms[first], minlength=len(self.terms))
        self._carriers_start = np.concatenate([[0], np.cumsum(counts)])
        self._late = are_late_copies(self.mark.all)

    def ready(self) -> None:
        """Settle if too much stands outside the postings."""
        if (
            not self._settled
            or len(self.key) - self._settled > UNSETTLED
            or self._dead > max(UNSETTLED, len(self) // 4)
        ):
            self.settle()

    def candidates(self, key: int, limit: int = CANDIDATES) -> Ints:
        """Slots of parties that share rare terms with this one, in the order of slots; and all who came lately.

        Whom a party may meet is the same seen from either side, so a changed party's candidates are also those in
        whose lists its place may change.
        """
        self.ready()
        entry = self._entries[key]
        chosen: Ints
        if len(self.key) <= limit + UNSETTLED:
            chosen = np.flatnonzero(self.key.all >= 0).astype(np.int32)
        else:
            chosen = np.concatenate(
                [self._by_terms(entry, limit), np.arange(self._settled, len(self.key), dtype=np.int32)]
            )
            chosen = np.unique(chosen[self.key.all[chosen] >= 0])
        others: Ints = chosen[chosen != entry.slot]
        return others

    def _by_terms(self, entry: Entry, limit: int) -> Ints:
        if entry.last == entry.first:
            return np.empty(0, np.int32)
        begin, end = self.start.all[entry.first], self.end.all[entry.last - 1]
        numbers, weight = self.term.all[begin:end], self.asking.all[begin:end]
        known = numbers < len(self._carriers_start) - 1
        numbers, weight = numbers[known], weight[known] * self.rarity[numbers[known]]
        begins, ends = self._carriers_start[numbers], self._carriers_start[numbers + 1]
        carried = ends - begins
        rarest = np.argsort(carried, kind="stable")
        rarer = np.empty_like(carried)
        rarer[rarest] = np.cumsum(carried[rarest]) - carried[rarest]
        # A common term brings candidates only where the rarer ones bring too few: a party that has nothing but a
        # favourite theme has partners too.
        common = min(max(COMMON_FLOOR, COMMON_SHARE * len(self)), COMMON_CEILING)
        # Who came lately is not among the carriers: a single one is then somebody else.
        useful = (carried > int(entry.slot < self._settled)) & ((carried <= common) | (rarer < limit)) & (weight > 0)
        if not useful.any():
            return np.empty(0, np.int32)
        weight, begins, ends = weight[useful], begins[useful], ends[useful]
        if len(weight) > TERMS_ASKED:
            best = np.argpartition(-weight, TERMS_ASKED)[:TERMS_ASKED]
            weight, begins, ends = weight[best], begins[best], ends[best]
        if len(self._votes) < self._settled:
            self._votes = np.zeros(self._settled)
        found = np.empty(min(int((ends - begins).sum()), self._settled), np.int32)
        found = found[: vote(self._carriers, begins, ends, weight, self._votes, found)]
        votes = self._votes.take(found)
        self._votes[found] = 0
        alive = self.key.all.take(found) >= 0
        found, votes = found[alive], votes[alive]
        if len(found) > limit:
            # Of equal votes the earlier slots, so that the same question has the same answer; copies after all others.
            votes -= self._late.take(found) * votes.sum()
            least = np.partition(votes, len(votes) - limit)[len(votes) - limit]
            better, equal = found[votes > least], np.sort(found[votes == least])
            found = np.concatenate([better, equal[: limit - len(better)]])
        return found
