"""The demo's people, for its log-in page. The demo's loader fills the list; outside a demo it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as. `what` says in the reader's language what this person can try."""

    name: str
    email: str
    password: str
    what: str


_source: Callable[[], list[DemoPerson]] | None = None


def register(source: Callable[[], list[DemoPerson]]) -> None:
    global _source
    _source = source


def people() -> list[DemoPerson]:
    return _source() if _source else []
