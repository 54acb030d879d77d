"""Counting how matching stands: one pass over all lists by the sweep, so that no page does it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from accounts.models import Profile, ProfileText
from matching import health, queries, rules, tuned
from matching.engine import evenness
from matching.engine.preferences import allows
from matching.models import Freshness, HealthDay, LonelyProfile, Preferences, Suggestion, Tuning
from matching.wishes import facts_of, read

FEW = 5
"""Fewer suggestions than are read at first."""
WEAK = 0.25
"""Of the points of the usual first suggestion here. What is usual moves with the weights; a number of points would not
mean the same tomorrow."""
KEPT_DAYS = timedelta(days=400)
MOST = 10
CHUNK = 200


@dataclass(frozen=True)
class Standing:
    """A list: how many suggestions, and the first one's points."""

    length: int = 0
    best: int = 0


def count_health(*, now: datetime) -> HealthDay:
    """Count all lists, note the lonely ones, and keep the day's figures in place of those counted earlier today.

    Counting is done outside any transaction, and writing is short: where there is one writer, nobody waits for it.
    """
    made = _made()
    lists = _standings(made)
    lonely = _lonely(lists, now)
    shown = list(_shown().values_list("pk", flat=True))
    # A cache that is down must not make the day's exposure nothing.
    high = queries.attention()[0] or queries.count_attention()
    counts = [high.get(pk, 0) for pk in shown]
    known = set(shown)
    most = sorted(((pk, n) for pk, n in high.items() if pk in known), key=lambda one: (-one[1], one[0]))
    figures = health.Figures(
        point=tuned.in_force().point,
        shown=len(shown),
        lists=len(lists),
        empty=sum(not one.length for one in lists.values()),
        lonely=len(lonely),
        in_some=_shown().filter(Exists(Suggestion.objects.filter(other=OuterRef("pk")))).count(),
        in_top=sum(count > 0 for count in counts),
        gini=round(evenness.gini(counts), 4),
        lorenz=[round(share, 4) for share in evenness.lorenz(counts)],
        spread=evenness.spread(counts),
        most=most[:MOST],
        points=_points(made.values()),
        stale=health.waiting().stale,
        oldest_list=min(made.values()).isoformat() if made else "",
    )
    return _keep(figures, lonely, now)


@transaction.atomic
def _keep(figures: health.Figures, lonely: Sequence[LonelyProfile], now: datetime) -> HealthDay:
    LonelyProfile.objects.bulk_create(
        lonely,
        update_conflicts=True,
        unique_fields=["profile"],
        update_fields=["length", "best", "within", "counted_at"],
        batch_size=500,
    )
    LonelyProfile.objects.exclude(counted_at=now).delete()
    today = timezone.localdate(now)
    HealthDay.objects.filter(day__lt=today - KEPT_DAYS).delete()
    day, _is_new = HealthDay.objects.update_or_create(
        day=today, defaults={"counted_at": now, "figures": health.written(figures)}
    )
    return day


def _shown() -> Any:
    return Profile.objects.published().filter(visibility__in=rules.SHOWN)


def _made() -> dict[int, datetime]:
    """When the lists that somebody reads were made. One that has not been made yet says nothing of its profile."""
    rows = Freshness.objects.filter(
        matched_at__isnull=False,
        profile__status=Profile.Status.PUBLISHED,
        profile__visibility__in=rules.SHOWN,
        profile__claimed_at__isnull=False,
    )
    return {pk: at for pk, at in rows.values_list("pk", "matched_at") if at is not None}


def _standings(made: Mapping[int, datetime]) -> dict[int, Standing]:
    rows = Suggestion.objects.values("profile_id").order_by().annotate(length=Count("pk"), best=Max("score"))
    found = {row["profile_id"]: Standing(row["length"], row["best"]) for row in rows}
    return {pk: found.get(pk, Standing()) for pk in made}


def _lonely(lists: Mapping[int, Standing], now: datetime) -> list[LonelyProfile]:
    bests = [one.best for one in lists.values() if one.length]
    least = WEAK * median(bests) if bests else 0
    within = _within_limits(lists)
    return [
        LonelyProfile(profile_id=pk, length=one.length, best=one.best, within=within.get(pk), counted_at=now)
        for pk, one in lists.items()
        if one.length < FEW or one.best < least or within.get(pk, FEW) < FEW
    ]


def _within_limits(lists: Mapping[int, Standing]) -> dict[int, int]:
    """How many suggestions each profile's own limits let through; of those that have limits."""
    wishes = {row.pk: read(row) for row in Preferences.objects.exclude(hard=[]) if row.pk in lists}
    limited = [pk for pk, wanted in wishes.items() if wanted.limits]
    offers = ProfileText.objects.filter(profile=OuterRef("other"), kind=ProfileText.Kind.OFFERS)
    found = dict.fromkeys(limited, 0)
    for start in range(0, len(limited), CHUNK):
        chunk = limited[start : start + CHUNK]
        me = {pk: facts_of(profile) for pk, profile in Profile.objects.in_bulk(chunk).items()}
        rows = Suggestion.objects.filter(profile__in=chunk).select_related("other").annotate(offers=Exists(offers))
        for row in rows.iterator():
            other = facts_of(row.other, offers=getattr(row, "offers", False))
            found[row.profile_id] += allows(wishes[row.profile_id], me[row.profile_id], other)
    return found


def _points(made: Iterable[datetime]) -> dict[str, int]:
    """Lists by the operating point that was in force when they were made."""
    history = list(Tuning.objects.order_by("at", "pk").values_list("at", "point"))
    times = [at for at, _point in history]
    points = [Tuning().point, *(point for _at, point in history)]
    return dict(Counter(points[bisect_right(times, at)] for at in made))
