"""What the errors' collector (Sentry) is told of a request: which page it was, and nothing by which it could be opened.

Addresses hold secrets (of claims, calendars, doors, letters), so the pattern of the address stands in their place.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

UNKNOWN = "unknown"


def route_of(path: str) -> str:
    """`/fi/claim/<str:token>/` of `/fi/claim/eyJ…/`; `unknown` where no page is."""
    with override(get_language_from_path(path)):
        try:
            return f"/{resolve(path).route}"
        except Resolver404:
            return UNKNOWN


def without_secrets(event: Any, hint: Any = None) -> Any:
    """The event with its page's pattern for an address; no query, no headers (Referer is an address too), no body."""
    asked = event.pop("request", None)
    if asked is not None:
        route = route_of(urlsplit(asked.get("url") or "").path)
        event["request"] = {"method": asked.get("method", ""), "url": route}
        event["transaction"] = route
        event.pop("transaction_info", None)
    return event
