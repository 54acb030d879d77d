"""A profile's best partners among some: its stored suggestions first, and then what the index says of the others.

The index is held by workers alone, so what it says is computed there and kept in the cache for a while. Lost, it is
asked anew; a page that finds nothing there shows what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
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
ASKED_AGAIN = 600
"""Seconds; after the second a question that nobody answered is asked anew."""

Kept = list[tuple[int, str, int, Any]]
"""(other, direction, score, what `matching.evidence` wrote), the best first."""


def must_ask(key: str, now: datetime) -> bool:
    """Whether a worker is to be asked: nothing is known, and nobody has asked of late. Says yes to one alone."""
    return found(key) is None and bool(cache.add(asked_key(key), now, ASKED_AGAIN))


def asked_key(key: str) -> str:
    """Under which it stands when a worker was asked last."""
    return f"{key}:asked"


def find(key: str, profile_id: int, others: Collection[int], *, length: int = KEPT, seconds: int = KEPT_FOR) -> None:
    """In a worker: ask the index, and keep the answer under `key`."""
    with index_in_step() as index:
        found = suggest_among(index, profile_id, others, length=length, weigh=weights_in_force())
    kept: Kept = [(one.other, str(one.direction), one.score, evidence.write(one)) for one in found]
    cache.set(key, kept, seconds)


def found(key: str) -> Kept | None:
    """None as long as nobody has answered."""
    kept: Kept | None = cache.get(key)
    return kept


def as_rows(kept: Kept, me: Profile, others: Mapping[int, Profile]) -> dict[int, Suggestion]:
    """Those of `others` that were found, by their keys, as suggestions that are not stored: their numbers are only to
    tell them apart."""
    return {
        other: Suggestion(pk=-at, profile=me, other=others[other], score=score, direction=direction, evidence=said)
        for at, (other, direction, score, said) in enumerate(kept, 1)
        if other in others
    }


def best(me: Profile, others: QuerySet[Profile], *, today: date, kept: Kept, limit: int) -> list[Card]:
    """The best of `others` (whom the reader may see and nothing bars) that `me` has not answered, each with reasons. A
    fixed number of reads."""
    answered = Interest.objects.standing(today).filter(profile=me, other=OuterRef("pk"))
    free = others.published().filter(~Exists(answered), visibility__in=SHOWN).exclude(pk=me.pk)  # type: ignore[attr-defined]  # a ProfileQuerySet
    stored = Suggestion.objects.filter(profile=me, other__in=free.values("pk")).select_related("other")
    rows = list(stored.best_first()[:limit])
    there = {row.other_id for row in rows}
    more = free.in_bulk([other for other, *_rest in kept if other not in there])
    rows += [row for other, row in as_rows(kept, me, more).items() if other not in there]
    rows = sorted(rows, key=lambda row: (-row.score, row.other_id))[:limit]
    understood = understand(rows, me)
    cards = [card(row, me, understood) for row in rows]
    return [one for one in cards if one.first is not None]
