"""A form that is sent twice makes one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

Row = TypeVar("Row", bound=models.Model)


def make_once(rows: models.Manager[Row], key: str | None, by: Any, make: Callable[[], Row]) -> Row:
    """What the person made with this key before, or what `make` makes now, in a transaction of its own.

    The model has `creation_key` and `created_by`. Two at the same moment get the same row.
    """
    made = rows.filter(creation_key=key, created_by=by).first() if key else None
    if made is not None:
        return made
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:  # the same form at the same time: creation_key or slug
        twin = rows.filter(creation_key=key, created_by=by).first() if key else None
        if twin is None:
            raise
        return twin
