"""What every service of profiles stands on: how they refuse, what a profile must have, and the lock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.models import Profile
from accounts.services.sections import Section, sections_of
from core.errors import DomainError, StaleSave


class NotAllowed(DomainError):
    message = _("This is not yours to change. Its owners and editors can.")


class NotADraft(DomainError):
    message = _("This profile has been published already.")


class Stale(StaleSave):
    """Somebody saved the section after the page was opened; `saved` is what they saved."""

    message = _("Somebody else changed this after you opened the page. Nothing is lost: choose what stands.")

    def __init__(self, saved: dict[str, Any], stamp: str) -> None:
        self.saved, self.stamp = saved, stamp
        super().__init__()


@dataclass(frozen=True, slots=True)
class Gap:
    """What a profile still lacks before it can be published, and the section and field where it is given."""

    section: Section
    field: str
    message: str | Promise


class Incomplete(DomainError):
    """`gaps` tell what is missing."""

    message = _("Something is still missing.")

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        super().__init__()


def gaps(profile: Profile, sections: Iterable[Section] | None = None) -> list[Gap]:
    """What keeps the profile, or the given sections of it, from being published."""
    found: list[Gap] = []
    for section in sections or sections_of(profile):
        if section in _GAPS:
            found += _GAPS[section](profile)
    return found


def organisation_gaps(profile: Profile) -> list[Gap]:
    found = []
    if not profile.name:
        found.append(Gap(Section.ORGANISATION, "name_fi", _("Write the organisation's name")))
    if not profile.municipality:
        found.append(Gap(Section.ORGANISATION, "municipality", _("Choose the municipality")))
    return found


def _person_gaps(profile: Profile) -> list[Gap]:
    return [] if profile.name else [Gap(Section.PERSON, "name_fi", _("Write the name you want to be called by"))]


def _words_gaps(profile: Profile) -> list[Gap]:
    told = {text.kind for text in profile.texts.all()}
    if profile.kind == Profile.Kind.STUDENT:
        return [] if "seeks" in told else [Gap(Section.WORDS, "seeks", _("Write what you look for"))]
    if told & {"offers", "seeks"}:
        return []
    return [Gap(Section.WORDS, "seeks", _("Write what you look for or what you offer: partners are proposed from it"))]


_GAPS = {
    Section.ORGANISATION: organisation_gaps,
    Section.PERSON: _person_gaps,
    Section.WORDS: _words_gaps,
}


def locked(profile: Profile, by: Any) -> Profile:
    """The profile as it is now, held until the transaction ends, for one who may edit it."""
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if not rules.may_edit(by, profile):
        raise NotAllowed
    return profile


def forget_file(profile: Profile) -> None:
    name = profile.logo.name
    if name:
        storage = profile.logo.storage
        transaction.on_commit(lambda: storage.delete(name))
