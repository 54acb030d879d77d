"""Reading conversations: how one stands, who may be written to, the inbox, one conversation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from accounts.models import Profile
from conversations import hooks, rules
from conversations.models import Absence, GroupMessage, Mailbox, Message, Side
from conversations.queries import groups
from conversations.queries.apart import are_apart

AT_ONCE = 30
"""So many messages on a page; the earlier ones are one press away."""


class Standing(StrEnum):
    """What a side can do in a conversation."""

    WRITE = "write"
    ANSWER = "answer"
    """A stranger's request waits for this side."""
    WAIT = "wait"
    """This side's own request: no more can be written. The same whether it waits, was declined or never can be read."""
    CLOSED_HERE = "closed_here"
    """This side wants no more, and can open the conversation again."""
    CLOSED = "closed"
    """No more can be sent. Why not is nobody's business: ended by the other side, hidden, removed, blocked."""


def standing(side: Side) -> Standing:
    talk = side.conversation
    asked_here = talk.is_request and talk.asked_by_id == side.profile_id
    if not is_known(side) or are_apart(side.profile, side.other):
        return Standing.WAIT if asked_here else Standing.CLOSED
    if hooks.are_connected(side.profile, side.other):
        return Standing.WRITE
    if asked_here:
        return Standing.WAIT
    if talk.closed_by_id == side.profile_id:
        return Standing.CLOSED_HERE
    if talk.closed_by_id is not None:
        return Standing.CLOSED
    return Standing.ANSWER if talk.is_request else Standing.WRITE


def is_known(side: Side) -> bool:
    """Whether this side knows of the other: it is seen, or has let it know of itself."""
    other = side.other
    if rules.is_shown(other) or other.status != Profile.Status.PUBLISHED:
        return rules.is_shown(other)
    return Side.objects.filter(profile=other, other=side.profile_id, shows_itself=True).exists()


def takes_strangers(profile: Profile) -> bool:
    chosen = Mailbox.objects.filter(pk=profile.pk).values_list("takes_strangers", flat=True).first()
    return not profile.is_person if chosen is None else chosen


def may_begin(profile: Profile, other: Profile, *, invited: bool = False) -> bool:
    """Whether a first message can be sent. All the reasons against it look the same from outside. `invited`: the other
    has asked to be written to."""
    if profile.pk == other.pk or not rules.is_shown(other) or not other.is_claimed or are_apart(profile, other):
        return False
    return invited or hooks.are_connected(profile, other) or takes_strangers(other)


def side_of(profile: Profile, conversation_id: int) -> Side | None:
    sides = Side.objects.select_related("conversation", "profile", "other", "unread_from")
    return sides.filter(profile=profile, conversation=conversation_id).first()


def side_towards(profile: Profile, other: Profile) -> Side | None:
    """With the two profiles just as they are given: those who lock them go on with what they locked."""
    side = Side.objects.select_related("conversation").filter(profile=profile, other=other).first()
    if side is not None:
        side.profile, side.other = profile, other
    return side


def sent_already(side: Side, token: str) -> Message | None:
    """The message that the same form has brought before."""
    if not token:
        return None
    return Message.objects.filter(conversation=side.conversation_id, profile=side.profile_id, token=token).first()


def unread_count(user: Any) -> int:
    """Conversations with something that nobody of the user's profiles has read, and those of groups with something
    that the user has not; one read."""
    own = Profile.objects.represented_by(user).values("pk")
    sides = Side.objects.filter(profile__in=own, unread_from__isnull=False).order_by().values_list("pk")
    return sides.union(groups.unread(user).order_by().values_list("pk"), all=True).count()


def unread_by_profile(profiles: Sequence[Profile]) -> set[int]:
    unread = Side.objects.filter(profile__in=profiles, unread_from__isnull=False)
    return set(unread.values_list("profile_id", flat=True))


# --- The inbox


def requests_to(profile: Profile) -> list[Side]:
    """Strangers' first messages that wait for an answer, oldest first."""
    itself = Side.objects.filter(other=profile, shows_itself=True).values("profile")
    shown = Profile.objects.published().filter(~Q(visibility=Profile.Visibility.HIDDEN) | Q(pk__in=itself))
    return list(
        _sides(profile)
        .filter(conversation__accepted_at=None, conversation__closed_by=None, other__in=shown)
        .exclude(conversation__asked_by=profile)
        .order_by("conversation__last")
    )


def conversations_of(profile: Profile) -> QuerySet[Side]:
    """What the profile writes and reads, newest first, with its own requests, whatever came of them."""
    going = Q(conversation__accepted_at__isnull=False) & ~Q(conversation__closed_by=profile)
    own = Q(conversation__accepted_at=None, conversation__asked_by=profile)
    return _sides(profile).filter(going | own).order_by("-conversation__last")


def closed_by(profile: Profile) -> list[Side]:
    """What the profile has declined or ended; it can open them again."""
    ended = _sides(profile).filter(conversation__closed_by=profile)
    return list(ended.exclude(conversation__accepted_at=None, conversation__asked_by=profile).order_by("other_id"))


def _sides(profile: Profile) -> QuerySet[Side]:
    return Side.objects.filter(profile=profile).select_related("other", "conversation__last__by")


# --- One conversation


@dataclass(frozen=True)
class Thread:
    """A piece of a conversation as a side reads it; the messages are in order of time."""

    side: Side
    standing: Standing
    messages: list[Message]
    has_earlier: bool
    seen: Message | None
    """This side's newest message that the other side has read."""

    @property
    def shows_text(self) -> bool:
        """A request's text is folded away until its receiver chooses to read it; of a closed one nothing is shown."""
        return not self.side.conversation.is_request or self.standing in (Standing.WAIT, Standing.WRITE)

    @property
    def has_links(self) -> bool:
        """Addresses in a text lead somewhere only when both sides have chosen to talk."""
        return not self.side.conversation.is_request


def thread(side: Side, *, before: int | None = None) -> Thread:
    found = Message.objects.filter(conversation=side.conversation_id).select_related("by", "profile")
    if before is not None:
        found = found.filter(pk__lt=before)
    newest = list(found.order_by("-pk")[: AT_ONCE + 1])
    has_earlier = len(newest) > AT_ONCE
    messages = newest[:AT_ONCE][::-1]
    seen = None
    if not side.conversation.is_request:
        read_at = Side.objects.filter(profile=side.other_id, other=side.profile_id).values_list("read_at", flat=True)
        when = read_at.first()
        own = [one for one in messages if one.profile_id == side.profile_id and when is not None and one.at <= when]
        seen = own[-1] if own else None
    return Thread(side, standing(side), messages, has_earlier, seen)


def export_of(user: Any) -> dict[str, Any]:
    """The messages that the user wrote, for their own export."""
    other = Side.objects.filter(conversation=OuterRef("conversation"), profile=OuterRef("profile"))
    rows = Message.objects.filter(by=user).select_related("profile").annotate(other_id=other.values("other_id")[:1])
    names = {profile.pk: profile.name for profile in Profile.objects.filter(pk__in=[row.other_id for row in rows])}
    away = Absence.objects.filter(user=user).values_list("first_day", "last_day")
    return {
        "messages": [
            {"from": row.profile.name, "to": names.get(row.other_id, ""), "at": row.at.isoformat(), "text": row.text}
            for row in rows
        ],
        "groups": [
            {"in": str(row.talk), "at": row.at.isoformat(), "text": row.text}
            for row in GroupMessage.objects.filter(by=user).select_related("talk")
        ],
        "away": [{"from": first.isoformat(), "to": last.isoformat()} for first, last in away],
    }
