"""A plan that was agreed is repaired, not made anew.

What can stay stays. First nobody moves at all: meetings that lost their slot, and new wishes, get the places that are
free. With more time comes a richer plan, for which a few agreed meetings move where that lets more be held: the most
weight, and of such plans the one with the fewest moves. An agreed meeting that was kept is never dropped for it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from events.scheduling.found import Found
from events.scheduling.greedy import Plan
from events.scheduling.problem import Numbered
from events.scheduling.run import Run, Stage
from events.scheduling.solution import Solution, Status, compare, measure
from events.scheduling.tables import give_tables
from events.scheduling.walk import Walk, Worth

RICH_FROM = 5.0
"""Seconds from which on a richer plan is looked for; below, nobody is moved who need not be."""
TURNS = (
    {"share": 0.2, "hot": 0.4, "cold": 0.05, "cost": 0.2, "homewards": 0.0},
    {"share": 0.25, "hot": 0.1, "cold": 0.01, "cost": 0.1, "homewards": 0.2},
    {"share": 0.2, "hot": 0.06, "cold": 0.01, "cost": 0.1, "homewards": 0.4},
)
"""The walks: first away for more weight, then home again. `share` is of the time that is left then."""
FINISHES = 3
NEIGHBOURS = 15
"""How often, and with how many more people, the solver looks for fewer moves around what was moved."""
DEAR = 100
"""What an agreed meeting that must move weighs, beside all new wishes: it is found a place before them."""


@dataclass(frozen=True)
class _Agreed:
    """`home`: agreed meetings that can stay, and where. `lost`: those that must move or end."""

    home: dict[int, int]
    lost: frozenset[int]


def repair(run: Run) -> Solution:
    """The previous plan with the fewest changes. A must that no longer fits is missing from it, where a plan made anew
    would fail: on the day some plan is better than none.
    """
    agreed = _what_stands(run.numbered)
    kept = _keep(run, agreed)
    run.keep(kept)
    run.report(Stage.WEIGHT, run.worth(kept), None)
    rich = None
    if run.effort.seconds >= RICH_FROM and not run.is_over:
        rich = _enrich(run, agreed, kept)
    best = kept if rich is None or rich.slot_of is None else rich.slot_of
    return _solution(run, best, is_optimal=rich is not None and rich.is_optimal)


def _what_stands(numbered: Numbered) -> _Agreed:
    """Which agreed meetings can stay where they are, as every rule stands now. The heaviest first."""
    problem = numbered.problem
    slot_number = {slot.id: number for number, slot in enumerate(problem.slots)}
    rows = [
        (meeting, slot_number.get(problem.previous[wish.id].slot))
        for meeting, wish in enumerate(problem.meetings)
        if wish.id in problem.previous
    ]
    rows.sort(key=lambda row: (-numbered.weights[row[0]], row[0]))
    plan = Plan(numbered)
    home: dict[int, int] = {}
    for meeting, slot in rows:
        if slot is not None and plan.is_welcome(meeting) and slot in plan.free_slots(meeting):
            plan.put(meeting, slot)
            home[meeting] = slot
    return _Agreed(home, frozenset(meeting for meeting, _slot in rows if meeting not in home))


def _weighed(numbered: Numbered, required: frozenset[int], lost: frozenset[int]) -> Numbered:
    dear = DEAR * max(1, *numbered.weights, numbered.problem.goals.first_meeting)
    return replace(
        numbered,
        weights=tuple(weight + dear * (m in lost or numbered.required[m]) for m, weight in enumerate(numbered.weights)),
        required=tuple(m in required for m in range(len(numbered.pairs))),
    )


def _keep(run: Run, agreed: _Agreed) -> dict[int, int]:
    """Nobody moves who can stay."""
    stay = frozenset(agreed.home)
    frozen = replace(
        _weighed(run.numbered, stay, agreed.lost),
        allowed=tuple((agreed.home[m],) if m in stay else slots for m, slots in enumerate(run.numbered.allowed)),
    )
    walk = Walk(frozen, agreed.home, seed=run.effort.seed)
    share = 0.1 if run.effort.seconds >= RICH_FROM else 0.6
    walk.anneal(weight=1, cost=0, hot=0.5, cold=0.02, progress=run.clock(share, 400 * len(run.numbered.pairs)))
    return walk.best


def _enrich(run: Run, agreed: _Agreed, kept: Mapping[int, int]) -> Found:
    """More is held, though some who could stay move."""
    stay = frozenset(meeting for meeting in kept if meeting in agreed.home or meeting in agreed.lost)
    numbered = _weighed(run.numbered, stay, agreed.lost - stay)
    musts = Walk(numbered, kept).required_weight * len(stay)

    def tell(worth: Worth) -> None:
        run.report(Stage.WEIGHT, worth.value - musts, None)

    best, best_worth = dict(kept), None
    for number, turn in enumerate(TURNS):
        if run.is_over:
            break
        walk = Walk(numbered, best, seed=run.effort.seed + number, home=agreed.home)
        walk.anneal(
            weight=1,
            cost=turn["cost"],
            hot=turn["hot"],
            cold=turn["cold"],
            progress=run.clock(turn["share"], 6_000 * len(run.numbered.pairs)),
            homewards=turn["homewards"],
            on_better=tell,
        )
        if best_worth is None or walk.best_worth.beats(best_worth):
            best, best_worth = walk.best, walk.best_worth
    if not run.is_over and run.can_solve(numbered, 0.6):
        return _finish_by_solver(run, numbered, agreed, best)
    for number in range(FINISHES):
        near = _near(numbered, agreed, best, random.Random(run.effort.seed + number))
        if run.is_over or not run.can_solve(near, 0.5):
            break
        best = _finish_by_solver(run, near, agreed, best, share=1 / (FINISHES - number)).slot_of or best
    return Found(best, run.worth(best), 0, is_optimal=False, is_impossible=False)


def _near(numbered: Numbered, agreed: _Agreed, best: Mapping[int, int], rnd: random.Random) -> Numbered:
    """Only the meetings of people for whom something has changed, and of some whom they meet or would meet, are looked
    at anew; the others stay as they are.
    """
    changed = [meeting for meeting, slot in best.items() if agreed.home.get(meeting) != slot]
    people = {person for meeting in changed for person in numbered.pairs[meeting]}
    known = sorted({p for one in people for m in numbered.of_person[one] for p in numbered.pairs[m]} - people)
    people.update(rnd.sample(known, min(len(known), NEIGHBOURS)))
    free = {meeting for person in people for meeting in numbered.of_person[person]}
    return replace(
        numbered,
        allowed=tuple(
            slots if m in free else ((best[m],) if m in best else ()) for m, slots in enumerate(numbered.allowed)
        ),
    )


def _finish_by_solver(
    run: Run, numbered: Numbered, agreed: _Agreed, best: dict[int, int], *, share: float = 1.0
) -> Found:
    from events.scheduling.model import RoundModel

    model = RoundModel(numbered)
    model.fewest_moves(agreed.home)
    model.start_from(best)
    found = model.search(run.limits(share), should_stop=run.should_stop)
    if found.slot_of is not None and _worth(run, agreed, found.slot_of).beats(_worth(run, agreed, best)):
        return found
    return Found(best, 0, 0, is_optimal=found.is_optimal, is_impossible=False)


def _worth(run: Run, agreed: _Agreed, slot_of: Mapping[int, int]) -> Worth:
    moved = sum(1 for meeting, slot in agreed.home.items() if slot_of.get(meeting) != slot)
    lacking = sum(1 for meeting in agreed.lost if meeting not in slot_of)
    return Worth(run.worth(slot_of) - lacking * DEAR, moved)


def _solution(run: Run, slot_of: Mapping[int, int], *, is_optimal: bool) -> Solution:
    problem = run.problem
    placements = give_tables(run.numbered, slot_of)
    held = {placement.meeting for placement in placements}
    return Solution(
        placements=placements,
        unscheduled=tuple(meeting.id for meeting in problem.meetings if meeting.id not in held),
        status=Status.OPTIMAL if is_optimal else Status.FEASIBLE,
        figures=measure(problem, placements),
        changes=compare(problem, placements),
    )
