"""Colleagues in a shared inbox, for the tests of who takes care."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Profile, User
from conversations.models import Message, Side
from conversations.queries import messages as message_queries
from conversations.services import care
from notifications.models import Notification
from tests.factories.people import NOW

DAY = timedelta(days=1)


def side_of(message: Message, profile: Profile) -> Side:
    side = message_queries.side_of(profile, message.conversation_id)
    assert side is not None
    return side


def kinds_to(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def keeper(side: Side) -> int | None:
    side.refresh_from_db()
    return side.taken_by_id


def take(side: Side, to: User | None, by: User, seen: User | None = None) -> None:
    care.assign(side=side, to=to.pk if to else None, seen=seen.pk if seen else None, by=by, now=NOW)


def away(user: User, first: int = 0, last: int = 5) -> None:
    today = timezone.localdate(NOW)
    care.be_away(user=user, first=today + first * DAY, last=today + last * DAY, now=NOW)
