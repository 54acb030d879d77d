"""What a round's participants have agreed outside it at the same time, or so near that they could not walk there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from events.models import Meeting, Registration, Round, Slot

Taken = tuple[datetime, datetime, int]
"""Start, end and the registration of whom it takes."""


def meetings_elsewhere(
    round: Round, people: Iterable[int], slots: Iterable[Slot] = (), *, since: datetime | None = None
) -> list[Taken]:
    """The times of the participants' agreed meetings outside this round that overlap with it. One that
    is held at another place begins so many minutes earlier, and ends as many later, as the event says that the way
    between its halls takes. With `since`, only those agreed or changed from then on. One query."""
    registrations = dict(Registration.objects.filter(pk__in=people).values_list("user", "pk"))
    way = timedelta(minutes=round.event.walk_minutes)
    starts = min((round.starts_at, *(slot.starts_at for slot in slots))) - way
    ends = max((round.ends_at, *(slot.ends_at for slot in slots))) + way
    rows = (
        Meeting.objects.agreed()
        .overlapping(starts, ends)
        .filter(parties__user__in=registrations)
        .filter(Q(slot=None) | ~Q(slot__round=round))
        .values_list("starts_at", "ends_at", "place", "parties__user")
    )
    if since is not None:
        rows = rows.filter(revised_at__gte=since)
    here, found = round.place or round.event.place, []
    for start, end, place, user in rows:
        if user in registrations:
            walk = way if are_apart(here, place) else timedelta(0)
            found.append((start - walk, end + walk, registrations[user]))
    return found


def who_is_elsewhere(taken: Iterable[Taken], slot: Slot) -> set[int]:
    """Registrations of those whom `meetings_elsewhere` takes within the slot."""
    return {who for start, end, who in taken if start < slot.ends_at and end > slot.starts_at}


def are_apart(one: str, other: str) -> bool:
    """Whether there is a way between two places: both are named, and neither is an address on the net."""
    places = {" ".join(place.casefold().split()) for place in (one, other)}
    return len(places) == 2 and all(place and "://" not in place for place in places)


def cannot_reach(round: Round, people: Iterable[int], slot: Slot) -> bool:
    """Whether one of them is in a meeting outside the round then, or on the way from it or to it."""
    return bool(who_is_elsewhere(meetings_elsewhere(round, people, [slot]), slot))
