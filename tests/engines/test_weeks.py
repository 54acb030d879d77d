"""Weeks of a year: which there are, what goes over the New Year, which days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies import weeks

YEARS = st.integers(2000, 2099)
WEEKS = st.integers(1, 53)


@pytest.mark.parametrize(("year", "count"), [(2020, 53), (2025, 52), (2026, 53), (2027, 52), (2032, 53)])
def test_a_year_has_52_weeks_or_53(year: int, count: int) -> None:
    assert weeks.count(year) == count


def test_the_first_days_of_january_can_be_of_the_old_year() -> None:
    assert weeks.this_year(date(2027, 1, 3)) == 2026
    assert weeks.this_year(date(2024, 12, 30)) == 2025


def test_a_stretch_and_one_over_the_new_year() -> None:
    assert weeks.ranges(2027, 36, 50) == [(36, 50)]
    assert weeks.ranges(2027, 45, 8) == [(1, 8), (45, 52)]
    assert weeks.span(2027, 36, 50) == (date(2027, 9, 6), date(2027, 12, 19))
    assert weeks.span(2026, 45, 8) == (date(2026, 11, 2), date(2027, 2, 28))


def test_a_week_that_the_year_does_not_have_is_left_out() -> None:
    assert weeks.ranges(2027, 53, 53) == []
    assert weeks.span(2027, 53, 53) is None
    assert weeks.ranges(2027, 50, 53) == [(50, 52)]
    assert weeks.ranges(2027, 53, 2) == [(1, 2)]
    assert weeks.span(2026, 53, 2) == (date(2026, 12, 28), date(2027, 1, 17))


def test_days_in_weeks_of_the_year() -> None:
    assert weeks.of_days(2027, date(2027, 8, 16), date(2027, 12, 17)) == (33, 50)
    assert weeks.of_days(2027, date(2026, 8, 16), date(2027, 1, 8)) == (1, 1)
    assert weeks.of_days(2027, date(2026, 8, 16), date(2027, 1, 3)) is None
    assert weeks.of_days(2027, date(2028, 1, 3), date(2028, 5, 1)) is None


def test_joined() -> None:
    assert weeks.joined([5, 3, 4, 9, 9]) == [(3, 5), (9, 9)]
    assert weeks.joined([]) == []


@given(YEARS, WEEKS, WEEKS)
def test_what_is_drawn_is_in_the_year_and_in_the_stretch(year: int, first: int, last: int) -> None:
    drawn = [week for one, other in weeks.ranges(year, first, last) for week in range(one, other + 1)]
    assert len(drawn) == len(set(drawn))
    for week in range(1, weeks.count(year) + 1):
        inside = first <= week <= last if first <= last else week >= first or week <= last
        assert (week in drawn) == inside
    days = weeks.span(year, first, last)
    assert (days is None) == (first > weeks.count(year))
    if days is not None:
        assert days[0] <= days[1]
        assert (days[0].weekday(), days[1].weekday()) == (0, 6)
        assert days[0].isocalendar()[:2] == (year, first)


@given(YEARS)
def test_months_begin_in_their_order(year: int) -> None:
    told = weeks.months(year)
    assert [month for month, _at in told] == list(range(1, 13))
    places = [at for _month, at in told]
    assert places == sorted(places)
    assert 0 <= places[0] < 1
    assert timedelta(weeks=places[-1]) < timedelta(weeks=weeks.count(year))
