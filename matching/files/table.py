"""All profiles of a file in an index, and the answers to the questions that are asked of them."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar

from language import analyse
from matching.engine.documents import Read
from matching.engine.index import Index
from matching.engine.parties import Party, Role
from matching.engine.ranking import HIGH, LENGTH, Attention, Suggested, suggest
from matching.engine.reasons import Reason, Span, give_reasons
from matching.engine.weights import DEFAULT_POINT, Weights, for_need, weights
from matching.files.parties import ASKER, bridge_of_files, candidate_of_row, party_of_row, party_of_text
from matching.files.rows import Query

T = TypeVar("T")


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
    hands: int = 1,
) -> Iterator[tuple[str, list[Match]]]:
    """(query's id, the best `top` profiles) in the order of the queries; without queries every profile is one. So many
    `hands` work at once, each a process, where processes can be forked.

    Where the operating point shares attention, every query is asked twice: the first answers tell who would stand high
    in how many lists, the second answers share that out.
    """
    asked = [Query(name, name) for name in profiles] if queries is None else queries
    table = _Table(profiles, works, asked, weights(point), cold=cold, top=top)
    if table.weigh.attention or table.weigh.need_attention:
        counts = Counter(chain.from_iterable(_shared_out(_first_of, table, hands)))
        table.attention = Attention(counts, max(1.0, counts.total() / max(1, len(profiles))))
    yield from _shared_out(_answer_of, table, hands)


class _Table:
    """All profiles in an index, and the questions that are asked of them."""

    def __init__(
        self,
        profiles: Mapping[str, Mapping[str, Any]],
        works: Mapping[str, Sequence[Mapping[str, Any]]],
        asked: Sequence[Query],
        weigh: Weights,
        *,
        cold: bool,
        top: int,
    ) -> None:
        self.weigh, self.top, self.attention = weigh, top, Attention({})
        self._profiles, self._works, self._cold = profiles, works, cold
        self.asked = asked
        self._names = list(profiles)
        self._number = {name: number for number, name in enumerate(self._names)}
        self._index = Index(analyse, bridge_of_files())
        for number, name in enumerate(self._names):
            self._index.replace(candidate_of_row(number, profiles[name], works.get(name, ())))
        self._index.settle()
        self._read = lru_cache(maxsize=TEXTS_KNOWN)(lambda key: self._index.read(self._index.party(key)))
        # All this stays: no collection of garbage need look through it again, nor a forked process copy it for that.
        gc.freeze()

    def first(self, at: int) -> list[int]:
        """Who stands high in the answer to a question."""
        query = self.asked[at]
        return [one.other for one in self._suggest(query, *self._asker(query), HIGH)]

    def answer(self, at: int) -> tuple[str, list[Match]]:
        query = self.asked[at]
        mine, reads = self._asker(query)
        found = []
        for one in self._suggest(query, mine, reads, self.top):
            told = give_reasons(one.terms, reads, self._read(one.other))
            reasons = tuple(_tell(reason, mine, self._index.party(one.other)) for reason in told)
            found.append(Match(self._names[one.other], one.score, reasons))
        return query.id, found

    def _asker(self, query: Query) -> tuple[Party, list[Read]]:
        if query.org and not self._works.get(query.org):
            # Who asks as what it is proposed as stands in the index already.
            key = self._number[query.org]
            return self._index.party(key), self._read(key)
        if query.org:
            own = () if self._cold else self._works[query.org]
            party = replace(party_of_row(ASKER, self._profiles[query.org], own), shown=False)
        else:
            party = party_of_text(ASKER, query.row or {})
        return party, self._index.read(party)

    def _suggest(self, query: Query, mine: Party, reads: list[Read], length: int) -> list[Suggested]:
        barred = {self._number[one] for one in (*query.exclude, query.org) if one in self._number}
        if mine.key == ASKER:
            self._index.replace(mine, reading=self._index.weigh_read(reads))
        weigh = self.weigh if query.org else for_need(self.weigh)
        found = suggest(self._index, mine.key, vetoes=barred, attention=self.attention, length=length, weigh=weigh)
        self._index.remove(ASKER)
        return found


TEXTS_KNOWN = 1 << 15
"""So many profiles' texts are kept as they were read, at some 20 kB each."""
FEW = 500
"""Questions that are not worth a second process."""
_at_hand: list[_Table] = []
"""What a forked process finds in its memory: a table is too large to be sent."""


def _first_of(at: int) -> list[int]:
    return _at_hand[-1].first(at)


def _answer_of(at: int) -> tuple[str, list[Match]]:
    return _at_hand[-1].answer(at)


def _shared_out(work: Callable[[int], T], table: _Table, hands: int) -> Iterator[T]:
    """What the work gives for each question, in their order."""
    _at_hand.append(table)
    try:
        if hands == 1 or len(table.asked) <= FEW or "fork" not in get_all_start_methods():
            yield from map(work, range(len(table.asked)))
            return
        with get_context("fork").Pool(hands) as pool:
            yield from pool.imap(work, range(len(table.asked)), chunksize=32)
    finally:
        _at_hand.pop()


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
