"""A profile's best partners among some: its stored suggestions first, and then what the index says of the others.

The index is held by workers alone, so what it says is computed there and kept in the cache for a while. Lost, it is
asked anew; a page that finds nothing there shows what is stored.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Profile
from matching import evidence
from matching.engine import suggest_among
from matching.indexing import index_in_step
from matching.models import Interest, Suggestion
from matching.rules import SHOWN
from matching.showing import Card, card, understand
from matching.tuned import weights_in_force

KEPT = 20
KEPT_FOR = 6 * 3600
"""Seconds."""

Kept = list[tuple[int, str, int, Any]]
"""(other, direction, score, what `matching.evidence` wrote), the best first."""


def find(key: str, profile_id: int, others: Collection[int]) -> None:
    """In a worker: ask the index, and keep the answer under `key`."""
    with index_in_step() as index:
        found = suggest_among(index, profile_id, others, length=KEPT, weigh=weights_in_force())
    kept: Kept = [(one.other, str(one.direction), one.score, evidence.write(one)) for one in found]
    cache.set(key, kept, KEPT_FOR)


def found(key: str) -> Kept | None:
    """None as long as nobody has answered."""
    kept: Kept | None = cache.get(key)
    return kept


def best(me: Profile, others: QuerySet[Profile], *, today: date, kept: Kept, limit: int) -> list[Card]:
    """The best of `others` (whom the reader may see and nothing bars) that `me` has not answered, each with reasons. A
    fixed number of reads."""
    answered = Interest.objects.standing(today).filter(profile=me, other=OuterRef("pk"))
    free = others.published().filter(~Exists(answered), visibility__in=SHOWN).exclude(pk=me.pk)  # type: ignore[attr-defined]  # a ProfileQuerySet
    stored = Suggestion.objects.filter(profile=me, other__in=free.values("pk")).select_related("other")
    rows = list(stored.best_first()[:limit])
    there = {row.other_id for row in rows}
    more = free.in_bulk([other for other, *_rest in kept if other not in there])
    for at, (other, direction, score, said) in enumerate(kept, 1):
        if other in more and other not in there:
            # Not stored: the number is only to tell it from the others.
            rows.append(
                Suggestion(pk=-at, profile=me, other=more[other], score=score, direction=direction, evidence=said)
            )
    rows = sorted(rows, key=lambda row: (-row.score, row.other_id))[:limit]
    understood = understand(rows, me)
    cards = [card(row, me, understood) for row in rows]
    return [one for one in cards if one.first is not None]
