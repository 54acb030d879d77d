"""What is printed can be read again, whatever the names; nothing runs over its edge."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.letters import BOLD, fitted, flowing, letters, printable, width
from events.printing import LAYOUTS, Badge, Certificate, missing_letters, print_badges, print_certificates
from opportunities.printing import Entry, RecordSheet, print_record

SAMI = "Áŋŋá Čáhppesgielá Ǩõskkjäuʹrr đ š ž ŧ ǥ ǧ ʒ ǯ Ǯ Ø æ"
CODE = [[(row + column) % 2 == 0 for column in range(25)] for row in range(25)]


def badge(name: str = "Aino Aho", organisation: str = "Rauhala Oy") -> Badge:
    return Badge(name, organisation, "Kävijä", ("Puurakentaminen", "Kiertotalous"), CODE)


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.key)
def test_sheets_are_full_before_the_next_begins(layout: object) -> None:
    chosen = LAYOUTS[layout.key]  # type: ignore[attr-defined]  # a parameter
    made = [badge(f"Ihminen {n}") for n in range(chosen.each + 1)]
    found = pages(print_badges(made, event="Päivä", layout=chosen, language="fi"))
    assert [page.count("Ihminen") for page in found] == [chosen.each, 1]
    assert chosen.columns * chosen.width <= 210
    assert chosen.rows * chosen.height <= 297


def test_a_badge_says_it_all_in_sami_too() -> None:
    (page,) = pages(print_badges([badge(SAMI)], event="Päivä", layout=LAYOUTS["105x148"], language="se"))
    for word in [*SAMI.split(), "Rauhala", "Kävijä", "Puurakentaminen", "Kiertotalous"]:
        assert word in page
    assert missing_letters(SAMI) == ""
    assert missing_letters("Євген Ωμέγα Nguyễn") == ""


def test_the_fonts_are_in_the_file() -> None:
    reader = PdfReader(BytesIO(print_badges([badge()], event="Päivä", layout=LAYOUTS["95x65"], language="fi")))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]  # an indirect object
    named = [font.get_object() for font in fonts.values()]
    used = [font for font in named if "SolmuPrint" in str(font["/BaseFont"])]
    assert len(used) == 2
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in used)


def test_other_scripts_are_told_of() -> None:
    assert missing_letters("李小龍 小") == "李小龍"
    assert printable("李 Li") == "□ Li"
    assert printable("a\u200bb\u202e\tc\n") == "ab c"


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80), room=st.floats(60, 400), most=st.integers(1, 3))
def test_no_text_runs_over_its_edge(text: str, room: float, most: int) -> None:
    letters()
    size, lines = fitted(text, BOLD, (26, 12), room, most)
    assert 12 <= size <= 26
    assert len(lines) <= most
    assert all(width(line, BOLD, size) <= room or len(line) <= 2 for line in lines)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=120), st.text(max_size=200)), min_size=1, max_size=9))
def test_any_names_make_a_file(names: list[tuple[str, str]]) -> None:
    content = print_badges([badge(*name) for name in names], event="Päivä", layout=LAYOUTS["85x55"], language="fi")
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_a_certificate_a_page() -> None:
    made = [
        Certificate(
            "Todistus", name, "Oy", "osallistui", "Päivä", (("Aika", "12.3.2026"),), "Kunta", "Annettu 13.3.2026"
        )
        for name in ("Aino Aho", "Čáhppe")
    ]
    found = pages(print_certificates(made, language="fi"))
    assert ["Aino Aho" in page for page in found] == [True, False]
    assert all(word in found[1] for word in ("Todistus", "Čáhppe", "Päivä", "12.3.2026", "Kunta"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_text_that_flows_loses_nothing_and_runs_over_no_edge(text: str) -> None:
    letters()
    lines = flowing(text, BOLD, 12, 90)
    assert all(width(line, BOLD, 12) <= 90 or len(line) == 1 for line in lines)
    kept = "".join(printable(part) for part in text.splitlines())
    assert "".join(lines).replace(" ", "") == kept.replace(" ", "")


def test_a_long_record_goes_over_pages_and_each_has_its_number() -> None:
    entries = tuple(Entry(f"Kysymys {n}", "2.3.2026", "Sana " * 120, "3.3.2026", "Vastaus " * 80) for n in range(1, 13))
    sheet = RecordSheet("Pöytäkirja", "Sähköauto" * 30, ("Kunta",), entries)
    found = pages(print_record(sheet, language="fi"))
    assert len(found) > 3
    everything = " ".join(found)
    assert all(f"Kysymys {n}" in everything for n in range(1, 13))
    assert everything.count("Vastaus") == 12 * 80
    assert [page.endswith(f" {n}") for n, page in enumerate(found, 1)] == [True] * len(found)
