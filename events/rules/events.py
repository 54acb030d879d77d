"""Who makes and hosts events, and who may see them. Everything not said here is refused."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts import rules as accounts_rules
from accounts.models import Profile
from events import hooks
from events.models import Event


def organisers_for(user: Any) -> QuerySet[Profile]:
    """The profiles in whose name the person may make an event: a coordinator's own, another's own municipalities
    that a coordinator has confirmed."""
    own = Profile.objects.represented_by(user).filter(status=Profile.Status.PUBLISHED).order_by("name_fi", "pk")
    if user.has_perm("events.create_event"):
        return own
    return own.confirmed().filter(kind=Profile.Kind.MUNICIPALITY)


def may_create_event(user: Any) -> bool:
    """Coordinators, and the representatives of a confirmed municipality."""
    if not user.is_authenticated:
        return False
    return user.has_perm("events.create_event") or organisers_for(user).exists()


def may_organise_as(user: Any, organiser: Profile | None) -> bool:
    """Only a coordinator makes an event in nobody's name; everyone else in that of their municipality."""
    if not user.is_authenticated:
        return False
    if organiser is None:
        return bool(user.has_perm("events.create_event"))
    return organisers_for(user).filter(pk=organiser.pk).exists()


def may_manage_event(user: Any, event: Event) -> bool:
    """The coordinator of the installation, and the representatives of its organiser; of an event in nobody's name, its
    maker; of a circle's, those who lead the circle (`events.hooks`). A maker who has left the organiser no longer does.
    """
    if not user.is_authenticated:
        return False
    if accounts_rules.is_coordinator(user):
        return True
    if event.organiser_id is None and event.created_by_id == user.pk:
        return True
    return Event.objects.managed_by(user).filter(pk=event.pk).exists()


def may_see_event(user: Any, event: Event) -> bool:
    """A draft is its hosts'; of others, those for a circle are for those whom its app lets in (see `events.hooks`)."""
    if event.state != Event.State.DRAFT and _is_meant_for(user, event):
        return True
    return may_manage_event(user, event)


def _is_meant_for(user: Any, event: Event) -> bool:
    return event.is_for_all or Event.objects.filter(hooks.circle_seen_by(user), pk=event.pk).exists()


def may_see_participants(user: Any, event: Event) -> bool:
    """Those who come themselves, and the hosts."""
    if not user.is_authenticated:
        return False
    return event.registrations.confirmed().filter(user=user).exists() or may_manage_event(user, event)
