"""How a party's own words are laid out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import industries, wording


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Otamme lastua. Maksamme kuivasta.", "Otamme lastua", "Maksamme kuivasta."),
        ("Lavoja 800 × 1200, n. 50 kpl. Käytetytkin käyvät.", "Lavoja 800 × 1200, n. 50 kpl", "Käytetytkin käyvät."),
        ("Halliin mahtuu nosturi", "Halliin mahtuu nosturi", ""),
        ("Tule mukaan! Älä epäröi.", "Tule mukaan!", "Älä epäröi."),
        ("Kaikkea...", "Kaikkea...", ""),
        ("x" * 200 + ". Loppu.", "", "x" * 200 + ". Loppu."),
    ],
)
def test_a_short_first_sentence_is_a_headline(text: str, title: str, rest: str) -> None:
    assert wording.headline(text) == (title, rest)


def test_a_thing_a_line() -> None:
    assert wording.paragraphs("- lavoja\n\n• purua \n  \n") == ["lavoja", "purua"]


@given(st.text(max_size=600), st.data())
def test_a_piece_is_short_and_its_spans_stand_on_the_same_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    spans = [(start, end)] if end > start else []
    shown, kept = wording.piece(text, spans)
    assert len(shown) <= wording.PIECE + 4
    for first, last in kept:
        assert shown[first:last].split() == text[start:end].split()


def test_industries_are_known_in_both_editions() -> None:
    assert industries.name("45112", "2008", "sv") == "Handel med och reparation av motorfordon"
    assert industries.name("45112", "2025", "fi") == ""
    assert industries.name("16", "2025", "en") == "Manufacture of wood and wood products"
    for edition, count in (("2008", 88), ("2025", 87)):
        divisions = [code for _section, items in industries.choices("fi", edition) for code, _name in items]
        assert len(divisions) == len(set(divisions)) == count
    assert not industries.is_known("16x", "2025")
    assert not industries.is_known("162301", "2025")
