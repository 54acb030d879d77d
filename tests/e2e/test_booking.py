"""Free booking by the keyboard on a phone: a private mark, a request, other times in answer, and one of them taken."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

PHONE = {"width": 390, "height": 844}
WORDS = {
    "sv": ("Vem vill du träffa?", "Du bad om ett möte"),
    "en": ("Whom would you like to meet?", "You asked"),
}


def named(what: str, whom: str) -> re.Pattern[str]:
    """A button's name with the words that only a screen reader says."""
    return re.compile(rf"^\s*{re.escape(what)}\s*: {re.escape(whom)}\s*$")


def test_free_booking_with_other_times_in_answer(desk: Desk) -> None:
    email, name = f"{unique('varaaja')}@solmu.example", unique("Varaus ")
    facts = desk.server.ask("booking", email=email, name=name)
    other = facts["others"][0]
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE)
    keys = Keyboard(page)
    page.goto(f"/fi/events/{facts['slug']}/")
    keys.follow(page.locator("main").get_by_role("link", name="Valitse, kenet tapaat"))
    star = page.get_by_role("button", name=named("Haluan tavata", other["name"]))
    keys.press(star)
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()

    keys.follow(page.get_by_role("link", name=named("Pyydä tapaamista", other["name"])))
    keys.write(page.locator("[name=message]"), "Kuljetamme haketta ja etsimme kuormia.")
    keys.follow(page.get_by_role("button", name="Lähetä pyyntö"))
    expect(page.locator(f"li:has-text('{other['name']}')")).to_contain_text("Odottaa heidän vastaustaan")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    theirs = desk.open(desk.server.ask("session", email=other["email"]), viewport=PHONE)
    answers = Keyboard(theirs)
    theirs.goto("/fi/events/meetings/")
    answers.follow(theirs.get_by_role("link", name=named("Muut vastaukset", name)))
    expect(theirs.get_by_role("heading", level=1)).to_have_text(f"{name} haluaisi tavata sinut")
    expect(theirs.get_by_role("radio", name=re.compile("9.00"))).to_be_checked()
    answers.press(theirs.locator("summary", has_text="Ehdota muita aikoja"))
    boxes = theirs.locator("[name=slots]")
    for number in (3, 4):
        answers.pick(boxes.nth(number))
    answers.follow(theirs.get_by_role("button", name="Lähetä nämä ajat"))
    expect(theirs.locator("main")).to_contain_text("Ajat, joita ehdotit")

    page.goto("/fi/events/meetings/")
    keys.follow(page.get_by_role("link", name=named("Valitse aika", other["name"])))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{other['name']} ehdottaa muita aikoja")
    keys.pick(page.get_by_role("radio").nth(1))
    keys.follow(page.get_by_role("button", name="Hyväksy aika"))
    expect(page.locator(f"li:has-text('{other['name']}')")).to_contain_text("Tapaatte")
    page.goto(f"/fi/events/{facts['slug']}/my-day/")
    expect(page.locator("main")).to_contain_text(other["name"])
    theirs.goto("/fi/events/meetings/")
    expect(theirs.locator("main")).to_contain_text(name)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_of_booking_in_other_languages(desk: Desk, language: str) -> None:
    email, name = f"{unique('bokare')}@solmu.example", unique("Bokning ")
    facts = desk.server.ask("booking", email=email, name=name)
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE)
    keys = Keyboard(page)
    page.goto(f"/{language}/events/{facts['slug']}/round/people/")
    heading, asked = WORDS[language]
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    keys.follow(page.locator("main .rows a.btn").first)
    keys.follow(page.locator("main form button.primary"))
    number = desk.server.ask("newest_request", email=email)
    page.goto(f"/{language}/events/meetings/requests/{number}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
