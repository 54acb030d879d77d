"""A course round as the allocation sees it. Parties are numbered: students even, groups odd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import places
from studies.allocation import Member, Party, Place, Problem
from studies.models import Allocation, CourseRound, Entrant, Wish


def party_of(entrant: Entrant) -> int:
    return 2 * entrant.team_id + 1 if entrant.team_id is not None else 2 * entrant.pk


def members_of(round: CourseRound, party: int) -> Any:
    """The students of a party."""
    if party % 2:
        return round.entrants.filter(team=party // 2)
    return round.entrants.filter(pk=party // 2, team=None)


def build_problem(round: CourseRound, *, held: Mapping[int, int | None] | None = None) -> Problem:
    """Three reads, whatever the size. `held`: what some have and keep, as long as the place stands."""
    offered = [
        Place(
            id=place.pk,
            most=place.most,
            least=place.least,
            languages=frozenset(place.languages),
            point=None if place.remote else _point(place.municipality),
        )
        for place in round.places.filter(withdrawn_at=None)
    ]
    standing = {place.id for place in offered}
    wishes: dict[int, list[int]] = {}
    for wish in Wish.objects.filter(place__round=round):
        party = 2 * wish.team_id + 1 if wish.team_id is not None else 2 * (wish.entrant_id or 0)
        wishes.setdefault(party, []).append(wish.place_id)
    together: dict[int, list[Member]] = {}
    for entrant in round.entrants.order_by("pk"):
        member = Member(frozenset(entrant.languages), _point(entrant.municipality), entrant.most_km)
        together.setdefault(party_of(entrant), []).append(member)
    keeps = {one: place for one, place in (held or {}).items() if place in standing}
    parties = tuple(
        Party(one, tuple(wishes.get(one, ())), tuple(members), held=keeps.get(one)) for one, members in together.items()
    )
    return Problem(tuple(offered), parties)


def given_of(allocation: Allocation | None) -> dict[int, int | None]:
    """Where each party is. Of a group one row stands for all."""
    if allocation is None:
        return {}
    rows = allocation.placements.select_related("entrant")
    return {party_of(row.entrant): row.place_id for row in rows}


def _point(code: str) -> tuple[float, float] | None:
    found = places.municipalities().get(places.current_code(code)) if code else None
    return (found.lat, found.lon) if found is not None else None
