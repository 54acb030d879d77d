"""How many meetings each person may and should have in a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.models import MeetingLimit, MeetingParty, Registration, Round


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


class Allowance:
    """How many meetings more each of these people may have in the round, while new ones are written. Two queries."""

    def __init__(self, round: Round, people: Iterable[int]) -> None:
        self._most = {} if round.is_speed else {pk: limit.most for pk, limit in limits_of(round, people).items()}
        have = MeetingParty.objects.filter(busy_in__round=round, registration__in=list(self._most))
        self._have = Counter(have.values_list("registration", flat=True))

    def take(self, pair: Iterable[int]) -> None:
        """One meeting more for each."""
        self._have.update(pair)

    def is_full(self, pair: Iterable[int]) -> bool:
        """Whether one of them has as many as they may."""
        found = ((self._most.get(pk), self._have[pk]) for pk in pair)
        return any(most is not None and have >= most for most, have in found)


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
