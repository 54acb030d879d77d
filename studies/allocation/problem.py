"""What is asked of the allocation, and what an answer costs.

A first choice costs 0, a second 1 and so on, for each student; a place that was not wished costs `UNWISHED`. To be
left without costs more than everything else together, so the fewest possible are, and only then is cost compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

UNWISHED = 20
"""What a place costs that was not among the wishes. More than the longest list of wishes (10)."""

Point = tuple[float, float]


def km_between(one: Point, other: Point) -> float:
    """Kilometres along the earth's surface; points are degrees of latitude and longitude (haversine)."""
    lat, lat2 = radians(one[0]), radians(other[0])
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 12742.0 * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True)
class Place:
    """What a company offers: at most so many students; fewer than `least` and it is not held at all (none may come).

    `languages`: the work is done in any of these; none: it does not matter. `point`: none when work is done remotely.
    """

    id: int
    most: int
    least: int = 1
    languages: frozenset[str] = frozenset()
    point: Point | None = None


@dataclass(frozen=True)
class Member:
    """A student. `most_km`: none when distance does not matter."""

    languages: frozenset[str] = frozenset()
    point: Point | None = None
    most_km: float | None = None


@dataclass(frozen=True)
class Party:
    """A student, or a group that stays whole, with the ids of wished places, the dearest first.

    `held`: the place that it has and keeps, whatever else is moved.
    """

    id: int
    wishes: tuple[int, ...]
    members: tuple[Member, ...] = (Member(),)
    held: int | None = None

    @property
    def size(self) -> int:
        return len(self.members)


@dataclass(frozen=True)
class Problem:
    places: tuple[Place, ...]
    parties: tuple[Party, ...]
    _fits: dict[tuple[object, ...], bool] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def place(self) -> Mapping[int, Place]:
        return {place.id: place for place in self.places}

    @cached_property
    def party(self) -> Mapping[int, Party]:
        return {party.id: party for party in self.parties}

    @cached_property
    def unplaced_cost(self) -> int:
        return UNWISHED * sum(party.size for party in self.parties) + 1

    def speaks(self, party: Party, place: Place) -> bool:
        """Each of the party can work in one of the place's languages."""
        return not place.languages or all(place.languages & member.languages for member in party.members)

    def reaches(self, party: Party, place: Place) -> bool:
        """For each of the party it is near enough. A place or a home that is not known is never too far."""
        return all(_near(member, place) for member in party.members)

    def may_go(self, party: Party, place: Place) -> bool:
        """Whether the place is one that the party could have if it were alone."""
        if party.size > place.most:
            return False
        key = (party.members, place.languages, place.point)
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = self.speaks(party, place) and self.reaches(party, place)
        return found

    def cost(self, party: Party, place: int | None) -> int:
        """Of the party being there, for all its students together."""
        if place is None:
            return party.size * self.unplaced_cost
        return party.size * (party.wishes.index(place) if place in party.wishes else UNWISHED)

    def preference_cost(self, given: Mapping[int, int | None]) -> int:
        """Of all who have a place; those without are counted by `unplaced`."""
        pairs = ((self.party[one], place) for one, place in given.items() if place is not None)
        return sum(self.cost(party, place) for party, place in pairs)

    def unplaced(self, given: Mapping[int, int | None]) -> int:
        """How many students are without a place."""
        return sum(self.party[one].size for one, place in given.items() if place is None)

    def loads(self, given: Mapping[int, int | None]) -> dict[int, int]:
        """How many students each place has."""
        loads = {place.id: 0 for place in self.places}
        for one, place in given.items():
            if place is not None:
                loads[place] = loads.get(place, 0) + self.party[one].size
        return loads


def _near(member: Member, place: Place) -> bool:
    if place.point is None or member.point is None or member.most_km is None:
        return True
    return km_between(member.point, place.point) <= member.most_km
