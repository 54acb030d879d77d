"""Industries: the two-digit divisions of TOL, in both editions that are in use. Pure; data in `data/`.

A profile keeps the code it was given, up to five digits, with its edition; what is shown and chosen is the division.
Since 2026 the business register gives codes of 2025, older imports those of 2008.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "industries.tsv"
NEWEST = "2025"
EDITIONS = ("2008", NEWEST)


@dataclass(frozen=True, slots=True)
class Industry:
    code: str
    fi: str
    sv: str
    en: str

    def name(self, language: str) -> str:
        return {"sv": self.sv, "en": self.en}.get(language, self.fi)


@cache
def _editions() -> dict[str, list[tuple[Industry, list[Industry]]]]:
    """Edition → its sections in order, each with its divisions."""
    found: dict[str, list[tuple[Industry, list[Industry]]]] = {edition: [] for edition in EDITIONS}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            item = Industry(row["code"], row["fi"], row["sv"], row["en"])
            sections = found[row["edition"]]
            if item.code.isdigit():
                sections[-1][1].append(item)
            else:
                sections.append((item, []))
    return found


@cache
def _divisions(edition: str) -> dict[str, Industry]:
    return {item.code: item for _section, items in _editions().get(edition, []) for item in items}


def division(code: str, edition: str) -> Industry | None:
    """The division that a code of any length belongs to; None for a code that the edition does not know."""
    return _divisions(edition).get(code[:2])


def name(code: str, edition: str, language: str) -> str:
    """The division's name; empty for an unknown code."""
    found = division(code, edition)
    return found.name(language) if found else ""


def names(code: str, edition: str) -> dict[str, str]:
    """The division's name in each language; empty for an unknown code."""
    found = division(code, edition)
    return {"fi": found.fi, "sv": found.sv, "en": found.en} if found else {}


def is_known(code: str, edition: str) -> bool:
    return code.isdigit() and len(code) <= 5 and division(code, edition) is not None


def choices(language: str, edition: str = NEWEST) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections with their divisions, for a list to choose from: (section, [(two digits, name)])."""
    return [
        (section.name(language), [(item.code, item.name(language)) for item in items])
        for section, items in _editions()[edition]
    ]
