"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

# A property is never timed: the machine may be busy.
settings.register_profile("solmu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("solmu")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database can be dropped in the end though a thread of some test, still falling asleep, holds a connection."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    """Nothing of one test's language or cache reaches the next: they run in any order."""
    translation.activate("fi")
    yield
    for cache in caches.all():
        cache.clear()
    translation.activate("fi")
