from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from matching import indexing

from .making import NOW


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The views' clock stands at NOW; `clock.move_to(...)` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def bare_masthead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without the masthead's tools: what other apps count there is not these pages' cost."""
    monkeypatch.setattr("core.nav._tools", {})


@pytest.fixture
def index() -> Iterator[None]:
    """The matcher's index is of this test's database."""
    indexing.forget()
    yield
    indexing.forget()
