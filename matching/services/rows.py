"""Writing what was matched: one profile's list, and one row in each of many lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber

from accounts.models import Profile
from matching.engine.ranking import LENGTH
from matching.models import Freshness, Suggestion
from matching.queries import vetoes
from matching.services import marks

REFILL_BELOW = 30
"""A list loses a row when a partner leaves. Below this many it is made anew: others may now belong in it."""
TOP = 5

_FIELDS = ["score", "direction", "evidence", "signature", "generation", "made_at"]


@dataclass
class Matched:
    """Rows of a profile's own list, and its row in each other list, by the other's id.

    `versions` are those of the texts that were compared, by profile.
    """

    profile_id: int
    own: dict[int, Suggestion] = field(default_factory=dict)
    in_others: dict[int, Suggestion] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)


def write(matched: Matched, *, now: datetime) -> list[int]:
    """Store it, in the caller's transaction. Returns whose first few the profile came into as a newcomer.

    A pair whose other side has changed since it was compared is left as it stands: that side has a mark of its own,
    and its match, which begins after ours was committed, reads both as they are now.
    """
    profile_id = matched.profile_id
    own = Suggestion.objects.filter(profile=profile_id)
    standing = Suggestion.objects.filter(other=profile_id)
    scores = dict(standing.values_list("profile_id", "score"))
    left_alone = _not_as_compared(
        {*matched.own, *matched.in_others, *scores, *own.values_list("other_id", flat=True)}, matched
    )

    own.exclude(other__in=left_alone | set(matched.own)).delete()
    gone = set(scores) - set(matched.in_others) - left_alone
    fits, fallen = _fit([row for key, row in matched.in_others.items() if key not in left_alone], scores)
    standing.filter(profile__in=gone | fallen).delete()

    mine = [row for key, row in matched.own.items() if key not in left_alone]
    Suggestion.objects.bulk_create(
        sorted([*mine, *fits], key=lambda row: (row.profile_id, row.other_id)),
        update_conflicts=True,
        unique_fields=["profile", "other"],
        update_fields=_FIELDS,
    )
    new = [row.profile_id for row in fits if row.profile_id not in scores]
    _cut(new)
    refill(gone | fallen, now=now)
    return _among_the_first(profile_id, new)


def refill(owner_ids: Iterable[int], *, now: datetime) -> None:
    """Mark the lists that have just run short."""
    owners = set(owner_ids)
    counts = Suggestion.objects.filter(profile__in=owners).values("profile").annotate(count=Count("pk")).order_by()
    for row in counts:
        if row["count"] == REFILL_BELOW - 1:
            marks.mark_stale(profile_id=row["profile"], now=now, changed=False)


def _not_as_compared(keys: Collection[int], matched: Matched) -> set[int]:
    """Changed since, gone, or forbidden since."""
    current = dict(
        Freshness.objects.filter(pk__in=keys, profile__status=Profile.Status.PUBLISHED).values_list("pk", "version")
    )
    known = matched.versions
    forbidden = vetoes(matched.profile_id)
    changed = {key for key in known if key in keys and (current.get(key) != known[key] or key in forbidden)}
    changed.discard(matched.profile_id)
    return changed


def _fit(offered: list[Suggestion], scores: dict[int, int]) -> tuple[list[Suggestion], set[int]]:
    """Which rows have a place in the other's list; and in whose list the profile has fallen below those unseen."""
    if not offered:
        return [], set()
    lists = {
        row["profile"]: row
        for row in Suggestion.objects.filter(profile__in=[row.profile_id for row in offered])
        .exclude(other=offered[0].other_id)
        .values("profile")
        .annotate(count=Count("pk"), low=Min("score"))
        .order_by()
    }
    fits, fallen = [], set()
    for row in offered:
        others = lists.get(row.profile_id, {"count": 0, "low": 0})
        before = scores.get(row.profile_id)
        below = row.score < others["low"]
        if before is None and others["count"] >= LENGTH and row.score <= others["low"]:
            continue
        if before is not None and row.score < before and below and others["count"] >= LENGTH - 1:
            fallen.add(row.profile_id)
        else:
            fits.append(row)
    return fits, fallen


def _placed(owner_ids: Collection[int]) -> list[tuple[int, int, int, int]]:
    """(row, owner, other, place) for whole lists."""
    placed = Suggestion.objects.filter(profile__in=owner_ids).annotate(
        place=Window(RowNumber(), partition_by=F("profile_id"), order_by=[F("score").desc(), F("other_id").asc()])
    )
    return list(placed.values_list("pk", "profile_id", "other_id", "place"))


def _cut(owner_ids: Collection[int]) -> None:
    """What stands below the list's length falls out."""
    if owner_ids:
        Suggestion.objects.filter(pk__in=[pk for pk, _o, _p, place in _placed(owner_ids) if place > LENGTH]).delete()


def _among_the_first(profile_id: int, owner_ids: Collection[int]) -> list[int]:
    if not owner_ids:
        return []
    return [owner for _pk, owner, other, place in _placed(owner_ids) if other == profile_id and place <= TOP]
