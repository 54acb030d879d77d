"""Flat arrays that grow, and the numbers that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONEncoder
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Ints = NDArray[Any]
Bools = NDArray[Any]
"""Of 32 bits where there are many; numpy's own types of results vary too much to be told apart here."""

_as_json = JSONEncoder(ensure_ascii=False).encode
"""Takes no more memory than the text. (orjson makes room for a kilobyte each time, which of half a million names would
be twice what the whole index takes.)"""


class Column:
    """A numpy array that grows at its end."""

    def __init__(self, dtype: Any) -> None:
        self._room: NDArray[Any] = np.empty(1024, dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: Sequence[float] | NDArray[Any]) -> None:
        needed = self._length + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            room[: self._length] = self._room[: self._length]
            self._room = room
        self._room[self._length : needed] = values
        self._length = needed

    @property
    def all(self) -> NDArray[Any]:
        return self._room[: self._length]

    def keep(self, chosen: Bools) -> None:
        self._room = self.all[chosen]
        self._length = len(self._room)


class Numbers(dict[str, int]):
    """A number for each name, given when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self._spelled, self._ends = Column(np.uint8), Column(np.int64)
        self._ends.append([0])

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self.names)
        self.names.append(name)
        return number

    def spelled(self) -> tuple[Ints, Ints]:
        """Bytes of all names as JSON strings, quotes and all, one after the other, and their bounds: name n lies from
        the n-th to the next."""
        new = [_as_json(name).encode() for name in self.names[len(self._ends) - 1 :]]
        if new:
            self._ends.append(np.cumsum([len(name) for name in new]) + len(self._spelled))
            self._spelled.append(np.frombuffer(b"".join(new), np.uint8))
        return self._spelled.all, self._ends.all
