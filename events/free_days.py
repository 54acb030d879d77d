"""Holidays of Finland with their names, from the `holidays` library: Midsummer Eve and Christmas Eve among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays

NAMES_IN = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}


def free_days(years: Iterable[int], language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("FI", years=sorted(set(years)), language=NAMES_IN.get(language, "fi")))
