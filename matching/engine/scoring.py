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

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.engine.columns import Bools, Floats, Ints
from matching.engine.index import ROLES, Entry, Index
from matching.engine.loops import cover, gather
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


GOOD_COVER = 0.2
"""A fifth of what a text says, weighed by rarity, is much to find in another's."""
MUCH_COVER = 1.5


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
    found_begin: Ints
    """Where those of each of their documents begin, and, last, where they all end."""
    local: Ints
    """For each of those its number among my own terms."""
    my_asking: Floats
    my_having: Floats
    """Shape (my documents, my terms), rarity included."""
    my_chosen: Bools
    """Of the same shape: which are chosen themes."""


@dataclass(slots=True)
class Scored:
    """What the candidates are worth to one side, and the meetings that made it, in the order of candidates."""

    text: Floats
    owner: Ints
    kind: Ints
    mine: Ints
    theirs: Ints
    points: Floats
    asks_mine: Bools


KINDS = tuple(Kind)
KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}


def _by_roles(*, flipped: bool) -> tuple[Ints, Floats, Bools, Bools]:
    """`MEETINGS` as tables of the shape (my role, their role): kind (-1: none), weight, whether mine is to be covered,
    and whether it is past work that asks; `flipped`: as they see it."""
    shape = len(ROLES), len(ROLES)
    kind, weight, asks_mine = np.full(shape, -1, np.int64), np.zeros(shape), np.zeros(shape, np.bool_)
    past_asks = np.zeros(shape, np.bool_)
    for meeting in MEETINGS:
        at = ROLES.index(meeting.mine), ROLES.index(meeting.theirs)
        at = at[::-1] if flipped else at
        kind[at], weight[at] = KIND_NUMBER[meeting.kind], meeting.weight
        asks_mine[at] = (meeting.asks == "mine") != flipped
        past_asks[at] = meeting.mine is Role.PAST and meeting.asks == "mine"
    return kind, weight, asks_mine, past_asks


_MEETINGS_OF_MINE, _MEETINGS_OF_THEIRS = _by_roles(flipped=False), _by_roles(flipped=True)


def compare(index: Index, entry: Entry, slots: Ints) -> Compared:
    """Every document of a party with every document of the parties at `slots`, both ways, in one pass over theirs."""
    return Compared(
        entry,
        *cover(
            entry.first,
            entry.last,
            index.first.all[slots],
            index.last.all[slots],
            index.start.all,
            index.end.all,
            index.term.all,
            index.asking.all,
            index.having.all,
            index.chosen.all,
            index.whole.all,
            index.rarity,
            index.unseen,
            index.positions(),
        ),
    )


def score(index: Index, compared: Compared, count: int, weights: Weights, *, flipped: bool = False) -> Scored:
    """What each of `count` candidates is worth to the party; `flipped`: what the party is worth to each of them."""
    entry = compared.me
    kind_of, weight_of, asks_mine, past_asks = _MEETINGS_OF_THEIRS if flipped else _MEETINGS_OF_MINE
    owner, kind, mine, theirs, amount, factor, asks = gather(
        compared.owner,
        index.role.all[entry.first : entry.last],
        index.role.all[compared.documents],
        kind_of,
        np.where(past_asks, weights.past * weight_of, weight_of),
        asks_mine,
        compared.mine_covered,
        compared.theirs_covered,
        len(KINDS),
    )
    points = weights.best * factor * amount
    points += weights.sum * (np.minimum(amount, MUCH_COVER) / GOOD_COVER) ** weights.power
    named = np.flatnonzero(kind == KIND_NUMBER[Kind.NAMED])
    for_me = np.flatnonzero(kind == KIND_NUMBER[Kind.NEED_MEETS_OFFER])
    for_them = np.flatnonzero(kind == KIND_NUMBER[Kind.OFFER_MEETS_NEED])
    points[for_me] *= weights.need
    points[for_them] *= weights.need
    points[named] = weights.name * factor[named] * np.minimum(amount[named], 1.0)
    # The side that gains less counts more.
    mine_gained = np.bincount(owner[for_me], points[for_me], count)
    theirs_gained = np.bincount(owner[for_them], points[for_them], count)
    both = (mine_gained > 0) & (theirs_gained > 0)
    points[for_me] *= np.where(both & (mine_gained <= theirs_gained), 1 + weights.mutual, 1)[owner[for_me]]
    points[for_them] *= np.where(both & (mine_gained > theirs_gained), 1 + weights.mutual, 1)[owner[for_them]]
    text = np.bincount(owner, points, count).astype(np.float32)
    return Scored(text, owner, kind, mine, theirs, points, asks)
