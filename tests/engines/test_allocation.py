"""Course rounds: who goes where, why not elsewhere, and what a change costs."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from studies.allocation import (
    UNWISHED,
    Member,
    Party,
    Place,
    Problem,
    Reason,
    Why,
    allocate,
    choice_number,
    cost_of_move,
    km_between,
    why_not_earlier,
)
from studies.allocation.form import read_answer, read_asked, write_answer, write_asked
from studies.allocation.made import in_turn, make_problem
from studies.allocation.programme import _Programme, _with_mixes, mixes, relax, whole
from studies.allocation.search import _ways

FI, EN = frozenset(["fi"]), frozenset(["en"])
JOENSUU, OUTOKUMPU = (62.60, 29.76), (62.73, 29.02)


def total(problem: Problem, places: dict[int, int | None]) -> int:
    return sum(problem.cost(problem.party[one], place) for one, place in places.items())


def is_allowed(problem: Problem, places: dict[int, int | None]) -> bool:
    loads = problem.loads(places)
    return all(
        loads[place.id] == 0 or place.least <= loads[place.id] <= place.most for place in problem.places
    ) and all(
        place is None or problem.may_go(problem.party[one], problem.place[place]) for one, place in places.items()
    )


def best_by_trying_all(problem: Problem) -> int:
    ways = [(None, *(place.id for place in problem.places))] * len(problem.parties)
    ids = [party.id for party in problem.parties]
    tried = (dict(zip(ids, one, strict=True)) for one in product(*ways))
    return min(total(problem, places) for places in tried if is_allowed(problem, places))


@st.composite
def problems(draw: st.DrawFn, *, groups: bool = True, least: bool = True) -> Problem:
    languages = st.sampled_from([frozenset[str](), FI, EN, FI | EN])
    places = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        most = draw(st.integers(1, 4))
        needed = draw(st.integers(1, most)) if least else 1
        places.append(Place(number, most, needed, draw(languages), draw(st.sampled_from([None, JOENSUU, OUTOKUMPU]))))
    ids = [place.id for place in places]
    members = st.builds(
        Member,
        languages=st.sampled_from([FI, EN, FI | EN]),
        point=st.sampled_from([None, JOENSUU]),
        most_km=st.sampled_from([None, 10.0, 100.0]),
    )
    parties = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        wishes = tuple(draw(st.lists(st.sampled_from(ids), unique=True, max_size=3)))
        together = draw(st.lists(members, min_size=1, max_size=3 if groups else 1))
        parties.append(Party(number, wishes, tuple(together)))
    return Problem(tuple(places), tuple(parties))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_nothing_is_better_than_what_is_found(problem: Problem) -> None:
    found = allocate(problem, workers=1)
    assert is_allowed(problem, dict(found.places))
    assert set(found.places) == {party.id for party in problem.parties}
    assert found.is_proven
    assert found.total == total(problem, dict(found.places)) == best_by_trying_all(problem)
    assert found.cost + found.unplaced * problem.unplaced_cost == found.total


@settings(max_examples=80, deadline=None)
@given(problems(groups=False, least=False))
def test_one_by_one_nothing_is_better_either(problem: Problem) -> None:
    found = allocate(problem, workers=1)
    assert is_allowed(problem, dict(found.places))
    assert found.total == best_by_trying_all(problem)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(1, 4))
def test_one_more_place_never_makes_it_dearer(problem: Problem, most: int) -> None:
    more = Problem((*problem.places, Place(99, most)), problem.parties)
    assert allocate(more, workers=1).total <= allocate(problem, workers=1).total


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_a_change_costs_what_it_says(problem: Problem, data: st.DataObject) -> None:
    places = dict(allocate(problem, workers=1).places)
    one = data.draw(st.sampled_from(problem.parties))
    to = data.draw(st.sampled_from([None, *(place.id for place in problem.places)]))
    move = cost_of_move(problem, places, one.id, to)
    after = {**places, **move.places}
    assert problem.preference_cost(after) == problem.preference_cost(places) + move.cost
    assert problem.unplaced(after) == problem.unplaced(places) + move.unplaced
    if not move.hindrances:
        assert is_allowed(problem, after)
        assert total(problem, after) >= total(problem, places), "an optimum cannot be mended by one change"


@settings(max_examples=60, deadline=None)
@given(problems())
def test_whoever_got_less_is_told_why(problem: Problem) -> None:
    found = allocate(problem, workers=1)
    told = why_not_earlier(problem, found.places)
    for party in problem.parties:
        number = choice_number(party, found.places[party.id])
        earlier = party.wishes if number is None else party.wishes[: number - 1]
        assert tuple(reason.place for reason in told.get(party.id, ())) == earlier
        assert all(reason.why not in (Why.OPEN, Why.GONE) for reason in told.get(party.id, ()))


def test_a_group_of_five_where_four_fit_goes_where_it_can_be_whole() -> None:
    group = Party(1, (1, 2), (Member(),) * 5)
    problem = Problem((Place(1, 4), Place(2, 6)), (group, Party(2, (1,))))
    found = allocate(problem)
    assert (dict(found.places), found.is_proven) == ({1: 2, 2: 1}, True)
    assert why_not_earlier(problem, found.places) == {1: (Reason(1, Why.LARGE),)}


def test_a_group_of_five_that_fits_nowhere_stays_without_and_others_are_placed() -> None:
    problem = Problem((Place(1, 4),), (Party(1, (1,), (Member(),) * 5), Party(2, (1,))))
    found = allocate(problem)
    assert (dict(found.places), found.unplaced) == ({1: None, 2: 1}, 5)


def test_with_fewer_places_than_students_as_many_as_fit_get_one() -> None:
    problem = Problem((Place(1, 2), Place(2, 1)), tuple(Party(number, (1, 2)) for number in range(1, 6)))
    found = allocate(problem)
    assert (found.unplaced, found.cost, found.is_proven) == (2, 1, True)
    without = [one for one, place in found.places.items() if place is None]
    for one in without:
        first, second = why_not_earlier(problem, found.places)[one]
        assert (first.why, len(first.as_good), first.others) == (Why.FULL, 2, ())
        assert (second.why, len(second.as_good)) == (Why.FULL, 1)


def test_reasons_name_the_language_the_distance_and_the_place_that_is_gone() -> None:
    far = Place(2, 3, point=OUTOKUMPU)
    student = Party(1, (1, 2, 7, 3), (Member(FI, JOENSUU, 10.0),))
    problem = Problem((Place(1, 3, languages=EN), far, Place(3, 3, languages=FI | EN, point=JOENSUU)), (student,))
    found = allocate(problem)
    assert found.places == {1: 3}
    assert [reason.why for reason in why_not_earlier(problem, found.places)[1]] == [Why.LANGUAGE, Why.FAR, Why.GONE]


def test_a_place_that_needs_more_than_come_is_not_held() -> None:
    problem = Problem((Place(1, 4, 3), Place(2, 4)), (Party(1, (1, 2)), Party(2, (1, 2))))
    found = allocate(problem)
    assert found.places == {1: 2, 2: 2}
    assert why_not_earlier(problem, found.places)[1] == (Reason(1, Why.TOO_FEW),)


def test_what_is_held_stays_when_the_rest_is_placed_anew() -> None:
    """A company has withdrawn: its own are placed anew, nobody else moves."""
    parties = (Party(1, (1,), held=1), Party(2, (9, 1, 2)), Party(3, (9, 1, 2), held=2))
    problem = Problem((Place(1, 1), Place(2, 2)), parties)
    found = allocate(problem)
    assert (dict(found.places), found.is_proven) == ({1: 1, 2: 2, 3: 2}, True)


def test_a_swap_brings_each_to_the_others_place_and_says_what_it_costs() -> None:
    problem = Problem((Place(1, 1), Place(2, 1)), (Party(1, (1, 2)), Party(2, (1,))))
    places: dict[int, int | None] = {1: 1, 2: 2}
    full = cost_of_move(problem, places, 2, 1)
    assert (full.is_possible, full.hindrances) == (False, ((2, Why.FULL),))
    swap = cost_of_move(problem, places, 2, 1, swap_with=1)
    assert (swap.is_possible, swap.cost, dict(swap.places)) == (True, 1 - UNWISHED, {2: 1, 1: 2})


def test_distance_is_known_in_kilometres() -> None:
    assert km_between(JOENSUU, OUTOKUMPU) == pytest.approx(40.6, abs=1.0)


@pytest.mark.parametrize("in_groups", [0.0, 0.4])
def test_a_class_of_forty_is_better_off_than_by_drawing_lots(in_groups: float) -> None:
    problem = make_problem(40, seed=3, in_groups=in_groups)
    found = allocate(problem, workers=1)
    assert found.is_proven
    assert found.total <= total(problem, in_turn(problem, seed=3))
    again = Problem(problem.places, tuple(replace(party, held=found.places[party.id]) for party in problem.parties))
    assert allocate(again).places == found.places


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_problem_and_its_answer_come_through_as_text(problem: Problem) -> None:
    """What a process of its own is told, and what it says."""
    assert read_asked(write_asked(problem, seconds=2.5)) == (problem, 2.5)
    found = allocate(problem, workers=1)
    assert read_answer(write_answer(found)) == found


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.dictionaries(st.integers(1, 6), st.integers(0, 4), min_size=1, max_size=4))
def test_whatever_fits_in_a_place_is_within_one_of_its_mixes(most: int, comers: dict[int, int]) -> None:
    fit = tuple(sorted(size for size in comers if size <= most))
    if not fit:
        return
    its, is_exact = mixes(most, fit, tuple(comers[size] for size in fit))
    assert is_exact
    assert all(sum(size * count for size, count in zip(fit, mix, strict=True)) <= most for mix in its)
    for there in product(*(range(min(most // size, comers[size]) + 1) for size in fit)):
        if sum(size * count for size, count in zip(fit, there, strict=True)) <= most:
            assert any(all(a <= b for a, b in zip(there, mix, strict=True)) for mix in its)


@settings(max_examples=80, deadline=None)
@given(problems(least=False), st.sampled_from([0, 1, 2, 8]))
def test_the_relaxation_is_a_bound_and_what_it_leaves_out_is_never_needed(problem: Problem, gap: int) -> None:
    """Whatever is best among what goes at most so far above the relaxation is the best there is, if it is no further
    above it itself; and with room asked for or not, nothing real is below the bound."""
    best = best_by_trying_all(problem)
    for needs_room in (False, True):
        ways = _ways(problem, set())
        relaxed = relax(problem, ways, needs_room=needs_room, seconds=10)
        assert relaxed.above
        assert relaxed.bound <= best
        everything = whole(problem, ways, relaxed, gap=math.inf, seconds=10)
        assert everything is not None
        assert relaxed.bound <= everything.total == everything.bound <= best
        some = whole(problem, ways, relaxed, gap=gap, seconds=10)
        if some is not None:
            assert some.total == sum(ways[one][way] for one, way in some.way.items()) >= everything.total
            assert min(some.bound, relaxed.bound + gap + 1) <= everything.total
        if everything.total <= relaxed.bound + gap:
            assert some is not None
            assert some.total == everything.total


def best_by_another_way(problem: Problem) -> int:
    """Every party to one place or none, every place within its room, and nothing else: CP-SAT."""
    model = cp_model.CpModel()
    cost: list[cp_model.LinearExprT] = []
    coming: dict[int, list[cp_model.LinearExprT]] = {place.id: [] for place in problem.places}
    for party in problem.parties:
        without = model.new_bool_var("")
        own = [without]
        cost.append(problem.cost(party, None) * without)
        for place in problem.places:
            if problem.may_go(party, place):
                own.append(taken := model.new_bool_var(""))
                coming[place.id].append(party.size * taken)
                cost.append(problem.cost(party, place.id) * taken)
        model.add_exactly_one(own)
    for place in problem.places:
        load, is_held = sum(coming[place.id]), model.new_bool_var("")
        model.add(load <= place.most * is_held)
        model.add(load >= place.least * is_held)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("spare", "with_least"), [(1.0, 0.0), (0.9, 0.0), (1.0, 0.3)])
def test_in_groups_and_narrow_places_another_way_finds_the_same(seed: int, spare: float, with_least: float) -> None:
    problem = make_problem(50, seed=seed, in_groups=0.6, spare=spare, with_least=with_least)
    found = allocate(problem, seconds=60)
    assert found.is_proven
    assert is_allowed(problem, dict(found.places))
    assert found.total == total(problem, dict(found.places)) == best_by_another_way(problem)


def test_what_was_found_in_parts_is_made_whole_at_the_same_cost() -> None:
    """Two students who wish the same two places, one each: halves would cost the same."""
    problem = Problem((Place(1, 1), Place(2, 1)), (Party(1, (1, 2)), Party(2, (1, 2))))
    ways = _ways(problem, set())
    halves = _Programme("HIGHS", problem, ways, needs_room=False)
    halves.taken[1, 1].SetBounds(0.5, 0.5)
    halves.solver.Solve()
    assert halves.taken[2, 2].solution_value() == pytest.approx(0.5)
    made = _with_mixes(problem, ways, halves, needs_room=False)
    assert {round(var.solution_value(), 6) for var in made.taken.values()} == {0, 1}
    assert made.goal.Value() == pytest.approx(halves.goal.Value())


def test_where_those_who_got_no_wish_have_no_room_elsewhere_it_is_seen() -> None:
    """Two pairs wish what one has room for; elsewhere there is room for two students, but for no pair."""
    pair = (Member(), Member())
    places = (Place(1, 3), Place(2, 1), Place(3, 1))
    parties = (Party(1, (1,), pair), Party(2, (1,), pair), Party(3, (1,)))
    found = allocate(Problem(places, parties), workers=1)
    assert (found.unplaced, found.cost, found.is_proven) == (2, 0, True)


def test_where_a_place_is_large_only_its_room_is_counted_and_the_optimum_is_found_all_the_same() -> None:
    places = (Place(1, 120), Place(2, 3, 2), Place(3, 7))
    assert not mixes(120, (1, 2, 3, 4, 5), (120, 60, 40, 30, 24))[1]
    parties = tuple(Party(n, (3, 2, 1) if n % 2 else (1, 3), (Member(),) * (1 + n % 5)) for n in range(1, 45))
    found = allocate(Problem(places, parties))
    assert found.is_proven
    assert found.unplaced == sum(party.size for party in parties) - 130
