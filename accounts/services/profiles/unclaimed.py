"""Profiles that nobody represents yet: made of public facts alone, by an import or by the demo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import hooks, rules
from accounts.models import PastWork, Profile, ProfileTheme
from accounts.services.columns import refresh_search_terms
from accounts.services.profiles.common import Incomplete, NotAllowed, organisation_gaps
from accounts.services.sections import MOST_THEMES, Section, write
from accounts.services.slugs import draft_slug, public_slug
from core import audit
from themes.models import Theme


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
        confirmed_at=now,
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
    missing = organisation_gaps(profile)
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
