"""How much each part of a score weighs: a file that can be read and changed, with two operating points.

*Accuracy* names those who are most likely right, well-known ones first. *Spread* says nothing for being well known and
shares attention out; it is what a network wants. The figures in the file were chosen on past collaborations by
`benchmarks/match_weights.py`, never on the answers that they are measured by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "weights.json"
POINTS = ("accuracy", "spread")
DEFAULT_POINT = "spread"

LEAST_FACTOR, MOST_FACTOR = 0.7, 1.4
"""What an installation has learnt moves a part no farther than this from what was chosen on past collaborations."""
MOST_ATTENTION = 3.0
"""Attention may be shared at most so many times as strongly as the file says; 0 is not at all."""


class Part(StrEnum):
    """Parts of a score that an installation can weigh otherwise. What two do and have in common is not among them: it
    is the yardstick that these are weighed by."""

    NEEDS = "needs"
    NAMES = "names"
    NEARNESS = "nearness"
    KINDS = "kinds"
    EXPERIENCE = "experience"


_FIELDS: dict[str, tuple[str, ...]] = {
    Part.NEEDS: ("need",),
    Part.NAMES: ("name",),
    Part.NEARNESS: ("place", "country"),
    Part.KINDS: ("kinds",),
    Part.EXPERIENCE: ("experience",),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """Each in points (10,000 is more than nearly any pair reaches) for a whole measure of its part.

    `power` sharpens the sum over all documents: at 2 many passable documents count for much, at 3 only good ones.
    """

    power: float
    best: float
    """For the best three documents: the share (0–1) of what is said that each covers, 1, ½ and ¼."""
    sum: float
    """For all documents: that share, one fifth taken as a whole, raised to `power`."""
    need: float
    """Times as much, where what one looks for meets what the other has."""
    name: float
    experience: float
    """For each doubling (natural logarithm) of the number of earlier works."""
    place: float
    country: float
    kinds: float
    mutual: float
    """The side that gains less counts so much more: a pair is good when each side gains."""
    attention: float
    """Taken, at most, from whoever stands high in many more lists than is fair."""
    need_attention: float
    """The same where a need is asked in words: fewer lists, and each looked at once."""
    shown: float
    """The share (0–1) of what the words give by which those who are shown give way to those who hardly ever are."""
    fair: float
    """The fair number is so many times as many lists as everybody stands high in on average."""
    past: float
    """Times as much, where it is one's own past work that asks: it knows whom one knows already."""


def for_need(chosen: Weights) -> Weights:
    """The weights for a party that is nothing but a need in words."""
    return replace(chosen, attention=chosen.need_attention)


@cache
def weights(point: str = DEFAULT_POINT) -> Weights:
    """Raises KeyError for a point that the file does not have."""
    return Weights(**json.loads(FILE.read_text(encoding="utf-8"))[point])


def tune(base: Weights, *, attention: float = 1.0, factors: Mapping[str, float] | None = None) -> Weights:
    """The weights as an installation wants them: so many times the file's. What lies outside the bounds is brought
    within them, and a part that is known no more is passed over."""
    times = min(max(attention, 0.0), MOST_ATTENTION)
    changed = {name: getattr(base, name) * times for name in ("attention", "need_attention", "shown")}
    for part, factor in (factors or {}).items():
        for name in _FIELDS.get(part, ()):
            changed[name] = getattr(base, name) * min(max(factor, LEAST_FACTOR), MOST_FACTOR)
    return replace(base, **changed)
