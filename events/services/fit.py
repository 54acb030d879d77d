"""Those who come to an event looked through for one of them."""

from __future__ import annotations

from events.queries.fit import AMONG, comers, key_of
from matching import among

KEPT_FOR = 1800
"""Seconds: others register meanwhile."""
LOOK = "events.tasks.look_through_comers"


def look_through(*, event_id: int, profile_id: int) -> None:
    """In a worker. Only one who comes is answered; who may see which of the others is asked when a page shows it."""
    there = comers(event_id)
    if profile_id in there:
        among.find(key_of(event_id, profile_id), profile_id, there, length=AMONG, seconds=KEPT_FOR)
