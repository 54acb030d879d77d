"""What a change by hand costs, and what stands in its way, before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studies.allocation.problem import Party, Problem
from studies.allocation.reasons import Why


@dataclass(frozen=True)
class Move:
    """`places`: who is where after it (only those who move). `cost`: preference cost more (or less, when negative) than
    before; `unplaced`: students more without a place. `hindrances`: (party, what): `full`, `large` and `gone` refuse
    it; `language`, `far` and `too_few` are for a person to judge."""

    places: Mapping[int, int | None]
    cost: int
    unplaced: int
    hindrances: tuple[tuple[int, Why], ...]

    @property
    def gain(self) -> int:
        return -self.cost

    @property
    def is_possible(self) -> bool:
        return all(why not in (Why.FULL, Why.LARGE, Why.GONE) for _party, why in self.hindrances)


def cost_of_move(
    problem: Problem, given: Mapping[int, int | None], party: int, place: int | None, *, swap_with: int | None = None
) -> Move:
    """Of bringing the party to the place (none: taking its place away); with `swap_with`, the other comes to where
    this one was."""
    moved: dict[int, int | None] = {party: place}
    if swap_with is not None:
        moved[swap_with] = given.get(party)
    after = {**given, **moved}
    cost = problem.preference_cost(after) - problem.preference_cost(_known(problem, given))
    unplaced = problem.unplaced(after) - problem.unplaced(given)
    loads, before = problem.loads(after), problem.loads(given)
    hindrances = []
    for one, to in moved.items():
        hindrances += [(one, why) for why in _hindrances(problem, problem.party[one], to, loads)]
    for left in {given.get(one) for one in moved} - set(moved.values()):
        own = problem.place.get(left or 0)
        if own is not None and 0 < loads[own.id] < min(own.least, before[own.id]):
            hindrances.append((party, Why.TOO_FEW))
    return Move(moved, cost, unplaced, tuple(hindrances))


def _known(problem: Problem, given: Mapping[int, int | None]) -> dict[int, int | None]:
    return {one: place for one, place in given.items() if one in problem.party}


def _hindrances(problem: Problem, party: Party, to: int | None, loads: Mapping[int, int]) -> list[Why]:
    if to is None:
        return []
    place = problem.place.get(to)
    if place is None:
        return [Why.GONE]
    found = []
    if party.size > place.most:
        found.append(Why.LARGE)
    elif loads[to] > place.most:
        found.append(Why.FULL)
    if not problem.speaks(party, place):
        found.append(Why.LANGUAGE)
    if not problem.reaches(party, place):
        found.append(Why.FAR)
    if loads[to] < place.least:
        found.append(Why.TOO_FEW)
    return found
