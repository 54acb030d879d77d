"""The house's letters in a PDF: fonts that are embedded, and text that is made to fit. No Django."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "SolmuPrint", "SolmuPrint-Semibold"
INK, QUIET, THREAD, LINE = "#15211c", "#4a5750", "#a8123f", "#d0d7ce"
ELLIPSIS = "…"


@cache
def letters() -> frozenset[int]:
    """The characters that the fonts have. Registers the fonts, once a process."""
    known: set[int] = set()
    for name, file in ((REGULAR, "SolmuPrint-Regular.ttf"), (BOLD, "SolmuPrint-Semibold.ttf")):
        font = TTFont(name, str(FONTS / file))
        registerFont(font)
        known = set(font.face.charToGlyph) if not known else known & set(font.face.charToGlyph)
    return frozenset(known)


def missing_letters(text: str) -> str:
    """The characters of a text that cannot be printed (of another script, as a rule), each once."""
    known = letters()
    return "".join(dict.fromkeys(one for one in unicodedata.normalize("NFC", text) if not _can(one, known)))


def _can(one: str, known: frozenset[int]) -> bool:
    return ord(one) in known or one.isspace() or unicodedata.category(one) in ("Cf", "Cc")


def printable(text: str) -> str:
    """One line of what the fonts have: composed letters, plain spaces; a letter that is missing without its marks, and
    where that is missing too, a square.
    """
    known = letters()
    out = []
    for one in unicodedata.normalize("NFC", text):
        if one.isspace():
            out.append(" ")
        elif unicodedata.category(one) in ("Cf", "Cc"):
            continue
        elif ord(one) in known:
            out.append(one)
        else:
            plain = [part for part in unicodedata.normalize("NFKD", one) if ord(part) in known]
            out.append("".join(plain) or "□")
    return " ".join("".join(out).split())


def width(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, room: float, most: int) -> list[str] | None:
    """The text in at most `most` lines of `room` points; None when it does not fit. A word is never broken."""
    lines = [""]
    for word in text.split():
        tried = f"{lines[-1]} {word}".strip()
        if width(tried, font, size) <= room:
            lines[-1] = tried
        elif width(word, font, size) > room:
            return None
        else:
            lines.append(word)
    return lines if len(lines) <= most else None


def fitted(text: str, font: str, sizes: tuple[float, float], room: float, most: int) -> tuple[float, list[str]]:
    """The largest size between the two at which the text fits, and its lines; at the smallest it is cut."""
    text = printable(text)
    largest, smallest = sizes
    size = largest
    while size > smallest:
        lines = wrapped(text, font, size, room, most)
        if lines is not None:
            return size, lines
        size -= 0.5
    return smallest, wrapped(text, font, smallest, room, most) or _cut(text, font, smallest, room, most)


def flowing(text: str, font: str, size: float, room: float) -> list[str]:
    """All lines of a text of any length, its own lines kept; a word that is longer than a line is broken."""
    found: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in printable(paragraph).split():
            tried = f"{line} {word}".strip()
            if width(tried, font, size) <= room:
                line = tried
                continue
            found += [line] if line else []
            pieces = [word] if width(word, font, size) <= room else _cut(word, font, size, room, len(word))
            found += pieces[:-1]
            line = pieces[-1]
        found.append(line)
    return found


def write(
    canvas: Canvas,
    text: str,
    font: str,
    sizes: tuple[float, float],
    colour: str,
    left: float,
    top: float,
    room: float,
    most: int,
) -> float:
    """The text under `top`, in at most so many lines; tells where its last line ends."""
    size, lines = fitted(text, font, sizes, room, most)
    canvas.setFont(font, size)
    canvas.setFillColor(HexColor(colour))
    for line in lines:
        top -= size * 1.12
        canvas.drawString(left, top + size * 0.1, line)
    return top


def _cut(text: str, font: str, size: float, room: float, most: int) -> list[str]:
    """By letters, for a word that is longer than a line; what is over is left out with a sign."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        end = len(rest)
        while end > 1 and width(rest[:end], font, size) > room:
            end -= 1
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest:
        last = lines[-1]
        while last and width(last + ELLIPSIS, font, size) > room:
            last = last[:-1]
        lines[-1] = last + ELLIPSIS
    return lines
