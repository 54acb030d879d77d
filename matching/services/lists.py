"""Writing whole lists of many profiles at once, as the database takes them quickest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from matching import evidence
from matching.engine import Suggested
from matching.models import Suggestion

_FIELDS = ("profile_id", "other_id", "score", "direction", "evidence", "signature", "generation", "made_at")


class Row(NamedTuple):
    """A suggestion as it will stand in the database."""

    profile: int
    other: int
    score: int
    direction: str
    evidence: str
    signature: int


def row(one: Suggested) -> Row:
    return Row(one.me, one.other, one.score, one.direction.value, evidence.spell(one), one.signature)


def replace_lists(lists: Mapping[int, Sequence[Row]], generations: Mapping[int, int], now: datetime) -> None:
    """Each profile's list in place of what stood there; in the caller's transaction. The profiles and those proposed
    are there, which the caller has seen to. A million rows through models would take as long as matching them."""
    standing = Suggestion.objects.filter(profile__in=lists)
    standing._raw_delete(standing.db)  # nothing points to a suggestion
    at = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
    _insert([(*one, generations[key], at) for key, found in lists.items() for one in found])


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    table = connection.ops.quote_name(Suggestion._meta.db_table)
    columns = ", ".join(map(connection.ops.quote_name, _FIELDS))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for one in rows:
                    copy.write_row(one)
        else:
            marks = ", ".join(["%s"] * len(_FIELDS))
            # The names are the model's own.
            insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # nosec B608
            cursor.executemany(insert, rows)
