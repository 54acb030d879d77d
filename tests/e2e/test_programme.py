"""From a template to a programme that anyone reads on a phone: in Finnish, by the keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

COORDINATOR = "koordinaattori@solmu.example"


def _write_clock(keys: Keyboard, page: Page, name: str, clock: str) -> None:
    keys.write_moment(page.locator(f"input[name={name}]"), datetime.strptime(clock, "%H:%M"))  # noqa: DTZ007  # a clock


def test_event_from_a_template_and_its_programme(desk: Desk) -> None:
    """A draft from a ready-made outline, its programme edited, a clash named, published, and more dates."""
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    name = unique("Teema ")
    page.goto("/fi/events/")
    keys.follow(page.locator("main").get_by_role("link", name="Pohjat"))
    keys.follow(page.get_by_role("link", name="Teema-aamupäivä"))
    title = page.locator("[name=title_fi]")
    assert title.input_value() == "Teema-aamupäivä"
    keys.write(title, name)
    keys.write(page.locator("[name=place]"), "Pääkirjasto")
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".programme")).to_contain_text("Ensimmäinen esimerkki")

    keys.follow(page.get_by_role("link", name="Muokkaa ohjelmaa"))
    keys.follow(page.get_by_role("link", name="Lisää tila"))
    keys.write(page.locator("[name=name]"), "Lukusali")
    keys.follow(page.get_by_role("button", name="Tallenna"))
    keys.follow(page.get_by_role("link", name="Lisää puhuja"))
    keys.write(page.locator("[name=name]"), "Selma Salo")
    keys.write(page.locator("[name=title]"), "toimitusjohtaja")
    keys.pick(page.locator("[name=consents]"))
    keys.follow(page.get_by_role("button", name="Tallenna"))

    keys.follow(page.get_by_role("link", name="Ensimmäinen esimerkki"))
    keys.choose(page.locator("[name=room]"), "Lukusali")
    keys.pick(page.get_by_role("checkbox", name="Selma Salo"))
    keys.follow(page.get_by_role("button", name="Tallenna"))
    expect(page.locator("main")).to_contain_text("Selma Salo")

    keys.follow(page.get_by_role("link", name="Lisää ohjelmakohta"))
    keys.write(page.locator("[name=title_fi]"), "Kierros lukusalissa")
    _write_clock(keys, page, "starts_at", "09:45")
    _write_clock(keys, page, "ends_at", "10:15")
    keys.choose(page.locator("[name=room]"), "Lukusali")
    keys.follow(page.get_by_role("button", name="Lisää ohjelmaan"))
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Lukusali on varattu 9.40–10.05: ”Ensimmäinen esimerkki”.")
    _write_clock(keys, page, "starts_at", "10:05")
    _write_clock(keys, page, "ends_at", "10:20")
    keys.follow(page.get_by_role("button", name="Lisää ohjelmaan"))
    expect(page.locator("main")).to_contain_text("Kierros lukusalissa")

    keys.follow(page.locator(".crumbs").get_by_role("link", name=name))
    keys.follow(page.get_by_role("button", name="Julkaise"))
    keys.follow(page.get_by_role("link", name="Lisää päiviä"))
    keys.write(page.locator("[name=count]"), "2")
    keys.follow(page.get_by_role("button", name="Näytä päivät"))
    expect(page.locator("main")).to_contain_text("2 uutta päivää")
    keys.follow(page.get_by_role("button", name="Tee ne luonnoksina"))
    expect(page.locator("main")).to_contain_text("2 uutta luonnosta tehtiin.")
    keys.follow(page.get_by_role("button", name=re.compile("Julkaise 2")))
    keys.follow(page.locator(".crumbs").get_by_role("link", name=name))
    address = page.url

    phone = desk.open(viewport={"width": 390, "height": 844})
    phone.goto(address)
    expect(phone.locator(".programme")).to_contain_text("Kierros lukusalissa")
    expect(phone.locator(".programme")).to_contain_text("Lukusali")
    expect(phone.locator(".faces")).to_contain_text("Selma Salo")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(phone.locator("#series")).to_have_text("Muut päivät")
    assert phone.locator("[aria-labelledby=series] li").count() == 2
    phone.goto(f"{address}programme/")
    expect(phone.locator(".programme")).to_contain_text("Ensimmäinen esimerkki")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_change_reaches_the_dates_that_follow(desk: Desk) -> None:
    """Of a series made of own dates, the first is moved an hour later and the second follows it."""
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    name = unique("Sarja ")
    page.goto("/en/events/new/?template=workshop")
    keys.write(page.locator("[name=title_en]"), name)
    keys.write(page.locator("[name=place]"), "Paja")
    keys.follow(page.get_by_role("button", name="Save as a draft"))
    keys.follow(page.get_by_role("link", name="More dates"))
    keys.pick(page.get_by_role("radio", name=re.compile("dates that I write")))
    day = datetime.now().astimezone() + timedelta(days=90)
    keys.write(page.locator("[name=days]"), f"{day.day}.{day.month}.{day.year}")
    keys.press(page.get_by_role("checkbox", name=re.compile("holidays")), "Space")  # whatever day it is
    keys.follow(page.get_by_role("button", name="Show the dates"))
    keys.follow(page.get_by_role("button", name="Make them as drafts"))
    keys.follow(page.locator(".crumbs").get_by_role("link", name=name))
    keys.follow(page.locator("main").get_by_role("link", name="Edit", exact=True).first)
    _write_clock(keys, page, "starts_at_1", "14:00")
    _write_clock(keys, page, "ends_at_1", "17:00")
    keys.pick(page.get_by_role("radio", name=re.compile("all that follow")))
    keys.follow(page.get_by_role("button", name="Save", exact=True))
    keys.follow(page.locator("[aria-labelledby=series]").get_by_role("link", name=name))
    expect(page.locator(".event-facts")).to_contain_text("14:00–17:00")
    expect(page.locator(".programme")).to_contain_text("14:00–14:20")
