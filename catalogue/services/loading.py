"""The files' way into the database. Runs again and again without harm; what was edited on the site stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from catalogue.files import CONTENT, CategoryFile, ModelFile, read_catalogue
from catalogue.models import Category, ModelRevision, OperatingModel
from catalogue.models.operating import fields_of
from catalogue.services.writing import write_fields


@dataclass
class Loaded:
    """What a loading did, in models; `kept` counts fields where an edit on the site stands against the file."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


@transaction.atomic
def load_catalogue(*, now: datetime, folder: Path = CONTENT) -> Loaded:
    """Bring the files in. A field that the site's editors have changed keeps their value; all others follow the file.

    "Changed" means that the stored value differs from what the file said at the last loading, so that taking an edit
    back makes the field follow the file again. A model whose file is gone stays: shelves may hold it. Raises BadFile.
    """
    loaded = Loaded()
    for file in read_catalogue(folder):
        category = _load_category(file)
        for model in file.models:
            _load_model(category, model, loaded, now)
    return loaded


def _load_category(file: CategoryFile) -> Category:
    values: dict[str, str | int] = {"order": file.order}
    for language, name in file.name.items():
        values |= {f"name_{language}": name, f"intro_{language}": file.intro[language]}
    category, made = Category.objects.get_or_create(slug=file.slug, defaults=values)
    if not made and any(getattr(category, key) != value for key, value in values.items()):
        Category.objects.filter(pk=category.pk).update(**values)
        category.refresh_from_db()
    return category


def _load_model(category: Category, file: ModelFile, loaded: Loaded, now: datetime) -> None:
    model = OperatingModel.objects.select_for_update().filter(slug=file.slug).first()
    if model is None:
        model = OperatingModel(
            slug=file.slug,
            category=category,
            order=file.order,
            from_file=file.values,
            effort=file.values["effort"],
            staff_time=file.values["staff_time"],
            source_date=date.fromisoformat(file.values["source_date"]),
            changed_at=now,
        )
        model.save()
        write_fields(model, file.values, now=now)
        loaded.added += 1
        return

    moved = (model.category_id, model.order) != (category.pk, file.order)
    stored, before = fields_of(model), model.from_file
    edited = {name for name in stored if stored[name] != before.get(name)}
    loaded.kept += sum(1 for name in edited if stored[name] != file.values[name])
    changes = {
        name: {"before": stored.get(name), "after": value}
        for name, value in file.values.items()
        if name not in edited and stored.get(name) != value
    }
    if not changes and not moved and before == file.values:
        loaded.unchanged += 1
        return
    model.category, model.order, model.from_file = category, file.order, file.values
    if changes:
        model.version += 1
        ModelRevision.objects.create(model=model, at=now, kind=ModelRevision.Kind.FILE, changes=changes)
    write_fields(model, {name: change["after"] for name, change in changes.items()}, now=now)
    loaded.updated += 1
