"""A crowd that registers at the same moment gets as many seats as there are; freed seats go to the line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .installation import Installation, free_port
from .test_services import POSTGRES, postgres_answers

pytestmark = [pytest.mark.slow]
PEOPLE, SEATS, FEW = 24, 8, 2


def check(answer: dict[str, Any]) -> None:
    """No seat too many, none empty while somebody waits, and nobody lost, whatever the order of the threads."""
    assert answer["said"] == {"done": 2 * PEOPLE + SEATS}
    assert answer["first"]["seats"] == answer["then"]["seats"] == SEATS
    assert answer["first"]["line"] == PEOPLE - SEATS
    assert answer["then"]["line"] == 2 * PEOPLE - 2 * SEATS
    assert answer["first"]["few"] <= FEW
    assert answer["then"]["few"] <= FEW


def test_a_crowd_on_sqlite(tmp_path: Path) -> None:
    check(Installation(tmp_path).ask("crowd", PEOPLE, SEATS))


@pytest.mark.services
@pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}")
def test_a_crowd_on_postgresql(tmp_path: Path) -> None:
    name = f"solmu_crowd_{os.getpid()}_{free_port()}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        check(Installation(tmp_path, DATABASE_URL=f"{POSTGRES}/{name}").ask("crowd", PEOPLE, SEATS))
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
