"""What conversations ask of the apps above: who are partners already, and who must never meet. They register in
`AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import Profile

Between = Callable[[Profile, Profile], bool]

_connected: dict[str, Between] = {}
_apart: dict[str, Between] = {}


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
