"""Offers that an upper app keeps: a place in a season of summer jobs stands on the market, but it is applied for and
changed where it is kept. An app registers in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from opportunities.models import Opportunity


@dataclass(frozen=True)
class Keeper:
    """`where(opportunity)` is the address at which it is kept, or nothing; `keys()` are the numbers of all that are
    kept. Only offers of these kinds are asked about."""

    kinds: frozenset[str]
    where: Callable[[Opportunity], str]
    keys: Callable[[], QuerySet[Any, Any]]


_keepers: dict[str, Keeper] = {}


def on_kept(
    key: str, *, kinds: Collection[str], where: Callable[[Opportunity], str], keys: Callable[[], QuerySet[Any, Any]]
) -> None:
    _keepers[key] = Keeper(frozenset(kinds), where, keys)


def kept_at(opportunity: Opportunity) -> str:
    """Where it is kept; empty for one that is its own."""
    for keeper in _keepers.values():
        found = keeper.where(opportunity) if opportunity.kind in keeper.kinds else ""
        if found:
            return found
    return ""


def without_kept(rows: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Those that are changed, renewed and closed on the market's own pages."""
    for keeper in _keepers.values():
        rows = rows.exclude(pk__in=keeper.keys())
    return rows
