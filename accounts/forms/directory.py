"""The directory's question, read from an address that may have been typed, shortened or kept for years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.kinds import PLURALS, WISHES
from accounts.queries.directory import Filters
from core import places
from core.text import clean_text
from themes.models import Theme

LONGEST = 200
SORTS: dict[str, str | Promise] = {
    "relevance": _("Best match first"),
    "newest": _("Newest first"),
    "name": _("By name"),
    "nearest": _("Nearest first"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """The filters that hold, and how many values of the address do not exist and were left out."""

    filters: Filters
    unknown: int


def read(data: QueryDict, themes: dict[str, Theme], *, measured: bool) -> Question:
    """Read the query string. `measured` says whether there is a place from which *nearest* can be told.

    A theme that was merged is read as what it became.
    """
    unknown = 0

    def several(name: str, known: Collection[str]) -> tuple[str, ...]:
        nonlocal unknown
        asked = dict.fromkeys(value.strip() for value in data.getlist(name)[:50] if value.strip())
        unknown += sum(1 for value in asked if value not in known)
        return tuple(value for value in asked if value in known)

    text = clean_text(data.get("q", ""))[:LONGEST]
    sort = data.get("sort", "")
    if sort and sort not in SORTS:
        unknown, sort = unknown + 1, ""
    if (sort == "nearest" and not measured) or (sort == "relevance" and not text):
        sort = ""
    chosen = several("theme", themes)
    filters = Filters(
        text=text,
        wishes=several("wish", WISHES),
        kinds=several("kind", PLURALS),
        places=several("place", places.municipalities()),
        regions=several("region", places.regions()),
        themes=tuple(dict.fromkeys(themes[slug].slug for slug in chosen)),
        sort=sort or _usual(text),
    )
    return Question(filters, unknown)


def _usual(text: str) -> str:
    return "relevance" if text else "newest"


def usual_sort(filters: Filters) -> str:
    """The order that nobody asked for: it stays out of the address, so that a search begins with its best matches."""
    return _usual(filters.text)


def sort_choices(filters: Filters, *, measured: bool) -> list[tuple[str, str | Promise]]:
    """The orders that make sense for the question."""
    return [
        (key, label)
        for key, label in SORTS.items()
        if (key != "nearest" or measured) and (key != "relevance" or filters.text)
    ]
