from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import modules, nav
from core.drawing import appearance
from core.queries import installation


def site(request: HttpRequest) -> dict[str, Any]:
    """What `base.html` needs: the installation, whether this is a demo, the appearance chosen, the main navigation."""
    return {
        "installation": SimpleLazyObject(installation),
        "demo": settings.SOLMU_DEMO,
        "appearance": appearance(request),
        "on": SimpleLazyObject(modules.switched),
        "nav_items": SimpleLazyObject(lambda: nav.items(request)),
        "nav_tools": SimpleLazyObject(lambda: nav.tools(request)),
    }
