"""What matching asks of the apps above: what else a profile is matched by. They register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Profile
from core import modules
from matching.engine import Document

Documents = Callable[[Collection[int], datetime], Mapping[int, Sequence[Document]]]

_documents: dict[str, Documents] = {}


def on_documents(key: str, documents: Documents) -> None:
    """`documents(profile_ids, now)` gives what the profiles are matched by beside their own texts, by profile: each
    with a key of its own ("opportunity:12"), as it stands now, in one query however many they are. Whoever changes
    them calls `accounts.hooks.profile_changed`. `key` begins with the app's label: what is switched off gives none.
    """
    _documents[key] = documents


def add_documents(profiles: Iterable[Profile], now: datetime) -> None:
    """Give the profiles what `documents_of` reads."""
    known: dict[int, list[Any]] = {}
    for profile in profiles:
        known.setdefault(profile.pk, []).append(profile)
    found: dict[int, list[Document]] = {}
    for key in modules.that_are_on(_documents) if known else ():
        for pk, documents in _documents[key](known.keys(), now).items():
            found.setdefault(pk, []).extend(documents)
    for pk, same in known.items():
        for profile in same:
            profile.more_documents = tuple(found.get(pk, ()))


def documents_of(profile: Profile) -> tuple[Document, ...]:
    """What `add_documents` gave; none where nobody has asked."""
    return getattr(profile, "more_documents", ())
