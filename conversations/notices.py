"""What conversations tell people: who wrote, and never what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Representative, User
from conversations.models import Side
from conversations.queries import care as care_queries
from conversations.queries import messages as queries
from conversations.services.common import COVER, GIVEN, MESSAGE, REQUEST, WAITING
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
    if not queries.is_known(side) or side.conversation.closed_by_id is not None:
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


def _waits(context: dict[str, Any]) -> Side:
    side = _side(context)
    if side.waits_from_id is None:
        raise LookupError
    return side


def waiting(context: dict[str, Any]) -> Notice:
    side = _waits(context)
    return Notice(
        title=_("Nobody has answered %(other)s") % {"other": side.other.name},
        text=_("They wrote to %(profile)s some days ago. Answer, take care of it, or say that it needs no answer.")
        % {"profile": side.profile.name},
        url=_url(side),
    )


def cover(context: dict[str, Any]) -> Notice:
    side = _waits(context)
    title = _("A message waits while a colleague is away: %(other)s") % {"other": side.other.name}
    keeper = care_queries.colleagues_of(side.profile, now=timezone.now()).get(side.taken_by_id or 0)
    if keeper is None or keeper.away_until is None:
        return Notice(title=title, url=_url(side))
    told = {"who": keeper.name, "day": date_format(keeper.away_until, "SHORT_DATE_FORMAT")}
    text = _("%(who)s takes care of it and is away until %(day)s. You can answer instead. The other side is not told.")
    return Notice(title=title, text=text % told, url=_url(side))


def given(context: dict[str, Any]) -> Notice:
    side = _side(context)
    by = User.objects.filter(pk=context["by"]).first()
    told = {"who": by.name if by is not None and by.name else side.profile.name, "other": side.other.name}
    return Notice(
        title=_("%(who)s asks you to take care of the conversation with %(other)s") % told,
        text=_("For %(profile)s. Your colleagues can still read and answer.") % {"profile": side.profile.name},
        url=_url(side),
    )


def for_its_people(context: dict[str, Any], reader: Any) -> bool:
    """Whoever no longer represents the profile is not told of its messages, not even of those that came before."""
    return Representative.objects.filter(profile=context["profile"], user=reader).exists()


def for_its_keeper(context: dict[str, Any], reader: Any) -> bool:
    of_it = Side.objects.filter(conversation=context["conversation"], profile=context["profile"], taken_by=reader)
    return of_it.exists() and for_its_people(context, reader)


KINDS = (
    Kind(MESSAGE, Category.MESSAGES, render=message, delivery=Delivery.NOW, may_read=for_its_people),
    Kind(REQUEST, Category.MESSAGES, render=request, delivery=Delivery.DAILY, may_read=for_its_people),
    Kind(WAITING, Category.MESSAGES, render=waiting, delivery=Delivery.DAILY, may_read=for_its_people),
    Kind(COVER, Category.MESSAGES, render=cover, delivery=Delivery.NOW, may_read=for_its_people),
    Kind(GIVEN, Category.MESSAGES, render=given, delivery=Delivery.NOW, may_read=for_its_keeper),
)
