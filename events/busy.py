"""Busy times out of a calendar file (iCalendar, RFC 5545): when, and nothing else. Pure.

The file comes from anywhere, so nothing in it may cost more than a bounded number of steps. A rule of recurrence is
never walked from its beginning: each day that is asked for is tested against it, a little arithmetic whatever it says.
Titles, places and people are not even looked at. Rules by the second, minute or hour, and time zones that
a file defines itself, are not followed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

LARGEST = 2_000_000
"""Bytes of a file."""
MOST_STEPS = 400_000
MOST_TIMES = 2_000
_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_WINDOWS = {
    "FLE Standard Time": "Europe/Helsinki",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Central European Standard Time": "Europe/Warsaw",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
}
"""Names of zones that Outlook writes, of those that are likely here."""

Span = tuple[datetime, datetime]


class NotACalendar(ValueError):
    """The content is no calendar file."""


class TooMuch(ValueError):
    """The file is larger, or asks for more work, than a person's calendar ever does."""


@dataclass
class Busy:
    """`skipped`: entries that could not be understood."""

    times: list[Span] = field(default_factory=list)
    skipped: int = 0


@dataclass
class _Entry:
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """name: [(parameters, value)]."""

    def first(self, name: str) -> tuple[str, str] | None:
        found = self.fields.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        found = self.first(name)
        return found[1].strip().upper() if found else ""


class _Steps:
    def __init__(self) -> None:
        self.left = MOST_STEPS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMuch


def read_busy(content: bytes, *, start: datetime, end: datetime, zone: tzinfo) -> Busy:
    """The times between two aware moments that the calendar holds, merged and in order. `zone` is that of times that
    name none, or an unknown one.

    Free and cancelled entries hold nothing. Raises `NotACalendar` or `TooMuch`.
    """
    if len(content) > LARGEST:
        raise TooMuch
    text = content.decode("utf-8-sig", errors="replace")
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise NotACalendar
    steps, busy, found = _Steps(), Busy(), []
    entries = list(_entries(text, steps))
    moved = _moved(entries, zone)
    for kind, entry in entries:
        try:
            spans = _free_busy(entry, zone) if kind == "VFREEBUSY" else _spans(entry, start, end, zone, moved, steps)
            found += [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
        except TooMuch:
            raise
        except (ValueError, OverflowError, KeyError, IndexError):
            busy.skipped += 1
    busy.times = _merged(found)
    if len(busy.times) > MOST_TIMES:
        raise TooMuch
    return busy


def _entries(text: str, steps: _Steps) -> Iterator[tuple[str, _Entry]]:
    """Events and answers about free time that stand right in the calendar; what is inside them is passed over."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    stack: list[str] = []
    entry = _Entry()
    for line in unfolded.split("\n"):
        steps.take()
        head, sign, value = line.partition(":")
        if not sign:
            continue
        # A parameter in quotes may hold a colon: the value begins after the quotes are closed.
        while head.count('"') % 2 and value:
            more, sign, value = value.partition(":")
            head = f"{head}:{more}"
            steps.take()
        name, _sign, parameters = head.partition(";")
        name = name.strip().upper()
        if name == "BEGIN":
            stack.append(value.strip().upper())
            if len(stack) == 2:
                entry = _Entry()
        elif name == "END" and stack:
            ended = stack.pop()
            if len(stack) == 1 and ended in ("VEVENT", "VFREEBUSY"):
                yield ended, entry
        elif len(stack) == 2 and name in _WANTED:
            entry.fields.setdefault(name, []).append((parameters, value.strip()))


_WANTED = {
    *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP"),
    *("FREEBUSY", "X-MICROSOFT-CDO-BUSYSTATUS"),
}


def _moved(entries: list[tuple[str, _Entry]], zone: tzinfo) -> dict[str, set[datetime]]:
    """By UID, the beginnings in a series that have an entry of their own."""
    moved: dict[str, set[datetime]] = {}
    for _kind, entry in entries:
        found = entry.first("RECURRENCE-ID")
        if found is None:
            continue
        try:
            moved.setdefault(entry.text("UID"), set()).add(_moment(*found, zone)[0])
        except (ValueError, OverflowError):
            continue
    return moved


def _spans(
    entry: _Entry, start: datetime, end: datetime, zone: tzinfo, moved: dict[str, set[datetime]], steps: _Steps
) -> Iterator[Span]:
    if entry.text("STATUS") == "CANCELLED" or entry.text("TRANSP") == "TRANSPARENT":
        return
    if entry.text("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE":
        return
    found = entry.first("DTSTART")
    if found is None:
        raise ValueError("no beginning")
    first, is_day = _moment(*found, zone)
    length = _length(entry, first, is_day, zone)
    rule = entry.text("RRULE")
    begins = [first]
    if rule and "RECURRENCE-ID" not in entry.fields:
        begins = list(_recurrences(rule, first, start - length, end, steps))
    for parameters, value in entry.fields.get("RDATE", []):
        for one in value.split(","):
            steps.take()
            begins.append(_moment(parameters, one.partition("/")[0], zone)[0])
    without = set(moved.get(entry.text("UID"), ())) if "RECURRENCE-ID" not in entry.fields else set()
    for parameters, value in entry.fields.get("EXDATE", []):
        for one in value.split(","):
            steps.take()
            without.add(_moment(parameters, one, zone)[0])
    for begin in begins:
        if begin not in without:
            yield begin, begin + length


def _length(entry: _Entry, first: datetime, is_day: bool, zone: tzinfo) -> timedelta:
    ends = entry.first("DTEND")
    if ends is not None:
        return max(_moment(*ends, zone)[0] - first, timedelta(0))
    duration = entry.text("DURATION")
    if duration:
        return _duration(duration)
    return timedelta(days=1) if is_day else timedelta(0)


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text.lstrip("+"))
    if match is None:
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _free_busy(entry: _Entry, zone: tzinfo) -> Iterator[Span]:
    for parameters, value in entry.fields.get("FREEBUSY", []):
        if "FBTYPE=FREE" in parameters.upper():
            continue
        for period in value.split(","):
            first, _sign, last = period.partition("/")
            begin = _moment("", first, zone)[0]
            yield begin, begin + _duration(last) if last.startswith("P") else _moment("", last, zone)[0]


def _moment(parameters: str, value: str, zone: tzinfo) -> tuple[datetime, bool]:
    """An aware moment, and whether it is a whole day. Raises ValueError."""
    value = value.strip()
    if len(value) == 8:
        return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time(), zone), True  # noqa: DTZ007  # a day
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), False
    naive = datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # its zone stands beside it
    return naive.replace(tzinfo=_zone(parameters, zone)), False


def _zone(parameters: str, otherwise: tzinfo) -> tzinfo:
    match = re.search(r'TZID="?([^";:]{1,80})', parameters)
    name = match.group(1).strip() if match else ""
    name = _WINDOWS.get(name, name)
    if not re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+\-0-9]+){0,2}", name):
        return otherwise
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # not known, or the name of a folder
        return otherwise


# --- Recurrence ------------------------------------------------------------------------------------------------------


def _recurrences(text: str, first: datetime, start: datetime, end: datetime, steps: _Steps) -> Iterator[datetime]:
    """The beginnings between two moments. With COUNT the days are counted from the first; that too is bounded."""
    rule = dict(part.partition("=")[::2] for part in text.split(";"))
    unit, every = rule.get("FREQ", ""), int(rule.get("INTERVAL", "1"))
    if unit not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not 1 <= every <= 1000:
        raise ValueError(text)
    if {"BYSETPOS", "BYWEEKNO", "BYYEARDAY", "BYHOUR", "BYMINUTE", "BYSECOND"} & rule.keys():
        raise ValueError(text)
    tested = _Rule(rule, unit, every, first.date())
    last = end
    if "UNTIL" in rule:
        last = min(last, _moment("", rule["UNTIL"], first.tzinfo or UTC)[0] + timedelta(seconds=1))
    left = int(rule["COUNT"]) if "COUNT" in rule else None
    zone = first.tzinfo or UTC
    day = first.date() if left is not None else max(first.date(), (start - timedelta(days=1)).astimezone(zone).date())
    while left is None or left > 0:
        steps.take()
        begin = datetime.combine(day, first.timetz().replace(tzinfo=None), zone)
        if begin >= last:
            return
        if begin >= first and (tested.holds(day) or day == first.date()):
            if left is not None:
                left -= 1
            yield begin
        day += timedelta(days=1)


class _Rule:
    def __init__(self, rule: dict[str, str], unit: str, every: int, first: date) -> None:
        self.unit, self.every, self.first = unit, every, first
        self.months = {int(one) for one in rule.get("BYMONTH", "").split(",") if one}
        self.month_days = {int(one) for one in rule.get("BYMONTHDAY", "").split(",") if one}
        self.week_days: list[tuple[int, int]] = []
        for one in rule.get("BYDAY", "").split(","):
            if one:
                self.week_days.append((int(one[:-2] or 0), _DAYS[one[-2:]]))
        self.week_start = _DAYS[rule.get("WKST", "MO")]

    def holds(self, day: date) -> bool:
        return self._in_turn(day) and (not self.months or day.month in self.months) and self._by_day(day)

    def _in_turn(self, day: date) -> bool:
        first = self.first
        if self.unit == "DAILY":
            return (day - first).days % self.every == 0
        if self.unit == "WEEKLY":
            weeks = (day - timedelta((day.weekday() - self.week_start) % 7)) - (
                first - timedelta((first.weekday() - self.week_start) % 7)
            )
            return weeks.days // 7 % self.every == 0
        if self.unit == "MONTHLY":
            return ((day.year - first.year) * 12 + day.month - first.month) % self.every == 0
        return (day.year - first.year) % self.every == 0

    def _by_day(self, day: date) -> bool:
        if self.month_days:
            length = calendar.monthrange(day.year, day.month)[1]
            if day.day not in self.month_days and day.day - length - 1 not in self.month_days:
                return False
        if self.week_days:
            return any(self._is(day, number, week_day) for number, week_day in self.week_days)
        if self.month_days or self.unit == "DAILY":
            return True
        if self.unit == "WEEKLY":
            return day.weekday() == self.first.weekday()
        if self.unit == "MONTHLY":
            return day.day == self.first.day
        return day.day == self.first.day and (bool(self.months) or day.month == self.first.month)

    def _is(self, day: date, number: int, week_day: int) -> bool:
        """`number`: the so manieth such weekday of the month, or of the year where no months are named; 0: each."""
        if day.weekday() != week_day:
            return False
        if number == 0 or self.unit in ("DAILY", "WEEKLY"):
            return True
        if self.unit == "YEARLY" and not self.months:
            place, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
        else:
            place, length = day.day, calendar.monthrange(day.year, day.month)[1]
        return number == ((place - 1) // 7 + 1 if number > 0 else -((length - place) // 7 + 1))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged
