"""A participant's own programme, a page each; and signs for the tables, which are read across a hall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.letters import BOLD, INK, LINE, QUIET, REGULAR, THREAD, letters, printable, write

LEFT, ROOM = 20 * mm, A4[0] - 40 * mm
FOOT = 22 * mm


@dataclass(frozen=True)
class Line:
    """A meeting or a break of the programme: `time` as it is said, `what` (with whom), `who` comes, `where`."""

    time: str
    what: str
    who: str = ""
    where: str = ""


@dataclass(frozen=True)
class Programme:
    name: str
    organisation: str
    event: str
    when: str
    lines: tuple[Line, ...]
    none: str
    """What is said where there are no lines."""
    made: str
    """When it was printed: it may have changed since."""


@dataclass(frozen=True)
class Sign:
    """`word` is "Table" in the reader's language; `lines` are (time, who meets), none where a bare sign is wanted."""

    word: str
    table: int
    event: str
    lines: tuple[tuple[str, str], ...] = ()


def print_programmes(programmes: Sequence[Programme], *, language: str) -> bytes:
    letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, lang=language)
    if programmes:
        canvas.setTitle(programmes[0].event)
    for number, one in enumerate(programmes):
        if number:
            canvas.showPage()
        _programme(canvas, one)
    canvas.save()
    return out.getvalue()


def _programme(canvas: Canvas, one: Programme) -> None:
    at = _head(canvas, one)
    if not one.lines:
        write(canvas, one.none, REGULAR, (13, 11), INK, LEFT, at - 4 * mm, ROOM, 3)
    for line in one.lines:
        if at < FOOT + 16 * mm:
            _foot(canvas, one)
            canvas.showPage()
            at = _head(canvas, one)
        canvas.setStrokeColor(HexColor(LINE))
        canvas.setLineWidth(0.6)
        canvas.line(LEFT, at, LEFT + ROOM, at)
        top = at - 2.5 * mm
        write(canvas, line.time, BOLD, (14, 11), INK, LEFT, top, 32 * mm, 1)
        if line.where:
            write(canvas, line.where, BOLD, (14, 10), THREAD, LEFT + ROOM - 32 * mm, top, 32 * mm, 1)
        end = write(canvas, line.what, BOLD, (14, 11), INK, LEFT + 34 * mm, top, ROOM - 68 * mm, 2)
        if line.who:
            end = write(canvas, line.who, REGULAR, (10.5, 9), QUIET, LEFT + 34 * mm, end - 1, ROOM - 68 * mm, 2)
        at = end - 4 * mm
    _foot(canvas, one)


def _head(canvas: Canvas, one: Programme) -> float:
    top = A4[1] - 18 * mm
    canvas.setFillColor(HexColor(THREAD))
    canvas.rect(LEFT, top, A4[0] - LEFT, 2.4, stroke=0, fill=1)
    at = write(canvas, one.name, BOLD, (26, 15), INK, LEFT, top - 6 * mm, ROOM, 2)
    at = write(canvas, one.organisation, REGULAR, (14, 10), INK, LEFT, at - 1 * mm, ROOM, 2)
    at = write(canvas, f"{one.event}, {one.when}", REGULAR, (11, 9), QUIET, LEFT, at - 3 * mm, ROOM, 2)
    return float(at - 8 * mm)


def _foot(canvas: Canvas, one: Programme) -> None:
    canvas.setFont(REGULAR, 9)
    canvas.setFillColor(HexColor(QUIET))
    canvas.drawString(LEFT, FOOT - 8 * mm, printable(one.made))


def print_signs(signs: Sequence[Sign], *, language: str) -> bytes:
    """A sheet on its side for each table: the number as large as it goes, and under it who meets there and when."""
    letters()
    out = BytesIO()
    wide, high = landscape(A4)
    canvas = Canvas(out, pagesize=(wide, high), lang=language)
    if signs:
        canvas.setTitle(signs[0].event)
    for number, one in enumerate(signs):
        if number:
            canvas.showPage()
        _sign(canvas, one, wide, high)
    canvas.save()
    return out.getvalue()


def _sign(canvas: Canvas, one: Sign, wide: float, high: float) -> None:
    pad = 16 * mm
    canvas.setFillColor(HexColor(THREAD))
    canvas.rect(0, high - 6, wide, 6, stroke=0, fill=1)
    write(canvas, one.event, REGULAR, (12, 9), QUIET, pad, high - 10 * mm, wide - 2 * pad, 1)
    side = wide * 0.42 if one.lines else wide
    size = 330.0 if one.lines and one.table < 10 else 250.0 if one.lines else 420.0
    canvas.setFont(BOLD, size)
    canvas.setFillColor(HexColor(INK))
    middle = high / 2 - size * 0.33
    canvas.drawCentredString(side / 2, middle, str(one.table))
    canvas.setFont(BOLD, 34)
    canvas.setFillColor(HexColor(THREAD))
    canvas.drawCentredString(side / 2, high - 34 * mm, printable(one.word))
    at, left = high - 26 * mm, side + 4 * mm
    step = min(15 * mm, (high - 46 * mm) / max(1, len(one.lines)))
    for time, who in one.lines:
        canvas.setStrokeColor(HexColor(LINE))
        canvas.line(left, at, wide - pad, at)
        write(canvas, time, BOLD, (min(15, step / 2.2), 7), INK, left, at - 1.5 * mm, 26 * mm, 1)
        room = wide - pad - left - 28 * mm
        write(canvas, who, REGULAR, (min(15, step / 2.4), 7), INK, left + 28 * mm, at - 1.5 * mm, room, 2)
        at -= step
