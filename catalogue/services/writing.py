"""How values get onto a model: by field name, with its search terms and version kept in step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from catalogue.models import ModelText, OperatingModel
from catalogue.vocabulary import FACT_FIELDS
from language import search_column, search_terms


def write_fields(model: OperatingModel, values: Mapping[str, Any], *, now: datetime) -> None:
    """Set the given fields ("effort", "fi.what") and save. Inside a transaction, with the model's row locked."""
    texts = {text.language: text for text in model.texts.all()}
    touched: dict[str, ModelText] = {}
    for name, value in values.items():
        if name in FACT_FIELDS:
            setattr(model, name, date.fromisoformat(value) if name == "source_date" else value)
            continue
        language, _dot, field = name.partition(".")
        text = texts.setdefault(language, ModelText(model=model, language=language))
        setattr(text, field, value)
        touched[language] = text
    model.changed_at = now
    model.save()
    for text in touched.values():
        text.search_terms = column_of(text)
        text.save()
    # What was prefetched before is old now.
    model.__dict__.get("_prefetched_objects_cache", {}).clear()


def column_of(text: ModelText) -> str:
    """What the model is found by in this language."""
    steps = " ".join(f"{step['title']}. {step['text']}" for step in text.steps)
    words = ". ".join([text.title, text.line, text.what, text.why_municipality, text.why_company, steps])
    return search_column(search_terms(words, text.language))
