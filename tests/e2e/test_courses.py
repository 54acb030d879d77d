"""A course round with twelve companies and forty students, in Finnish and by the keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .test_theses import upload
from .walking import unique

COMPANIES, STUDENTS = 12, 40
MADE = 60_000
"""A worker that has other things before it comes to the allocation."""
TEXT = "Luokka laskee yritysten hiilijalanjäljet. Yritys tuo vuoden laskut, opiskelijat laskevat ja neuvovat."


def test_a_course_round_from_opening_to_delivered(desk: Desk, tmp_path: Path) -> None:
    emails = {who: f"{unique(who)}@kierros.example" for who in ("opettaja", "yritys", "opiskelija")}
    names = {"opettaja": unique("Kiertokoulu"), "yritys": unique("Höyläämö"), "opiskelija": unique("Kaisla")}
    for who, kind in (("opettaja", "education"), ("yritys", "company")):
        desk.server.ask("published", email=emails[who], kind=kind, name=names[who])
    desk.server.ask("person", email=emails["opiskelija"], name=names["opiskelija"])
    teacher, company, student = (desk.open(desk.server.ask("session", email=email)) for email in emails.values())
    desk_keys, office, pen = Keyboard(teacher), Keyboard(company), Keyboard(student)

    pk = open_round(teacher, desk_keys)
    sign_up(company, office, pk, names["yritys"])
    assert desk.server.ask("fill_companies", pk=pk, count=COMPANIES - 1) == COMPANIES
    teacher.reload()
    expect(teacher.locator("main")).to_contain_text(f"{COMPANIES} yritystä")
    come_in(student, pen, teacher.get_by_label("Linkki opiskelijoillesi").input_value(), names["opiskelija"])
    desk_keys.follow(teacher.get_by_role("button", name="Avaa toiveet"))
    assert desk.server.ask("fill_students", pk=pk, count=STUDENTS - 1) == STUDENTS
    wish(student, pen, pk, names["yritys"])

    give_places(desk, teacher, desk_keys, pk)
    student.goto(f"/fi/studies/courses/{pk}/")
    expect(student.locator("[aria-labelledby=own]")).to_contain_text(f"Paikkasi: {names['yritys']}")
    expect(student.locator("[aria-labelledby=own]")).to_contain_text("Se oli 1. toiveesi.")
    company.goto(f"/fi/studies/courses/{pk}/")
    expect(company.locator("[aria-labelledby=ours]")).to_contain_text(
        re.compile("Teille tulee (1 opiskelija|[2-5] opiskelijaa)")
    )
    expect(company.locator("[aria-labelledby=ours]")).to_contain_text(names["opiskelija"])

    desk_keys.follow(teacher.get_by_role("button", name="Työ alkaa"))
    hand_in(student, pen, tmp_path)
    desk.server.ask("hand_in_all", pk=pk, but=emails["opiskelija"])
    company.reload()
    expect(company.locator("[aria-labelledby=ours]")).to_contain_text("raportti.pdf")
    end(desk, teacher, desk_keys, {"student": (student, pen), "company": (company, office)}, pk)


def open_round(page: Page, keys: Keyboard) -> int:
    """From the hub to a round that is open for companies; returns its number."""
    today = datetime.now().astimezone()
    page.goto("/fi/studies/")
    keys.follow(page.get_by_role("link", name="Uusi kierros"))
    keys.write(page.locator("[name=name]"), unique("Hiilijalanjäljet "))
    keys.write(page.locator("[name=text]"), TEXT)
    for name, days in (("companies_until", 7), ("wishes_until", 14), ("starts_on", 10), ("ends_on", 60)):
        keys.write_moment(page.locator(f"[name={name}]"), today + timedelta(days=days))
    keys.write(page.locator("[name=group_most]"), "3")
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    expect(page.locator("[name=starts_on][aria-invalid=true]")).to_be_visible()
    keys.write_moment(page.locator("[name=starts_on]"), today + timedelta(days=21))
    keys.follow(page.get_by_role("button", name="Tallenna luonnoksena"))
    pk = int(page.url.rstrip("/").split("/")[-2])
    keys.follow(page.get_by_role("link", name="Palautettavat työt"))
    keys.write(page.locator("[name=title]"), "Raportti")
    keys.write_moment(page.locator("[name=due_on]"), today + timedelta(days=60))
    keys.follow(page.get_by_role("button", name="Lisää", exact=True))
    page.goto(f"/fi/studies/courses/{pk}/desk/")
    keys.follow(page.get_by_role("button", name="Avaa yrityksille"))
    expect(page.locator("main")).to_contain_text("Avoin yrityksille")
    return pk


def sign_up(page: Page, keys: Keyboard, pk: int, name: str) -> None:
    page.goto(f"/fi/studies/courses/{pk}/")
    keys.follow(page.get_by_role("link", name="Ilmoita organisaatiosi mukaan"))
    keys.write(page.locator("[name=text]"), "Höyläämö: sähkö, lämpö ja kuljetukset kolmelta vuodelta.")
    keys.write(page.locator("[name=contact]"), "Hilla Höylä, 040 123 4567")
    keys.pick(page.locator("[name=languages][value=fi]"))
    keys.write(page.locator("[name=least]"), "1")
    keys.write(page.locator("[name=most]"), "5")
    keys.follow(page.get_by_role("button", name="Ilmoittaudu"))
    expect(page.locator("[aria-labelledby=ours]")).to_contain_text(name)


def come_in(page: Page, keys: Keyboard, link: str, name: str) -> None:
    """By the teacher's link, without a profile."""
    page.goto(link)
    assert page.locator("[name=name]").input_value() == name
    keys.pick(page.get_by_label("Yritys saa tietää nimeni"))
    keys.follow(page.get_by_role("button", name="Tule mukaan kierrokselle"))
    expect(page.locator("[aria-labelledby=own]")).to_contain_text("Olet mukana")


def wish(page: Page, keys: Keyboard, pk: int, first: str) -> None:
    """The same number twice is told at its field; then one goes up by its button."""
    page.goto(f"/fi/studies/courses/{pk}/")
    keys.follow(page.get_by_role("link", name="Toiveesi"))
    others = page.locator("main input[type=number]")
    expect(others).to_have_count(COMPANIES)
    own = page.get_by_label(first, exact=True)
    keys.write(own, "2")
    other = page.get_by_label(re.compile(r"Kierrosyritys \d+-3 Oy"))
    keys.write(other, "2")
    keys.follow(page.get_by_role("button", name="Tallenna järjestys").last)
    expect(page.locator("main")).to_contain_text("Kahdella paikalla on sama numero.")
    keys.write(other, "1")
    keys.follow(page.get_by_role("button", name="Tallenna järjestys").last)
    keys.follow(page.get_by_role("button", name=re.compile(f"^Ylös ?: {first}")))
    assert page.get_by_label(first, exact=True).input_value() == "1"


def give_places(desk: Desk, page: Page, keys: Keyboard, pk: int) -> None:
    """Made by the server's worker; the page looks again by itself. Then one is changed by hand, and all are told."""
    page.reload()
    keys.follow(page.get_by_role("button", name="Jaa paikat"))
    expect(page.locator("section[aria-labelledby=result]")).to_be_visible(timeout=MADE)
    found = desk.server.ask("allocated", pk=pk)
    assert found == {"state": "done", "students": STUDENTS, "without": 0, "fits": True}
    expect(page.locator("section[aria-labelledby=result]")).to_contain_text("tämä on todistettu")
    keys.follow(page.get_by_role("link", name=re.compile("^Muuta ?: Opiskelija 2$")))
    keys.press(page.locator("[name=swap_with]"), "ArrowDown")
    keys.follow(page.get_by_role("button", name="Näytä hinta"))
    expect(page.locator("main")).to_contain_text(re.compile("Muutos (maksaa|säästää|ei maksa)"))
    page.goto(f"/fi/studies/courses/{pk}/desk/")
    keys.follow(page.get_by_role("button", name="Julkaise", exact=True))
    expect(page.locator("main")).to_contain_text("Paikat jaettu")


def hand_in(page: Page, keys: Keyboard, folder: Path) -> None:
    report = folder / "raportti.pdf"
    report.write_bytes(b"%PDF-1.7\n")
    page.reload()
    keys.follow(page.get_by_role("link", name=re.compile("^Jätä tiedosto ?: Raportti")))
    upload(page, keys, page.locator("input[type=file]"), report)
    keys.pick(page.get_by_label("Yritys saa nähdä sen"))
    keys.follow(page.get_by_role("button", name="Jätä tiedosto"))
    expect(page.locator("[aria-labelledby=due]")).to_contain_text("raportti.pdf")


def end(desk: Desk, teacher: Page, keys: Keyboard, others: dict[str, tuple[Page, Keyboard]], pk: int) -> None:
    """Ended by the teacher; the student and the company say how it went. What students say is shown when so many have
    answered that nobody is known by it."""
    teacher.reload()
    expect(teacher.locator("[aria-labelledby=handed]")).to_contain_text("raportti.pdf")
    keys.follow(teacher.get_by_role("button", name="Päätä kierros"))
    for page, theirs in others.values():
        page.goto(f"/fi/studies/courses/{pk}/")
        theirs.follow(page.get_by_role("link", name="Miten meni?"))
        theirs.pick(page.get_by_label("Hyvin", exact=True))
        theirs.write(page.locator("[name=text]"), "Laskut olisi hyvä saada aiemmin.")
        theirs.follow(page.get_by_role("button", name="Lähetä", exact=True))
    teacher.reload()
    said = teacher.locator("[aria-labelledby=said]")
    expect(said).to_contain_text("4,0 / 5, 1 vastaus")
    expect(said).not_to_contain_text("Opiskelijat")
    assert desk.server.ask("say_all", pk=pk) == STUDENTS
    teacher.reload()
    expect(said).to_contain_text(f"4,0 / 5, {STUDENTS} vastausta")
    expect(said.get_by_text("Laskut olisi hyvä saada aiemmin.")).to_have_count(2)
    keys.follow(teacher.get_by_role("button", name="Sama ensi vuonna"))
    expect(teacher.locator("main")).to_contain_text("Luonnos")
