"""A profile's address. An organisation's is made of its name; a person's tells nothing of who they are."""

from __future__ import annotations

import secrets

from django.utils.text import slugify

from accounts.models import Profile

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
RESERVED = {"new", "import", "claim", "mine", "edit", "reports", "blocks"}


def _random(length: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _number in range(length))


def draft_slug() -> str:
    """An address that nobody guesses, until the profile is published."""
    return f"draft-{_random(16)}"


def public_slug(profile: Profile) -> str:
    """A free address. The name does not get into a person's, for addresses live on in logs and in others' pages."""
    if profile.is_person:
        return f"{profile.kind}-{_random(10)}"
    name = profile.name_fi or profile.name_sv or profile.name_en
    base = slugify(name)[:100].strip("-") or f"profile-{_random(6)}"
    if base in RESERVED:
        base = f"{base}-{_random(4)}"
    taken = set(Profile.objects.filter(slug__startswith=base).exclude(pk=profile.pk).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}" if number < 50 else f"{base}-{_random(6)}"
