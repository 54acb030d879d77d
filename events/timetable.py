"""The slots of a round, counted from its times. Pure: aware moments in, aware moments out.

Lengths are real ones: over the change of clocks a slot of twenty minutes is twenty minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

Span = tuple[datetime, datetime]


def slot_times(
    starts_at: datetime, ends_at: datetime, *, minutes: int, pause: int = 0, breaks: Sequence[Span] = ()
) -> list[Span]:
    """Slots one after another, `pause` minutes between them; one that would run into a break begins after it."""
    length, between = timedelta(minutes=minutes), timedelta(minutes=pause)
    at, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    ordered = sorted((begin.astimezone(UTC), over.astimezone(UTC)) for begin, over in breaks)
    found: list[Span] = []
    while at + length <= end:
        in_the_way = next((over for begin, over in ordered if begin < at + length and over > at), None)
        if in_the_way is not None:
            at = in_the_way
            continue
        found.append((at, at + length))
        at += length + between
    return found
