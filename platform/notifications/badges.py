"""Other apps' numbers in the masthead that follow live beside the bell's. They register in `AppConfig.ready()`.

`render(user)` gives a fragment with `hx-swap-oob`; whoever changes the number sends `badge.changed` to the person's
pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_badges: dict[str, Callable[[Any], str]] = {}


def register(key: str, render: Callable[[Any], str]) -> None:
    _badges[key] = render


def render_all(user: Any) -> str:
    return "".join(render(user) for render in _badges.values())
