"""The market, from both sides, in Finnish and by the keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

ANSWERED = 60_000
"""As long as the page itself looks for an answer: a worker that has other things before it comes to it."""
A_PAGE = 20
"""Rows of the market before anything is searched for: the demo has more."""
TAR = [
    {"does": "Rakennamme puuveneitä ja korjaamme niitä.", "seeks": "Etsimme hautatervaa veneiden pintaan."},
    {"does": "Poltamme hautatervaa.", "offers": "Myymme hautatervaa veneiden ja kattojen pintaan."},
]


def test_a_need_is_posted_answered_and_closed_as_found(desk: Desk) -> None:
    emails = [f"{unique('vene')}@vene.example", f"{unique('terva')}@terva.example"]
    names = [f"Venetupa {unique('')} Oy", f"Tervahauta {unique('')} Oy"]
    desk.server.ask("pair", emails=emails, names=names, texts=TAR)
    page, there = (desk.open(desk.server.ask("session", email=email)) for email in emails)
    keys, theirs = Keyboard(page), Keyboard(there)
    title = f"Hautatervaa {unique('')} litraa"

    page.goto("/fi/market/")
    keys.follow(page.get_by_role("link", name="Uusi tarjous tai tarve").first)
    keys.write(page.locator("[name=title]"), title)
    keys.write(page.locator("[name=text]"), "Tarvitsemme hautatervaa kahden puuveneen pintaan huhtikuussa.")
    keys.follow(page.get_by_role("button", name="Julkaise"))
    expect(page.locator(".summary")).to_be_focused()
    assert page.locator("[name=title]").input_value() == title
    keys.pick(page.get_by_label("Tarvitsemme", exact=True))
    keys.choose(page.locator("[name=kind]"), "Materiaalin")
    keys.write_moment(page.locator("[name=last_day]"), datetime.now().astimezone() + timedelta(days=60))
    keys.follow(page.get_by_role("button", name="Julkaise"))
    own = page.url
    expect(page.locator("#suits")).to_contain_text("Tervahauta", timeout=ANSWERED)

    there.goto("/fi/market/")
    theirs.write(there.locator("#q"), title)
    theirs.press(there.locator("#q"))
    expect(there.locator("#market-rows > .rows > li")).not_to_have_count(A_PAGE)
    theirs.follow(there.locator("#market-rows").get_by_role("link", name=title))
    theirs.follow(there.get_by_role("link", name="Kerro, että sinulla on sitä"))
    theirs.write(there.locator("[name=text]"), "Meillä on viime kesän hautatervaa. Paljonko tarvitsette?")
    theirs.follow(there.get_by_role("button", name="Lähetä", exact=True))
    expect(there.locator("main")).to_contain_text("Vastauksesi on lähetetty")

    page.goto(own)
    answers = page.locator("[aria-labelledby=answers]")
    expect(answers).to_contain_text(names[1])
    keys.follow(answers.get_by_role("link"))
    expect(page.locator("main")).to_contain_text("viime kesän hautatervaa")
    expect(page.locator("main")).to_contain_text(title)
    page.goto("/fi/market/own/")
    row = page.locator("main li", has=page.get_by_role("link", name=title, exact=True))
    expect(row).to_contain_text("1 vastaus")
    page.goto(own)
    keys.follow(page.locator("main").get_by_role("link", name=re.compile(f"^Sulje ?: {title}")))
    keys.pick(page.get_by_label("Löytyi täältä", exact=True))
    keys.choose(page.locator("[name=found]"), names[1])
    keys.follow(page.get_by_role("button", name="Sulje", exact=True))
    expect(page.locator("main")).to_contain_text(f"Löytyi täältä: {names[1]}")

    gone = there.goto(own)
    assert gone is not None
    assert gone.status == 410
    desk.problems = [one for one in desk.problems if own not in one]  # Chromium logs what is gone
    expect(there.locator("main")).not_to_contain_text("Kerro, että sinulla on sitä")
    there.goto(f"/fi/market/?q={title}")
    expect(there.locator("#market-rows")).not_to_contain_text(title)
