"""Whether there is ground for matching: how many profiles each theme has, and what it lacks until suggestions in it
make sense.

Counted of those that can be proposed to somebody who has signed in. Whom nobody represents yet counts too: it can be
proposed, though it reads no suggestions of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import PastWork, Profile, ProfileText, ProfileTheme
from core.sqlite import finnish_key
from matching import rules
from themes.models import Theme

ENOUGH = 8
"""Oneself, the five first suggestions, which are what people read, and two to come up when some are answered. With
fewer, everybody is proposed the same few names."""
SEEKERS = 2
"""A need is what a suggestion answers; if only one looks for something, all the others get the same name."""
GIVERS = 2
"""Who says what it offers, does or has done. With one there is nothing to choose between."""
NEAREST = 5
COUNTED_AT_ONCE = 2_000
"""So many profiles are counted whenever somebody looks, so that what was just done is seen."""
_KEPT = "matching.ground"
_KEPT_SECONDS = 900


@dataclass(frozen=True)
class Ground:
    """A theme as ground. Of a theme of the top level the figures hold what belongs to its branch, each profile once."""

    theme: Theme
    profiles: int
    represented: int
    seekers: int
    givers: int

    @property
    def missing(self) -> int:
        return max(0, ENOUGH - self.profiles)

    @property
    def seekers_missing(self) -> int:
        return max(0, SEEKERS - self.seekers)

    @property
    def givers_missing(self) -> int:
        return max(0, GIVERS - self.givers)

    @property
    def carries(self) -> bool:
        return not (self.missing or self.seekers_missing or self.givers_missing)

    @property
    def lacks(self) -> int:
        """How many newcomers would do at the least: one may bring a need and an offer both."""
        return max(self.missing, self.seekers_missing, self.givers_missing)


@dataclass(frozen=True)
class Branch:
    whole: Ground
    themes: tuple[Ground, ...]

    @property
    def used(self) -> list[Ground]:
        return [ground for ground in self.themes if ground.profiles]

    @property
    def carrying(self) -> int:
        return sum(ground.carries for ground in self.themes)


@dataclass(frozen=True)
class Lie:
    """How the ground lies. `on_ground` of the `profiles` have a theme that carries, `themeless` have no theme at all,
    and `unclaimed` are represented by nobody."""

    branches: tuple[Branch, ...]
    profiles: int
    on_ground: int
    themeless: int
    unclaimed: int

    @property
    def used(self) -> list[Ground]:
        """The themes proper that somebody has: a branch is only their sum."""
        return [ground for branch in self.branches for ground in branch.used]

    @property
    def carrying(self) -> int:
        return sum(branch.carrying for branch in self.branches)

    @property
    def share(self) -> int:
        """Percent, rounded down: a hundred is said only when it is everybody."""
        return 100 * self.on_ground // self.profiles if self.profiles else 0

    @property
    def nearest(self) -> list[Ground]:
        """Where the least would do the most: those that lack least first, the larger of equals."""
        short = [ground for ground in self.used if not ground.carries]
        return sorted(short, key=lambda one: (one.lacks, -one.profiles, one.theme.pk))[:NEAREST]


@dataclass(frozen=True)
class Counted:
    """What is kept of a count: figures by the theme's key, of themes as they stand and of whole branches."""

    by_theme: dict[int, dict[str, int]]
    by_branch: dict[int, dict[str, int]]
    profiles: int
    on_ground: int
    themeless: int
    unclaimed: int


def survey() -> Lie:
    """How the ground lies: in a small installation as it is now, in a large one as the sweep counted it last."""
    if _shown().count() <= COUNTED_AT_ONCE:
        return lie_of(count())
    counted = cache.get(_KEPT)
    return lie_of(counted if counted is not None else keep())


def keep() -> Counted:
    """Count, and remember it for the pages."""
    counted = count()
    cache.set(_KEPT, counted, _KEPT_SECONDS)
    return counted


def lie_of(counted: Counted) -> Lie:
    themes = list(Theme.objects.active())
    children: dict[int, list[Theme]] = {}
    for theme in themes:
        children.setdefault(theme.parent_id or 0, []).append(theme)
    branches = tuple(
        Branch(
            _ground(top, counted.by_branch),
            tuple(_ground(theme, counted.by_theme) for theme in _in_order(children.get(top.pk, []))),
        )
        for top in _in_order(children.get(0, []))
    )
    return Lie(branches, counted.profiles, counted.on_ground, counted.themeless, counted.unclaimed)


def count() -> Counted:
    """Six queries, however many profiles or themes there are."""
    by_theme, by_branch = _count("tag_id"), _count("branch")
    carrying = [key for key, row in by_theme.items() if Ground(Theme(), **row).carries]
    shown = _shown()
    return Counted(
        by_theme,
        by_branch,
        profiles=shown.count(),
        on_ground=shown.filter(Exists(_tagged("pk").filter(tag__in=carrying))).count(),
        themeless=shown.exclude(Exists(_tagged("pk"))).count(),
        unclaimed=shown.filter(claimed_at=None).count(),
    )


def _shown() -> Any:
    return Profile.objects.published().filter(visibility__in=rules.SHOWN)


def _tagged(key: str) -> Any:
    return ProfileTheme.objects.filter(content_object=OuterRef(key))


def _in_order(themes: Iterable[Theme]) -> list[Theme]:
    return sorted(themes, key=lambda theme: finnish_key(theme.label))


def _ground(theme: Theme, figures: dict[int, dict[str, int]]) -> Ground:
    return Ground(theme, **figures.get(theme.pk, {"profiles": 0, "represented": 0, "seekers": 0, "givers": 0}))


def _count(by: str) -> dict[int, dict[str, int]]:
    """The figures of each theme in use as it stands (`tag_id`), or of whole branches (`branch`)."""
    rows = (
        ProfileTheme.objects.filter(
            content_object__status=Profile.Status.PUBLISHED,
            content_object__visibility__in=rules.SHOWN,
            tag__state=Theme.State.ACTIVE,
        )
        .annotate(branch=Coalesce("tag__parent", "tag"))
        .values(by)
        .order_by()
        .annotate(
            profiles=_profiles(),
            represented=_profiles(Q(content_object__claimed_at__isnull=False)),
            seekers=_profiles(_says(ProfileText.Kind.SEEKS)),
            # A need is met by what others offer, by what they say that they do, and by what they have done.
            givers=_profiles(_says(ProfileText.Kind.OFFERS, ProfileText.Kind.DOES) | _has_done),
        )
    )
    return {row.pop(by): row for row in rows}


def _profiles(having: Q | None = None) -> Count:
    """Each once, though several of its themes may be of the same branch."""
    return Count("content_object", distinct=True, filter=having)


def _says(*kinds: str) -> Q:
    return Q(Exists(ProfileText.objects.filter(profile=OuterRef("content_object"), kind__in=kinds)))


_has_done = Q(Exists(PastWork.objects.filter(profile=OuterRef("content_object"))))
