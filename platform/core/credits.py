"""Whose data Solmu carries, for the page *About the data*. Apps add theirs in `AppConfig.ready()`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Credit:
    """One source: what it is, who made it, under which licence, what we changed. Texts are lazy translations."""

    name: str | Promise
    holder: str
    licence: str
    licence_url: str
    source: str
    changes: str | Promise = ""


_credits: dict[str, Credit] = {}


def register(key: str, credit: Credit) -> None:
    _credits[key] = credit


def all_credits() -> list[Credit]:
    return [_credits[key] for key in sorted(_credits)]
