"""Writing whole lists of many profiles at once, as the database takes them quickest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from matching import evidence
from matching.engine import Suggested
from matching.models import Suggestion

_TABLE = Suggestion._meta.db_table
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
    if connection.vendor == "postgresql":
        standing._raw_delete(standing.db)  # nothing points to a suggestion
        _copy([(*one, generations[key], now) for key, found in lists.items() for one in found])
    else:
        at = connection.ops.adapt_datetimefield_value(now)
        _change(standing, [(*one, generations[key], at) for key, found in lists.items() for one in found])


def _copy(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {_TABLE} ({', '.join(_FIELDS)}) FROM STDIN") as copy:
        for one in rows:
            copy.write_row(one)


def _change(standing: QuerySet[Suggestion], rows: Sequence[tuple[Any, ...]]) -> None:
    """Most who were proposed are so again, and their rows are changed where they stand: to delete and insert them would
    write, for each block, nearly all of the index of those proposed, in which the rows of one list stand far apart."""
    known = {(profile, other): key for key, profile, other in standing.values_list("pk", "profile", "other")}
    again, new = [], []
    for profile, other, *rest in rows:
        key = known.pop((profile, other), None)
        if key is None:
            new.append((profile, other, *rest))
        else:
            again.append((*rest, key))
    gone = Suggestion.objects.filter(pk__in=known.values())
    gone._raw_delete(gone.db)
    with connection.cursor() as cursor:
        # The names are the model's own.
        changes = ", ".join(f"{name} = %s" for name in _FIELDS[2:])
        cursor.executemany(f"UPDATE {_TABLE} SET {changes} WHERE id = %s", again)  # nosec B608
        marks = ", ".join(["%s"] * len(_FIELDS))
        cursor.executemany(f"INSERT INTO {_TABLE} ({', '.join(_FIELDS)}) VALUES ({marks})", new)  # nosec B608
