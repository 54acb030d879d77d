"""Reading a document: from text to units of evidence.

A unit is one word (its dictionary form) or one phrase of the vocabulary, with every place where it stands and all the
terms by which it may meet a word of another text: itself, the parts of a compound, the concepts that it names. When two
documents are compared, a unit counts once, by the best of its terms; else a compound would be paid three times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from matching.engine.bridge import Bridge
from matching.engine.parties import Document, Party, Role

WORD = 1.0
NAMELESS = 0.6
"""A word that names no concept of the vocabulary, nor does any part of it: mostly verbs and adverbs, which texts share
more by chance. Weighed in full where there is no vocabulary for the language."""
HEAD = 0.7
"""The last part of a compound says what the thing is: *kutterinlastu* is *lastu*."""
MODIFIER = 0.4
CONCEPT = 0.5
THEME_CONCEPT = 0.4
"""A theme is wider than a word of the vocabulary: two texts within it may still be about different things."""
THEME_PREFIX = "theme:"
FIELD_PREFIX = "field:"
OWN_THEME = 1.5
"""A theme that was chosen says more than a word that came to be written."""
OWN_FIELD = 0.9
"""The wider theme of a chosen one, so that those in one field meet though their themes differ."""

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


@dataclass(frozen=True, slots=True)
class Weighed:
    """A document as the index holds it: how much of each term there is, and which terms are chosen themes."""

    key: str
    role: Role
    amounts: Mapping[str, float]
    chosen: frozenset[str] = frozenset()


@dataclass(slots=True)
class Read:
    """A document as units. `chosen` are the terms of its themes and of their fields."""

    key: str
    role: Role
    units: list[Unit]
    chosen: set[str] = field(default_factory=set)
    _carriers: dict[str, Unit | None] = field(default_factory=dict, compare=False, repr=False)

    def weigh(self) -> Weighed:
        """A word's weight for every time that it stands in the text."""
        found: dict[str, float] = {}
        for unit in self.units:
            times = max(1, len(unit.places))
            for term, weight in unit.terms.items():
                found[term] = found.get(term, 0.0) + weight * times
        # Rounded, so that what is kept in a file or a database is the same as what was just read.
        amounts = {term: round(amount, 4) for term, amount in found.items()}
        return Weighed(self.key, self.role, amounts, frozenset(self.chosen))

    def carrier(self, term: str) -> Unit | None:
        """The unit that carries a term best, the first of equal ones."""
        if term not in self._carriers:
            those = [unit for unit in self.units if term in unit.terms]
            self._carriers[term] = max(those, key=lambda unit: unit.terms[term], default=None)
        return self._carriers[term]


def read_party(party: Party, analyse: Analyse, bridge: Bridge, places: frozenset[str] = frozenset()) -> list[Read]:
    """Its documents, and its name as one. The party's themes belong to the first text that tells what it does or
    offers; a party with themes alone has them as its only document."""
    reads = []
    themes = party.themes
    for document in party.documents:
        own = document.themes
        if themes and document.role in (Role.DOES, Role.OFFERS):
            own, themes = own | themes, frozenset()
        reads.append(read_document(document, analyse, bridge, places, own))
    if themes:
        reads.append(read_document(Document("themes", Role.DOES, "", "fi"), analyse, bridge, places, themes))
    if party.name:
        reads.append(_read_name(party.name, analyse))
    return reads


def read_document(
    document: Document,
    analyse: Analyse,
    bridge: Bridge,
    places: frozenset[str] = frozenset(),
    themes: frozenset[str] | None = None,
) -> Read:
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
            parts = tuple(part.casefold() for part in token.parts)
            unit = units[lemma] = Unit(lemma, terms=dict(_word_terms(lemma, parts, language, bridge)))
        unit.places.append((token.start, token.end))
    for found in bridge.phrases(lemmas, language):
        name = " ".join(lemmas[found.start : found.end])
        unit = units.setdefault(name, Unit(name))
        unit.add(found.concept, _concept_weight(found.concept))
        place = (tokens[found.start].start, tokens[found.end - 1].end)
        if place not in unit.places:
            unit.places.append(place)
    read = Read(document.key, document.role, list(units.values()))
    for theme in sorted(document.themes if themes is None else themes):
        named = _theme_units(theme, analyse, bridge)
        read.units += named
        read.chosen.update(named[0].terms)
    return read


@cache
def everyday_words(language: str) -> frozenset[str]:
    """Words that two texts share without having anything in common."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith(f"{language}: ") for word in line.split()[1:])


@cache
def _company_words() -> frozenset[str]:
    """What names of organisations have in common: their forms (*oy*, *GmbH*, *stiftelse*)."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith("names: ") for word in line.split()[1:])


def _read_name(name: str, analyse: Analyse) -> Read:
    """A name is written as it is, in whatever language: its words count as they stand and in their Finnish and
    English dictionary forms, so that a text in any language finds it."""
    units: dict[str, Unit] = {}
    for language in ("fi", "en"):
        for token in analyse(name, language):
            word = name[token.start : token.end].casefold()
            if len(word) < 3 or word in _company_words() or not any(sign.isalpha() for sign in word):
                continue
            unit = units.setdefault(word, Unit(word, [(token.start, token.end)]))
            unit.add(word, 1.0)
            unit.add(token.lemma.casefold(), 1.0)
    return Read("name", Role.NAME, list(units.values()))


def _theme_units(theme: str, analyse: Analyse, bridge: Bridge) -> list[Unit]:
    """A theme of the vocabulary meets itself, its field and the words that name it. One that the vocabulary does not
    know (another installation's, a file's) is read as the words of its label."""
    unit = Unit(theme)
    unit.add(THEME_PREFIX + theme, OWN_THEME)
    if theme in bridge.themes:
        unit.add(FIELD_PREFIX + bridge.parents.get(theme, theme), OWN_FIELD)
        return [unit]
    words = read_document(Document("theme", Role.DOES, theme, "en"), analyse, bridge)
    return [unit, *(Unit(one.lemma, terms=one.terms) for one in words.units)]


def _word_terms(lemma: str, parts: tuple[str, ...], language: str, bridge: Bridge) -> dict[str, float]:
    """A word's terms; remembered by the bridge, for texts repeat their words."""
    known = bridge.known_words.get((language, lemma))
    if known is not None and known[0] == parts:
        return known[1]
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
    bridge.known_words[(language, lemma)] = (parts, unit.terms)
    return unit.terms


def _concept_weight(concept: str) -> float:
    return THEME_CONCEPT if concept.startswith(THEME_PREFIX) else CONCEPT
