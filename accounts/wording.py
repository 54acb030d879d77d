"""How a party's own words are laid out on a page: a headline and the rest, or a piece around a found word. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADLINE = 130
"""Characters; a longer first sentence is prose, not a headline."""
PIECE = 190

Span = tuple[int, int]

_NEXT_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"”»(]?[^\W\d_a-zåäö])")


def paragraphs(text: str) -> list[str]:
    """Lines of a text that hold something: people write one thing a line."""
    return [line.strip(" \t-–•*") for line in text.splitlines() if line.strip(" \t-–•*")]


def headline(paragraph: str) -> tuple[str, str]:
    """(headline, rest): the first sentence if it is short enough for one, without its full stop."""
    first, *rest = _NEXT_SENTENCE.split(paragraph, maxsplit=1)
    if len(first) > HEADLINE:
        return "", paragraph
    return re.sub(r"(?<![.…])\.$", "", first), rest[0] if rest else ""


def piece(text: str, spans: Sequence[Span] = (), length: int = PIECE) -> tuple[str, list[Span]]:
    """A piece of a text for a list, with the first span in it, and the spans' places in the piece. What is left out is
    marked by an ellipsis; words are not cut.
    """
    flat = re.sub(r"\s", " ", text)
    if len(flat) <= length:
        return flat, list(spans)
    at = spans[0][0] if spans else 0
    start = 0 if at < length * 2 // 3 else flat.rfind(" ", 0, max(at - length // 3, 1)) + 1
    end = len(flat) if start + length >= len(flat) else flat.rfind(" ", start + 1, start + length)
    end = end if end > start else start + length
    before, after = ("… " if start else ""), ("\u00a0…" if end < len(flat) else "")
    shift = len(before) - start
    kept = [(first + shift, last + shift) for first, last in spans if first >= start and last <= end]
    return f"{before}{flat[start:end].rstrip(' ,;:–-') if after else flat[start:end]}{after}", kept
