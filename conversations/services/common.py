"""What the services of conversations stand on: how they refuse, the lock, how a side is closed, who is told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from conversations.models import Conversation, Side
from core import live
from core.errors import DomainError
from notifications.services import settle

REQUEST = "conversations.request"
MESSAGE = "conversations.message"
WAITING, COVER, GIVEN = "conversations.waiting", "conversations.cover", "conversations.given"
"""Nobody has answered for long; who takes care of it is away; a colleague has given it to you."""


class NotYourProfile(DomainError):
    message = _("Only a representative can read and write for the profile.")


class CannotBeWritten(DomainError):
    """Why not is never told."""

    message = _("The message was not sent. They take messages only from those with whom they are connected.")


def lock_pair(profile: Profile, other: Profile) -> tuple[Profile, Profile]:
    """Both as they are now, the lower id locked first, until the transaction ends."""
    if profile.pk == other.pk:
        raise CannotBeWritten
    rows = Profile.objects.select_for_update().filter(Q(pk=profile.pk) | Q(pk=other.pk)).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise CannotBeWritten
    return found[profile.pk], found[other.pk]


def people_of(profile: Profile) -> list[User]:
    return [row.user for row in profile.representatives.select_related("user")]


def notice_key(side: Side, message_id: int | None) -> str:
    """One notice for all that is unread: it is named by the first message of it."""
    return f"{side.conversation_id}-{side.profile_id}-{message_id}"


def settle_side(side: Side, now: datetime) -> None:
    """What was unread waits no more: the notices of it are done with, and badges follow."""
    if side.unread_from_id is None:
        return
    Side.objects.filter(pk=side.pk).update(unread_from=None)
    people = people_of(side.profile)
    for kind in (REQUEST, MESSAGE):
        settle(kind=kind, to=people, key=notice_key(side, side.unread_from_id), now=now)
    for person in people:
        live.send_group(live.user_group(person.pk), {"type": "badge.changed"})


def settle_waiting(side: Side, now: datetime) -> None:
    """Answered, or in need of no answer: the colleagues need not look any more."""
    if side.waits_from_id is None:
        return
    Side.objects.filter(pk=side.pk).update(waits_from=None, waits_told_at=None)
    for kind in (WAITING, COVER):
        settle(kind=kind, to=people_of(side.profile), key=notice_key(side, side.waits_from_id), now=now)


def close_side(side: Side, now: datetime) -> None:
    """This side wants no more. Whoever closed first holds the key: the other cannot open what it did not close.

    Of a declined request no page hears anything, not even that there is nothing new.
    """
    talk = Conversation.objects.filter(pk=side.conversation_id, closed_by=None)
    talk.update(closed_by=side.profile_id)
    settle_side(side, now)
    settle_waiting(side, now)
    if not side.conversation.is_request:
        tell_pages(side.conversation_id)


def tell_pages(conversation_id: int, *, from_profile: int | None = None, only: int | None = None) -> None:
    """Open pages of the conversation read it anew: on both sides, or of the profile `only`."""
    event = {"type": "conversation.changed", "from_profile": from_profile, "only": only}
    live.send_group(live.conversation_group(conversation_id), event)
