"""What the engine is told of how this installation is tuned."""

from __future__ import annotations

from matching.engine import Weights, tune, weights
from matching.models import Tuning


def in_force() -> Tuning:
    """The newest row; before there is any, one that is as the product came and stands in no table."""
    return Tuning.objects.newest_first().first() or Tuning()


def weights_in_force() -> Weights:
    """One query."""
    return read(in_force())


def read(row: Tuning) -> Weights:
    """A row as the engine knows it."""
    return tune(weights(row.point), attention=row.attention, factors=row.factors)


def key_before(row: Tuning) -> int:
    """Of the row that was in force before; 0 for how the product came."""
    if not row.pk:
        return 0
    return Tuning.objects.filter(pk__lt=row.pk).newest_first().values_list("pk", flat=True).first() or 0


def are_alike(one: Tuning, other: Tuning) -> bool:
    """Whether the two rows make the same lists, now and later."""
    return all(getattr(one, name) == getattr(other, name) for name in ("point", "attention", "factors", "learns"))
