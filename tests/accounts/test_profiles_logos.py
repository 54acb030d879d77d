"""What may become a logo, and what may not."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image

from accounts.services import logos
from accounts.services import profiles as services
from tests.factories.people import NOW, make_profile, make_user


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **options: object) -> bytes:
    out = io.BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def prepared(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(logos.prepare(io.BytesIO(content), len(content)).read()))


def refusal(content: bytes, size: int | None = None) -> str:
    with translation.override("en"), pytest.raises(logos.BadLogo) as caught:
        logos.prepare(io.BytesIO(content), len(content) if size is None else size)
    assert caught.value.field == "logo"
    return str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_png_with_a_name_of_our_own(kind: str) -> None:
    made = logos.prepare(io.BytesIO(picture(kind)), 1000)
    assert made.name is not None
    assert made.name.endswith(".png")
    drawn = prepared(picture(kind))
    assert (drawn.format, drawn.size) == ("PNG", (512, 171))


def test_what_hides_in_a_picture_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Salainen paikka"
    content = picture("JPEG", exif=exif) + b"<script>alert(1)</script>"
    made = logos.prepare(io.BytesIO(content), len(content)).read()
    assert b"Salainen" not in made
    assert b"script" not in made


def test_ten_megabytes_are_refused_by_size_before_reading() -> None:
    class Unread(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise AssertionError("it was read")

    with translation.override("en"), pytest.raises(logos.BadLogo, match=r"10\.0.MB.*limit is 2 MB"):
        logos.prepare(Unread(), 10 * 1024 * 1024)


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf\n<?xml version="1.0"?><!-- x --><svg/>',
        b"<!DOCTYPE svg><svg/>",
    ],
)
def test_svg_is_refused_with_its_reason(content: bytes) -> None:
    assert "SVG" in refusal(content)


@pytest.mark.parametrize("side", [5_000, 30_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    """Thousands of pixels a side in a few bytes: up to 3.6 gigabytes if it were decoded."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    assert "too many pixels" in refusal(bomb)


@pytest.mark.parametrize("content", [b"", b"GIF89a" + b"x" * 50, picture()[:200], b"%PDF-1.7", picture("PNG")[:60]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert "WebP" in refusal(content)


def test_a_gif_is_refused() -> None:
    assert "WebP" in refusal(picture("GIF"))


@pytest.mark.django_db(transaction=True)
def test_the_old_file_goes_when_a_new_one_comes() -> None:
    owner = make_user()
    profile = make_profile(by=owner)
    first = logos.prepare(io.BytesIO(picture()), 100)
    profile = services.set_logo(profile=profile, logo=first, by=owner, now=NOW)
    old = profile.logo.name
    assert old is not None
    assert default_storage.exists(old)
    profile = services.set_logo(profile=profile, logo=None, by=owner, now=NOW)
    assert not default_storage.exists(old)
    assert not profile.logo
