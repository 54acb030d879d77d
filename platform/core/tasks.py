"""How a service gets something done soon.

The fact that work is due stands in a table; this only wakes someone up to look. If the message is lost (a broker down,
a process killed), the app's sweep finds the same fact. So a service never waits for a broker, and never fails by it.
"""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)

Argument = str | int | float | bool | None


def wake(name: str, *args: Argument) -> None:
    """Send the task `name` ("matching.tasks.refresh") with ids as arguments once the transaction is committed."""
    transaction.on_commit(partial(_send, name, args), robust=True)


def _send(name: str, args: tuple[Argument, ...]) -> None:
    try:
        current_app.send_task(name, args=args)
    except (KombuError, OSError):
        log.warning("task %s was not sent; its sweep will find the work", name)
