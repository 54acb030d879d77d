"""A profile from its first page to the day it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import hooks, rules
from accounts.models import Profile, Representative, User
from accounts.services import prh
from accounts.services.columns import refresh_search_terms
from accounts.services.profiles.changing import edit_profile
from accounts.services.profiles.common import Incomplete, NotADraft, forget_file, gaps, locked
from accounts.services.profiles.confirming import confirm_or_wait
from accounts.services.sections import BusinessIdTaken, Section, ensure_free, write
from accounts.services.slugs import draft_slug, public_slug
from core import audit


@transaction.atomic
def create_draft(*, kind: str, by: Any, now: datetime, is_demo: bool = False) -> Profile:
    """The user's draft, of the given kind. There is one at a time: a second press, or a change of mind about the kind,
    goes on with the same.

    A person's profile begins hidden, and so do its contact details: they are shown by that person's choice alone.
    """
    User.objects.select_for_update().get(pk=by.pk)
    draft = Profile.objects.filter(
        status=Profile.Status.DRAFT, representatives__user=by, representatives__role=Representative.Role.OWNER
    ).first()
    if draft is None:
        draft = Profile(status=Profile.Status.DRAFT, slug=draft_slug(), claimed_at=now, is_demo=is_demo, kind=kind)
    elif draft.kind == kind:
        return draft
    draft.kind = kind
    draft.wizard_step = ""
    hidden = Profile.Visibility.HIDDEN
    draft.visibility = hidden if draft.is_person else Profile.Visibility.PUBLIC
    draft.contact_visibility = hidden if draft.is_person else Profile.Visibility.MEMBERS
    if draft.is_person:
        draft.business_id, draft.business_id_checked_at = "", None
        draft.industry = draft.industry_edition = draft.size = draft.website = ""
    else:
        draft.school = draft.field_of_study = ""
        draft.study_year = None
    draft.save()
    Representative.objects.get_or_create(
        profile=draft, user=by, defaults={"role": Representative.Role.OWNER, "since": now}
    )
    audit.record("profile.drafted", draft, by=by, now=now, kind=kind)
    return draft


@transaction.atomic
def save_step(
    *, profile: Profile, section: Section, data: Mapping[str, Any], by: Any, now: datetime, next_step: str = ""
) -> Profile:
    """Keep a page of the wizard. A draft may be as incomplete as it is; what is given must be right.

    Raises `NotAllowed`, `NotADraft`, and what `sections.write` raises.
    """
    profile = locked(profile, by)
    if profile.status != Profile.Status.DRAFT:
        raise NotADraft
    write(profile, section, data)
    profile.wizard_step = next_step
    profile.save()
    return profile


def save_business_id(
    *, profile: Profile, business_id: str, by: Any, now: datetime, next_step: str = "", stamp: str = ""
) -> prh.State:
    """Keep the business ID, ask the register of it, and fill in what is still empty from its answer.

    The register is asked between two transactions, so that nobody waits for it with us. Returns how it answered.
    Raises what `save_step` or `edit_profile` raises.
    """
    data = {"business_id": business_id}
    if profile.status == Profile.Status.DRAFT:
        kept = save_step(profile=profile, section=Section.BUSINESS_ID, data=data, by=by, now=now, next_step=next_step)
    else:
        kept = edit_profile(profile=profile, section=Section.BUSINESS_ID, data=data, by=by, now=now, stamp_sent=stamp)
    if not kept.business_id:
        return prh.State.OFF
    answer = prh.ask(kept.business_id)
    if answer.company and not _take_from_register(kept, answer.company, now):
        return prh.State.OTHER_NAME
    return answer.state


@transaction.atomic
def _take_from_register(profile: Profile, company: prh.Company, now: datetime) -> bool:
    """Whether the number and the name are the register's. A number is public: with another name it says nothing."""
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.business_id != company.business_id:
        return False
    fields = ["name_fi", "name_sv", "name_en", "municipality", "website"]
    if not profile.industry:
        fields += ["industry", "industry_edition"]
    for name in fields:
        if not getattr(profile, name) and getattr(company, name):
            setattr(profile, name, getattr(company, name))
    is_same = company.is_called(profile.main_name)
    profile.business_id_checked_at = now if is_same else None
    profile.save()
    return is_same


def publish_profile(*, profile: Profile, by: Any, now: datetime) -> Profile:
    """Make a draft public, or seen by those whom its visibility names. A second press finds it done.

    Raises `NotAllowed`, `Incomplete`, `BusinessIdTaken`.
    """
    try:
        with transaction.atomic():
            return _publish(profile, by, now)
    except IntegrityError as problem:
        # Two published the same number, or got the same address, at the same moment.
        _raise_if_taken(profile, problem)
        with transaction.atomic():
            return _publish(profile, by, now)


def _publish(profile: Profile, by: Any, now: datetime) -> Profile:
    profile = locked(profile, by)
    if profile.status == Profile.Status.PUBLISHED:
        return profile
    missing = gaps(profile)
    if missing:
        raise Incomplete(missing)
    if profile.business_id:
        ensure_free(profile, profile.business_id)
    profile.slug = public_slug(profile)
    profile.status = Profile.Status.PUBLISHED
    profile.published_at = profile.published_at or now
    profile.wizard_step = ""
    profile.save()
    confirm_or_wait(profile, is_sure=profile.is_demo or rules.is_coordinator(by), now=now)
    refresh_search_terms([profile])
    audit.record("profile.published", profile, by=by, now=now, visibility=profile.visibility)
    hooks.profile_changed(profile.pk, now=now)
    return profile


def _raise_if_taken(profile: Profile, problem: IntegrityError) -> None:
    own = Profile.objects.get(pk=profile.pk)
    holder = Profile.objects.published().filter(business_id=own.business_id).exclude(pk=own.pk).first()
    if own.business_id and holder:
        raise BusinessIdTaken(holder) from problem


@transaction.atomic
def discard_draft(*, profile: Profile, by: Any, now: datetime) -> None:
    """Throw a draft away with all that was written in it. Raises `NotAllowed`, `NotADraft`."""
    profile = locked(profile, by)
    if profile.status != Profile.Status.DRAFT:
        raise NotADraft
    audit.record("profile.draft_discarded", profile, by=by, now=now)
    forget_file(profile)
    profile.delete()
