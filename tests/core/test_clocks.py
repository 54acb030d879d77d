"""What a day and a time mean: skipped, once, or twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.clocks import comes_twice, moment_of

CHANGE = date(2026, 10, 25)
SUMMER, WINTER = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, 20, tzinfo=UTC)
"""Half past three, twice."""


def test_a_time_that_comes_once_is_that_moment_whatever_was_there() -> None:
    for was in (None, SUMMER, WINTER):
        assert moment_of(CHANGE, time(9, 0), was) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("was", [SUMMER, WINTER])
def test_in_the_hour_that_comes_twice_what_is_left_as_it_is_stays(was: datetime) -> None:
    assert moment_of(CHANGE, time(3, 30), was) == was.replace(second=0)


@pytest.mark.parametrize(
    ("day", "clock", "was"),
    [
        (CHANGE, time(3, 30), None),
        (CHANGE, time(3, 40), WINTER),  # changed
        (CHANGE, time(3, 30), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),  # of another day
        (date(2026, 3, 29), time(3, 30), None),  # skipped
    ],
)
def test_what_is_new_there_is_refused(day: date, clock: time, was: datetime | None) -> None:
    with pytest.raises(ValidationError):
        moment_of(day, clock, was)


def test_which_times_come_twice() -> None:
    def local(hour: int, fold: int = 0) -> datetime:
        return datetime(2026, 10, 25, hour, 30, fold=fold, tzinfo=timezone.get_default_timezone())

    assert [comes_twice(one) for one in (local(2), local(3), local(3, 1), local(4))] == [False, True, True, False]
