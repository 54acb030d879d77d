"""An index as one file of plain arrays (numpy's .npz), so that a process which starts need not put every party in anew.

The file is numbers and JSON, nothing that could run; one that is cut short, of another shape or of another state of
the vocabulary is as good as none.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.engine.index import ARRAYS, COLUMNS, TOLD, Index

FORM = [2, *COLUMNS, *ARRAYS, *TOLD]
"""What the file holds. The number is another whenever the same names hold other things than before."""


def write(index: Index, vocabulary: str, marks: Mapping[int, str], file: Path) -> None:
    """In place of the file that stood there, or not at all. Only the parties of `marks` are the file's: by these their
    reader knows them again. `OSError` where it cannot be written."""
    head = {"form": FORM, "vocabulary": vocabulary, "marks": list(marks.items())}
    arrays: dict[str, Any] = {"head": _packed(head), **index.dump()}
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as part:
        try:
            np.savez(part, **arrays)
            part.close()
            os.replace(part.name, file)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def read(index: Index, vocabulary: str, marks: Mapping[int, str], file: Path) -> bool:
    """Fill the empty index with those parties that still have the marks they were written with; whether the file was
    there, whole, and written with this vocabulary."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            head = _unpacked(arrays["head"])
            if (head["form"], head["vocabulary"]) != (FORM, vocabulary):
                return False
            found = {name: arrays[name] for name in arrays.files if name != "head"}
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return False
    index.load(found)
    known = dict(head["marks"])
    for key in list(index):
        if key not in known or known[key] != marks.get(key):
            index.remove(key)
    return True


def _packed(what: Any) -> NDArray[np.uint8]:
    return np.frombuffer(orjson.dumps(what), np.uint8)


def _unpacked(array: NDArray[np.uint8]) -> Any:
    return orjson.loads(array.tobytes())
