"""The vocabulary as it comes with Solmu: a file that an editor can read, and one form of a name for comparing. Pure."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("fi", "sv", "en")
FILE = Path(__file__).parent / "data" / "themes.tsv"
_NOT_A_WORD = re.compile(r"[^\w+#]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A theme as words, each in (fi, sv, en): what it is called, by what else it is known, and hints: words of
    everyday speech that are no name of it, and yet tell that a text speaks of it (*hitsata* of the metal industry)."""

    slug: str
    parent: str
    names: tuple[str, str, str]
    synonyms: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    hints: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), ())
    yso_uri: str = ""
    yso_match: str = ""
    related_yso: tuple[str, ...] = ()

    def wordings(self, language: str) -> tuple[str, ...]:
        """The name and the synonyms in a language, the name first; nothing where there is none."""
        place = LANGUAGES.index(language)
        return tuple(wording for wording in (self.names[place], *self.synonyms[place]) if wording)


class BadVocabulary(Exception):
    """The file contradicts itself; the message names the line."""


@cache
def entries() -> tuple[Entry, ...]:
    """The themes of the file, parents before their children.

    Raises `BadVocabulary` if a slug is used twice, a parent is missing or not at the top, or a name is missing.
    """
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [_entry(row) for row in rows]
    tops = {entry.slug for entry in found if not entry.parent}
    seen: set[str] = set()
    for number, entry in enumerate(found, start=2):
        if entry.slug in seen:
            raise BadVocabulary(f"line {number}: {entry.slug} is there twice")
        if entry.parent and entry.parent not in tops:
            raise BadVocabulary(f"line {number}: {entry.slug} has no parent {entry.parent}")
        if not all(entry.names):
            raise BadVocabulary(f"line {number}: {entry.slug} lacks a name")
        seen.add(entry.slug)
    return tuple(sorted(found, key=lambda entry: bool(entry.parent)))


def _entry(row: dict[str, str]) -> Entry:
    def several(column: str) -> tuple[str, ...]:
        return tuple(word for word in (row.get(column) or "").split("|") if word)

    return Entry(
        slug=row["slug"],
        parent=row["parent"],
        names=(row["fi"], row["sv"], row["en"]),
        synonyms=(several("synonyms_fi"), several("synonyms_sv"), several("synonyms_en")),
        hints=(several("hints_fi"), several("hints_sv"), several("hints_en")),
        yso_uri=row["yso_uri"],
        yso_match=row["match"],
        related_yso=several("related_yso"),
    )


def same(wording: str) -> str:
    """What two wordings of one theme have in common: *Äly*, *äly* and *ÄLY!* are the same.

    The database cannot be asked: SQLite's own comparison knows A to Z only, and would keep *Äly* beside *äly*.
    """
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", wording).casefold()).strip()
