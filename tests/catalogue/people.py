"""A moment, and municipalities, for the catalogue's tests."""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import Profile, Representative, User

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_municipality(slug: str, *, by: User | None = None, **fields: str) -> Profile:
    values = {
        "status": Profile.Status.PUBLISHED,
        "name_fi": slug.capitalize(),
        "municipality": "139",
        "confirmed_at": NOW,
        **fields,
    }
    profile = Profile.objects.create(slug=slug, kind=Profile.Kind.MUNICIPALITY, **values)
    if by:
        Representative.objects.create(profile=profile, user=by, role=Representative.Role.MEMBER, since=NOW)
    return profile
