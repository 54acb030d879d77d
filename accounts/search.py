"""What a profile is found by: one column of terms in all three languages, and one of its names alone. Pure.

Terms are dictionary forms and the parts of compounds (`language.search`), so that inflected and compound words find
each other; names are kept as written too, because a name is often no word of any dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from language import search_column, search_terms

_WORDS = re.compile(r"[^\W_]+")
LANGUAGES = ("fi", "sv", "en")


def as_written(text: str) -> list[str]:
    """A name's words as they stand."""
    return [word.casefold() for word in _WORDS.findall(text)]


def name_terms(names: Iterable[tuple[str, str]]) -> list[str]:
    """Terms of (language, name) pairs."""
    found: list[str] = []
    for language, name in names:
        if name:
            found += [*as_written(name), *search_terms(name, language)]
    return found


def text_terms(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Terms of (language, text) pairs."""
    return [term for language, text in texts if text for term in search_terms(text, language)]


def column(*parts: Iterable[str]) -> str:
    """Terms between spaces, each once."""
    return search_column(term for part in parts for term in part)
