"""Students one by one: a flow of least cost from students to places.

Wished places are reached straight. What was not wished is reached over two rows of knots, *who could go to the same
places* and *places that are alike*, so that the number of edges grows with the wishes and not with students × places.
"""

from __future__ import annotations

from itertools import count

from ortools.graph.python import min_cost_flow

from studies.allocation.problem import UNWISHED, Member, Party, Place, Problem


def by_flow(problem: Problem) -> dict[int, int | None]:
    """Of parties of one student each; what places need at least is left out of account."""
    flow = min_cost_flow.SimpleMinCostFlow()
    knots = count()
    sink, spare = next(knots), next(knots)
    place_knot = {place.id: next(knots) for place in problem.places}
    alike: dict[tuple[object, ...], tuple[int, Place]] = {}
    for place in problem.places:
        knot, _first = alike.setdefault((place.languages, place.point), (next(knots), place))
        flow.add_arc_with_capacity_and_unit_cost(knot, place_knot[place.id], place.most, 0)
        flow.add_arc_with_capacity_and_unit_cost(place_knot[place.id], sink, place.most, 0)
    everyone = len(problem.parties)
    flow.add_arc_with_capacity_and_unit_cost(spare, sink, everyone, 0)
    same: dict[tuple[Member, ...], int] = {}
    student_knot: dict[int, int] = {}
    for party in problem.parties:
        knot = student_knot[party.id] = next(knots)
        flow.set_node_supply(knot, 1)
        for place_id in party.wishes:
            wished = problem.place.get(place_id)
            if wished is not None and problem.may_go(party, wished):
                flow.add_arc_with_capacity_and_unit_cost(knot, place_knot[place_id], 1, problem.cost(party, place_id))
        flow.add_arc_with_capacity_and_unit_cost(knot, spare, 1, problem.unplaced_cost)
        if party.members not in same:
            same[party.members] = next(knots)
            _to_alike(flow, problem, party, same[party.members], list(alike.values()), everyone)
        flow.add_arc_with_capacity_and_unit_cost(knot, same[party.members], 1, UNWISHED)
    flow.set_node_supply(sink, -everyone)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with {status}")
    return _read(flow, problem, student_knot, place_knot, same, {knot for knot, _place in alike.values()})


def _to_alike(
    flow: min_cost_flow.SimpleMinCostFlow,
    problem: Problem,
    party: Party,
    knot: int,
    alike: list[tuple[int, Place]],
    everyone: int,
) -> None:
    for to, place in alike:
        if problem.speaks(party, place) and problem.reaches(party, place):
            flow.add_arc_with_capacity_and_unit_cost(knot, to, everyone, 0)


def _read(
    flow: min_cost_flow.SimpleMinCostFlow,
    problem: Problem,
    student_knot: dict[int, int],
    place_knot: dict[int, int],
    same: dict[tuple[Member, ...], int],
    alike: set[int],
) -> dict[int, int | None]:
    """Walk the flow from each student to a place; what passes a shared knot is dealt out, one each."""
    id_of = {knot: place_id for place_id, knot in place_knot.items()}
    out: dict[int, list[list[int]]] = {}
    for arc in range(flow.num_arcs()):
        passed = flow.flow(arc)
        if passed > 0:
            out.setdefault(flow.tail(arc), []).append([flow.head(arc), passed])
    given: dict[int, int | None] = {}
    for party in problem.parties:
        knot = student_knot[party.id]
        while knot not in id_of and knot in out and out[knot]:
            step = out[knot][-1]
            step[1] -= 1
            if not step[1]:
                out[knot].pop()
            knot = step[0]
        given[party.id] = id_of.get(knot)
    return given
