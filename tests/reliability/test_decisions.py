"""Two coordinators do the same at the same moment: one decision stands, one report is published, one letter leaves, and
the other one is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .installation import Installation
from .test_services import POSTGRES, database, postgres_answers

pytestmark = [pytest.mark.slow]
APPLICATIONS = 12
REPORTS = 6


def check(answer: dict[str, Any]) -> None:
    """Each application has one decision and one change of the membership; each organisation joined once."""
    assert answer["said"] == {"done": APPLICATIONS, "AlreadyDecided": APPLICATIONS}
    assert answer["changes"] == [2] * APPLICATIONS
    assert answer["agree"] is True
    assert answer["joined"] == {"done": 1, "CannotBecome": 1}


def check_reports(answer: dict[str, Any]) -> None:
    """Each report was published once (its second save), and each member has one letter."""
    assert answer["published"] == {"done": REPORTS, "AlreadyPublished": REPORTS}
    assert answer["versions"] == [2] * REPORTS
    assert answer["asked"] == {"done": REPORTS, "AskedLately": REPORTS}
    assert answer["letters"] == REPORTS


def test_decisions_on_sqlite(tmp_path: Path) -> None:
    check(Installation(tmp_path).ask("decisions", APPLICATIONS))


def test_reports_on_sqlite(tmp_path: Path) -> None:
    check_reports(Installation(tmp_path).ask("reports", REPORTS))


@pytest.mark.services
@pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}")
def test_both_on_postgresql(tmp_path: Path) -> None:
    for what, number, held in (("decisions", APPLICATIONS, check), ("reports", REPORTS, check_reports)):
        with database(what) as url:
            held(Installation(tmp_path, DATABASE_URL=url).ask(what, number))
