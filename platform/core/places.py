"""Municipalities and regions of Finland: data in files, not tables.

Source: Statistics Finland (CC BY 4.0), see `data/`. A municipality that has ended keeps its row with the one it
joined, so a
merger is a line of data. Codes are the official three digits ("167" is Joensuu).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Region:
    code: str
    fi: str
    sv: str
    en: str


@dataclass(frozen=True)
class Municipality:
    """`lat` and `lon` are a middle point in degrees (WGS 84)."""

    code: str
    fi: str
    sv: str
    region: str
    population: int
    lat: float
    lon: float
    ended: str
    into: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@cache
def regions() -> dict[str, Region]:
    return {r["code"]: Region(r["code"], r["fi"], r["sv"], r["en"]) for r in _rows("regions.tsv")}


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality by code, those that have ended too."""
    return {
        r["code"]: Municipality(
            r["code"],
            r["fi"],
            r["sv"],
            r["region"],
            int(r["population_2019"] or 0),
            float(r["lat"]),
            float(r["lon"]),
            r["ended"] or "",
            r["into"] or "",
        )
        for r in _rows("municipalities.tsv")
    }


def current_municipalities() -> list[Municipality]:
    """Those that exist now, in the order of their Finnish names."""
    return sorted((m for m in municipalities().values() if not m.ended), key=lambda m: _key(m.fi))


def _key(name: str) -> str:
    # Å, Ä and Ö stand after Z in Finnish and in Swedish.
    return name.casefold().replace("å", "{").replace("ä", "|").replace("ö", "}")


def current_code(code: str) -> str:
    """Follow mergers to the municipality that exists now."""
    seen: set[str] = set()
    while (place := municipalities().get(code)) and place.ended and place.into and code not in seen:
        seen.add(code)
        code = place.into
    return code


def name(code: str, language: str | None = None) -> str:
    """The municipality's name; Swedish where it is asked for, Finnish otherwise. Empty for an unknown code."""
    place = municipalities().get(code)
    if place is None:
        return ""
    return place.sv if (language or get_language() or "fi")[:2] == "sv" else place.fi


def region_name(code: str, language: str | None = None) -> str:
    region = regions().get(code)
    return getattr(region, (language or get_language() or "fi")[:2], region.fi) if region else ""


def choices(language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) in the reader's language and its order, for a form."""
    pairs = [(m.code, name(m.code, language)) for m in current_municipalities()]
    return sorted(pairs, key=lambda pair: _key(pair[1]))


def find(text: str) -> str:
    """The code for a name in Finnish or Swedish, or for a code itself; empty when there is none."""
    wanted = text.strip().casefold()
    if wanted in municipalities():
        return current_code(wanted)
    for place in municipalities().values():
        if wanted in (place.fi.casefold(), place.sv.casefold()):
            return current_code(place.code)
    return ""


def codes_in_region(region: str) -> list[str]:
    return [m.code for m in municipalities().values() if m.region == region]


def distance_km(one: str, other: str) -> float | None:
    """Kilometres as the crow flies between two municipalities' middle points; None when either is unknown."""
    a, b = municipalities().get(one), municipalities().get(other)
    if a is None or b is None:
        return None
    dlat, dlon = radians(b.lat - a.lat), radians(b.lon - a.lon)
    h = sin(dlat / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(dlon / 2) ** 2
    return 6371.0 * 2 * asin(sqrt(h))
