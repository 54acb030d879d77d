"""What was read of profiles' texts, kept in the database: reading takes a hundred times as long as looking it up."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import orjson

from matching.engine import Role
from matching.engine.documents import Weighed
from matching.engine.index import Reading as Read
from matching.models import Reading

WAY = "1"
"""Another whenever texts are read otherwise than before: then what is kept holds no more."""


def load(versions: Mapping[int, int], vocabulary: str) -> dict[int, Read]:
    """Of the profiles (by key, with the version wanted) those whose reading is kept and still true."""
    rows = Reading.objects.filter(pk__in=versions, vocabulary=vocabulary).values_list("pk", "version", "data")
    return {key: _read(bytes(data)) for key, version, data in rows if version == versions[key]}


def kept(versions: Mapping[int, int], vocabulary: str) -> set[int]:
    """Those that `load` would find."""
    rows = Reading.objects.filter(pk__in=versions, vocabulary=vocabulary).values_list("pk", "version")
    return {key for key, version in rows if version == versions[key]}


def keep(readings: Mapping[int, Read], versions: Mapping[int, int], vocabulary: str) -> None:
    Reading.objects.bulk_create(
        [Reading(pk=key, version=versions[key], vocabulary=vocabulary, data=_write(readings[key])) for key in readings],
        update_conflicts=True,
        unique_fields=["profile"],
        update_fields=["version", "vocabulary", "data"],
    )


def _write(reading: Read) -> bytes:
    documents = [[one.key, one.role, one.amounts, sorted(one.chosen)] for one in reading.documents]
    return zlib.compress(orjson.dumps([reading.signature, documents]), 1)


def _read(data: bytes) -> Read:
    signature, documents = orjson.loads(zlib.decompress(data))
    return Read(
        tuple(Weighed(key, Role(role), amounts, frozenset(chosen)) for key, role, amounts, chosen in documents),
        signature,
    )
