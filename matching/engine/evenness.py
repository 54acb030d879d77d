"""How evenly attention falls: how often each stands among the first ten of somebody's list."""

from __future__ import annotations

from collections.abc import Sequence

STEPS = 20
BOUNDS = (0, 1, 3, 6, 11, 21, 51)
"""Where each group of the histogram begins; the last has no end."""


def gini(counts: Sequence[int]) -> float:
    """How unevenly: 0 when all stand equally often, towards 1 when one has everything; 0 for nobody.

    By ranks (Gini 1912 as in Damgaard and Weiner 2000): Σ (2r - n - 1) x / (n Σ x), the least first.
    """
    total, n = sum(counts), len(counts)
    if not total:
        return 0.0
    return sum((2 * rank - n - 1) * count for rank, count in enumerate(sorted(counts), 1)) / (n * total)


def lorenz(counts: Sequence[int], steps: int = STEPS) -> list[float]:
    """The share (0–1) of all attention that the least shown 0, 1/steps, 2/steps … of the profiles have."""
    rising, total = sorted(counts), sum(counts)
    if not total:
        return [step / steps for step in range(steps + 1)]
    sums = [0]
    for count in rising:
        sums.append(sums[-1] + count)
    return [sums[len(rising) * step // steps] / total for step in range(steps + 1)]


def spread(counts: Sequence[int]) -> list[int]:
    """How many profiles are in each group of BOUNDS."""
    found = [0] * len(BOUNDS)
    for count in counts:
        found[max(n for n, bound in enumerate(BOUNDS) if count >= bound)] += 1
    return found
