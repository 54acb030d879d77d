"""The Celery app. A worker, beat, the embedded worker and everything that wakes a task share it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("solmu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def collect_sweeps() -> dict[str, dict[str, Any]]:
    """The beat schedule: each app's `tasks.SWEEPS`, a dict of name → (task's name, seconds).

    A sweep finds in the tables what a lost message left undone, so each must be safe to run twice. One that was not
    taken before the next is due expires: a stopped worker does not come back to a heap of them.
    """
    from django.apps import apps
    from django.utils.module_loading import module_has_submodule

    schedule: dict[str, dict[str, Any]] = {}
    for config in apps.get_app_configs():
        if not module_has_submodule(config.module, "tasks"):
            continue
        sweeps: dict[str, tuple[str, float]] = getattr(import_module(f"{config.name}.tasks"), "SWEEPS", {})
        for name, (task, seconds) in sweeps.items():
            if name in schedule:
                raise ValueError(f"two sweeps are called {name!r}")
            schedule[name] = {"task": task, "schedule": float(seconds), "options": {"expires": float(seconds)}}
    return schedule


@signals.import_modules.connect(weak=False)
def _set_schedule(sender: Any = None, **kwargs: Any) -> None:
    # Sent by a worker and by beat once Django is ready (Celery's own receiver, connected first, sets Django up).
    if sender is app:
        app.conf.beat_schedule = collect_sweeps()
