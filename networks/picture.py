"""A picture of who met whom: everybody on a circle, a line for each pair. Pure, and the same for the same pairs.

A circle rather than a field of forces: in a network that meets in rotation almost everybody has met almost everybody,
and a force-directed picture of that is a ball of wool. On the circle a hundred names stand apart and can be read, and
those who have met stand near each other, so that the lines are short where there are groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

Pair = tuple[int, int]
"""Two keys, the smaller first."""

SIZE = 960
RADIUS = 296
LABEL = 12
"""From a dot to its name."""
NEAR = 6
"""How many of those placed last pull the next one beside them."""
HEAVIEST = 3
"""Lines are as thick for three meetings as for more."""
PULL = 0.55
"""How far towards the centre a line bends: none at 0, through the centre at 1."""


@dataclass(frozen=True)
class Node:
    """`x`, `y` of the dot; the name begins at `label_x`, `label_y`, turned by `turn` degrees; on the left half it ends
    there (`is_left`), so that no name stands on its head."""

    key: int
    x: float
    y: float
    label_x: float
    label_y: float
    turn: float
    is_left: bool
    partners: int


@dataclass(frozen=True)
class Picture:
    """`lines`: for each weight from 1 to `HEAVIEST` one SVG path with all its lines. `chosen`: the lines of the one
    that is pointed out, to be drawn over the others."""

    nodes: list[Node]
    lines: list[tuple[int, str]]
    chosen: str = ""


def ordered(keys: Sequence[int], times: Mapping[Pair, int]) -> list[int]:
    """Round the circle: from the best connected on, always the one that has met most of those placed last. Whoever has
    met nobody comes at the end, in the given order. `times` of these keys alone. O(n²)."""
    weight: dict[int, dict[int, int]] = defaultdict(dict)
    for (one, other), n in times.items():
        weight[one][other] = weight[other][one] = n
    place = {key: number for number, key in enumerate(keys)}
    left = {key for key in keys if weight[key]}
    alone = [key for key in keys if not weight[key]]
    found: list[int] = []
    pull: dict[int, int] = dict.fromkeys(keys, 0)
    while left:
        best = min(left, key=lambda key: (-pull[key], -len(weight[key]), place[key]))
        left.remove(best)
        found.append(best)
        for key, n in weight[best].items():
            pull[key] += n
        if len(found) > NEAR:
            for key, n in weight[found[-NEAR - 1]].items():
                pull[key] -= n
    return found + alone


def draw(keys: Sequence[int], times: Mapping[Pair, int], *, chosen: int | None = None) -> Picture:
    """The circle of these keys with a line for each pair of them, in a square of `SIZE`; the lines of `chosen` once
    more by themselves."""
    known = set(keys)
    times = {pair: many for pair, many in times.items() if pair[0] in known and pair[1] in known}
    around = ordered(keys, times)
    middle, n = SIZE / 2, max(1, len(around))
    at: dict[int, tuple[float, float]] = {}
    partners: dict[int, int] = dict.fromkeys(around, 0)
    for one, other in times:
        partners[one] += 1
        partners[other] += 1
    nodes = []
    for number, key in enumerate(around):
        angle = 2 * pi * number / n - pi / 2
        x, y = middle + RADIUS * cos(angle), middle + RADIUS * sin(angle)
        far = RADIUS + LABEL
        is_left = cos(angle) < -1e-9
        turn = angle * 180 / pi + (180 if is_left else 0)
        at[key] = (x, y)
        label = (middle + far * cos(angle), middle + far * sin(angle))
        nodes.append(
            Node(
                key,
                round(x, 1),
                round(y, 1),
                round(label[0], 1),
                round(label[1], 1),
                round(turn, 1),
                is_left,
                partners[key],
            )
        )
    paths: dict[int, list[str]] = defaultdict(list)
    own = []
    for (one, other), many in sorted(times.items()):
        line = _line(at[one], at[other], middle)
        paths[min(many, HEAVIEST)].append(line)
        if chosen in (one, other):
            own.append(line)
    return Picture(nodes, [(weight, "".join(paths[weight])) for weight in sorted(paths)], "".join(own))


def _line(one: tuple[float, float], other: tuple[float, float], middle: float) -> str:
    bend = [(a + b) / 2 * (1 - PULL) + middle * PULL for a, b in zip(one, other, strict=True)]
    return f"M{one[0]:.0f} {one[1]:.0f}Q{bend[0]:.0f} {bend[1]:.0f} {other[0]:.0f} {other[1]:.0f}"
