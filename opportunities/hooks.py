"""What offers and needs ask of the apps above, which register in `AppConfig.ready()`: who keeps an offer (a place in a
season of summer jobs stands on the market, but it is applied for and changed where it is kept), where something is
better begun than on the market, and the market dialogue events that a planned purchase can be linked to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from core import modules
from opportunities.models import Opportunity


@dataclass(frozen=True)
class Keeper:
    """`where(opportunity)` is the address at which it is kept, or nothing; `down(opportunity, by, now)` is called when
    a coordinator has taken it down. `own` and `others` are what its own people and everybody else press to go there."""

    where: Callable[[Opportunity], str]
    down: Callable[[Opportunity, Any, datetime], None]
    own: str | Promise
    others: str | Promise


@dataclass(frozen=True)
class Kept:
    """Where an offer is kept, and the words of the way there."""

    url: str
    own: str
    others: str


_keepers: dict[str, Keeper] = {}


def on_kept(key: str, keeper: Keeper) -> None:
    """`key` begins with the app's label (`studies.seasons`) and stands on each offer that it keeps
    (`Opportunity.kept_by`); while the app is switched off none of them is on the market."""
    _keepers[key] = keeper


def kept_at(opportunity: Opportunity) -> Kept | None:
    """None for one that is its own, and for one whose thing is gone or switched off."""
    keeper = _keepers.get(opportunity.kept_by)
    if keeper is None or not modules.is_on(opportunity.kept_by):
        return None
    url = keeper.where(opportunity)
    return Kept(url, str(keeper.own), str(keeper.others)) if url else None


def taken_down(opportunity: Opportunity, *, by: Any, now: datetime) -> None:
    keeper = _keepers.get(opportunity.kept_by)
    if keeper is not None:
        keeper.down(opportunity, by, now)


@dataclass(frozen=True)
class Road:
    """Where one is better begun than on the market: what it gives that the market does not, and the way there."""

    text: str
    label: str
    url: str


Roads = Callable[[Any, Any, str, datetime], list[Road]]
_roads: dict[str, Roads] = {}


def on_roads(key: str, roads: Roads) -> None:
    """`roads(user, profile, kind, now)`: what the person can begin for the profile in place of an offer or a need of
    the kind; none where the market is the right place."""
    _roads[key] = roads


def better_roads(user: Any, profile: Any, kind: str, now: datetime) -> list[Road]:
    return [road for key in modules.that_are_on(_roads) for road in _roads[key](user, profile, kind, now)]


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
