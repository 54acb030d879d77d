"""Wishes as values: limits leave out, soft wishes weigh, surprises are drawn and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Point
from matching.engine.preferences import (
    MOST_SURPRISES,
    TEN,
    Facts,
    Preferences,
    Reach,
    Ready,
    Wish,
    allows,
    fit,
    lay_out,
    weigh,
)

JOENSUU, KUOPIO, HELSINKI = Point(62.6, 29.76), Point(62.89, 27.68), Point(60.17, 24.94)
MINE = Facts(municipality="167", region="12", place=JOENSUU, size="2-9", languages=frozenset({"fi", "sv"}))
NEAR = Facts(municipality="276", region="12", place=Point(62.63, 29.6), size="10-49", kind="company")
FAR = Facts(municipality="091", region="01", place=HELSINKI, size="250+", kind="research")

POINTS = st.none() | st.builds(Point, st.floats(59, 70), st.floats(20, 31))
CODES = st.sampled_from(["", "167", "276", "091"])
SIZES = st.sampled_from(["", "1", "2-9", "250+"])
LANGUAGES = st.frozensets(st.sampled_from(["fi", "sv", "en"]))
KINDS = st.sampled_from(["", "company", "student"])
READY = st.frozensets(st.sampled_from(list(Ready)))
FACTS = st.builds(
    Facts,
    municipality=CODES,
    region=st.sampled_from(["", "12", "01"]),
    place=POINTS,
    size=SIZES,
    languages=LANGUAGES,
    kind=KINDS,
    ready=READY,
)
WANTED = st.builds(
    Preferences,
    reach=st.sampled_from(Reach),
    km=st.integers(1, 1500),
    sizes=st.frozensets(SIZES.filter(bool)),
    languages=LANGUAGES,
    kinds=st.frozensets(KINDS.filter(bool)),
    ready=READY,
    hard=st.frozensets(st.sampled_from(Wish)),
    surprises=st.integers(0, MOST_SURPRISES),
)


@pytest.mark.parametrize(
    ("wanted", "near", "far"),
    [
        (Preferences(reach=Reach.MUNICIPALITY), False, False),
        (Preferences(reach=Reach.REGION), True, False),
        (Preferences(reach=Reach.KM, km=50), True, False),
        (Preferences(reach=Reach.KM, km=500), True, True),
        (Preferences(sizes=frozenset({"10-49", "2-9"})), True, False),
        (Preferences(kinds=frozenset({"research"})), False, True),
        (Preferences(languages=frozenset({"fi"})), False, False),
        (Preferences(ready=frozenset({Ready.CLAIMED})), False, False),
    ],
)
def test_a_limit_leaves_out_and_the_same_wish_softly_only_weighs(wanted: Preferences, near: bool, far: bool) -> None:
    limits = Preferences(
        **{name: getattr(wanted, name) for name in Preferences.__dataclass_fields__} | {"hard": frozenset(Wish)}
    )
    assert (allows(limits, MINE, NEAR), allows(limits, MINE, FAR)) == (near, far)
    assert allows(wanted, MINE, NEAR)
    assert allows(wanted, MINE, FAR)
    if near != far:
        assert (fit(wanted, MINE, NEAR) > fit(wanted, MINE, FAR)) == near


def test_one_language_is_enough_and_all_of_the_readiness_is_needed() -> None:
    other = Facts(languages=frozenset({"sv"}), ready=frozenset({Ready.CLAIMED}))
    hard = frozenset(Wish)
    assert allows(Preferences(languages=frozenset({"fi", "sv"}), hard=hard), MINE, other)
    both = frozenset({Ready.CLAIMED, Ready.OFFERS})
    assert not allows(Preferences(ready=both, hard=hard), MINE, other)
    assert fit(Preferences(ready=both), MINE, other) == 0.5


def test_what_is_not_known_does_not_meet_a_limit_and_meets_a_wish_by_half() -> None:
    for wanted in (
        Preferences(reach=Reach.REGION),
        Preferences(reach=Reach.KM),
        Preferences(sizes=frozenset({"1"})),
        Preferences(languages=frozenset({"fi"})),
        Preferences(kinds=frozenset({"company"})),
    ):
        assert fit(wanted, MINE, Facts()) == 0.5
        limit = Preferences(**{n: getattr(wanted, n) for n in wanted.__dataclass_fields__} | {"hard": frozenset(Wish)})
        assert not allows(limit, MINE, Facts())


def test_beyond_a_distance_the_wish_fades() -> None:
    wanted = Preferences(reach=Reach.KM, km=50)
    kuopio = Facts(municipality="297", place=KUOPIO)
    assert 0 < fit(wanted, MINE, FAR) < fit(wanted, MINE, kuopio) < 1


@given(WANTED, FACTS, FACTS)
def test_fit_is_a_share_and_loosening_never_leaves_more_out(wanted: Preferences, mine: Facts, other: Facts) -> None:
    assert 0.0 <= fit(wanted, mine, other) <= 1.0
    assert weigh(1000, fit(wanted, mine, other)) <= 1000
    for wish in Wish:
        loosened = wanted.without(wish)
        assert wish not in loosened.limits
        assert allows(loosened, mine, other) or not allows(wanted, mine, other)


@given(WANTED, FACTS, FACTS)
def test_with_no_limit_everybody_is_allowed(wanted: Preferences, mine: Facts, other: Facts) -> None:
    for wish in Wish:
        wanted = wanted.without(wish)
    assert allows(wanted, mine, other)


@given(st.lists(st.integers(), unique=True, max_size=60), st.integers(0, 5), st.text(max_size=5))
def test_surprises_are_a_part_of_each_ten_and_nobody_is_lost(items: list[int], surprises: int, draw: str) -> None:
    placed = lay_out(items, items, surprises, draw)
    assert sorted(item for item, _is in placed) == sorted(items)
    usual = [item for item, is_surprise in placed if not is_surprise]
    assert usual == [item for item in items if item in set(usual)]
    for start in range(0, len(placed), TEN):
        ten = placed[start : start + TEN]
        drawn = sum(is_surprise for _item, is_surprise in ten)
        more_than_this = len(placed) - start > TEN
        assert drawn == (min(surprises, MOST_SURPRISES, len(placed) - start - TEN) if more_than_this else 0)
    if placed:
        assert not placed[0][1]
    assert lay_out(items, items, surprises, draw) == placed


def test_another_week_draws_others() -> None:
    items = list(range(50))
    drawn = {tuple(x for x, is_surprise in lay_out(items, items, 3, f"w{n}")[:10] if is_surprise) for n in range(9)}
    assert len(drawn) > 1
    assert all(x >= 25 for ten in drawn for x in ten)
