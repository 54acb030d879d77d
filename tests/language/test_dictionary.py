"""The dictionary files: made once, whole or not at all, and mended when they are damaged."""

from pathlib import Path

import marisa_trie
import pytest

from language import dictionary


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOLMU_DICTIONARIES", str(tmp_path / "dictionaries"))
    monkeypatch.setattr(dictionary, "_loaded", {})
    return tmp_path / "dictionaries"


def test_a_missing_dictionary_is_built_at_the_first_word(folder: Path) -> None:
    assert not dictionary.is_prepared()
    assert dictionary.lookup("companies", "en") == "company"
    assert [path.suffix for path in sorted(folder.iterdir())] == [".trie", ".lock"]


def test_a_built_dictionary_is_not_built_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = dictionary.build("en")
    assert path is not None
    monkeypatch.setattr(dictionary, "_make_trie", lambda language: pytest.fail("built again"))
    assert dictionary.build("en") == path


def test_a_damaged_dictionary_is_made_anew(folder: Path) -> None:
    path = dictionary.build("en")
    assert path is not None
    path.write_bytes(b"not a trie")
    assert dictionary.lookup("companies", "en") == "company"
    assert path.stat().st_size > 100_000


def test_a_build_that_fails_leaves_nothing_half_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(language: str) -> marisa_trie.BytesTrie:
        raise OSError("no space left")

    monkeypatch.setattr(dictionary, "_make_trie", fail)
    assert dictionary.build("en") is None
    assert [path.suffix for path in folder.iterdir()] == [".lock"]


def test_where_nothing_can_be_written_the_dictionary_is_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SOLMU_DICTIONARIES", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(dictionary, "_loaded", {})
    assert dictionary.lookup("companies", "en") == "company"


def test_only_our_languages_have_dictionaries(folder: Path) -> None:
    with pytest.raises(ValueError, match="language"):
        dictionary.lookup("wort", "de")


def test_a_string_too_long_to_be_a_word_is_not_looked_up() -> None:
    assert dictionary.lookup("a" * 65, "fi") is None


@pytest.mark.parametrize("language", dictionary.LANGUAGES)
def test_corrections_lead_to_a_form_that_stands(language: str) -> None:
    corrections = dictionary._corrections(language)
    assert corrections
    for lemma in set(corrections.values()):
        assert dictionary.lookup(lemma, language) == lemma
