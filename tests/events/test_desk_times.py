"""When a desk can take whom: what holds of every opening, every booking and every line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from events.desk_times import Opening, bookable, turns

NINE = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    closes = draw(st.integers(10, 480))
    pause = None
    if draw(st.booleans()):
        first = draw(st.integers(0, closes))
        pause = (NINE + first * MINUTE, NINE + (first + draw(st.integers(1, 90))) * MINUTE)
    return Opening(NINE, NINE + closes * MINUTE, draw(st.sampled_from([10, 15, 20, 30, 45, 60])), pause)


@given(openings())
def test_visits_do_not_overlap_and_keep_to_the_opening_and_out_of_the_break(opening: Opening) -> None:
    starts = opening.starts()
    assert all(b - a >= opening.length for a, b in pairwise(starts))
    for start in starts:
        assert opening.opens_at <= start
        assert start + opening.length <= opening.closes_at
        if opening.pause is not None:
            assert start >= opening.pause[1] or start + opening.length <= opening.pause[0]


@given(openings(), st.data(), st.integers(-30, 500), st.integers(0, 12))
def test_the_line_has_no_booked_time_and_who_books_passes_nobody(
    opening: Opening, data: st.DataObject, minutes: int, waiting: int
) -> None:
    starts = opening.starts()
    booked = set(data.draw(st.lists(st.sampled_from(starts)))) if starts else set()
    now = NINE + minutes * MINUTE
    line = turns(opening, booked=booked, now=now)
    free = bookable(opening, booked=booked, waiting=waiting, now=now)
    assert line == sorted(line)
    assert all(turn >= now for turn in line)
    assert not booked & set(line)
    assert not set(line[:waiting]) & set(free)
    assert all(start > now and start in starts for start in free)


def test_a_visit_that_lasts_too_long_moves_the_line_and_a_scrap_of_time_is_no_turn() -> None:
    opening = Opening(NINE, NINE + 80 * MINUTE, 20)
    assert turns(opening, booked=(), now=NINE + 5 * MINUTE)[:2] == [NINE + 5 * MINUTE, NINE + 20 * MINUTE]
    assert turns(opening, booked=(), now=NINE + 15 * MINUTE)[0] == NINE + 20 * MINUTE
    late = turns(opening, booked=(), now=NINE + 5 * MINUTE, busy_until=NINE + 32 * MINUTE)
    assert late == [NINE + 40 * MINUTE, NINE + 60 * MINUTE]
