"""What a round's participants have agreed outside it at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from events.models import Meeting, Registration, Round, Slot


def meetings_elsewhere(
    round: Round, people: Iterable[int], slots: Iterable[Slot] = ()
) -> list[tuple[datetime, datetime, int]]:
    """(start, end, registration) of the participants' agreed meetings outside this round that overlap with it."""
    registrations = dict(Registration.objects.filter(pk__in=people).values_list("user", "pk"))
    starts = min((round.starts_at, *(slot.starts_at for slot in slots)))
    ends = max((round.ends_at, *(slot.ends_at for slot in slots)))
    rows = (
        Meeting.objects.agreed()
        .overlapping(starts, ends)
        .filter(parties__user__in=registrations)
        .filter(Q(slot=None) | ~Q(slot__round=round))
        .values_list("starts_at", "ends_at", "parties__user")
    )
    return [(start, end, registrations[user]) for start, end, user in rows if user in registrations]
