"""Reading feeds and what came from them, for the coordinator's pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch

from accounts.models import Profile
from opportunities.models import Candidate, Feed, FeedTheme

PAGE = 20


def feeds(now: datetime) -> list[Feed]:
    """All, those that are down first, with how many wait from each as `waiting_count`."""
    waiting = dict(
        Candidate.objects.waiting(now).order_by().values_list("feed").annotate(n=Count("pk")).values_list("feed", "n")
    )
    found = list(Feed.objects.order_by("name", "pk"))
    for feed in found:
        feed.waiting_count = waiting.get(feed.pk, 0)  # type: ignore[attr-defined]  # for the page
    return sorted(found, key=lambda feed: not feed.problem)


def numbers(now: datetime) -> tuple[int, int, int]:
    """(how many candidates wait, how many feeds are down, how many feeds there are)."""
    problems = list(Feed.objects.values_list("problem", flat=True))
    return Candidate.objects.waiting(now).count(), sum(map(bool, problems)), len(problems)


def candidates(now: datetime, *, feed: Feed | None, page: Any) -> Page[Candidate]:
    """Those that wait: with the nearest deadline first, then the newest."""
    rows = Candidate.objects.waiting(now).select_related("feed")
    if feed is not None:
        rows = rows.filter(feed=feed)
    return Paginator(rows.order_by(F("deadline").asc(nulls_last=True), "-found_at", "-pk"), PAGE).get_page(page)


def one(pk: int) -> Candidate | None:
    """In every state, with its feed and whom that suits."""
    tagged = Prefetch("feed__theme_items", FeedTheme.objects.select_related("tag").order_by("pk"))
    return Candidate.objects.select_related("feed").prefetch_related(tagged).filter(pk=pk).first()


def told_by(user: Any) -> Profile | None:
    """The profile in whose name the coordinator publishes what others offer: the first that they may edit."""
    return Profile.objects.published().decided_by(user).order_by("representatives__pk").first()
