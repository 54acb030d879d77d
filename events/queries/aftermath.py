"""What came of an event, in figures that anyone may see: counts, never names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from events.models import Event, Meeting


@dataclass(frozen=True)
class Came:
    """How many people and organisations had a seat, and how many meetings two and two were agreed for it."""

    people: int
    organisations: int
    meetings: int

    @property
    def anything(self) -> bool:
        return bool(self.people or self.meetings)


def came_of(event: Event, now: datetime) -> Came | None:
    """None before the event is over, and of one that was cancelled. Two reads."""
    if event.ends_at > now or event.is_cancelled or event.is_draft:
        return None
    seats = event.registrations.confirmed().aggregate(people=Count("pk"), organisations=Count("profile", distinct=True))
    meetings = Meeting.objects.agreed().filter(slot__round__event=event).count()
    return Came(seats["people"], seats["organisations"], meetings)
