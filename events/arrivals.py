"""What follows from presses at the door, whatever the order in which they came. Plain data in and out; no Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_AWAY = timedelta(days=3)
"""A press that claims to be older than this is counted from here: a phone's clock may be of another year."""


@dataclass(frozen=True)
class Press:
    """A press at a moment of the corrected clock, by its own key."""

    at: datetime
    key: str
    is_in: bool


def in_order(presses: Iterable[Press]) -> list[Press]:
    """By their moments; of two at the same moment the arrival comes before the undo, which can only be of it."""
    return sorted(presses, key=lambda press: (press.at, not press.is_in, press.key))


def arrived_at(presses: Iterable[Press]) -> datetime | None:
    """Since when a person is in: the first arrival after the last undo; None for one who is not in."""
    since: datetime | None = None
    for press in in_order(presses):
        if not press.is_in:
            since = None
        elif since is None:
            since = press.at
    return since


def corrected(at: datetime, *, sent_at: datetime, now: datetime) -> datetime:
    """A phone's moment by the server's clock: the phone says in the same breath what its clock shows when it sends, and
    the difference to `now` is its error. Never in the future, and never long ago.
    """
    return max(min(at + (now - sent_at), now), now - LONGEST_AWAY)
