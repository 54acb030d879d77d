"""Changing a published profile, who sees it, and taking it out of sight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts import hooks, rules
from accounts.models import Profile
from accounts.services.columns import refresh_search_terms
from accounts.services.profiles.common import Incomplete, NotAllowed, Stale, forget_file, gaps, locked
from accounts.services.sections import BusinessIdTaken, Section, check_age, normal_business_id, read, stamp, write
from core import audit


def edit_profile(
    *, profile: Profile, section: Section, data: Mapping[str, Any], by: Any, now: datetime, stamp_sent: str = ""
) -> Profile:
    """Save a section of a published profile. The same values once more change nothing.

    Raises `NotAllowed`; `Stale` when `stamp_sent` is of an older version and the values differ from what is saved
    now; `Incomplete` when the section would lose what a published profile must have; and what `sections.write` raises.
    """
    try:
        with transaction.atomic():
            return _edit(profile, section, data, by, now, stamp_sent)
    except IntegrityError as problem:
        number = data.get("business_id")
        holder = number and Profile.objects.published().filter(business_id=normal_business_id(number)).first()
        if holder and holder.pk != profile.pk:
            raise BusinessIdTaken(holder) from problem
        raise


def _edit(
    profile: Profile, section: Section, data: Mapping[str, Any], by: Any, now: datetime, stamp_sent: str
) -> Profile:
    profile = locked(profile, by)
    before, version = read(profile, section), stamp(profile, section)
    changed = write(profile, section, data)
    if not changed:
        return profile
    if stamp_sent and stamp_sent != version:
        raise Stale(before, version)
    missing = gaps(profile, [section])
    if missing:
        raise Incomplete(missing)
    profile.save()
    refresh_search_terms([profile])
    audit.record("profile.changed", profile, by=by, now=now, section=str(section), fields=sorted(changed))
    hooks.profile_changed(profile.pk, now=now)
    return profile


@transaction.atomic
def set_visibility(*, profile: Profile, visibility: str, by: Any, now: datetime, age: str = "") -> Profile:
    """Show the profile to more or to fewer; a student's with the `age` that the student says (`sections.check_age`).
    Raises `NotAllowed`, `AgeMissing` or `TooYoungToBeSeen`."""
    profile = locked(profile, by)
    check_age(profile, visibility, age)
    if profile.visibility == visibility:
        return profile
    profile.visibility = Profile.Visibility(visibility)
    profile.save()
    audit.record("profile.visibility_changed", profile, by=by, now=now, visibility=visibility)
    hooks.profile_changed(profile.pk, now=now)
    return profile


@transaction.atomic
def set_logo(*, profile: Profile, logo: ContentFile[bytes] | None, by: Any, now: datetime) -> Profile:
    """Put a prepared logo (`logos.prepare`) in place of the old one, or take the old one away. Raises `NotAllowed`."""
    profile = locked(profile, by)
    forget_file(profile)
    profile.logo = logo or ""
    profile.save()
    audit.record("profile.logo_changed", profile, by=by, now=now, has_logo=bool(logo))
    return profile


@transaction.atomic
def take_down(*, profile: Profile, by: Any, now: datetime, reason: str = "") -> Profile:
    """Take a profile out of sight for good: its owner may, and a coordinator. Its facts stay in the trail's care, its
    number becomes free, and its texts are found by nobody. Raises `NotAllowed`.
    """
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if not (rules.is_coordinator(by) or rules.may_manage_representatives(by, profile)):
        raise NotAllowed
    if profile.status == Profile.Status.TAKEN_DOWN:
        return profile
    profile.status = Profile.Status.TAKEN_DOWN
    profile.search_terms = profile.search_names = ""
    profile.save()
    audit.record("profile.taken_down", profile, by=by, now=now, reason=reason)
    hooks.profile_changed(profile.pk, now=now)
    return profile
