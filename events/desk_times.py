"""When an advisory desk can take whom: visits of equal length, some of them booked, the rest for those in line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Opening:
    """From when until when, how long a visit is, and a break in which there are none."""

    opens_at: datetime
    closes_at: datetime
    minutes: int
    pause: tuple[datetime, datetime] | None = None

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def starts(self) -> list[datetime]:
        """When visits begin, in order. After the break they begin anew from its end."""
        found = []
        at = self.opens_at
        while at + self.length <= self.closes_at:
            if self.pause is not None and at < self.pause[1] and at + self.length > self.pause[0]:
                at = self.pause[1]
                continue
            found.append(at)
            at += self.length
        return found


def turns(
    opening: Opening, *, booked: Collection[datetime], now: datetime, busy_until: datetime | None = None
) -> list[datetime]:
    """When those in line have their turns, the first in line first.

    A booked time is kept for the one who booked it. A time of which less than half is left is no turn: the one who
    booked the next would wait.
    """
    from_then = max(now, busy_until) if busy_until is not None else now
    found = []
    for start in opening.starts():
        turn = max(start, from_then)
        if start not in booked and start + opening.length - turn >= opening.length / 2:
            found.append(turn)
    return found


def bookable(
    opening: Opening,
    *,
    booked: Collection[datetime],
    waiting: int,
    now: datetime,
    busy_until: datetime | None = None,
) -> list[datetime]:
    """Times ahead that can be booked: those that nobody in line waits for. Who books later passes nobody."""
    left = turns(opening, booked=booked, now=now, busy_until=busy_until)[waiting:]
    whole = set(opening.starts())
    return [start for start in left if start > now and start in whole]
