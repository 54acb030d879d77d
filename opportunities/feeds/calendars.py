"""iCalendar (RFC 5545): events and tasks whose end is a deadline.

Only lines of the few kinds that are asked for reach icalendar, one entry at a time. Rules of recurrence and zones that
the file defines itself are not followed: both can be written to have no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from icalendar import Calendar

from opportunities.feeds.entries import (
    LONGEST_RAW,
    LONGEST_TEXT,
    Entry,
    Reading,
    believable_day,
    believable_moment,
    hashed,
    plain,
    title_of,
    web_link,
)

_WANTED = {
    *("UID", "SUMMARY", "DESCRIPTION", "URL", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "STATUS"),
    *("RECURRENCE-ID", "CREATED", "LAST-MODIFIED"),
}
_KINDS = ("VEVENT", "VTODO")
_DAY = re.compile(r"\d{8}")
_ADDRESS = re.compile(r"https?://[^\s<>\"']{4,500}")
_Lines = dict[str, str]


def read(content: bytes, *, address: str, now: datetime, zone: tzinfo, most: int) -> Reading:
    today = now.astimezone(zone).date()
    open_ones: list[tuple[str, int, str, _Lines]] = []
    for order, (kind, lines) in enumerate(_entries(content.decode("utf-8-sig", errors="replace"))):
        last = _last_written(lines)
        # A day's room: what is over is told exactly below, of those that are kept.
        if "RECURRENCE-ID" not in lines and (not last or last >= (today - timedelta(days=1)).strftime("%Y%m%d")):
            open_ones.append((last or "9", order, kind, lines))
    open_ones.sort(key=lambda one: one[:2])
    reading = Reading(left_out=max(0, len(open_ones) - most))
    for _last, _order, kind, lines in open_ones[:most]:
        try:
            entry = _entry(kind, lines, address, now, zone)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, LookupError):
            reading.skipped += 1
            continue
        if entry is not None and (entry.deadline is None or entry.deadline >= today):
            reading.entries.append(entry)
    return reading


def _entries(text: str) -> Iterator[tuple[str, _Lines]]:
    """What stands right in the calendar; what is inside it (alarms) is passed over. Of a line that stands twice the
    first holds."""
    unfolded = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n ", "").replace("\n\t", "")
    depth, kind = 0, ""
    lines: _Lines = {}
    for line in unfolded.split("\n"):
        name = re.split("[:;]", line[:60], maxsplit=1)[0].strip().upper()
        if name == "BEGIN":
            depth += 1
            if depth == 2:
                kind, lines = line[6:40].strip().upper(), {}
        elif name == "END" and depth:
            if depth == 2 and kind in _KINDS:
                yield kind, lines
            depth -= 1
        elif depth == 2 and name in _WANTED:
            lines.setdefault(name, line[:LONGEST_RAW])


def _last_written(lines: _Lines) -> str:
    """The day of its end as it is written; empty where none is, or where it comes again."""
    if "RRULE" in lines:
        return ""
    for name in ("DTEND", "DUE", "DTSTART"):
        found = _DAY.search(lines[name].rpartition(":")[2]) if name in lines else None
        if found and not (name == "DTSTART" and "DURATION" in lines):
            return found.group()
    return ""


def _entry(kind: str, lines: _Lines, address: str, now: datetime, zone: tzinfo) -> Entry | None:
    """None for what was called off, or says nothing."""
    written = "\r\n".join(["BEGIN:VCALENDAR", f"BEGIN:{kind}", *lines.values(), f"END:{kind}", "END:VCALENDAR", ""])
    one: Any = Calendar.from_ical(written).subcomponents[0]
    if str(one.get("STATUS", "")).strip().upper() in ("CANCELLED", "COMPLETED"):
        return None
    description = str(one.get("DESCRIPTION", ""))
    title, text = title_of(str(one.get("SUMMARY", ""))), plain(description, LONGEST_TEXT)
    if not title and not text:
        return None
    title = title or title_of(text)
    given = str(one.get("URL", "")) or next(iter(_ADDRESS.findall(description[:LONGEST_RAW])), "").rstrip(".,;)")
    link = web_link(given, address) if given else ""
    today = now.astimezone(zone).date()
    deadline = believable_day(None if "RRULE" in lines else _last_day(one, zone), today)
    known_by = str(one.get("UID", "")).strip() or link or f"{title}\n{deadline or ''}"
    return Entry(hashed(known_by), title, text or title, link, _told(one, now, zone), deadline)


def _last_day(one: Any, zone: tzinfo) -> date | None:
    """The day on which it ends. An end at midnight, and one given as a day, is the day before."""
    due = _value(one, "DUE")
    if due is not None:
        return _aware(due, zone).date() if isinstance(due, datetime) else due
    start, end = _value(one, "DTSTART"), _value(one, "DTEND")
    if end is None and start is not None and "DURATION" in one:
        end = start + one["DURATION"].dt
    if end is None:
        return _aware(start, zone).date() if isinstance(start, datetime) else start
    if isinstance(end, datetime):
        moment = _aware(end, zone)
        day = moment.date() - timedelta(days=1) if moment.time() == time() else moment.date()
    else:
        day = end - timedelta(days=1)
    begins = _aware(start, zone).date() if isinstance(start, datetime) else start
    return max(day, begins) if begins is not None else day


def _value(one: Any, name: str) -> Any:
    found = getattr(one.get(name), "dt", None)
    return found if isinstance(found, date) else None


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the last day of the calendar
        return moment


def _told(one: Any, now: datetime, zone: tzinfo) -> datetime | None:
    moments = [_value(one, name) for name in ("CREATED", "LAST-MODIFIED")]
    found = next((moment for moment in moments if isinstance(moment, datetime)), None)
    return believable_moment(_aware(found, zone).astimezone(UTC) if found else None, now)
