"""Profiles that have few or weak suggestions, and what would help each: the coordinator's list.

Who is lonely is counted by the sweep (`services.health`); how many suggestions each has now is read with the page, so
that whoever was helped a moment ago is seen to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Profile, ProfileText, ProfileTheme
from matching import introducing, queries, rules
from matching.models import LonelyProfile, Suggestion

ONE_LINE = 60
"""Signs: a text that is no longer gives the matcher a word or two."""


class Cause(StrEnum):
    """In the order in which they are told: what helps most first."""

    SILENT = "silent"
    NO_NEEDS = "no_needs"
    ONE_LINE = "one_line"
    NO_THEMES = "no_themes"
    ALONE = "alone"
    NO_PLACE = "no_place"
    LIMITS = "limits"
    APART = "apart"


@dataclass(frozen=True)
class Row:
    """`length` is how many suggestions the profile has now, `themes` those that nobody else has, and `partner` somebody
    whom a coordinator may introduce it to."""

    profile: Profile
    length: int
    within: int | None
    causes: tuple[Cause, ...]
    themes: tuple[str, ...]
    partner: Profile | None


def found(*, user: Any) -> QuerySet[LonelyProfile]:
    """The loneliest first; of those whom the user may see."""
    seen = queries.proposable_to(user).filter(pk=OuterRef("pk"), claimed_at__isnull=False)
    return LonelyProfile.objects.filter(Exists(seen))


def dress(rows: Sequence[LonelyProfile], *, user: Any, now: Any) -> list[Row]:
    """A fixed number of queries, however many the rows."""
    profiles = list(
        Profile.objects.filter(pk__in=[row.pk for row in rows]).prefetch_related(
            "texts", "past_works", "theme_items__tag"
        )
    )
    by_key = {profile.pk: profile for profile in profiles}
    lengths = dict(
        Suggestion.objects.filter(profile__in=by_key)
        .values("profile")
        .annotate(n=Count("pk"))
        .values_list("profile", "n")
    )
    shared = _shared_themes(profiles)
    partners = introducing.first_partners(profiles, user=user, now=now)
    return [
        _row(row, by_key[row.pk], lengths.get(row.pk, 0), shared, partners.get(row.pk))
        for row in rows
        if row.pk in by_key
    ]


def _row(row: LonelyProfile, profile: Profile, length: int, shared: set[int], partner: Profile | None) -> Row:
    tags = [item.tag for item in profile.theme_items.all()]
    alone = tuple(tag.label for tag in tags if tag.pk not in shared)
    is_alone = bool(tags) and len(alone) == len(tags)
    texts = {text.kind: text.text for text in profile.texts.all()}
    has_past = bool(profile.past_works.all())
    checks: dict[Cause, Callable[[], bool]] = {
        Cause.SILENT: lambda: not texts and not has_past,
        Cause.NO_NEEDS: lambda: bool(texts or has_past) and ProfileText.Kind.SEEKS not in texts,
        Cause.ONE_LINE: lambda: bool(texts) and max(map(len, texts.values())) <= ONE_LINE,
        Cause.NO_THEMES: lambda: not tags,
        Cause.ALONE: lambda: is_alone,
        Cause.NO_PLACE: lambda: not profile.municipality,
        Cause.LIMITS: lambda: row.within is not None and row.within < length,
    }
    causes = tuple(cause for cause, holds in checks.items() if holds()) or (Cause.APART,)
    return Row(profile, length, row.within, causes, alone if is_alone else (), partner)


def _shared_themes(profiles: Iterable[Profile]) -> set[int]:
    """Of the profiles' themes, those that somebody else has too among all who can be proposed. Asked of each: the first
    other that is met is enough, however many there are."""
    another = ProfileTheme.objects.filter(
        tag=OuterRef("tag"),
        content_object__status=Profile.Status.PUBLISHED,
        content_object__visibility__in=rules.SHOWN,
    ).exclude(content_object=OuterRef("content_object"))
    return set(
        ProfileTheme.objects.filter(Exists(another), content_object__in=list(profiles)).values_list("tag", flat=True)
    )
