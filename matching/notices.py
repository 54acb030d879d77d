"""What matching tells people: the kinds of its notices, said in the reader's language when they are read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Profile
from matching import rules
from notifications.kinds import Category, Delivery, Kind, Notice


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
    profile, other = _both(context)
    return Notice(
        title=_("A new partner for you: %(other)s") % {"other": other.name},
        text=_("It came among the first suggestions of %(profile)s. The reasons stand beside it.")
        % {"profile": profile.name},
        url=f"{reverse('suggestions')}?for={profile.slug}&open={other.slug}",
    )


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
    Kind("matching.suggestions", Category.PARTNERS, render=suggestions, delivery=Delivery.WEEKLY),
)
