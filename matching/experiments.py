"""One profile's list made in two ways, to be looked at side by side. Nothing of it comes into anybody's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.models import Profile
from matching import evidence
from matching.engine import Attention, suggest, tune, weights
from matching.indexing import index_in_step
from matching.models import Question, Tuning
from matching.queries import attention, proposable_to, vetoes

LENGTH = 15
LOOKED_AT = 50
"""As many as a list holds: so far it is known where one stood on the other side."""
SIDES = ("left", "right")


@dataclass(frozen=True)
class Weighting:
    """One way to make a list."""

    point: str
    attention: float
    factors: Mapping[str, float] = field(default_factory=dict)


def weighting_of(row: Tuning) -> Weighting:
    return Weighting(row.point, row.attention, row.factors)


def as_data(left: Weighting, right: Weighting) -> dict[str, Any]:
    """For the question's row; `weighting` reads it."""
    return {"left": asdict(left), "right": asdict(right)}


def weighting(question: Question, side: str) -> Weighting:
    return Weighting(**question.data[side])


def answer_experiment(question: Question) -> dict[str, Any]:
    """Both lists as they would be now: [other's key, points by kind] a row, best first. A profile that is no more, or
    that the index does not hold, has none."""
    if question.profile is None:
        return {side: [] for side in SIDES}
    counts, fair = attention()
    barred = vetoes(question.profile.pk)
    found: dict[str, Any] = {}
    with index_in_step() as index:
        for side in SIDES:
            chosen = weighting(question, side)
            rows = suggest(
                index,
                question.profile.pk,
                vetoes=barred,
                attention=Attention(counts, fair),
                length=LOOKED_AT,
                weigh=tune(weights(chosen.point), attention=chosen.attention, factors=chosen.factors),
            )
            found[side] = [[one.other, evidence.points(evidence.write(one))] for one in rows]
    return found


@dataclass(frozen=True)
class Row:
    """`elsewhere` is its place on the other side; None where it is not among those looked at."""

    place: int
    other: Profile
    points: Mapping[str, int]
    elsewhere: int | None

    @property
    def score(self) -> int:
        return sum(self.points.values())

    @property
    def rose(self) -> int:
        """By how many places it stands higher here than on the other side; less than 0 when lower."""
        return 0 if self.elsewhere is None else self.elsewhere - self.place

    @property
    def fell(self) -> int:
        return -self.rose


def read_answer(question: Question, *, user: Any) -> dict[str, list[Row]]:
    """The first of each side. Places are counted among those that the reader may see now."""
    kept = question.answer or {side: [] for side in SIDES}
    seen = proposable_to(user).in_bulk([other for side in SIDES for other, _points in kept[side]])
    rows = {side: [(other, points) for other, points in kept[side] if other in seen] for side in SIDES}
    places = {side: {other: place for place, (other, _points) in enumerate(rows[side], 1)} for side in SIDES}
    return {
        side: [
            Row(place, seen[other], points, places[across].get(other))
            for place, (other, points) in enumerate(rows[side][:LENGTH], 1)
        ]
        for side, across in zip(SIDES, reversed(SIDES), strict=True)
    }
