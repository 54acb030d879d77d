"""The mark that a profile's suggestions are out of date, and the lease on dealing with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Profile
from core.tasks import wake
from matching import rules
from matching.models import Freshness

REMATCH = "matching.tasks.rematch"


def mark_stale(*, profile_id: int, now: datetime, changed: bool = True) -> None:
    """Note that the profile is to be matched, and wake a worker.

    `changed` False: its texts are the same, and only its list wants filling; other processes need not read it again.
    """
    mark: dict[str, Any] = {"stale_since": Coalesce(F("stale_since"), now), "attempts": 0}
    if changed:
        mark |= {"version": F("version") + 1, "changed_at": now}
    if not Freshness.objects.filter(pk=profile_id).update(**mark):
        Freshness.objects.bulk_create(
            [Freshness(profile_id=profile_id, stale_since=now, changed_at=now)], ignore_conflicts=True
        )
    wake(REMATCH, profile_id)


def mark_the_unmarked(*, now: datetime, limit: int | None = 1000) -> int:
    """Published profiles that came without a word (loaded from a file, restored from a backup) get their mark."""
    unmarked = (
        Profile.objects.filter(status=Profile.Status.PUBLISHED)
        .exclude(pk__in=Freshness.objects.values("pk"))
        .values_list("pk", flat=True)[:limit]
    )
    rows = [Freshness(profile_id=pk, stale_since=now, changed_at=now) for pk in unmarked]
    Freshness.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def lease(*, profile_id: int, now: datetime) -> int | None:
    """Take the work on a profile for a while; its version, or None when nothing is to be done or another is at it."""
    mark = Freshness.objects.filter(pk=profile_id, stale_since__isnull=False).first()
    if mark is None:
        return None
    free = Freshness.objects.filter(pk=profile_id, stale_since__isnull=False).filter(
        Q(leased_until=None) | Q(leased_until__lt=now)
    )
    taken = free.update(leased_until=now + rules.lease_for(mark.attempts), attempts=F("attempts") + 1)
    if not taken:
        return None
    return Freshness.objects.values_list("version", flat=True).get(pk=profile_id)


def settle(*, profile_id: int, version: int, now: datetime) -> bool:
    """The profile is matched as of `version`; False when it has changed meanwhile, and the mark stays."""
    done = Freshness.objects.filter(pk=profile_id, version=version).update(
        stale_since=None,
        leased_until=None,
        attempts=0,
        matched_version=version,
        matched_at=now,
        first_matched_at=Coalesce(F("first_matched_at"), now),
    )
    if not done:
        Freshness.objects.filter(pk=profile_id).update(leased_until=None, attempts=0)
        wake(REMATCH, profile_id)
    return bool(done)
