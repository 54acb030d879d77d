"""How many meetings each person may and should have in a round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.models import MeetingLimit, Registration, Round


@dataclass(frozen=True)
class Limit:
    """`most` None: as many as fit."""

    most: int | None = None
    least: int = 0


def limits_of(round: Round, people: Iterable[int]) -> dict[int, Limit]:
    """{registration: limit} of each of these. What one says for oneself can only be less than what the round or the
    host allows, and is never passed for the host's least. One query, and none of a speed round: there everyone moves.
    """
    found = {pk: Limit(round.most_meetings) for pk in people}
    if round.is_speed:
        return found
    for row in MeetingLimit.objects.filter(round=round, registration__in=list(found)):
        allowed = [n for n in (row.most or round.most_meetings, row.own_most) if n is not None]
        most = min(allowed, default=None)
        least = row.least or 0
        found[row.registration_id] = Limit(most, least if most is None else min(least, most))
    return found


def set_by_host(round: Round) -> Sequence[MeetingLimit]:
    """Those of whom the host has said something, and those who have for themselves, by name."""
    rows = round.limits.filter(registration__state=Registration.State.CONFIRMED)
    rows = rows.select_related("registration__profile", "registration__user")
    return sorted(rows, key=lambda row: (row.registration.profile.name.casefold(), row.pk))


def least_of(round: Round) -> dict[int, int]:
    """{registration: so many the host would have them have}."""
    rows = round.limits.filter(least__isnull=False).values_list("registration", "least")
    return {registration: least for registration, least in rows if least is not None}


def own_most(round: Round, registration: Registration) -> int | None:
    """What one has said for oneself."""
    return (
        MeetingLimit.objects.filter(round=round, registration=registration).values_list("own_most", flat=True).first()
    )
