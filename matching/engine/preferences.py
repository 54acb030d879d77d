"""What a party wishes of those proposed to it: limits that leave others out, and wishes that count more.

Plain values, so that the matcher can ask `allows` while it chooses whom to keep and `fit` while it orders them. What is
not known of a party does not meet a limit, and meets a soft wish by half.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import TypeVar

from matching.engine.parties import Point

TEN = 10
MOST_SURPRISES = 3
"""Of each ten."""
SOFT_WEIGHT = 0.5
"""How much of a score hangs on the soft wishes: who meets none of them keeps half."""

T = TypeVar("T")


class Wish(StrEnum):
    PLACE = "place"
    SIZES = "sizes"
    LANGUAGES = "languages"
    KINDS = "kinds"
    READY = "ready"


class Reach(StrEnum):
    ANYWHERE = "anywhere"
    KM = "km"
    REGION = "region"
    MUNICIPALITY = "municipality"


class Ready(StrEnum):
    CLAIMED = "claimed"
    CONTACT = "contact"
    OFFERS = "offers"


@dataclass(frozen=True, slots=True)
class Facts:
    """What wishes look at in a party. Empty is *not known*; `ready` holds what is true of it."""

    municipality: str = ""
    region: str = ""
    place: Point | None = None
    size: str = ""
    languages: frozenset[str] = frozenset()
    kind: str = ""
    ready: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preferences:
    """A wish that names nothing (anywhere, no sizes …) is no wish, hard or not.

    `languages`: one of them is enough. `ready`: all of them. `surprises`: how many of each ten come from outside the
    usual.
    """

    reach: Reach = Reach.ANYWHERE
    km: int = 50
    sizes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()
    hard: frozenset[Wish] = field(default_factory=frozenset)
    surprises: int = 0

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Those that name something."""
        said = {
            Wish.PLACE: self.reach != Reach.ANYWHERE,
            Wish.SIZES: bool(self.sizes),
            Wish.LANGUAGES: bool(self.languages),
            Wish.KINDS: bool(self.kinds),
            Wish.READY: bool(self.ready),
        }
        return tuple(wish for wish in Wish if said[wish])

    @property
    def limits(self) -> tuple[Wish, ...]:
        return tuple(wish for wish in self.wishes if wish in self.hard)

    def without(self, wish: Wish) -> Preferences:
        """The same, but this wish leaves nobody out."""
        return replace(self, hard=self.hard - {wish})


def allows(wanted: Preferences, mine: Facts, other: Facts) -> bool:
    """Whether the other meets every limit."""
    return all((_measure(wish, wanted, mine, other) or 0.0) >= 1.0 for wish in wanted.limits)


def fit(wanted: Preferences, mine: Facts, other: Facts) -> float:
    """How well the other meets the soft wishes, 0 to 1: their mean; 1 where there are none."""
    soft = [wish for wish in wanted.wishes if wish not in wanted.hard]
    if not soft:
        return 1.0
    measures = [_measure(wish, wanted, mine, other) for wish in soft]
    return sum(0.5 if measure is None else measure for measure in measures) / len(soft)


def weigh(score: int, fitness: float) -> float:
    """A score with the soft wishes counted in."""
    return score * (1.0 - SOFT_WEIGHT + SOFT_WEIGHT * fitness)


def _measure(wish: Wish, wanted: Preferences, mine: Facts, other: Facts) -> float | None:
    """How far a wish is met, 0 to 1; None when the other's side of it is not known."""
    if wish is Wish.PLACE:
        return _near(wanted, mine, other)
    if wish is Wish.SIZES:
        return float(other.size in wanted.sizes) if other.size else None
    if wish is Wish.LANGUAGES:
        return float(bool(wanted.languages & other.languages)) if other.languages else None
    if wish is Wish.KINDS:
        return float(other.kind in wanted.kinds) if other.kind else None
    return len(wanted.ready & other.ready) / len(wanted.ready)


def _near(wanted: Preferences, mine: Facts, other: Facts) -> float | None:
    """1 within the reach. Beyond it a distance fades (half at twice the reach); an area is met or not."""
    if wanted.reach is Reach.MUNICIPALITY:
        known = mine.municipality and other.municipality
        return float(mine.municipality == other.municipality) if known else None
    if wanted.reach is Reach.REGION:
        return float(mine.region == other.region) if mine.region and other.region else None
    if mine.municipality and mine.municipality == other.municipality:
        return 1.0
    if mine.place is None or other.place is None:
        return None
    km = mine.place.km_to(other.place)
    return 1.0 if km <= wanted.km else wanted.km / km


def lay_out(
    items: Sequence[T], keys: Sequence[Hashable], surprises: int, draw: str, *, never: Collection[Hashable] = ()
) -> list[tuple[T, bool]]:
    """Best first, but of each ten so many come from outside the usual: the half that would otherwise be seen last.

    Each item is told whether it is such a surprise. The same `draw` draws the same, so a page does not change while it
    is read; the usual ones keep their order, and those in `never` are not drawn. What fits in one ten is all seen
    anyway, and holds no surprise.
    """
    waiting = list(zip(keys, items, strict=True))
    placed: list[tuple[T, bool]] = []
    while waiting:
        if surprises <= 0 or len(waiting) <= TEN:
            placed += [(item, False) for _key, item in waiting]
            break
        outside = [one for one in waiting[max(TEN, len(waiting) // 2) :] if one[0] not in never]
        drawn = sorted(outside, key=lambda one: _lot(draw, one[0]))[: min(surprises, MOST_SURPRISES)]
        chosen = {key for key, _item in drawn}
        usual = waiting[: TEN - len(drawn)]
        placed += _ten([item for _key, item in usual], [item for _key, item in drawn])
        taken = chosen | {key for key, _item in usual}
        waiting = [one for one in waiting if one[0] not in taken]
    return placed


def _ten(usual: list[T], drawn: list[T]) -> list[tuple[T, bool]]:
    """The drawn ones spread evenly among the usual, never first."""
    ten = [(item, False) for item in usual]
    for number, item in enumerate(drawn, 1):
        ten.insert(number * TEN // (len(drawn) + 1), (item, True))
    return ten


def _lot(draw: str, key: Hashable) -> bytes:
    return blake2b(f"{draw}:{key}".encode(), digest_size=8).digest()
