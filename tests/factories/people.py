"""Users and profiles for tests, made straight in the tables where the making itself is not the subject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.utils.text import slugify

from accounts.models import Profile, ProfileText, Representative, User
from themes.models import Theme

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_number = count(1)


def make_user(name: str = "Aino Aho", **fields: Any) -> User:
    n = next(_number)
    return User.objects.create_user(fields.pop("email", f"person{n}@example.fi"), name=name, **fields)


def tag_all(profiles: Iterable[Profile], name: str = "Puun sivuvirrat") -> Theme:
    """The same theme for each of them."""
    theme: Theme
    theme, _made = Theme.objects.get_or_create(slug=slugify(name), defaults={"name": name, "name_fi": name})
    for profile in profiles:
        profile.themes.add(theme)
    return theme


def make_profile(name: str = "", *, by: User | None = None, role: str = "owner", **fields: Any) -> Profile:
    """A published company, or a confirmed one of an official kind; claimed when somebody represents it.

    `texts={"seeks": "…"}` are Finnish.
    """
    n = next(_number)
    texts = fields.pop("texts", {})
    values = {
        "kind": Profile.Kind.COMPANY,
        "status": Profile.Status.PUBLISHED,
        "published_at": NOW,
        "municipality": "167",
        "name_fi": name or f"Yritys {n} Oy",
        "slug": f"yritys-{n}",
        "claimed_at": NOW if by else None,
        "confirmed_at": NOW,
        **fields,
    }
    profile = Profile.objects.create(**values)
    for kind, text in texts.items():
        ProfileText.objects.create(profile=profile, kind=kind, language="fi", text=text)
    if by:
        Representative.objects.create(profile=profile, user=by, role=role, since=NOW)
    return profile
