"""What is told of conversations in groups: where something was written, and by whom, and never what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Profile, User
from conversations import hooks
from conversations.models import GroupTalk
from conversations.queries import groups as queries
from conversations.services.group_telling import ADDED, DAY, NOW
from notifications.kinds import Category, Delivery, Kind, Notice, Point
from notifications.rules import digest_bounds


def _named(context: dict[str, Any]) -> tuple[GroupTalk, str, str]:
    talk = GroupTalk.objects.filter(pk=context["talk"]).first()
    if talk is None:
        raise LookupError(context["talk"])
    name = talk.name
    if talk.circle:
        shown = hooks.show_circle(talk.circle, talk.circle_id or 0)
        if shown is None:
            raise LookupError(context["talk"])
        name = shown.name
    return talk, name, reverse("messages_group", args=[talk.pk])


def lately(context: dict[str, Any]) -> Notice:
    _talk, name, url = _named(context)
    return Notice(title=_("New messages in the group: %(name)s") % {"name": name}, url=url)


def lately_points(context: dict[str, Any], reader: Any) -> list[Point]:
    """Who has written in the day what the reader has not read, and how much."""
    here = queries.presence(context["talk"], reader)
    if here is None:
        return []
    counts: dict[str, int] = {}
    for message in queries.unread_between(here, *digest_bounds(context["day"])):
        writer = queries.writer(message)
        counts[writer] = counts.get(writer, 0) + 1
    url = reverse("messages_group", args=[here.talk.pk])
    return [
        Point(title=who, text=ngettext("%(n)d message", "%(n)d messages", n) % {"n": n}, url=url)
        for who, n in counts.items()
    ]


def added(context: dict[str, Any]) -> Notice:
    talk, name, url = _named(context)
    by = User.objects.filter(pk=context["by"]).first()
    profile = Profile.objects.filter(pk=context["profile"]).first()
    if profile is None or not talk.places.filter(profile=profile).exists():
        raise LookupError(context["profile"])
    return Notice(
        title=_("You are in a conversation of several: %(name)s") % {"name": name},
        text=_("%(who)s brought %(profile)s into it. All who are in it are connected with you. You can leave it.")
        % {"who": by.name if by is not None and by.name else _("Somebody who is no longer here"), "profile": profile},
        url=url,
    )


def for_those_in_it(context: dict[str, Any], reader: Any) -> bool:
    return queries.presence(context["talk"], reader) is not None


KINDS = (
    Kind(DAY, Category.MESSAGES, render=lately, points=lately_points, may_read=for_those_in_it),
    Kind(NOW, Category.MESSAGES, render=lately, may_read=for_those_in_it),
    Kind(ADDED, Category.MESSAGES, render=added, delivery=Delivery.NOW, may_read=for_those_in_it),
)
