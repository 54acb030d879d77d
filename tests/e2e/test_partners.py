"""Finding partners, from both sides, in Finnish and by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

ANSWERED = 60_000
"""As long as the page itself looks for an answer: a worker that has other things before it comes to it."""
BEES = [
    {
        "does": "Kasvatamme pensasmustikkaa ja vadelmaa.",
        "offers": "Tarjoamme mehiläispesille paikan marjatilan laidalta.",
    },
    {
        "does": "Hoidamme mehiläistarhaa ja linkoamme hunajaa.",
        "offers": "Tuomme mehiläispesät tilalle pölyttämään marjapensaita.",
        "seeks": "Etsimme marjatilaa, jonka laidalla mehiläispesille on paikka.",
    },
]


def test_a_need_becomes_a_connection(desk: Desk) -> None:
    """One describes what is needed, finds a partner with reasons and is interested; so is the other side."""
    emails = [f"{unique('marja')}@marja.example", f"{unique('mehi')}@mehi.example"]
    names = [f"Marjatila {unique('')} Oy", f"Mehiläistarha {unique('')} Oy"]
    slugs = desk.server.ask("pair", emails=emails, names=names, texts=BEES)
    page, there = (desk.open(desk.server.ask("session", email=email)) for email in emails)
    keys, theirs = Keyboard(page), Keyboard(there)
    page.goto("/fi/partners/")
    keys.follow(page.locator("main").get_by_role("link", name="Kerro, mitä tarvitset"))
    keys.write(page.get_by_label("Mitä etsit?"), "ja että")
    keys.follow(page.get_by_role("button", name="Etsi kumppaneita"))
    expect(page.locator(".summary")).to_be_focused()
    keys.write(page.get_by_label("Mitä etsit?"), "Tarvitsemme mehiläispesiä pölyttämään mustikkapensaita kesäkuussa.")
    keys.follow(page.get_by_role("button", name="Etsi kumppaneita"))
    row = page.locator("#answer .rows > li", has=page.get_by_role("link", name=names[1]))
    expect(row).to_be_visible(timeout=ANSWERED)
    assert row.locator(".why li").count() >= 2
    expect(row.locator("mark").first).to_contain_text("mehiläispesiä")
    expect(page.locator("#need-told")).to_contain_text("löytyi")
    keys.follow(row.get_by_role("button", name="Kiinnostaa"))
    expect(row).to_contain_text("odottaa heidän vastaustaan")

    there.goto(f"/fi/partners/?for={slugs[1]}&open={slugs[0]}")
    expect(there.locator("#open-name")).to_contain_text(names[0])
    theirs.press(there.get_by_role("button", name="Kiinnostaa", exact=True))
    expect(there.locator(".toast")).to_contain_text(names[0])
    theirs.follow(there.locator(".toast").get_by_role("link"))
    expect(there.locator("main")).to_contain_text(names[0])

    page.reload()
    expect(row).to_contain_text("Yhteys")
    keys.follow(row.get_by_role("link", name="Avaa yhteys"))
    expect(page.locator("main h2", has_text=names[1])).to_be_visible()
    page.goto("/fi/partners/need/")
    keys.follow(page.get_by_role("button", name=re.compile("^Poista.*mehiläispesiä")))
    expect(page.locator("main")).not_to_contain_text("Tarvitsemme mehiläispesiä")


@pytest.mark.parametrize(
    ("language", "press", "told", "text"),
    [
        ("fi", "Etsi kumppaneita", "He tarjoavat", "Etsimme seinäelementtien valmistajaa koululle."),
        ("sv", "Sök partner", "De erbjuder", "Vi söker kutterspån och flis."),
        ("en", "Look for partners", "They offer", "We are looking for wood shavings and wood chips."),
    ],
)
def test_one_without_a_profile_describes_a_need(desk: Desk, language: str, press: str, told: str, text: str) -> None:
    email = f"{unique('uusi')}@tarve.example"
    desk.server.ask("person", email=email)
    page = desk.open(desk.server.ask("session", email=email))
    keys = Keyboard(page)
    page.goto(f"/{language}/partners/")
    keys.follow(page.locator("main a[href$='/partners/need/']"))
    keys.write(page.locator("[name=text]"), text)
    keys.follow(page.get_by_role("button", name=press))
    expect(page.locator("#answer .why").first).to_be_visible(timeout=ANSWERED)
    expect(page.locator("#answer")).to_contain_text(told)
    expect(page.locator("#answer a[href$='/join/']")).to_be_visible()
    keys.follow(page.locator("#answer .rows h3 a").first)
    expect(page).to_have_url(re.compile(f"/{language}/profiles/"))


SHEEP = [
    {"seeks": "Etsimme lampaita laiduntamaan perinneniittyä.", "does": "Hoidamme perinneniittyjä saaristossa."},
    {"offers": "Tuomme lampaita laiduntamaan niittyjä.", "does": "Kasvatamme suomenlampaita."},
    {"offers": "Vuokraamme lampaita niittyjen laiduntajiksi.", "does": "Meillä on sata lammasta."},
]


def test_what_is_not_relevant_teaches_the_list(desk: Desk) -> None:
    """The answered one goes, the one like it comes lower and says so; what was taught is taken back."""
    emails = [f"{unique('niitty')}-{number}@niitty.example" for number in range(3)]
    names = [f"Niitty {unique('')} Oy", f"Lammastila {unique('')} Oy", f"Katras {unique('')} Oy"]
    asker, first, _second = desk.server.ask("pair", emails=emails, names=names, texts=SHEEP)
    page = desk.open(desk.server.ask("session", email=emails[0]))
    keys = Keyboard(page)
    page.goto(f"/fi/partners/?for={asker}&open={first}")
    suggested = page.locator("#suggestions")
    expect(suggested).to_contain_text(names[2])
    keys.press(page.locator("summary", has_text="Ei sovi juuri nyt"))
    keys.pick(page.get_by_label("Aihe on väärä"))
    keys.press(page.get_by_role("button", name="Tallenna vastaus"))
    expect(suggested.locator("#open-name, .one h3").filter(has_text=names[1])).to_have_count(0)
    expect(suggested).to_contain_text(names[2])
    expect(suggested).to_contain_text("Alempana, koska sanoit")

    page.goto(f"/fi/partners/lessons/?for={asker}")
    expect(page.locator("main")).to_contain_text(names[1])
    keys.follow(page.get_by_role("button", name=re.compile("^Unohda tämä")))
    page.goto(f"/fi/partners/?for={asker}")
    expect(suggested).to_contain_text(names[2])
    expect(suggested).not_to_contain_text("Alempana, koska sanoit")
