"""Telling of what is written on a noticeboard: to open pages, to those mentioned, and to the whole circle in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from core import live
from networks.models import Post
from networks.rules import board as rules
from networks.services.common import coordinators_of
from notifications.kinds import Category, Delivery
from notifications.models import Notification, Preference
from notifications.rules import digest_day
from notifications.services import notify

LATELY, POST, MENTION = "networks.board", "networks.board_post", "networks.board_mention"
"""A day of a board for those who read once a day; one post for those who want each at once; being mentioned."""


def show(post: Post, what: str) -> None:
    """To the open pages of its board: "new", "changed" or "gone"."""
    group = live.network_board_group(post.network_id, post.group_id)
    live.send_group(group, {"type": "post.came", "post": post.pk, "under": post.under_id, "what": what})


def tell_mentioned(post: Post, people: Sequence[User], *, now: datetime) -> None:
    notify(MENTION, people, {"post": post.pk}, key=str(post.pk), now=now)


def tell(post: Post, *, mentioned: Sequence[User], now: datetime) -> None:
    """Everybody of the circle but the writer, each once: the mentioned of their mention; those who chose *at once* of
    the post; the others of the board's day, one notice however much is written.

    A day's notice whose letter has left already (its reader changed the rhythm) can hold no more: those are told of
    the post itself.
    """
    tell_mentioned(post, mentioned, now=now)
    told = {one.pk for one in mentioned} | {post.created_by_id}
    people = [one for one in rules.circle(post.network, post.group).order_by("pk") if one.pk not in told]
    wants = Preference.objects.filter(user__in=people, category=Category.NETWORKS, delivery=Delivery.NOW)
    at_once = set(wants.values_list("user", flat=True))
    day, key = _day_of(post, now)
    rows = dict(Notification.objects.filter(kind=LATELY, key=key).values_list("user", "mailed_at"))
    single = [one for one in people if one.pk in at_once or rows.get(one.pk) is not None]
    daily = [one for one in people if one.pk not in at_once and one.pk not in rows]
    notify(POST, single, {"post": post.pk}, key=str(post.pk), now=now)
    notify(LATELY, daily, {"network": post.network_id, "group": post.group_id, "day": day}, key=key, now=now)


def tell_hidden(post: Post, *, now: datetime) -> None:
    if post.created_by is not None:
        notify(
            "networks.board_hidden", post.created_by, {"post": post.pk}, key=f"{post.pk}-{now:%Y%m%d%H%M%S}", now=now
        )


def tell_reported(post: Post, report: int, *, by: int, now: datetime) -> None:
    people = [one for one in coordinators_of(post.network) if one.pk != by]
    notify("networks.board_reported", people, {"post": post.pk}, key=str(report), now=now)


def _day_of(post: Post, now: datetime) -> tuple[str, str]:
    """The day on whose morning it is read, and the notice's key."""
    day = digest_day(now)
    return day, f"{post.network_id}-{post.group_id or 0}-{day}"
