"""The engine's index inside a process, kept in step with the database.

The database is the truth: before each use the versions of all profiles are compared (one light read), and what has
changed is read again. So any number of processes can each hold an index, and a restarted one builds its own.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from random import SystemRandom

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from accounts.models import Profile, ProfileTheme
from core import places
from core.text import LANGUAGES
from language import analyse
from matching import hooks, readings, rules
from matching.engine import Bridge, Document, Index, Party, Point, Role, snapshot
from matching.engine.concepts import bridge_of, label_lemmas
from matching.engine.documents import Read, read_party
from matching.models import Freshness
from themes.models import Theme

log = logging.getLogger(__name__)

CHUNK = 400
WORTH_KEEPING = 1_000
"""Parties that a starting process had to put in by itself. From so many on it keeps its index for the next one."""
KEPT_FOR = timedelta(days=1)
FIELD_OF_STUDY = "field"
PEOPLE = (Profile.Kind.STUDENT, Profile.Kind.RESIDENT)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What joins words of different texts, as the themes stand. `version` changes when any label does; `themes` by
    their slugs."""

    version: str
    bridge: Bridge
    themes: Mapping[str, Theme]


class _Held:
    """What the process keeps: the vocabulary, and the index that was read with it. Each has a lock of its own, so that
    a page which reads two texts never waits for a match."""

    def __init__(self) -> None:
        self.reading = threading.Lock()
        self.vocabulary: Vocabulary | None = None
        self.matching = threading.RLock()
        self.index: Index | None = None
        self.seen_at: datetime | None = None


_held = _Held()


def vocabulary() -> Vocabulary:
    """As the database has it now; one query, and a second when it has changed."""
    active = Theme.objects.active().order_by("pk")
    told = [f"{what}_{code}" for code in LANGUAGES for what in ("name", "synonyms")]
    rows = [
        (slug, parent, {code: [texts[2 * n], *texts[2 * n + 1]] for n, code in enumerate(LANGUAGES)})
        for slug, parent, *texts in active.values_list("slug", "parent__slug", *told)
    ]
    version = blake2b(repr((readings.WAY, rows)).encode(), digest_size=16).hexdigest()
    with _held.reading:
        if _held.vocabulary is None or _held.vocabulary.version != version:
            themes = {theme.slug: theme for theme in active.select_related("parent")}
            _held.vocabulary = Vocabulary(version, bridge_of(rows, analyse), themes)
        return _held.vocabulary


NEEDED = (
    "texts",
    "past_works",
    Prefetch("theme_items", ProfileTheme.objects.select_related("tag__merged_into")),
)
"""What `party_of` reads beside the profile itself."""


@contextmanager
def index_in_step(since: datetime | None = None) -> Iterator[Index]:
    """The index as the database stands now, or as it stood at some moment after `since`. Used by one thread at a time;
    others wait."""
    with _held.matching:
        if _held.index is None or since is None or _held.seen_at is None or _held.seen_at < since:
            seen_at = timezone.now()
            _held.index, _held.seen_at = _in_step(), seen_at
        yield _held.index


def _in_step() -> Index:
    known, index = vocabulary(), _held.index
    if index is not None and index.bridge is known.bridge:
        bring_in_step(index, known.version)
        return index
    _held.index = None  # no two of them in memory
    index = Index(analyse, known.bridge, _place_names())
    snapshot.read(index, known.version, _marks(), kept_file())
    if bring_in_step(index, known.version) >= WORTH_KEEPING:
        _keep(index, known.version)
    # A million objects that stay: no collection of garbage need look through them again.
    gc.freeze()
    return index


def kept_file() -> Path:
    return Path(settings.SOLMU_DATA) / "index.npz"


def keep_index() -> None:
    """See that the kept index is no older than a day, so that nobody's words stay in it for long after they are gone:
    a process that has an index writes it, any other takes the old file away."""
    file = kept_file()
    if not file.exists() or time.time() - file.stat().st_mtime < KEPT_FOR.total_seconds():
        return
    if _held.index is None:
        file.unlink(missing_ok=True)
        return
    with index_in_step() as index:
        _keep(index, vocabulary().version)


def _marks() -> dict[int, str]:
    """When each profile changed last: a version may come again in a database that was restored or made anew, such a
    moment does not. (Who changes while the index is written has another version than it.)"""
    return {key: at.isoformat() for key, at in Freshness.objects.values_list("profile_id", "changed_at")}


def _keep(index: Index, version: str) -> None:
    try:
        snapshot.write(index, version, _marks(), kept_file())
    except OSError:
        log.exception("the index was not kept; the next process reads it from the database")


def forget() -> None:
    """Drop the process's index; the next use builds it anew. For tests, which change the database under it."""
    with _held.matching:
        _held.index = None


def bring_in_step(index: Index, vocabulary: str) -> int:
    """Take in what has changed, forget what is gone; how many they were. Texts are read once, by whoever comes first;
    others find what was read."""
    versions = dict(
        Freshness.objects.filter(profile__status=Profile.Status.PUBLISHED).values_list("profile_id", "version")
    )
    gone = [key for key in index if key not in versions]
    for key in gone:
        index.remove(key)
    changed = [key for key, version in versions.items() if index.version(key) != version]
    if len(changed) > CHUNK:
        _read_a_part(index, changed, versions, vocabulary)
    for start in range(0, len(changed), CHUNK):
        wanted = {key: versions[key] for key in changed[start : start + CHUNK]}
        known = readings.load(wanted, vocabulary)
        for profile in Profile.objects.filter(pk__in=known).only(*FACTS):
            index.replace(_wordless(profile), versions[profile.pk], known[profile.pk])
        fresh = {}
        for party in read_parties([key for key in wanted if key not in known]):
            reading = fresh[party.key] = index.weigh(party)
            index.replace(replace(party, documents=()), versions[party.key], reading)
        readings.keep(fresh, versions, vocabulary)
    return len(gone) + len(changed)


def _read_a_part(index: Index, changed: Sequence[int], versions: Mapping[int, int], vocabulary: str) -> None:
    """Read what nobody has read yet. Processes that begin at once take chunks in different orders, so that each reads a
    part, and finds kept what the others have read."""
    starts = range(0, len(changed), CHUNK)
    for start in SystemRandom().sample(starts, len(starts)):
        wanted = {key: versions[key] for key in changed[start : start + CHUNK]}
        known = readings.kept(wanted, vocabulary)
        parties = read_parties([key for key in wanted if key not in known])
        readings.keep({party.key: index.weigh(party) for party in parties}, versions, vocabulary)


def read_parties(profile_ids: Collection[int]) -> list[Party]:
    profiles = list(Profile.objects.filter(pk__in=profile_ids).prefetch_related(*NEEDED))
    hooks.add_documents(profiles, timezone.now())
    return [party_of(profile) for profile in profiles]


def load_needed(profiles: Sequence[Profile]) -> None:
    """All that `party_of` reads, of profiles that are at hand."""
    prefetch_related_objects(profiles, *NEEDED)
    hooks.add_documents(profiles, timezone.now())


FACTS = ("kind", "municipality", "status", "visibility", "claimed_at")


def _wordless(profile: Profile) -> Party:
    """What the engine knows of a profile beside its texts."""
    place = places.municipalities().get(profile.municipality)
    return Party(
        key=profile.pk,
        kind=profile.kind,
        place=Point(place.lat, place.lon) if place else None,
        place_code=profile.municipality,
        shown=rules.can_be_proposed(profile),
        reads=rules.wants_suggestions(profile),
    )


def party_of(profile: Profile) -> Party:
    """A profile as the engine sees it: its texts, what it has done, what upper apps add (its open offers and needs),
    themes, name, place, kind. Never its contacts."""
    documents = [Document(text.kind, Role(text.kind), text.text, text.language) for text in profile.texts.all()]
    documents += [Document(f"past:{w.pk}", Role.PAST, w.title, w.language) for w in profile.past_works.all()]
    if profile.field_of_study:
        documents.append(Document(FIELD_OF_STUDY, Role.DOES, profile.field_of_study, "fi"))
    documents += hooks.documents_of(profile)
    tags = [item.tag.merged_into or item.tag for item in profile.theme_items.all()]
    return replace(
        _wordless(profile),
        documents=tuple(documents),
        themes=frozenset(tag.slug for tag in tags if tag.state != Theme.State.REJECTED),
        # A person is not to be found by being named.
        name="" if profile.kind in PEOPLE else profile.name_fi or profile.name_sv or profile.name_en,
    )


def read_texts(party: Party, known: Vocabulary) -> list[Read]:
    """As the index reads it."""
    return read_party(party, analyse, known.bridge, _place_names())


@cache
def _place_names() -> frozenset[str]:
    """Municipalities as the texts' words are read, in both languages."""
    found: set[str] = set()
    for place in places.municipalities().values():
        for name, language in ((place.fi, "fi"), (place.sv, "sv")):
            found.update(label_lemmas(name, language, analyse))
    return frozenset(found)
