"""How well those who come suit each other, as the matcher has told their profiles."""

from __future__ import annotations

from collections.abc import Collection

from matching.models import Suggestion


def scores_of_pairs(profiles: Collection[int]) -> dict[tuple[int, int], int]:
    """The higher of both directions' scores, by profiles' keys with the smaller one first; pairs that are in neither's
    list are left out. One query."""
    found: dict[tuple[int, int], int] = {}
    rows = Suggestion.objects.filter(profile__in=profiles, other__in=profiles).values_list("profile", "other", "score")
    for profile, other, score in rows:
        pair = (profile, other) if profile < other else (other, profile)
        found[pair] = max(score, found.get(pair, 0))
    return found
