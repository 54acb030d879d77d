"""How a profile's contacts stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from accounts.models import Profile
from conversations import rules
from conversations.models import Contact


@dataclass(frozen=True)
class Budget:
    """How a profile's budget of contacts stands. `since` holds, by party approached, when that was last."""

    allowed: int
    since: dict[int, datetime]

    @property
    def left(self) -> int:
        return max(self.allowed - len(self.since), 0)

    @property
    def is_low(self) -> bool:
        return self.left <= rules.LOW

    @property
    def next_at(self) -> datetime | None:
        """When the next party can be approached, if none can be now."""
        if self.left or not self.allowed:
            return None
        return sorted(self.since.values())[len(self.since) - self.allowed] + rules.WINDOW


def budget_of(profile: Profile, *, now: datetime) -> Budget:
    """One read by the index (profile, at)."""
    window = Q(at__gt=now - rules.WINDOW, given_back_at=None)
    rows = (
        Contact.objects.filter(profile=profile, at__gt=now - rules.ANSWERS_COUNT_FOR)
        .values("other")
        .annotate(last=Max("at", filter=window), answered=Max("answered_at"))
        .values_list("other", "last", "answered")
    )
    found = list(rows)
    answered = sum(1 for _other, _last, when in found if when is not None)
    allowed = rules.contacts_allowed(profile, answered=answered, now=now)
    return Budget(allowed, {other: last for other, last, _when in found if last is not None})


def has_approached(profile: Profile, other: Profile) -> bool:
    """Whether the other side can know that `profile` wished to meet it. An interest is private and does not count."""
    visible = [Contact.Kind.MEETING, Contact.Kind.MESSAGE]
    return Contact.objects.filter(profile=profile, other=other, kind__in=visible, given_back_at=None).exists()
