"""Telling people of what happened between profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from accounts.models import Representative, User
from matching.models import Connection, Freshness, Introduction, Newcomer
from notifications.services import notify

SETTLED_AFTER = timedelta(days=1)
"""A list is read when it is first made; only newcomers after that are news."""
FORGOTTEN_AFTER = timedelta(days=60)
"""Whoever comes back among the first few after that is news again."""


def representatives(profile_id: int) -> Iterable[User]:
    """Whoever acts for the profile."""
    return User.objects.filter(representations__profile=profile_id, is_active=True)


def tell_of_connection(*, connection: Connection, now: datetime) -> None:
    _tell_both("matching.connection", connection, now)


def tell_of_introduction(*, introduction: Introduction, now: datetime) -> None:
    _tell_both("matching.introduction", introduction, now)


def _tell_both(kind: str, pair: Connection | Introduction, now: datetime) -> None:
    """Each side about the other."""
    for mine, other in ((pair.a_id, pair.b_id), (pair.b_id, pair.a_id)):
        notify(kind, representatives(mine), {"profile": mine, "other": other}, key=f"{pair.pk}:{mine}", now=now)


def tell_of_interest_before_claim(*, profile_id: int, others: Collection[int], now: datetime) -> None:
    owners = User.objects.filter(
        representations__profile=profile_id, representations__role=Representative.Role.OWNER, is_active=True
    )
    for other in others:
        notify(
            "matching.interest_before_claim",
            owners,
            {"profile": profile_id, "other": other},
            key=f"{profile_id}:{other}",
            now=now,
        )


def tell_of_newcomer(*, newcomer_id: int, owner_ids: Collection[int], now: datetime) -> None:
    """A new partner stands among a list's first few. At most one such notice a week for a profile; those who come
    later in the week are noted, and the notice's letter tells of them too when it leaves (`matching.newcomers`)."""
    if not owner_ids:
        return
    year, week, _day = now.isocalendar()
    settled = Freshness.objects.filter(pk__in=owner_ids, first_matched_at__lt=now - SETTLED_AFTER)
    owners = list(settled.values_list("pk", flat=True))
    Newcomer.objects.bulk_create(
        [Newcomer(profile_id=owner, other_id=newcomer_id, at=now) for owner in owners], ignore_conflicts=True
    )
    for owner in owners:
        notify(
            "matching.suggestions",
            representatives(owner),
            {"profile": owner, "other": newcomer_id, "week": [year, week]},
            key=f"{owner}:{year}-{week}",
            now=now,
        )


def forget_newcomers(*, now: datetime) -> None:
    Newcomer.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
