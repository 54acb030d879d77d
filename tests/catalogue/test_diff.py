from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalogue.diff import Piece, as_text, word_diff


def test_a_changed_word_is_taken_out_and_put_in() -> None:
    assert word_diff("yksi hyvä teko", "yksi pieni teko") == [
        Piece("same", "yksi "),
        Piece("out", "hyvä"),
        Piece("in", "pieni"),
        Piece("same", " teko"),
    ]


@given(st.text(), st.text())
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(p.text for p in pieces if p.kind != "in") == before
    assert "".join(p.text for p in pieces if p.kind != "out") == after


def test_structures_become_lines() -> None:
    value = [{"title": "Kysy", "text": "Soita."}, {"title": "Kutsu", "text": "Kirjoita."}]
    assert as_text(value) == "title: Kysy\ntext: Soita.\ntitle: Kutsu\ntext: Kirjoita."
    assert as_text(["emissions"], lambda key: {"emissions": "Päästöt"}[key]) == "Päästöt"
    assert as_text(None) == ""
    assert as_text(2) == "2"
