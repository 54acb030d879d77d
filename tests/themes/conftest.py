"""Themes and people for the tests of themes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from themes.models import Theme

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("person@example.fi", name="Mari Tolvanen")


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create_user("coordinator@example.fi", name="Anu Sallinen", is_coordinator=True)


@pytest.fixture
def top(db: None) -> Theme:
    return make_theme("Energia", sv="Energi", en="Energy")


@pytest.fixture
def solar(top: Theme) -> Theme:
    return make_theme(
        "Aurinkoenergia", sv="Solenergi", en="Solar energy", parent=top, synonyms_fi=["aurinkopaneelit", "aurinkosähkö"]
    )


@pytest.fixture
def wind(top: Theme) -> Theme:
    return make_theme("Tuulivoima", sv="Vindkraft", en="Wind power", parent=top)


def make_theme(fi: str, *, sv: str = "", en: str = "", **fields: Any) -> Theme:
    slug = fields.pop("slug", fi.casefold().replace(" ", "-").replace("ä", "a").replace("ö", "o"))
    theme: Theme = Theme.objects.create(name=fi, slug=slug, name_fi=fi, name_sv=sv, name_en=en, **fields)
    return theme
