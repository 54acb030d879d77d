"""Conversations of several profiles: made, joined, left, written and read. A conversation's row is locked first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, Report, User
from accounts.services import safety
from conversations import rules
from conversations.models import GroupMessage, GroupPlace, GroupReader, GroupTalk
from conversations.queries import groups as queries
from conversations.queries.groups import Presence
from conversations.services import group_telling as telling
from conversations.services.common import NotYourProfile, people_of
from conversations.services.messages import ConversationClosed, HiddenCannotWrite, NoText, TooLong
from core import audit
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from language import guess_language


class NotInIt(DomainError):
    message = _("You are not in this conversation any more.")


class NameMissing(DomainError):
    message = _("Give the conversation a name.")


class TooFew(DomainError):
    message = _("Choose at least two others. With one you can write to each other directly.")


class TooMany(DomainError):
    message = _("There can be at most twelve in one conversation.")


class NotAllConnected(DomainError):
    """Of whom, is not said: how two others stand to each other is their own matter."""

    message = _(
        "These profiles cannot all be in one conversation: everybody in it must be connected with everybody else."
    )


class LeftWithTheGroup(DomainError):
    message = _("This conversation belongs to a group. You leave it when you leave the group.")


class NotYoursToDecide(DomainError):
    message = _("Only an owner or editor decides this for the profile.")


@transaction.atomic
def make(
    *, profile: Profile, others: Iterable[Profile], name: str, by: Any, now: datetime, once: str | None = None
) -> GroupTalk:
    """Begin a conversation with those with whom the profile is connected, and who are connected with each other. The
    same `once` again is the same conversation.

    Raises `NotYourProfile`, `HiddenCannotWrite`, `NameMissing`, `TooFew`, `TooMany` or `NotAllConnected`.
    """
    together = {one.pk for one in (profile, *others)}
    held = {one.pk: one for one in Profile.objects.select_for_update().filter(pk__in=together).order_by("pk")}
    if profile.pk not in held or not rules.may_write_for(by, held[profile.pk]):
        raise NotYourProfile
    if not rules.is_shown(held[profile.pk]):
        raise HiddenCannotWrite
    name = clean_text(name)[: rules.LONGEST_NAME]
    if not name:
        raise NameMissing(field="name")
    _check_size(len(together))
    if len(held) < len(together) or not queries.suits(list(held.values())):
        raise NotAllConnected(field="others")

    def begin() -> GroupTalk:
        talk = GroupTalk.objects.create(name=name, made_at=now, created_by=by, creation_key=once or None)
        GroupPlace.objects.bulk_create(GroupPlace(talk=talk, profile_id=pk, since=now) for pk in sorted(held))
        for one in held.values():
            if one.pk != profile.pk:
                telling.tell_added(talk, one, people_of(one), by=by, now=now)
        audit.record("group_talk.made", talk, by=by, now=now, n=len(held))
        return talk

    return make_once(GroupTalk.objects, once or None, by, begin)


@transaction.atomic
def add(*, talk: GroupTalk, other: Profile, by: Any, now: datetime) -> None:
    """Bring one more into a conversation of one's own making; they see what is written from now on. Done twice it is
    done. Raises `NotInIt`, `TooMany` or `NotAllConnected`.
    """
    here = _lock(talk, by)
    if here.is_circle or not here.is_open:
        raise NotInIt
    there = queries.profiles_in(here.talk)
    if other.pk in {one.pk for one in there}:
        return
    _check_size(len(there) + 1)
    held = list(Profile.objects.select_for_update().filter(pk__in=[one.pk for one in (*there, other)]).order_by("pk"))
    if len(held) <= len(there) or not queries.suits(held):
        raise NotAllConnected(field="other")
    GroupPlace.objects.create(talk=here.talk, profile=other, since=now)
    audit.record("group_talk.added", here.talk, by=by, now=now, profile=other.pk)
    telling.tell_added(here.talk, other, people_of(other), by=by, now=now)
    telling.show(here.talk)


@transaction.atomic
def leave(*, talk: GroupTalk, profile: Profile, by: Any, now: datetime) -> None:
    """The profile sees nothing of it any more; the last one takes it away. Done twice it is done.

    Raises `NotInIt`, `NotYoursToDecide` or `LeftWithTheGroup`.
    """
    here = _lock(talk, by)
    if here.is_circle:
        raise LeftWithTheGroup
    if here.voice(profile.pk) is None:
        raise NotInIt
    if not rules.may_choose_for(by, profile):
        raise NotYoursToDecide
    GroupPlace.objects.filter(talk=here.talk, profile=profile).delete()
    audit.record("group_talk.left", here.talk, by=by, now=now, profile=profile.pk)
    if not GroupPlace.objects.filter(talk=here.talk).exists():
        here.talk.delete()
        return
    forget_those_outside(here.talk)
    telling.show(here.talk)


@transaction.atomic
def open_circle(*, circle: str, circle_id: int, now: datetime) -> GroupTalk:
    """The conversation of a group that an upper app keeps; whoever opens it first makes it."""
    found: GroupTalk = GroupTalk.objects.get_or_create(circle=circle, circle_id=circle_id, defaults={"made_at": now})[0]
    return found


@transaction.atomic
def write(
    *, talk: GroupTalk, text: str, by: Any, now: datetime, profile: Profile | None = None, token: str = ""
) -> GroupMessage:
    """Write to all, for `profile` or for the first for which the person takes part. The same `token` once more is the
    same message.

    Raises `NotInIt`, `ConversationClosed`, `HiddenCannotWrite`, `NoText` or `TooLong`.
    """
    here = _lock(talk, by)
    sent = GroupMessage.objects.filter(talk=here.talk, by=by, token=token).first() if token else None
    if sent is not None:
        return sent
    voice = here.voice(profile.pk if profile is not None else None)
    if voice is None:
        raise NotInIt
    if not here.is_open:
        raise ConversationClosed
    if voice.profile is not None and not rules.is_shown(voice.profile):
        raise HiddenCannotWrite
    text = clean_text(text)
    if not text:
        raise NoText(field="text")
    if len(text) > rules.LONGEST:
        raise TooLong(field="text")
    message = GroupMessage.objects.create(
        talk=here.talk,
        profile=voice.profile,
        by=by,
        text=text,
        language=guess_language(text) or "",
        at=now,
        token=token or uuid4().hex,
    )
    GroupTalk.objects.filter(pk=here.talk.pk).update(last=message)
    _read(here, now)
    telling.tell(here.talk, message, _waits_for_others(here.talk, message), now=now)
    telling.show(here.talk, message)
    return message


@transaction.atomic
def mark_read(*, talk: GroupTalk, by: Any, now: datetime) -> None:
    """The person has seen all that there is: they alone, not their colleagues. Raises `NotInIt`."""
    here = queries.presence(talk.pk, by)
    if here is None:
        raise NotInIt
    _read(here, now)


@transaction.atomic
def mute(*, talk: GroupTalk, muted: bool, by: Any, now: datetime) -> None:
    """Whether the person is told of what is written; the page stays. Raises `NotInIt`."""
    here = _lock(talk, by)
    GroupReader.objects.update_or_create(
        talk=here.talk, user=by, defaults={"muted": muted, "profile": _reads_for(here)}
    )
    if muted:
        _read(here, now)


@transaction.atomic
def report(*, message: GroupMessage, reason: str, text: str, by: User, now: datetime) -> Report:
    """Tell the coordinator of what another wrote, with the message. Raises `NotInIt`, also for what is one's own or
    has no profile any more."""
    here = queries.presence(message.talk_id, by)
    seen = here is not None and queries.seen_by(here).filter(pk=message.pk).exists()
    if here is None or not seen or message.profile is None or message.profile_id in here.own:
        raise NotInIt
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    whole = f"{text}\n\n{quoted}".strip()
    return safety.report(profile=message.profile, reason=reason, text=whole, email=by.email, by=by, now=now)


def forget_those_outside(talk: GroupTalk) -> None:
    """Whoever is not in it now has nothing unread in it."""
    here = [one.pk for one in queries.people_of(talk)]
    outside = GroupReader.objects.filter(talk=talk).exclude(user__in=here)
    people = list(outside.values_list("user", flat=True))
    outside.delete()
    telling.show_badges(people)
    telling.show(talk)


def circle_changed(circle: str, circle_id: int) -> None:
    """What an upper app calls when its group's people have changed: open pages of those who left close."""
    talk = GroupTalk.objects.filter(circle=circle, circle_id=circle_id).first()
    if talk is not None:
        forget_those_outside(talk)


@transaction.atomic
def drop_circles(circle: str, circle_ids: Collection[int]) -> None:
    """What an upper app calls when what was said in its groups goes; for everybody, with its messages."""
    talks = GroupTalk.objects.filter(circle=circle, circle_id__in=circle_ids)
    people = list(GroupReader.objects.filter(talk__in=talks).values_list("user", flat=True).distinct())
    gone = list(talks)
    talks.delete()
    telling.show_badges(people)
    for talk in gone:
        telling.show(talk)


def _check_size(n: int) -> None:
    if n < rules.LEAST_TOGETHER:
        raise TooFew(field="others")
    if n > rules.MOST_TOGETHER:
        raise TooMany(field="others")


def _lock(talk: GroupTalk, by: Any) -> Presence:
    """The person's presence as it is under the lock; one who has left meanwhile is refused, and so is everybody when
    the conversation is gone."""
    GroupTalk.objects.select_for_update().filter(pk=talk.pk).first()
    here = queries.presence(talk.pk, by)
    if here is None:
        raise NotInIt
    return here


def _reads_for(here: Presence) -> Profile | None:
    """Of one who runs a group without representing anybody in it there is none."""
    profile = here.voices[0].profile
    return profile if profile is not None and rules.may_write_for(here.user, profile) else None


def _read(here: Presence, now: datetime) -> None:
    reader = GroupReader.objects.filter(talk=here.talk, user=here.user).first()
    if reader is None or reader.unread_from_id is None:
        return
    GroupReader.objects.filter(pk=reader.pk).update(unread_from=None)
    telling.settle_read(here.talk, here.user, reader.unread_from_id, now=now)


def _waits_for_others(talk: GroupTalk, message: GroupMessage) -> list[tuple[User, bool]]:
    """(person, whether it is the first that they have not read), of those who are in it and have not muted it."""
    people = [one for one in queries.people_of(talk) if one.pk != message.by_id]
    readers = {one.user_id: one for one in GroupReader.objects.filter(talk=talk)}
    missing = [one for one in people if one.pk not in readers]
    made = []
    for one in missing:
        here = queries.presence(talk.pk, one)
        if here is not None:
            made.append(GroupReader(talk=talk, user=one, profile=_reads_for(here), unread_from=message))
    GroupReader.objects.bulk_create(made)
    new = {one.user_id for one in made}
    first = GroupReader.objects.filter(talk=talk, user__in=people, unread_from=None, muted=False)
    new |= set(first.values_list("user", flat=True))
    first.update(unread_from=message)
    quiet = {pk for pk, one in readers.items() if one.muted}
    there = new | readers.keys()
    return [(one, one.pk in new) for one in people if one.pk in there and one.pk not in quiet]
