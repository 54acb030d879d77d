"""An editor's changes to a model, each kept with what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models import ModelRevision, OperatingModel
from catalogue.models.operating import fields_of
from catalogue.rules import may_edit_models
from catalogue.services.writing import write_fields
from core.errors import DomainError


class StaleModel(DomainError):
    message = _(
        "Someone else changed this model while you were writing. Your text is still here: look at the history, "
        "put your change together with theirs, and save again."
    )


class NothingChanged(DomainError):
    message = _("Nothing is different from what stands there already.")


@transaction.atomic
def edit_model(
    *,
    model: OperatingModel,
    values: Mapping[str, Any],
    by: Any,
    now: datetime,
    version: int | None = None,
    why: str = "",
) -> ModelRevision:
    """Write the given fields ("effort", "fi.what") and keep what they were.

    `version` is the one that the editor had before them. Raises StaleModel when it is no longer the newest,
    NothingChanged, and PermissionDenied for one who is no editor.
    """
    if not may_edit_models(by):
        raise PermissionDenied
    locked = OperatingModel.objects.select_for_update().get(pk=model.pk)
    if version is not None and version != locked.version:
        raise StaleModel
    return _write(locked, values, by=by, now=now, kind=ModelRevision.Kind.EDIT, why=why)


@transaction.atomic
def revert_revision(*, revision: ModelRevision, by: Any, now: datetime) -> ModelRevision:
    """Put back what a revision changed, as a new revision. Raises NothingChanged when it has been put back already."""
    if not may_edit_models(by):
        raise PermissionDenied
    locked = OperatingModel.objects.select_for_update().get(pk=revision.model_id)
    before = {name: change["before"] for name, change in revision.changes.items() if change["before"] is not None}
    return _write(locked, before, by=by, now=now, kind=ModelRevision.Kind.REVERT, undoes=revision)


def _write(
    model: OperatingModel,
    values: Mapping[str, Any],
    *,
    by: Any,
    now: datetime,
    kind: ModelRevision.Kind,
    why: str = "",
    undoes: ModelRevision | None = None,
) -> ModelRevision:
    stored = fields_of(model)
    changes = {
        name: {"before": stored.get(name), "after": value}
        for name, value in values.items()
        if stored.get(name) != value
    }
    if not changes:
        raise NothingChanged
    model.version += 1
    write_fields(model, {name: change["after"] for name, change in changes.items()}, now=now)
    return ModelRevision.objects.create(model=model, at=now, by=by, kind=kind, why=why, changes=changes, undoes=undoes)
