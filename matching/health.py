"""How matching stands: what the sweep counted of all lists, read for the page of its health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min

from accounts.models import Profile
from matching import rules
from matching.models import Freshness, HealthDay

DAYS = 30
"""Shown of the daily series."""


@dataclass(frozen=True)
class Figures:
    """Of the profiles that can be proposed (`shown`) and the lists that somebody reads (`lists`).

    `in_some` of the shown stand in somebody's list, `in_top` among somebody's first ten. `lorenz` is the share of all
    those places that the least shown have, by twentieths; `spread` how many profiles stand there how often, by
    `engine.evenness.BOUNDS`; `most` the keys of those that stand there oftest, with how often. `points` counts lists by
    the operating point that they were made with. Times are ISO text.
    """

    point: str
    shown: int
    lists: int
    empty: int
    lonely: int
    in_some: int
    in_top: int
    gini: float
    lorenz: Sequence[float]
    spread: Sequence[int]
    most: Sequence[tuple[int, int]]
    points: Mapping[str, int]
    stale: int
    oldest_list: str

    @property
    def some_share(self) -> int:
        """Percent, rounded down as in `top_share`: a hundred is said only when it is everybody."""
        return 100 * self.in_some // self.shown if self.shown else 0

    @property
    def top_share(self) -> int:
        return 100 * self.in_top // self.shown if self.shown else 0

    @property
    def oldest_list_at(self) -> datetime | None:
        return datetime.fromisoformat(self.oldest_list) if self.oldest_list else None


@dataclass(frozen=True)
class Day:
    day: date
    counted_at: datetime
    figures: Figures


@dataclass(frozen=True)
class Waiting:
    """What is to be matched anew at this moment."""

    stale: int
    since: datetime | None


@dataclass(frozen=True)
class Shown:
    """One of those shown most; `percent` of the lists have it among their first ten."""

    profile: Profile
    count: int
    percent: float


def written(figures: Figures) -> dict[str, Any]:
    return asdict(figures)


def days(limit: int = DAYS) -> list[Day]:
    """The newest first."""
    return [Day(row.day, row.counted_at, Figures(**row.figures)) for row in HealthDay.objects.all()[:limit]]


def waiting() -> Waiting:
    """Read now: those that wait are marked by an index of their own."""
    found = Freshness.objects.filter(stale_since__isnull=False).aggregate(n=Count("pk"), since=Min("stale_since"))
    return Waiting(found["n"], found["since"])


def most_shown(figures: Figures, *, user: Any) -> list[Shown]:
    """By name, those whom the reader may see now; whoever has been hidden since the count is left out."""
    seen = Profile.objects.visible_to(user).published().filter(visibility__in=rules.SHOWN)
    profiles = seen.in_bulk([key for key, _count in figures.most])
    lists = max(1, figures.lists - figures.empty)
    return [Shown(profiles[key], count, 100 * count / lists) for key, count in figures.most if key in profiles]
