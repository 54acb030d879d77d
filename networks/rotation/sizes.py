"""How many sit at each table, and how many pairs can meet so at most."""

from __future__ import annotations

from math import comb

SMALLEST = 2


def table_sizes(people: int, size: int) -> tuple[int, ...]:
    """As few tables as hold everybody with at most `size` at each, as even as can be, the larger ones first. Nobody
    sits alone who need not: where pairs are asked for and one person is left over, three share a table.
    """
    if people <= 0:
        return ()
    tables = -(-people // size)
    if people // tables < SMALLEST:
        tables = max(1, people // SMALLEST)
    smaller, more = divmod(people, tables)
    return (smaller + 1,) * more + (smaller,) * (tables - more)


def sizes_allowed(people: int, size: int) -> tuple[int, int]:
    """Fewest and most at a table once a seating is repaired: at least half of `size` and nobody alone, as far as that
    many people can sit so."""
    sizes = table_sizes(people, size)
    if not sizes:
        return 0, size
    return min(max(SMALLEST, size // 2), sizes[-1]), max(size, sizes[0])


def most_pairs(people: int, size: int, meetings: int) -> int:
    """No more pairs than this can meet when the same people come to all meetings.

    A table of more people than there are tables cannot be spread without somebody meeting again, each time anew.
    """
    sizes = table_sizes(people, size)
    again = sum(_fewest_pairs(one, len(sizes)) for one in sizes)
    once = sum(comb(one, 2) for one in sizes)
    return min(comb(people, 2), meetings * once - max(0, meetings - 1) * again)


def _fewest_pairs(people: int, tables: int) -> int:
    fewer, more = divmod(people, tables)
    return more * comb(fewer + 1, 2) + (tables - more) * comb(fewer, 2)
