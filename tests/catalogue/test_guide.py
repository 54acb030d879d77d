"""*Which fits us?* ranks by aim, then lightness, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.guide import AGAINST, SIZES, STAFF_TIMES, Answers, Candidate, Reason, rank
from catalogue.vocabulary import Aim, Size, StaffTime

PLAIN = Candidate(
    slug="plain", order=(1, 1), aims=("skills",), suits=SIZES, staff_time="day_a_month", effort=2, startable=()
)


def slugs(*models: Candidate, **answers: object) -> list[str]:
    return [ranked.slug for ranked in rank(models, Answers(**answers))]  # type: ignore[arg-type]


def reasons(model: Candidate, **answers: object) -> list[Reason]:
    [ranked] = rank([model], Answers(**answers))  # type: ignore[arg-type]
    return [reason for reason, _about in ranked.reasons]


def test_the_guide_speaks_of_the_same_sizes_and_times_as_the_catalogue() -> None:
    assert list(SIZES) == Size.values
    assert list(STAFF_TIMES) == StaffTime.values


def test_the_main_aim_comes_before_another_aim() -> None:
    main = replace(PLAIN, slug="main", order=(9, 9), aims=("youth", "skills"))
    other = replace(PLAIN, slug="other", aims=("skills", "youth"))
    assert slugs(other, main, aims=("youth",)) == ["main", "other"]


def test_a_model_with_none_of_the_aims_is_left_out() -> None:
    assert slugs(PLAIN, aims=("youth",)) == []


def test_of_equals_the_lighter_goes_first_and_says_so() -> None:
    light = replace(PLAIN, slug="light", order=(2, 1), effort=1)
    assert slugs(PLAIN, light) == ["light", "plain"]
    assert Reason.LITTLE_EFFORT in reasons(light)
    assert Reason.LITTLE_EFFORT not in reasons(PLAIN)


def test_of_equals_the_one_that_starts_here_goes_first() -> None:
    here = replace(PLAIN, slug="here", order=(2, 1), startable=("event",))
    assert slugs(PLAIN, here) == ["here", "plain"]
    assert Reason.STARTS_HERE in reasons(here)


def test_a_caution_counts_against_but_does_not_hide() -> None:
    risky = replace(PLAIN, slug="risky", order=(0, 1), cautions=("greenwash",))
    assert slugs(risky, PLAIN) == ["plain", "risky"]
    assert Reason.CAUTION in reasons(risky)


def test_too_little_time_makes_it_almost() -> None:
    [ranked] = rank([replace(PLAIN, staff_time="half_post")], Answers(time="day_a_month"))
    assert not ranked.fits
    assert (Reason.MORE_TIME, "half_post") in ranked.reasons


@pytest.mark.parametrize(
    ("time", "reason"),
    [("day_a_month", Reason.TIME_FITS), ("half_post", Reason.TIME_TO_SPARE), ("few_days", Reason.MORE_TIME)],
)
def test_time_is_said_in_three_ways(time: str, reason: Reason) -> None:
    assert reason in reasons(PLAIN, time=time)


def test_a_small_municipality_is_told_what_is_for_larger_ones() -> None:
    assert Reason.LARGER in reasons(replace(PLAIN, suits=("medium", "large")), size="small")
    assert Reason.OTHER_SIZE in reasons(replace(PLAIN, suits=("small",)), size="large")


def test_its_size_speaks_for_a_model_only_where_not_all_sizes_suit() -> None:
    assert Reason.SUITS_SIZE in reasons(replace(PLAIN, suits=("medium", "large")), size="large")
    assert Reason.SUITS_SIZE not in reasons(PLAIN, size="large")


def test_what_misses_by_two_is_not_offered() -> None:
    assert (
        rank([replace(PLAIN, staff_time="half_post", suits=("large",))], Answers(size="small", time="few_days")) == []
    )


candidates = st.lists(
    st.builds(
        Candidate,
        slug=st.uuids().map(str),
        order=st.tuples(st.integers(1, 9), st.integers(1, 9)),
        aims=st.lists(st.sampled_from(Aim.values), min_size=1, max_size=4, unique=True),
        suits=st.lists(st.sampled_from(SIZES), min_size=1, unique=True),
        staff_time=st.sampled_from(STAFF_TIMES),
        effort=st.integers(1, 3),
        startable=st.lists(st.just("event"), max_size=1),
        places=st.integers(0, 4),
        cautions=st.lists(st.just("greenwash"), max_size=1),
    ),
    max_size=12,
)
answers = st.builds(
    Answers,
    size=st.sampled_from(["", *SIZES]),
    time=st.sampled_from(["", *STAFF_TIMES]),
    aims=st.lists(st.sampled_from(Aim.values), max_size=2, unique=True).map(tuple),
)


@given(candidates, answers)
def test_what_fits_comes_first_and_nothing_speaks_against_its_size_or_time(
    models: list[Candidate], said: Answers
) -> None:
    ranked = rank(models, said)
    assert [r.fits for r in ranked] == sorted((r.fits for r in ranked), reverse=True)
    for one in ranked:
        against = {reason for reason, _about in one.reasons} & AGAINST - {Reason.CAUTION}
        assert bool(against) != one.fits


@given(candidates, answers)
def test_the_order_does_not_depend_on_the_order_asked_in(models: list[Candidate], said: Answers) -> None:
    models = [replace(model, order=(n, n)) for n, model in enumerate(models)]
    assert rank(models, said) == rank(models[::-1], said)
