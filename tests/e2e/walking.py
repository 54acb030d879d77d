"""Steps that several journeys have in common, each by the keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import Page, expect

from .keyboard import Keyboard

PASSWORD = "sininen-saha-73"


def unique(word: str) -> str:
    """A word that no earlier run on the same data has used."""
    return f"{word}{datetime.now().astimezone():%H%M%S%f}"


def mail(page: Page, to: str, subject: str | re.Pattern[str] = re.compile(".")) -> str:
    """The newest letter to the address with the subject; it is waited for, as a worker sends it."""
    for _turn in range(60):
        page.goto(f"/en/mail/?to={to}")
        letter = page.locator("main details", has=page.locator("summary", has_text=subject)).first
        if letter.count():
            return letter.locator(".mailtext").inner_text()
        page.wait_for_timeout(500)
    raise AssertionError(f"No mail to {to} about {subject}: {page.locator('main summary').all_inner_texts()}")


def link_in(letter: str, part: str) -> str:
    """Where the letter's link with the part leads, in English."""
    found = re.search(rf"https?://[^/\s]+/\w\w((?:/\S*)?{part}\S*)", letter)
    assert found, letter
    return f"/en{found.group(1)}"


def sign_up(page: Page, keys: Keyboard, *, name: str, email: str) -> None:
    """From the form through the code that comes by mail."""
    keys.write(page.locator("[name=name]"), name)
    keys.write(page.locator("[name=email]"), email)
    keys.write(page.locator("[name=password1]"), PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    letters = page.context.new_page()
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail(letters, email), re.MULTILINE)
    assert code
    letters.close()
    keys.write(page.locator("[name=code]"), code.group(1))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def begin_profile(page: Page, keys: Keyboard, *, name: str, email: str, kind: str) -> None:
    """From the front page to the first page of a profile of the kind."""
    page.goto("/en/")
    keys.follow(page.get_by_role("link", name="Join").first)
    sign_up(page, keys, name=name, email=email)
    expect(page).to_have_url(re.compile("/join/"))
    keys.pick(page.get_by_role("radio", name=re.compile(f"^{kind}")))
    keys.follow(page.get_by_role("button", name="Go on"))


def go_on(page: Page, keys: Keyboard) -> None:
    keys.follow(page.get_by_role("button", name="Save and go on").locator("visible=true").last)


def to_whom_one_acts_for(page: Page, keys: Keyboard, link: str) -> None:
    """To one's account, where the profiles are that one acts for, and on by a link there."""
    keys.follow(page.locator(".tools").get_by_role("link", name="Own account"))
    keys.follow(page.locator("[aria-labelledby=acts-for]").get_by_role("link", name=re.compile(link)).first)


def calendar_file(page: Page, keys: Keyboard, folder: Path) -> Calendar:
    """The meeting's file, opened."""
    link = page.get_by_role("link", name="calendar")
    keys.go(link)
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    file = folder / "meeting.ics"
    downloading.value.save_as(file)
    return Calendar.from_ical(file.read_bytes())
