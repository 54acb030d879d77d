"""Rounds of any size from a seed, for tests and figures: a few places are wished by nearly all (Zipf)."""

from __future__ import annotations

import random
from itertools import accumulate

from studies.allocation.problem import Member, Party, Place, Problem

TOWNS: tuple[tuple[float, float], ...] = (
    (62.60, 29.76), (62.73, 29.02), (62.10, 30.14), (62.31, 27.89), (62.66, 29.36), (63.32, 30.02), (62.24, 28.33),
)  # fmt: skip
"""Towns of a region, the first the largest."""


LANGUAGES: tuple[tuple[str, ...], ...] = (("fi",), ("fi", "en"), ("en",), ())


def make_problem(
    students: int,
    *,
    seed: int = 0,
    in_groups: float = 0.0,
    spare: float = 1.1,
    wishes: int = 8,
    with_least: float = 0.0,
) -> Problem:
    """`in_groups`: the share of students who come in groups of two to five; `spare`: places for each student;
    `with_least`: the share of places that need two or three."""
    chance = random.Random(seed)
    places: list[Place] = []
    while sum(place.most for place in places) < students * spare:
        most = chance.choice((4, 5, 6, 8, 10) if in_groups else (1, 2, 2, 3, 4, 5, 6))
        languages = frozenset(chance.choices(LANGUAGES, weights=(6, 4, 1, 1))[0])
        point = None if chance.random() < 0.15 else _town(chance)
        least = min(most, chance.choice((2, 3))) if chance.random() < with_least else 1
        places.append(Place(len(places) + 1, most, least, languages, point))
    order = [place.id for place in chance.sample(places, len(places))]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(order))))
    parties: list[Party] = []
    left = students
    while left:
        size = min(left, chance.choice((2, 3, 4, 5))) if chance.random() < in_groups / 2 else 1
        left -= size
        wished: dict[int, None] = {}
        while len(wished) < min(wishes, len(places)):
            wished[chance.choices(order, cum_weights=weights)[0]] = None
        members = tuple(_student(chance) for _one in range(size))
        parties.append(Party(len(parties) + 1, tuple(wished), members))
    return Problem(tuple(places), tuple(parties))


def _town(chance: random.Random) -> tuple[float, float]:
    return chance.choices(TOWNS, weights=range(len(TOWNS), 0, -1))[0]


def _student(chance: random.Random) -> Member:
    languages = chance.choice((("fi",), ("fi", "en"), ("fi", "en"), ("fi", "sv", "en"), ("fi", "en", "ru")))
    return Member(frozenset(languages), _town(chance), chance.choice((None, None, None, 150.0, 90.0)))


def in_turn(problem: Problem, *, seed: int = 0) -> dict[int, int | None]:
    """Serial dictatorship: in an order that is drawn, each takes the best that is left. What drawing lots gives."""
    loads = {place.id: 0 for place in problem.places}
    given: dict[int, int | None] = {party.id: None for party in problem.parties}
    for party in random.Random(seed).sample(problem.parties, len(problem.parties)):
        for place_id in (*party.wishes, *(place.id for place in problem.places)):
            place = problem.place.get(place_id)
            if place is None or loads[place_id] + party.size > place.most or not problem.may_go(party, place):
                continue
            given[party.id] = place_id
            loads[place_id] += party.size
            break
    return given
