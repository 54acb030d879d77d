"""What a profile wishes of its suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError
from matching import rules
from matching.engine.preferences import Preferences as Wanted
from matching.models import Preferences
from matching.services import marks


class OnlyEditorsWish(DomainError):
    message = _("Only the profile's owners and editors can change what is wished of its suggestions.")


@transaction.atomic
def save_preferences(*, profile: Profile, wanted: Wanted, by: Any, now: datetime) -> Preferences:
    """Keep the wishes in place of the earlier ones. The list is made anew, as others may now belong in it."""
    if not rules.may_wish_for(by, profile):
        raise OnlyEditorsWish
    saved, _is_new = Preferences.objects.update_or_create(
        profile=profile,
        defaults={
            "place": wanted.reach,
            "km": wanted.km,
            "sizes": sorted(wanted.sizes),
            "languages": sorted(wanted.languages),
            "kinds": sorted(wanted.kinds),
            "ready": sorted(wanted.ready),
            "hard": sorted(wanted.hard),
            "surprises": wanted.surprises,
            "changed_by": by,
            "changed_at": now,
        },
    )
    marks.mark_stale(profile_id=profile.pk, now=now)
    return saved
