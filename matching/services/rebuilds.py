"""Everybody's list made anew: in blocks that workers share, that can be stopped and carried on, while the old lists
serve.

A block is leased, matched outside any transaction, and written whole in one; a worker that is killed leaves its block
as it was, and another takes it when the lease ends. What changes while a block is at work is left to the match of the
change itself, which has a mark of its own.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tasks import wake
from matching import queries
from matching.engine import Attention, Index, suggest
from matching.engine.ranking import HIGH
from matching.indexing import index_in_step
from matching.models import Freshness, Rebuild, RebuildBlock, Suggestion
from matching.services import marks
from matching.services.lists import Row, replace_lists, row
from matching.services.matches import one_writer_at_a_time
from matching.tuned import weights_in_force

log = logging.getLogger(__name__)

WORK = "matching.tasks.work_on_rebuild"
BLOCK = 250
"""Profiles: about a second's work, which is what is lost with a worker."""
LEASE = timedelta(minutes=1)
HANDS = 8
"""So many workers are woken; more find the work by the sweep."""
COMMITTED = timedelta(seconds=10)
"""By then a change that was begun stands in the database, so whoever changed so long before was read as they are."""
RECENT = timedelta(seconds=5)
"""So old may the index be that blocks are made with: to ask what has changed among a hundred thousand profiles takes a
good part of the time of a block. Whoever has changed meanwhile is left to their own match as it is."""
MANY = 1_000
"""Profiles that wait to be matched. So many together are matched sooner as a whole."""


class RebuildIsRunning(DomainError):
    message = _("The lists are being made anew already.")


class NothingToCarryOn(DomainError):
    message = _("There is no stopped rebuild to carry on.")


@transaction.atomic
def start_rebuild(*, now: datetime, by: Any = None, instead: bool = False) -> Rebuild:
    """Cut the profiles whose lists are read into blocks, and wake workers; `instead` of one that runs, whose lists are
    made by what is no longer so."""
    if instead:
        stop_rebuild(now=now)
    marks.mark_the_unmarked(now=now - COMMITTED, limit=None)
    try:
        with transaction.atomic():
            rebuild = Rebuild.objects.create(started_at=now, by=by)
    except IntegrityError:
        raise RebuildIsRunning from None
    keys = list(queries.readers().order_by("pk").values_list("pk", flat=True))
    parts = [keys[start : start + BLOCK] for start in range(0, len(keys), BLOCK)]
    RebuildBlock.objects.bulk_create(
        RebuildBlock(rebuild=rebuild, first=part[0], last=part[-1], profiles=len(part)) for part in parts
    )
    rebuild.profiles = len(keys)
    rebuild.save(update_fields=["profiles"])
    for _hand in range(min(HANDS, max(1, len(parts)))):
        wake(WORK, rebuild.pk)
    return rebuild


def stop_rebuild(*, now: datetime) -> bool:
    """No further block is begun, and one that is at work is not written; what is done stays. False: none ran."""
    return bool(_running().update(state=Rebuild.State.STOPPED, ended_at=now))


@transaction.atomic
def carry_on_rebuild(*, now: datetime) -> Rebuild:
    """Take up the newest one where it was stopped."""
    rebuild = Rebuild.objects.select_for_update().first()
    if rebuild is None or rebuild.state != Rebuild.State.STOPPED:
        raise NothingToCarryOn
    rebuild.state, rebuild.ended_at = Rebuild.State.RUNNING, None
    rebuild.save(update_fields=["state", "ended_at"])
    rebuild.blocks.filter(done_at=None).update(leased_until=None)
    for _hand in range(HANDS):
        wake(WORK, rebuild.pk)
    return rebuild


def tend_rebuild(*, now: datetime) -> None:
    """By the sweep: wake workers for what a lost message or a killed worker left, and begin one by itself when very
    many wait to be matched (an import, a first start). One that somebody stopped stays so."""
    running = _running().first()
    if running is not None:
        if running.blocks.free(now).exists() or not running.blocks.left().exists():
            wake(WORK, running.pk)
        return
    newest = Rebuild.objects.first()
    if newest is not None and newest.state == Rebuild.State.STOPPED:
        return
    if Freshness.objects.filter(stale_since__isnull=False)[: MANY + 1].count() > MANY:
        start_rebuild(now=now)


def work_on_rebuild(*, rebuild_id: int, now: datetime) -> bool:
    """Do one block. False when there is none left to take: all are done, or others are at them."""
    with closing(work_through(rebuild_id=rebuild_id, clock=lambda: now)) as blocks:
        return any(True for _block in blocks)


def work_through(*, rebuild_id: int, clock: Callable[[], datetime] = timezone.now) -> Generator[None]:
    """Block after block, until there is none left to take. The next one is leased in the transaction that writes the
    last: on SQLite, two workers that ask for the lock twice in a row fall into step, and wait for each other at each
    block.
    """
    leased: RebuildBlock | None = None
    try:
        while (rebuild := _running().filter(pk=rebuild_id).first()) is not None:
            now, began = clock(), monotonic()
            with index_in_step(since=max(rebuild.started_at, timezone.now() - RECENT)) as index:
                # To bring the index in step may take long the first time: the lease begins after it.
                block, leased = leased or _lease(rebuild, _later(now, began)), None
                made = _make(index, block, rebuild, now) if block else None
            if block is None or made is None:
                _end(rebuild, now)
                return
            try:
                with transaction.atomic():
                    _write(made, block, now)
                    leased = _lease(rebuild, _later(now, began))
            except IntegrityError:
                # Somebody who was proposed has gone for good in this very moment: it is done again without them.
                log.info("block %s of rebuild %s is done again", block.pk, rebuild_id)
                leased = block
                with index_in_step():
                    pass
            if not rebuild.blocks.left().exists():
                _end(rebuild, now)
            yield
    finally:
        if leased is not None:
            RebuildBlock.objects.filter(pk=leased.pk).update(leased_until=None)


def _later(now: datetime, began: float) -> datetime:
    return now + timedelta(seconds=monotonic() - began)


def _running() -> Any:
    return Rebuild.objects.filter(state=Rebuild.State.RUNNING)


def _lease(rebuild: Rebuild, now: datetime) -> RebuildBlock | None:
    for block in rebuild.blocks.free(now)[:HANDS]:
        if RebuildBlock.objects.free(now).filter(pk=block.pk).update(leased_until=now + LEASE):
            return block
    return None


@dataclass(frozen=True)
class _Made:
    """Lists by profile, and the versions of all whose texts were compared."""

    lists: Mapping[int, Sequence[Row]]
    versions: Mapping[int, object]


def _make(index: Index, block: RebuildBlock, rebuild: Rebuild, now: datetime) -> _Made:
    shown, weigh = _shown(index, rebuild), weights_in_force()
    barred = queries.vetoes_within(block.first, block.last)
    readers = queries.readers().filter(pk__gte=block.first, pk__lte=block.last).order_by("pk")
    lists = {}
    for key in readers.values_list("pk", flat=True):
        try:
            if key in index:
                found = suggest(index, key, vetoes=barred.get(key, ()), attention=shown, weigh=weigh)
                lists[key] = [row(one) for one in found]
        except Exception:  # a boundary: who cannot be matched keeps the old list, and the others get theirs
            log.exception("profile %s was not matched; it is tried again by itself", key)
            marks.mark_stale(profile_id=key, now=now)
    compared = {*lists, *(one.other for found in lists.values() for one in found)}
    return _Made(lists, {key: index.version(key) for key in compared})


def _write(made: _Made, block: RebuildBlock, now: datetime) -> None:
    """All lists but those of profiles that have changed since; and of each list all rows but those about others that
    have changed since, which their own match writes, or has written: such a row stands as it is. In the caller's
    transaction."""
    one_writer_at_a_time()
    mine = RebuildBlock.objects.filter(pk=block.pk, done_at=None, rebuild__state=Rebuild.State.RUNNING)
    if not mine.exists():
        return
    changed = queries.changed_since(made.versions, now)
    barred = queries.vetoes_within(block.first, block.last)
    lists = {
        key: [one for one in found if one.other not in changed and one.other not in barred.get(key, ())]
        for key, found in made.lists.items()
        if key not in changed
    }
    standing = Suggestion.objects.filter(profile__in=lists, other__in=changed)
    kept = [row for row in standing if row.other_id not in barred.get(row.profile_id, ())] if changed else []
    replace_lists(lists, {key: _number(made.versions[key]) for key in lists}, now)
    Suggestion.objects.bulk_create(kept)
    high = Counter(one.other for found in lists.values() for one in found[:HIGH])
    mine.update(done_at=now, leased_until=None, high=high)


def _number(version: object) -> int:
    return version if isinstance(version, int) else 0


@dataclass
class _Counted:
    """How often each stands high in the blocks of a rebuild that this process has read: no block is read twice. It
    lives as long as the index that the blocks are made with."""

    rebuild: int = 0
    blocks: set[int] = field(default_factory=set)
    times: Counter[int] = field(default_factory=Counter)


_counted: WeakKeyDictionary[Index, _Counted] = WeakKeyDictionary()


def _shown(index: Index, rebuild: Rebuild) -> Attention:
    """How often each stands high in the lists that are done. While the index is held, so by one thread at a time."""
    counted = _counted.get(index)
    if counted is None or counted.rebuild != rebuild.pk:
        counted = _counted[index] = _Counted(rebuild.pk)
    done = set(rebuild.blocks.filter(done_at__isnull=False).values_list("pk", flat=True))
    for high in rebuild.blocks.filter(pk__in=done - counted.blocks).values_list("high", flat=True):
        for key, times in high.items():
            counted.times[int(key)] += times
    counted.blocks |= done
    return Attention(counted.times, queries.fair_share(counted.times.total()))


def _end(rebuild: Rebuild, now: datetime) -> None:
    """When no block is left. Whoever waited to be matched since before it began has been, in every list."""
    if rebuild.blocks.left().exists():
        return
    with transaction.atomic():
        one_writer_at_a_time()
        if not _running().filter(pk=rebuild.pk).update(state=Rebuild.State.DONE, ended_at=now):
            return
        Freshness.objects.filter(stale_since__isnull=False, changed_at__lte=rebuild.started_at - COMMITTED).update(
            stale_since=None,
            leased_until=None,
            attempts=0,
            matched_version=F("version"),
            matched_at=now,
            first_matched_at=Coalesce(F("first_matched_at"), now),
        )
        # How often each stood high steered the blocks, and is of no use any more.
        rebuild.blocks.update(high={})
