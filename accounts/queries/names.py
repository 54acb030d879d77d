"""Many profiles by their names alone, for lists and choices that hold hundreds: a row of the table and no object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Profile
from core.text import LANGUAGES, reader_language


class Named(NamedTuple):
    """`pk` is the profile's key; `name` is in the reader's language, else in the first in which there is one."""

    pk: int
    name: str
    url: str


def of(profiles: QuerySet[Profile]) -> list[Named]:
    """In the order of their names, Å, Ä and Ö as the code has them. One read."""
    rows = profiles.order_by().values_list("pk", "slug", *columns())
    before, after = around_slug()
    found = [Named(pk, first(names), f"{before}{slug}{after}") for pk, slug, *names in rows]
    return sorted(found, key=lambda one: (one.name.casefold(), one.pk))


def columns(prefix: str = "") -> Sequence[str]:
    """The columns of a name, that of the reader's language first."""
    own = reader_language()
    return [f"{prefix}name_{code}" for code in (own, *(code for code in LANGUAGES if code != own))]


def first(names: Iterable[str]) -> str:
    return next(filter(None, names), "")


def around_slug() -> tuple[str, str]:
    """What stands before and after the slug in a profile's address, in the active language: one look at the addresses,
    not one for each."""
    before, _slug, after = reverse("profile", kwargs={"slug": "0-0-0"}).rpartition("0-0-0")
    return before, after
