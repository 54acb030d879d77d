"""`solmu serve`: web, websockets, worker and beat in one process, on this machine."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sqlite3
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import translation

from config.startup import prepare

GRACE_SECONDS = 5


class Command(BaseCommand):
    help = "Serve web, websockets, worker and beat in one process."
    # The checks belong to `solmu check` and to the tests; here they would only make the start slower.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.SOLMU_EMBEDDED = True
        # A service manager's way of saying Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        listener = listen(options["host"], options["port"])
        try:
            prepare(self._say)
            people = self._people() if settings.SOLMU_DEMO else []
            host, port = listener.getsockname()[:2]
            serve(listener, partial(self._welcome, f"http://{f'[{host}]' if ':' in host else host}:{port}", people))
        except (OSError, DatabaseError, sqlite3.Error) as problem:
            sentence = disk_sentence(problem)
            if sentence is None:
                raise
            raise CommandError(sentence) from None
        except KeyboardInterrupt:
            pass
        finally:
            listener.close()
        self._say("Solmu is stopped.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _people(self) -> list[str]:
        """Whom one can try the demo as, a line each."""
        from config.demo.people import demo_people

        with translation.override("en"):
            found = demo_people()
        width = max((len(person.email) for person in found), default=0)
        lines = [f"  {person.email:<{width}}  {person.what}" for person in found]
        return [f"Log-ins of the demo (password {found[0].password}):", *lines] if found else []

    def _welcome(self, address: str, people: list[str]) -> None:
        self._say("\n".join(["", f"Solmu is open at {address}/   (Ctrl-C stops it)", *people]))


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise CommandError(f"port {port} is taken by another program; choose another with --port") from None
        if problem.errno == errno.EACCES:
            raise CommandError(f"port {port} is reserved for the system; choose one above 1023 with --port") from None
        raise CommandError(f"cannot listen on {host}:{port}: {problem.strerror}") from None
    return listener


def serve(listener: socket.socket, opened: Any) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                opened()

    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    config = uvicorn.Config(
        "config.asgi:application",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose X-Forwarded-For to believe is decided in one place, by PROXY_COUNT.
        proxy_headers=False,
        # An open stream or websocket must not hold up the end.
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=64 * 1024,
        # A thousand phones get the same short piece of a page: packing it for each costs more than sending it.
        ws_per_message_deflate=False,
    )
    Server(config).run(sockets=[listener])


def disk_sentence(problem: Exception) -> str | None:
    """The plain sentence for a disk that is full or may not be written to; None for anything else."""
    text = str(problem).lower()
    number = getattr(problem, "errno", None)
    if number == errno.ENOSPC or "disk is full" in text or "disk i/o error" in text:
        return f"the disk is full: {settings.SOLMU_DATA} cannot be written to"
    if number in {errno.EROFS, errno.EACCES} or "readonly database" in text or "unable to open database" in text:
        return f"{settings.SOLMU_DATA} cannot be written to; choose another folder with SOLMU_DATA"
    return None
