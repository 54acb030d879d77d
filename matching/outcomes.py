"""What came of an interest. Upper apps add theirs in `AppConfig.ready()`:

    outcomes.on_met("events.meetings", met_pairs)

`met(pairs, now)` answers which of the pairs, each (lower id, higher id), have met; it is asked of many at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Count

from conversations.models import Conversation

Pair = tuple[int, int]
Met = Callable[[Collection[Pair], datetime], set[Pair]]

_met: dict[str, Met] = {}


def on_met(key: str, met: Met) -> None:
    _met[key] = met


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
