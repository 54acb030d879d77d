"""A network's first year by the keyboard: from the operating model to the report that anybody can read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .test_board import COORDINATOR
from .walking import unique

INVITED, JOINED, MEETINGS = 30, 12, 5
GROUPS = ("Hankinnat", "Koulutus", "Ohjausryhmä")


def test_a_networks_first_year(desk: Desk) -> None:
    around = desk.server.ask("neighbours", count=INVITED)
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    slug = found(page, keys, around["theme"])
    for name in GROUPS:
        make_a_group(page, keys, slug, name)
    invite(page, keys, slug)
    member = members_join(desk, slug)
    plan_the_series(page, keys, slug)
    come_from_the_notice(desk, member, slug)
    meeting = desk.server.ask("all_register", slug=slug)
    sit_in_tables(page, keys, slug, meeting)
    write_the_minutes(page, keys, slug, meeting)
    publish_the_report(desk, page, keys, slug)


def found(page: Page, keys: Keyboard, theme: str) -> str:
    page.goto("/fi/models/networking-support/")
    keys.follow(page.get_by_role("link", name="Käynnistä teemaverkosto"))
    expect(page.locator("main")).to_contain_text("Yritysten verkostoitumisen tuki")
    keys.write(page.locator("[name=name_fi]"), unique("Selaimen verkosto "))
    keys.write(page.locator("[name=themes_find]"), theme)
    keys.pick(page.locator(".picker__found").get_by_label(theme, exact=True).first)
    keys.write(page.locator("[name=purpose_fi]"), "Kootaan samaa tekevät yhteen. Vuoden päästä on yhteinen hanke.")
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    expect(page.locator("#guide")).to_be_visible()
    keys.follow(page.get_by_role("button", name="Käynnistä verkosto"))
    return page.url.rstrip("/").rpartition("/")[2]


def make_a_group(page: Page, keys: Keyboard, slug: str, name: str) -> None:
    page.goto(f"/fi/networks/{slug}/")
    keys.follow(page.get_by_role("link", name="Uusi ryhmä"))
    keys.write(page.locator("[name=name]"), name)
    keys.follow(page.get_by_role("button", name="Perusta ryhmä"))
    page.goto(f"/fi/networks/{slug}/")
    expect(page.locator("[aria-labelledby=groups]")).to_contain_text(name)


def invite(page: Page, keys: Keyboard, slug: str) -> None:
    """Fifteen are proposed at a time; each batch is written to with one letter."""
    for batch in (1, 2):
        page.goto(f"/fi/networks/{slug}/members/proposed/")
        expect(page.locator("[name=profile]")).to_have_count(INVITED // 2)
        for one in page.locator("[name=profile]").all():
            keys.pick(one)
        keys.follow(page.get_by_role("button", name="Kirjoita kirje"))
        keys.follow(page.get_by_role("button", name="Lähetä kirjeet"))
        page.goto(f"/fi/networks/{slug}/")
        expect(page.locator("[aria-labelledby=coordinating]")).to_contain_text(f"{batch * INVITED // 2} kutsuttu")


def members_join(desk: Desk, slug: str) -> str:
    """One in the browser, eleven of their own accord. The address of the one."""
    email = desk.server.ask("invited", slug=slug)[0]
    page = desk.open(desk.server.ask("session", email=email))
    keys = Keyboard(page)
    page.goto(f"/fi/networks/{slug}/")
    keys.follow(page.get_by_role("link", name="Katso ja vastaa"))
    keys.follow(page.get_by_role("button", name="Liity", exact=True))
    assert desk.server.ask("join", slug=slug, people=JOINED - 1) == JOINED
    page.goto(f"/fi/networks/{slug}/")
    expect(page.locator("main")).to_contain_text(f"{JOINED} jäsentä")
    return str(email)


def plan_the_series(page: Page, keys: Keyboard, slug: str) -> None:
    page.goto(f"/fi/networks/{slug}/")
    keys.follow(page.locator("#guide ~ * , .guide").get_by_role("link", name="Sopikaa, milloin tapaatte").first)
    first = (datetime.now().astimezone() + timedelta(days=14)).replace(hour=9, minute=0)
    keys.write_moment(page.locator("[name=first]"), first)
    keys.write_moment(page.locator("[name=at]"), first)
    keys.write(page.locator("[name=count]"), str(MEETINGS))
    keys.pick(page.locator("[name=in_turn]"))
    keys.follow(page.get_by_role("button", name="Näytä päivät"))
    expect(page.locator("#found")).to_contain_text(f"{MEETINGS} tapaamista")
    keys.follow(page.get_by_role("button", name="Vie ne kalenteriin"))
    expect(page.locator("main a[href*='/meetings/']")).not_to_have_count(0)


def come_from_the_notice(desk: Desk, email: str, slug: str) -> None:
    """A member hears of the planned meetings, and registers for the first of them."""
    page = desk.open(desk.server.ask("session", email=email))
    keys = Keyboard(page)
    page.goto("/fi/notifications/")
    keys.follow(page.get_by_role("link", name=re.compile(f"^{MEETINGS} tapaamista on sovittu")))
    expect(page).to_have_url(re.compile(f"/fi/networks/{slug}/meetings/$"))
    keys.follow(page.locator("main .thread > .now").get_by_role("link", name=re.compile("^Ilmoittaudu")))
    keys.follow(page.locator("main form[action$='/register/'] button"))
    page.goto(f"/fi/networks/{slug}/meetings/")
    expect(page.locator("main .thread > .now")).to_contain_text("Olet tulossa")
    page.goto("/fi/networks/")
    expect(page.locator("[aria-labelledby=yours]")).to_contain_text("Olet tulossa")


def sit_in_tables(page: Page, keys: Keyboard, slug: str, meeting: int) -> None:
    page.goto(f"/fi/networks/{slug}/meetings/{meeting}/")
    keys.follow(page.get_by_role("link", name="Jaa pöytiin"))
    keys.follow(page.get_by_role("button", name="Jaa pöytiin kaikki ilmoittautuneet"))
    expect(page.locator("main")).to_contain_text("Pöytä 3")
    page.goto(f"/fi/networks/{slug}/who-has-met/")
    expect(page.locator("main table").first).to_be_visible()


def write_the_minutes(page: Page, keys: Keyboard, slug: str, meeting: int) -> None:
    page.goto(f"/fi/networks/{slug}/meetings/{meeting}/")
    keys.follow(page.get_by_role("link", name="Kirjoita muistio"))
    keys.write(page.locator("[name=text]").first, "Sovittiin yhteisestä hankinnasta.")
    keys.write(page.locator("[name=decisions]"), "Pyydetään tarjous yhdessä.")
    keys.follow(page.get_by_role("button", name="Tallenna", exact=True))
    keys.follow(page.get_by_role("button", name="Hyväksy ja lähetä jäsenille"))
    expect(page.locator("main")).to_contain_text("Hyväksytty")


def publish_the_report(desk: Desk, page: Page, keys: Keyboard, slug: str) -> None:
    """From what the coordinator sees of the year; anybody reads it, in their language."""
    page.goto(f"/fi/networks/{slug}/")
    keys.follow(page.get_by_role("link", name="Miten verkostolla menee"))
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    keys.follow(page.locator("main a[href*='/reports/']").first)
    keys.follow(page.get_by_role("link", name="Kirjoita omat sanasi"))
    keys.write(page.locator("[name=words_fi]"), "Kokoonnuimme ja sovimme yhteisestä hankinnasta.")
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    keys.follow(page.get_by_role("button", name="Julkaise raportti"))
    stranger = desk.open()
    for language, title in (("fi", "Vuosiraportti"), ("sv", "Årsrapport"), ("en", "Yearly report")):
        stranger.goto(re.sub(r"/fi/", f"/{language}/", page.url, count=1))
        expect(stranger.locator("main")).to_contain_text(title)
        expect(stranger.locator("main")).to_contain_text("Kokoonnuimme ja sovimme")
        expect(stranger.locator("[lang=fi]", has_text="Kokoonnuimme").first).to_be_visible()


KEY_PAGES = {
    "sv": {"": "Medlemmar", "members/proposed/": "Föreslagna medlemmar", "meetings/": "Möten", "year/": "Hur det går"},
    "en": {"": "Members", "members/proposed/": "Proposed members", "meetings/": "Meetings", "year/": "How it is going"},
}


@pytest.mark.parametrize("language", sorted(KEY_PAGES))
def test_key_pages_in_other_languages(desk: Desk, language: str) -> None:
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    page.goto(f"/{language}/networks/")
    link = page.locator("main h3 a, main h2 a, main .rows a").first.get_attribute("href")
    assert link
    for path, title in KEY_PAGES[language].items():
        page.goto(f"{link}{path}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("main")).to_contain_text(title)
