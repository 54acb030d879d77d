"""QR codes of tickets. A code is the ticket's address, so that a phone's own camera opens it; a door reads its end."""

from __future__ import annotations

from io import BytesIO

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

CORRECTION = "m"
"""A code still reads with a thumb or a crease over an eighth of it."""


def address_of(code: str) -> str:
    """The language is left out: the service adds the reader's own. Capitals make a smaller code."""
    return f"{settings.SITE_URL}/events/t/{code}/"


def svg(text: str) -> SafeString:
    """Black on white whatever the page's colours: readers need the contrast and the white edge."""
    drawn = segno.make(text, error=CORRECTION).svg_inline(
        scale=1, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # made of the matrix alone, no text of anybody's


def png(text: str) -> bytes:
    out = BytesIO()
    segno.make(text, error=CORRECTION).save(out, kind="png", scale=8, border=4, dark="#000", light="#fff")
    return out.getvalue()


def matrix(text: str) -> list[list[bool]]:
    """Rows of dark modules without the white edge, for drawing elsewhere."""
    return [[bool(cell) for cell in row] for row in segno.make(text, error=CORRECTION).matrix]
