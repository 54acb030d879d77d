"""How many tables there are at a time: as many as the round has, unless the host has said otherwise of that time.

Tables are numbered from 1, so with five of eight those from 1 to 5 are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from events.models import Round, Slot


def tables_at(round: Round, slot: Slot) -> int:
    return round.tables if slot.tables is None else slot.tables


def most_tables(round: Round, slots: Iterable[Slot]) -> int:
    """At the time that has most of them: so many columns a grid has."""
    return max((tables_at(round, slot) for slot in slots), default=round.tables)


def stamp_of(round: Round) -> int:
    """Another number whenever there are more or fewer tables at any of its times, or other times. One query."""
    slots = round.slots.filter(is_open=True).order_by("pk")
    return crc32(repr([(slot.pk, tables_at(round, slot)) for slot in slots]).encode())
