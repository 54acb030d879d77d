"""Official kinds (municipalities, schools, public bodies): a coordinator stands behind what such a profile says it is.

Anybody can make a profile of any kind, and these kinds have powers: events, seasons, purchases, students' work. Until a
coordinator has confirmed one it is a profile like others. What a coordinator makes, imports or lets in by a link is
confirmed by that, and so is what the demo makes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import hooks, rules
from accounts.models import Profile
from accounts.queries.representatives import coordinators
from accounts.services.profiles.common import NotAllowed
from core import audit
from core.errors import DomainError
from notifications.services import notify, settle

WAITS = "accounts.confirmation_waits"


class NothingToConfirm(DomainError):
    message = _("Only a published municipality, school or public body is confirmed.")


class ReasonMissing(DomainError):
    message = _("Give the reason.")


def confirm_or_wait(profile: Profile, *, is_sure: bool, now: datetime) -> None:
    """An organisation has got its people. Of an official kind it is confirmed at once when a coordinator stands behind
    it (`is_sure`); otherwise it waits, and the coordinators are told. In the caller's transaction, which holds the row.
    """
    if profile.is_confirmed:
        return
    if is_sure:
        profile.confirmed_at = now
        profile.save(update_fields=["confirmed_at"])
    elif profile.status == Profile.Status.PUBLISHED:
        notify(WAITS, coordinators(), {"profile": profile.pk}, key=_key(profile), now=now)


@transaction.atomic
def confirm(*, profile: Profile, by: Any, now: datetime) -> Profile:
    """The profile is who it says it is; its people are told. Raises `NotAllowed`, `NothingToConfirm`."""
    profile = _locked(profile, by)
    if profile.confirmed_at is not None:
        return profile
    profile.confirmed_at, profile.confirmation_refused_at = now, None
    profile.save(update_fields=["confirmed_at", "confirmation_refused_at"])
    audit.record("profile.confirmed", profile, by=by, now=now)
    _tell("accounts.confirmed", profile, {}, now)
    return profile


@transaction.atomic
def refuse(*, profile: Profile, reason: str, by: Any, now: datetime) -> Profile:
    """The coordinator does not stand behind the profile, or does so no longer: it has no powers of its kind, and its
    people read why. It can be confirmed later. Raises `NotAllowed`, `NothingToConfirm`, `ReasonMissing`."""
    profile = _locked(profile, by)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    profile.confirmed_at, profile.confirmation_refused_at = None, now
    profile.save(update_fields=["confirmed_at", "confirmation_refused_at"])
    audit.record("profile.not_confirmed", profile, by=by, now=now)
    hooks.profile_changed(profile.pk, now=now)
    _tell("accounts.not_confirmed", profile, {"reason": reason.strip()}, now)
    return profile


def _locked(profile: Profile, by: Any) -> Profile:
    if not rules.is_coordinator(by):
        raise NotAllowed
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.kind not in Profile.OFFICIAL or profile.status != Profile.Status.PUBLISHED:
        raise NothingToConfirm
    return profile


def _tell(kind: str, profile: Profile, more: dict[str, Any], now: datetime) -> None:
    settle(kind=WAITS, to=coordinators(), key=_key(profile), now=now)
    people = [row.user for row in profile.representatives.select_related("user")]
    notify(kind, people, {"profile": profile.pk, **more}, key=f"{profile.pk}-{now:%Y%m%d%H%M%S}", now=now)


def _key(profile: Profile) -> str:
    """Of each time that it got people: a profile that was taken back and claimed anew waits anew."""
    return f"{profile.pk}-{profile.claimed_at:%Y%m%d%H%M%S}" if profile.claimed_at else str(profile.pk)
