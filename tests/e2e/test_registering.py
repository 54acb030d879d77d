"""Registering with questions by the keyboard on a phone, and the door while the network is away."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

PHONE = {"width": 390, "height": 844}
COORDINATOR = "koordinaattori@solmu.example"
# Not wait_for_function: when it looks a second time, that is an eval, which the Content-Security-Policy refuses.
CONTROLLED = """() => navigator.serviceWorker.controller ? null : new Promise(
    done => navigator.serviceWorker.addEventListener("controllerchange", () => done(), {once: true}))"""


def test_one_registers_with_questions_by_the_keyboard_on_a_phone(desk: Desk) -> None:
    """A question that follows from an answer appears; what is missing is told, nothing is lost; then the ticket."""
    email = f"{unique('vieras')}@solmu.example"
    desk.server.ask("person", email=email, name="Venla Vieras")
    desk.server.ask("company", email=email, name=unique("Vieras "))
    slug = desk.server.ask("asking")
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE)
    keys = Keyboard(page)
    page.goto(f"/fi/events/{slug}/")
    keys.follow(page.get_by_role("link", name="Ilmoittaudu"))
    plate, power = page.get_by_label("Auton rekisteri"), page.get_by_role("group", name="Tarvitsetko sähköä?")
    expect(plate).to_be_hidden()
    expect(power).to_be_hidden()
    keys.pick(page.get_by_role("radio", name="Näytteilleasettaja"))
    expect(power).to_be_visible()
    keys.pick(page.get_by_role("radio", name="Kävijä"))
    expect(power).to_be_hidden()
    keys.pick(page.get_by_role("checkbox", name="Vegaaninen"))
    keys.follow(page.get_by_role("button", name="Ilmoittaudu"))
    expect(page.locator(".summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Virhe:"))
    expect(page.get_by_role("checkbox", name="Vegaaninen")).to_be_checked()
    expect(page.get_by_role("radio", name="Kävijä")).to_be_checked()
    keys.pick(page.get_by_role("radio", name="Autolla"))
    expect(plate).to_be_visible()
    keys.write(plate, "ABC-123")
    keys.follow(page.get_by_role("button", name="Ilmoittaudu"))
    expect(page.locator("main")).to_contain_text("Sinulla on paikka")
    expect(plate).to_have_value("ABC-123")
    keys.write(plate, "XYZ-789")
    keys.follow(page.get_by_role("button", name="Tallenna vastaukseni"))
    expect(plate).to_have_value("XYZ-789")
    keys.follow(page.get_by_role("link", name="Lippusi"))
    expect(page.get_by_role("img", name="Lipun QR-koodi")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Venla Vieras")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_questions_hold_without_javascript(desk: Desk) -> None:
    email = f"{unique('vanha')}@solmu.example"
    desk.server.ask("person", email=email, name="Väinö Vanha")
    desk.server.ask("company", email=email, name=unique("Vanha "))
    slug = desk.server.ask("asking")
    page = desk.open(desk.server.ask("session", email=email), viewport=PHONE, java_script_enabled=False)
    page.goto(f"/fi/events/{slug}/register/")
    expect(page.locator("main")).to_contain_text("Kysytään, jos vastasit kysymykseen ”Miten tulet?”: Autolla.")
    page.get_by_label("Auton rekisteri").fill("ei koske minua")
    page.get_by_label("Kävijä").check()
    page.get_by_label("Junalla").check()
    page.get_by_role("button", name="Ilmoittaudu").click()
    expect(page.locator("main")).to_contain_text("Sinulla on paikka")
    expect(page.get_by_label("Auton rekisteri")).to_have_value("")


def test_the_door_works_while_the_network_is_away(desk: Desk) -> None:
    """A host's phone loses the network, checks in, is loaded anew, undoes; a helper's phone checks the same ticket in
    meanwhile. When the network comes back, both say the same, and the first one says that somebody was before.
    """
    facts = desk.server.ask("door", people=5)
    first, second, third = (person["name"] for person in facts["people"][:3])
    page = desk.open(desk.server.ask("session", email=COORDINATOR), viewport=PHONE)
    page.goto(f"/fi/events/{facts['slug']}/check-in/")
    expect(page.locator("#door-line")).to_contain_text("Kaikki on ajan tasalla")
    expect(page.locator("#door-ready")).to_contain_text("myös ilman verkkoa")
    page.evaluate(CONTROLLED)
    expect(page.locator("#door-list li")).to_have_count(5)

    page.context.set_offline(True)
    keys = Keyboard(page)
    keys.write(page.locator("#door-q"), facts["people"][0]["spoken"].lower())
    page.keyboard.press("Enter")
    expect(page.locator("#door-said")).to_have_text(f"{first} on kirjattu sisään.")
    expect(page.locator("#door-line")).to_contain_text("Ei verkkoa")
    expect(page.locator("#door-line")).to_contain_text("1 kirjaus on lähettämättä.")
    keys.write(page.locator("#door-q"), second[:6])
    keys.press(button(page, second, "Kirjaa sisään"))
    expect(page.locator("#door-line")).to_contain_text("2 kirjausta on lähettämättä.")
    assert desk.server.ask("presses", slug=facts["slug"])["in"] == []

    page.reload()
    expect(page.locator("#door-line")).to_contain_text("2 kirjausta on lähettämättä.")
    expect(page.locator("#door-count")).to_have_text("2 / 5 on sisällä")
    page.locator("#door-q").fill(facts["people"][0]["code"])
    page.keyboard.press("Enter")
    expect(page.locator("#door-said")).to_contain_text(f"{first} on jo kirjattu sisään")
    page.locator("#door-q").fill(second)
    keys.press(button(page, second, "Peru kirjaus"))
    expect(page.locator("#door-line")).to_contain_text("3 kirjausta on lähettämättä.")

    helper = desk.open(viewport=PHONE)
    helper.goto(f"/fi/events/check-in/{facts['token']}/")
    expect(helper.locator("#door-list li")).to_have_count(5)
    for name in (first, third):
        button(helper, name, "Kirjaa sisään").click()
    expect(helper.locator("#door-count")).to_have_text("2 / 5 on sisällä")
    expect(helper.locator("#door-line")).to_contain_text("Kaikki on ajan tasalla")
    assert set(desk.server.ask("presses", slug=facts["slug"])["in"]) == {first, third}

    page.context.set_offline(False)
    expect(page.locator("#door-line")).to_contain_text("Kaikki on ajan tasalla", timeout=25_000)
    expect(page.locator("#door-line")).not_to_contain_text("lähettämättä")
    page.locator("#door-q").fill("")
    expect(page.locator("#door-count")).to_have_text("2 / 5 on sisällä")
    helper.reload()
    expect(helper.locator("#door-count")).to_have_text("2 / 5 on sisällä")
    # Both phones say the same people and the same times; a phone shows what it knew until it has asked.
    expect(helper.locator("#door-list li.in")).to_have_text(arrived(page), use_inner_text=True)
    known = desk.server.ask("presses", slug=facts["slug"])
    assert set(known["in"]) == {first, third}
    assert known["presses"][:3] == [2, 2, 1]
    desk.problems = [one for one in desk.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_the_door_scans_with_the_camera(desk: Desk) -> None:
    """The browser's reader of codes is put in its place, as this Chromium has none; the picture is a canvas."""
    facts = desk.server.ask("door", people=2)
    page = desk.open(viewport=PHONE)
    page.add_init_script(f"""
        window.read = "{facts["people"][0]["code"]}";
        window.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ["qr_code"]; }}
            async detect() {{
                return window.read ? [{{rawValue: "http://127.0.0.1/events/t/" + window.read + "/"}}] : [];
            }}
        }};
        navigator.mediaDevices.getUserMedia = async () => {{
            const canvas = document.createElement("canvas");
            canvas.getContext("2d").fillRect(0, 0, 9, 9);
            return canvas.captureStream();
        }};
    """)
    page.goto(f"/fi/events/check-in/{facts['token']}/")
    expect(page.locator("#door-line")).to_contain_text("Kaikki on ajan tasalla")
    page.get_by_role("button", name="Lue kameralla").click()
    expect(page.locator("#door-said")).to_have_text(f"{facts['people'][0]['name']} on kirjattu sisään.")
    page.evaluate("window.read = 'AAAAABBBBB'")
    expect(page.locator("#door-said")).to_contain_text("ei ole sellaista lippua")
    page.get_by_role("button", name="Sulje kamera").click()
    expect(page.locator("#door-video")).to_be_hidden()
    assert desk.server.ask("presses", slug=facts["slug"])["in"] == [facts["people"][0]["name"]]


def button(page: Page, name: str, act: str) -> Any:
    return page.locator("#door-list").get_by_role("button", name=re.compile(f"^{act} ?: {name}$"))


def arrived(page: Page) -> list[str]:
    return page.locator("#door-list li.in").all_inner_texts()
