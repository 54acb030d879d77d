"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    """Nothing of one test's language or cache reaches the next: they run in any order."""
    translation.activate("fi")
    yield
    cache.clear()
    translation.activate("fi")
