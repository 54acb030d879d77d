"""What may be told to everybody of counts of people: no number from one to four, nor one from which it follows.

Pure. The rule is the usual one of statistical offices: a least cell of five (primary confidentiality), and a second
cell hidden where the total would give the first away (secondary confidentiality).
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5


def is_small(count: int) -> bool:
    return 0 < count < LEAST


def hidden(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of a table whose total is known; None for those that are not told.

    One small cell alone would follow from the total, so the smallest of the others goes with it.
    """
    small = {key for key, count in counts.items() if is_small(count)}
    if len(small) == 1:
        others = [key for key in counts if key not in small and counts[key]]
        if others:
            small.add(min(others, key=lambda key: counts[key]))
    return {key: None if key in small else count for key, count in counts.items()}


def part_of(part: int, whole: int) -> int | None:
    """The part, where neither it nor what is left of the whole is small."""
    return None if is_small(part) or is_small(whole - part) else part
