"""The vocabulary's file and the form in which names are compared. No database."""

from pathlib import Path

import pytest

from themes import vocabulary
from themes.vocabulary import LANGUAGES, BadVocabulary, entries, same

HEAD = (
    "slug\tparent\tfi\tsv\ten\tyso_uri\tmatch\tsynonyms_fi\tsynonyms_sv\tsynonyms_en"
    "\thints_fi\thints_sv\thints_en\trelated_yso\n"
)


def test_the_file_has_two_levels_and_every_name() -> None:
    found = entries()
    tops = [entry for entry in found if not entry.parent]
    assert (len(found), len(tops)) == (167, 14)
    assert {entry.parent for entry in found} - {""} <= {entry.slug for entry in tops}
    assert all(name.strip() for entry in found for name in entry.names)


def test_parents_come_before_their_children() -> None:
    order = [entry.slug for entry in entries()]
    assert all(order.index(entry.parent) < order.index(entry.slug) for entry in entries() if entry.parent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_themes_have_one_name(language: str) -> None:
    names = [same(entry.names[LANGUAGES.index(language)]) for entry in entries()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_theme_says_each_wording_once(language: str) -> None:
    for entry in entries():
        wordings = [wording.casefold() for wording in entry.wordings(language)]
        assert len(wordings) == len(set(wordings)), entry.slug


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a\t\tA\tA\tA\na\t\tB\tB\tB\n", "twice"),
        ("a\tb\tA\tA\tA\n", "no parent"),
        ("a\t\tA\t\tA\n", "lacks a name"),
    ],
)
def test_a_contradiction_in_the_file_is_named(
    rows: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "themes.tsv"
    full = "".join(row + "\t" * (13 - row.count("\t")) + "\n" for row in rows.splitlines())
    file.write_text(HEAD + full, encoding="utf-8")
    monkeypatch.setattr(vocabulary, "FILE", file)
    entries.cache_clear()
    try:
        with pytest.raises(BadVocabulary, match=message):
            entries()
    finally:
        entries.cache_clear()


@pytest.mark.parametrize("wording", ["Äly", "äly", "ÄLY!", " a\u0308ly "])
def test_wordings_of_one_name_are_the_same(wording: str) -> None:
    assert same(wording) == "äly"


def test_different_words_are_not_the_same() -> None:
    assert len({same("äly"), same("aly"), same("äly 2"), same("C"), same("C++")}) == 5
