"""One's own day on a phone: while the network is away, after signing out, and as it changes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from .conftest import Desk
from .keyboard import Keyboard

PHONE = {"width": 390, "height": 844}
KEPT_AT = """async address => {
    const kept = await caches.match(new URL(address, location.origin).href);
    return (await kept.text()).match(/data-made="(\\d+)"/)[1];
}"""
"""When the page was made that the phone keeps."""
KEPT_WITHIN = 30_000
"""Milliseconds: the worker is fetched, begins its work, and the page and its files are fetched once more."""
SIGNS = ("ERR_INTERNET_DISCONNECTED", "WebSocket", "[object Event]")
"""What Chromium and the pages' sockets log while the network is away."""
AWAY = SIGNS[0]


def forgive(desk: Desk) -> None:
    """What is logged because the network was away."""
    desk.problems = [one for one in desk.problems if not any(sign in one for sign in SIGNS)]


def kept(page: Page) -> list[str]:
    """Which days the phone keeps."""
    found: list[str] = page.evaluate(
        """async () => (await caches.keys()).filter(name => name.startsWith("solmu-day-"))"""
    )
    return found


def opened(desk: Desk, facts: dict[str, Any], number: int) -> Page:
    page = desk.open(desk.server.ask("session", email=facts["people"][number]["email"]), viewport=PHONE)
    page.goto(f"/fi/events/{facts['slug']}/my-day/")
    expect(page.locator("#my-day")).to_have_attribute("data-kept", "yes", timeout=KEPT_WITHIN)
    return page


def test_the_day_opens_without_a_network_and_is_gone_after_signing_out(desk: Desk) -> None:
    facts = desk.server.ask("today")
    page = opened(desk, facts, 0)
    keys = Keyboard(page)
    expect(page.locator(".timer")).to_be_visible()
    first = page.locator(".next-name").inner_text()

    page.context.set_offline(True)
    page.goto(f"/fi/events/{facts['slug']}/my-day/", wait_until="domcontentloaded")
    expect(page.locator(".next-name")).to_have_text(first)
    made = page.evaluate(KEPT_AT, f"/fi/events/{facts['slug']}/my-day/")
    assert made
    expect(page.locator("#day-live")).to_have_attribute("data-made", made)
    expect(page.locator("#day-line")).to_contain_text("Ei verkkoa. Tässä on tilanne klo")
    expect(page.locator(".timer")).to_be_visible()
    keys.choose(page.get_by_label("Kuinka paljon olet myöhässä?"), "15")
    keys.press(page.get_by_role("button", name="Kerro"))
    expect(page.locator("#day-line")).to_contain_text("Viesti lähtee heti, kun verkko palaa.")
    assert desk.server.ask("day", slug=facts["slug"])["late"] == []

    page.context.set_offline(False)
    expect(page.locator("#late")).to_contain_text("Olet kertonut tulevasi", timeout=25_000)
    assert [name for name, _at in desk.server.ask("day", slug=facts["slug"])["late"]] == [facts["people"][0]["name"]]
    expect(page.locator("#my-day")).to_have_attribute("data-kept", "yes", timeout=KEPT_WITHIN)
    assert len(kept(page)) == 1

    page.goto("/fi/account/settings/")
    keys.follow(page.get_by_role("button", name="Kirjaudu ulos"))
    expect(page.locator("body:not([data-signed-in])")).to_be_attached()
    page.reload()
    assert kept(page) == []
    page.context.set_offline(True)
    with pytest.raises(Error, match=AWAY):
        page.goto(f"/fi/events/{facts['slug']}/my-day/")
    page.context.set_offline(False)
    forgive(desk)


def test_another_persons_day_takes_the_place_of_the_first_ones(desk: Desk) -> None:
    """Two on one phone, the second signed in without a page on which nobody was: nobody gets the other's day."""
    facts = desk.server.ask("today")
    page = opened(desk, facts, 0)
    mine = kept(page)
    session = desk.server.ask("session", email=facts["people"][1]["email"])
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.server.url}])
    page.goto(f"/fi/events/{facts['slug']}/my-day/")
    expect(page.locator("#my-day")).to_have_attribute("data-kept", "yes", timeout=KEPT_WITHIN)
    expect(page.locator("h1")).to_contain_text(facts["people"][1]["name"].split()[0])
    theirs = kept(page)
    assert len(theirs) == 1
    assert theirs != mine
    own = page.locator(".next-name").inner_text()
    page.context.set_offline(True)
    page.goto(f"/fi/events/{facts['slug']}/my-day/", wait_until="domcontentloaded")
    expect(page.locator(".next-name")).to_have_text(own)
    page.context.set_offline(False)
    forgive(desk)


def test_what_is_announced_comes_to_an_open_page(desk: Desk) -> None:
    facts = desk.server.ask("today")
    page = opened(desk, facts, 2)
    expect(page.locator("#day-said li")).to_have_count(0)
    desk.server.ask("announce", slug=facts["slug"], text="Kahvi on katettu aulaan.")
    page.reload()
    expect(page.locator("#day-said li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
