"""Kinds of party that seldom meet on their own and gain by it."""

from __future__ import annotations

import numpy as np

KINDS_TOGETHER: dict[frozenset[str], float] = {
    frozenset({"company", "education"}): 1.0,
    frozenset({"company", "research"}): 1.0,
    frozenset({"company", "student"}): 1.0,
    frozenset({"company", "municipality"}): 0.8,
    frozenset({"company", "public_body"}): 0.5,
    frozenset({"company", "association"}): 0.5,
    frozenset({"association", "municipality"}): 0.8,
    frozenset({"association", "education"}): 0.5,
    frozenset({"association", "resident"}): 0.6,
    frozenset({"association", "student"}): 0.4,
    frozenset({"municipality", "research"}): 0.6,
    frozenset({"municipality", "education"}): 0.6,
    frozenset({"municipality", "student"}): 0.5,
    frozenset({"municipality", "public_body"}): 0.4,
    frozenset({"research", "student"}): 0.5,
    frozenset({"research", "public_body"}): 0.5,
    frozenset({"education", "research"}): 0.4,
    frozenset({"education", "public_body"}): 0.4,
}
"""How much (0–1). Two of the same kind add nothing."""

KINDS = ("", *sorted({kind for pair in KINDS_TOGETHER for kind in pair}))
"""By their numbers; 0 for a kind that the table does not know."""

TOGETHER = np.array(
    [[KINDS_TOGETHER.get(frozenset({one, other}), 0.0) for other in KINDS] for one in KINDS], np.float32
)
"""The same table as numbers: [my kind][their kind]."""


def kind_number(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else 0
