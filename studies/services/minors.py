"""The care for those under 18 that topics and seasons share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError
from studies.models import SeasonPlace


class ProfileIsShown(DomainError):
    message = _("You have a profile that others see. Under 18 nobody has one here: hide it first, then apply.")


class AgeUnsaid(DomainError):
    """Of a place for those from 16 or 17 on, by one who is under 18."""

    def __init__(self, place: SeasonPlace, *, field: str) -> None:
        told = {"task": place.task, "age": place.lowest_age}
        words = _("“%(task)s” is for those who are %(age)d or over. Say that you are, or leave the place out.")
        super().__init__(words % told, field=field)


def check_unseen(user: Any, *, field: str) -> None:
    """Of a person under 18 who applies: no profile of theirs as a person is seen by others. Raises `ProfileIsShown`."""
    own = Profile.objects.represented_by(user).filter(kind__in=Profile.PEOPLE, status=Profile.Status.PUBLISHED)
    if own.exclude(visibility=Profile.Visibility.HIDDEN).exists():
        raise ProfileIsShown(field=field)
