"""What a party's *not relevant, because …* teaches of its suggestions.

An answer with a reason becomes lessons: (what, key, strength). A lesson lowers those whom it fits and leaves nobody
out; it fades with time, and lessons together lower by so much at most, so that one bad day closes no door. Plain
values, used when a stored list is read and when the matcher orders a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from matching.engine.documents import THEME_PREFIX
from matching.engine.scoring import TEXT_KINDS, Kind

LESSON = 0.5
"""What a fresh answer takes of the score of one that it fits whole."""
HALF_LIFE = 90.0
"""Days in which a lesson loses half."""
FORGOTTEN = 0.04
"""A lesson weaker than this has been forgotten: after some eleven months."""
STRONGEST = 0.75
"""Of one lesson, however often it was given, and of all of them together."""
MOST_LABELS = 6


class What(StrEnum):
    FAR = "far"
    SIZE = "size"
    TOPIC = "topic"
    NEED = "need"


class Said(Protocol):
    """A reason, fresh from the matcher or as it is kept."""

    @property
    def kind(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class About:
    """What a suggestion is about: how far (None: not known), how large, on what words and themes in the main, and the
    words of one's own need that it meets."""

    km: float | None = None
    size: str = ""
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with a reason, `days` ago. `key` names it."""

    key: int
    what: What
    about: About
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """`key` is kilometres, a size or a label. `sources` are the answers that gave it."""

    what: What
    key: str
    strength: float
    sources: tuple[int, ...] = ()


Steering = tuple[Lesson, ...]


def about(reasons: Sequence[Said], *, km: float | None, size: str) -> About:
    """Of a suggestion, from its reasons, the weightiest first."""
    main = next((reason for reason in reasons if reason.kind in (*TEXT_KINDS, Kind.THEME)), None)
    needs = [label for reason in reasons if reason.kind == Kind.NEED_MEETS_OFFER for label in reason.labels]
    return About(km, size, frozenset(_labels(main)) if main else frozenset(), frozenset(needs[:MOST_LABELS]))


def learn(answers: Iterable[Answered]) -> Steering:
    """The lessons of all answers, those of the same thing as one; in a fixed order."""
    found: dict[tuple[What, str], Lesson] = {}
    for answered in sorted(answers, key=lambda one: one.key):
        strength = LESSON * 0.5 ** (max(0.0, answered.days) / HALF_LIFE)
        if strength < FORGOTTEN:
            continue
        for key in _keys(answered.what, answered.about):
            known = found.get((answered.what, key), Lesson(answered.what, key, 0.0))
            together = min(STRONGEST, 1.0 - (1.0 - known.strength) * (1.0 - strength))
            found[answered.what, key] = Lesson(answered.what, key, together, (*known.sources, answered.key))
    return tuple(found[place] for place in sorted(found))


def lowering(steering: Steering, one: About) -> dict[What, float]:
    """How much of its score a suggestion loses, by what taught it; only what it loses by."""
    far = max((lesson.strength * _as_far(one.km, lesson.key) for lesson in _of(steering, What.FAR)), default=0.0)
    size = max((lesson.strength for lesson in _of(steering, What.SIZE) if lesson.key == one.size), default=0.0)
    found = {
        What.FAR: far,
        What.SIZE: size,
        What.TOPIC: _share(steering, What.TOPIC, one.topics),
        What.NEED: _share(steering, What.NEED, one.needs),
    }
    return {what: loss for what, loss in found.items() if loss > 0}


def kept(losses: dict[What, float]) -> float:
    """The share of the score that is left."""
    left = 1.0
    for loss in losses.values():
        left *= 1.0 - loss
    return max(1.0 - STRONGEST, left)


def _labels(reason: Said) -> list[str]:
    labels = list(reason.labels)[:MOST_LABELS]
    return [THEME_PREFIX + label for label in labels] if reason.kind == Kind.THEME else labels


def _keys(what: What, one: About) -> list[str]:
    if what is What.FAR:
        return [str(round(one.km))] if one.km and one.km >= 1 else []
    if what is What.SIZE:
        return [one.size] if one.size else []
    return sorted(one.topics if what is What.TOPIC else one.needs)


def _of(steering: Steering, what: What) -> list[Lesson]:
    return [lesson for lesson in steering if lesson.what is what]


def _as_far(km: float | None, key: str) -> float:
    """1 at nine tenths of the distance that was too far and beyond, 0 at half of it."""
    if km is None:
        return 0.0
    share = km / float(key)
    return min(1.0, max(0.0, (share - 0.5) / 0.4))


def _share(steering: Steering, what: What, labels: frozenset[str]) -> float:
    """The part of the labels that was taught against: one common word does not make the same subject."""
    if not labels:
        return 0.0
    return sum(lesson.strength for lesson in _of(steering, what) if lesson.key in labels) / len(labels)
