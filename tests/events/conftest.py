from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import User

from .making import Fair, make_fair, make_user

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, 11 o'clock in Helsinki


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The views' clock stands at NOW; `clock.move_to(...)` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _patient_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason for a solver's process to be ended."""
    monkeypatch.setattr("events.services.solver_process.PATIENCE", 300.0)


@pytest.fixture
def bare_masthead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without the masthead's tools: what other apps count there is not these pages' cost."""
    monkeypatch.setattr("core.nav._tools", {})


@pytest.fixture
def anu() -> User:
    return make_user("Anu", is_coordinator=True)


@pytest.fixture
def fair() -> Fair:
    return make_fair()
