"""What two connected parties can do next. Upper apps add theirs in `AppConfig.ready()`:

    connection_actions.register("events.propose", build, order=10)

`build(request, profile, connections)` is asked once for a page's connections and answers by connection, so that a list
costs the same however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from accounts.models import Profile
from core import modules
from matching.models import Connection


@dataclass(frozen=True)
class Action:
    label: str | Promise
    url: str
    icon: str = "arrow-right"


Builder = Callable[[HttpRequest, Profile, Sequence[Connection]], dict[int, Action]]

_builders: dict[str, tuple[int, Builder]] = {}


def register(key: str, build: Builder, *, order: int = 50) -> None:
    _builders[key] = (order, build)


def actions(request: HttpRequest, profile: Profile, connections: Sequence[Connection]) -> dict[int, list[Action]]:
    """By connection's id, in the order of registration's `order`."""
    found: dict[int, list[Action]] = {connection.pk: [] for connection in connections}
    for key in sorted(modules.that_are_on(_builders), key=lambda key: (_builders[key][0], key)):
        build = _builders[key][1]
        for connection_id, action in build(request, profile, connections).items():
            found[connection_id].append(action)
    return found
