"""Reading a document: from text to units of evidence.

A unit is one word (its dictionary form) or one phrase of the vocabulary, with every place where it stands and all the
terms by which it may meet a word of another text: itself, the parts of a compound, the concepts that it names. When two
documents are compared, a unit counts once, by the best of its terms; else a compound would be paid three times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from matching.engine.bridge import Bridge
from matching.engine.parties import Document, Role

WORD = 1.0
NAMELESS = 0.6
"""A word that names no concept of the vocabulary, nor does any part of it: mostly verbs and adverbs, which texts share
more by chance. Weighed in full where there is no vocabulary for the language."""
HEAD = 0.7
"""The last part of a compound says what the thing is: *kutterinlastu* is *lastu*."""
MODIFIER = 0.4
CONCEPT = 0.8
THEME_CONCEPT = 0.5
"""A theme is wider than a word of the vocabulary: two texts within it may still be about different things."""
THEME_PREFIX = "theme:"
FIELD_PREFIX = "field:"

EVERYDAY = Path(__file__).parent / "data" / "everyday.txt"

LONGEST_TEXT = 20_000
"""Characters read of a text. A profile's text is far shorter; what is pasted beyond this adds cost and no evidence."""


class TokenLike(Protocol):
    """What `language.analyse` gives."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def lemma(self) -> str: ...
    @property
    def parts(self) -> tuple[str, ...]: ...
    @property
    def stop(self) -> bool: ...


Analyse = Callable[[str, str], Sequence[TokenLike]]


@dataclass(slots=True)
class Unit:
    """`places` are (start, end) in the text; a theme has none."""

    lemma: str
    places: list[tuple[int, int]] = field(default_factory=list)
    terms: dict[str, float] = field(default_factory=dict)

    def add(self, term: str, weight: float) -> None:
        if weight > self.terms.get(term, 0.0):
            self.terms[term] = weight


@dataclass(slots=True)
class Read:
    """A document as units, and for each term the unit that carries it best."""

    key: str
    role: Role
    units: list[Unit]
    best: dict[str, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, unit in enumerate(self.units):
            for term, weight in unit.terms.items():
                if weight > self.best.get(term, (0.0, 0))[0]:
                    self.best[term] = (weight, number)


def read_document(document: Document, analyse: Analyse, bridge: Bridge, places: frozenset[str] = frozenset()) -> Read:
    """Words that carry no subject are left out, everyday words and digits alone too; and names of places, for where
    somebody is has a term of its own. *Lahti* is a place and *lahti* a bay: only the one with a capital is left out."""
    text, language = document.text[:LONGEST_TEXT], document.language
    tokens = [token for token in analyse(text, language) if not token.stop]
    lemmas = [token.lemma.casefold() for token in tokens]
    units: dict[str, Unit] = {}
    for token, lemma in zip(tokens, lemmas, strict=True):
        if not any(sign.isalpha() for sign in lemma) or lemma in everyday_words(language):
            continue
        if lemma in places and text[token.start].isupper():
            continue
        unit = units.get(lemma)
        if unit is None:
            unit = units[lemma] = _word(lemma, [part.casefold() for part in token.parts], language, bridge)
        unit.places.append((token.start, token.end))
    for found in bridge.phrases(lemmas, language):
        name = " ".join(lemmas[found.start : found.end])
        unit = units.setdefault(name, Unit(name))
        unit.add(found.concept, _concept_weight(found.concept))
        place = (tokens[found.start].start, tokens[found.end - 1].end)
        if place not in unit.places:
            unit.places.append(place)
    return Read(document.key, document.role, list(units.values()))


@cache
def everyday_words(language: str) -> frozenset[str]:
    """Words that two texts share without having anything in common."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith(f"{language}: ") for word in line.split()[1:])


def read_themes(themes: frozenset[str]) -> Read:
    """A party's themes as a document of its own, so that a theme meets the words by which others ask for it."""
    units = []
    for slug in sorted(themes):
        unit = Unit(slug)
        unit.add(THEME_PREFIX + slug, 1.0)
        units.append(unit)
    return Read("themes", Role.THEMES, units)


def _word(lemma: str, parts: list[str], language: str, bridge: Bridge) -> Unit:
    unit = Unit(lemma)
    unit.add(lemma, WORD if bridge.names_something((lemma, *parts), language) else NAMELESS)
    for concept in bridge.concepts(lemma, language):
        unit.add(concept, _concept_weight(concept))
    for number, part in enumerate(parts):
        weight = HEAD if number == len(parts) - 1 else MODIFIER
        if len(part) > 2 and part not in everyday_words(language):
            unit.add(part, weight)
            for concept in bridge.concepts(part, language):
                unit.add(concept, weight * _concept_weight(concept))
    return unit


def _concept_weight(concept: str) -> float:
    return THEME_CONCEPT if concept.startswith(THEME_PREFIX) else CONCEPT
