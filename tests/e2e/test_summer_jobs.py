"""A season of summer jobs by the keyboard, from its opening to everybody's answer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .test_mixed import COMPANY, COORDINATOR
from .walking import unique

STUDENT = "opiskelija@solmu.example"


def test_a_season_of_summer_jobs(desk: Desk) -> None:
    host_name = desk.server.ask("season_host")
    host = desk.open(desk.server.ask("session", email=COORDINATOR))
    slug = opened(host, Keyboard(host), host_name)
    company = desk.open(desk.server.ask("session", email=COMPANY))
    task = add_a_place(company, Keyboard(company), slug)
    accept_the_place(host, Keyboard(host), slug, task)
    student = desk.open(desk.server.ask("session", email=STUDENT))
    apply(student, Keyboard(student), slug)
    assert desk.server.ask("season_apply_too", slug=slug, name="Toinen") == 1
    keys = Keyboard(company)
    company.goto(f"/fi/studies/seasons/{slug}/")
    keys.follow(company.get_by_role("link", name=re.compile("^Hakemukset")).first)
    keys.follow(company.get_by_role("button", name=re.compile("Tarjoa paikkaa.*Kaisla")))
    expect(company.locator("main")).to_contain_text("Paikkaa tarjotaan")
    keys = Keyboard(student)
    student.goto(f"/fi/studies/seasons/{slug}/mine/")
    keys.follow(student.get_by_role("button", name=re.compile("^Ota paikka")))
    expect(student.locator("main")).to_contain_text("Sinulla on paikka")
    keys = Keyboard(host)
    host.goto(f"/fi/studies/seasons/{slug}/desk/")
    keys.follow(host.get_by_role("link", name="Päätä kausi nyt"))
    keys.follow(host.get_by_role("button", name="Päätä kausi nyt"))
    expect(host.locator("main")).to_contain_text("Päättynyt")
    assert desk.server.ask("season_answers", slug=slug) == {"Kaisla": ["accepted"], "Toinen": ["passed"]}
    keys.follow(host.get_by_role("button", name="Sama ensi vuonna"))
    expect(host.locator("main")).to_contain_text("Luonnos")
    stranger = desk.open()
    for language, said in (("fi", "Kausi on päättynyt"), ("sv", "Säsongen är slut"), ("en", "The season has ended")):
        stranger.goto(f"/{language}/studies/seasons/{slug}/")
        expect(stranger.locator("main")).to_contain_text(said)


def opened(page: Page, keys: Keyboard, host: str) -> str:
    slug, today = unique("kesa-"), datetime.now().astimezone()
    page.goto("/fi/studies/")
    keys.follow(page.get_by_role("link", name="Uusi kausi"))
    keys.choose(page.locator("[name=host]"), host)
    keys.write(page.locator("[name=name_fi]"), f"Kesätyöt {slug}")
    keys.write(page.locator("[name=slug]"), slug)
    for name, days in (
        ("opens_on", 0),
        ("closes_on", 20),
        ("answers_by", 30),
        ("works_from", 60),
        ("works_until", 120),
    ):
        keys.write_moment(page.locator(f"[name={name}]"), today + timedelta(days=days))
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    keys.follow(page.get_by_role("button", name="Julkaise"))
    expect(page.locator("main")).to_contain_text("Haku on auki")
    return slug


def add_a_place(page: Page, keys: Keyboard, slug: str) -> str:
    """From a ready task; what is wrong in the pay is told at the field. It waits for the host. Returns the task."""
    page.goto(f"/fi/studies/seasons/{slug}/")
    keys.follow(page.get_by_role("link", name="Lisää paikka"))
    keys.follow(page.get_by_role("link", name=re.compile("Ota tämä.*hiilijalanjäl", re.IGNORECASE)).last)
    keys.write(page.locator("[name=pay]"), "paljon")
    keys.follow(page.get_by_role("button", name="Lisää paikka"))
    expect(page.locator("#id_pay_error, [id$=pay_error]").first).to_contain_text("12,50")
    keys.write(page.locator("[name=pay]"), "12,50")
    keys.follow(page.get_by_role("button", name="Lisää paikka"))
    expect(page.locator("main h1")).to_contain_text("iilijalanjäl")
    expect(page.locator("main .note")).to_contain_text("odottaa")
    return page.locator("main h1").inner_text()


def accept_the_place(page: Page, keys: Keyboard, slug: str, task: str) -> None:
    page.goto(f"/fi/studies/seasons/{slug}/desk/")
    expect(page.locator("main")).to_contain_text("Odottaa hyväksyntääsi")
    keys.follow(page.get_by_role("button", name=re.compile(f"^Hyväksy.*{re.escape(task)}")))
    expect(page.locator("main")).not_to_contain_text("Odottaa hyväksyntääsi")


def apply(page: Page, keys: Keyboard, slug: str) -> None:
    page.goto(f"/fi/studies/seasons/{slug}/")
    keys.follow(page.get_by_role("link", name="Hae yhdellä lomakkeella"))
    keys.write(page.locator("[name^=place_]").first, "1")
    keys.write(page.locator("[name=name]"), "Kaisla")
    keys.write(page.locator("[name=contact]"), "040 1234567")
    keys.pick(page.locator("[name=age][value=adult]"))
    keys.write(page.locator("[name=text]"), "Lasken mielelläni ja kysyn, kun en ymmärrä jotakin asiaa.")
    keys.follow(page.get_by_role("button", name="Lähetä hakemus"))
    expect(page.locator("main")).to_contain_text("Odottaa vastausta")
