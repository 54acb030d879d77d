"""An entry as it is handed on, and how its words, links and days are made plain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html import unescape
from urllib.parse import urljoin, urlsplit

import nh3

LARGEST = 2_000_000
"""Bytes of a feed."""
MOST = 200
"""Entries that are looked at: the newest of a feed, the soonest of a calendar."""
LONGEST_RAW = 40_000
"""Characters of one text before its markup is taken off."""
LONGEST_TITLE = 120
LONGEST_TEXT = 3_900
LONGEST_LINK = 1000
FARTHEST = timedelta(days=3 * 366)
"""A deadline further away than this is taken for a mistake."""
_ENDS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/ul|/ol)\b[^<>]{0,200}>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?")
_GAPS = re.compile(r"\n{3,}")
_PRINTED = re.compile(r"[\x21-\x7e\u00a1-\U0010ffff]+")


class Refused(ValueError):  # what it is, not that it is an error
    """`reason` is one of: large, page (a web page, not a feed), unsafe, broken, other (no feed that is known)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is the same whenever the same entry is read; `published` is aware; `deadline` is the last day."""

    key: str
    title: str
    text: str
    link: str = ""
    published: datetime | None = None
    deadline: date | None = None

    @property
    def twin(self) -> str:
        """The same for the same thing told by another feed, or under another key. Empty where there is no link."""
        if not self.link:
            return ""
        return hashed(self.link, self.title.casefold(), self.deadline.isoformat() if self.deadline else "")


@dataclass(slots=True)
class Reading:
    """`left_out`: how many entries at least there are beyond `MOST`. `skipped`: those that could not be understood."""

    entries: list[Entry] = field(default_factory=list)
    left_out: int = 0
    skipped: int = 0


def hashed(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def plain(markup: str, longest: int) -> str:
    """The words without their markup: no tags, scripts or styles; paragraphs are lines."""
    words = unescape(nh3.clean(_ENDS.sub("\n", markup[:LONGEST_RAW]), tags=set()))
    text = _GAPS.sub("\n\n", _LINES.sub("\n", _SPACES.sub(" ", words.replace("\r\n", "\n").replace("\r", "\n"))))
    return shortened(text.strip(), longest)


def title_of(markup: str) -> str:
    return shortened(" ".join(plain(markup, LONGEST_RAW).split()), LONGEST_TITLE)


def shortened(text: str, longest: int) -> str:
    """At a space where there is one near."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rsplit(maxsplit=1)[0] if " " in cut[-40:] else cut).rstrip(" ,.;:") + "…"


def web_link(link: str, base: str) -> str:
    """An address of the web as a whole; empty for anything else, such as javascript:."""
    if not link.strip():
        return ""
    try:
        found = urljoin(base, link.strip()[: LONGEST_LINK * 2])
        parts = urlsplit(found)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    return found if len(found) <= LONGEST_LINK and _PRINTED.fullmatch(found) else ""


def believable_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """When it was published, where that can be: not before feeds were, and not tomorrow."""
    if moment is None or moment < datetime(1999, 1, 1, tzinfo=UTC) or moment > now + timedelta(days=1):
        return None
    return moment


def believable_day(day: date | None, today: date) -> date | None:
    return day if day is not None and day - today <= FARTHEST else None
