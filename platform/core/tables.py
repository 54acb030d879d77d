"""Tables as files for spreadsheets: CSV and a workbook, of lines of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

LONGEST_CELL = 32_000
LONGEST_TITLE = 31
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """UTF-8 with its mark, semicolons, and no cell that is a formula. `name` without its ending."""
    response = _file(f"{name}.csv", "text/csv; charset=utf-8")
    response.write("\ufeff")
    table = csv.writer(response, delimiter=";")
    for line in lines:
        table.writerow([safe_cell(cell) for cell in line])
    return response


def workbook_file(name: str, title: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """A workbook of one sheet, its first line fixed. Every cell is text, whatever it begins with: nothing is run."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for line in lines:
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
            cell.data_type = "s"
            cell.quotePrefix = True
            cells.append(cell)
        sheet.append(cells)
    out = BytesIO()
    book.save(out)
    response = _file(f"{name}.xlsx", WORKBOOK)
    response.write(out.getvalue())
    return response


def safe_cell(value: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{value}" if value.lstrip()[:1] in tuple("=+-@") or value[:1] in ("\t", "\r", "\n") else value


def _file(name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
