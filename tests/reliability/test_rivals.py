"""Of two who want what only one can have at the same moment, one gets it, and the other is told why not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .installation import Installation, free_port
from .test_services import POSTGRES, postgres_answers

pytestmark = [pytest.mark.slow]
PEOPLE = 12


def check(answer: dict[str, Any]) -> None:
    """A place in one run each, and each half hour of the room to one of the two who wanted it."""
    assert answer["said"] == {"done": PEOPLE, "InAnotherRun": PEOPLE}
    assert answer["places"] == [1] * PEOPLE
    assert answer["held"] == {"done": 10, "RoomTaken": 10}
    assert answer["overlaps"] == 0


def test_rivals_on_sqlite(tmp_path: Path) -> None:
    check(Installation(tmp_path).ask("rivals", PEOPLE))


@pytest.mark.services
@pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}")
def test_rivals_on_postgresql(tmp_path: Path) -> None:
    name = f"solmu_rivals_{os.getpid()}_{free_port()}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        check(Installation(tmp_path, DATABASE_URL=f"{POSTGRES}/{name}").ask("rivals", PEOPLE))
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
