"""What would make a suggestion stronger, from what two parties have told of themselves. Pure facts, no texts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from matching.engine import Kind

FEW_WORDS = 12
"""A party that has written fewer in all gives the matcher little to go by."""
MOST = 2
MUCH = 2
"""A profile that lacks so many things is told so once, above its list."""


class Lack(StrEnum):
    """What is not told: by me, or by them."""

    SEEKS = "seeks"
    OFFERS = "offers"
    THEMES = "themes"
    PLACE = "place"
    WORDS = "words"
    THEIR_OFFERS = "their_offers"
    THEIR_SEEKS = "their_seeks"


@dataclass(frozen=True, slots=True)
class Told:
    """What a party has told: words a text, chosen themes, whether it has a place; and whether anybody speaks for it."""

    seeks: int = 0
    offers: int = 0
    does: int = 0
    themes: int = 0
    place: bool = False
    speaks: bool = True

    @property
    def words(self) -> int:
        return self.seeks + self.offers + self.does

    @property
    def gives(self) -> int:
        """What it can do for others, whether as an offer or as its work."""
        return self.offers + self.does


def lacks_of(mine: Told) -> list[Lack]:
    """What a profile lacks whoever the other is, the most telling first."""
    lacks = {
        Lack.SEEKS: not mine.seeks,
        Lack.OFFERS: not mine.gives,
        Lack.THEMES: not mine.themes,
        Lack.WORDS: 0 < mine.words < FEW_WORDS,
        Lack.PLACE: not mine.place,
    }
    return [lack for lack, is_so in lacks.items() if is_so]


def lacks_much(mine: Told) -> list[Lack]:
    """For above the list: nothing, unless much is missing."""
    found = lacks_of(mine)
    return found[:MOST] if len(found) >= MUCH else []


def lacks_between(mine: Told, theirs: Told, kinds: Collection[str]) -> list[Lack]:
    """For one suggestion, whose reasons are of `kinds`: only what the other side could be held against. What they lack
    is said when I lack nothing, and never of those for whom nobody speaks."""
    telling = {
        Lack.SEEKS: theirs.gives > 0,
        Lack.OFFERS: theirs.seeks > 0,
        Lack.THEMES: theirs.themes > 0,
        Lack.WORDS: True,
        Lack.PLACE: theirs.place,
    }
    found = [lack for lack in lacks_of(mine) if telling[lack]][:MOST]
    if found or not theirs.speaks:
        return found
    if mine.seeks and not theirs.gives and Kind.NEED_MEETS_OFFER not in kinds:
        return [Lack.THEIR_OFFERS]
    if mine.gives and not theirs.seeks and Kind.OFFER_MEETS_NEED not in kinds:
        return [Lack.THEIR_SEEKS]
    return []
