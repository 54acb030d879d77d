from __future__ import annotations

import pytest

from matching.engine import Bridge
from matching.engine.concepts import read_concepts


@pytest.fixture(scope="session")
def concepts() -> Bridge:
    """Every concept of the file. Shared: nobody adds to it."""
    return read_concepts(Bridge())
