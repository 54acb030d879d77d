"""Advisory desks by the keyboard: two are made, one is booked and one queued at, and the line moves."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

PHONE = {"width": 390, "height": 844}
COORDINATOR = "koordinaattori@solmu.example"
POLLED = 15_000


def _guest(desk: Desk, name: str) -> Page:
    email = f"{unique('kavija')}@solmu.example"
    desk.server.ask("person", email=email, name=name)
    desk.server.ask("company", email=email, name=unique("Kävijä "))
    return desk.open(desk.server.ask("session", email=email), viewport=PHONE)


def _make(page: Page, keys: Keyboard, name: str) -> None:
    keys.follow(page.get_by_role("link", name="Lisää neuvontapiste"))
    keys.write(page.get_by_label("Pisteen nimi"), name)
    keys.follow(page.get_by_role("button", name="Tee piste"))
    expect(page.locator("main")).to_contain_text(name)


def _take_a_number(page: Page, slug: str) -> Keyboard:
    keys = Keyboard(page)
    page.goto(f"/fi/events/{slug}/advice/")
    keys.follow(page.get_by_role("link", name="Tontit"))
    keys.follow(page.get_by_role("button", name="Ota vuoronumero"))
    return keys


def test_a_municipalitys_advisory_desks(desk: Desk) -> None:
    slug = desk.server.ask("open_day")
    advisor = desk.open(desk.server.ask("session", email=COORDINATOR), viewport=PHONE)
    host = Keyboard(advisor)
    advisor.goto(f"/fi/events/{slug}/advice/")
    _make(advisor, host, "Yritysneuvonta")
    _make(advisor, host, "Tontit")

    first, guest = _guest(desk, "Eero Ensimmäinen"), _guest(desk, "Venla Vieras")
    _take_a_number(first, slug)
    expect(first.locator("#own-visit")).to_contain_text("Olet seuraava")

    keys = Keyboard(guest)
    guest.goto(f"/fi/events/{slug}/")
    keys.follow(guest.get_by_role("link", name="Kaikki pisteet ja jonot"))
    keys.follow(guest.get_by_role("link", name="Yritysneuvonta"))
    keys.pick(guest.get_by_role("radio").last)
    keys.write(guest.locator("#book_about"), "Toiminimen perustaminen")
    keys.follow(guest.get_by_role("button", name="Varaa aika"))
    expect(guest.locator("#own-visit")).to_contain_text("Aika on myös kalenterissasi.")
    _take_a_number(guest, slug)
    expect(guest.locator("#own-visit")).to_contain_text("1 ennen sinua")
    assert guest.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    wall = desk.open("", viewport={"width": 1440, "height": 900})
    wall.goto(f"/fi/events/{slug}/advice/screen/")
    advisor.goto(f"/fi/events/{slug}/advice/")
    host.follow(advisor.get_by_role("link", name=re.compile("Ota kävijöitä vastaan ?: Tontit")))
    expect(advisor.locator("#line")).to_contain_text("1, Eero Ensimmäinen")
    host.follow(advisor.get_by_role("button", name="Kutsu sisään"))
    expect(first.locator("#own-visit")).to_contain_text("Nyt on vuorosi", timeout=POLLED)
    expect(guest.locator("#own-visit")).to_contain_text("Olet seuraava", timeout=POLLED)
    expect(wall.locator("#screen")).to_contain_text("Sisään", timeout=POLLED)
    expect(wall.locator("main")).not_to_contain_text("Eero")
    host.follow(advisor.get_by_role("button", name="Tuli paikalle"))
    host.write(advisor.get_by_label("Muistiinpano käynnistä").first, "Lupasin tonttikartan.")
    host.follow(advisor.get_by_role("button", name="Tallenna muistiinpano").first)
    host.follow(advisor.get_by_role("button", name="Valmis"))

    host.follow(advisor.get_by_role("button", name="Kutsu sisään"))
    expect(guest.locator("#own-visit")).to_contain_text("Nyt on vuorosi", timeout=POLLED)
    host.follow(advisor.get_by_role("button", name="Ei tullut"))
    expect(advisor.locator("#line")).to_contain_text("Kukaan ei odota.")
    assert advisor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
