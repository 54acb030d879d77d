"""Every page, by whoever sees it, in three languages, light and dark, narrow and wide."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Desk
from .server import Server

AXE = Path(__file__).with_name("vendor").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = ["fi", "sv", "en"]
WIDTHS = [320, 1440]
SCHEMES = ["light", "dark"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""All that can differ between the themes, as nothing but colours does."""
EVERYTHING = os.environ.get("SOLMU_E2E_ALL") == "1"
"""Each language in both themes and widths. Otherwise axe reads the first language alone, as neither colours nor the
order of things change with it, and its dark theme wide; what is too long is looked for in each at both widths.
"""
PEOPLE = ["anonymous", "company", "student", "beginner", "novice", "guarded", "keyless", "coordinator", "editor"]

RUN_AXE = """async tags => {
    const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    return found.violations.map(one => one.id + " (" + one.impact + ") " + one.nodes.length + "x: "
        + one.nodes.slice(0, 2).map(node => node.target.join(" ") + " " + (node.any[0]?.message || node.html)
            .slice(0, 160)).join(" | "));
}"""
SIDEWAYS = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= window.innerWidth) return "";
    const wide = [...document.querySelectorAll("body *")].filter(one =>
        one.getBoundingClientRect().right > window.innerWidth + 1 && !one.closest(".scroll"));
    return root.scrollWidth + " px: " + wide.slice(0, 3).map(one => one.tagName + "." + one.className).join(", ");
}"""
WORDS = """async address => {
    const text = await (await fetch(address)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    return [...page.querySelectorAll("h1, .mast nav a, .foot a, main .lede, main button, main label, main h2")]
        .filter(one => !one.closest("[lang]:not(html), [data-name]") && !one.querySelector("[lang]"))
        .filter(one => !one.querySelector("a[href*='/profiles/']") && !one.matches("[href^='mailto:']"))
        .map(one => one.textContent.trim()).filter(Boolean);
}"""
"""What our own translations stand for: menus, headings, buttons and labels."""


@pytest.fixture(scope="session")
def everything(server: Server) -> dict[str, Any]:
    """Sessions and addresses. Made once a run: the processes that share a server share them through its folder."""
    kept, lock = server.data / "e2e-pages.json", server.data / "e2e-pages.lock"
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + 120
        while not kept.exists() and time.monotonic() < until:
            time.sleep(0.3)
        facts: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    else:
        kept.unlink(missing_ok=True)
        facts = {}
        try:
            facts = {"sessions": server.ask("sessions"), **server.ask("pages")}
        finally:  # nobody waits for what could not be made
            part = kept.with_suffix(".part")
            part.write_text(json.dumps(facts), encoding="utf-8")
            part.replace(kept)
    return facts


@pytest.fixture(scope="session", autouse=True)
def _unlocked(server: Server) -> Iterator[None]:
    yield
    (server.data / "e2e-pages.lock").unlink(missing_ok=True)


def test_every_page_is_looked_at(everything: dict[str, Any]) -> None:
    """A new address has to be put among the pages, or among those that are none."""
    assert not everything["problems"]
    assert not everything["left"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages(desk: Desk, everything: dict[str, Any], who: str, language: str) -> None:
    page = desk.open(everything["sessions"][who])
    page.add_init_script(AXE)
    problems: list[str] = []
    odd = everything["odd"].get(who, {})
    for address in everything["pages"].get(who, []):
        status = odd.get(address, 200)
        problems += [f"{address}: {problem}" for problem in _look(page, address, language, status)]
    # What is not there or not for one is looked at too, and Chromium logs it.
    desk.problems = [one for one in desk.problems if not any(address in one for address in odd)]
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "without",
    [
        ["networks"],
        ["events", "networks"],
        ["matching"],
        ["conversations"],
        ["catalogue"],
        ["opportunities"],
        ["studies"],
    ],
    ids=" and ".join,
)
def test_nothing_points_to_what_is_switched_off(everything: dict[str, Any], server: Server, without: list[str]) -> None:
    some = {who: everything["pages"].get(who, []) for who in ("anonymous", "company", "student", "coordinator")}
    problems = server.ask("pointing_to", without=without, pages=some, sessions=everything["sessions"])
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems)


def test_pages_midway(desk: Desk) -> None:
    """Those that one comes to only from the page before: a code, a second step, a new password."""
    problems: list[str] = []
    for window in desk.server.ask("midway"):
        page = desk.open(window["session"])
        page.add_init_script(AXE)
        for language in LANGUAGES:
            problems += [f"{window['address']}: {one}" for one in _look(page, window["address"], language)]
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems)


def _look(page: Page, address: str, language: str, expected: int = 200) -> Iterator[str]:
    answer = page.goto(f"/{language}{address}")
    assert answer is not None
    if answer.status != expected:
        yield f"status {answer.status}"
        return
    if not page.url.split("?")[0].endswith(address.split("?")[0]):
        yield f"led to {page.url}"
    if page.evaluate("document.documentElement.lang") != language:
        yield "the page does not say its language"
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} headings of the first level"
    # What is folded is looked at unfolded.
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if sideways := page.evaluate(SIDEWAYS):
            yield f"{language} {width}: scrolls sideways, {sideways}"
        for scheme in SCHEMES:
            if not EVERYTHING and (language != "fi" or (scheme, width) == ("dark", 320)):
                continue
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it knows
            asked = TAGS if scheme == "light" else COLOUR_RULES
            for problem in page.evaluate(RUN_AXE, asked):
                yield f"{language} {width} {scheme}: {problem}"


def test_nothing_is_left_in_english(desk: Desk, everything: dict[str, Any]) -> None:
    """Menus and headings of a Finnish or Swedish page are not the English page's (names may well be)."""
    problems: list[str] = []
    for who in PEOPLE:
        page = desk.open(everything["sessions"][who])
        page.goto("/fi/privacy/")
        for address in everything["pages"].get(who, []):
            if address in everything["odd"].get(who, {}):
                continue
            english = page.evaluate(WORDS, f"/en{address}")
            for language in ("fi", "sv"):
                same = set(english) & set(page.evaluate(WORDS, f"/{language}{address}"))
                problems += [f"{language}{address}: {text}" for text in same if _is_ours(text, everything["names"])]
    assert not problems, "\n".join(sorted(set(problems)))


SAME_IN_ALL = {
    *("1 person", "Solmu", "Demo", "Guide", "Logo", "Suomi", "Svenska", "English", "Työpuhelin", "Chrome, Linux"),
    "Organisation",
}


def _is_ours(text: str, names: list[str]) -> bool:
    """Names of parties and of people stand as they are in every language; those of a journey end in its time."""
    if re.search(r"\d{6}", text):
        return False
    return " Oy" not in text and " Ab" not in text and text not in SAME_IN_ALL and text not in names
