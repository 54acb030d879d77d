"""Feeds: kept by coordinators, read by workers. Nothing is fetched while a page is waited for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit, outgoing
from core.errors import DomainError
from core.tasks import wake
from core.text import clean_text
from opportunities import feeds as reader
from opportunities.feeds import Entry, Reading, Refused
from opportunities.models import Candidate, Feed, Opportunity
from opportunities.models.feeds import KEPT
from opportunities.rules import feeds as rules
from opportunities.services.common import Stale
from opportunities.services.sources import OnlyCoordinatorsTell
from themes.models import Theme

log = logging.getLogger(__name__)
READ = "opportunities.tasks.read_feeds"
AT_ONCE = 10
LEASE = timedelta(minutes=5)
PATIENCE = 20.0
State = Candidate.State
WORDS = ("title", "text", "link", "deadline")
READ_FIELDS = (
    "problem", "failures", "failing_since", "read_at", "left_out", "due_at", "etag", "last_modified",
)  # fmt: skip


class Unnamed(DomainError):
    message = _("Write the name of the source.")


class BadAddress(DomainError):
    message = _("Write the address of the feed. It begins with https:// or webcal://.")


class AddedAlready(DomainError):
    message = _("This address is read already.")


class TooManyFeeds(DomainError):
    message = _("A hundred feeds are read already. Remove one that is not needed any more.")


class FeedGone(DomainError):
    message = _("This feed has been removed.")


@dataclass(frozen=True)
class FeedPlan:
    """A feed as its form gives it. An empty language is told by each text."""

    name: str
    address: str
    kind: str = Opportunity.Kind.FUNDING
    visibility: str = Opportunity.Visibility.PUBLIC
    language: str = ""
    themes: tuple[Theme, ...] = ()


@transaction.atomic
def add_feed(*, plan: FeedPlan, by: Any, now: datetime) -> Feed:
    """It is read soon, by a worker. Raises `OnlyCoordinatorsTell`, `TooManyFeeds`, `Unnamed`, `BadAddress` or
    `AddedAlready`."""
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    if Feed.objects.count() >= rules.MOST_FEEDS:
        raise TooManyFeeds
    feed = Feed(created_by=by, due_at=now)
    _write(feed, plan)
    audit.record("feed.added", feed, by=by, now=now)
    wake(READ)
    return feed


@transaction.atomic
def change_feed(*, feed: Feed, plan: FeedPlan, by: Any, now: datetime, version: int | None = None) -> Feed:
    """What waits already keeps its words. Another address, and one that could not be read, is read soon; `version` is
    the one that the writer saw. Raises `OnlyCoordinatorsTell`, `FeedGone`, `Stale`, `Unnamed`, `BadAddress` or
    `AddedAlready`."""
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    held = Feed.objects.select_for_update().filter(pk=feed.pk).first()
    if held is None:
        raise FeedGone
    if version is not None and version != held.version:
        raise Stale
    before = held.address
    _write(held, plan)
    if held.address != before or held.problem:
        held.problem, held.failures, held.failing_since, held.due_at = "", 0, None, now
        if held.address != before:
            held.read_at, held.left_out, held.etag, held.last_modified = None, 0, "", ""
        held.save()
        wake(READ)
    audit.record("feed.changed", held, by=by, now=now)
    return held


@transaction.atomic
def remove_feed(*, feed: Feed, by: Any, now: datetime) -> None:
    """With what waits from it; what was published stays. Gone already, it is no error. Raises
    `OnlyCoordinatorsTell`."""
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    # All of them are written below: locked in one order, two removals at once wait and do not lock each other out.
    held = {one.pk: one for one in Feed.objects.select_for_update().order_by("pk")}.get(feed.pk)
    if held is not None:
        audit.record("feed.removed", held, by=by, now=now)
        held.delete()
        # What another feed told as well came once, and has gone with this one: the others are read whole.
        Feed.objects.update(etag="", last_modified="")


def _write(feed: Feed, plan: FeedPlan) -> None:
    name = clean_text(plan.name)[:120]
    if not name:
        raise Unnamed(field="name")
    try:
        address = outgoing.checked(clean_text(plan.address))
    except outgoing.Unreachable as error:
        raise BadAddress(field="address") from error
    if len(address) > 500:
        raise BadAddress(field="address")
    feed.name, feed.address, feed.kind = name, address, plan.kind
    feed.visibility, feed.language = plan.visibility, plan.language
    feed.version += 1
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:  # the address stands once
        raise AddedAlready(field="address") from error
    feed.themes.set(plan.themes)


# --- Reading: by a worker


def read_due(*, now: datetime) -> int:
    """Read those that are due. Each is leased first, and no transaction is open while the network is waited for.
    Returns how many could be read."""
    count = 0
    due = Feed.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        if not Feed.objects.filter(pk=pk, due_at__lte=now).update(due_at=now + LEASE):
            continue
        feed = Feed.objects.filter(pk=pk).first()
        if feed is not None:
            count += _follow(feed, now=now)
    return count


def _follow(feed: Feed, *, now: datetime) -> bool:
    found, problem, known = Reading(), "", outgoing.NO_STAMP
    is_same = False
    try:
        known = outgoing.Stamp(feed.etag, feed.last_modified)
        fetched = outgoing.fetch_if_changed(feed.address, stamp=known, largest=reader.LARGEST, patience=PATIENCE)
        is_same, known = fetched.content is None, fetched.stamp
        if fetched.content is not None:
            zone = timezone.get_default_timezone()
            found = reader.read(fetched.content, address=feed.address, now=now, zone=zone)
    except (outgoing.Unreachable, Refused) as error:
        problem = error.reason
    except Exception:  # the boundary to readers that are not ours: whatever a feed makes them do, the others are read
        log.exception("feed %s could not be read", feed.pk)
        problem = Feed.Problem.BROKEN
    with transaction.atomic():
        held = Feed.objects.select_for_update().filter(pk=feed.pk, address=feed.address).first()
        if held is None:  # another address was given meanwhile, or it was removed
            return False
        if problem:
            held.failures = min(held.failures + 1, 1000)
            held.problem, held.failing_since = problem, held.failing_since or now
            held.etag = held.last_modified = ""
        else:
            held.problem, held.failures, held.failing_since = "", 0, None
            if is_same and held.read_at is not None:
                held.candidates.filter(seen_at=held.read_at).update(seen_at=now)
            else:
                held.left_out = found.left_out
                take_in(held, found.entries, now=now)
                _keep_stamp(held, known, now)
            held.read_at = now
        held.due_at = now + rules.rest_after(held.failures)
        held.save(update_fields=READ_FIELDS)
    return not problem


def _keep_stamp(feed: Feed, stamp: outgoing.Stamp, now: datetime) -> None:
    """Not while as many wait as can, nor where entries were left out: those come when there is room, and when the ones
    before them are over, so the feed has to be read again."""
    is_part = feed.left_out > 0 or feed.candidates.waiting(now).count() >= rules.MOST_WAITING
    feed.etag, feed.last_modified = ("", "") if is_part else (stamp.etag, stamp.modified)


def take_in(feed: Feed, entries: Sequence[Entry], *, now: datetime) -> int:
    """New entries wait to be looked at; of those that wait already the words follow the feed. What was decided, what
    another feed told, and what is over or old does not come. The feed is locked by the caller. Returns how many came.
    """
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.key, entry)
    told = {key: _made(feed, entry, now) for key, entry in reversed(first.items())}
    known = {one.key: one for one in feed.candidates.filter(key__in=told)}
    Candidate.objects.filter(pk__in=[one.pk for one in known.values()]).update(seen_at=now)
    changed = []
    for key, one in known.items():
        if one.state == State.WAITS and any(getattr(one, name) != getattr(told[key], name) for name in WORDS):
            for name in WORDS:
                setattr(one, name, getattr(told[key], name))
            changed.append(one)
    Candidate.objects.bulk_update(changed, WORDS)
    today = timezone.localdate(now, timezone.get_default_timezone())
    twins = [one.twin for one in told.values() if one.twin]
    seen = set(Candidate.objects.filter(twin__in=twins).values_list("twin", flat=True))
    room = rules.MOST_WAITING - feed.candidates.waiting(now).count()
    fresh = []
    for key, one in told.items():
        is_over = one.deadline is not None and one.deadline < today
        is_old = one.published is not None and one.deadline is None and one.published <= now - KEPT
        if key in known or one.twin in seen or is_over or is_old:
            continue
        if one.twin:
            seen.add(one.twin)
        fresh.append(one)
    came = fresh[-room:] if room > 0 else []  # the feed's first are the last here
    Candidate.objects.bulk_create(came, ignore_conflicts=True)
    return len(came)


def _made(feed: Feed, entry: Entry, now: datetime) -> Candidate:
    return Candidate(
        feed=feed,
        key=entry.key,
        twin=entry.twin or None,
        title=clean_text(entry.title)[:120],
        text=clean_text(entry.text),
        link=clean_text(entry.link),
        published=entry.published,
        deadline=entry.deadline,
        found_at=now,
        seen_at=now,
    )
