"""The dates of a series: as many as were asked, on the days that were meant, none of them free."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.free_days import free_days
from events.recurrence import Every, chosen_dates, dates_after

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
FREE = st.dictionaries(DAYS, st.just("vapaa"), max_size=30)


@given(DAYS, st.sampled_from(Every), st.integers(1, 20), FREE)
def test_they_come_in_order_after_the_first_and_on_no_free_day(
    first: date, every: Every, count: int, free: dict[date, str]
) -> None:
    found = dates_after(first, every, count, free)
    assert len(found.held) == count
    assert list(found.held) == sorted(set(found.held))
    assert all(day > first for day in found.held)
    assert not set(found.held) & set(free)
    assert all(free[day] == why for day, why in found.left_out)


@given(DAYS, st.integers(1, 30))
def test_weeks_keep_the_weekday_and_months_the_month(first: date, count: int) -> None:
    assert {(day - first).days % 7 for day in dates_after(first, Every.WEEK, count, {}).held} == {0}
    assert {(day - first).days % 14 for day in dates_after(first, Every.TWO_WEEKS, count, {}).held} == {0}
    for every in (Every.MONTH_DATE, Every.MONTH_WEEKDAY):
        held = dates_after(first, every, count, {}).held
        months = [(day.year - first.year) * 12 + day.month - first.month for day in held]
        assert months == list(range(1, count + 1))
        if every == Every.MONTH_WEEKDAY:
            assert {day.weekday() for day in held} == {first.weekday()}


def test_the_second_thursday_stays_the_second() -> None:
    held = dates_after(date(2026, 1, 8), Every.MONTH_WEEKDAY, 3, {}).held
    assert held == (date(2026, 2, 12), date(2026, 3, 12), date(2026, 4, 9))


def test_the_fifth_is_the_last_where_there_are_four() -> None:
    held = dates_after(date(2026, 1, 29), Every.MONTH_WEEKDAY, 2, {}).held
    assert held == (date(2026, 2, 26), date(2026, 3, 26))


def test_the_last_of_a_long_month_is_the_last_of_a_short_one() -> None:
    held = dates_after(date(2027, 1, 31), Every.MONTH_DATE, 3, {}).held
    assert held == (date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30))


def test_a_series_that_only_meets_free_days_ends() -> None:
    every_week = {date(2026, 1, 1) + timedelta(weeks=n): "vapaa" for n in range(400)}
    assert dates_after(date(2026, 1, 1), Every.WEEK, 5, every_week).held == ()


def test_own_dates_are_put_in_order_once_each() -> None:
    days = [date(2026, 5, 1), date(2026, 3, 12), date(2026, 3, 12)]
    found = chosen_dates(days, {date(2026, 5, 1): "vappu"})
    assert found.held == (date(2026, 3, 12),)
    assert found.left_out == ((date(2026, 5, 1), "vappu"),)


@pytest.mark.parametrize(
    ("day", "fi", "sv"),
    [
        (date(2026, 6, 19), "Juhannusaatto", "Midsommarafton"),
        (date(2026, 5, 14), "Helatorstai", "Kristi himmelsfärdsdag"),
        (date(2026, 12, 24), "Jouluaatto", "Julafton"),
        (date(2026, 12, 6), "Itsenäisyyspäivä", "Självständighetsdagen"),
    ],
)
def test_holidays_of_finland_have_their_names(day: date, fi: str, sv: str) -> None:
    assert free_days([2026], "fi")[day] == fi
    assert free_days([2026], "sv")[day] == sv


def test_a_common_day_is_free_of_nothing() -> None:
    assert date(2026, 3, 12) not in free_days([2026], "fi")
