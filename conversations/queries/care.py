"""Who of a profile's people takes care of a conversation, who is away, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Profile, Representative, User
from conversations import rules
from conversations.models import Absence, Side


@dataclass(frozen=True)
class Colleague:
    """A person of the profile; `away_until` is the last day of an absence that holds today."""

    user: User
    away_until: date | None = None

    @property
    def name(self) -> str:
        return self.user.name or self.user.email


@dataclass(frozen=True)
class Care:
    """How a conversation stands among the profile's own people. Nothing of it is shown to the other side."""

    side: Side
    colleagues: Mapping[int, Colleague]
    user: Any

    @property
    def is_shared(self) -> bool:
        return len(self.colleagues) > 1

    @property
    def taker(self) -> Colleague | None:
        """Whoever no longer represents the profile takes care of nothing."""
        return self.colleagues.get(self.side.taken_by_id or 0)

    @property
    def is_mine(self) -> bool:
        return self.taker is not None and self.side.taken_by_id == self.user.pk

    @property
    def waits(self) -> bool:
        return self.side.waits_from_id is not None

    @property
    def key(self) -> tuple[Any, ...]:
        """What an open page shows of it: as long as this is the same, nothing has changed."""
        return self.side.taken_by_id, self.side.taken_at, self.waits, *self.colleagues.items()

    @property
    def others(self) -> list[Colleague]:
        """Those to whom it can be given."""
        return [one for pk, one in self.colleagues.items() if pk not in (self.user.pk, self.side.taken_by_id)]


def colleagues_of(profile: Profile, *, now: datetime) -> dict[int, Colleague]:
    """The profile's people by their number, in the order in which they came; two reads."""
    people = [row.user for row in Representative.objects.filter(profile=profile).select_related("user").order_by("pk")]
    away = away_until([one.pk for one in people], now=now)
    return {one.pk: Colleague(one, away.get(one.pk)) for one in people}


def away_until(people: Collection[int], *, now: datetime) -> dict[int, date]:
    """The last day of those who are away today."""
    today = timezone.localdate(now)
    rows = Absence.objects.filter(user__in=people, first_day__lte=today, last_day__gte=today)
    return dict(rows.values_list("user", "last_day"))


def absence_of(user: Any, *, now: datetime) -> Absence | None:
    """One that holds or is still to come."""
    return Absence.objects.filter(user=user, last_day__gte=timezone.localdate(now)).first()


def care_of(side: Side, user: Any, *, now: datetime) -> Care:
    return Care(side, colleagues_of(side.profile, now=now), user)


def present(colleagues: Sequence[Colleague]) -> list[User]:
    """Those who are not away; when all are, all: somebody has to know."""
    here = [one.user for one in colleagues if one.away_until is None]
    return here or [one.user for one in colleagues]


def due(now: datetime) -> QuerySet[Side]:
    """What has waited for an answer too long, or whose keeper is away; nobody has been told of it yet."""
    today = timezone.localdate(now)
    represents = Representative.objects.filter(profile=OuterRef("profile"), user=OuterRef("taken_by"))
    keeper_away = Q(taken_by__absence__first_day__lte=today, taken_by__absence__last_day__gte=today)
    waiting = Side.objects.filter(waits_from__isnull=False, waits_told_at=None)
    return waiting.filter(Q(waits_from__at__lte=now - rules.WAITS) | keeper_away & Q(Exists(represents))).order_by("pk")


def shown(sides: QuerySet[Side], which: str, user: Any) -> QuerySet[Side]:
    """ "unanswered", "mine" (those that the person takes care of), or all."""
    if which == "unanswered":
        return sides.filter(waits_from__isnull=False)
    if which == "mine":
        return sides.filter(taken_by=user)
    return sides


def counts(sides: QuerySet[Side], user: Any) -> tuple[int, int]:
    """(unanswered, mine), in one read."""
    found = (
        sides.order_by().values_list("waits_from", "taken_by").filter(Q(waits_from__isnull=False) | Q(taken_by=user))
    )
    rows = list(found)
    return sum(1 for waits, _by in rows if waits), sum(1 for _waits, by in rows if by == user.pk)
