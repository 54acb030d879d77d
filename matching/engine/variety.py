"""Who is nearly the same as whom, told by a number that can be kept beside a row (SimHash, Charikar 2002)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.engine.documents import Read

ALIKE = 4
"""Two signatures that differ in at most this many bits belong to nearly the same texts."""

COPIES = 5
"""So many of the very same text may stand before others; else whoever makes a thousand profiles has every list."""

T = TypeVar("T")


def signature(reads: Iterable[Read]) -> int:
    """Of what a party writes: texts that differ in a word or two get nearly the same number. 0 for nothing written."""
    hashes = b"".join(blake2b(unit.lemma.encode(), digest_size=8).digest() for read in reads for unit in read.units)
    if not hashes:
        return 0
    bits = np.unpackbits(np.frombuffer(hashes, np.uint8).reshape(-1, 8), axis=1)
    # One less than 64, so that the number fits a database's signed integer.
    bits[:, 0] = 0
    return int.from_bytes(np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(bits)).tobytes(), "big")


def are_alike(one: int, other: int) -> bool:
    return one != 0 and other != 0 and (one ^ other).bit_count() <= ALIKE


def spread(items: Sequence[T], signatures: Sequence[int]) -> list[T]:
    """The same items, best first still, but no two nearly identical ones side by side while another can stand between.

    An item that is like the one just placed waits until one that is not has been placed.
    """
    waiting = list(zip(items, signatures, strict=True))
    placed: list[T] = []
    last = 0
    while waiting:
        at = next((n for n, (_item, mark) in enumerate(waiting) if not are_alike(mark, last)), 0)
        item, last = waiting.pop(at)
        placed.append(item)
    return placed


def are_late_copies(signatures: NDArray[Any]) -> NDArray[np.bool_]:
    """Of parties in their order, which have `COPIES` of the very same before them."""
    order = np.argsort(signatures, kind="stable")
    same = signatures[order]
    begins = np.flatnonzero(np.concatenate([[True], same[1:] != same[:-1]])) if len(same) else np.empty(0, np.int64)
    before = np.empty(len(same), np.int64)
    before[order] = np.arange(len(same)) - np.repeat(begins, np.diff(np.concatenate([begins, [len(same)]])))
    late: NDArray[np.bool_] = (before >= COPIES) & (signatures != 0)
    return late
