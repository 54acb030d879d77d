"""The server's door: pages, websockets, and the lifespan in which the embedded worker lives."""

from __future__ import annotations

import asyncio
import os
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.core.exceptions import ImproperlyConfigured

try:
    django.setup(set_prefix=False)
except ImproperlyConfigured as problem:
    raise SystemExit(f"solmu: {problem}") from None

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.apps import apps
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import module_has_submodule

from core import live
from core.sockets import SignedIn


class Pages(ASGIHandler):
    """Django's handler, with so many requests at work at once and no more; the rest wait in line.

    Each request works in a thread. Fifty threads share one interpreter, so one that holds SQLite's write lock moves on
    only at every fiftieth turn, while the others wait for it by chance and not in order; and on PostgreSQL each needs a
    connection of the pool. A request comes to the line when its body has been read, so that a slow visitor holds no
    place in it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        loop = asyncio.get_running_loop()
        async with self._lines.setdefault(loop, asyncio.Semaphore(settings.REQUESTS_AT_ONCE)):
            return await super().run_get_response(request)


def collect_websockets() -> list[Any]:
    """Each app's `routing.websocket_urlpatterns`."""
    patterns: list[Any] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "routing"):
            patterns += getattr(import_module(f"{config.name}.routing"), "websocket_urlpatterns", [])
    return patterns


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Once a server process: tells where its loop is, and in the embedded mode starts worker and beat."""
    embedded = None
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            live.attach(asyncio.get_running_loop())
            if settings.SOLMU_EMBEDDED:
                from config.embedded import Embedded

                embedded = Embedded()
                await asyncio.to_thread(embedded.start)
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            if embedded is not None:
                await asyncio.to_thread(embedded.stop)
            live.attach(None)
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {
        "http": Pages(),
        "websocket": AllowedHostsOriginValidator(SessionMiddlewareStack(SignedIn(URLRouter(collect_websockets())))),
        "lifespan": lifespan,
    }
)
