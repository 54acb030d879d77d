"""What a page is drawn from besides the database and who asks, in the few forms that it can have: part of the key under
which a page is shared or kept, so what a browser sends at will makes no new page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

PAGES = "pages"
"""The cache of drawn pages. However full it is, counts for rate limits stand elsewhere."""
APPEARANCES = ("light", "dark")


def appearance(request: HttpRequest) -> str:
    """The look that was chosen; empty: the device's own."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in APPEARANCES else ""


def drawn_from(request: HttpRequest) -> tuple[Any, ...]:
    """Address, language, appearance, and whether htmx asks."""
    is_part = request.headers.get("HX-Request") == "true"
    return request.build_absolute_uri(), get_language(), appearance(request), is_part
