"""Reading conversations of several profiles: who is in one, since when, what they see of it, what is unread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Profile, Representative, User
from conversations import hooks, rules
from conversations.hooks import Voice
from conversations.models import GroupMessage, GroupPlace, GroupReader, GroupTalk
from conversations.queries.apart import are_apart

AT_ONCE = 30
"""So many messages on a page; the earlier ones are one press away."""


@dataclass(frozen=True)
class Presence:
    """A person in a group conversation, now. `url` is the group's own page, where it has one."""

    talk: GroupTalk
    user: Any
    name: str
    url: str
    voices: tuple[Voice, ...]
    is_open: bool
    page: str = ""
    about: str = ""

    @property
    def since(self) -> datetime:
        """What is written from here on is for them."""
        return min(one.since for one in self.voices)

    @property
    def is_circle(self) -> bool:
        return bool(self.talk.circle)

    @property
    def own(self) -> set[int]:
        return {one.profile.pk for one in self.voices if one.profile is not None}

    def voice(self, profile_id: int | None) -> Voice | None:
        """For that profile, or the first; None for one for which they do not take part."""
        if profile_id is None:
            return self.voices[0]
        found = (one for one in self.voices if one.profile is not None and one.profile.pk == profile_id)
        return next(found, None)


def presence(talk_id: int, user: Any) -> Presence | None:
    """None for whoever is not in it, whether it exists or not. Asked anew each time, so that one who has left sees
    nothing from that moment."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    talk = GroupTalk.objects.select_related("last").filter(pk=talk_id).first()
    if talk is None:
        return None
    if talk.circle:
        circles = hooks.circles(talk.circle)
        voices = circles.voices(talk.circle_id or 0, user) if circles is not None else []
        shown = hooks.show_circle(talk.circle, talk.circle_id or 0) if voices else None
        if shown is None:
            return None
        return Presence(
            talk, user, shown.name, shown.url, tuple(voices), shown.is_open, page=shown.page, about=shown.about
        )
    places = talk.places.filter(profile__in=Profile.objects.spoken_for_by(user)).select_related("profile")
    own = tuple(Voice(place.profile, place.since) for place in places)
    if not own:
        return None
    others = talk.places.filter(profile__status=Profile.Status.PUBLISHED).exclude(
        profile__in=[one.profile for one in own]
    )
    return Presence(talk, user, talk.name, "", own, others.exists())


def people_of(talk: GroupTalk) -> list[User]:
    """All who are in it now."""
    if talk.circle:
        circles = hooks.circles(talk.circle)
        return list(circles.people(talk.circle_id or 0)) if circles is not None else []
    return list(_of_places(talk))


def _of_places(talk: GroupTalk) -> QuerySet[User]:
    published = talk.places.filter(profile__status=Profile.Status.PUBLISHED).values("profile")
    held = Representative.objects.filter(profile__in=published).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("pk")


def profiles_in(talk: GroupTalk) -> list[Profile]:
    """The profiles of a conversation of their own making, in the order in which they came."""
    places = talk.places.filter(profile__status=Profile.Status.PUBLISHED).select_related("profile")
    return [place.profile for place in places]


@dataclass(frozen=True)
class Row:
    talk: GroupTalk
    name: str
    last: GroupMessage | None
    is_unread: bool
    is_muted: bool


def rows(user: Any, *, limit: int) -> list[Row]:
    """The person's newest conversations in groups, for the inbox; of those that belong to a group of another app only
    where something has been written. A fixed number of reads."""
    own = Profile.objects.spoken_for_by(user).values("pk")
    places = GroupPlace.objects.filter(profile__in=own).values_list("talk", "since")
    since: dict[int, datetime] = {}
    for talk_id, at in places:
        since[talk_id] = min(at, since.get(talk_id, at))
    names: dict[int, str] = {}
    for key in hooks.circle_keys():
        _add_circles(key, user, since, names)
    talks = GroupTalk.objects.filter(pk__in=since).select_related("last__by", "last__profile")
    readers = {one.talk_id: one for one in GroupReader.objects.filter(user=user, talk__in=since)}
    found = []
    for talk in talks.order_by(F("last").desc(nulls_last=True), "-pk")[:limit]:
        reader = readers.get(talk.pk, GroupReader(talk=talk))
        last = talk.last if talk.last is not None and talk.last.at >= since[talk.pk] else None
        unread = reader.unread_from_id is not None
        found.append(Row(talk, names.get(talk.pk, talk.name), last, unread, reader.muted))
    name_writers((row.talk, row.last) for row in found if row.last is not None)
    return found


def _add_circles(key: str, user: Any, since: dict[int, datetime], names: dict[int, str]) -> None:
    circles = hooks.circles(key)
    mine = circles.of(user) if circles is not None else {}
    talks = dict(
        GroupTalk.objects.filter(circle=key, circle_id__in=mine, last__isnull=False).values_list("pk", "circle_id")
    )
    shown = circles.show([pk for pk in talks.values() if pk is not None]) if circles is not None else {}
    for talk_id, pk in talks.items():
        if pk in shown:
            since[talk_id], names[talk_id] = mine[pk], shown[pk].name


def reader_of(here: Presence) -> GroupReader:
    found = GroupReader.objects.filter(talk=here.talk, user=here.user).first()
    return found or GroupReader(talk=here.talk, user=here.user)


def unread(user: Any) -> QuerySet[GroupReader]:
    """Of those in which the person still speaks for the profile that they read for."""
    speaks = Representative.objects.filter(profile=OuterRef("profile"), user=user)
    mine = GroupReader.objects.filter(user=user, unread_from__isnull=False, muted=False)
    mine = mine.filter(talk__circle__in=["", *hooks.circle_keys()])
    return mine.filter(Q(profile=None) | Q(Exists(speaks)))


@dataclass(frozen=True)
class Thread:
    """In order of time. `new_from` is the first that the reader has not read."""

    messages: list[GroupMessage]
    has_earlier: bool
    new_from: int | None


def thread(here: Presence, *, before: int | None = None) -> Thread:
    found = seen_by(here).select_related("by", "profile")
    if before is not None:
        found = found.filter(pk__lt=before)
    newest = list(found.order_by("-pk")[: AT_ONCE + 1])
    name_writers((here.talk, one) for one in newest)
    return Thread(newest[:AT_ONCE][::-1], len(newest) > AT_ONCE, reader_of(here).unread_from_id)


def seen_by(here: Presence) -> QuerySet[GroupMessage]:
    return GroupMessage.objects.filter(talk=here.talk, at__gte=here.since)


def unread_between(here: Presence, begins: datetime, ends: datetime) -> list[GroupMessage]:
    """What others wrote from `begins` until before `ends` and the person has not read."""
    reader = reader_of(here)
    if reader.unread_from_id is None or reader.muted:
        return []
    found = seen_by(here).filter(pk__gte=reader.unread_from_id, at__gte=begins, at__lt=ends).exclude(by=here.user)
    written = list(found.select_related("by", "profile"))
    name_writers((here.talk, one) for one in written)
    return written


def name_writers(messages: Iterable[tuple[GroupTalk, GroupMessage]]) -> None:
    """Gives each message of a circle the name by which its writer is known there: a question a kind of circles."""
    asked: dict[str, list[tuple[int, GroupMessage]]] = {}
    for talk, one in messages:
        if talk.circle and one.by_id is not None:
            asked.setdefault(talk.circle, []).append((talk.circle_id or 0, one))
    for key, rows in asked.items():
        circles = hooks.circles(key)
        if circles is None or circles.names is None:
            continue
        names = circles.names({(pk, one.by_id or 0) for pk, one in rows})
        for pk, one in rows:
            one.known_as = names.get((pk, one.by_id or 0), "")


def writer(message: GroupMessage) -> str:
    """Who wrote it, and for whom, as far as they are still here."""
    name = message.known_as or (message.by.name if message.by is not None else "")
    names = [name, message.profile.name if message.profile else ""]
    return ", ".join(dict.fromkeys(name for name in names if name)) or _("Somebody who is no longer here")


# --- Who can be asked to join


def can_be_added(profile: Profile, there: Iterable[Profile]) -> QuerySet[Profile]:
    """Those connected with all who are there, and with `profile`; seen by others, and apart from none of them."""
    together = {one.pk: one for one in (profile, *there)}
    partners = [hooks.partners_of(one) for one in together.values()]
    common = set.intersection(*partners) - together.keys()
    shown = Profile.objects.published().exclude(visibility=Profile.Visibility.HIDDEN).filter(pk__in=common)
    return shown.order_by("name_fi", "pk")


def suits(profiles: list[Profile]) -> bool:
    """Whether each is connected with each other one, and none is apart from another."""
    for one in profiles:
        others = [other for other in profiles if other.pk != one.pk]
        if not rules.is_shown(one) or not {other.pk for other in others} <= hooks.partners_of(one):
            return False
    pairs = [(one, other) for at, one in enumerate(profiles) for other in profiles[at + 1 :]]
    return not any(are_apart(one, other) for one, other in pairs)
