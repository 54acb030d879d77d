"""What offers and needs ask of the apps above, which register in `AppConfig.ready()`: who keeps an offer (a place in a
season of summer jobs stands on the market, but it is applied for and changed where it is kept), and the market dialogue
events that a planned purchase can be linked to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from core import modules
from opportunities.models import Opportunity


@dataclass(frozen=True)
class Keeper:
    """`where(opportunity)` is the address at which it is kept, or nothing; `keys()` are the numbers of all that are
    kept; `down(opportunity, by, now)` is called when a coordinator has taken it down. Only offers of these kinds are
    asked about."""

    kinds: frozenset[str]
    where: Callable[[Opportunity], str]
    keys: Callable[[], QuerySet[Any, Any]]
    down: Callable[[Opportunity, Any, datetime], None]


_keepers: dict[str, Keeper] = {}


def on_kept(
    key: str,
    *,
    kinds: Collection[str],
    where: Callable[[Opportunity], str],
    keys: Callable[[], QuerySet[Any, Any]],
    down: Callable[[Opportunity, Any, datetime], None],
) -> None:
    _keepers[key] = Keeper(frozenset(kinds), where, keys, down)


def kept_at(opportunity: Opportunity) -> str:
    """Where it is kept; empty for one that is its own."""
    for keeper in _keepers.values():
        found = keeper.where(opportunity) if opportunity.kind in keeper.kinds else ""
        if found:
            return found
    return ""


def taken_down(opportunity: Opportunity, *, by: Any, now: datetime) -> None:
    for keeper in _keepers.values():
        if opportunity.kind in keeper.kinds:
            keeper.down(opportunity, by, now)


def without_kept(rows: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Those that are changed, renewed and closed on the market's own pages."""
    for keeper in _keepers.values():
        rows = rows.exclude(pk__in=keeper.keys())
    return rows


@dataclass(frozen=True)
class LinkedEvent:
    """An event as a link to it says: its title in the active language, and when it is, in words."""

    pk: int
    title: str
    when: str
    url: str


class DialogueEvents(Protocol):
    def choices(self, profile: Any, now: datetime) -> list[tuple[int, str]]:
        """The profile's market dialogues that are coming or were lately: the number and the name."""
        ...

    def linked(self, pk: int, user: Any) -> LinkedEvent | None:
        """None: there is none that the person may see."""
        ...


_events: dict[str, DialogueEvents] = {}


def on_dialogue_events(key: str, events: DialogueEvents) -> None:
    """The same key again replaces it."""
    _events[key] = events


def event_choices(profile: Any, now: datetime) -> list[tuple[int, str]]:
    return [one for key in modules.that_are_on(_events) for one in _events[key].choices(profile, now)]


def linked_event(pk: int | None, user: Any) -> LinkedEvent | None:
    if pk is None:
        return None
    found = (_events[key].linked(pk, user) for key in modules.that_are_on(_events))
    return next((one for one in found if one is not None), None)
