"""The vocabulary's labels as a bridge between languages, and between synonyms.

A concept has labels in several languages. A text that contains one of them, in any inflection, gets the concept as a
further term; so *aurinkopaneeleja* and *solceller* meet in a concept though they share no letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

LONGEST_LABEL = 4
"""Words. Longer labels are explanations, which nobody writes in running text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A concept whose label stands at words `start` .. `end` (exclusive) of a text."""

    start: int
    end: int
    concept: str


@dataclass(slots=True)
class Bridge:
    """Labels as sequences of lemmas → concepts, by language. A label may name several concepts."""

    _labels: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    _first: dict[str, dict[str, int]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    themes: set[str] = field(default_factory=set)
    known_words: dict[tuple[str, str], tuple[tuple[str, ...], dict[str, float]]] = field(default_factory=dict)
    """What `documents` has worked out of a word; forgotten when a label comes."""

    def add(self, concept: str, language: str, lemmas: Sequence[str]) -> None:
        """Lemmas in lower case, stop words left out by the caller as in the texts."""
        label = tuple(lemmas)
        if not 0 < len(label) <= LONGEST_LABEL:
            return
        self.known_words.clear()
        if concept.startswith("theme:"):
            self.themes.add(concept.removeprefix("theme:"))
        labels = self._labels.setdefault(language, {})
        known = labels.get(label, ())
        if concept not in known:
            labels[label] = (*known, concept)
        first = self._first.setdefault(language, {})
        first[label[0]] = max(first.get(label[0], 0), len(label))

    def add_all(self, rows: Iterable[tuple[str, str, Sequence[str]]]) -> Bridge:
        for concept, language, lemmas in rows:
            self.add(concept, language, lemmas)
        return self

    def __len__(self) -> int:
        return sum(len(labels) for labels in self._labels.values())

    def concepts(self, lemma: str, language: str) -> tuple[str, ...]:
        """The concepts that one word alone names."""
        return self._labels.get(language, {}).get((lemma,), ())

    def names_something(self, lemmas: Iterable[str], language: str) -> bool:
        """Whether any of the words begins a concept's label; always, where there are no labels to tell by."""
        first = self._first.get(language)
        return first is None or any(lemma in first for lemma in lemmas)

    def phrases(self, lemmas: Sequence[str], language: str) -> Iterator[Found]:
        """Labels of two words or more; at each place the longest."""
        labels, first = self._labels.get(language, {}), self._first.get(language, {})
        for start, lemma in enumerate(lemmas):
            for length in range(min(first.get(lemma, 0), len(lemmas) - start), 1, -1):
                concepts = labels.get(tuple(lemmas[start : start + length]))
                if concepts:
                    for concept in concepts:
                        yield Found(start, start + length, concept)
                    break
