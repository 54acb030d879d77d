"""What a search is told and what it ends with; apart from the model, so that reading it does not load the solver."""

from __future__ import annotations

from dataclasses import dataclass

LOOK_FOR_STOP = 0.1
"""Seconds between looks at whether someone wants the search stopped."""


@dataclass(frozen=True)
class Limits:
    """How long and how to search. With `reproducible`, `seconds` are the solver's own deterministic ones."""

    seconds: float
    workers: int
    seed: int
    reproducible: bool


@dataclass(frozen=True)
class Found:
    """What a search ended with: {meeting number: slot number} or None, and what is proven of it."""

    slot_of: dict[int, int] | None
    value: int
    bound: int
    is_optimal: bool
    is_impossible: bool
