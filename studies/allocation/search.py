"""Groups that stay whole and places that need several: a search with a bound.

First a simpler problem is solved, in which those who get nothing that they wished are *somewhere*: at first it is not
asked where, then there must be room for them in places large enough. It has a way for each wish and each size instead
of one for each pair, and no allocation of the real problem can be better. When those few then find real places, its
answer is an answer of the real problem too, and proven. When not, those few get a way for each of their places, and it
is solved again.

Its linear relaxation (`programme`) tells what each way would cost more at the least. First only what goes hardly above
the bound is tried; what is left out would end above that, so what is found within it is proven the best.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from studies.allocation.problem import UNWISHED, Party, Place, Problem
from studies.allocation.programme import ELSEWHERE, WITHOUT, Found, Relaxed, Ways, relax, whole

Given = dict[int, int | None]
Chosen = dict[tuple[int, int], cp_model.IntVar]
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
FIRST_GAP, WIDE = 3, 500
"""How far above the bound something may go in the first, small search; from where on nothing is left out."""


@dataclass(frozen=True)
class Effort:
    ends: float
    workers: int
    seed: int

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def solve(self, model: cp_model.CpModel) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.3, self.left)
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = self.seed
        return solver, solver.solve(model)


def by_search(
    problem: Problem, *, seconds: float, workers: int, seed: int, start: Mapping[int, int | None] | None = None
) -> tuple[Given, int]:
    """The best found, and a bound that no allocation is below. `start`: an allocation to begin from."""
    effort = Effort(time.monotonic() + seconds, workers, seed)
    exact: set[int] = set()
    needs_room = any(place.least > 1 for place in problem.places)
    bound = 0
    best: Given | None = None
    begin = {one: WITHOUT if place is None else place for one, place in (start or {}).items()}
    while True:
        found = _simpler(problem, _ways(problem, exact), effort, begin, needs_room=needs_room)
        bound = max(bound, found.bound)
        lost = [problem.party[one] for one, way in found.way.items() if way == ELSEWHERE]
        given: Given = {one: way if way > 0 else None for one, way in found.way.items()}
        seated = _seat(problem, given, lost, effort)
        if seated is not None:
            given = {**given, **seated}
            return (given if best is None or _total(problem, given) <= _total(problem, best) else best), bound
        real = _by_hand(problem, given)
        best = real if best is None or _total(problem, real) < _total(problem, best) else best
        if effort.left <= 0 or not lost:
            return best, bound
        if needs_room:
            exact |= {party.id for party in lost}
        needs_room = True
        begin = {one: WITHOUT if place is None else place for one, place in best.items()}


def _total(problem: Problem, given: Given) -> int:
    return sum(problem.cost(problem.party[one], place) for one, place in given.items())


def _ways(problem: Problem, exact: set[int]) -> Ways:
    """`exact`: parties that have a way for each place that they may go to."""
    ways: Ways = {}
    for party in problem.parties:
        own = (
            problem.places
            if party.id in exact
            else [problem.place[one] for one in party.wishes if one in problem.place]
        )
        its = {place.id: problem.cost(party, place.id) for place in own if problem.may_go(party, place)}
        if party.id not in exact and any(
            problem.may_go(party, place) for place in problem.places if place.id not in party.wishes
        ):
            its[ELSEWHERE] = party.size * UNWISHED
        its[WITHOUT] = problem.cost(party, None)
        ways[party.id] = its
    return ways


def _simpler(problem: Problem, ways: Ways, effort: Effort, start: Mapping[int, int], *, needs_room: bool) -> Found:
    """First among what goes hardly above the bound. Whatever uses more is itself at least so much above it, so where
    something is found within that, nothing is better."""
    relaxed = relax(problem, ways, needs_room=needs_room, seconds=effort.left * 0.7)
    begin = _among(ways, start) if start else _rounded(problem, ways, relaxed)
    best = Found(begin, sum(its[begin[one]] for one, its in ways.items()), relaxed.bound)
    gap: float = FIRST_GAP if relaxed.above else math.inf
    while effort.left > 0:
        found = whole(problem, ways, relaxed, gap=gap, seconds=effort.left)
        if found is not None:
            bound = max(best.bound, int(min(found.bound, relaxed.bound + gap + 1)))
            best = replace(found if found.total < best.total else best, bound=bound)
            if found.total <= relaxed.bound + gap + 1:
                break
        if gap == math.inf:
            break
        gap = gap * 8 if gap < WIDE else math.inf
    return best


def _among(ways: Ways, start: Mapping[int, int]) -> dict[int, int]:
    """The start in these ways: a place that a party has no way of its own for is somewhere."""
    return {one: start[one] if start[one] in its else ELSEWHERE for one, its in ways.items()}


def _rounded(problem: Problem, ways: Ways, relaxed: Relaxed) -> dict[int, int]:
    """What the relaxation leans to, made whole: the largest first, each by the way that is used most and has room."""
    room = {place.id: place.most for place in problem.places}
    start = {}
    for one, its in sorted(ways.items(), key=lambda pair: -problem.party[pair[0]].size):
        size = problem.party[one].size
        fits = [way for way in its if way < 0 or room[way] >= size]
        part = relaxed.part
        start[one] = min(fits, key=lambda way: (-round(part.get((one, way), 0), 2), relaxed.above.get((one, way), 0)))
        if start[one] > 0:
            room[start[one]] -= size
    return start


def _hold(model: cp_model.CpModel, place: Place, load: cp_model.LinearExprT) -> None:
    """At most so many, and at least so many or nobody."""
    if place.least <= 1:
        model.add(load <= place.most)
    elif place.least > place.most:
        model.add(load == 0)
    else:
        is_held = model.new_bool_var("")
        model.add(load <= place.most * is_held)
        model.add(load >= place.least * is_held)


def _seat(problem: Problem, found: Given, lost: list[Party], effort: Effort) -> Given | None:
    """Real places for those who got none of their wishes, in the room that is left; None when it cannot be."""
    there = problem.loads({one: place for one, place in found.items() if place is not None})
    if not lost:
        return {} if all(_is_whole(place, there[place.id]) for place in problem.places) else None
    model = cp_model.CpModel()
    chosen: Chosen = {}
    for party in lost:
        ways = []
        for place in problem.places:
            if place.id in party.wishes or there[place.id] + party.size > place.most:
                continue
            if problem.may_go(party, place):
                ways.append(chosen.setdefault((party.id, place.id), model.new_bool_var("")))
        if not ways:
            return None
        model.add_exactly_one(ways)
    coming: dict[int, list[cp_model.LinearExprT]] = {}
    for (one, place_id), taken in chosen.items():
        coming.setdefault(place_id, []).append(problem.party[one].size * taken)
    for place in problem.places:
        if place.id in coming or there[place.id]:
            _hold(model, place, sum(coming.get(place.id, ())) + there[place.id])
    solver, status = effort.solve(model)
    if status not in FOUND:
        return None
    return {one: place for (one, place), taken in chosen.items() if solver.boolean_value(taken)}


def _is_whole(place: Place, load: int) -> bool:
    return not load or load >= place.least


def _by_hand(problem: Problem, found: Given) -> Given:
    """When the time is up: whoever has no place takes the best that has room, the largest first. A place that is left
    with too few is given up, and its people look again."""
    given = {**found}
    closed: set[int] = set()
    for _round in range(len(problem.places) + 1):
        loads = Counter(problem.loads(given))
        for party in sorted((p for p in problem.parties if given[p.id] is None), key=lambda p: -p.size):
            free = [p for p in problem.places if p.id not in closed and loads[p.id] + party.size <= p.most]
            free = [p for p in free if problem.may_go(party, p)]
            if free:
                given[party.id] = min(free, key=lambda p: problem.cost(party, p.id)).id
                loads[given[party.id] or 0] += party.size
        short = {place.id for place in problem.places if not _is_whole(place, loads[place.id])}
        if not short:
            break
        closed |= short
        given.update({one: None for one, place in given.items() if place in short})
    return given
