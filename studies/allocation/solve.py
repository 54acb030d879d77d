"""The allocation with the fewest left without and then the least cost, and whether that is proven.

Where every party is one student and no place needs several, it is a flow, which ends at its optimum. Groups that stay
whole and places that need several make it a search (CP-SAT), which tells a bound of what is possible at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from studies.allocation.flow import by_flow
from studies.allocation.problem import Place, Problem
from studies.allocation.search import by_search


@dataclass(frozen=True)
class Allocation:
    """`places`: of each party, its place or none. `cost`: of those placed. `bound`: no allocation of the same problem
    is below it, with those without counted in; where it is reached, the allocation is proven the best there is."""

    places: Mapping[int, int | None]
    unplaced: int
    cost: int
    total: int
    bound: int

    @property
    def is_proven(self) -> bool:
        return self.total == self.bound


def allocate(problem: Problem, *, seconds: float = 10.0, workers: int = 2, seed: int = 1) -> Allocation:
    """Give everyone a place where that is possible. What a party holds is kept, and takes its room."""
    held = {party.id: party.held for party in problem.parties if party.held is not None}
    free = _without_held(problem, held) if held else problem
    found, bound = _solve(free, seconds=seconds, workers=workers, seed=seed)
    places: dict[int, int | None] = {party.id: None for party in problem.parties}
    places.update(found)
    places.update(held)
    fixed = sum(problem.cost(problem.party[one], place) for one, place in held.items())
    # Those without are priced by the whole problem, which is larger than the free one.
    cost, without = problem.preference_cost(places), problem.unplaced(places)
    total = cost + without * problem.unplaced_cost
    own = sum(free.cost(free.party[one], place) for one, place in found.items())
    return Allocation(places, without, cost, total, total if own == bound else min(total - 1, fixed + bound))


def _without_held(problem: Problem, held: Mapping[int, int]) -> Problem:
    taken = problem.loads(held)
    places = tuple(_with_less_room(place, taken.get(place.id, 0)) for place in problem.places)
    return Problem(places, tuple(party for party in problem.parties if party.held is None))


def _with_less_room(place: Place, taken: int) -> Place:
    """A place that somebody holds is held anyhow, so what it still needs is no condition on the rest."""
    return replace(place, most=max(0, place.most - taken), least=1 if taken else place.least)


def _solve(problem: Problem, *, seconds: float, workers: int, seed: int) -> tuple[dict[int, int | None], int]:
    if not problem.parties:
        return {}, 0
    start: dict[int, int | None] = {}
    bound = 0
    if all(party.size == 1 for party in problem.parties):
        found = by_flow(problem)
        bound = _total(problem, found)
        start = _closing_the_short(problem, found)
        if _total(problem, start) == bound:
            return start, bound
    found, proven = by_search(problem, seconds=seconds, workers=workers, seed=seed, start=start)
    bound = max(bound, proven)
    return (start if start and _total(problem, start) < _total(problem, found) else found), bound


def _total(problem: Problem, given: Mapping[int, int | None]) -> int:
    return sum(problem.cost(problem.party[one], place) for one, place in given.items())


def _closing_the_short(problem: Problem, found: dict[int, int | None]) -> dict[int, int | None]:
    """A good allocation in which each place has what it needs, or nobody: the one that lacks most is closed, and the
    flow is asked again."""
    while True:
        loads = problem.loads(found)
        short = [place for place in problem.places if 0 < loads[place.id] < place.least]
        if not short:
            return found
        closed = {place.id for place in sorted(short, key=lambda p: loads[p.id] - p.least)[: 1 + len(short) // 4]}
        problem = Problem(tuple(place for place in problem.places if place.id not in closed), problem.parties)
        found = by_flow(problem)
