from __future__ import annotations

from django.core.cache import cache

from core.models import Installation

_KEY = "core.installation"


def installation() -> Installation:
    """The installation's row, from the cache for a minute; made with defaults when there is none yet."""
    found: Installation | None = cache.get(_KEY)
    if found is None:
        found = Installation.objects.filter(pk=1).first() or Installation(pk=1)
        cache.set(_KEY, found, 60)
    return found


def forget_installation() -> None:
    cache.delete(_KEY)
