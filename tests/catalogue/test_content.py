"""The files are whole: every category, model, place and language, and nothing is copied from the source."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from catalogue.files import CONTENT, BadFile, CategoryFile, ModelFile, read_catalogue
from catalogue.vocabulary import LANGUAGES

CONTROL = "Tämä lause on kirjoitettu vain tarkistuksen omaksi kokeeksi."


@cache
def whole() -> list[CategoryFile]:
    return read_catalogue()


def models() -> list[ModelFile]:
    return [model for category in whole() for model in category.models]


def prose(model: ModelFile, language: str) -> str:
    get = model.values
    parts = [get[f"{language}.{key}"] for key in ("title", "line", "what", "why_municipality", "why_company", "takes")]
    parts += [f"{step['title']}. {step['text']}" for step in get[f"{language}.steps"]]
    return "\n".join(parts)


def test_there_are_eight_categories_in_order() -> None:
    assert [category.order for category in whole()] == list(range(1, 9))
    assert [len(category.models) for category in whole()] == [3, 4, 2, 3, 5, 5, 2, 1]


def test_there_are_twenty_five_models_and_thirty_four_places() -> None:
    assert len(models()) == 25
    assert sum(len(model.values["places"]) for model in models()) == 34


def test_models_stand_in_an_unbroken_order() -> None:
    for category in whole():
        assert [model.order for model in category.models] == list(range(1, len(category.models) + 1)), category.slug


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_whole(language: str) -> None:
    for model in models():
        assert 4 <= len(model.values[f"{language}.steps"]) <= 7, model.slug
        assert len(model.values[f"{language}.line"]) <= 90, model.slug
        assert 130 <= len(prose(model, language).split()) <= 380, model.slug


def test_languages_have_the_same_steps() -> None:
    for model in models():
        counts = {language: len(model.values[f"{language}.steps"]) for language in LANGUAGES}
        assert len(set(counts.values())) == 1, (model.slug, counts)


def test_cautions_stand_where_the_source_warns() -> None:
    warned = {m.slug: [c["kind"] for c in m.values["cautions"]] for m in models() if m.values["cautions"]}
    assert warned["responsibility-label"] == ["greenwash", "upkeep", "demand"]
    assert warned["diploma"] == ["greenwash"]
    assert len(warned) == 3
    [commitment] = [m for m in models() if m.slug not in {"responsibility-label", "diploma"} and m.slug in warned]
    assert {"greenwash", "useless_tracking"} <= set(warned[commitment.slug])


def test_all_come_from_the_same_source_page() -> None:
    assert {model.values["source_date"] for model in models()} == {"2021-09-20"}


def test_nothing_is_copied_from_the_source() -> None:
    copied = _source_grams()
    assert _grams(CONTROL) <= copied, "the check itself must be able to find something"
    for model in models():
        for language in LANGUAGES:
            assert not _grams(prose(model, language)) & copied, (model.slug, language)


def _source_grams() -> set[str]:
    """Hashes of every eight consecutive words of the source page, and of one sentence of our own as a control."""
    return set((Path(__file__).parent / "source_8grams.txt").read_text().split())


def _grams(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    runs = (" ".join(words[n : n + 8]) for n in range(len(words) - 7))
    return {hashlib.blake2b(run.encode(), digest_size=6).hexdigest() for run in runs}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One category with one model, to be spoilt."""
    source = CONTENT / "04-awards-and-labels"
    target = tmp_path / "01-awards-and-labels"
    target.mkdir()
    for name in ("_category.yaml", "diploma.yaml"):
        (target / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_a_sound_folder_is_read(folder: Path) -> None:
    [category] = read_catalogue(folder)
    assert [model.slug for model in category.models] == ["diploma"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slug": "another"}, "slug"),
        ({"effort": 4}, "effort"),
        ({"aims": ["fame"]}, "aims"),
        ({"aims": []}, "at least one"),
        ({"serves": ["network"]}, "advice"),
        ({"colour": "red"}, "colour"),
        ({"source_date": "yesterday"}, "source_date"),
        ({"cautions": [{"kind": "rain", "fi": "a", "sv": "b", "en": "c"}]}, "caution"),
        ({"cautions": [{"kind": "greenwash", "fi": "a", "sv": "", "en": "c"}]}, "cautions"),
        ({"places": [{"name": {"fi": "a", "sv": "b", "en": "c"}, "what": {"fi": "a"}, "where": []}]}, "what"),
    ],
)
def test_a_spoilt_file_is_named_with_what_is_wrong(folder: Path, change: dict[str, object], said: str) -> None:
    path = folder / "01-awards-and-labels" / "diploma.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(data | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadFile, match=said) as error:
        read_catalogue(folder)
    assert "diploma.yaml" in str(error.value)


def test_an_unknown_place_is_refused(folder: Path) -> None:
    path = folder / "01-awards-and-labels" / "diploma.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["places"][0]["where"] = ["999"]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadFile, match="999"):
        read_catalogue(folder)


def test_broken_yaml_is_refused(folder: Path) -> None:
    (folder / "01-awards-and-labels" / "diploma.yaml").write_text("slug: [", encoding="utf-8")
    with pytest.raises(BadFile):
        read_catalogue(folder)
