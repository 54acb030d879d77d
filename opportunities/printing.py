"""The record of a planned purchase's market dialogue as PDF. Plain data in, bytes out; no Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.letters import BOLD, INK, LINE, QUIET, REGULAR, THREAD, flowing, letters, printable

LEFT, ROOM = 24 * mm, A4[0] - 48 * mm
TOP, FOOT = A4[1] - 20 * mm, 24 * mm


@dataclass(frozen=True)
class Entry:
    """One thing that was told, asked or changed: what it is, when, in which words; of a question with its answer."""

    head: str
    when: str = ""
    text: str = ""
    answered: str = ""
    answer: str = ""


@dataclass(frozen=True)
class RecordSheet:
    """`about` stands under the title: whose it is, when it was printed, and whether it holds what is not public."""

    kind: str
    title: str
    about: tuple[str, ...]
    entries: tuple[Entry, ...]


class _Page:
    """Lines from above downwards; a page that is full is followed by the next, with its number at the foot."""

    def __init__(self, canvas: Canvas, title: str) -> None:
        self.canvas, self.title, self.number, self.at = canvas, title, 1, TOP

    def write(self, text: str, font: str, size: float, colour: str, *, before: float = 0, indent: float = 0) -> None:
        self.at -= before
        for line in flowing(text, font, size, ROOM - indent):
            self.need(size * 1.35)
            self.at -= size * 1.35
            self.canvas.setFont(font, size)
            self.canvas.setFillColor(HexColor(colour))
            self.canvas.drawString(LEFT + indent, self.at + size * 0.3, line)

    def need(self, room: float) -> None:
        if self.at - room < FOOT:
            self.foot()
            self.canvas.showPage()
            self.number, self.at = self.number + 1, TOP

    def rule(self) -> None:
        self.at -= 4 * mm
        self.canvas.setStrokeColor(HexColor(LINE))
        self.canvas.setLineWidth(0.6)
        self.canvas.line(LEFT, self.at, LEFT + ROOM, self.at)
        self.at -= 1.5 * mm

    def foot(self) -> None:
        self.canvas.setFont(REGULAR, 9)
        self.canvas.setFillColor(HexColor(QUIET))
        self.canvas.drawString(LEFT, FOOT - 10 * mm, flowing(self.title, REGULAR, 9, ROOM - 20 * mm)[0])
        self.canvas.drawRightString(LEFT + ROOM, FOOT - 10 * mm, str(self.number))


def print_record(sheet: RecordSheet, *, language: str) -> bytes:
    letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, lang=language)
    canvas.setTitle(printable(f"{sheet.kind}: {sheet.title}"))
    canvas.setFillColor(HexColor(THREAD))
    canvas.rect(LEFT, TOP, A4[0] - LEFT, 2.4, stroke=0, fill=1)
    page = _Page(canvas, sheet.title)
    page.write(sheet.kind, REGULAR, 12, THREAD, before=5 * mm)
    page.write(sheet.title, BOLD, 20, INK)
    for line in sheet.about:
        page.write(line, REGULAR, 10, QUIET)
    _entries(page, sheet.entries)
    page.foot()
    canvas.save()
    return out.getvalue()


def _entries(page: _Page, entries: Sequence[Entry]) -> None:
    for one in entries:
        page.need(22 * mm)
        page.rule()
        page.write(one.head, BOLD, 11, INK)
        page.write(one.when, REGULAR, 9, QUIET)
        page.write(one.text, REGULAR, 10.5, INK)
        if one.answer:
            page.write(one.answered, REGULAR, 9, QUIET, before=1.5 * mm, indent=6 * mm)
            page.write(one.answer, REGULAR, 10.5, INK, indent=6 * mm)
