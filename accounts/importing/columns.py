"""Which column is what: guessed from the headings in three languages, and each row's cells checked. Pure but for
places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from accounts.importing.reading import is_formula
from core import places
from core.text import LANGUAGES

FIELDS = ("name_fi", "name_sv", "name_en", "kind", "business_id", "place", "website", "email", "themes")

HEADINGS: dict[str, set[str]] = {
    "name_fi": {
        "nimi",
        "yritys",
        "organisaatio",
        "yrityksen nimi",
        "nimi suomeksi",
        "name",
        "namn",
        "company",
        "toiminimi",
    },
    "name_sv": {"nimi ruotsiksi", "namn på svenska", "name sv", "svenska", "name in swedish", "namn sv", "nimi sv"},
    "name_en": {"nimi englanniksi", "namn på engelska", "name en", "name in english", "nimi en"},
    "kind": {"laji", "tyyppi", "typ", "art", "kind", "type", "muoto"},
    "business_id": {
        "y-tunnus",
        "ytunnus",
        "y tunnus",
        "business id",
        "fo-nummer",
        "fo nummer",
        "businessid",
        "y-tunnus/lei",
    },
    "place": {
        "kunta",
        "kotipaikka",
        "paikkakunta",
        "kaupunki",
        "kommun",
        "ort",
        "hemort",
        "municipality",
        "place",
        "town",
        "city",
    },
    "website": {
        "www",
        "verkkosivu",
        "verkkosivut",
        "kotisivu",
        "kotisivut",
        "webbplats",
        "hemsida",
        "website",
        "url",
        "web",
    },
    "email": {"sähköposti", "email", "e-mail", "e-post", "epost", "sähköpostiosoite", "mail"},
    "themes": {
        "teemat",
        "teema",
        "aiheet",
        "avainsanat",
        "teman",
        "tema",
        "nyckelord",
        "themes",
        "theme",
        "keywords",
        "tags",
    },
}

KINDS: dict[str, str] = {
    **dict.fromkeys(("yritys", "företag", "company", "oy", "ab", "business"), "company"),
    **dict.fromkeys(("kunta", "kaupunki", "kommun", "stad", "municipality", "city"), "municipality"),
    **dict.fromkeys(("yhdistys", "järjestö", "seura", "förening", "association", "ngo", "ry", "rf"), "association"),
    **dict.fromkeys(
        ("oppilaitos", "koulu", "skola", "läroanstalt", "school", "education", "ammattikorkeakoulu"), "education"
    ),
    **dict.fromkeys(("tutkimus", "tutkimuslaitos", "tutkimusorganisaatio", "forskning", "research"), "research"),
    **dict.fromkeys(
        ("julkinen", "julkinen toimija", "viranomainen", "offentlig", "public body", "public"), "public_body"
    ),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_WEB = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?", re.IGNORECASE)


def guess(headers: list[str]) -> dict[str, int]:
    """field → column, by the headings; a field that no heading speaks of is left out."""
    found: dict[str, int] = {}
    for column, header in enumerate(headers):
        plain = header.strip().casefold().strip(":*")
        for name, words in HEADINGS.items():
            if name not in found and (plain in words or plain.replace("_", " ") in words or plain == name):
                found[name] = column
                break
    return found


@dataclass
class CheckedRow:
    """`values` are clean; `errors` name the field and the reason (formula, missing_name, bad_kind, bad_business_id,
    double,
    known, bad_place, bad_website, bad_email)."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def check(rows: list[list[str]], mapping: dict[str, int], *, known: set[str], themes: set[str]) -> list[CheckedRow]:
    """Each row's fields. `known` are the business IDs that have a profile already; `themes` the names and synonyms
    there are,
    in lower case: words that are none of them are left out, for a theme missing is no reason to refuse an organisation.
    """
    seen: set[str] = set()
    checked = []
    for number, row in enumerate(rows, start=2):
        out = CheckedRow(number)
        for name, column in mapping.items():
            cell = row[column] if column < len(row) else ""
            out.values[name] = cell
            if is_formula(cell):
                out.errors[name] = "formula"
        _check_names(out)
        _check_kind(out)
        _check_business_id(out, known, seen)
        _check_rest(out, themes)
        checked.append(out)
    return checked


def _check_names(row: CheckedRow) -> None:
    if not any(row.values.get(f"name_{language}") for language in LANGUAGES):
        row.errors.setdefault("name_fi", "missing_name")


def _check_kind(row: CheckedRow) -> None:
    text = row.values.get("kind", "").casefold()
    if not text:
        row.values["kind"] = "company"
    elif text in KINDS:
        row.values["kind"] = KINDS[text]
    elif text not in set(KINDS.values()):
        row.errors.setdefault("kind", "bad_kind")


def _check_business_id(row: CheckedRow, known: set[str], seen: set[str]) -> None:
    text = row.values.get("business_id", "").replace(" ", "")
    if not text or "business_id" in row.errors:
        return
    try:
        # Spreadsheets drop leading zeros of what they take for numbers.
        compact = ytunnus.validate(text if "-" in text else text.zfill(8))
    except ValidationError:
        row.errors["business_id"] = "bad_business_id"
        return
    number = f"{compact[:-1]}-{compact[-1]}"
    row.values["business_id"] = number
    if number in seen:
        row.errors["business_id"] = "double"
    elif number in known:
        row.errors["business_id"] = "known"
    seen.add(number)


def _check_rest(row: CheckedRow, themes: set[str]) -> None:
    place = row.values.get("place", "")
    if place and "place" not in row.errors:
        code = places.find(place)
        if code:
            row.values["place"] = code
        else:
            row.errors["place"] = "bad_place"
    website = row.values.get("website", "")
    if website and "website" not in row.errors:
        if _WEB.fullmatch(website):
            row.values["website"] = website if website.lower().startswith("http") else f"https://{website}"
        else:
            row.errors["website"] = "bad_website"
    email = row.values.get("email", "")
    if email and "email" not in row.errors and not _EMAIL.fullmatch(email):
        row.errors["email"] = "bad_email"
    words = [word.strip().casefold() for word in re.split(r"[;,|]", row.values.get("themes", ""))]
    row.values["themes"] = "|".join(word for word in words if word in themes)
