"""A profile's life: a draft made page by page, published, changed, shown to fewer or more, taken down.

Each service checks again what the page checked, for the person may have lost the role in between; each leaves a line in
the audit trail, and whoever published profiles matter to is told within the transaction (`hooks.profile_changed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import hooks, rules
from accounts.models import PastWork, Profile, ProfileTheme, Representative, User
from accounts.services import prh
from accounts.services.columns import refresh_search_terms
from accounts.services.sections import (
    MOST_THEMES,
    BusinessIdTaken,
    Section,
    ensure_free,
    normal_business_id,
    read,
    sections_of,
    stamp,
    write,
)
from accounts.services.slugs import draft_slug, public_slug
from core import audit
from core.errors import DomainError
from themes.models import Theme


class NotAllowed(DomainError):
    message = _("This is not yours to change. Its owners and editors can.")


class NotADraft(DomainError):
    message = _("This profile has been published already.")


class Stale(DomainError):
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


# --- Making ----------------------------------------------------------------------------------------------------------


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
    profile = _locked(profile, by)
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
    if answer.company:
        _take_from_register(kept, answer.company, now)
    return answer.state


@transaction.atomic
def _take_from_register(profile: Profile, company: prh.Company, now: datetime) -> None:
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.business_id != company.business_id:
        return
    fields = ["name_fi", "name_sv", "name_en", "municipality", "website"]
    if not profile.industry:
        fields += ["industry", "industry_edition"]
    for name in fields:
        if not getattr(profile, name) and getattr(company, name):
            setattr(profile, name, getattr(company, name))
    profile.business_id_checked_at = now
    profile.save()


def gaps(profile: Profile, sections: Iterable[Section] | None = None) -> list[Gap]:
    """What keeps the profile, or the given sections of it, from being published."""
    found: list[Gap] = []
    for section in sections or sections_of(profile):
        if section in _GAPS:
            found += _GAPS[section](profile)
    return found


def _organisation_gaps(profile: Profile) -> list[Gap]:
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
    Section.ORGANISATION: _organisation_gaps,
    Section.PERSON: _person_gaps,
    Section.WORDS: _words_gaps,
}


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
    profile = _locked(profile, by)
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
    profile = _locked(profile, by)
    if profile.status != Profile.Status.DRAFT:
        raise NotADraft
    audit.record("profile.draft_discarded", profile, by=by, now=now)
    _forget_file(profile)
    profile.delete()


@transaction.atomic
def create_unclaimed(
    *,
    kind: str,
    names: Mapping[str, str],
    municipality: str,
    now: datetime,
    by: Any = None,
    business_id: str = "",
    industry: str = "",
    industry_edition: str = "",
    website: str = "",
    source: str = "",
    source_id: str = "",
    themes: Iterable[Theme] = (),
    works: Iterable[tuple[str, str]] = (),
    is_demo: bool = False,
) -> Profile:
    """A published profile of public facts alone, that nobody represents yet. `names` are by language; `works` are
    (title, language) of what the organisation is known to have done.

    `by` is the coordinator who imports; without one the installation itself acts (the demo).
    Raises `NotAllowed`, `BadBusinessId`, `BusinessIdTaken`, `BadValue`, `Incomplete`.
    """
    if by is not None and not rules.is_coordinator(by):
        raise NotAllowed
    profile = Profile(
        kind=kind,
        status=Profile.Status.PUBLISHED,
        published_at=now,
        slug=draft_slug(),
        source=source,
        source_id=source_id,
        is_demo=is_demo,
        contact_visibility=Profile.Visibility.HIDDEN,
    )
    if profile.is_person:
        # A person's profile is that person's to make.
        raise NotAllowed
    write(profile, Section.BUSINESS_ID, {"business_id": business_id})
    facts = {f"name_{code}": name for code, name in names.items()}
    facts |= {"municipality": municipality, "website": website}
    facts |= {"industry": industry, "industry_edition": industry_edition if industry else ""}
    write(profile, Section.ORGANISATION, facts)
    missing = _organisation_gaps(profile)
    if missing:
        raise Incomplete(missing)
    profile.slug = public_slug(profile)
    profile.save()
    ProfileTheme.objects.bulk_create(
        [ProfileTheme(tag=theme, content_object=profile) for theme in list(themes)[:MOST_THEMES]]
    )
    PastWork.objects.bulk_create(
        [PastWork(profile=profile, title=title[:400], language=language, source=source) for title, language in works]
    )
    refresh_search_terms([profile])
    audit.record("profile.imported", profile, by=by, now=now, source_id=source_id)
    hooks.profile_changed(profile.pk, now=now)
    return profile


# --- Changing --------------------------------------------------------------------------------------------------------


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
    profile = _locked(profile, by)
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
def set_visibility(*, profile: Profile, visibility: str, by: Any, now: datetime) -> Profile:
    """Show the profile to more or to fewer. Raises `NotAllowed`."""
    profile = _locked(profile, by)
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
    profile = _locked(profile, by)
    _forget_file(profile)
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


def _locked(profile: Profile, by: Any) -> Profile:
    """The profile as it is now, held until the transaction ends, for one who may edit it."""
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if not rules.may_edit(by, profile):
        raise NotAllowed
    return profile


def _forget_file(profile: Profile) -> None:
    name = profile.logo.name
    if name:
        storage = profile.logo.storage
        transaction.on_commit(lambda: storage.delete(name))
