"""What conversations tell people: who wrote, and never what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from conversations import rules
from conversations.models import Side
from conversations.services.common import MESSAGE, REQUEST
from notifications.kinds import Category, Delivery, Kind, Notice


def _side(context: dict[str, Any]) -> Side:
    """The receiver's side, as long as it wants to hear of the conversation; else LookupError."""
    found = Side.objects.select_related("conversation", "profile", "other")
    side = found.filter(conversation=context["conversation"], profile=context["profile"]).first()
    if side is None or side.conversation.closed_by_id == side.profile_id:
        raise LookupError
    return side


def _url(side: Side) -> str:
    return f"{reverse('conversation', kwargs={'pk': side.conversation_id})}?for={side.profile.slug}"


def request(context: dict[str, Any]) -> Notice:
    side = _side(context)
    if not rules.is_shown(side.other) or side.conversation.closed_by_id is not None:
        raise LookupError
    return Notice(
        title=_("%(other)s has written to you for the first time") % {"other": side.other.name},
        text=_("You see first who they are. You can read and answer, or decline it unread; they are not told."),
        url=_url(side),
    )


def message(context: dict[str, Any]) -> Notice:
    side = _side(context)
    return Notice(
        title=_("New message from %(other)s") % {"other": side.other.name},
        text=_("To %(profile)s. All its representatives can read and answer.") % {"profile": side.profile.name},
        url=_url(side),
    )


KINDS = (
    Kind(MESSAGE, Category.MESSAGES, render=message, delivery=Delivery.NOW),
    Kind(REQUEST, Category.MESSAGES, render=request, delivery=Delivery.DAILY),
)
