"""What conversations ask of the apps above: who are partners already, who must never meet, and which groups talk. They
register in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Profile, User
from core import modules

Between = Callable[[Profile, Profile], bool]
Partners = Callable[[Profile], set[int]]

_connected: dict[str, Between] = {}
_apart: dict[str, Between] = {}
_partners: dict[str, Partners] = {}


def on_connected(key: str, between: Between) -> None:
    """`between(one, other)` says whether the two are partners who write freely; the order does not matter."""
    _connected[key] = between


def are_connected(one: Profile, other: Profile) -> bool:
    return any(between(one, other) for between in _connected.values())


def on_apart(key: str, between: Between) -> None:
    """`between(one, other)` says whether one of the two wants nothing of the other. Which one is nobody's business."""
    _apart[key] = between


def are_apart(one: Profile, other: Profile) -> bool:
    return any(between(one, other) for between in _apart.values())


def on_partners(key: str, partners: Partners) -> None:
    """`partners(profile)` gives the numbers of all with whom `on_connected` of the same key says yes."""
    _partners[key] = partners


def partners_of(profile: Profile) -> set[int]:
    return {pk for partners in _partners.values() for pk in partners(profile)}


# --- Groups of an upper app that have a conversation


@dataclass(frozen=True)
class Circle:
    """`is_open`: something can still be written. `page` is what leads to `url`, and `about` says who reads; empty: as
    of a group in a network."""

    name: str
    url: str
    is_open: bool
    page: str = ""
    about: str = ""


@dataclass(frozen=True)
class Voice:
    """For which profile a person takes part (None: for nobody but themselves), and from when on they see what is
    written."""

    profile: Profile | None
    since: datetime


@dataclass(frozen=True)
class Circles:
    """How a kind of groups answers, by their numbers: `show` tells their names and addresses; `people`, who is in one
    now; `voices`, for whom a person is in it, none for one who is not; `of`, all groups in which a person is and since
    when; `names`, by which name each of (group, user) is known there, where that is not their account's. `show`, `of`
    and `names` are a fixed number of reads."""

    show: Callable[[Collection[int]], dict[int, Circle]]
    people: Callable[[int], Iterable[User]]
    voices: Callable[[int, Any], list[Voice]]
    of: Callable[[Any], dict[int, datetime]]
    names: Callable[[Collection[tuple[int, int]]], dict[tuple[int, int], str]] | None = None


_circles: dict[str, Circles] = {}


def register_circles(key: str, circles: Circles) -> None:
    """`key` begins with the app's label: what is switched off has no conversations."""
    _circles[key] = circles


def circles(key: str) -> Circles | None:
    return _circles.get(key) if modules.is_on(key) else None


def show_circle(key: str, pk: int) -> Circle | None:
    found = circles(key)
    return found.show([pk]).get(pk) if found is not None else None


def circle_keys() -> list[str]:
    return [key for key in _circles if modules.is_on(key)]
