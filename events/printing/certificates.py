"""Certificates of attendance, a page each. The words come from outside, in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.letters import BOLD, INK, QUIET, REGULAR, THREAD, fitted, letters, printable, write

LEFT, ROOM = 28 * mm, 154 * mm


@dataclass(frozen=True)
class Certificate:
    """`took_part` stands between the name and the event; `facts` are (what, value) under it, in order."""

    title: str
    name: str
    organisation: str
    took_part: str
    event: str
    facts: tuple[tuple[str, str], ...]
    organiser: str
    given: str


def print_certificates(certificates: Sequence[Certificate], *, language: str) -> bytes:
    letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, lang=language)
    if certificates:
        canvas.setTitle(f"{certificates[0].title}: {certificates[0].event}")
    for number, one in enumerate(certificates):
        if number:
            canvas.showPage()
        _draw(canvas, one)
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, one: Certificate) -> None:
    top = A4[1] - 30 * mm
    canvas.setFillColor(HexColor(THREAD))
    canvas.rect(LEFT, top, A4[0] - LEFT, 3, stroke=0, fill=1)
    _knot(canvas, LEFT, top + 1.5)
    at = top - 26 * mm
    at = write(canvas, one.title, BOLD, (30, 22), INK, LEFT, at, ROOM, 2)
    at = write(canvas, one.name, BOLD, (24, 14), THREAD, LEFT, at - 14 * mm, ROOM, 2)
    at = write(canvas, one.organisation, REGULAR, (15, 11), INK, LEFT, at - 1 * mm, ROOM, 2)
    at = write(canvas, one.took_part, REGULAR, (13, 11), QUIET, LEFT, at - 10 * mm, ROOM, 2)
    at = write(canvas, one.event, BOLD, (20, 13), INK, LEFT, at - 1 * mm, ROOM, 3)
    at -= 10 * mm
    for what, value in one.facts:
        canvas.setFont(REGULAR, 11)
        canvas.setFillColor(HexColor(QUIET))
        canvas.drawString(LEFT, at, printable(what))
        size, lines = fitted(value, REGULAR, (11, 9), ROOM - 40 * mm, 2)
        canvas.setFillColor(HexColor(INK))
        canvas.setFont(REGULAR, size)
        for line in lines:
            canvas.drawString(LEFT + 40 * mm, at, line)
            at -= 6 * mm
    foot = 45 * mm
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, foot, LEFT + 80 * mm, foot)
    size, lines = fitted(one.organiser, BOLD, (11, 9), ROOM, 2)
    canvas.setFont(BOLD, size)
    canvas.setFillColor(HexColor(INK))
    for number, line in enumerate(lines):
        canvas.drawString(LEFT, foot - 6 * mm - number * 5 * mm, line)
    canvas.setFont(REGULAR, 10)
    canvas.setFillColor(HexColor(QUIET))
    canvas.drawString(LEFT, foot - 6 * mm - len(lines) * 5 * mm, printable(one.given))


def _knot(canvas: Canvas, left: float, middle: float) -> None:
    """The mark: two bights, each holding the other (the logo's own lines, in a square of 24)."""
    step = 26 / 24
    canvas.saveState()
    canvas.translate(left - 30, middle - 26 / 2 - 2)
    canvas.scale(step, step)
    canvas.setStrokeColor(HexColor(THREAD))
    canvas.setLineWidth(2.75)
    path = canvas.beginPath()
    path.moveTo(0, 19.5)
    path.lineTo(12, 19.5)
    path.arcTo(7, 9.5, 17, 19.5, startAng=90, extent=-180)
    path.lineTo(9.6, 9.5)
    path.moveTo(4.4, 9.5)
    path.lineTo(0, 9.5)
    path.moveTo(24, 4.5)
    path.lineTo(12, 4.5)
    path.arcTo(7, 4.5, 17, 14.5, startAng=270, extent=-180)
    path.lineTo(14.4, 14.5)
    path.moveTo(19.6, 14.5)
    path.lineTo(24, 14.5)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()
