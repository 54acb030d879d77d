"""Calendar files, parsed again by icalendar: what is written is what a calendar reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from events import calendars
from events.calendars import ZONE, CalendarMeeting, Person

START = datetime(2026, 12, 3, 10, 20, tzinfo=ZONE)
MEETING = CalendarMeeting(
    uid="tapaaminen-1@solmu.example",
    sequence=0,
    start=START,
    end=START + timedelta(minutes=20),
    title="Rauhala & Nord, pöytä 4",
    changed_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    organizer=Person("Solmu", "noreply@solmu.example"),
    attendees=(Person("Aino Aho", "aino@example.fi"), Person('Bo "Bosse" Berg', "bo@example.fi")),
    place="Kaupungintalo, Forum; sali 2",
    description="Mistä puhutaan:\nlastu, puru",
    url="https://solmu.example/fi/events/meetings/1/",
    language="fi",
)


def read(content: str | bytes) -> tuple[Any, list[Any]]:
    calendar = Calendar.from_ical(content)
    return calendar, list(calendar.walk("VEVENT"))


def test_an_invitation_says_who_when_and_where() -> None:
    part = calendars.mail_part(MEETING)
    calendar, [event] = read(part.content)
    assert part.content_type == "text/calendar; method=REQUEST"
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert event["UID"] == MEETING.uid
    assert event["SEQUENCE"] == 0
    assert event.decoded("DTSTART") == MEETING.start
    assert event.decoded("DTEND") == MEETING.end
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"
    assert str(event["SUMMARY"]) == MEETING.title
    assert str(event["LOCATION"]) == MEETING.place
    assert str(event["DESCRIPTION"]) == MEETING.description
    assert event["STATUS"] == "CONFIRMED"
    assert event["ORGANIZER"] == "mailto:noreply@solmu.example"
    assert [str(person) for person in event["ATTENDEE"]] == ["mailto:aino@example.fi", "mailto:bo@example.fi"]
    assert [person.params["CN"] for person in event["ATTENDEE"]] == ["Aino Aho", "Bo 'Bosse' Berg"]


def test_a_move_keeps_the_entry_and_raises_its_sequence() -> None:
    moved = replace(MEETING, sequence=1, start=START + timedelta(hours=1), end=START + timedelta(hours=2))
    _calendar, [event] = read(calendars.mail_part(moved).content)
    assert (event["UID"], event["SEQUENCE"]) == (MEETING.uid, 1)
    assert event.decoded("DTSTART") == START + timedelta(hours=1)


def test_a_cancellation_is_told_to_the_same_entry() -> None:
    part = calendars.mail_part(replace(MEETING, sequence=2, is_cancelled=True))
    calendar, [event] = read(part.content)
    assert "method=CANCEL" in part.content_type
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == (MEETING.uid, 2)
    assert event.walk("VALARM") == []


@pytest.mark.parametrize(
    ("local", "in_utc"),
    [
        (datetime(2026, 7, 1, 9, tzinfo=ZONE), "060000Z"),
        (datetime(2026, 12, 1, 9, tzinfo=ZONE), "070000Z"),
        (datetime(2026, 3, 29, 4, 30, tzinfo=ZONE), "013000Z"),
        (datetime(2026, 10, 25, 3, 30, tzinfo=ZONE, fold=1), "013000Z"),
    ],
)
def test_the_zone_in_the_file_agrees_with_the_worlds(local: datetime, in_utc: str) -> None:
    content = calendars.file_of(replace(MEETING, start=local, end=local + timedelta(minutes=20)))
    calendar, [event] = read(content)
    [zone] = calendar.walk("VTIMEZONE")
    written = event["DTSTART"].dt.replace(tzinfo=None)
    if "TZID" in event["DTSTART"].params:
        assert written.replace(tzinfo=zone.to_tz()).astimezone(UTC) == local.astimezone(UTC)
    assert event["DTSTART"].dt.astimezone(UTC).strftime("%H%M%SZ") == in_utc


def test_an_event_over_midnight_and_over_the_changed_clock_is_as_long_as_it_is() -> None:
    """From ten in the evening to six, on the night in which an hour is skipped, and on that in which one comes twice.
    In the hour that comes twice a clock time means its first turn only, so there the file tells UTC."""
    for day, hours in ((datetime(2026, 3, 28, 22, tzinfo=ZONE), 7), (datetime(2026, 10, 24, 22, tzinfo=ZONE), 9)):
        end = (day + timedelta(days=1)).replace(hour=6)
        _calendar, [event] = read(calendars.file_of(replace(MEETING, start=day, end=end)))
        begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
        assert (begins.day, ends.day, ends.hour) == (day.day, end.day, 6)
        assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=hours)
    first = datetime(2026, 10, 25, 3, 40, tzinfo=ZONE)
    second = first.replace(minute=10, fold=1)
    content = calendars.file_of(replace(MEETING, start=first, end=second))
    assert b"DTSTART:20261025T004000Z" in content
    assert b"DTEND:20261025T011000Z" in content


def test_whole_days_are_days_everywhere_and_keep_nobody_from_meetings() -> None:
    """Two days over the change of the clock; the end is the day after the last (RFC 5545, 3.6.1)."""
    start = datetime(2026, 3, 28, tzinfo=ZONE)
    two = replace(MEETING, start=start, end=datetime(2026, 3, 30, tzinfo=ZONE), is_all_day=True)
    content = calendars.file_of(two)
    assert b"DTSTART;VALUE=DATE:20260328" in content
    assert b"DTEND;VALUE=DATE:20260330" in content
    assert b"TRANSP:TRANSPARENT" in content
    assert b"X-MICROSOFT-CDO-BUSYSTATUS:FREE" in content


def test_an_online_meeting_has_an_address_to_join_by() -> None:
    _calendar, [event] = read(calendars.file_of(replace(MEETING, online="https://kokous.example/a?b=1,2;c")))
    assert str(event["CONFERENCE"]) == "https://kokous.example/a?b=1,2;c"
    assert event["CONFERENCE"].params["FEATURE"] == "VIDEO"
    assert "CONFERENCE" not in read(calendars.file_of(MEETING))[1][0]


def test_a_file_to_download_asks_for_no_answer_and_gives_no_addresses() -> None:
    content = calendars.file_of(MEETING)
    calendar, [event] = read(content)
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert event["ORGANIZER"] == "mailto:noreply@solmu.example"
    assert b"@example.fi" not in content


def test_a_feed_is_stable_and_keeps_what_was_cancelled() -> None:
    other = replace(MEETING, uid="tapaaminen-2@solmu.example", is_cancelled=True)
    content = calendars.feed([MEETING, other], name="Aino: tapaamiset")
    assert content == calendars.feed([other, MEETING], name="Aino: tapaamiset")
    calendar, events = read(content)
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED"]
    assert calendar["X-WR-CALNAME"] == "Aino: tapaamiset"
    assert calendars.etag(content) == calendars.etag(content)
    assert calendars.etag(content) != calendars.etag(calendars.feed([MEETING], name="Aino: tapaamiset"))


def test_an_empty_feed_is_a_calendar() -> None:
    calendar, events = read(calendars.feed([], name="Tapaamiset"))
    assert events == []
    assert calendar["METHOD"] == "PUBLISH"


hostile = st.text(st.characters(codec="utf-8"), max_size=200)


@given(title=hostile, place=hostile, description=hostile, name=hostile)
def test_no_text_breaks_the_file(title: str, place: str, description: str, name: str) -> None:
    meeting = replace(
        MEETING, title=title, place=place, description=description, attendees=(Person(name, "a@example.fi"),)
    )
    content = calendars.mail_part(meeting).content
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    _calendar, [event] = read(content)
    assert event["UID"] == MEETING.uid
    assert event.decoded("DTSTART") == MEETING.start
    assert str(event["SUMMARY"]) == calendars.printable(title)
    assert str(event["ATTENDEE"]) == "mailto:a@example.fi"
