"""Tests in a browser, against a server process like the one that people run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from .server import CHROMIUM, FLAGS, Server, shared

HERE = Path(__file__).parent
ONLY_LOOKING = ("test_pages", "test_look")
"""Files whose tests may be shared out between processes. Those of another file walk the same things one by one."""
EXPECTED = "the server responded with a status of 422"
"""A form that does not hold is answered with 422, which Chromium logs as an error."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if item.path.stem not in ONLY_LOOKING:
                item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with shared() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


class Desk:
    """Opens browsers' windows for people, and gathers what goes wrong in any of them."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, session: str = "", **options: Any) -> Page:
        """A window of its own cookies; signed in where the key of a session is given."""
        options.setdefault("viewport", {"width": 1440, "height": 900})
        options.setdefault("reduced_motion", "reduce")
        context = self.browser.new_context(base_url=self.server.url, **options)
        context.set_default_timeout(15_000)
        context.on("request", self._watch)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.server.url}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._heard(page, message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        return page

    def _heard(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and EXPECTED not in text:
            self.problems.append(f"{page.url}: {text}")

    def _watch(self, request: Request) -> None:
        """Watched, not routed: routing would empty the browser's cache. Chromium resolves no other host (FLAGS)."""
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.problems.append(f"asked for {request.url}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def desk(chromium: Browser, server: Server) -> Iterator[Desk]:
    """Windows for one test. It fails on what any page logged as an error, and on a request to elsewhere."""
    made = Desk(chromium, server)
    yield made
    made.close()
    assert not made.problems, "\n".join(made.problems)


@pytest.fixture
def ask(server: Server) -> Callable[..., Any]:
    return server.ask
