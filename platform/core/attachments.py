"""Files that people attach: looked at before they are kept, and kept under a name of our own.

What a file is, is told by its content alone, and its name has to say the same. A picture is drawn anew, so that where
it was taken goes; a document is kept as it came, but one that carries programs is refused. Whoever opens a file saves
it: none is shown on our address (`saved`).
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from core.errors import DomainError
from core.text import clean_text

LARGEST = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
ORPHANS_KEPT = timedelta(days=1)

KINDS = {
    "pdf": ("application/pdf", ("pdf",)),
    "png": ("image/png", ("png",)),
    "jpeg": ("image/jpeg", ("jpg", "jpeg")),
    "webp": ("image/webp", ("webp",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)),
    "odt": ("application/vnd.oasis.opendocument.text", ("odt",)),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", ("ods",)),
    "odp": ("application/vnd.oasis.opendocument.presentation", ("odp",)),
    "text": ("text/plain; charset=utf-8", ("txt", "csv", "md")),
}
"""Media type, and the endings of a name that say the same."""
ACCEPT = ",".join(f".{ending}" for _kind, endings in KINDS.values() for ending in endings)
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OPEN = {KINDS[kind][0].encode(): kind for kind in ("odt", "ods", "odp")}


class BadFile(DomainError):
    message = gettext_lazy("The file could not be taken.")


@dataclass(frozen=True)
class Prepared:
    """A file that was looked at. `kind` is a key of `KINDS`."""

    name: str
    kind: str
    content: bytes


def prepare(upload: IO[Any], name: str, size: int) -> Prepared:
    """`size` is the upload's in bytes. Raises `BadFile`."""
    name = clean_text(PurePath(name.replace("\\", "/")).name)[-160:] or "file"
    told = {"name": name}
    if size > LARGEST:
        raise _bad(
            _("%(name)s is %(size)s, and the limit is 5 MB. Save it smaller, or put a link in the text.")
            % {**told, "size": filesizeformat(size)}
        )
    content = upload.read(LARGEST + 1)
    if not content:
        raise _bad(_("%(name)s is empty.") % told)
    kind = kind_of(content)
    if kind is None:
        raise _bad(
            _("%(name)s is of a kind that is not taken. Send a PDF, a picture, a document, a table or plain text.")
            % told
        )
    if PurePath(name).suffix.lstrip(".").lower() not in KINDS[kind][1]:
        raise _bad(_("%(name)s is not what its name says. Open it, save it under its right name and try again.") % told)
    if kind in ("png", "jpeg", "webp"):
        content = _redrawn(content, kind, name)
    return Prepared(name, kind, content)


def kind_of(content: bytes) -> str | None:
    """What the content is, of `KINDS`; None for what is not taken."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return "text" if _is_text(content) else None


def _document(content: bytes) -> str | None:
    """An office document by its parts; nothing is unpacked but the few bytes that name an open one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                return None
            names = {part.filename for part in parts}
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                return None
            for part in parts:
                if part.filename == "mimetype" and part.file_size < 100:
                    return _OPEN.get(archive.read(part).strip())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        # All that zipfile raises of broken or locked archives.
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part_name, kind in _OFFICE.items() if part_name in names), None)


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters, and no page or program that a browser or a shell would run."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    start = text.lstrip()[:200].lower()
    return not start.startswith(("<", "#!")) and all(sign >= " " or sign in "\n\r\t\f" for sign in text)


def _redrawn(content: bytes, kind: str, name: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=[kind.upper()]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _bad(_("%(name)s has too many pixels. Save it smaller.") % {"name": name})
            drawn = ImageOps.exif_transpose(picture)
            if kind == "jpeg" and drawn.mode not in ("L", "RGB"):
                drawn = drawn.convert("RGB")
            drawn.info = {}
            out = io.BytesIO()
            drawn.save(out, kind.upper(), **({"quality": 88} if kind != "png" else {}))
    except Image.DecompressionBombError as problem:
        raise _bad(_("%(name)s has too many pixels. Save it smaller.") % {"name": name}) from problem
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as problem:
        # Pillow's readers raise all of these for broken files.
        raise _bad(
            _("%(name)s could not be read as a picture. Save it anew and try again.") % {"name": name}
        ) from problem
    return out.getvalue()


def _bad(message: str) -> BadFile:
    return BadFile(message, field="attachments")


def content_of(one: Prepared) -> ContentFile[bytes]:
    """For a row's file. Should the transaction fail later, a content without its row is left behind, and no address
    leads to it."""
    return ContentFile(one.content, name=uuid.uuid4().hex)


def forget(files: Iterable[Model]) -> None:
    """Rows with a `file`: row and content; the content when the transaction is through."""
    for one in list(files):
        kept: Any = one
        storage, name = kept.file.storage, kept.file.name
        one.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]  # bound now


def forget_orphans(model: type[Model], *, now: datetime) -> int:
    """Contents of the model's `file` that no row knows and that are over a day old: a transaction that failed left
    them, or a row that was deleted with what it hung on. Returns how many went."""
    field: Any = model._meta.get_field("file")
    folder = field.upload_to
    if not field.storage.exists(folder):
        return 0
    held = set(model._default_manager.values_list("file", flat=True))
    there = {f"{folder}/{name}" for name in field.storage.listdir(folder)[1]}
    gone = [name for name in there - held if field.storage.get_modified_time(name) < now - ORPHANS_KEPT]
    for name in gone:
        field.storage.delete(name)
    return len(gone)


def saved(found: Any) -> FileResponse:
    """The file of a row (`file`, `name`, `kind`), to be saved by whoever asks, never opened on our address. Raises
    `Http404` when its content is gone."""
    try:
        content = found.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=KINDS[found.kind][0])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
