"""Whom a network might invite, each with reasons: the themes that it shares, and the members whom it would suit.

What the matcher found for the members is at hand as rows, so a page is a fixed number of reads.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Profile, ProfileTheme
from core import places
from matching.models import Suggestion
from matching.showing import SCALE, Card, card, understand_each
from networks.models import Membership, Network
from networks.queries.members import can_be_asked
from themes.models import Theme

SHOWN = 15
READ = 600
"""The members' best rows: with thirty members, twenty of each."""
MEMBERS_TOLD = 1
A_THEME, MOST_THEMES, IN_AREA = 1.0, 2, 0.1
"""A shared theme weighs as much as the best suggestion there could be; being near decides between equals."""


@dataclass
class Proposal:
    """`cards` are what members are told of it, by the member's profile."""

    profile: Profile
    themes: list[Theme] = field(default_factory=list)
    rows: list[Suggestion] = field(default_factory=list)
    cards: list[tuple[Profile, Card]] = field(default_factory=list)
    in_area: bool = False

    @property
    def points(self) -> float:
        best = sum(row.score / SCALE for row in self.rows[:3])
        return best + A_THEME * min(len(self.themes), MOST_THEMES) + IN_AREA * self.in_area

    @property
    def more_members(self) -> int:
        return len(self.rows) - len(self.cards)


def theme_keys(themes: Collection[Theme]) -> set[int]:
    """The themes and those below them; one read."""
    keys = [theme.pk for theme in themes]
    return set(Theme.objects.active().filter(Q(pk__in=keys) | Q(parent__in=keys)).values_list("pk", flat=True))


def organisations(user: Any) -> QuerySet[Profile]:
    """Those that can be invited to anything: shown, and no person's own profile."""
    return can_be_asked(user).exclude(kind__in=Profile.PEOPLE).order_by()


def proposals(network: Network, user: Any, *, limit: int = SHOWN) -> list[Proposal]:
    """The best first. Whoever is or was in the network, or said no to it, is not among them, nor is its host."""
    free = organisations(user).exclude(pk__in=Membership.objects.filter(network=network).values("profile"))
    if network.organiser_id is not None:
        free = free.exclude(pk=network.organiser_id)
    keys = theme_keys(list(network.themes.all()))
    found: dict[int, Proposal] = {}
    tagged = ProfileTheme.objects.filter(tag__in=keys, content_object__in=free).select_related("tag")
    by_profile: dict[int, list[Theme]] = {}
    for item in tagged.order_by("pk"):
        by_profile.setdefault(item.content_object_id, []).append(item.tag)
    members = Membership.objects.filter(network=network, state__in=Membership.STANDING).values("profile")
    rows = Suggestion.objects.filter(profile__in=members, other__in=free).select_related("profile")
    by_other: dict[int, list[Suggestion]] = {}
    for row in rows.order_by("-score", "pk")[:READ]:
        by_other.setdefault(row.other_id, []).append(row)
    area = set(network.area)
    for profile in free.filter(pk__in={*by_profile, *by_other}):
        found[profile.pk] = Proposal(
            profile,
            by_profile.get(profile.pk, []),
            by_other.get(profile.pk, []),
            in_area=_is_in(profile, area),
        )
    best = sorted(found.values(), key=lambda one: (-one.points, one.profile.pk))[:limit]
    _give_cards(best)
    return best


def _is_in(profile: Profile, area: Collection[str]) -> bool:
    place = places.municipalities().get(profile.municipality)
    return place is not None and (profile.municipality in area or place.region in area)


def _give_cards(proposed: Sequence[Proposal]) -> None:
    """What the first members are told of each; a fixed number of reads."""
    told = []
    for one in proposed:
        for row in one.rows[:MEMBERS_TOLD]:
            row.other = one.profile
            told.append((one, row))
    understood = understand_each([row for _one, row in told])
    for one, row in told:
        made = card(row, row.profile, understood)
        if made.first is not None:
            one.cards.append((row.profile, made))
