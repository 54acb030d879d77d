"""The dates of a series. Pure: dates in, dates out; the free days are given."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FARTHEST = timedelta(days=3 * 366)
"""No series is looked for farther ahead than this."""
WEEK = 7


class Every(StrEnum):
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH_WEEKDAY = "month_weekday"
    """The same weekday of the month: the second Thursday; the fifth is the last where there are but four."""
    MONTH_DATE = "month_date"
    """The same day of the month; the last one where the month is shorter."""


@dataclass(frozen=True)
class Dates:
    """`left_out`: those that would have been on a free day, with its name."""

    held: tuple[date, ...]
    left_out: tuple[tuple[date, str], ...]


def dates_after(first: date, every: Every, count: int, free: Mapping[date, str]) -> Dates:
    """`count` dates after the first one, those on free days left out and not counted."""
    held: list[date] = []
    left_out: list[tuple[date, str]] = []
    for day in _all_after(first, every):
        if len(held) == count or day > first + FARTHEST:
            break
        if day in free:
            left_out.append((day, free[day]))
        else:
            held.append(day)
    return Dates(tuple(held), tuple(left_out))


def chosen_dates(days: list[date], free: Mapping[date, str]) -> Dates:
    """Dates of one's own choice, in order and each once."""
    ordered = sorted(set(days))
    return Dates(
        tuple(day for day in ordered if day not in free), tuple((day, free[day]) for day in ordered if day in free)
    )


def _all_after(first: date, every: Every) -> Iterator[date]:
    step = 0
    while True:
        step += 1
        if every in (Every.WEEK, Every.TWO_WEEKS):
            yield first + timedelta(weeks=step * (1 if every == Every.WEEK else 2))
            continue
        month = first.month - 1 + step
        year, month = first.year + month // 12, month % 12 + 1
        if every == Every.MONTH_DATE:
            yield date(year, month, min(first.day, monthrange(year, month)[1]))
        else:
            yield _weekday_of(year, month, first.weekday(), (first.day - 1) // WEEK)


def _weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """The weekday's `number`th (from 0) in the month, or the last one if there are not so many."""
    begins, length = monthrange(year, month)
    day = 1 + (weekday - begins) % WEEK + number * WEEK
    return date(year, month, day if day <= length else day - WEEK)
