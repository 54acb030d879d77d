"""Tests in a browser, against a server process like the one that people run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from .server import CHROMIUM, FLAGS, Server, shared

HERE = Path(__file__).parent
EXPECTED = "the server responded with a status of 422"
"""A form that does not hold is answered with 422, which Chromium logs as an error."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


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
        context.route("**/*", self._keep_inside)
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

    def _keep_inside(self, route: Route) -> None:
        if route.request.url.startswith((self.server.url, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"asked for {route.request.url}")
            route.abort()

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
