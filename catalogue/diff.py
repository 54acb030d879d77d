"""What changed between two values, word by word, for the history page. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    kind: Literal["same", "out", "in"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The two texts as one run of pieces: kept, taken out, put in. Joining all but `in` gives `before` again."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    pieces: list[Piece] = []

    def add(kind: Literal["same", "out", "in"], words: list[str]) -> None:
        if words:
            pieces.append(Piece(kind, "".join(words)))

    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            add("same", old[a:b])
        else:
            add("out", old[a:b])
            add("in", new[c:d])
    return pieces


def as_text(value: Any, word: Callable[[str], str] = str) -> str:
    """A field's value as text that a person can compare: lists line by line, keys by `word`."""
    if isinstance(value, dict):
        return "\n".join(f"{word(str(key))}: {as_text(item, word)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(as_text(item, word) for item in value)
    if value is None:
        return ""
    return word(value) if isinstance(value, str) else str(value)
