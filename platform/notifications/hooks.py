"""How upper apps hear that mail does not reach an address: `on_returned("networks", returned.mail_returned)`. Called in
the transaction that marks it, and again when it is told once more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from notifications.models import ReturnedAddress

Hook = Callable[[str, ReturnedAddress.Why, datetime], None]
"""With the address in lower case."""

_hooks: dict[str, Hook] = {}


def on_returned(key: str, hook: Hook) -> None:
    _hooks[key] = hook


def tell_returned(email: str, why: ReturnedAddress.Why, now: datetime) -> None:
    for hook in _hooks.values():
        hook(email, why, now)
