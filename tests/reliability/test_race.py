"""Many accept meetings into the same slots at the same moment: no double booking, and whoever loses hears what else
there is. One script's requests by the thousand reach nobody more than a few times.

Larger ones are run by hand: `python tests/reliability/inside.py race 200 50`, `… flood 10000`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .installation import Installation
from .test_services import POSTGRES, database, postgres_answers

pytestmark = [pytest.mark.slow]
PARTIES, ROUNDS = 40, 2
SCRIPT = 1_000
"""Everybody is asked again many times over; what the week gives is spent within the first fifty."""
needs_postgres = pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}")


def check(answer: dict[str, Any]) -> None:
    """`outside`: the askers accept meetings elsewhere at the same time; each of those holds or clashes."""
    assert answer["double"] == 0
    assert answer["constraints"] is True
    assert answer["unnamed"] == 0
    assert answer["without_alternatives"] == 0
    assert answer["agreed"] + answer["outside"] + answer["lost"] == ROUNDS * (PARTIES + PARTIES // 10)
    assert answer["lost"] > 0
    assert answer["agreed"] >= ROUNDS * 4


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One for both, as making its database takes longer than either."""
    return Installation(tmp_path_factory.mktemp("race"))


def test_a_race_on_sqlite(sqlite: Installation) -> None:
    check(sqlite.ask("race", PARTIES, ROUNDS))


@pytest.mark.services
@needs_postgres
def test_a_race_on_postgresql(tmp_path: Path) -> None:
    with database("race") as url:
        check(Installation(tmp_path, DATABASE_URL=url).ask("race", PARTIES, ROUNDS))


def test_a_thousand_requests_of_one_script_reach_few_and_each_of_them_seldom(sqlite: Installation) -> None:
    """As many as the week's budget gives and no more; the rest are refused by name, and hold nobody's time."""
    answer = sqlite.ask("flood", SCRIPT)
    refused = {name: n for name, n in answer["said"].items() if name not in ("asked", "withdrawn")}
    assert answer["said"]["asked"] + sum(refused.values()) == SCRIPT
    assert set(refused) <= {"AlreadyAsked", "AskedOften", "ContactsSpent", "TooManyRequests"}
    assert answer["open"] <= 25
    assert answer["rows"] == answer["said"]["asked"] <= 60
    assert answer["most_to_one"] <= 3
    assert answer["free"] == 6
