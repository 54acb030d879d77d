"""The project: settings, addresses, servers. The Celery app is made with it, so that tasks always find it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
