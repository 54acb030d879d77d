"""Groups that stay whole as a programme: its linear relaxation, which tells a bound and what each way would cost more
than it at the least (reduced costs), and the whole programme over the few ways that are left.

Each place is filled by a **mix**: so many parties of each size (in room for five: five alone, or a pair and three, or
a group of five). A place may be part one mix and part another, and there are never more parties of a size than its
mixes have. That alone would let half a group of five stand beside three whole students; so for any k parties of a size

    how much of them is here ≤ the sum over mixes of how much of the mix is used · min(k, how many it has),

which holds of every real allocation. There are far too many of those to write down, so the ones that a solution breaks
are found (for each k, the k parties that are here most) and added, until that brings no more. The bound is then
within a few points of the optimum. Once each place has its mix, each size is a flow from parties to places, which has
no parts in its corners: so only the mixes are sought in whole numbers.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from ortools.linear_solver import pywraplp

from studies.allocation.problem import Party, Place, Problem

ELSEWHERE, WITHOUT = -1, -2
Ways = dict[int, dict[int, int]]
"""Of each party: the places that it may have, or `ELSEWHERE`, or `WITHOUT`, with what that costs."""
Mix = tuple[float, ...]

GOES_ON = "use_preprocessing:false use_scaling:false use_dual_simplex:true"
"""GLOP goes on from the solution that it had when rows are added, but only where nothing was changed beforehand."""
MOST_MIXES = 400
"""In larger places only the room itself is counted: there the sizes hardly matter."""
HARDLY_MORE = 0.1
"""Rows that raise the bound by less are the last."""
LITTLE = 1e-6
BROKEN = 1e-4
STRAIGHT = (
    "mip_pscost_minreliable=0",
    "mip_allow_restart=false",
    "mip_heuristic_run_rens=false",
    "mip_heuristic_run_rins=false",
    "mip_heuristic_run_root_reduced_cost=false",
)
"""HiGHS goes straight to its tree, which is small: guesses, branches tried beforehand and beginning again, with all the
cuts that this brings, took most of the time."""
ALMOST_ONE = 0.99
"""Costs are whole numbers, so nothing is better than what is less than one above what is possible."""


@lru_cache(maxsize=20_000)
def mixes(most: int, sizes: tuple[int, ...], comers: tuple[int, ...]) -> tuple[tuple[Mix, ...], bool]:
    """How a place can be filled so that nobody more fits, as a number of parties for each of the sizes (`comers`: how
    many there are of each), and whether that is exact. Where there are too many, one for each size, with parts of a
    party: the bare room."""
    found = tuple(islice(_filled(most, sizes, comers), MOST_MIXES + 1))
    if len(found) <= MOST_MIXES:
        return _largest(found), True
    return tuple(tuple(most / size if size == own else 0.0 for size in sizes) for own in sizes), False


def _filled(most: int, sizes: tuple[int, ...], comers: tuple[int, ...]) -> Iterator[Mix]:
    """`sizes`: the smallest first; of that one as many as fit."""
    if len(sizes) == 1:
        yield (min(most // sizes[0], comers[0]),)
        return
    for count in range(min(most // sizes[-1], comers[-1]) + 1):
        yield from ((*mix, count) for mix in _filled(most - count * sizes[-1], sizes[:-1], comers[:-1]))


def _largest(those: Iterable[Mix]) -> tuple[Mix, ...]:
    """Without those that another has room for."""
    found: list[Mix] = []
    for mix in sorted(set(those), key=lambda mix: (-sum(mix), mix)):
        if not any(all(a <= b for a, b in zip(mix, other, strict=True)) for other in found):
            found.append(mix)
    return tuple(found)


Key = tuple[int, int]
"""A party and one of its ways."""


@dataclass(frozen=True)
class Relaxed:
    """`bound`: 0 when none was found. `part`: how much of each way is used. `cuts`: parties of one size in one place
    that were more there than its mixes allow. `above`, of ways, and `mixes_above`, of a place's mixes where they are
    exact: by how much using it goes above the bound at the least; none when the time was up first."""

    bound: int = 0
    part: Mapping[Key, float] = field(default_factory=dict)
    cuts: tuple[tuple[Key, ...], ...] = ()
    above: Mapping[Key, float] = field(default_factory=dict)
    mixes_above: Mapping[int, Mapping[Mix, float]] = field(default_factory=dict)
    needs_room: bool = True


@dataclass(frozen=True)
class Found:
    """`way` of each party; `total` of it; `bound` of the problem that was asked."""

    way: dict[int, int]
    total: int
    bound: int


def relax(problem: Problem, ways: Ways, *, needs_room: bool, seconds: float) -> Relaxed:
    """`needs_room`: whether those who are `ELSEWHERE` take room in some place, or it is left out of account."""
    ends = time.monotonic() + seconds
    programme = _Programme("GLOP", problem, ways, needs_room=needs_room)
    solver = programme.solver
    solver.SetSolverSpecificParametersAsString(GOES_ON)
    found, value = Relaxed(needs_room=needs_room), -math.inf
    while (left := ends - time.monotonic()) > 0:
        solver.SetTimeLimit(max(1, int(1000 * left)))
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            break
        part = {key: var.solution_value() for key, var in programme.taken.items()}
        value, before = programme.goal.Value(), value
        bound = _rounded_up(value)
        # All are read before any is added, for then the solver has no solution any more.
        broken = [cut for place in programme.exact.values() for cut in _broken(place, part)]
        if not broken or value - before < HARDLY_MORE:
            short = bound - value  # of a whole number, by which the bound is above the relaxation itself
            above = {key: var.reduced_cost() - short for key, var in programme.taken.items()}
            mixes_above = {
                place_id: {mix: var.reduced_cost() - short for mix, var in place.used.items()}
                for place_id, place in programme.exact.items()
            }
            return Relaxed(bound, part, (*found.cuts, *broken), above, mixes_above, needs_room)
        found = Relaxed(bound, part, (*found.cuts, *broken), needs_room=needs_room)
        for cut in broken:
            programme.add(cut)
    return found


def whole(problem: Problem, ways: Ways, relaxed: Relaxed, *, gap: float, seconds: float) -> Found | None:
    """The best of those that use nothing more than `gap` above the bound, as far as there is time; none when there
    is none, or none was found. What would end more than one further above it is not sought for: it would not be
    proven. `bound` is of those alone."""
    ends = time.monotonic() + seconds
    few = {
        one: {way: cost for way, cost in its.items() if relaxed.above.get((one, way), 0) <= gap + BROKEN}
        for one, its in ways.items()
    }
    left = {
        place_id: tuple(mix for mix, above in its.items() if above <= gap + BROKEN)
        for place_id, its in relaxed.mixes_above.items()
    }
    programme = _Programme("HIGHS", problem, few, left, needs_room=relaxed.needs_room)
    for cut in relaxed.cuts:
        programme.add(tuple(key for key in cut if key in programme.taken))
    solver = programme.solver
    # HiGHS ends at a ten-thousandth above its bound, so what is counted is only what is above the relaxation.
    programme.goal.SetOffset(-relaxed.bound)
    limits = [f"mip_abs_gap={ALMOST_ONE}"]
    if gap < math.inf:
        limits.append(f"objective_bound={gap + 2 - ALMOST_ONE}")
    if programme.is_by_mixes:
        limits += STRAIGHT
    solver.SetSolverSpecificParametersAsString(",".join(limits))
    solver.SetTimeLimit(max(1, int(1000 * (ends - time.monotonic()))))
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    bound = min(relaxed.bound + _rounded_up(programme.goal.BestBound()), relaxed.bound + gap + 2)
    if programme.is_by_mixes:
        programme = _with_mixes(problem, few, programme, needs_room=relaxed.needs_room)
    way = {one: it for (one, it), var in programme.taken.items() if var.solution_value() > 0.5}
    total = sum(ways[one][it] for one, it in way.items())
    return Found(way, total, int(min(total, bound)))


def _with_mixes(problem: Problem, ways: Ways, found: _Programme, *, needs_room: bool) -> _Programme:
    """The same mixes, and the parties whole: in between HiGHS may leave equals in parts, but a corner of what is left
    has none."""
    chosen = {
        place_id: tuple(mix for mix, var in place.used.items() if var.solution_value() > 0.5)
        for place_id, place in found.exact.items()
    }
    programme = _Programme("GLOP", problem, ways, chosen, needs_room=needs_room)
    for place in programme.exact.values():
        for used in place.used.values():
            used.SetLb(1)
    if programme.solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise ArithmeticError("the parties do not fit into the mixes that were found for them")
    return programme


def _rounded_up(value: float) -> int:
    """Costs are whole numbers, so a bound may be; what may be the solver's own error is taken off first. 0 of a solver
    that ended before it had one."""
    return math.ceil(value - 1e-4 - 1e-9 * abs(value)) if math.isfinite(value) else 0


@dataclass(frozen=True)
class _Filled:
    """A place: how far each of its mixes is used; by size, how many each mix has of it and who may come."""

    used: dict[Mix, pywraplp.Variable] = field(default_factory=dict)
    counts: dict[int, list[float]] = field(default_factory=dict)
    coming: dict[int, list[Key]] = field(default_factory=dict)


def _broken(place: _Filled, part: Mapping[Key, float]) -> Iterator[tuple[Key, ...]]:
    """Of each size the k parties that are here more than the mixes allow, for the k where that is most."""
    used = [(n, much) for n, var in enumerate(place.used.values()) if (much := var.solution_value()) > LITTLE]
    if any(much > 1 - LITTLE for _n, much in used):
        return
    for size, coming in place.coming.items():
        here = sorted(((part[key], key) for key in coming if part[key] > LITTLE), reverse=True)
        counts = place.counts[size]
        total, worst, number = 0.0, BROKEN, 0
        for k, (much, _key) in enumerate(here, 1):
            total += much
            over = total - sum(by * min(k, counts[n]) for n, by in used)
            if over > worst:
                worst, number = over, k
        if number:
            yield tuple(key for _much, key in here[:number])


class _Programme:
    """With GLOP a party may be in parts; with HiGHS each place is one mix. `left`: of places, those that no mix but
    these, or a part of one, is sought for.

    `is_by_mixes`: only the mixes are sought in whole numbers. Not so where a place needs several, as all sizes count
    together there, or where only its bare room is counted."""

    def __init__(
        self,
        kind: str,
        problem: Problem,
        ways: Ways,
        left: Mapping[int, tuple[Mix, ...]] | None = None,
        *,
        needs_room: bool,
    ) -> None:
        self.solver = pywraplp.Solver.CreateSolver(kind)
        self.is_whole = kind == "HIGHS"
        self.goal = self.solver.Objective()
        self.goal.SetMinimization()
        self.taken: dict[Key, pywraplp.Variable] = {}
        self.exact: dict[int, _Filled] = {}
        self.is_by_mixes = True
        self._left = left or {}
        self._needs_room = needs_room
        self._size = {one: problem.party[one].size for one in ways}
        self._filled: dict[int, _Filled] = {}
        self._there: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._load: dict[int, pywraplp.Constraint] = {}
        sizes = tuple(sorted(set(self._size.values())))
        self._coming = Counter((way, self._size[one]) for one, its in ways.items() for way in its)
        self._waiting = {size: self.solver.Constraint(0, 0) for size in sizes} if needs_room else {}
        for place in problem.places:
            self._add_place(place, tuple(size for size in sizes if size <= place.most))
        for one, its in ways.items():
            self._add_party(problem.party[one], its)

    def add(self, cut: tuple[Key, ...]) -> None:
        """Of these there are no more than the mixes have among any so many of this size."""
        if cut and cut[0][1] in self._filled:
            one, place_id = cut[0]
            place = self._filled[place_id]
            row = self._at_most(0)
            for key in cut:
                row.SetCoefficient(self.taken[key], 1)
            for used, count in zip(place.used.values(), place.counts[self._size[one]], strict=True):
                row.SetCoefficient(used, -min(len(cut), count))

    def _at_most(self, most: float) -> pywraplp.Constraint:
        return self.solver.Constraint(-self.solver.infinity(), most)

    def _share(self, *, is_whole: bool = False) -> pywraplp.Variable:
        return self.solver.Var(0, self.solver.infinity(), is_whole and self.is_whole, "")

    def _add_place(self, place: Place, sizes: tuple[int, ...]) -> None:
        known = self._mixes(place, sizes)
        if known is None:
            return
        its, is_exact = known
        once = self._at_most(1)
        if place.least > 1:
            # The mixes of a place are used as far as it is held; where it is, there are so many at least.
            self.is_by_mixes = False
            held = self._share(is_whole=True)
            held.SetUb(1)
            once.SetUb(0)
            once.SetCoefficient(held, -1)
            self._load[place.id] = self.solver.Constraint(0, self.solver.infinity())
            self._load[place.id].SetCoefficient(held, -place.least)
        filled = self._filled[place.id] = _Filled()
        for size in sizes:
            row = self._there[size, place.id] = self._at_most(0)
            if self._needs_room:
                others = self._share()
                row.SetCoefficient(others, 1)
                self._waiting[size].SetCoefficient(others, -1)
                if place.id in self._load:
                    self._load[place.id].SetCoefficient(others, size)
            filled.counts[size], filled.coming[size] = [], []
        for mix in its:
            used = filled.used[mix] = self._share(is_whole=is_exact)
            once.SetCoefficient(used, 1)
            for size, count in zip(sizes, mix, strict=True):
                filled.counts[size].append(count)
                if count:
                    self._there[size, place.id].SetCoefficient(used, -count)
        if is_exact:
            self.exact[place.id] = filled
        else:
            self.is_by_mixes = False

    def _mixes(self, place: Place, sizes: tuple[int, ...]) -> tuple[tuple[Mix, ...], bool] | None:
        """None where nobody comes or all who may come fit."""
        coming = tuple(self._coming[place.id, size] for size in sizes)
        if self._needs_room:
            coming = tuple(place.most // size for size in sizes)
        elif sum(size * count for size, count in zip(sizes, coming, strict=True)) <= place.most:
            return None
        if not sizes:
            return None
        if place.id in self._left:
            those = self._left[place.id]
            return _largest(tuple(map(min, mix, coming)) for mix in those), True
        return mixes(place.most, sizes, coming)

    def _add_party(self, party: Party, ways: Mapping[int, int]) -> None:
        once = self.solver.Constraint(1, 1)
        for way, cost in ways.items():
            taken = self.taken[party.id, way] = self._share(is_whole=not self.is_by_mixes)
            once.SetCoefficient(taken, 1)
            self.goal.SetCoefficient(taken, cost)
            if way == ELSEWHERE and self._needs_room:
                self._waiting[party.size].SetCoefficient(taken, 1)
            elif way in self._filled:
                self._there[party.size, way].SetCoefficient(taken, 1)
                self._filled[way].coming[party.size].append((party.id, way))
                if way in self._load:
                    self._load[way].SetCoefficient(taken, party.size)
