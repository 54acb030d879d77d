"""What came of an interest. Upper apps add theirs in `AppConfig.ready()`:

    outcomes.on_met("events.meetings", met_pairs)
    outcomes.on_worth("events.meetings", worth_of, fruits_between)

`met(pairs, now)` answers which of the pairs, each (lower id, higher id), have met; it is asked of many at once.
`worth(pairs, now)` tells more of some of them; `fruits(after, until)` which pairs' fruit was told in that time first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from conversations.models import Conversation

Pair = tuple[int, int]
Met = Callable[[Collection[Pair], datetime], set[Pair]]


class Worth(StrEnum):
    FRUITFUL = "fruitful"
    """One side at least says that it was very useful, or that something has come of it."""
    IN_VAIN = "in_vain"
    """They met, and nobody had anything of it."""


Told = Callable[[Collection[Pair], datetime], dict[Pair, Worth]]
Fruits = Callable[[datetime, datetime], set[Pair]]

_met: dict[str, Met] = {}
_worth: dict[str, tuple[Told, Fruits]] = {}


def on_met(key: str, met: Met) -> None:
    _met[key] = met


def on_worth(key: str, worth: Told, fruits: Fruits) -> None:
    _worth[key] = worth, fruits


def worth_of(pairs: Collection[Pair], now: datetime) -> dict[Pair, Worth]:
    """What is known of the pairs' meetings; where two apps differ, the fruit counts."""
    found: dict[Pair, Worth] = {}
    for worth, _fruits in _worth.values():
        for pair, one in worth(pairs, now).items():
            if found.get(pair) != Worth.FRUITFUL:
                found[pair] = one
    return found


def fruits_between(after: datetime, until: datetime) -> set[Pair]:
    """Pairs of which it was told in that time, for the first time, that something came of their meeting."""
    found: set[Pair] = set()
    for _worth_of, fruits in _worth.values():
        found |= fruits(after, until)
    return found


def have_met(pairs: Collection[Pair], now: datetime) -> set[Pair]:
    """Of the pairs, those who have talked: written to each other, both of them, or met."""
    found = _have_written(pairs)
    for met in _met.values():
        found |= met(pairs, now)
    return found


def _have_written(pairs: Collection[Pair]) -> set[Pair]:
    rows = (
        Conversation.objects.filter(a__in={low for low, _high in pairs}, b__in={high for _low, high in pairs})
        .annotate(writers=Count("messages__profile", distinct=True))
        .filter(writers=2)
    )
    return set(rows.values_list("a_id", "b_id")) & set(pairs)
