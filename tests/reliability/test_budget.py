"""Twenty who contact others for one profile at the same moment cannot spend more than it has."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from conversations import rules

from .installation import Installation, free_port
from .test_services import POSTGRES, postgres_answers

pytestmark = [pytest.mark.slow]
ALLOWED = rules.LIMITS[-1][1]


def test_two_at_once_on_sqlite(tmp_path: Path) -> None:
    assert Installation(tmp_path).ask("overspend", 20) == {
        "said": {"spent": ALLOWED, "ContactsSpent": 40 - ALLOWED},
        "rows": ALLOWED,
    }


@pytest.mark.services
@pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}")
def test_two_at_once_on_postgresql(tmp_path: Path) -> None:
    name = f"solmu_budget_{os.getpid()}_{free_port()}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        answer = Installation(tmp_path, DATABASE_URL=f"{POSTGRES}/{name}").ask("overspend", 20)
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
    assert answer == {"said": {"spent": ALLOWED, "ContactsSpent": 40 - ALLOWED}, "rows": ALLOWED}
