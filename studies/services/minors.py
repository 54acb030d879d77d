"""The care for those under 18 that topics and seasons share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError


class ProfileIsShown(DomainError):
    message = _("You have a profile that others see. Under 18 nobody has one here: hide it first, then apply.")


def check_unseen(user: Any, *, field: str) -> None:
    """Of a person under 18 who applies: no profile of theirs as a person is seen by others. Raises `ProfileIsShown`."""
    own = Profile.objects.represented_by(user).filter(kind__in=Profile.PEOPLE, status=Profile.Status.PUBLISHED)
    if own.exclude(visibility=Profile.Visibility.HIDDEN).exists():
        raise ProfileIsShown(field=field)
