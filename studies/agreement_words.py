"""The agreement's own words in three languages: what stands round its sections, and the texts they are begun from.

They are no translations of the interface: what was signed stays as it was, whatever a page says later. A school, or the
keeper of the installation, writes its own in place of the sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

SECTIONS = (
    "aim", "limits", "timetable", "supervision", "pay", "confidentiality", "ownership", "personal_data",
)  # fmt: skip

HEADINGS = {
    "fi": {
        "aim": "Tavoite",
        "limits": "Rajaus",
        "timetable": "Aikataulu",
        "supervision": "Ohjaus",
        "pay": "Palkkio ja kulut",
        "confidentiality": "Salassapito ja julkaisu",
        "ownership": "Tulosten omistus",
        "personal_data": "Henkilötiedot",
    },
    "sv": {
        "aim": "Mål",
        "limits": "Avgränsning",
        "timetable": "Tidsplan",
        "supervision": "Handledning",
        "pay": "Ersättning och kostnader",
        "confidentiality": "Sekretess och publicering",
        "ownership": "Vem som äger resultaten",
        "personal_data": "Personuppgifter",
    },
    "en": {
        "aim": "Aim",
        "limits": "Limits",
        "timetable": "Timetable",
        "supervision": "Supervision",
        "pay": "Pay and costs",
        "confidentiality": "Confidentiality and publishing",
        "ownership": "Who owns the results",
        "personal_data": "Personal data",
    },
}

TEXTS = {
    "fi": {
        "aim": "",
        "limits": "Työhön kuuluu se, mitä tavoitteessa sanotaan. Jos työ laajenee, siitä sovitaan yhdessä ennen "
        "kuin laajennus aloitetaan.",
        "timetable": "Työn välivaiheet ja niiden päivät ovat tämän työn sivulla. Jos aikataulu ei pidä, siitä "
        "kerrotaan muille heti.",
        "supervision": "Oppilaitoksen ohjaaja vastaa työn ohjauksesta ja arvioinnista. Yritys nimeää "
        "yhteyshenkilön, joka vastaa opiskelijan kysymyksiin viikon kuluessa ja antaa työssä tarvittavat "
        "tiedot.",
        "pay": "Yritys maksaa kulut, joista on sovittu etukäteen kirjallisesti.",
        "confidentiality": "Opiskelija ja ohjaaja eivät kerro ulkopuolisille tietoja, jotka yritys on merkinnyt "
        "luottamuksellisiksi. Opinnäytetyö on julkinen. Luottamukselliset tiedot pidetään siitä erillään, ja "
        "yritys saa lukea työn ennen julkaisua. Jos työ julkaistaan vasta myöhemmin, päivä sanotaan tässä.",
        "ownership": "Tekijänoikeus opinnäytetyöhön on opiskelijalla. Yritys saa käyttää tuloksia vapaasti "
        "omassa toiminnassaan. Jos työssä syntyy keksintö, siitä sovitaan erikseen.",
        "personal_data": "Työssä käsitellään henkilötietoja vain, jos se on välttämätöntä. Yritys on niiden "
        "rekisterinpitäjä, antaa ohjeet käsittelyyn ja kertoo niistä henkilöille, joita tiedot koskevat. "
        "Aineisto hävitetään, kun työ on arvioitu.",
    },
    "sv": {
        "aim": "",
        "limits": "Till arbetet hör det som sägs i målet. Om arbetet växer kommer man överens om det innan det "
        "nya påbörjas.",
        "timetable": "Arbetets delmål och deras datum finns på arbetets sida. Den som ser att tidsplanen inte "
        "håller berättar det genast för de andra.",
        "supervision": "Skolans handledare ansvarar för handledningen och bedömningen. Företaget utser en "
        "kontaktperson som svarar på studentens frågor inom en vecka och ger de uppgifter som arbetet kräver.",
        "pay": "Företaget betalar de kostnader som man skriftligt har kommit överens om på förhand.",
        "confidentiality": "Studenten och handledaren berättar inte för utomstående det som företaget har märkt "
        "som konfidentiellt. Examensarbetet är offentligt. Konfidentiella uppgifter hålls utanför det, och "
        "företaget får läsa arbetet innan det publiceras. Om arbetet publiceras först senare anges dagen här.",
        "ownership": "Studenten har upphovsrätten till examensarbetet. Företaget får fritt använda resultaten i "
        "sin egen verksamhet. Om arbetet leder till en uppfinning görs ett separat avtal om den.",
        "personal_data": "Personuppgifter behandlas i arbetet bara om det är nödvändigt. Företaget är "
        "personuppgiftsansvarigt, ger anvisningar om behandlingen och informerar dem som uppgifterna gäller. "
        "Materialet förstörs när arbetet har bedömts.",
    },
    "en": {
        "aim": "",
        "limits": "The work is what the aim says. If it grows, the three agree on that before the new part is begun.",
        "timetable": "The milestones and their days are on the page of this work. Whoever sees that the "
        "timetable does not hold tells the others at once.",
        "supervision": "The school's supervisor is responsible for supervising and assessing the work. The "
        "company names a contact person, who answers the student's questions within a week and gives the "
        "information that is needed.",
        "pay": "The company pays the costs that were agreed on beforehand in writing.",
        "confidentiality": "The student and the supervisor tell outsiders nothing that the company has marked "
        "as confidential. The thesis is public. Confidential information is kept out of it, and the company may "
        "read the thesis before it is published. If it is published only later, the day is said here.",
        "ownership": "The student has the copyright of the thesis. The company may use the results freely in "
        "its own work. An invention that comes of the work is agreed on separately.",
        "personal_data": "Personal data is handled only where the work cannot be done without it. The company "
        "is the controller, gives instructions, and tells the people whose data it is. The material is "
        "destroyed when the work has been assessed.",
    },
}

_AROUND = {
    "fi": {
        "title": "Opinnäytetyösopimus", "version": "Versio", "work": "Työ", "student": "Opiskelija",
        "company": "Toimeksiantaja", "school": "Oppilaitos", "supervisor": "Ohjaaja",
        "embargo": "Työtä ei julkaista ennen tätä päivää: {day}.",
        "reads_first": "Toimeksiantaja lukee valmiin työn ensin: {n} päivää ennen kuin se julkaistaan.",
        "paid": "Palkkio koko työstä on {pay} euroa.", "unpaid": "Työstä ei makseta palkkiota.",
        "steps": "Välivaiheet",
        "end": "Sopimus on voimassa, kun kaikki kolme ovat hyväksyneet tämän tekstin. Muutos tehdään uutena versiona, "
        "jonka kaikki kolme hyväksyvät.",
    },
    "sv": {
        "title": "Avtal om examensarbete", "version": "Version", "work": "Arbete", "student": "Student",
        "company": "Uppdragsgivare", "school": "Skola", "supervisor": "Handledare",
        "embargo": "Arbetet publiceras inte före den här dagen: {day}.",
        "reads_first": "Uppdragsgivaren läser det färdiga arbetet först: {n} dagar innan det publiceras.",
        "paid": "Ersättningen för hela arbetet är {pay} euro.", "unpaid": "Ingen ersättning betalas för arbetet.",
        "steps": "Delmål",
        "end": "Avtalet gäller när alla tre har godkänt den här texten. En ändring görs som en ny version som alla tre "
        "godkänner.",
    },
    "en": {
        "embargo": "The work is not published before this day: {day}.",
        "reads_first": "The company reads the final work first: {n} days before it is published.",
        "title": "Thesis agreement", "version": "Version", "work": "Work", "student": "Student", "company": "Company",
        "school": "School", "supervisor": "Supervisor", "paid": "The pay for the whole work is {pay} euros.",
        "unpaid": "Nothing is paid for the work.", "steps": "Milestones",
        "end": "The agreement holds when all three have accepted this text. A change is made as a new version that all "
        "three accept.",
    },
}  # fmt: skip


def pay_sentence(language: str, pay: Decimal | None) -> str:
    words = _AROUND[language]
    if not pay:
        return words["unpaid"]
    told = f"{pay:,.2f}".replace(",", " ").removesuffix(".00")
    return words["paid"].replace("{pay}", told if language == "en" else told.replace(".", ","))


def publishing_lines(language: str, embargo_until: date | None, reads_first: int | None) -> list[str]:
    """What of publishing is agreed as a day and a number."""
    words, found = _AROUND[language], []
    if embargo_until is not None:
        found.append(words["embargo"].replace("{day}", _day(language, embargo_until)))
    if reads_first:
        found.append(words["reads_first"].replace("{n}", str(reads_first)))
    return found


def _day(language: str, day: date) -> str:
    return day.isoformat() if language == "en" else f"{day.day}.{day.month}.{day.year}"


def milestone_lines(language: str, milestones: list[tuple[str, date]]) -> str:
    if not milestones:
        return ""
    lines = (f"- {title}: {_day(language, due_on)}" for title, due_on in milestones)
    return "\n".join([f"{_AROUND[language]['steps']}:", *lines])


def document(
    language: str, *, number: int, title: str, parties: Mapping[str, str], sections: Mapping[str, str],
    embargo_until: date | None = None, reads_first: int | None = None,
) -> bytes:  # fmt: skip
    """What is signed: plain text in UTF-8, the same bytes of the same facts. `parties` by student, company, school and
    supervisor."""
    words, headings = _AROUND[language], HEADINGS[language]
    lines = [words["title"], "", f"{words['work']}: {title}", f"{words['version']}: {number}"]
    lines += [f"{words[one]}: {parties[one]}" for one in ("student", "company", "school", "supervisor")]
    for key in SECTIONS:
        lines += ["", headings[key], sections.get(key, "").strip()]
        if key == "confidentiality":
            lines += publishing_lines(language, embargo_until, reads_first)
    return "\n".join([*lines, "", words["end"], ""]).encode()
