"""Weeks of a year, as schools plan by them (ISO 8601). Pure.

What suits a kind of work is told once, by week numbers, and holds every year: from week 36 to 50, or over the New Year
from 45 to 8. A year has 52 weeks or 53; a week that it does not have is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

FIRST, LAST = 1, 53


def count(year: int) -> int:
    """52 or 53: the 28th of December is always in the last one."""
    return date(year, 12, 28).isocalendar().week


def this_year(today: date) -> int:
    """The year to which today's week belongs."""
    return today.isocalendar().year


def ranges(year: int, first: int, last: int) -> list[tuple[int, int]]:
    """Those weeks of the year that are in it: one stretch, or two where it goes over the New Year."""
    most = count(year)
    parts = [(first, last)] if first <= last else [(1, last), (first, LAST)]
    return [(one, min(other, most)) for one, other in parts if one <= most]


def span(year: int, first: int, last: int) -> tuple[date, date] | None:
    """The first and the last day of the stretch that begins in the year; None where the year has no such week."""
    if first > count(year):
        return None
    ends = year if first <= last else year + 1
    return date.fromisocalendar(year, first, 1), date.fromisocalendar(ends, min(last, count(ends)), 7)


def of_days(year: int, start: date, end: date) -> tuple[int, int] | None:
    """In which weeks of the year the days are; None where they are in none."""
    begins, ends = date.fromisocalendar(year, 1, 1), date.fromisocalendar(year, count(year), 7)
    if end < begins or start > ends:
        return None
    return max(start, begins).isocalendar().week, min(end, ends).isocalendar().week


def joined(weeks: Iterable[int]) -> list[tuple[int, int]]:
    """Stretches of weeks that follow one another."""
    found: list[tuple[int, int]] = []
    for week in sorted(set(weeks)):
        if found and found[-1][1] == week - 1:
            found[-1] = (found[-1][0], week)
        else:
            found.append((week, week))
    return found


def months(year: int) -> list[tuple[int, float]]:
    """(month, where its first day stands, in weeks from the beginning of the year), of those that begin in it."""
    begins = date.fromisocalendar(year, 1, 1)
    found = [(month, (date(year, month, 1) - begins) / timedelta(days=7)) for month in range(1, 13)]
    return [(month, max(0.0, at)) for month, at in found]
