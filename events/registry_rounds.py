"""What meetings and rounds give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from events import notices
from notifications import kinds


def register() -> None:
    for kind in notices.KINDS:
        kinds.register(kind)
