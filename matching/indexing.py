"""The engine's index inside a process, kept in step with the database.

The database is the truth: before each use the versions of all profiles are compared (one light read), and what has
changed is read again. So any number of processes can each hold an index, and a restarted one builds its own.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache

from django.db.models import Prefetch

from accounts.models import Profile, ProfileTheme
from core import places
from language import analyse
from matching import rules
from matching.engine import Bridge, Document, Index, Party, Point, Role
from matching.engine.concepts import label_lemmas, read_concepts
from matching.engine.documents import THEME_PREFIX, Read, read_party
from matching.models import Freshness
from themes.models import Theme

CHUNK = 400
FIELD_OF_STUDY = "field"
PEOPLE = (Profile.Kind.STUDENT, Profile.Kind.RESIDENT)


class _Held:
    """The process's index, and the vocabulary that it was read with."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.index: Index | None = None
        self.vocabulary: int | None = None
        self.bridge = Bridge()


_held = _Held()


NEEDED = (
    "texts",
    "past_works",
    Prefetch("theme_items", ProfileTheme.objects.select_related("tag__merged_into")),
)
"""What `party_of` reads beside the profile itself."""


@contextmanager
def index_in_step() -> Iterator[Index]:
    """The index as the database stands now. Used by one thread at a time; others wait."""
    with _held.lock:
        vocabulary, rows = _vocabulary()
        if _held.vocabulary != vocabulary:
            _held.bridge, _held.vocabulary, _held.index = _bridge(rows), vocabulary, None
        if _held.index is None:
            _held.index = Index(analyse, _held.bridge, _place_names())
        bring_in_step(_held.index)
        yield _held.index


def forget() -> None:
    """Drop the process's index; the next use builds it anew. For tests, which change the database under it."""
    with _held.lock:
        _held.index = None


def bring_in_step(index: Index) -> None:
    """Read what has changed, forget what is gone."""
    versions = dict(
        Freshness.objects.filter(profile__status=Profile.Status.PUBLISHED).values_list("profile_id", "version")
    )
    for key in [key for key in index if key not in versions]:
        index.remove(key)
    changed = [key for key, version in versions.items() if index.version(key) != version]
    for start in range(0, len(changed), CHUNK):
        for party in read_parties(changed[start : start + CHUNK]):
            index.replace(party, versions[party.key])


def read_parties(profile_ids: Collection[int]) -> list[Party]:
    profiles = Profile.objects.filter(pk__in=profile_ids).prefetch_related(*NEEDED)
    return [party_of(profile) for profile in profiles]


def party_of(profile: Profile) -> Party:
    """A profile as the engine sees it: its texts, what it has done, themes, name, place, kind. Never its contacts."""
    documents = [Document(text.kind, Role(text.kind), text.text, text.language) for text in profile.texts.all()]
    documents += [Document(f"past:{w.pk}", Role.PAST, w.title, w.language) for w in profile.past_works.all()]
    if profile.field_of_study:
        documents.append(Document(FIELD_OF_STUDY, Role.DOES, profile.field_of_study, "fi"))
    tags = [item.tag.merged_into or item.tag for item in profile.theme_items.all()]
    place = places.municipalities().get(profile.municipality)
    return Party(
        key=profile.pk,
        documents=tuple(documents),
        themes=frozenset(tag.slug for tag in tags if tag.state != Theme.State.REJECTED),
        kind=profile.kind,
        # A person is not to be found by being named.
        name="" if profile.kind in PEOPLE else profile.name_fi or profile.name_sv or profile.name_en,
        place=Point(place.lat, place.lon) if place else None,
        place_code=profile.municipality,
        shown=rules.can_be_proposed(profile),
    )


def read_texts(party: Party) -> list[Read]:
    """As the index reads it, with the vocabulary that this process knows."""
    with _held.lock:
        if _held.vocabulary is None:
            _held.vocabulary, rows = _vocabulary()
            _held.bridge = _bridge(rows)
        return read_party(party, analyse, _held.bridge, _place_names())


@cache
def _place_names() -> frozenset[str]:
    """Municipalities as the texts' words are read, in both languages."""
    found: set[str] = set()
    for place in places.municipalities().values():
        for name, language in ((place.fi, "fi"), (place.sv, "sv")):
            found.update(label_lemmas(name, language, analyse))
    return frozenset(found)


_Row = tuple[str, str | None, dict[str, list[str]]]


def _vocabulary() -> tuple[int, list[_Row]]:
    """A number that changes when any label does, and the themes: slug, parent's slug, labels by language."""
    rows: list[_Row] = []
    for theme in Theme.objects.active().select_related("parent").order_by("pk"):
        labels = {
            language: [getattr(theme, f"name_{language}"), *getattr(theme, f"synonyms_{language}")]
            for language in ("fi", "sv", "en")
        }
        rows.append((theme.slug, theme.parent.slug if theme.parent else None, labels))
    return hash(repr(rows)), rows


@cache
def _label_lemmas(label: str, language: str) -> tuple[str, ...]:
    return label_lemmas(label, language, analyse)


def _bridge(rows: list[_Row]) -> Bridge:
    bridge = read_concepts(Bridge())
    for slug, parent, labels in rows:
        if parent:
            bridge.parents[slug] = parent
        for language, names in labels.items():
            for name in names:
                if name:
                    bridge.add(THEME_PREFIX + slug, language, _label_lemmas(name, language))
    return bridge
