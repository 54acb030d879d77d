"""Keys of a group gathered by the database: one row for a table of four instead of four."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, TextField


class Keys(Aggregate):
    """The whole numbers of a group as text, by commas and in no order; `keys_of` reads it."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **more)


def keys_of(text: str) -> set[int]:
    return set(map(int, text.split(",")))
