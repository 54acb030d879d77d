"""Writing, accepting, declining and reading. A conversation's two profiles are locked first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from conversations import hooks, rules
from conversations.models import Contact, Conversation, Message, Side
from conversations.queries import messages as queries
from conversations.queries.messages import Standing
from conversations.services import budget, care
from conversations.services.common import (
    MESSAGE,
    REQUEST,
    CannotBeWritten,
    NotYourProfile,
    close_side,
    lock_pair,
    notice_key,
    people_of,
    settle_side,
    settle_waiting,
    tell_pages,
)
from core.errors import DomainError
from core.text import clean_text
from language import guess_language
from notifications.services import notify


class HiddenCannotWrite(DomainError):
    message = _("Your profile is hidden, so they could not see who writes. Make it visible first.")


class ConversationClosed(DomainError):
    message = _("No more messages can be sent in this conversation.")


class WaitForAnswer(DomainError):
    message = _("Your message has been sent. You can write more when they have answered.")


class ClosedByYou(DomainError):
    message = _("You have closed this conversation. Open it again first.")


class NothingWaits(DomainError):
    message = _("Nothing here waits for an answer any more.")


class NoText(DomainError):
    message = _("Write a message.")


class TooLong(DomainError):
    message = _("The message is too long. Make it shorter.")


_REFUSED: dict[Standing, type[DomainError]] = {
    Standing.WAIT: WaitForAnswer,
    Standing.CLOSED: ConversationClosed,
    Standing.CLOSED_HERE: ClosedByYou,
}


@transaction.atomic
def send_message(
    *, profile: Profile, other: Profile, text: str, by: Any, now: datetime, token: str = "", invited: bool = False,
    shows_itself: bool = False,
) -> Message:  # fmt: skip
    """Write to another profile: in the conversation there is, or as the first. To answer a request accepts it.

    A stranger's first is a request and a contact spent. `invited`: the other has asked in public to be written to of
    this, so whether it takes strangers is not asked. `shows_itself`: a hidden profile lets the other know of it, in
    this conversation alone. The same `token` once more is the same message. Raises
    `NotYourProfile`, `HiddenCannotWrite`, `NoText`, `TooLong`, `CannotBeWritten`, `ConversationClosed`,
    `WaitForAnswer`, `ClosedByYou` or `budget.ContactsSpent`.
    """
    profile, other = lock_pair(profile, other)
    if not rules.may_write_for(by, profile):
        raise NotYourProfile
    side = queries.side_towards(profile, other)
    sent = queries.sent_already(side, token) if side is not None else None
    if sent is not None:
        return sent
    if not rules.is_shown(profile) and not shows_itself and not (side is not None and side.shows_itself):
        raise HiddenCannotWrite
    text = clean_text(text)
    if not text:
        raise NoText(field="text")
    if len(text) > rules.LONGEST:
        raise TooLong(field="text")
    if side is None:
        side = _begin(profile, other, text, now, invited)
    else:
        stands = queries.standing(side)
        if stands in _REFUSED:
            raise _REFUSED[stands]
        _open(side, now)
    if shows_itself and not rules.is_shown(profile):
        Side.objects.filter(pk=side.pk).update(shows_itself=True)
    return _add(side, text, by, token or uuid4().hex, now)


@transaction.atomic
def accept(*, profile: Profile, other: Profile, by: Any, now: datetime) -> None:
    """Take a stranger's request, or open again what this side closed. Raises `NotYourProfile` or `NothingWaits`."""
    side = _locked_side(profile, other, by)
    stands = queries.standing(side)
    if stands == Standing.WRITE:
        return
    if stands not in (Standing.ANSWER, Standing.CLOSED_HERE):
        raise NothingWaits
    _open(side, now)
    tell_pages(side.conversation_id)


@transaction.atomic
def decline(*, profile: Profile, other: Profile, by: Any, now: datetime) -> None:
    """Want no more of a stranger: a request goes unread, a conversation ends. They are not told, and cannot write again
    until this side opens it. Raises `NotYourProfile` or `NothingWaits`; partners are blocked, not declined.
    """
    side = _locked_side(profile, other, by)
    waits = queries.standing(side) in (Standing.ANSWER, Standing.WRITE)
    if not waits or hooks.are_connected(profile, other):
        raise NothingWaits
    close_side(side, now)


@transaction.atomic
def mark_read(*, side: Side, by: Any, now: datetime) -> None:
    """Somebody of the profile has seen all that there is: for the colleagues, too. A request is not read by looking at
    who it is from. Raises `NotYourProfile`.
    """
    if not rules.may_write_for(by, side.profile):
        raise NotYourProfile
    if side.unread_from_id is None or queries.standing(side) == Standing.ANSWER:
        return
    _read(side, now)
    tell_pages(side.conversation_id)


def _begin(profile: Profile, other: Profile, text: str, now: datetime, invited: bool) -> Side:
    if not queries.may_begin(profile, other, invited=invited):
        raise CannotBeWritten
    connected = hooks.are_connected(profile, other)
    if not connected:
        if len(text) > rules.LONGEST_FIRST:
            raise TooLong(field="text")
        budget.spend(profile=profile, other=other, kind=Contact.Kind.MESSAGE, now=now)
    low, high = sorted((profile.pk, other.pk))
    started = {"made_at": now, "accepted_at": now} if connected else {"made_at": now, "asked_by": profile}
    talk = Conversation.objects.create(a_id=low, b_id=high, **started)
    Side.objects.create(conversation=talk, profile=other, other=profile)
    return Side.objects.create(conversation=talk, profile=profile, other=other)


def _open(side: Side, now: datetime) -> None:
    """What was asked is accepted, and what was closed is open."""
    talk = side.conversation
    if talk.is_request and talk.asked_by_id == side.other_id:
        budget.mark_answered(profile=side.other, other=side.profile, now=now)
    if talk.is_request or talk.closed_by_id is not None:
        talk.accepted_at, talk.closed_by = talk.accepted_at or now, None
        talk.save(update_fields=["accepted_at", "closed_by"])


def _add(side: Side, text: str, by: Any, token: str, now: datetime) -> Message:
    talk = side.conversation
    language = guess_language(text) or ""
    message = Message.objects.create(
        conversation=talk, profile=side.profile, by=by, text=text, language=language, at=now, token=token
    )
    Conversation.objects.filter(pk=talk.pk).update(last=message)
    _read(side, now)
    settle_waiting(side, now)
    theirs = Side.objects.select_related("profile", "other").get(profile=side.other, other=side.profile)
    covering = care.message_came(theirs, message, now)
    if theirs.unread_from_id is None:
        Side.objects.filter(pk=theirs.pk).update(unread_from=message)
        about = {"conversation": talk.pk, "profile": theirs.profile_id}
        kind = REQUEST if talk.is_request else MESSAGE
        people = [one for one in people_of(theirs.profile) if one.pk not in covering]
        notify(kind, people, about, key=notice_key(theirs, message.pk), now=now)
    tell_pages(talk.pk, from_profile=side.profile_id)
    return message


def _read(side: Side, now: datetime) -> None:
    Side.objects.filter(pk=side.pk).update(read_at=now)
    settle_side(side, now)


def _locked_side(profile: Profile, other: Profile, by: Any) -> Side:
    profile, other = lock_pair(profile, other)
    if not rules.may_write_for(by, profile):
        raise NotYourProfile
    side = queries.side_towards(profile, other)
    if side is None:
        raise NothingWaits
    return side
