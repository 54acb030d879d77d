"""Afterwards, by the keyboard: a participant answers from a mail's link; the organiser sees, prints and publishes."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Desk
from .keyboard import Keyboard

COORDINATOR = "koordinaattori@solmu.example"


def test_what_came_of_it_is_answered_from_the_mail_in_one_press(desk: Desk) -> None:
    facts = desk.server.ask("afterwards")
    page = desk.open(viewport={"width": 390, "height": 844})
    keys = Keyboard(page)
    page.goto(facts["path"].replace("/en/", "/fi/") + "?answer=project")
    expect(page.get_by_role("heading", name="Onko siitä syntynyt jotakin?")).to_be_visible()
    assert desk.server.ask("came_of", meeting=facts["meeting"])[0] == ""
    keys.follow(page.get_by_role("button", name="Kyllä: Yhteinen hanke"))
    expect(page.get_by_role("heading", name="Kiitos")).to_be_visible()
    assert desk.server.ask("came_of", meeting=facts["meeting"])[0] == "project"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_organiser_sees_the_figures_and_publishes_the_report(desk: Desk) -> None:
    slug = desk.server.ask("afterwards")["slug"]
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    page.goto(f"/fi/events/{slug}/")
    keys.follow(page.get_by_role("link", name="Luvut ja raportti"))
    main = page.locator("main")
    expect(main.locator("svg[role=img]").first).to_be_visible()
    expect(main).to_contain_text("pareista on sopinut uuden tapaamisen")
    keys.press(main.get_by_text("Samat luvut taulukkona").first)
    expect(main.get_by_role("table").first).to_be_visible()
    keys.follow(page.get_by_role("link", name="Julkaistu raportti"))
    stranger = desk.open()
    assert stranger.request.get(f"/fi/events/{slug}/report/").status == 200
    keys.follow(page.get_by_role("button", name="Poista raportti julkisesta näkyvistä"))
    assert stranger.request.get(f"/fi/events/{slug}/report/").status == 404
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Julkaise raportti")).to_be_hidden()
    expect(page.locator(".outcomes svg").first).to_be_visible()
    page.emulate_media(media="screen")
    keys.follow(page.get_by_role("button", name="Julkaise raportti"))
    expect(main).to_contain_text("Tämän sivun voi lukea kuka tahansa.")
    stranger.goto(f"/fi/events/{slug}/report/")
    expect(stranger.locator("main")).to_contain_text("Hyvin hyödyllinen")
