"""*Which fits us?* From a municipality's size, the staff time it has and what it wants: models in order, with reasons.

Pure: plain data in, plain data out. Reasons are codes; the page has the words.

How it weighs. A model *fits* when it suits the size, asks for no more staff time than there is, and has one of the
wanted aims (any, if none was named). Among those that fit, the aim comes first (main aim 4, another of its aims 2
each), then lightness (little effort 2, some 1), then being startable here (1), then being done by others already (½).
A caution from the source takes ½ off: it does not hide a model, but of two equals the one without goes first. What does
not fit by one thing alone is offered after, saying which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STAFF_TIMES = ("few_days", "day_a_month", "day_a_week", "half_post")
SIZES = ("small", "medium", "large")


class Reason(StrEnum):
    MAIN_AIM = "main_aim"
    OTHER_AIM = "other_aim"
    LITTLE_EFFORT = "little_effort"
    TIME_TO_SPARE = "time_to_spare"
    TIME_FITS = "time_fits"
    SUITS_SIZE = "suits_size"
    STARTS_HERE = "starts_here"
    DONE_BY_OTHERS = "done_by_others"
    # Against.
    MORE_TIME = "more_time"
    LARGER = "larger"
    OTHER_SIZE = "other_size"
    CAUTION = "caution"


AGAINST = frozenset({Reason.MORE_TIME, Reason.LARGER, Reason.OTHER_SIZE, Reason.CAUTION})


@dataclass(frozen=True)
class Candidate:
    """A model as the guide sees it. `order` is its place in the catalogue and settles ties."""

    slug: str
    order: tuple[int, int]
    aims: Sequence[str]
    suits: Collection[str]
    staff_time: str
    effort: int
    startable: Sequence[str] = ()
    places: int = 0
    cautions: Sequence[str] = ()


@dataclass(frozen=True)
class Answers:
    """What the municipality said. No size or no time: that question was left open."""

    size: str = ""
    time: str = ""
    aims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranked:
    slug: str
    score: float
    fits: bool
    reasons: tuple[tuple[Reason, str], ...] = field(default=())
    """(reason, what it is about: an aim, a start, a staff time, a caution or a number)."""


def rank(models: Iterable[Candidate], answers: Answers) -> list[Ranked]:
    """Those that fit, best first, then those that miss by one thing. The order is the same for the same answers."""
    judged = [(_judge(model, answers), model.order) for model in models]
    kept = [(ranked, order) for ranked, order in judged if ranked is not None]
    return [ranked for ranked, _order in sorted(kept, key=lambda pair: (not pair[0].fits, -pair[0].score, pair[1]))]


def _judge(model: Candidate, answers: Answers) -> Ranked | None:
    score, reasons = 0.0, []
    wanted = [aim for aim in model.aims if aim in answers.aims]
    if answers.aims and not wanted:
        return None
    for aim in wanted:
        main = aim == model.aims[0]
        score += 4 if main else 2
        reasons.append((Reason.MAIN_AIM if main else Reason.OTHER_AIM, aim))

    missing = 0
    if answers.time:
        spare = STAFF_TIMES.index(answers.time) - STAFF_TIMES.index(model.staff_time)
        if spare < 0:
            missing += 1
            score += 2 * spare
            reasons.append((Reason.MORE_TIME, model.staff_time))
        else:
            reasons.append((Reason.TIME_TO_SPARE if spare else Reason.TIME_FITS, model.staff_time))
    if answers.size:
        if answers.size in model.suits:
            # What suits everybody is no reason for anybody.
            if len(model.suits) < len(SIZES):
                reasons.append((Reason.SUITS_SIZE, answers.size))
        else:
            missing += 1
            larger = all(SIZES.index(size) > SIZES.index(answers.size) for size in model.suits)
            reasons.append((Reason.LARGER if larger else Reason.OTHER_SIZE, answers.size))
    if missing > 1:
        return None

    score += {1: 2, 2: 1, 3: 0}[model.effort]
    if model.effort == 1:
        reasons.append((Reason.LITTLE_EFFORT, ""))
    if model.startable:
        score += 1
        reasons.append((Reason.STARTS_HERE, model.startable[0]))
    if model.places:
        score += 0.5
        reasons.append((Reason.DONE_BY_OTHERS, str(model.places)))
    if model.cautions:
        score -= 0.5
        reasons.append((Reason.CAUTION, model.cautions[0]))
    return Ranked(model.slug, score, missing == 0, tuple(reasons))
