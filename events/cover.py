"""The cover of an event: birch bark, and the knot of the house on it, where the title and the theme put it.

Pure, and the same for ever: no chance, no clock. Titles that differ by a letter get another bark; the theme decides how
dense it is and where the knot stands, so that the events of a theme look like relatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

WIDTH = 1200
"""All measures are in these units, from the upper left corner."""
STROKE = 2.75 / 24
"""Of the knot, to its size; the mark is drawn in a box of 24 (static/img/logo.svg)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A dash of the bark: rounded, lying."""

    x: float
    y: float
    length: float
    height: float
    is_dark: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """`knot_x`, `knot_y` is the upper left corner of the knot's box, `size` its side."""

    height: int
    knot_x: float
    knot_y: float
    size: float
    marks: tuple[Mark, ...]

    @property
    def stroke(self) -> float:
        return self.size * STROKE


@lru_cache(maxsize=512)
def cover(title: str, theme: str = "", *, height: int = 220) -> Cover:
    """`theme` is its slug, or ""."""
    look, words = _numbers(f"theme:{theme}"), _numbers(f"title:{theme}:{title}")
    size = height * (0.62 + 0.12 * look[0])
    knot_x = WIDTH * (0.52 + 0.34 * look[1]) - size / 2
    knot_y = (height - size) * (0.3 + 0.4 * words[0])
    rows = 7 + int(5 * look[2])
    marks = []
    for row in range(rows):
        y = height * (row + 0.5) / rows
        x = -40 + 120 * words[(3 * row + 1) % len(words)]
        step = 0
        while x < WIDTH:
            chance = words[(7 * row + 5 * step + 2) % len(words)]
            length = 18 + 110 * chance * chance
            shift = (words[(row + 11 * step + 3) % len(words)] - 0.5) * height / rows * 0.7
            marks.append(Mark(round(x, 1), round(y + shift, 1), round(length, 1), 3 + 3 * chance, chance > 0.9))
            x += length + 60 + 220 * words[(5 * row + 3 * step + 4) % len(words)]
            step += 1
    return Cover(height, round(knot_x, 1), round(knot_y, 1), round(size, 1), tuple(marks))


def _numbers(seed: str) -> list[float]:
    """Sixty-four numbers from 0 to 1 that the words give, spread evenly."""
    digest = b"".join(sha256(f"{seed}:{part}".encode()).digest() for part in range(2))
    return [byte / 255 for byte in digest]
