"""A CSV or XLSX file as rows of text, whatever its encoding and separator. Pure.

Spreadsheet programs in Finland write CSV in Windows-1252 with semicolons as often as in UTF-8; both must work without
asking. A file that is neither is refused with a reason that the sender can act on.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 60
MAX_CELL = 500
# A spreadsheet is a zip file: what it would swell to is checked before it is opened.
MAX_SWOLLEN = 80 * 1024 * 1024


class Unreadable(Exception):
    """The file cannot be read. `reason` is one of: too_big, empty, too_many_rows, too_many_columns, not_a_table,
    encoding.
    """

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


@dataclass(frozen=True)
class Sheet:
    """`formulas` holds (row, column) of cells whose value is a formula; their text is the formula itself."""

    headers: list[str]
    rows: list[list[str]]
    formulas: set[tuple[int, int]] = field(default_factory=set)


def read(data: bytes) -> Sheet:
    """The first sheet of a file.

    Raises `Unreadable`. The kind is told by the content, never by the name.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("too_big", limit=MAX_BYTES // 1024 // 1024)
    if not data.strip():
        raise Unreadable("empty")
    return _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(_decode(data))


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\x00" in data:
        raise Unreadable("not_a_table")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error


def _csv(text: str) -> Sheet:
    if "\x00" in text or text.lstrip()[:1] in ("<", "{") or text.startswith("%PDF"):
        raise Unreadable("not_a_table")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";\t,", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.strip() for cell in row):
                rows.append([cell.strip()[:MAX_CELL] for cell in row])
            if len(rows) > MAX_ROWS + 1:
                raise Unreadable("too_many_rows", limit=MAX_ROWS)
    except csv.Error as error:
        raise Unreadable("not_a_table") from error
    return _sheet(rows)


def _xlsx(data: bytes) -> Sheet:
    # It brings numpy along, half a second of every server's start; few starts ever read a workbook.
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_SWOLLEN:
                raise Unreadable("too_big", limit=MAX_SWOLLEN // 1024 // 1024)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        rows: list[list[str]] = []
        for values in book.worksheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS + 1):
            cells = [_cell(value) for value in values]
            if any(cells):
                rows.append(cells)
            if len(rows) > MAX_ROWS + 1:
                raise Unreadable("too_many_rows", limit=MAX_ROWS)
    except Unreadable:
        raise
    except Exception as error:  # the file is a stranger's, and the library fails on broken ones in many ways
        raise Unreadable("not_a_table") from error
    return _sheet(rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:MAX_CELL]


def _sheet(rows: list[list[str]]) -> Sheet:
    if len(rows) < 2:
        raise Unreadable("empty")
    width = max(len(row) for row in rows)
    while width and not any(len(row) >= width and row[width - 1] for row in rows):
        width -= 1
    if width > MAX_COLUMNS:
        raise Unreadable("too_many_columns", limit=MAX_COLUMNS)
    even = [(row + [""] * width)[:width] for row in rows]
    body = even[1:]
    formulas = {(r, c) for r, row in enumerate(body) for c, cell in enumerate(row) if is_formula(cell)}
    return Sheet(even[0], body, formulas)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet program would calculate the text. A minus or plus before a number is a number (a phone's,
    say).
    """
    if cell[:1] in ("=", "@"):
        return len(cell) > 1
    return (
        cell[:1] in ("+", "-")
        and len(cell) > 1
        and not cell[1:].replace(" ", "").replace("-", "").replace(",", "").isdigit()
    )
