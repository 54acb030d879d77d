from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import storages

from tests.factories.people import NOW

from .working import Work, make_work


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
def work() -> Work:
    return make_work()


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has private files of its own."""
    monkeypatch.setitem(vars(storages["private"]), "location", str(tmp_path))
