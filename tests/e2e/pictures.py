"""Pictures of the pages for the documentation, of a demo that runs for the purpose.

    .venv/bin/python tests/e2e/pictures.py [folder]    writes docs/pictures/*.png, each at most 250 kB

Every picture is the window as it opens, in Finnish. Colours are reduced to a palette, which flat pages bear well.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import server as servers

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "docs" / "pictures"
MOST_BYTES = 250_000
HEIGHTS = {1440: 900, 390: 844}


@dataclass(frozen=True)
class Picture:
    name: str
    who: str
    address: str
    width: int = 1440
    dark: bool = False
    to: str = ""
    """A selector of what is scrolled to the top first."""


PICTURES = [
    Picture("front", "anonymous", "/"),
    Picture("directory", "anonymous", "/directory/"),
    Picture("profile", "anonymous", "/profiles/salopirtin-elementti-oy/"),
    Picture("suggestions", "company", "/partners/"),
    Picture("suggestions-dark", "company", "/partners/", dark=True),
    Picture("suggestions-phone", "company", "/partners/", width=390),
    Picture("wizard", "beginner", "/join/words/"),
    Picture("catalogue", "anonymous", "/models/"),
    Picture("model", "anonymous", "/models/events-and-themed-sessions/"),
    Picture("model-phone", "anonymous", "/models/events-and-themed-sessions/", width=390),
    Picture("event", "company", "/events/{event}/"),
    Picture("round", "coordinator", "/events/{event}/round/", to="table.grid"),
    Picture("my-day-phone", "company", "/events/{event}/my-day/", width=390),
    Picture("my-day-phone-dark", "company", "/events/{event}/my-day/", width=390, dark=True),
]


def take(page: Page, picture: Picture, event: str) -> bytes:
    answer = page.goto("/fi" + picture.address.format(event=event))
    assert answer is not None
    assert answer.ok, f"{picture.address}: {answer.status}"
    page.evaluate("document.fonts.ready.then(() => true)")
    if picture.to:
        page.locator(picture.to).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top - 90)")
    return page.screenshot()


def press(picture: bytes) -> bytes:
    """As a palette of so many colours that the file is small enough."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        whole.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise ValueError("The picture does not fit.")


def make(browser: Browser, server: servers.Server, folder: Path) -> Iterator[str]:
    keys, event = server.ask("sessions"), server.ask("showpiece")
    for picture in PICTURES:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": picture.width, "height": HEIGHTS[picture.width]},
            color_scheme="dark" if picture.dark else "light",
            reduced_motion="reduce",
        )
        if keys[picture.who]:
            context.add_cookies([{"name": "sessionid", "value": keys[picture.who], "url": server.url}])
        data = press(take(context.new_page(), picture, event))
        context.close()
        (folder / f"{picture.name}.png").write_bytes(data)
        yield f"{picture.name}.png {len(data) // 1000} kB"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with servers.alone() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.CHROMIUM, args=servers.FLAGS)
        for line in make(browser, server, folder):
            sys.stdout.write(line + "\n")
        browser.close()


if __name__ == "__main__":
    main()
