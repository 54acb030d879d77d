"""A purchase's market dialogue by the keyboard: opened from the catalogue, asked, answered, read, exported."""

from __future__ import annotations

import csv
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

PHONE = {"width": 390, "height": 844}
QUESTION = "Käyvätkö biokaasulla kulkevat pikkubussit?"
ANSWER = "Kyllä, samoin sähköllä kulkevat."
CORRECTION = "Myös vety käy."


def _person(desk: Desk, word: str, make: str, name: str) -> tuple[Page, Keyboard]:
    email = f"{unique(word)}@solmu.example"
    desk.server.ask("person", email=email)
    desk.server.ask(make, email=email, name=name)
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE)
    return page, Keyboard(page)


def _open_purchase(page: Page, keys: Keyboard, title: str) -> str:
    """From the model's page to the published purchase; returns its address."""
    day = datetime.combine((datetime.now().astimezone() + timedelta(days=14)).date(), time(12))
    page.goto("/fi/models/responsible-procurement/")
    keys.follow(page.get_by_role("link", name="Avaa markkinavuoropuhelu"))
    keys.write(page.locator("[name=title]"), title)
    keys.write(page.locator("[name=text]"), "Kolmen kyläkoulun oppilaat kuljetetaan kouluun ja kotiin.")
    keys.write(page.locator("[name=timetable]"), "Tarjouspyyntö syksyllä, sopimus tammikuusta.")
    keys.follow(page.get_by_role("button", name="Julkaise"))
    expect(page.locator(".summary")).to_be_focused()  # the end of questions is not told yet
    keys.write_moment(page.locator("[name=questions_day]"), day)
    keys.follow(page.get_by_role("button", name="Julkaise"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def test_a_purchases_market_dialogue(desk: Desk, tmp_path: Path) -> None:
    title, firm = unique("Koulukuljetukset "), unique("Kuljetus ")
    buyer, host = _person(desk, "ostaja", "town", unique("Kunta "))
    address = _open_purchase(buyer, host, title)

    asker, keys = _person(desk, "kysyja", "company", firm)
    asker.goto(address)
    keys.follow(asker.get_by_role("link", name="Kysy tästä"))
    keys.write(asker.locator("[name=text]"), f"{firm} kysyy: {QUESTION}")
    keys.follow(asker.get_by_role("button", name="Lähetä kysymys"))
    expect(asker.locator(".summary")).to_contain_text(firm)  # it would say who asks
    keys.write(asker.locator("[name=text]"), QUESTION)
    keys.follow(asker.get_by_role("button", name="Lähetä kysymys"))
    expect(asker.locator("[aria-labelledby=own-questions]")).to_contain_text(QUESTION)

    visitor = desk.open("", viewport=PHONE)
    visitor.goto(address)
    expect(visitor.locator("main")).not_to_contain_text(QUESTION)

    buyer.goto(address)
    expect(buyer.locator("#waiting")).to_contain_text(QUESTION)
    expect(buyer.locator("main")).not_to_contain_text(firm)
    host.follow(buyer.locator("#waiting").get_by_role("link", name=re.compile("^Vastaa")))
    host.write(buyer.get_by_label("Vastaus kaikille"), ANSWER)
    host.follow(buyer.get_by_role("button", name="Julkaise kysymys ja vastaus"))
    host.follow(buyer.get_by_role("link", name=re.compile("^Lisää korjaus")))
    host.write(buyer.locator("[name=text]"), CORRECTION)
    host.follow(buyer.get_by_role("button", name="Julkaise korjaus"))

    walker = Keyboard(visitor)
    visitor.reload()
    for text in (QUESTION, ANSWER, CORRECTION):
        expect(visitor.locator("[aria-labelledby=questions]")).to_contain_text(text)
    expect(visitor.locator("main")).not_to_contain_text(firm)
    assert visitor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    walker.follow(visitor.get_by_role("link", name="Koko pöytäkirja"))
    link = visitor.get_by_role("link", name="Taulukkona (CSV)")
    walker.go(link)
    with visitor.expect_download() as downloading:
        visitor.keyboard.press("Enter")
    file = tmp_path / "record.csv"
    downloading.value.save_as(file)
    table = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    for text in (QUESTION, ANSWER, CORRECTION, title):
        assert any(text in cell for line in table for cell in line), text
    assert firm not in file.read_text(encoding="utf-8-sig")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    asker.goto("/fi/notifications/")
    expect(asker.locator("main")).to_contain_text(title)


@pytest.mark.parametrize(("language", "heading"), [("sv", "Samma uppgifter åt alla"), ("en", "The same for everybody")])
def test_the_page_of_a_purchase_in_other_languages(desk: Desk, language: str, heading: str) -> None:
    buyer, host = _person(desk, "inkopare", "town", unique("Kommun "))
    address = _open_purchase(buyer, host, unique("Skolskjutsar "))
    visitor = desk.open("", viewport=PHONE)
    visitor.goto(address.replace("/fi/", f"/{language}/"))
    expect(visitor.get_by_role("heading", name=heading)).to_be_visible()
    assert visitor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
