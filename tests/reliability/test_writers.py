"""Fifty people write at once on the embedded default: nothing is lost, and nobody sees an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from .installation import Installation
from .writers import write_at_once

pytestmark = [pytest.mark.slow]


def test_fifty_writers_at_once(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.ask("make", 0, 50)
    try:
        installation.serve()
        outcome = write_at_once(installation, writers=50, seconds=20)
    finally:
        installation.stop()
    assert outcome.errors == ()
    assert outcome.lost == 0
    assert outcome.saved >= 50
    assert "database is locked" not in installation.log()
