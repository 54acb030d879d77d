"""Pages that a crowd of visitors opens at once: drawn once in a few seconds for all who are not signed in.

Nothing of a person is in them: whoever has a session, or a message that waits for them, gets a page of their own, and a
page that carries a form's token or sets a cookie is never shared. Nor is one whose address has a question: there is no
end to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from core.drawing import PAGES, drawn_from

PERSONAL = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def drawn_for_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A visitor may see what stood on the page up to `VISITORS_PAGE_SECONDS` ago; 0 shares nothing."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = settings.VISITORS_PAGE_SECONDS
        is_own = bool(request.META.get("QUERY_STRING")) or any(name in request.COOKIES for name in PERSONAL)
        if not seconds or request.method != "GET" or is_own:
            return view(request, *args, **kwargs)
        key = f"core.crowds:{sha256(repr(drawn_from(request)).encode()).hexdigest()}"
        content: bytes | None = caches[PAGES].get(key)
        if content is not None:
            return HttpResponse(content)
        response = view(request, *args, **kwargs)
        if _may_be_shared(response):
            caches[PAGES].set(key, response.content, seconds)
        return response

    return shared


def _may_be_shared(response: HttpResponse) -> bool:
    is_page = response.status_code == HTTPStatus.OK and response["Content-Type"].startswith("text/html")
    return is_page and not response.cookies and b"csrfmiddlewaretoken" not in response.content
