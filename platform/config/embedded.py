"""Worker and beat inside the server's process, so that one command runs everything on a machine with Python alone.

Both are Celery's own, in threads, on the broker `memory://`. What a killed process had in that broker is not lost:
facts stand in tables and the sweeps find them (docs/adr/0003).
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from config.celery import app

log = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 8


@app.task(name="config.nothing")
def _nothing() -> None:
    """A message that only makes the worker look up."""


class Embedded:
    """Starts in the server's lifespan, stops with it: the task at hand is finished first, within a limit."""

    def __init__(self, concurrency: int = 2) -> None:
        self._concurrency = concurrency
        self._threads: list[threading.Thread] = []
        self._worker: Any = None
        self._beat: Any = None

    def start(self) -> None:
        from celery.beat import EmbeddedService
        from celery.worker import WorkController, state

        state.should_stop = state.should_terminate = None
        app.loader.init_worker()
        app.finalize()
        self._worker = WorkController(
            app=app,
            hostname="embedded@solmu",
            pool_cls="threads",
            concurrency=self._concurrency,
            loglevel=logging.WARNING,
            # There is no other worker to talk to.
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            send_events=False,
        )
        # EmbeddedService as a thread; the plain Scheduler keeps no file of its own.
        self._beat = EmbeddedService(app, thread=True, max_interval=1, scheduler_cls="celery.beat:Scheduler")
        self._threads = [threading.Thread(target=self._run_worker, name="solmu-worker", daemon=True), self._beat]
        for thread in self._threads:
            thread.start()
        # What a former process left undone is looked for now, not when the first sweep happens to be due.
        for sweep in app.conf.beat_schedule.values():
            app.send_task(sweep["task"], **sweep["options"])

    def _run_worker(self) -> None:
        try:
            self._worker.start()
        except Exception:  # a boundary: a thread's failure must be seen; the site goes on, and sweeps at the next start
            log.exception("the embedded worker stopped")

    def stop(self) -> None:
        from celery.worker import state

        self._beat.service.stop(wait=False)
        state.should_stop = 0  # type: ignore[assignment]  # an exit code; the stubs know only None
        # The worker waits two seconds for a message, and once more after it has seen `should_stop`: give it both.
        for _ in range(2):
            _nothing.delay()
        for thread in self._threads:
            thread.join(STOP_WITHIN_SECONDS)
