"""What matching tells people: the kinds of its notices, said in the reader's language when they are read."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.models import Profile
from matching import newcomers, rules
from notifications.kinds import Category, Delivery, Kind, Notice, Point


def _both(context: dict[str, Any]) -> tuple[Profile, Profile]:
    """The two profiles, while both can still be shown; else LookupError, and the notice is passed over."""
    seen: QuerySet[Profile] = Profile.objects.filter(status=Profile.Status.PUBLISHED)
    found = {profile.pk: profile for profile in seen.filter(pk__in=[context["profile"], context["other"]])}
    profile, other = found[context["profile"]], found[context["other"]]
    if not rules.can_be_proposed(other):
        raise LookupError(other.pk)
    return profile, other


def connection(context: dict[str, Any]) -> Notice:
    profile, other = _both(context)
    return Notice(
        title=_("You and %(other)s are now connected") % {"other": other.name},
        text=_("Both of you are interested. You see each other's contact details and can propose a meeting."),
        url=f"{reverse('connections')}?for={profile.slug}",
    )


def introduction(context: dict[str, Any]) -> Notice:
    profile, other = _both(context)
    return Notice(
        title=_("The coordinator would like to introduce you to %(other)s") % {"other": other.name},
        text=_("Read why, and accept or decline. If you decline, nobody is told."),
        url=f"{reverse('introductions')}?for={profile.slug}",
    )


def suggestions(context: dict[str, Any]) -> Notice:
    """Names nobody: who is still new is asked when the letter leaves, and the page shows it whenever it is opened."""
    profile = Profile.objects.published().filter(pk=context["profile"]).first()
    if profile is None:
        raise LookupError(context["profile"])
    return Notice(
        title=_("New partners for %(profile)s") % {"profile": profile.name},
        text=_("They came among the first suggestions. Beside each stands the reason."),
        url=f"{reverse('suggestions')}?for={profile.slug}",
    )


def new_partners(context: dict[str, Any], reader: Any) -> list[Point]:
    """The first of the week's newcomers as the reader's list has them now, each with one reason."""
    return [
        Point(
            title=card.other.name,
            text=unescape(strip_tags(card.first.text)) if card.first else "",
            url=f"{reverse('suggestions')}?for={profile.slug}&open={card.other.slug}",
        )
        for profile, card in newcomers.cards(context, reader=reader, today=timezone.localdate())
    ]


def interest_before_claim(context: dict[str, Any]) -> Notice:
    profile, other = _both(context)
    return Notice(
        title=_("%(other)s would like to meet you") % {"other": other.name},
        text=_("They said so before anybody represented %(profile)s here. Your answer makes you connected.")
        % {"profile": profile.name},
        url=f"{reverse('suggestions')}?for={profile.slug}&open={other.slug}",
    )


KINDS = (
    Kind("matching.connection", Category.PARTNERS, render=connection, delivery=Delivery.NOW),
    Kind("matching.introduction", Category.PARTNERS, render=introduction, delivery=Delivery.NOW),
    Kind("matching.interest_before_claim", Category.PARTNERS, render=interest_before_claim, delivery=Delivery.NOW),
    Kind("matching.suggestions", Category.PARTNERS, render=suggestions, delivery=Delivery.WEEKLY, points=new_partners),
)
