"""Writing whole lists of many profiles at once, as the database takes them quickest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from matching import evidence
from matching.engine import Suggested
from matching.models import Suggestion

_FIELDS = ("profile_id", "other_id", "score", "direction", "evidence", "signature", "generation", "made_at")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
Row = tuple[int, int, int, str, str, int, int, Any]


def replace_lists(lists: Mapping[int, Sequence[Suggested]], generations: Mapping[int, int], now: datetime) -> None:
    """Each profile's list in place of what stood there; in the caller's transaction. The profiles and those proposed
    are there, which the caller has seen to. A million rows through models would take as long as matching them."""
    Suggestion.objects.filter(profile__in=lists).delete()
    at = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
    _insert(_row(one, generations[key], at) for key, found in lists.items() for one in found)


def _row(one: Suggested, generation: int, at: Any) -> Row:
    kept = _encode(evidence.write(one))
    return one.me, one.other, one.score, str(one.direction), kept, one.signature, generation, at


def _insert(rows: Iterable[Row]) -> None:
    table = connection.ops.quote_name(Suggestion._meta.db_table)
    columns = ", ".join(map(connection.ops.quote_name, _FIELDS))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(_FIELDS))
            # The names are the model's own.
            insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # nosec B608
            cursor.executemany(insert, list(rows))
