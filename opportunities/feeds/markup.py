"""RSS and Atom. The markup is walked once by a parser that refuses types and entities; of it only the newest entries
are kept, cut to size, and it is those alone, written anew, that feedparser reads."""

from __future__ import annotations

import calendar
import heapq
import io
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring  # nosec B405  # builds and writes; never parses

import feedparser
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from opportunities.feeds.entries import (
    LONGEST_RAW,
    LONGEST_TEXT,
    Entry,
    Reading,
    Refused,
    believable_moment,
    hashed,
    plain,
    title_of,
    web_link,
)

DEEPEST = 60
MOST_PARTS = 400
"""Elements of one entry."""
MOST_ENTRIES = 20_000
"""Among so many the newest are chosen; a feed begins with them."""
MOST_ELEMENTS = 150_000
LONGEST_VALUE = 2000
ROOTS = {"rss": "channel", "rdf": "", "feed": ""}
"""What a feed begins with, and what holds its entries when that is not the root itself."""
DATES = ("published", "pubdate", "date", "issued", "updated", "modified")


def read(content: bytes, *, address: str, now: datetime, most: int) -> Reading:
    walk = _Walk(most)
    parser = XMLParser(target=walk, forbid_dtd=True)  # nosec B314  # defusedxml's own
    try:
        parser.feed(content)
        parser.close()
    except _Enough:
        pass
    except DefusedXmlException as error:
        raise Refused("unsafe") from error
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("broken") from error
    found = feedparser.parse(io.BytesIO(walk.written()), sanitize_html=False, resolve_relative_uris=False)
    reading = Reading(left_out=walk.count - len(walk.newest))
    for one in found.entries[:most]:
        entry = _entry(one, address, now)
        if entry is None:
            reading.skipped += 1
        else:
            reading.entries.append(entry)
    return reading


class _Enough(Exception):  # what it is, not that it is an error
    """What follows is not looked at."""


class _Walk:
    """What the parser tells of. Holds at most the newest entries at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.root: tuple[str, dict[str, str]] | None = None
        self.path: list[str] = []
        self.count = 0
        self.newest: list[tuple[float, int, Element]] = []
        self._builder: TreeBuilder | None = None
        self._parts = self._left = self._past = self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if self.root is None:
            if name not in ROOTS:
                raise Refused("page" if name == "html" else "other")
            self.root = (tag, _cut(attributes))
        self._elements += 1
        if self._elements > MOST_ELEMENTS or self.count >= MOST_ENTRIES:
            raise _Enough
        if len(self.path) >= DEEPEST:
            raise Refused("broken")
        if self._builder is None and name in ("item", "entry") and self._holds_entries():
            self._builder, self._parts, self._left, self._past = TreeBuilder(), 0, LONGEST_RAW * 2, 0
        self.path.append(name)
        if self._builder is not None:
            self._parts += 1
            if self._past or self._parts > MOST_PARTS:
                self._past += 1
            else:
                self._builder.start(tag, _cut(attributes))

    def data(self, data: str) -> None:
        if self._builder is not None and not self._past and self._left > 0:
            self._builder.data(data[: self._left])
            self._left -= len(data)

    def end(self, tag: str) -> None:
        name = self.path.pop()
        if self._builder is None:
            return
        if self._past:
            self._past -= 1
            return
        self._builder.end(tag)
        if name in ("item", "entry") and self._holds_entries():
            self._keep(self._builder.close())
            self._builder = None

    def close(self) -> None:
        pass

    def _holds_entries(self) -> bool:
        """Whether what is open now is what entries stand in."""
        holder = ROOTS[self.path[0]] if self.path else ""
        return self.path[1:] == ([holder] if holder else [])

    def _keep(self, element: Element) -> None:
        """The newest, and of those without a day the first."""
        self.count += 1
        at = next((at for part in element if _local(part.tag) in DATES and (at := _moment(part.text))), None)
        heapq.heappush(self.newest, (at.timestamp() if at else float("-inf"), -self.count, element))
        if len(self.newest) > self.most:
            heapq.heappop(self.newest)

    def written(self) -> bytes:
        """A feed of what was kept, in its own order. Without a root there was nothing, not even an element."""
        if self.root is None:
            raise Refused("broken")
        tag, attributes = self.root
        root = Element(tag, attributes)
        holder = root
        if ROOTS[_local(tag)]:
            holder = Element(tag[: -len(_local(tag))] + ROOTS[_local(tag)])
            root.append(holder)
        for _at, _order, element in sorted(self.newest, key=lambda one: -one[1]):
            holder.append(element)
        return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _cut(attributes: dict[str, str]) -> dict[str, str]:
    return {name: value[:LONGEST_VALUE] for name, value in list(attributes.items())[:20]}


def _moment(text: str | None) -> datetime | None:
    """Only to tell which are the newest."""
    text = (text or "").strip()[:60]
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reader(text)
            found.timestamp()
        except (ValueError, TypeError, IndexError, OverflowError, OSError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _entry(one: Any, address: str, now: datetime) -> Entry | None:
    """None for one that says nothing."""
    title, given, link = (
        title_of(str(one.get("title") or "")),
        str(one.get("id") or "").strip(),
        str(one.get("link") or ""),
    )
    if link == given and not link.lower().startswith("http"):
        link = ""  # a name of its own, which feedparser takes for an address
    link = web_link(link, address)
    bodies = [str(part.get("value") or "") for part in one.get("content") or ()] + [str(one.get("summary") or "")]
    text = max((plain(body, LONGEST_TEXT) for body in bodies), key=len)
    if not title and not text:
        return None
    title = title or title_of(text)
    # Not by feedparser's own `get`, which says one for the other with a warning.
    published = _told(dict.get(one, "published_parsed")) or _told(dict.get(one, "updated_parsed"))
    known_by = given or link or f"{title}\n{published or ''}"
    return Entry(hashed(known_by), title, text or title, link, believable_moment(published, now))


def _told(parts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None
