"""An organiser's whole day by the keyboard: from a template to what came of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .test_board import COORDINATOR, settle
from .walking import unique


def test_an_organisers_whole_day(desk: Desk) -> None:
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    slug = begin_from_a_template(page, keys)
    assert desk.server.ask("come", slug=slug, people=60) == 60
    make_the_round(desk, page, keys, slug)
    on_the_day(desk, page, keys, slug)

    desk.server.ask("day_over", slug=slug)
    page.goto(f"/fi/events/{slug}/")
    keys.follow(page.get_by_role("link", name="Luvut ja raportti"))
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    keys.follow(page.get_by_role("link", name="Raportti tulostettavaksi ja julkaistavaksi"))
    keys.follow(page.get_by_role("button", name="Julkaise raportti"))
    stranger = desk.open()
    stranger.goto(f"/fi/events/{slug}/report/")
    expect(stranger.locator("main")).to_contain_text("Hyvin hyödyllinen")


def begin_from_a_template(page: Page, keys: Keyboard) -> str:
    title = unique("Kumppanuusiltapäivä ")
    page.goto("/fi/events/templates/")
    keys.follow(page.get_by_role("region", name="Valmiit").get_by_role("link", name="Kumppanuusiltapäivä", exact=True))
    keys.write(page.locator("[name=title_fi]"), title)
    day = datetime.now().astimezone() + timedelta(days=20)
    for field, hour in (("starts_at", 12), ("ends_at", 17)):
        moment = day.replace(hour=hour, minute=0)
        keys.write_moment(page.locator(f"[name={field}_0]"), moment)
        keys.write_moment(page.locator(f"[name={field}_1]"), moment)
    keys.write(page.locator("[name=place]"), "Kaupungintalo")
    keys.write(page.locator("[name=capacity]"), "70")
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    keys.follow(page.get_by_role("button", name="Julkaise", exact=True))
    expect(page.locator("h1")).to_contain_text(title)
    return page.url.rstrip("/").rpartition("/")[2]


def make_the_round(desk: Desk, page: Page, keys: Keyboard, slug: str) -> None:
    keys.follow(page.get_by_role("link", name="Aikataulu ja pyynnöt"))
    keys.follow(page.get_by_role("navigation", name="Kierroksen näkymät").get_by_role("link", name="Asetukset"))
    keys.write(page.locator("[name=tables]"), "24")  # not all are taken: one who comes late finds room
    keys.follow(page.get_by_role("button", name="Tallenna"))
    assert desk.server.ask("ask_around", slug=slug) >= 100
    page.reload()
    expect(page.locator("main")).to_contain_text("Osallistujia: 60")
    keys.follow(page.get_by_role("button", name="Tee aikataulu"))
    expect(page.locator("#run")).to_contain_text("Aikataulu on valmis", timeout=60_000)
    keys.follow(page.locator("#run .btn.primary"))
    keys.follow(page.get_by_role("button", name=re.compile("Julkaise aikataulu")))
    expect(page.locator("table.grid a.cell").first).to_be_visible()
    assert desk.server.ask("day", slug=slug)["agreed"] >= 100


def on_the_day(desk: Desk, page: Page, keys: Keyboard, slug: str) -> None:
    """One does not come, and one comes late; the others keep what they have."""
    desk.server.ask("day_begun", slug=slug)
    agreed = desk.server.ask("day", slug=slug)["agreed"]
    page.goto(f"/fi/events/{slug}/board/")
    keys.follow(page.get_by_role("link", name=re.compile("^Ei tule")).first)
    keys.follow(page.get_by_role("button", name="Näytä, mikä muuttuisi"))
    settle(page)
    keys.follow(page.locator("main").get_by_role("button", name=re.compile("^Korjaa")))
    after = desk.server.ask("day", slug=slug)["agreed"]
    assert after < agreed

    late = desk.server.ask("latecomer", slug=slug)
    page.goto(f"/fi/events/{slug}/board/")
    keys.follow(page.get_by_role("link", name=re.compile(f"Etsi tapaamisia.*{late['name']}")))
    for box in page.locator("main").get_by_role("checkbox").all()[:2]:
        keys.pick(box)
    keys.follow(page.get_by_role("button", name="Näytä, mikä muuttuisi"))
    settle(page)
    expect(page.locator("main")).to_contain_text(late["profile"])
    keys.follow(page.locator("main").get_by_role("button", name=re.compile("^Korjaa")))
    assert desk.server.ask("day", slug=slug)["agreed"] > after
