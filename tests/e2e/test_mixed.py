"""A day of two kinds of rounds, from the organiser's first press to what a participant sees."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard

COORDINATOR = "koordinaattori@solmu.example"
COMPANY = "yritys@solmu.example"


def add_round(page: Page, slug: str, style: str, begins: str, ends: str) -> None:
    keys = Keyboard(page)
    page.goto(f"/fi/events/{slug}/round/add/")
    keys.pick(page.get_by_role("radio", name=re.compile(style)))
    page.locator("[name=starts_at_1]").fill(begins)
    page.locator("[name=ends_at_1]").fill(ends)
    keys.follow(page.get_by_role("button", name="Avaa kierros pyynnöille"))


def make_and_publish(page: Page, press: str) -> None:
    keys = Keyboard(page)
    keys.follow(page.get_by_role("button", name=press))
    link = page.locator("main").get_by_role("link", name=re.compile("^Katso"))
    expect(link.first).to_be_visible(timeout=60_000)
    keys.follow(link.first)
    keys.follow(page.get_by_role("button", name="Julkaise aikataulu"))


def test_a_morning_of_own_tables_and_an_afternoon_in_which_all_move(desk: Desk) -> None:
    facts = desk.server.ask("mixed")
    slug = facts["slug"]
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    add_round(page, slug, "omat pöydät", "09:00", "11:00")
    keys.follow(page.get_by_role("link", name="Valitse, kenellä on oma pöytä"))
    for name in facts["names"][:2]:
        keys.pick(page.get_by_role("checkbox", name=re.compile(re.escape(name))))
    keys.follow(page.get_by_role("button", name="Tallenna"))
    expect(page.locator("main")).to_contain_text("Pöytä 2")
    assert desk.server.ask("ask_seated", slug=slug) == 2 * (len(facts["names"]) - 2)
    page.goto(f"/fi/events/{slug}/round/")
    make_and_publish(page, "Tee aikataulu")

    add_round(page, slug, "Kaikki kiertävät", "13:00", "14:00")
    expect(page).to_have_url(re.compile(rf"/{slug}/round/2/$"))
    make_and_publish(page, "Tee ohjelma")

    mine = desk.open(desk.server.ask("session", email=COMPANY))
    mine.goto(f"/fi/events/{slug}/my-day/")
    hours = mine.locator(".thread time.hour").all_inner_texts()
    begins = [int(hour.split(".")[0]) for hour in hours]
    assert len([hour for hour in begins if hour < 11]) == len(facts["names"]) - 2, hours
    assert len([hour for hour in begins if hour >= 13]) == 1, "the other who sat: the rest were met in the morning"
    assert begins == sorted(begins)
    expect(mine.locator("main aside")).to_contain_text("Pikatapaamiset, 13.00–14.00")
