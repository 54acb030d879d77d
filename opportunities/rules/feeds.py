"""Who reads what others offer into the market, and how often it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules

EVERY = timedelta(hours=1)
LONGEST_REST = timedelta(hours=24)
"""However long a feed is down, it is tried once a day."""
REMEMBERED = timedelta(days=400)
"""How long one that was decided is known after its feed stopped telling of it."""
MOST_FEEDS = 100
MOST_WAITING = 200
"""Of one feed at a time: what nobody looks at does not pile up."""


def may_tell_of_others(user: Any) -> bool:
    """Coordinators answer for what is told in others' names: feeds, what comes from them, and sources by hand."""
    return accounts_rules.is_coordinator(user)


def rest_after(failures: int) -> timedelta:
    """Until it is tried again after so many failures one after the other: an hour, two, four, at most a day."""
    return EVERY if failures < 1 else min(EVERY * 2 ** min(failures - 1, 10), LONGEST_REST)
