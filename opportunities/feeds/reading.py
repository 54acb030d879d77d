"""What the bytes are: a calendar, a feed, or something to refuse."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from opportunities.feeds import calendars, markup
from opportunities.feeds.entries import LARGEST, MOST, Reading, Refused

_CALENDAR = re.compile(rb"\s*BEGIN:VCALENDAR", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<html\b", re.IGNORECASE)


def read(content: bytes, *, address: str, now: datetime, zone: tzinfo, most: int = MOST) -> Reading:
    """The entries of what was fetched from `address`. `zone` is that of days, and of times that name no zone. Raises
    `Refused`."""
    if len(content) > LARGEST:
        raise Refused("large")
    head = content.removeprefix(b"\xef\xbb\xbf")[:4000]
    if _CALENDAR.match(head):
        return calendars.read(content, address=address, now=now, zone=zone, most=most)
    if _PAGE.search(head):
        raise Refused("page")
    return markup.read(content, address=address, now=now, most=most)
