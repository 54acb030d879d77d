"""What the services of offers and needs stand on: refusals, the lock, who is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import hooks
from accounts.models import Profile, User
from core.errors import DomainError, StaleSave
from opportunities.models import Opportunity
from opportunities.rules import opportunities as rules


class NotYourProfile(DomainError):
    message = _("Only an owner or an editor of the organisation can do this.")


class NotOpen(DomainError):
    """It ended, was closed or was taken down, or is not for this person any more: which one is not told."""

    message = _("This offer or need is not open any more.")


class IsClosed(DomainError):
    message = _("This offer or need has been closed already.")


class IsDown(DomainError):
    message = _("The coordinator has taken this offer or need down.")


class KeptElsewhere(DomainError):
    """It is changed, closed and answered where it is kept (`opportunities.hooks`)."""

    message = _("This is kept on a page of its own. Change it, and apply for it, there.")


class Stale(StaleSave):
    message = _("Somebody changed this while you were writing. Look at what it is now, and save again if you want.")


def lock_profile(profile: Profile, by: Any) -> Profile:
    """Before any of its rows, as conversations do. Raises `NotYourProfile`."""
    held = Profile.objects.select_for_update().filter(pk=profile.pk).first()
    if held is None or not rules.may_make_for(by, held):
        raise NotYourProfile
    return held


def lock_own(opportunity: Opportunity, by: Any) -> Opportunity:
    """As it stands, held until the transaction ends. Raises `NotYourProfile` or `KeptElsewhere`."""
    profile = lock_profile(opportunity.profile, by)
    held = lock(opportunity)
    if held is None or held.profile_id != profile.pk:
        raise NotYourProfile
    if held.kept_by:
        raise KeptElsewhere
    held.profile = profile
    return held


def lock(opportunity: Opportunity) -> Opportunity | None:
    known = Opportunity.objects.select_for_update(of=("self",)).select_related("profile")
    return known.filter(pk=opportunity.pk).first()


def people_of(profile: Profile) -> list[User]:
    """Who can renew and close: the owners and editors."""
    return list(User.objects.deciding_for([profile]).filter(is_active=True))


def everybody_of(profile: Profile) -> list[User]:
    held = User.objects.filter(representations__profile=profile, is_active=True)
    return list(held.order_by("pk").distinct())


def index_anew(opportunity: Opportunity, *, now: datetime) -> None:
    """What the profile is matched by has changed: its open offers and needs are among its documents."""
    hooks.profile_changed(opportunity.profile_id, now=now)


def save(opportunity: Opportunity, *fields: str) -> None:
    """With a new version, so that a page made before this save knows it."""
    opportunity.version += 1
    opportunity.save(update_fields=[*fields, "version", "changed_at"])
