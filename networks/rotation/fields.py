"""Seatings without any repetition, by algebra.

Let the number of tables q be a power of a prime and people the points (column, row) of a plane over the field of q
elements, q rows high. In meeting m, (c, r) sits at table r − m·c. Two of different columns share a table in just one of
the q meetings, two of the same column in none; with more columns than q, those a whole q apart stay together, which is
the least that can be repeated. Lines of an affine plane, as in any text on designs.
"""

from __future__ import annotations

SMALLEST_PARTS = {4: (2, 0b111), 8: (2, 0b1011), 16: (2, 0b10011), 9: (3, 0)}
"""Fields that are not numbers modulo q: 2ⁿ by a polynomial that cannot be split, and 9 as pairs a + bi with i² = −1."""


def is_field(order: int) -> bool:
    return order in SMALLEST_PARTS or (order > 1 and all(order % part for part in range(2, int(order**0.5) + 1)))


def straight_seatings(people: int, tables: int, meetings: int) -> list[list[list[int]]]:
    """Up to `meetings` seatings of people numbered from 0, tables as even as can be; as many as the field has."""
    if not is_field(tables):
        return []
    found = []
    for meeting in range(min(meetings, tables)):
        seats: list[list[int]] = [[] for _ in range(tables)]
        for person in range(people):
            column, row = divmod(person, tables)
            seats[_less(row, _times(meeting, column % tables, tables), tables)].append(person)
        found.append(seats)
    return found


def _less(one: int, other: int, order: int) -> int:
    if order == 9:
        return (one // 3 - other // 3) % 3 * 3 + (one - other) % 3
    return one ^ other if order in SMALLEST_PARTS else (one - other) % order


def _times(one: int, other: int, order: int) -> int:
    if order == 9:
        a, b, c, d = one // 3, one % 3, other // 3, other % 3
        return (a * d + b * c) % 3 * 3 + (b * d - a * c) % 3
    if order not in SMALLEST_PARTS:
        return one * other % order
    product, modulus = 0, SMALLEST_PARTS[order][1]
    while other:
        if other & 1:
            product ^= one
        one, other = one << 1, other >> 1
        if one >= order:
            one ^= modulus
    return product
