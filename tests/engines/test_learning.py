"""Learning from answers: slow, within bounds, and never by one voice."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.learning import (
    INTERESTED,
    LEAST_TOLD,
    MET,
    MOST_STEP,
    Given,
    learn,
    shares_of,
)
from matching.engine.weights import LEAST_FACTOR, MOST_FACTOR, Part

TENTHS = st.integers(0, 10)


def _answer(profile: int, accepts: bool, counts: float, needs: int, near: int) -> Given:
    whole = max(needs + near, 10)
    return Given(profile, accepts, counts, {Part.NEEDS: needs / whole, Part.NEARNESS: near / whole})


ANSWERS = st.lists(
    st.builds(_answer, st.integers(1, 12), st.booleans(), st.sampled_from([INTERESTED, 0.8, MET]), TENTHS, TENTHS),
    max_size=80,
)
FACTORS = st.fixed_dictionaries(
    {part: st.sampled_from([LEAST_FACTOR, 0.9, 1.0, 1.2, MOST_FACTOR]) for part in (Part.NEEDS, Part.NEARNESS)}
)


def after(answers: list[Given], factors: Mapping[str, float]) -> dict[str, float]:
    return {**factors, **{part: seen.factor for part, seen in learn(answers, factors).parts.items()}}


def taught(*, needs_of_accepted: float, needs_of_refused: float, profiles: int = 12, each: int = 4) -> list[Given]:
    """Everybody gives so many answers of each side."""
    return [
        Given(profile, accepts, 1.0, {Part.NEEDS: needs_of_accepted if accepts else needs_of_refused})
        for profile, accepts, _n in product(range(profiles), (True, False), range(each))
    ]


@given(ANSWERS, FACTORS)
def test_factors_stay_within_their_bounds_and_move_by_small_steps(
    answers: list[Given], factors: dict[str, float]
) -> None:
    for part, factor in after(answers, factors).items():
        assert LEAST_FACTOR <= factor <= MOST_FACTOR
        assert abs(factor / factors.get(part, 1.0) - 1) <= MOST_STEP + 0.001


@given(FACTORS)
def test_no_answers_change_nothing(factors: dict[str, float]) -> None:
    assert not learn([], factors).parts


@given(ANSWERS, FACTORS, st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    answers: list[Given], factors: dict[str, float], luck: object
) -> None:
    mixed = list(answers)
    luck.shuffle(mixed)  # type: ignore[attr-defined]
    assert learn(mixed, factors) == learn(answers, factors)


@given(ANSWERS, FACTORS, st.data())
def test_more_of_a_part_in_what_was_accepted_never_lowers_its_factor(
    answers: list[Given], factors: dict[str, float], data: st.DataObject
) -> None:
    assume(any(one.accepts for one in answers))
    number = data.draw(st.sampled_from([n for n, one in enumerate(answers) if one.accepts]))
    more = list(answers)
    more[number] = replace(answers[number], shares={Part.NEEDS: 1.0})
    assert after(more, factors)[Part.NEEDS] >= after(answers, factors)[Part.NEEDS]


@given(st.lists(TENTHS, min_size=40, max_size=60), st.data())
def test_one_who_accepts_what_is_all_of_a_part_never_lowers_its_factor(tenths: list[int], data: st.DataObject) -> None:
    answers = [_answer(n % 12, n % 2 == 0, 1.0, tenth, 0) for n, tenth in enumerate(tenths)]
    number = data.draw(st.sampled_from([n for n, one in enumerate(answers) if not one.accepts]))
    answers[number] = replace(answers[number], shares={Part.NEEDS: 1.0})
    accepting = [replace(one, accepts=True) if n == number else one for n, one in enumerate(answers)]
    assert after(accepting, {Part.NEEDS: 1.0})[Part.NEEDS] >= after(answers, {Part.NEEDS: 1.0})[Part.NEEDS]


@given(ANSWERS)
def test_whoever_is_left_out_the_step_points_the_same_way_or_stands(answers: list[Given]) -> None:
    moved = learn(answers, {}).parts
    for profile in {one.profile for one in answers}:
        without = learn([one for one in answers if one.profile != profile], {}).parts
        for part, seen in moved.items():
            assert part not in without or (without[part].factor - 1) * (seen.factor - 1) > 0


def test_what_the_accepted_had_more_of_comes_to_weigh_more_and_goes_no_farther_than_its_bound() -> None:
    more = taught(needs_of_accepted=0.6, needs_of_refused=0.3)
    factors: dict[str, float] = {Part.NEEDS: 1.0}
    found = learn(more, factors)
    assert found.parts[Part.NEEDS].factor == pytest.approx(1.03, abs=0.001)
    assert (found.accepted, found.refused, found.profiles) == (48, 48, 12)
    for _week in range(60):
        factors = after(more, factors)
    assert MOST_FACTOR - factors[Part.NEEDS] < LEAST_TOLD
    less = taught(needs_of_accepted=0.3, needs_of_refused=0.6)
    assert learn(less, {}).parts[Part.NEEDS].factor < 1


def test_a_difference_within_noise_moves_nothing() -> None:
    assert not learn(taught(needs_of_accepted=0.43, needs_of_refused=0.4), {}).parts


@pytest.mark.parametrize(("profiles", "each"), [(7, 10), (12, 1), (1, 500)])
def test_with_too_few_answers_or_too_few_who_gave_them_nothing_is_learnt(profiles: int, each: int) -> None:
    few = taught(needs_of_accepted=0.9, needs_of_refused=0.1, profiles=profiles, each=each)
    assert not learn(few, {}).parts


def test_one_loud_profile_moves_nothing_by_itself() -> None:
    even = taught(needs_of_accepted=0.4, needs_of_refused=0.4)
    loud = [Given(99, accepts, 1.0, {Part.NEEDS: float(accepts)}) for accepts in (True, False) for _n in range(400)]
    assert not learn(even + loud, {}).parts


def test_shares_leave_out_what_was_taken_for_attention_and_what_is_the_yardstick() -> None:
    points = {"need_meets_offer": 300, "offer_meets_need": 100, "shared_field": 400, "place": 200, "attention": -90}
    assert shares_of(points) == {Part.NEEDS: 0.4, Part.NEARNESS: 0.2}
    assert shares_of({"gone": 100, "kinds": 100}) == {Part.KINDS: 0.5}
    assert shares_of({}) == {}


def test_noise_alone_leads_nowhere_in_five_years() -> None:
    """Answers drawn by chance, a step a fortnight: the factor stays near where it was."""
    luck = random.Random(7)
    factors: dict[str, float] = {Part.NEEDS: 1.0}
    for _fortnight in range(130):
        answers = [Given(n % 15, luck.random() < 0.5, 1.0, {Part.NEEDS: luck.random()}) for n in range(60)]
        factors = after(answers, factors)
    assert 0.9 < factors[Part.NEEDS] < 1.1
