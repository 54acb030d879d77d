"""The score of a pair: a sum of terms, each with the words or facts that made it.

How a pair is scored:

1. Two documents meet by the table `MEETINGS`. What counts is coverage: how much of what the one says, each word by its
   rarity, the other says too (0–1; the weights of BM25 on both sides).
2. Of each kind of meeting the best three count 1, ½ and ¼, for an organisation is its documents, not one merged text;
   and all of them together, raised to a power, so that many good ones count and many poor ones do not.
3. The side that gains less counts more: a pair is good when each side gains.
4. Place and kinds of party add a little, and only to a pair that has something in common already; experience where the
   installation wants the well known first; attention takes from those who are shown to everybody.

Points are whole numbers, so that terms sum to the score exactly and rows can be sorted by it in a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from matching.engine.documents import THEME_PREFIX
from matching.engine.index import ROLES, Bools, Entry, Floats, Index, Ints, ranges
from matching.engine.parties import Role
from matching.engine.weights import Weights


class Kind(StrEnum):
    NEED_MEETS_OFFER = "need_meets_offer"
    OFFER_MEETS_NEED = "offer_meets_need"
    SHARED_NEED = "shared_need"
    SHARED_FIELD = "shared_field"
    PAST_WORK = "past_work"
    NAMED = "named"
    THEME = "theme"
    WIDER_THEME = "wider_theme"
    PLACE = "place"
    COUNTRY = "country"
    KINDS = "kinds"
    EXPERIENCE = "experience"
    ATTENTION = "attention"


class Gain(StrEnum):
    """Whom a term speaks for."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


GAINS = {Kind.NEED_MEETS_OFFER: Gain.MINE, Kind.NAMED: Gain.MINE, Kind.OFFER_MEETS_NEED: Gain.THEIRS}
TEXT_KINDS = (
    Kind.NEED_MEETS_OFFER,
    Kind.OFFER_MEETS_NEED,
    Kind.SHARED_NEED,
    Kind.SHARED_FIELD,
    Kind.PAST_WORK,
    Kind.NAMED,
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """My document of the role `mine` with theirs of `theirs`. `asks` tells whose document is to be covered by the
    other: "mine" or "theirs"."""

    kind: Kind
    mine: Role
    theirs: Role
    weight: float
    asks: str = "mine"


MEETINGS = (
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.OFFERS, 1.0),
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.DOES, 0.9),
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.PAST, 0.9),
    Meeting(Kind.OFFER_MEETS_NEED, Role.OFFERS, Role.SEEKS, 1.0, "theirs"),
    Meeting(Kind.OFFER_MEETS_NEED, Role.DOES, Role.SEEKS, 0.9, "theirs"),
    Meeting(Kind.OFFER_MEETS_NEED, Role.PAST, Role.SEEKS, 0.9, "theirs"),
    Meeting(Kind.SHARED_NEED, Role.SEEKS, Role.SEEKS, 0.1),
    Meeting(Kind.SHARED_FIELD, Role.DOES, Role.DOES, 0.4),
    Meeting(Kind.SHARED_FIELD, Role.DOES, Role.OFFERS, 0.3),
    Meeting(Kind.SHARED_FIELD, Role.OFFERS, Role.DOES, 0.3),
    Meeting(Kind.PAST_WORK, Role.DOES, Role.PAST, 0.9),
    Meeting(Kind.PAST_WORK, Role.OFFERS, Role.PAST, 0.4),
    Meeting(Kind.PAST_WORK, Role.PAST, Role.DOES, 0.3),
    Meeting(Kind.PAST_WORK, Role.PAST, Role.PAST, 0.3),
    Meeting(Kind.NAMED, Role.SEEKS, Role.NAME, 1.0, "theirs"),
)
"""Who meets whom over what. Two offers never meet: whoever sells the same is a competitor, not a partner."""

BEST_MEETINGS = (1.0, 0.5, 0.25)

GOOD_COVER = 0.2
"""A fifth of what a text says, weighed by rarity, is much to find in another's."""

LITTLE_SAID = 10.0
"""Added to what a document says in all: a need of one word is not wholly met by everybody who writes that word."""

TERMS_KEPT = 12
"""Of a pair's terms the weightiest are kept by name; the rest of each kind stands together as one."""


class Term(NamedTuple):
    """One part of the score. `label` is the word or theme that the two documents share, the kilometres or the kinds;
    empty for what is left over of a kind."""

    kind: Kind
    gain: Gain
    points: int
    mine: str = ""
    theirs: str = ""
    label: str = ""


@dataclass(slots=True)
class Compared:
    """One party's documents against those of many: shapes (my documents, their documents), coverage 0–1."""

    me: Entry
    documents: Ints
    owner: Ints
    mine_covered: Floats
    theirs_covered: Floats
    found: Ints
    """Elements of the index that stand in both, in the order of their documents."""
    found_document: Ints
    local: Ints
    """For each of those its number among my own terms."""
    my_asking: Floats
    my_having: Floats
    """Shape (my documents, my terms), rarity included."""
    my_chosen: Bools
    """Of the same shape: which are chosen themes."""


@dataclass(slots=True)
class Scored:
    """What the candidates are worth to one side, and the meetings that made it, sorted by candidate."""

    text: Floats
    owner: Ints
    kind: Ints
    mine: Ints
    theirs: Ints
    points: Floats
    asks_mine: Bools


_KINDS = tuple(Kind)
_GAINS = tuple(GAINS.get(kind, Gain.BOTH) for kind in _KINDS)
_KIND_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_MEETINGS_BY_ROLES: dict[tuple[int, int], Meeting] = {
    (ROLES.index(meeting.mine), ROLES.index(meeting.theirs)): meeting for meeting in MEETINGS
}


def compare(index: Index, entry: Entry, slots: Ints) -> Compared:
    """Every document of a party with every document of the parties at `slots`, both ways, in one pass over theirs."""
    firsts, lasts = index.first.all[slots].astype(np.int64), index.last.all[slots].astype(np.int64)
    documents = ranges(firsts, lasts).astype(np.int32)
    owner = np.repeat(np.arange(len(slots), dtype=np.int32), lasts - firsts)
    own = slice(index.start.all[entry.first], index.end.all[entry.last - 1]) if entry.last > entry.first else slice(0)
    numbers = index.term.all[own]
    terms, local = np.unique(numbers, return_inverse=True)
    rarity = index.rarities(terms)
    mine = entry.last - entry.first
    my_document = np.repeat(
        np.arange(mine), index.end.all[entry.first : entry.last] - index.start.all[entry.first : entry.last]
    )
    my_asking, my_having = np.zeros((2, mine, len(terms)), np.float32)
    my_asking[my_document, local] = index.asking.all[own] * rarity[local]
    my_having[my_document, local] = index.having.all[own] * rarity[local]
    my_chosen = np.zeros((mine, len(terms)), np.bool_)
    my_chosen[my_document, local] = index.chosen.all[own]

    position = index.positions()
    position[terms] = np.arange(1, len(terms) + 1)
    begins, ends = index.start.all[documents], index.end.all[documents]
    elements = ranges(begins, ends)
    where = position[index.term.all[elements]]
    position[terms] = 0
    shared = where > 0
    found, where = elements[shared], where[shared] - 1
    found_document = np.repeat(np.arange(len(documents), dtype=np.int32), ends - begins)[shared]

    having, asking = index.having.all[found], index.asking.all[found]
    width = len(documents)
    mine_covered, theirs_covered = np.zeros((2, mine, width), np.float32)
    for one in range(mine):
        mine_covered[one] = np.bincount(found_document, my_asking[one, where] * having, width)
        theirs_covered[one] = np.bincount(found_document, my_having[one, where] * asking, width)
    mine_covered /= index.whole.all[entry.first : entry.last, None] + LITTLE_SAID
    theirs_covered /= index.whole.all[documents] + LITTLE_SAID
    return Compared(
        entry,
        documents,
        owner,
        mine_covered,
        theirs_covered,
        found,
        found_document,
        where,
        my_asking,
        my_having,
        my_chosen,
    )


def score(index: Index, compared: Compared, count: int, weights: Weights, *, flipped: bool = False) -> Scored:
    """What each of `count` candidates is worth to the party; `flipped`: what the party is worth to each of them."""
    entry = compared.me
    my_roles = index.role.all[entry.first : entry.last]
    their_roles = index.role.all[compared.documents]
    parts: list[tuple[Ints, int, int, Floats, bool]] = []
    for one, my_role in enumerate(my_roles.tolist()):
        for their_role in range(len(ROLES)):
            meeting = _MEETINGS_BY_ROLES.get((their_role, my_role) if flipped else (my_role, their_role))
            if meeting is None:
                continue
            asks_mine = (meeting.asks == "mine") != flipped
            covered = compared.mine_covered[one] if asks_mine else compared.theirs_covered[one]
            columns = np.flatnonzero((their_roles == their_role) & (covered > 0))
            if len(columns):
                amounts = meeting.weight * covered[columns]
                parts.append((columns, one, _KIND_NUMBER[meeting.kind], amounts, asks_mine))
    if not parts:
        none = np.empty(0, np.int32)
        return Scored(
            np.zeros(count, np.float32),
            none,
            none.astype(np.int8),
            none,
            none,
            none.astype(np.float32),
            none.astype(np.bool_),
        )
    theirs = np.concatenate([part[0] for part in parts]).astype(np.int32)
    sizes = [len(part[0]) for part in parts]
    mine = np.repeat(np.array([part[1] for part in parts], np.int32), sizes)
    kind = np.repeat(np.array([part[2] for part in parts], np.int8), sizes)
    asks = np.repeat(np.array([part[4] for part in parts], np.bool_), sizes)
    amount = np.concatenate([part[3] for part in parts])
    owner = compared.owner[theirs]
    group = owner * len(_KINDS) + kind
    # A stable sort: of equal amounts my earlier document comes first.
    order = np.lexsort((-amount, group))
    theirs, mine, kind, group = theirs[order], mine[order], kind[order], group[order]
    asks, amount, owner = asks[order], amount[order], owner[order]
    begins = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    place = np.arange(len(group)) - np.repeat(begins, np.diff(np.concatenate([begins, [len(group)]])))
    factor = np.zeros(len(group), np.float32)
    for n, share in enumerate(BEST_MEETINGS):
        factor[place == n] = share
    named = kind == _KIND_NUMBER[Kind.NAMED]
    points = weights.best * factor * amount + weights.sum * (np.minimum(amount, 1.5) / GOOD_COVER) ** weights.power
    need = (kind == _KIND_NUMBER[Kind.NEED_MEETS_OFFER]) | (kind == _KIND_NUMBER[Kind.OFFER_MEETS_NEED])
    points = np.where(need, weights.need * points, points)
    points = np.where(named, weights.name * factor * np.minimum(amount, 1.0), points).astype(np.float32)
    # The side that gains less counts more.
    for_me = np.bincount(owner, np.where(kind == _KIND_NUMBER[Kind.NEED_MEETS_OFFER], points, 0), count)
    for_them = np.bincount(owner, np.where(kind == _KIND_NUMBER[Kind.OFFER_MEETS_NEED], points, 0), count)
    mutual = np.ones((2, count), np.float32)
    mutual[0, for_me <= for_them] += weights.mutual
    mutual[1, for_me > for_them] += weights.mutual
    both = (for_me > 0) & (for_them > 0)
    points *= np.where((kind == _KIND_NUMBER[Kind.NEED_MEETS_OFFER]) & both[owner], mutual[0, owner], 1)
    points *= np.where((kind == _KIND_NUMBER[Kind.OFFER_MEETS_NEED]) & both[owner], mutual[1, owner], 1)
    text = np.bincount(owner, points, count).astype(np.float32)
    return Scored(text, owner, kind, mine, theirs, points, asks)


def text_terms(
    index: Index, compared: Compared, scored: Scored, chosen: Ints, *, flipped: bool = False
) -> list[list[Term]]:
    """For each of the chosen candidates (sorted) the words that its meetings are made of, each with its part of their
    points; the weightiest by name, the rest of each kind as one."""
    begins = np.searchsorted(scored.owner, chosen)
    ends = np.searchsorted(scored.owner, chosen, side="right")
    meetings = ranges(begins, ends)
    row = np.repeat(np.arange(len(chosen)), ends - begins)
    documents = scored.theirs[meetings]
    first = np.searchsorted(compared.found_document, documents)
    last = np.searchsorted(compared.found_document, documents, side="right")
    elements = ranges(first, last)
    meeting = np.repeat(np.arange(len(meetings)), last - first)
    local, found = compared.local[elements], compared.found[elements]
    mine = scored.mine[meetings][meeting]
    value = np.where(
        scored.asks_mine[meetings][meeting],
        compared.my_asking[mine, local] * index.having.all[found],
        compared.my_having[mine, local] * index.asking.all[found],
    )
    whole = np.maximum(np.bincount(meeting, value, len(meetings)), 1e-12)
    points = value / whole[meeting] * scored.points[meetings][meeting]
    kinds, rows = scored.kind[meetings][meeting], row[meeting]
    theme = index.chosen.all[found] & compared.my_chosen[mine, local]
    worth = np.flatnonzero((points >= 0.5) & ~theme)
    worth = worth[np.lexsort((-points[worth], rows[worth]))]
    place = np.arange(len(worth)) - np.searchsorted(rows[worth], rows[worth])
    named = worth[place < TERMS_KEPT]
    unnamed = ~theme
    unnamed[named] = False
    left = np.bincount(
        rows[unnamed] * len(_KINDS) + kinds[unnamed], points[unnamed], len(chosen) * len(_KINDS)
    ).reshape(len(chosen), len(_KINDS))
    mine_keys = [index.document_key(number) for number in range(compared.me.first, compared.me.last)]
    here = [mine_keys[number] for number in mine[named].tolist()]
    there = [index.document_key(number) for number in compared.documents[documents[meeting[named]]].tolist()]
    words = list(
        map(
            Term._make,
            zip(
                [_KINDS[number] for number in kinds[named].tolist()],
                [_GAINS[number] for number in kinds[named].tolist()],
                np.rint(points[named]).astype(int).tolist(),
                there if flipped else here,
                here if flipped else there,
                [index.terms[number] for number in index.term.all[found[named]].tolist()],
                strict=True,
            ),
        )
    )
    bounds = np.searchsorted(rows[named], np.arange(len(chosen) + 1)).tolist()
    result = [words[begin:end] for begin, end in pairwise(bounds)]
    for at, number in zip(*(part.tolist() for part in np.nonzero(left >= 0.5)), strict=True):
        result[at].append(Term(_KINDS[number], _GAINS[number], round(float(left[at, number]))))
    for at, term in _theme_terms(index, rows[theme], index.term.all[found[theme]], points[theme]):
        result[at].append(term)
    return result


def _theme_terms(index: Index, rows: Ints, numbers: Ints, points: Floats) -> Iterator[tuple[int, Term]]:
    """Themes that both have chosen, not only written of, each as one: what is told of a theme is that both have it, in
    whichever document and whatever need or offer it stands."""
    pairs, pair = np.unique(rows * len(index.terms) + numbers, return_inverse=True)
    amounts = np.rint(np.bincount(pair, points, len(pairs))).astype(int)
    for one, amount in zip(pairs.tolist(), amounts.tolist(), strict=True):
        at, number = divmod(one, len(index.terms))
        prefix, _, name = index.terms[number].partition(":")
        if amount:
            kind = Kind.THEME if f"{prefix}:" == THEME_PREFIX else Kind.WIDER_THEME
            yield at, Term(kind, Gain.BOTH, amount, label=name)
