"""What other apps do when things get another theme: re-match, bring their search up to date. Registered in `ready()`.

A hook gets the things whose tags changed as {model: keys}, where the model is the through model's owner (a profile,
not the tag on it), and the time. It runs inside the change's transaction: a short write or a wake-up on commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Model

Changed = dict[type[Model], list[int]]
Hook = Callable[[Changed, datetime], None]

_hooks: dict[str, Hook] = {}


def on_retagged(key: str, hook: Hook) -> None:
    """Add a hook. The same key again replaces it, so that reloading an app is harmless."""
    _hooks[key] = hook


def tell_retagged(changed: Changed, now: datetime) -> None:
    if any(changed.values()):
        for key in sorted(_hooks):
            _hooks[key](changed, now)
