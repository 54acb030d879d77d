"""How well those who come suit each other, as the matcher has told their profiles."""

from __future__ import annotations

from collections.abc import Collection

from events.models import Registration
from matching.models import Suggestion

AMONG = 100
"""So many of an event's participants are looked up for one of them; a profile's stored list holds the best of all."""


def key_of(event_id: int, profile_id: int) -> str:
    """Under which it is kept who of the event's participants suits a profile (`matching.among`)."""
    return f"events.among:{event_id}:{profile_id}"


def comers(event_id: int) -> set[int]:
    """The profiles that have a seat. One query."""
    return set(Registration.objects.confirmed().filter(event=event_id).values_list("profile", flat=True))


def scores_of_pairs(profiles: Collection[int]) -> dict[tuple[int, int], int]:
    """The higher of both directions' scores, by profiles' keys with the smaller one first; pairs that are in neither's
    list are left out. One query."""
    found: dict[tuple[int, int], int] = {}
    rows = Suggestion.objects.filter(profile__in=profiles, other__in=profiles).values_list("profile", "other", "score")
    for profile, other, score in rows:
        pair = (profile, other) if profile < other else (other, profile)
        found[pair] = max(score, found.get(pair, 0))
    return found
