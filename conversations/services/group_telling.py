"""Telling of what is written in a group: to open pages, to badges, and by notices that a lively group does not fill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Profile, User
from conversations.models import GroupMessage, GroupTalk
from core import live
from notifications.kinds import Category, Delivery
from notifications.models import Notification, Preference
from notifications.rules import digest_day
from notifications.services import mark_read, notify, settle

DAY, NOW, ADDED = "conversations.group", "conversations.group_now", "conversations.group_added"
"""A group's day; what is unread, for those who want to hear at once; that one was brought into a conversation."""


def tell(talk: GroupTalk, message: GroupMessage, people: Sequence[tuple[User, bool]], *, now: datetime) -> None:
    """Of all that is written in a day there is one notice. Those who chose *at once* have one for all that they have
    not read, as of other messages. A day's notice whose letter has left holds no more: what comes after is told as to
    those."""
    show_badges([one.pk for one, is_first in people if is_first])
    everybody = [one for one, _first in people]
    chosen = Preference.objects.filter(user__in=everybody, category=Category.MESSAGES, delivery=Delivery.NOW)
    at_once = set(chosen.values_list("user", flat=True))
    day = digest_day(now)
    key = f"{talk.pk}-{day}"
    mailed = Notification.objects.filter(kind=DAY, key=key, mailed_at__isnull=False).values_list("user", flat=True)
    at_once |= set(mailed)
    about = {"talk": talk.pk}
    single = [one for one, is_first in people if one.pk in at_once and is_first]
    notify(NOW, single, about, key=f"{talk.pk}-{message.pk}", now=now)
    daily = [one for one in everybody if one.pk not in at_once]
    notify(DAY, daily, {**about, "day": day}, key=key, now=now)


def tell_added(talk: GroupTalk, profile: Profile, people: Sequence[User], *, by: Any, now: datetime) -> None:
    about = {"talk": talk.pk, "by": by.pk, "profile": profile.pk}
    notify(ADDED, people, about, key=f"{talk.pk}-{profile.pk}-{now:%Y%m%d%H%M%S}", now=now)


def settle_read(talk: GroupTalk, user: Any, unread_from: int, *, now: datetime) -> None:
    """The bell is quiet. A day's letter stays due: it holds what is still unread when it leaves, and with nothing it
    does not leave."""
    settle(kind=NOW, to=[user], key=f"{talk.pk}-{unread_from}", now=now)
    mine = Notification.objects.filter(user=user, read_at=None)
    for row in mine.filter(kind__in=(DAY, ADDED), key__startswith=f"{talk.pk}-"):
        mark_read(notification=row, now=now)
    show_badges([user.pk])


def show(talk: GroupTalk, message: GroupMessage | None = None) -> None:
    """Open pages read it anew."""
    event = {"type": "talk.changed", "message": message.pk if message is not None else None}
    live.send_group(live.group_talk_group(talk.pk), event)


def show_badges(people: Iterable[int]) -> None:
    for pk in people:
        live.send_group(live.user_group(pk), {"type": "badge.changed"})
