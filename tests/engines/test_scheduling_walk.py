"""The walk keeps every rule at every step, and what it counts as it goes is what is there; people's own days."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from events.scheduling import Effort, Meeting, Participant, Problem, Slot, solve
from events.scheduling.days import days_of, settle
from events.scheduling.greedy import EMPTY, make_plan
from events.scheduling.loops import COST, DISORDER, WAITING, FastWalk
from events.scheduling.problem import Numbered
from events.scheduling.run import Run
from events.scheduling.settled import _can_walk
from events.scheduling.sharing import share_breaks
from events.scheduling.solution import Figures, breaks_of, measure
from events.scheduling.tables import give_tables
from events.scheduling.walk import UNEVEN, Walk, costs_of_days

from .test_scheduling import fairs


def walked(problem: Problem, seed: int, *, looks: int = 8) -> tuple[Numbered, Walk]:
    numbered = settle(Numbered.of(problem))
    start = {m: slot for m, slot in enumerate(make_plan(numbered, seed=seed).slot_of) if slot != EMPTY}
    walk = Walk(numbered, start, seed=seed)
    left = iter(range(looks))
    walk.anneal(
        weight=1,
        cost=0.5,
        hot=2.0,
        cold=0.5,
        progress=lambda: 1 - (looks - next(left, looks)) / looks,
    )
    return numbered, walk


@settings(max_examples=80, deadline=None)
@given(problem=fairs(), seed=st.integers(0, 99))
def test_a_walk_keeps_every_rule_and_counts_right(problem: Problem, seed: int) -> None:
    numbered, walk = walked(problem, seed)
    busy: list[tuple[int, int]] = []
    met: list[int] = []
    plan = {m: slot for m, slot in enumerate(walk._slot_of) if slot != EMPTY}
    for steps in (walk.best, plan):
        plan = dict(steps)
        busy = [(person, slot) for meeting, slot in plan.items() for person in numbered.pairs[meeting]]
        assert len(set(busy)) == len(busy)
        assert all(slot in numbered.allowed[meeting] for meeting, slot in plan.items())
        assert all(list(plan.values()).count(slot) <= numbered.capacity[slot] for slot in numbered.slots)
        met = [sum(1 for p, _slot in busy if p == person) for person in range(len(numbered.most))]
        assert all(count <= most for count, most in zip(met, numbered.most, strict=True))
        for first, then in numbered.precedences:
            assert first not in plan or then not in plan or plan[first] < plan[then]
        assert all(sum(m in plan for m in group) <= 1 for group in numbered.at_one_table)
    people = {person for person, _slot in busy}
    value = sum(numbered.weights[m] + walk.required_weight * numbered.required[m] for m in plan)
    firsts = sum(min(count, max(1, one.least)) for count, one in zip(met, problem.participants, strict=True))
    assert walk.value == value + problem.goals.first_meeting * firsts
    difference = problem.goals.max_break_difference
    breaks = [breaks_of(s for p, s in busy if p == person)[0] for person in people]
    uneven = 0 if difference is None else sum(max(0, count - difference) for count in breaks)
    assert walk.cost == sum(breaks) + UNEVEN * uneven


@settings(max_examples=60, deadline=None)
@given(problem=fairs(), seed=st.integers(0, 99))
def test_the_best_of_a_walk_is_never_worse_than_where_it_began(problem: Problem, seed: int) -> None:
    numbered = settle(Numbered.of(problem))
    start = {m: slot for m, slot in enumerate(make_plan(numbered, seed=seed).slot_of) if slot != EMPTY}
    began = Walk(numbered, start).best_worth
    assert not began.beats(walked(problem, seed)[1].best_worth)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(problem=fairs(), seed=st.integers(0, 99))
def test_the_compiled_walk_keeps_every_rule_and_counts_right(problem: Problem, seed: int) -> None:
    numbered = settle(Numbered.of(problem))
    assume(_can_walk(numbered))
    start = {m: slot for m, slot in enumerate(make_plan(numbered, seed=seed).slot_of) if slot != EMPTY}
    price = costs_of_days(len(numbered.capacity), problem.goals.max_break_difference)
    walk = FastWalk(numbered, start, price, seed=seed)
    walk.walk(heat=1.0, steps=5_000, target=-1)
    now = {m: int(slot) for m, slot in enumerate(walk._plan.slot_of) if slot != EMPTY}
    for plan in (walk.best, now):
        busy = [(person, slot) for meeting, slot in plan.items() for person in numbered.pairs[meeting]]
        assert len(set(busy)) == len(busy)
        assert all(slot in numbered.allowed[meeting] for meeting, slot in plan.items())
        assert all(list(plan.values()).count(slot) <= numbered.capacity[slot] for slot in numbered.slots)
        days = [[slot for p, slot in busy if p == person] for person in range(len(numbered.of_person))]
        astray = sum(a in plan and b in plan and plan[a] >= plan[b] for a, b in numbered.precedences)
        cost = sum(price[breaks_of(day)[0] + 1] for day in days if day)
        cost += WAITING * (len(numbered.pairs) - len(plan)) + DISORDER * astray
        if plan is now:
            assert walk._plan.totals[COST] == cost
        else:
            assert not astray


@settings(max_examples=150, deadline=None)
@given(meetings=st.lists(st.frozensets(st.integers(0, 5), min_size=1, max_size=6).map(sorted), min_size=1, max_size=4))
def test_the_days_named_are_all_that_have_the_fewest_breaks(meetings: list[list[int]]) -> None:
    possible = {
        day
        for day in combinations(range(6), len(meetings))
        if any(
            all(slot in allowed for slot, allowed in zip(order, meetings, strict=True)) for order in permutations(day)
        )
    }
    found = days_of(meetings, 6)
    if not possible:
        assert found.days is None
        return
    fewest = min(breaks_of(day)[0] for day in possible)
    best = {sum(1 << slot for slot in day) for day in possible if breaks_of(day)[0] == fewest}
    assert found.fewest == fewest
    assert found.days is not None
    assert set(found.days) == best
    assert len(found.days) == len(best)


@st.composite
def loose_plans(draw: st.DrawFn) -> tuple[Problem, dict[int, int]]:
    """A long day with few meetings, put anywhere: there are many breaks to share."""
    people = [f"p{n}" for n in range(draw(st.integers(3, 7)))]
    everyone = list(combinations(people, 2))
    pairs = draw(st.lists(st.sampled_from(everyone), unique=True, min_size=3, max_size=14))
    slots = [f"s{n}" for n in range(10)]
    some_slots = st.one_of(st.none(), st.frozensets(st.sampled_from(slots), min_size=2))
    problem = Problem(
        slots=tuple(Slot(slot, 2) for slot in slots),
        participants=tuple(Participant(person) for person in people),
        meetings=tuple(Meeting(f"m{n}", pair, slots=draw(some_slots)) for n, pair in enumerate(pairs)),
    )
    plan: dict[int, int] = {}
    for number, slots_of in enumerate(Numbered.of(problem).allowed):
        slot = draw(st.sampled_from(slots_of))
        here = [pairs[other] for other, at in plan.items() if at == slot]
        if len(here) < 2 and not {person for pair in here for person in pair} & set(pairs[number]):
            plan[number] = slot
    return problem, plan


@settings(max_examples=80, deadline=None)
@given(asked=loose_plans(), seed=st.integers(0, 9))
def test_sharing_breaks_out_costs_nothing_that_comes_before_it(
    asked: tuple[Problem, dict[int, int]], seed: int
) -> None:
    problem, plan = asked
    run = Run(problem, Effort(seconds=1, seed=seed, reproducible=True), None, None)

    def figures(slot_of: dict[int, int]) -> Figures:
        return measure(problem, give_tables(run.numbered, slot_of))

    shared = dict(share_breaks(run, plan))
    assert shared.keys() == plan.keys()
    assert all(slot in run.numbered.allowed[meeting] for meeting, slot in shared.items())
    assert all(list(shared.values()).count(slot) <= 2 for slot in run.numbered.slots)
    busy = [(person, slot) for meeting, slot in shared.items() for person in run.numbered.pairs[meeting]]
    assert len(set(busy)) == len(busy)
    before, after = figures(plan), figures(shared)
    assert after.weight_held == before.weight_held
    assert (after.breaks_total, after.breaks_spread) <= (before.breaks_total, before.breaks_spread)
    assert after.breaks_spread <= before.breaks_spread


def test_where_breaks_cannot_be_fewer_nobody_has_them_all() -> None:
    """With their meeting at four, one has two breaks and the other none; at three, each has one."""
    at = {"a-x": {0}, "a-y": {2}, "a-b": {3, 4}, "b-z": {5}}
    problem = Problem(
        slots=tuple(Slot(f"s{n}", 1) for n in range(6)),
        participants=tuple(Participant(person) for person in "abxyz"),
        meetings=tuple(
            Meeting(pair, (pair[0], pair[2]), slots=frozenset(f"s{n}" for n in slots)) for pair, slots in at.items()
        ),
    )
    run = Run(problem, Effort(seconds=1, reproducible=True), None, None)
    assert share_breaks(run, {0: 0, 1: 2, 2: 4, 3: 5}) == {0: 0, 1: 2, 2: 3, 3: 5}
    figures = solve(problem, Effort(seconds=1, reproducible=True)).figures
    assert (figures.meetings_held, figures.breaks_total, figures.breaks_spread) == (4, 2, 1)
