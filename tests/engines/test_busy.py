"""Busy times out of calendar files: what holds a time, and what hostile files cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # dateutil has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from events import busy

ZONE = ZoneInfo("Europe/Helsinki")
START = datetime(2026, 3, 12, 9, tzinfo=ZONE)
END = datetime(2026, 3, 12, 17, tzinfo=ZONE)


def file_of(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{one}\r\nEND:VEVENT\r\n" for n, one in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def read(*events: str, start: datetime = START, end: datetime = END) -> list[str]:
    found = busy.read_busy(file_of(*events), start=start, end=end, zone=ZONE)
    return [f"{a.astimezone(ZONE):%H:%M}-{b.astimezone(ZONE):%H:%M}" for a, b in found.times]


@pytest.mark.parametrize(
    ("event", "held"),
    [
        ("DTSTART:20260312T080000Z\r\nDTEND:20260312T090000Z", ["10:00-11:00"]),
        ("DTSTART;TZID=Europe/Stockholm:20260312T100000\r\nDURATION:PT30M", ["11:00-11:30"]),
        ('DTSTART;TZID="W. Europe Standard Time":20260312T100000\r\nDURATION:PT30M', ["11:00-11:30"]),
        ("DTSTART;TZID=Nowhere/../etc:20260312T100000\r\nDURATION:PT30M", ["10:00-10:30"]),
        ("DTSTART:20260312T100000\r\nDURATION:PT30M", ["10:00-10:30"]),
        ("DTSTART;VALUE=DATE:20260312", ["09:00-17:00"]),
        ("DTSTART:20260301T100000\r\nDTEND:20260401T100000", ["09:00-17:00"]),
        ("DTSTART:20260312T100000\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20260312T100000\r\nDURATION:PT1H\r\nSTATUS:CANCELLED", []),
        ("DTSTART:20260312T100000\r\nDURATION:PT1H\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20260312T100000", []),
        ("DTSTART:20260101T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=TH", ["10:00-11:00"]),
        ("DTSTART:20260101T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY;BYDAY=2TH", ["10:00-11:00"]),
        ("DTSTART:20260226T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2", []),
        ("DTSTART:20260226T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3", ["10:00-11:00"]),
        ("DTSTART:20260226T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;UNTIL=20260311T000000Z", []),
        ("DTSTART:20260226T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEXDATE:20260312T100000", []),
        ("DTSTART:20260226T100000\r\nDURATION:PT1H\r\nRDATE:20260312T120000", ["12:00-13:00"]),
        ("BEGIN:VALARM\r\nDTSTART:20260312T100000\r\nDURATION:PT1H\r\nEND:VALARM", []),
    ],
)
def test_what_holds_a_time(event: str, held: list[str]) -> None:
    assert read(event) == held


def test_an_occurrence_that_was_moved_holds_its_new_time_only() -> None:
    series = "UID:a\r\nDTSTART:20260226T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY"
    moved = "UID:a\r\nRECURRENCE-ID:20260312T100000\r\nDTSTART:20260312T150000\r\nDURATION:PT1H"
    content = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{series}\nEND:VEVENT\nBEGIN:VEVENT\n{moved}\nEND:VEVENT\nEND:VCALENDAR"
    found = busy.read_busy(content.encode(), start=START, end=END, zone=ZONE)
    assert [a.astimezone(ZONE).hour for a, _b in found.times] == [15]


def test_an_answer_about_free_time_and_times_that_touch() -> None:
    content = (
        b"BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nFREEBUSY:20260312T080000Z/PT1H,20260312T090000Z/20260312T093000Z\n"
        b"FREEBUSY;FBTYPE=FREE:20260312T120000Z/PT1H\nEND:VFREEBUSY\nEND:VCALENDAR"
    )
    found = busy.read_busy(content, start=START, end=END, zone=ZONE)
    assert [(a.astimezone(ZONE).hour, b - a) for a, b in found.times] == [(10, timedelta(minutes=90))]


def test_over_the_clock_change_a_weekly_time_stays_by_the_clock() -> None:
    sunday = datetime(2026, 3, 29, 9, tzinfo=ZONE)
    event = "DTSTART;TZID=Europe/Helsinki:20260301T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY"
    assert read(event, start=sunday, end=sunday + timedelta(hours=8)) == ["10:00-11:00"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:19000101T000000\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY",
        "DTSTART:20260312T000000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3",
        "DTSTART:20260312T000000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART:20260312T000000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;INTERVAL=99999999999999999999",
        "DTSTART:99999999T000000",
        "DTSTART:20260312T000000\r\nDURATION:P99999W9D",
        "DURATION:PT1H",
    ],
)
def test_what_is_not_understood_is_counted_and_holds_nothing(event: str) -> None:
    found = busy.read_busy(file_of(event), start=START, end=END, zone=ZONE)
    assert (found.times, found.skipped) == ([], 1)


def test_a_rule_that_never_comes_true_costs_a_day_each() -> None:
    event = "DTSTART:20200101T000000\r\nDURATION:PT1H\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    assert read(*[event] * 500) == []


@pytest.mark.parametrize(
    "content",
    [
        file_of(*["DTSTART:19000101T000000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=99999999"] * 20),
        b"BEGIN:VCALENDAR\n" + b"X\n" * 450_000,
        b"BEGIN:VCALENDAR\n" + b"A" * busy.LARGEST,
        file_of("DTSTART:20260312T000000\r\nDURATION:PT1S\r\nRDATE:" + ",".join(["20260312T100000"] * 110_000)),
        file_of(*[f"DTSTART:20260312T{9 + n // 60:02}{n % 60:02}00\r\nDURATION:PT1S" for n in range(480)] * 2).replace(
            b"BEGIN:VEVENT\r\nUID:0\r\n", b"BEGIN:VEVENT\r\nUID:0\r\nDESCRIPTION:" + b"x:" * 900_000 + b"\r\n"
        ),
    ],
    ids=["count", "lines", "bytes", "dates", "text"],
)
def test_a_bomb_is_refused_or_harmless(content: bytes) -> None:
    try:
        found = busy.read_busy(content, start=START, end=END, zone=ZONE)
    except busy.TooMuch:
        return
    assert len(found.times) <= busy.MOST_TIMES


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\xff" * 100, "Hei".encode("utf-16")])
def test_what_is_no_calendar_is_said(content: bytes) -> None:
    with pytest.raises(busy.NotACalendar):
        busy.read_busy(content, start=START, end=END, zone=ZONE)


RULES = st.builds(
    lambda unit, every, days, stop: f"FREQ={unit};INTERVAL={every}{days}{stop}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    st.sampled_from(["", ";BYDAY=MO,TH", ";BYMONTHDAY=12,-1", ";BYMONTH=3,4;BYMONTHDAY=12"]),
    st.sampled_from(["", ";COUNT=7", ";UNTIL=20260401T000000Z"]),
)


@given(rule=RULES, back=st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_recurrences_are_those_that_dateutil_finds(rule: str, back: int) -> None:
    first = datetime(2026, 3, 12, 10, tzinfo=UTC) - timedelta(days=back)
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
    wanted = {one for one in rrulestr(rule, dtstart=first).between(start, end) if one > first}
    event = f"DTSTART:{first:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\nRRULE:{rule}"
    found = busy.read_busy(file_of(event), start=start, end=end, zone=ZONE)
    begins = {a.astimezone(UTC) for a, _b in found.times if a.astimezone(UTC) > first}
    if "COUNT" in rule and first not in rrulestr(rule, dtstart=first):
        return  # RFC 5545 counts the first one, dateutil does not, where the rule does not give it
    assert begins == wanted


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_content_breaks_it(noise: bytes) -> None:
    content = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260312T100000\nRRULE:" + noise + b"\nEND:VEVENT\nEND:VCALENDAR"
    busy.read_busy(content, start=START, end=END, zone=ZONE)
