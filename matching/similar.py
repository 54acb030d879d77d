"""Organisations like the one that is looked at, for its page: from rows alone, for a page holds no index.

What makes two alike is the themes that both have chosen, the rarer the more, and a little that they are of one kind and
near. Persons are never shown so, nor is anybody shown on a person's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Any

from django.db.models import Case, Count, FloatField, Q, Sum, Value, When

from accounts.models import Profile, ProfileTheme
from core import places
from matching.models import Interest
from matching.queries import proposable_to
from themes.models import Theme

MOST = 5
THEMES_ASKED = 3
"""The rarest of a profile's themes: the commoner a theme, the less it says, and the longer its list is."""
LOOKED_AT = 60
"""Of whom the near and those of the same kind are told; more would cost each page more."""
SHOWN = ("slug", "kind", "municipality", "name_fi", "name_sv", "name_en")
SAME_PLACE, SAME_REGION, SAME_KIND = 0.06, 0.04, 0.03
"""Beside `_weight`: a theme that a dozen have weighs 0.27, one that a thousand have 0.1."""


@dataclass(frozen=True)
class Similar:
    """`themes` are those in common, the rarest first."""

    profile: Profile
    themes: tuple[Theme, ...]
    is_here: bool

    @property
    def labels(self) -> str:
        return ", ".join(theme.label for theme in self.themes)


def similar_to(profile: Profile, *, user: Any, own: list[Profile]) -> list[Similar]:
    """The most alike first; one's `own` profiles and those whom they bar are left out. Five queries at most."""
    chosen = {item.tag_id: item.tag for item in profile.theme_items.all() if item.tag.state == Theme.State.ACTIVE}
    if not chosen or profile.is_person:
        return []
    counted = ProfileTheme.objects.filter(tag__in=chosen).values("tag").annotate(n=Count("*")).order_by("n", "tag")
    carried = {row["tag"]: row["n"] for row in counted[:THEMES_ASKED]}
    weights = _candidates(carried, {profile.pk, *(one.pk for one in own), *_barred(own)})
    seen = proposable_to(user).filter(pk__in=weights).exclude(kind__in=Profile.PEOPLE)
    found = sorted(seen.only(*SHOWN), key=lambda one: (-weights[one.pk] - _nearness(profile, one), one.pk))[:MOST]
    shared: dict[int, list[Theme]] = {one.pk: [] for one in found}
    items = ProfileTheme.objects.filter(content_object__in=shared, tag__in=carried)
    for pk, tag in sorted(items.values_list("content_object_id", "tag_id"), key=lambda item: carried[item[1]]):
        shared[pk].append(chosen[tag])
    return [Similar(one, tuple(shared[one.pk]), one.municipality == profile.municipality != "") for one in found]


def _barred(own: list[Profile]) -> set[int]:
    """By *never*, from either side; blocks are kept by what one may see."""
    if not own:
        return set()
    never = Interest.objects.filter(answer=Interest.Answer.NEVER).filter(Q(profile__in=own) | Q(other__in=own))
    return {one for pair in never.values_list("profile_id", "other_id") for one in pair}


def _candidates(carried: dict[int, int], barred: set[int]) -> dict[int, float]:
    """The weight of the themes in common, by profile: of the many who have a common theme, the newest. Read from the
    themes' index alone, for a profile's row is large."""
    weight = Case(
        *(When(tag=tag, then=Value(_weight(n))) for tag, n in carried.items()),
        default=Value(0.0),
        output_field=FloatField(),
    )
    rows = ProfileTheme.objects.filter(tag__in=carried).values("content_object").annotate(weight=Sum(weight))
    best = rows.order_by("-weight", "-content_object").values_list("content_object", "weight")[
        : LOOKED_AT + len(barred)
    ]
    return {pk: weight for pk, weight in best if pk not in barred}


def _nearness(one: Profile, other: Profile) -> float:
    here, there = (places.municipalities().get(profile.municipality) for profile in (one, other))
    near = 0.0
    if here and there:
        near = SAME_PLACE if here == there else SAME_REGION if here.region == there.region else 0.0
    return near + (SAME_KIND if one.kind == other.kind else 0.0)


def _weight(carriers: int) -> float:
    return 1 / log2(2 + carriers)
