"""The linear relaxation: a bound, and what each way would cost more than it at the least (reduced costs)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from ortools.linear_solver import pywraplp

from studies.allocation.problem import Problem

ELSEWHERE, WITHOUT = -1, -2
Ways = dict[int, dict[int, int]]
"""Of each party: the places that it may have, or `ELSEWHERE`, or `WITHOUT`, with what that costs."""


@cache
def cuts(most: int, sizes: tuple[int, ...]) -> tuple[tuple[tuple[int, ...], int], ...]:
    """What holds of how many parties of each size are in a place with so much room, beyond the room itself: where a
    group of four is, no other of three fits beside it in six. Of any multiple of the room's inequality, rounded down
    (Chvátal and Gomory); those that say no more than another are left out."""
    multiples = {Fraction(over, under) for under in range(2, 11) for over in range(1, under)}
    found = {(tuple(math.floor(by * size) for size in sizes), math.floor(by * most)) for by in multiples}
    found = {(each, at_most) for each, at_most in found if any(each)}
    return tuple(sorted(one for one in found if not any(one != other and _says_more(other, one) for other in found)))


def _says_more(one: tuple[tuple[int, ...], int], other: tuple[tuple[int, ...], int]) -> bool:
    return one[1] <= other[1] and all(a >= b for a, b in zip(one[0], other[0], strict=True))


@dataclass(frozen=True)
class Relaxed:
    """`bound`: 0 when none was found. Of each way: by how much using it goes `above` the bound at the least, and how
    much of it is used (`part`)."""

    bound: int
    above: dict[tuple[int, int], float]
    part: dict[tuple[int, int], float]


def relax(problem: Problem, ways: Ways, *, seconds: float) -> Relaxed:
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetTimeLimit(int(1000 * max(0.5, seconds)))
    goal = solver.Objective()
    goal.SetMinimization()
    sizes = tuple(sorted({problem.party[one].size for one in ways}))
    there: dict[tuple[int, int], pywraplp.Constraint] = {}
    waiting = {size: solver.Constraint(0, 0) for size in sizes}
    for place in problem.places:
        fit = tuple(size for size in sizes if size <= place.most)
        many = {size: solver.NumVar(0, place.most // size, "") for size in fit}
        for each, at_most in ((fit, place.most), *cuts(place.most, fit)):
            row = solver.Constraint(-solver.infinity(), at_most)
            for size, weight in zip(fit, each, strict=True):
                row.SetCoefficient(many[size], weight)
        for size in fit:
            row = there[size, place.id] = solver.Constraint(0, 0)
            other = solver.NumVar(0, place.most // size, "")
            row.SetCoefficient(many[size], -1)
            row.SetCoefficient(other, 1)
            waiting[size].SetCoefficient(other, 1)
    made: dict[tuple[int, int], pywraplp.Variable] = {}
    for one, its in ways.items():
        size = problem.party[one].size
        once = solver.Constraint(1, 1)
        for way, cost in its.items():
            var = made[one, way] = solver.NumVar(0, 1, "")
            once.SetCoefficient(var, 1)
            goal.SetCoefficient(var, cost)
            if way == ELSEWHERE:
                waiting[size].SetCoefficient(var, -1)
            elif way != WITHOUT:
                there[size, way].SetCoefficient(var, 1)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return Relaxed(0, {}, {})
    above = {key: var.reduced_cost() for key, var in made.items()}
    part = {key: var.solution_value() for key, var in made.items()}
    return Relaxed(math.ceil(goal.Value() - 1e-4), above, part)
