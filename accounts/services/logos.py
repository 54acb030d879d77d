"""A logo: whatever was uploaded becomes a small PNG of our own making, or is refused with a reason.

The file is looked at before it is decoded: its size, its format by its first bytes, its dimensions by its header. What
is kept is drawn anew, so nothing that hid in the upload (scripts, places, thumbnails) is kept with it.
"""

from __future__ import annotations

import io
import uuid
from typing import IO, Any

from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from core.errors import DomainError

LARGEST_FILE = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
SIDE = 512
FORMATS = ("PNG", "JPEG", "WEBP")
ACCEPT = "image/png,image/jpeg,image/webp"


class BadLogo(DomainError):
    """The upload is no picture that can be kept; the message says why."""

    message = gettext_lazy("This file could not be read as a picture. Choose a PNG, JPEG or WebP file.")


def prepare(upload: IO[Any], size: int) -> ContentFile[bytes]:
    """A PNG of at most 512 × 512 pixels under a name of our own. `size` is the upload's in bytes.

    Raises `BadLogo`.
    """
    if size > LARGEST_FILE:
        raise BadLogo(
            _("The picture is %(size)s, and the limit is 2 MB. Save it smaller, or choose another.")
            % {"size": filesizeformat(size)},
            field="logo",
        )
    content = upload.read(LARGEST_FILE + 1)
    if _is_svg(content):
        raise BadLogo(
            _("An SVG file can hold programs, so it is not taken. Save the logo as PNG and choose that."), field="logo"
        )
    try:
        return _redrawn(content)
    except Image.DecompressionBombError as problem:
        raise _too_many_pixels() from problem
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as problem:
        # Pillow's readers raise all of these for broken files.
        raise BadLogo(field="logo") from problem


def _redrawn(content: bytes) -> ContentFile[bytes]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many_pixels()
        turned = ImageOps.exif_transpose(picture)
        drawn = turned.convert("RGBA")
    drawn.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.png")


def _too_many_pixels() -> BadLogo:
    return BadLogo(_("The picture has too many pixels. Save it smaller: 512 × 512 is enough."), field="logo")


def _is_svg(content: bytes) -> bool:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) or b"<svg" in start
