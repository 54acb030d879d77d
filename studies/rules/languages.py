"""Languages in which work can be done, beside those that a student has named."""

from __future__ import annotations

from collections.abc import Collection

from studies.models import OfferedPlace, SeasonPlace


def shares_language(place: SeasonPlace | OfferedPlace, languages: Collection[str]) -> bool:
    """One of the work's is among those that are named; a place that names none asks for none."""
    return not place.languages or not set(place.languages).isdisjoint(languages)


def all_share(place: OfferedPlace, together: Collection[Collection[str]]) -> bool:
    """Each of a group could work there, as the allocation goes by it."""
    return all(shares_language(place, languages) for languages in together)
