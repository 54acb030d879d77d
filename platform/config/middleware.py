"""Two of the libraries' middlewares, bent to this house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

SEEN_EVERY_SECONDS = 300


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, with whole bodies: an ASGI server would read its file iterators in one go anyway, and warn of it."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        streamed = WhiteNoiseMiddleware.serve(static_file, request)
        response = HttpResponse(b"".join(cast(Any, streamed.streaming_content)), status=streamed.status_code)
        streamed.close()
        del response["Content-Type"]
        for name, value in streamed.items():
            response[name] = value
        return response


class SessionActivity:
    """When and where a session was last seen, for its owner's list of sessions.

    allauth's own middleware writes at every page; to the minute is enough for a person, so this writes once in five.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"seen:{key}", 1, SEEN_EVERY_SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
