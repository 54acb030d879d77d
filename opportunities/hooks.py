"""What offers and needs ask of the apps above: the market dialogue events that a planned purchase can be linked to.
Registered in `AppConfig.ready()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core import modules


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
