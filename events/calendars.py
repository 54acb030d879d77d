"""Calendar files of meetings (iCalendar, RFC 5545 and 5546): what a mail carries, what a feed serves.

A meeting has one UID for its whole life. Each change raises its SEQUENCE, and a cancelled one goes out as CANCEL with
the same UID: so a calendar moves the entry it has, instead of keeping the old one beside the new. Pure: no Django, no
clock (DTSTAMP and LAST-MODIFIED are the time of the change, so the same meeting is always the same bytes). What the
calendars of the day ask beyond the standards, and where they say so, is in docs/calendars.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vRecur,
    vText,
    vUri,
)

ZONE = ZoneInfo("Europe/Helsinki")
PRODUCT = "-//Solmu//Meetings 1.0//EN"
REMINDER = timedelta(minutes=15)
REFRESH = timedelta(hours=1)


class Method(StrEnum):
    REQUEST = "REQUEST"
    """An invitation, or a change of it: goes by mail to the people concerned."""
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"
    """A file one downloads, or a feed: nobody is asked to answer."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class CalendarMeeting:
    """What a calendar is told. Times are aware; `changed_at` is when this `sequence` came to be."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    title: str
    changed_at: datetime
    organizer: Person
    attendees: tuple[Person, ...] = ()
    place: str = ""
    description: str = ""
    url: str = ""
    online: str = ""
    """The address of the online meeting, which calendars show as a button to join."""
    is_cancelled: bool = False
    language: str = ""
    is_all_day: bool = False
    """From midnight to midnight in Finland: told as days, so that it is the same days in every time zone."""
    reminds: bool = True
    """Whether a programme calls before it: not before what merely stands in a calendar for weeks."""


@dataclass(frozen=True, slots=True)
class MailPart:
    """The part of a mail that a calendar programme reads. `content_type` names the method, as RFC 6047 asks; the
    mail library adds the charset."""

    name: str
    content: str
    content_type: str


def mail_part(meeting: CalendarMeeting, *, name: str = "invite.ics") -> MailPart:
    """An invitation, an update (same UID, higher SEQUENCE) or a cancellation, to be sent to the attendees."""
    method = Method.CANCEL if meeting.is_cancelled else Method.REQUEST
    calendar = _calendar(method)
    calendar.add_component(_event(meeting, with_people=True))
    return MailPart(name, _bytes(calendar).decode(), f"text/calendar; method={method}")


def file_of(meeting: CalendarMeeting) -> bytes:
    """A file to download: published, so that opening it asks for no answer. It names no addresses."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add_component(_event(meeting, with_people=False))
    return _bytes(calendar)


def feed(meetings: Iterable[CalendarMeeting], *, name: str) -> bytes:
    """A person's meetings as a calendar to subscribe to: the same meetings are the same bytes, in order of UID.

    Cancelled meetings stay in it, marked so: some programmes keep an entry that merely disappears.
    """
    calendar = _calendar(Method.PUBLISH)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for meeting in sorted(meetings, key=lambda meeting: meeting.uid):
        calendar.add_component(_event(meeting, with_people=False))
    return _bytes(calendar)


def etag(content: bytes) -> str:
    """What a feed's reader sends back to ask whether anything has changed."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def _bytes(calendar: Calendar) -> bytes:
    content: bytes = calendar.to_ical()
    return content


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_helsinki())
    return calendar


def _helsinki() -> Timezone:
    """The zone's rule since 1996 (Directive 2000/84/EC keeps it): last Sundays of March and October at 01:00 UTC."""
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    for part, name, before, after, start, month in (
        (TimezoneDaylight(), "EEST", 2, 3, datetime(1996, 3, 31, 3), 3),  # noqa: DTZ001  # local by definition
        (TimezoneStandard(), "EET", 3, 2, datetime(1996, 10, 27, 4), 10),  # noqa: DTZ001  # local by definition
    ):
        part.add("dtstart", start)
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1su"))
        zone.add_component(part)
    return zone


def _event(meeting: CalendarMeeting, *, with_people: bool) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed_at.astimezone(UTC))
    event.add("last-modified", meeting.changed_at.astimezone(UTC))
    start, end = _times(meeting)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    is_free = meeting.is_cancelled or meeting.is_all_day  # whole days in a calendar do not keep one from meetings
    event.add("transp", "TRANSPARENT" if is_free else "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "FREE" if is_free else "BUSY")
    event.add("summary", _text(meeting.title, meeting.language))
    if meeting.place:
        event.add("location", _text(meeting.place, meeting.language))
    if meeting.description:
        event.add("description", _text(meeting.description, meeting.language))
    if meeting.url:
        event.add("url", meeting.url)
    if meeting.online:
        event.add("conference", vUri(meeting.online), parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    # The installation's own address: a published entry has an organiser too, and no attendees (RFC 5546, 3.2.1).
    event.add("organizer", _address(meeting.organizer))
    if with_people:
        for person in meeting.attendees:
            attendee = _address(person)
            attendee.params["role"] = vText("REQ-PARTICIPANT")
            # The meeting was agreed here: an answer in the calendar programme is not waited for.
            attendee.params["partstat"] = vText("ACCEPTED")
            attendee.params["rsvp"] = vText("FALSE")
            event.add("attendee", attendee, encode=False)
    if meeting.reminds and not meeting.is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _text(meeting.title, meeting.language))
        alarm.add("trigger", -REMINDER)
        event.add_component(alarm)
    return event


def _times(meeting: CalendarMeeting) -> tuple[date, date]:
    """As clock times of the zone, or days. In the hour that October repeats a clock time means its first turn only
    (RFC 5545, 3.3.5), so a meeting that touches it is told in UTC."""
    start, end = meeting.start.astimezone(ZONE), meeting.end.astimezone(ZONE)
    if meeting.is_all_day:
        return start.date(), end.date()
    if any(moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset() for moment in (start, end)):
        return start.astimezone(UTC), end.astimezone(UTC)
    return start, end


def _text(value: str, language: str) -> vText:
    text = vText(printable(value))
    if language:
        text.params["language"] = language
    return text


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{printable(person.email)}")
    # A parameter's value has no escape for a double quote or a line's end (RFC 5545, 3.1).
    name = printable(person.name).replace('"', "'").replace("\n", " ")
    if name:
        address.params["cn"] = vText(name)
    return address


def printable(value: str) -> str:
    """No control characters but line ends and tabs: iCalendar allows no others (RFC 5545, 3.1)."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
