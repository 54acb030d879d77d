"""Name badges on sheets of A4: the name first, large enough to be read at two metres; the ticket's code in a corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.letters import BOLD, INK, LINE, QUIET, REGULAR, THREAD, fitted, letters, write

PAD = 5 * mm


@dataclass(frozen=True)
class Layout:
    """Badges of a size in columns and rows in the middle of the sheet; sizes in millimetres."""

    key: str
    columns: int
    rows: int
    width: float
    height: float

    @property
    def each(self) -> int:
        return self.columns * self.rows


LAYOUTS = {
    one.key: one
    for one in (
        Layout("95x65", 2, 4, 95, 65),
        Layout("85x55", 2, 5, 85, 55),
        Layout("105x148", 2, 2, 105, 148.5),
    )
}


@dataclass(frozen=True)
class Badge:
    """`code` is the ticket's QR code as rows of dark modules; `themes` come in the order of importance."""

    name: str
    organisation: str
    ticket: str
    themes: tuple[str, ...]
    code: Sequence[Sequence[bool]]


def print_badges(badges: Sequence[Badge], *, event: str, layout: Layout, language: str) -> bytes:
    """The sheets as PDF. Hairlines show where to cut."""
    letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, lang=language)
    canvas.setTitle(event)
    for number, badge in enumerate(badges):
        place = number % layout.each
        if number and not place:
            canvas.showPage()
        left = (A4[0] - layout.columns * layout.width * mm) / 2 + (place % layout.columns) * layout.width * mm
        top = (A4[1] + layout.rows * layout.height * mm) / 2 - (place // layout.columns) * layout.height * mm
        _draw(canvas, badge, event, left, top, layout.width * mm, layout.height * mm)
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, badge: Badge, event: str, left: float, top: float, wide: float, high: float) -> None:
    canvas.setStrokeColor(HexColor(LINE))
    canvas.setLineWidth(0.3)
    canvas.rect(left, top - high, wide, high)
    canvas.setFillColor(HexColor(THREAD))
    canvas.rect(left + PAD, top - PAD - 1.2, wide - 2 * PAD, 1.2, stroke=0, fill=1)
    room, at, scale = wide - 2 * PAD, top - PAD - 1.2, max(wide / (95 * mm), high / (87 * mm))
    at = write(canvas, event, REGULAR, (8.5, 7), QUIET, left + PAD, at - 3, room, 1)
    at = write(canvas, badge.name, BOLD, (26 * scale, 13), INK, left + PAD, at - 5, room, 2)
    at = write(canvas, badge.organisation, REGULAR, (14 * scale, 9), INK, left + PAD, at - 2, room, 2)
    side = min(21 * mm, high * 0.34)
    foot = top - high + PAD
    code(canvas, badge.code, left + wide - PAD - side, foot, side)
    beside = room - side - 4 * mm
    line = foot
    if badge.themes:
        size, found = fitted(" · ".join(badge.themes), REGULAR, (9, 7.5), beside, 3)
        for text in reversed(found):
            canvas.setFont(REGULAR, size)
            canvas.setFillColor(HexColor(QUIET))
            canvas.drawString(left + PAD, line, text)
            line += size * 1.2
    if badge.ticket:
        size, found = fitted(badge.ticket, BOLD, (11, 8), beside, 1)
        canvas.setFont(BOLD, size)
        canvas.setFillColor(HexColor(THREAD))
        canvas.drawString(left + PAD, line + 1.5, found[0] if found else "")


def code(canvas: Canvas, rows: Sequence[Sequence[bool]], left: float, foot: float, side: float) -> None:
    """A QR code in a square, as one path: dark modules beside each other are one rectangle."""
    if not rows:
        return
    step = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        y = foot + side - (number + 1) * step
        begin = None
        for column, dark in enumerate([*row, False]):
            if dark and begin is None:
                begin = column
            elif not dark and begin is not None:
                path.rect(left + begin * step, y, (column - begin) * step, step)
                begin = None
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)
