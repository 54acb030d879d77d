"""The cover as a picture for other sites (Open Graph, 1200 × 630): bark, knot, title, day and whose it is.

Drawn at double size and made smaller, which is what smooths the edges; the letters are the house's own.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from events.cover import Cover, cover

WIDTH, HEIGHT = 1200, 630
TWICE = 2
MARGIN = 72
PAPER, LINE, BARK, INK, QUIET, THREAD = "#f3f5f0", "#d0d7ce", "#a9b6ae", "#15211c", "#4a5750", "#a8123f"
FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
SIZES = (84, 72, 60, 50, 42)
MOST_LINES = 3
BAND = 330
"""The upper part, which the knot has to itself."""


def picture(title: str, theme: str, lines: tuple[str, ...]) -> bytes:
    """A PNG; `lines` stand under the title. The same words are the same bytes."""
    image = Image.new("RGB", (WIDTH * TWICE, HEIGHT * TWICE), PAPER)
    draw = ImageDraw.Draw(image)
    drawn = cover(title, theme, height=BAND)
    _bark(draw, drawn)
    _knot(draw, drawn)
    size, rows = _fitted(title)
    y = BAND + 12
    for row in rows:
        _write(draw, (MARGIN, y), row, "familjen-grotesk", size, 600, INK)
        y += int(size * 1.08)
    y = max(y + 14, HEIGHT - MARGIN - 38 * len(lines))
    for line in lines:
        _write(draw, (MARGIN, y), line, "source-sans-3", 30, 400, QUIET)
        y += 38
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _bark(draw: ImageDraw.ImageDraw, drawn: Cover) -> None:
    for mark in drawn.marks:
        box = (mark.x, mark.y, mark.x + mark.length, mark.y + mark.height)
        draw.rounded_rectangle(
            [side * TWICE for side in box], radius=mark.height * TWICE / 2, fill=BARK if mark.is_dark else LINE
        )


def _knot(draw: ImageDraw.ImageDraw, drawn: Cover) -> None:
    """The mark of the house (static/img/logo.svg), its ends running on to the edges."""
    unit = drawn.size / 24

    def at(x: float, y: float) -> tuple[float, float]:
        return (drawn.knot_x + x * unit) * TWICE, (drawn.knot_y + y * unit) * TWICE

    width = round(drawn.stroke * TWICE)

    def line(*points: tuple[float, float]) -> None:
        draw.line(points, fill=THREAD, width=width)

    def arc(x: float, y: float, start: int, end: int) -> None:
        """Pillow draws an arc inwards from its box; ours is of radius 5 on its middle line."""
        half = width / 2
        left, top = at(x - 5, y - 5)
        right, bottom = at(x + 5, y + 5)
        draw.arc((left - half, top - half, right + half, bottom + half), start, end, fill=THREAD, width=width)

    edge_left, edge_right = (0, at(0, 4.5)[1]), (WIDTH * TWICE, at(0, 19.5)[1])
    line(edge_left, at(12, 4.5))
    arc(12, 9.5, 270, 90)
    line(at(12, 14.5), at(9.6, 14.5))
    line(at(4.4, 14.5), (0, at(0, 14.5)[1]))
    line(edge_right, at(12, 19.5))
    arc(12, 14.5, 90, 270)
    line(at(12, 9.5), at(14.4, 9.5))
    line(at(19.6, 9.5), (WIDTH * TWICE, at(0, 9.5)[1]))


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits in its lines; one that fits in none is cut."""
    for size in SIZES:
        rows = _rows(title, size)
        most = (HEIGHT - BAND - 12 - MARGIN - 2 * 38) // int(size * 1.08)
        if len(rows) <= min(most, MOST_LINES) and all(_width(row, size) <= WIDTH - 2 * MARGIN for row in rows):
            return size, rows
    rows = _rows(title, SIZES[-1])[:MOST_LINES]
    while _width(f"{rows[-1]}…", SIZES[-1]) > WIDTH - 2 * MARGIN and rows[-1]:
        rows[-1] = rows[-1][:-1]
    return SIZES[-1], [*rows[:-1], f"{rows[-1]}…"]


def _rows(title: str, size: int) -> list[str]:
    rows: list[str] = []
    for word in title.split():
        if rows and _width(f"{rows[-1]} {word}", size) <= WIDTH - 2 * MARGIN:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    return rows or [""]


def _width(text: str, size: int) -> float:
    return sum(font.getlength(part) for font, part in _runs(text, "familjen-grotesk", size, 600)) / TWICE


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, family: str, size: int, weight: int, ink: str
) -> None:
    x, y = at[0] * TWICE, (at[1] + size) * TWICE
    for font, part in _runs(text, family, size, weight):
        draw.text((x, y), part, font=font, fill=ink, anchor="ls")
        x += font.getlength(part)


def _runs(text: str, family: str, size: int, weight: int) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """The text in parts, each with the file that has its letters: Sámi letters, š and ž are in a file of their own."""
    runs: list[tuple[str, str]] = []
    for sign in text:
        part = "latin" if sign < "\u0100" or "\u2000" <= sign <= "\u206f" else "latin-ext"
        if runs and runs[-1][0] == part:
            runs[-1] = (part, runs[-1][1] + sign)
        else:
            runs.append((part, sign))
    return [(_font(family, part, size, weight), words) for part, words in runs]


@lru_cache(maxsize=32)
def _font(family: str, part: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / f"{family}-{part}-wght-normal.woff2", size * TWICE)
    font.set_variation_by_axes([weight])
    return font
