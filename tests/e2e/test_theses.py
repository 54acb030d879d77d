"""A thesis from topic to feedback, by three people, in Finnish and by the keyboard alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import unique

ANSWERS = {
    "problem": "Puolet sahanpurusta jää meiltä käyttämättä. Mihin se kelpaisi?",
    "use": "Valitsemme yhden tavan ja kokeilemme sitä ensi talvena.",
    "material": "Kahden vuoden punnitukset ja tehtaan väki haastateltavaksi.",
    "care": "Ei muuta kuin haastateltavien nimet.",
}
SUMMARY = "Purusta saa kuivattuna eristettä. Kuivaus maksaa vähemmän kuin arveltiin."


@dataclass
class Person:
    page: Page
    keys: Keyboard
    name: str

    def goes(self, address: str) -> None:
        self.page.goto(address)

    def presses(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.keys.follow(self.page.locator("main").get_by_role(role, name=name).first)  # type: ignore[arg-type]  # a role's name

    def writes(self, name: str, text: str) -> None:
        self.keys.write(self.page.locator(f"[name={name}]"), text)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def opens(self, details: str) -> None:
        self.keys.press(self.page.locator("summary", has_text=details))

    def hands_in(self, file: Path, *, final: bool = False) -> None:
        part = self.page.locator("#files")
        upload(self.page, self.keys, part.locator("input[type=file]"), file)
        if final:
            self.keys.pick(part.get_by_label("Tämä on valmis työ"))
        self.keys.follow(part.get_by_role("button", name="Jätä tiedosto"))


def upload(page: Page, keys: Keyboard, field: Locator, file: Path) -> None:
    """The space bar opens the system's own window, which chooses the file."""
    keys.go(field)
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(file)


@pytest.fixture
def three(desk: Desk) -> dict[str, Person]:
    """Who represents a company, a student and who teaches at a school, each in their own window."""
    made = {}
    for who, kind, word in (
        ("company", "company", "Sahaajat"), ("student", "student", "Oona"), ("school", "education", "Puuopisto"),
    ):  # fmt: skip
        name = unique(word)
        email = f"{name.lower()}@tyot.example"
        desk.server.ask("published", email=email, kind=kind, name=name)
        page = desk.open(desk.server.ask("session", email=email))
        made[who] = Person(page, Keyboard(page), name)
    return made


def test_a_thesis_from_topic_to_feedback(desk: Desk, three: dict[str, Person], tmp_path: Path) -> None:
    company, student, school = three["company"], three["student"], three["school"]
    title = unique("Purulle käyttöä ")
    topic = offer(company, title, school.name)
    look_at(school, title)
    apply_and_choose(company, student, topic, title)
    work = sign(company, student, school, title)
    write_it(student, school, work, tmp_path)
    say_how_it_went(company, student, school, work)
    publish(desk, company, student, work, title)


def offer(company: Person, title: str, school: str) -> str:
    """Five questions; what is missing is told at its field. Returns the topic's address."""
    company.goes("/fi/studies/")
    company.presses("Tarjoa aihetta", "link")
    for name, text in ANSWERS.items():
        company.writes(name, text if name != "use" else "Ehkä.")
    company.writes("title", title)
    company.keys.choose(company.page.locator("[name=school]"), school)
    shown = datetime.now().astimezone() + timedelta(days=60)
    company.keys.write_moment(company.page.locator("[name=last_day]"), shown)
    company.writes("pay", "paljon")
    company.presses("Tallenna luonnoksena")
    expect(company.page.locator("[name=use]")).to_have_attribute("aria-invalid", "true")
    company.writes("use", ANSWERS["use"])
    company.presses("Tallenna luonnoksena")
    expect(company.page.locator("[name=pay]")).to_have_attribute("aria-invalid", "true")
    company.writes("pay", "1 500")
    company.presses("Tallenna luonnoksena")
    company.sees("Mihin vastausta käytetään")
    company.presses("Lähetä oppilaitokselle")
    company.sees("Odottaa oppilaitosta")
    return company.page.url


def look_at(school: Person, title: str) -> None:
    school.goes("/fi/studies/")
    school.presses("Ohjaajan työpöytä", "link")
    school.presses(title, "link")
    school.keys.pick(school.page.locator("[name=scope]"))
    school.presses("Sopii: avaa aihe")
    expect(school.page.locator("[name=level]")).to_have_attribute("aria-invalid", "true")
    for name in ("level", "ethics", "data"):
        school.keys.pick(school.page.locator(f"[name={name}]"))
    school.presses("Sopii: avaa aihe")
    school.sees("Avoin")


def apply_and_choose(company: Person, student: Person, topic: str, title: str) -> None:
    student.goes("/fi/studies/topics/?q=purulle")
    student.presses(title, "link")
    student.writes("text", "Opiskelen puutekniikkaa ja olin kesän sahalla töissä.")
    student.presses("Lähetä")
    student.sees("Olet hakenut")
    company.goes(topic)
    company.presses(re.compile(f"^Valitse.*{student.name}"))
    company.sees("Lue sopimus ja allekirjoita se tai muuta sitä.")


def sign(company: Person, student: Person, school: Person, title: str) -> str:
    """The company changes the text after the student has signed: that signature is void, and asked for again."""
    student.goes("/fi/studies/")
    student.presses(title, "link")
    work = student.page.url
    _sign(student, work)
    student.sees("Olet allekirjoittanut. Sopimus odottaa muita.")
    company.goes(work)
    company.presses("Muuta tekstiä", "link")
    field = company.page.locator("main textarea").first
    company.keys.write(field, "Selvitetään, mihin sahanpuru kelpaa, ja lasketaan kahden tavan hinta.")
    company.presses("Tallenna")
    company.sees("kahden tavan hinta")
    company.presses("Olen lukenut ja allekirjoitan")
    student.goes(work)
    student.sees("Lue sopimus ja allekirjoita se tai muuta sitä.")
    _sign(student, work)
    _sign(school, work)
    school.sees("Versio 1 on ollut voimassa")
    school.opens("Mitä allekirjoitettiin")
    school.keys.follow(school.page.get_by_role("link", name=re.compile(f"Versio 1, {student.name}")).last)
    school.sees("teksti on sama kuin allekirjoitettu")
    return work


def _sign(person: Person, work: str) -> None:
    person.goes(work)
    person.keys.follow(person.page.get_by_role("link", name="Lue sopimus").first)
    person.presses("Olen lukenut ja allekirjoitan")


def write_it(student: Person, school: Person, work: str, folder: Path) -> None:
    """Milestones, a draft, more asked for, the final work."""
    soon = datetime.now().astimezone() + timedelta(days=20)
    student.goes(work)
    for number, name in enumerate(("Suunnitelma", "Valmis työ")):
        if number:
            student.opens("Lisää välivaihe")
        student.writes("milestone-title", name)
        day = student.page.locator("[name=milestone-due_on]")
        student.keys.write_moment(day, soon + timedelta(days=number * 30))
        student.keys.follow(student.page.get_by_role("button", name="Lisää", exact=True))
    student.presses(re.compile("^Saavutettu ?: Suunnitelma"))
    draft, final = folder / "luonnos.pdf", folder / "valmis.pdf"
    for file in (draft, final):
        file.write_bytes(b"%PDF-1.7\n" + file.name.encode())
    student.hands_in(draft)
    school.goes(work)
    expect(school.page.locator("#files")).to_contain_text("luonnos.pdf")
    expect(school.page.locator("#milestones .done")).to_contain_text("Suunnitelma")
    student.hands_in(final, final=True)
    school.goes(work)
    school.opens("Pyydä täydennystä")
    school.writes("send-back-why", "Kerro vielä, mitä kuivaus maksaa.")
    school.presses("Pyydä täydennystä")
    student.goes(work)
    student.sees("Kerro vielä, mitä kuivaus maksaa.")
    student.hands_in(final, final=True)
    school.goes(work)
    school.presses("Hyväksy työ")
    school.sees("Valmis")


def say_how_it_went(company: Person, student: Person, school: Person, work: str) -> None:
    three = {
        "Opiskelija": (student, "Sain mitata oikealla tehtaalla."),
        "Toimeksiantaja": (company, "Saimme vastauksen, jota voi käyttää."),
        "Ohjaaja": (school, "Aihe pysyi rajattuna."),
    }
    for one, text in three.values():
        one.goes(work)
        one.writes("feedback-went_well", text)
        one.keys.choose(one.page.locator("[name=feedback-again]"), "Kyllä")
        one.keys.follow(one.page.locator("#feedback").get_by_role("button", name="Lähetä"))
    for side, (_one, text) in three.items():
        part = school.page.locator("#feedback div", has=school.page.get_by_role("heading", name=side, exact=True)).last
        expect(part).to_contain_text(text)


def publish(desk: Desk, company: Person, student: Person, work: str, title: str) -> None:
    student.goes(work)
    student.writes("publish-summary", SUMMARY)
    student.keys.follow(student.page.locator("#publish").get_by_role("button", name="Julkaise", exact=True))
    student.sees("Työ on julkaistu.")
    for one in (student, company):
        one.goes(work)
        one.presses("Näytä profiilissa")
    visitor = desk.open()
    visitor.goto("/fi/studies/")
    result = Keyboard(visitor)
    result.follow(visitor.get_by_role("link", name=title))
    for text in (SUMMARY, company.name, student.name, "valmis.pdf"):
        expect(visitor.locator("main")).to_contain_text(text)
    result.follow(visitor.locator("main").get_by_role("link", name=company.name))
    expect(visitor.locator("[aria-labelledby=profile-theses]")).to_contain_text(title)
