"""The day by the keyboard: the organiser's board, and a participant's whole way on a phone."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

PHONE = {"width": 390, "height": 844}
COORDINATOR = "koordinaattori@solmu.example"


def board_of(desk: Desk, facts: dict[str, Any]) -> Page:
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    page.goto(f"/fi/events/{facts['slug']}/board/")
    return page


def test_a_no_show_and_a_latecomer_are_repaired_from_the_board(desk: Desk) -> None:
    facts = desk.server.ask("today", people=6)
    agreed = desk.server.ask("day", slug=facts["slug"])["agreed"]
    page = board_of(desk, facts)
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name=re.compile("^Ei tule")).first)
    keys.follow(page.get_by_role("button", name="Näytä, mikä muuttuisi"))
    settle(page)
    shown = page.locator("main")
    expect(shown).to_contain_text("Mitä korjaus muuttaisi")
    assert desk.server.ask("day", slug=facts["slug"])["agreed"] == agreed, "nothing has changed yet"
    keys.follow(shown.get_by_role("button", name=re.compile("^Korjaa")))
    after = desk.server.ask("day", slug=facts["slug"])["agreed"]
    assert after < agreed

    late = desk.server.ask("latecomer", slug=facts["slug"])
    keys.follow(page.get_by_role("navigation", name="Kierroksen näkymät").get_by_role("link", name="Päivä"))
    keys.follow(page.get_by_role("link", name=re.compile(f"Etsi tapaamisia.*{late['name']}")))
    here = page.get_by_role("checkbox", name=re.compile(f"Yritys {facts['mark']}"))
    expect(here).to_have_count(5)  # all but the one who does not come
    for number in range(2):
        keys.pick(here.nth(number))
    keys.follow(page.get_by_role("button", name="Näytä, mikä muuttuisi"))
    settle(page)
    expect(shown).to_contain_text(late["profile"])
    keys.follow(shown.get_by_role("button", name=re.compile("^Korjaa")))
    assert desk.server.ask("day", slug=facts["slug"])["agreed"] == after + 2


def settle(page: Page) -> None:
    """The repair is made; its page leads on to the round."""
    link = page.locator("main").get_by_role("link", name=re.compile("^Katso"))
    expect(link.first).to_be_visible(timeout=40_000)
    Keyboard(page).follow(link.first)


def test_a_meeting_is_moved_by_the_keyboard_and_the_board_follows(desk: Desk) -> None:
    facts = desk.server.ask("today", people=4)
    page = board_of(desk, facts)
    watched = board_of(desk, facts)
    keys = Keyboard(page)
    still = page.locator("#board-live td").filter(has=page.locator("a.cell")).filter(has_not_text="siirtyi")
    first = still.first.locator("a.cell")
    names = first.locator("b").inner_text()
    moved = page.locator("#board-live .state", has_text="siirtyi")
    before = moved.count()
    keys.follow(first)
    expect(page.locator("#move")).to_contain_text(names)
    keys.follow(page.locator("#move a.cell", has_text="Tähän").last)
    expect(page.locator("main")).to_contain_text("Mitä siitä seuraisi")
    seen = watched.locator("#board-live .state", has_text="siirtyi")
    expect(seen).to_have_count(before)
    keys.follow(page.get_by_role("button", name="Siirrä ja kerro asianosaisille"))
    expect(moved).to_have_count(before + 1)
    expect(seen).to_have_count(before + 1)
    keys.follow(page.get_by_role("button", name="Peru viimeisin muutos"))
    expect(page.locator("main")).to_contain_text("Muutos on peruttu")


def middle(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 2 + 2


def test_dragging_shows_what_would_follow(desk: Desk) -> None:
    facts = desk.server.ask("today", people=4)
    page = board_of(desk, facts)
    page.set_viewport_size({"width": 1440, "height": 1600})
    page.locator("#board-live a.cell").first.hover()
    page.mouse.down()
    target = page.locator("#board-live td.free[data-slot]").last
    target.hover()
    page.mouse.move(*middle(target))
    expect(target).to_have_class(re.compile("drop"))
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("Mitä siitä seuraisi")


def test_an_announcement_from_the_board_comes_to_an_open_phone(desk: Desk) -> None:
    facts = desk.server.ask("today", people=4)
    phone = desk.open(desk.server.ask("session", email=facts["people"][0]["email"]), viewport=PHONE)
    phone.goto(f"/fi/events/{facts['slug']}/my-day/")
    expect(phone.locator("#my-day")).to_have_attribute("data-kept", "yes")
    page = board_of(desk, facts)
    keys = Keyboard(page)
    keys.write(page.get_by_label("Mitä kerrot"), "Kahvi on katettu aulaan.")
    keys.follow(page.get_by_role("button", name="Tiedota"))
    expect(phone.locator("#day-said")).to_contain_text("Kahvi on katettu aulaan.")
    keys.follow(page.get_by_role("button", name=re.compile("^Lopeta")))
    expect(phone.locator("#day-said li")).to_have_count(0)


def test_a_participants_whole_way_on_a_phone(desk: Desk) -> None:
    """Registers, asks for a meeting, gets a time as it is accepted, has it in their day, tells that they are late, asks
    for another time, and says afterwards what came of it."""
    facts = desk.server.ask("today", people=4)
    email = f"{unique('matka')}@solmu.example"
    desk.server.ask("person", email=email, name="Maija Matkalla")
    desk.server.ask("company", email=email, name=unique("Matka "))
    desk.server.ask("reopen", slug=facts["slug"])
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE)
    keys = Keyboard(page)
    page.goto(f"/fi/events/{facts['slug']}/")
    keys.follow(page.get_by_role("button", name="Ilmoittaudu"))
    expect(page.locator("main")).to_contain_text("Sinulla on paikka")

    other = facts["people"][1]
    page.goto(f"/fi/events/{facts['slug']}/round/people/")
    keys.follow(page.get_by_role("link", name=re.compile(f"Pyydä tapaamista.*{re.escape(other['profile'])}")))
    keys.write(page.get_by_label("Miksi haluaisit tavata?"), "Puhutaan kuljetuksista.")
    keys.follow(page.get_by_role("button", name="Lähetä pyyntö"))
    theirs = desk.open(desk.server.ask("session", email=other["email"]), viewport=PHONE)
    theirs.goto(f"/fi/events/{facts['slug']}/my-day/")
    their_keys = Keyboard(theirs)
    their_keys.follow(theirs.get_by_role("button", name="Hyväksy").first)

    page.goto(f"/fi/events/{facts['slug']}/my-day/")
    day = page.locator("#day-live")
    expect(day.locator(".next-name")).to_have_text(other["profile"])
    expect(day).to_contain_text("Tarjoamme hakkeen kuljetusta")
    keys.choose(page.get_by_label("Kuinka paljon olet myöhässä?"), "20")
    keys.follow(page.get_by_role("button", name="Kerro"))
    expect(page.locator("#late")).to_contain_text("Olet kertonut tulevasi")

    keys.follow(day.get_by_role("link", name=re.compile("^Toinen aika")))
    last = page.get_by_role("radio").last
    keys.pick(last)
    keys.follow(page.get_by_role("button", name="Pyydä"))
    expect(day).to_contain_text("Olet pyytänyt aikaa")
    theirs.goto(f"/fi/events/{facts['slug']}/my-day/")
    their_keys.follow(theirs.locator("#day-live").get_by_role("link", name=re.compile("^Vastaa")))
    their_keys.follow(theirs.get_by_role("button", name=re.compile("^Tavataan klo")))
    expect(day.locator(".badge", has_text="Siirtyi")).to_be_visible()
    expect(page.locator("body")).to_have_js_property("scrollWidth", PHONE["width"])

    desk.server.ask("held", slug=facts["slug"], email=email)
    keys.follow(day.get_by_role("link", name=other["profile"], exact=True))
    came = page.get_by_role("region", name="Mitä siitä seurasi?")
    happened = came.get_by_role("button", name="Tapasimme", exact=True)
    keys.follow(happened)
    expect(happened).to_have_attribute("aria-pressed", "true")
