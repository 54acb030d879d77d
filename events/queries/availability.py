"""In which slots of a round people are away: what they marked, when they come and go, sessions, their calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from events.models import Absence, BusyTime, Presence, Round, SessionChoice, Slot

MARKED, PRESENCE, SESSION, CALENDAR = "marked", "presence", "session", "calendar"


def away_slots(round: Round, people: Iterable[int], slots: Sequence[Slot]) -> dict[int, dict[int, str]]:
    """{registration: {slot: why}}. Between a session, or what stands in a calendar, and the tables lies the round's way
    there. Four queries, however many the people and slots.
    """
    away: dict[int, dict[int, str]] = {pk: {} for pk in people}
    way = timedelta(minutes=round.travel_minutes)
    ids = list(away)
    for pk, start, end in BusyTime.objects.filter(registration__in=ids).values_list(
        "registration", "starts_at", "ends_at"
    ):
        away[pk].update({s.pk: CALENDAR for s in slots if start - way < s.ends_at and end + way > s.starts_at})
    choices = SessionChoice.objects.filter(registration__in=ids)
    for pk, start, end in choices.values_list("registration", "session__starts_at", "session__ends_at"):
        away[pk].update({s.pk: SESSION for s in slots if start - way < s.ends_at and end + way > s.starts_at})
    for presence in Presence.objects.filter(registration__in=ids):
        arrives, leaves = presence.arrives_at, presence.leaves_at
        away[presence.registration_id].update(
            {s.pk: PRESENCE for s in slots if (arrives and s.starts_at < arrives) or (leaves and s.ends_at > leaves)}
        )
    for absence in Absence.objects.filter(slot__round=round, registration__in=ids):
        away[absence.registration_id][absence.slot_id] = MARKED
    return away
