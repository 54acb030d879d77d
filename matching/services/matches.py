"""From a stale mark to rows: a changed profile's own list, and its place in the lists of others."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Block, Profile
from matching import evidence, rules
from matching.engine import Attention, Index, Suggested, meet
from matching.indexing import index_in_step
from matching.models import Freshness, Rebuild, Suggestion
from matching.queries import attention, vetoes
from matching.services import marks, rows
from matching.services.news import tell_of_newcomer
from matching.services.rows import Matched
from matching.tuned import weights_in_force

log = logging.getLogger(__name__)

_WRITE_LOCK = 7_305_201


def rematch(*, profile_id: int, now: datetime) -> bool:
    """Make the profile's suggestions right, if they are marked and no other worker is at it. True when it was done.

    Computing is done outside any transaction; writing is short, and one at a time, so that of two profiles that
    changed together the pair's row is that of the later texts, whoever writes first.
    """
    version = marks.lease(profile_id=profile_id, now=now)
    if version is None:
        return False
    with index_in_step() as index:
        matched = match(index, profile_id, now)
    with transaction.atomic():
        one_writer_at_a_time()
        entered = rows.write(matched, now=now)
        done = marks.settle(profile_id=profile_id, version=matched.versions.get(profile_id, version), now=now)
        if done:
            tell_of_newcomer(newcomer_id=profile_id, owner_ids=entered, now=now)
    return done


def rematch_all(*, now: datetime, limit: int | None = None, within: timedelta | None = None) -> int:
    """Deal with what is marked, the longest waiting first. Each profile fails or succeeds by itself. What a running
    rebuild will settle is left to it."""
    started = monotonic()
    waiting = Freshness.objects.filter(stale_since__isnull=False).filter(Q(leased_until=None) | Q(leased_until__lt=now))
    running = Rebuild.objects.filter(state=Rebuild.State.RUNNING).first()
    if running is not None:
        waiting = waiting.filter(changed_at__gt=running.started_at)
    done = 0
    for profile_id in list(waiting.order_by("stale_since", "pk").values_list("pk", flat=True)[:limit]):
        if within is not None and monotonic() - started > within.total_seconds():
            break
        try:
            done += rematch(profile_id=profile_id, now=now)
        except Exception:  # a boundary: one profile that cannot be matched must not keep the others waiting
            log.exception("profile %s was not matched; it is tried again when its lease ends", profile_id)
    return done


def withdraw(*, profile_id: int, now: datetime) -> None:
    """Take away at once what must not be shown: a hidden or removed profile's rows, and rows across a block.

    Rows that a worker is writing at this moment are left to the match that follows the mark; until then the pages'
    own filter keeps them out of sight.
    """
    profile = Profile.objects.filter(pk=profile_id).first()
    about = Q(profile=profile_id) | Q(other=profile_id)
    if profile is not None and profile.status == Profile.Status.PUBLISHED:
        blocked = _across_blocks(profile_id)
        about &= Q(profile__in=blocked) | Q(other__in=blocked)
        if not rules.can_be_proposed(profile):
            about |= Q(other=profile_id)
    locked = Suggestion.objects.filter(about).select_for_update(skip_locked=True).values_list("pk", "profile_id")
    gone = dict(locked)
    if gone:
        Suggestion.objects.filter(pk__in=gone).delete()
        rows.refill([owner for owner in gone.values() if owner != profile_id], now=now)


def _across_blocks(profile_id: int) -> set[int]:
    pairs = Block.objects.filter(Q(blocker=profile_id) | Q(blocked=profile_id)).values_list("blocker_id", "blocked_id")
    return {one for pair in pairs for one in pair if one != profile_id}


def match(index: Index, profile_id: int, now: datetime) -> Matched:
    """What the engine says of a profile now: its list, and its row in every list where it has a place."""
    matched = Matched(profile_id)
    if profile_id not in index:
        return matched
    counts, fair = attention()
    met = meet(
        index, profile_id, vetoes=vetoes(profile_id), attention=Attention(counts, fair), weigh=weights_in_force()
    )
    matched.own = {one.other: _row(index, one, now) for one in met.own}
    matched.in_others = {key: _row(index, one, now) for key, one in met.in_others.items()}
    matched.versions = {key: _version(index, key) for key in (profile_id, *met.candidates)}
    return matched


def _version(index: Index, key: int) -> int:
    version = index.version(key)
    return version if isinstance(version, int) else 0


def _row(index: Index, one: Suggested, now: datetime) -> Suggestion:
    return Suggestion(
        profile_id=one.me,
        other_id=one.other,
        score=one.score,
        direction=str(one.direction),
        evidence=evidence.write(one),
        signature=one.signature,
        generation=_version(index, one.me),
        made_at=now,
    )


def one_writer_at_a_time() -> None:
    """SQLite has one writer as it is; on PostgreSQL a lock that ends with the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITE_LOCK])
