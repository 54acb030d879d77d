"""The catalogue's files read: YAML in `content/`, checked whole before anything is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from catalogue.vocabulary import (
    ADVICE_STEPS,
    FACT_FIELDS,
    LANGUAGES,
    STARTS,
    TEXT_FIELDS,
    Aim,
    Caution,
    Effort,
    Scope,
    Size,
    StaffTime,
)
from core import places

CONTENT = Path(__file__).parent / "content"
SOURCE = "hiilineutraalisuomi.fi"


class BadFile(ValueError):
    """A file of the catalogue that cannot be used; the message says which and why, to whoever edits it."""


@dataclass(frozen=True)
class ModelFile:
    slug: str
    order: int
    values: dict[str, Any]
    """By field name ("effort", "fi.what"), JSON-ready: what `fields_of` gives of a stored model."""


@dataclass(frozen=True)
class CategoryFile:
    slug: str
    order: int
    name: dict[str, str]
    intro: dict[str, str]
    models: tuple[ModelFile, ...]


def read_catalogue(folder: Path = CONTENT) -> list[CategoryFile]:
    """Every category with its models, in their order. Raises BadFile at the first thing that is wrong."""
    categories = [_read_category(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    slugs = [model.slug for category in categories for model in category.models]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise BadFile(f"{slug}: two models have this slug")
    return categories


def _read_category(folder: Path) -> CategoryFile:
    number, _dash, slug = folder.name.partition("-")
    path = folder / "_category.yaml"
    data = _load(path)
    if data.get("slug") != slug or not number.isdigit():
        raise BadFile(f"{path}: the slug must be the folder's name without its number")
    for key in ("name", "intro"):
        _check_languages(path, key, data.get(key))
    models = [_read_model(file) for file in sorted(folder.glob("*.yaml")) if file.name != "_category.yaml"]
    return CategoryFile(slug, int(number), data["name"], data["intro"], tuple(sorted(models, key=lambda m: m.order)))


def _read_model(path: Path) -> ModelFile:
    data = _load(path)
    if data.get("slug") != path.stem:
        raise BadFile(f"{path}: the slug must be the file's name")
    known = {"slug", "order", *FACT_FIELDS, *LANGUAGES}
    if set(data) != known:
        raise BadFile(f"{path}: missing or unknown keys: {', '.join(sorted(set(data) ^ known))}")
    for key, allowed in (("scope", Scope.values), ("aims", Aim.values), ("suits", Size.values), ("serves", STARTS)):
        if not isinstance(data[key], list) or not set(data[key]) <= set(allowed):
            raise BadFile(f"{path}: {key} must be a list of {', '.join(allowed)}")
    if not data["scope"] or not data["aims"] or not data["suits"]:
        raise BadFile(f"{path}: scope, aims and suits need at least one each")
    if data["effort"] not in Effort.values or data["staff_time"] not in StaffTime.values:
        raise BadFile(f"{path}: effort or staff_time is not one of those known")
    if not isinstance(data["source_date"], date):
        raise BadFile(f"{path}: source_date must be a date")
    _check_cautions(path, data["cautions"])
    _check_places(path, data["places"])
    values: dict[str, Any] = {key: data[key] for key in FACT_FIELDS}
    values["source_date"] = data["source_date"].isoformat()
    for language in LANGUAGES:
        text = data[language]
        _check_text(path, language, text, data["serves"])
        values |= {f"{language}.{key}": text[key] for key in TEXT_FIELDS}
    return ModelFile(data["slug"], data["order"], values)


def _check_text(path: Path, language: str, text: Any, serves: list[str]) -> None:
    if not isinstance(text, dict) or set(text) != set(TEXT_FIELDS):
        raise BadFile(f"{path}: {language} must have the keys {', '.join(TEXT_FIELDS)}")
    for key in ("title", "line", "what", "why_municipality", "why_company", "takes"):
        if not isinstance(text[key], str) or not text[key].strip():
            raise BadFile(f"{path}: {language}.{key} is empty")
    if not all(isinstance(step, dict) and step.get("title") and step.get("text") for step in text["steps"]):
        raise BadFile(f"{path}: {language}.steps must be a list of title and text")
    wanted = {f"{start}.{step}" for start in serves for step in ADVICE_STEPS[start]}
    if set(text["advice"]) != wanted:
        raise BadFile(f"{path}: {language}.advice differs at {', '.join(sorted(set(text['advice']) ^ wanted))}")


def _check_cautions(path: Path, cautions: Any) -> None:
    for caution in cautions:
        if caution.get("kind") not in Caution.values:
            raise BadFile(f"{path}: a caution's kind must be one of {', '.join(Caution.values)}")
        _check_languages(path, "cautions", {key: caution.get(key) for key in LANGUAGES})


def _check_places(path: Path, found: Any) -> None:
    for place in found:
        _check_languages(path, "places.name", place.get("name"))
        _check_languages(path, "places.what", place.get("what"))
        for code in place["where"]:
            if code not in (places.municipalities() if len(code) == 3 else places.regions()):
                raise BadFile(f"{path}: {code} is no code of a municipality or a region")


def _check_languages(path: Path, key: str, value: Any) -> None:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES) or not all(value.values()):
        raise BadFile(f"{path}: {key} must be given in fi, sv and en")


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadFile(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise BadFile(f"{path}: not a mapping")
    return data
