"""A plan that was agreed is repaired, not made anew.

What can stay stays. First nobody moves at all: meetings that lost their slot, and new wishes, get the places that are
free. With more time comes a richer plan, for which a few agreed meetings move where that lets more be held: the most
weight, and of such plans the one with the fewest moves. An agreed meeting that was kept is never dropped for it.

Both are linear programmes (`linear`), whose best solutions are proven within seconds at a thousand participants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from events.scheduling.days import settle
from events.scheduling.found import Found
from events.scheduling.greedy import EMPTY, Plan
from events.scheduling.problem import Numbered
from events.scheduling.run import Run, Stage
from events.scheduling.solution import Solution, Status, compare, measure
from events.scheduling.tables import give_tables

RICH_FROM = 5.0
"""Seconds from which on a richer plan is looked for; below, nobody is moved who need not be."""
AT_LEAST = 2.0
"""Seconds that the plan in which nobody moves may take even where fewer are left: it takes a tenth of one, or the plan
would lack every new meeting.
"""
DEAR = 100
"""What an agreed meeting that must move weighs, beside all new wishes: it is found a place before them."""


@dataclass(frozen=True)
class _Agreed:
    """`home`: agreed meetings that can stay, and where. `lost`: those that must move or end. `quick`: what is answered
    when there is no time: those at home, and each of the others, lost ones first, that has a free slot as it is."""

    home: dict[int, int]
    lost: frozenset[int]
    quick: dict[int, int]


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
    run.report(Stage.WEIGHT, run.worth(best), None)
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
    lost = frozenset(meeting for meeting, _slot in rows if meeting not in home)
    others = (meeting for meeting in range(len(numbered.pairs)) if meeting not in home)
    for meeting in sorted(others, key=lambda m: (m not in lost and not numbered.required[m], -numbered.weights[m], m)):
        plan.place(meeting)
    return _Agreed(home, lost, {meeting: slot for meeting, slot in enumerate(plan.slot_of) if slot != EMPTY})


def _weighed(numbered: Numbered, required: frozenset[int], lost: frozenset[int]) -> Numbered:
    dear = DEAR * max(1, *numbered.weights, numbered.problem.goals.first_meeting)
    return replace(
        numbered,
        weights=tuple(
            weight + dear * (m not in required and (m in lost or numbered.required[m]))
            for m, weight in enumerate(numbered.weights)
        ),
        required=tuple(m in required for m in range(len(numbered.pairs))),
    )


def _keep(run: Run, agreed: _Agreed) -> dict[int, int]:
    """Nobody moves who can stay."""
    from events.scheduling.linear import MostWeight

    stay = frozenset(agreed.home)
    frozen = replace(
        _weighed(run.numbered, stay, agreed.lost),
        allowed=tuple((agreed.home[m],) if m in stay else slots for m, slots in enumerate(run.numbered.allowed)),
    )
    limits = replace(run.limits(), seconds=max(AT_LEAST, run.left()))
    found = MostWeight(settle(frozen)).search(limits, start=agreed.quick, should_stop=run.should_stop)
    return found.slot_of or dict(agreed.quick)


def _enrich(run: Run, agreed: _Agreed, kept: Mapping[int, int]) -> Found:
    """More is held, though some who could stay move."""
    stay = frozenset(meeting for meeting in kept if meeting in agreed.home or meeting in agreed.lost)
    numbered = _weighed(run.numbered, stay, agreed.lost - stay)
    if run.problem.goals.max_break_difference is None:
        from events.scheduling.linear import MostWeight

        return MostWeight(numbered, home=agreed.home).search(run.limits(), start=kept, should_stop=run.should_stop)
    from events.scheduling.model import RoundModel

    model = RoundModel(numbered)
    model.fewest_moves(agreed.home)
    model.start_from(kept)
    found = model.search(run.limits(), should_stop=run.should_stop)
    weight = sum(numbered.weights[meeting] for meeting in kept)
    is_less = found.slot_of is None or sum(numbered.weights[meeting] for meeting in found.slot_of) < weight
    return replace(found, slot_of=None, is_optimal=False) if is_less else found


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
