"""Whose messages are taken, who is kept apart, what is reported, and what stays when a person leaves."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Block, Profile, Report, User
from accounts.services import safety
from accounts.services.users import PUT_INSTEAD, SHORTEST_NAME, addresses_of
from conversations import rules
from conversations.models import GroupMessage, Mailbox, Message, Side
from conversations.queries import messages as queries
from conversations.services.common import NotYourProfile, close_side, settle_side


@transaction.atomic
def choose_strangers(*, profile: Profile, takes: bool, by: Any, now: datetime) -> None:
    """Whether those who are not connected may write. Raises `NotYourProfile`."""
    if not rules.may_choose_for(by, profile):
        raise NotYourProfile
    Mailbox.objects.update_or_create(profile=profile, defaults={"takes_strangers": takes})


@transaction.atomic
def keep_apart(*, profile_id: int, other_id: int, now: datetime) -> None:
    """`profile` has said that it wants nothing of the other: what lies between them closes, whoever had asked."""
    sides = Side.objects.select_related("conversation", "profile")
    side = sides.filter(profile=profile_id, other=other_id).first()
    if side is None:
        return
    close_side(side, now)
    if side.conversation.is_request:
        settle_side(sides.get(profile=other_id, other=profile_id), now)


def profile_changed(profile_id: int, now: datetime) -> None:
    """What `accounts` calls inside the transaction that changed a profile: blocks close conversations, and requests of
    one who is no longer shown wait for nobody.
    """
    blocked = Block.objects.filter(blocker=profile_id).values("blocked")
    open_still = Q(conversation__closed_by=None) | Q(unread_from__isnull=False)
    for other in Side.objects.filter(open_still, profile=profile_id, other__in=blocked).values_list("other", flat=True):
        keep_apart(profile_id=profile_id, other_id=other, now=now)
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None or not rules.is_shown(profile):
        waiting = Side.objects.filter(other=profile_id, conversation__accepted_at=None, unread_from__isnull=False)
        for side in waiting.select_related("profile", "other"):
            if not queries.is_known(side):
                settle_side(side, now)


@transaction.atomic
def report_message(*, message: Message, reader: Profile, reason: str, text: str, by: User, now: datetime) -> Report:
    """Tell the coordinator of what the other side wrote; the message goes along, as they cannot read it otherwise.

    Raises `NotYourProfile`, also for one's own message.
    """
    received = Side.objects.filter(conversation=message.conversation, profile=reader, other=message.profile)
    if not rules.may_write_for(by, reader) or not received.exists():
        raise NotYourProfile
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    whole = f"{text}\n\n{quoted}".strip()
    return safety.report(profile=message.profile, reason=reason, text=whole, email=by.email, by=by, now=now)


@transaction.atomic
def user_leaving(user: User, now: datetime) -> None:
    """Messages are the profile's and stay; who wrote them goes, from the middle of the text too."""
    words = [*addresses_of(user), *([user.name] if len(user.name) >= SHORTEST_NAME else [])]
    written: tuple[type[Message] | type[GroupMessage], ...] = (Message, GroupMessage)
    for model in written:
        for message in model.objects.filter(by=user):
            text = message.text
            for word in words:
                text = re.sub(re.escape(word), PUT_INSTEAD, text, flags=re.IGNORECASE)
            model.objects.filter(pk=message.pk).update(text=text, by=None)
