"""Searching by dictionary form: what a text is stored under, what a searcher's words mean, what to mark on the page.

A stored **column** is a text's terms with a space on both sides, ``" lastu kutteri kutterinlastu "``. A **needle** is
a string to look for in it: ``" kutter"`` finds a term by its beginning, ``" puu "`` a short one whole. So a database
answers with plain substring search and needs no language of its own.
"""

from collections.abc import Collection, Iterable

from language.analysis import Token, _normal, analyse, words
from language.dictionary import LANGUAGES

SHORTEST_PREFIX = 4
"""A shorter term is looked for whole: *puu* is not *puuha*."""
MOST_WORDS = 12
"""A query of more words is a text pasted by mistake; the first ones are used."""

Alternative = tuple[str, ...]
"""Terms that must all be there."""


def search_terms(text: str, language: str | None = None) -> list[str]:
    """The terms to store of a text, in the order of their first appearance, each once: dictionary forms of the words
    that say something, and the parts of compounds. Parts of the word as written are added where they differ from the
    dictionary form by more than its end, so that a name that was read wrongly can still be found."""
    found: dict[str, None] = {}
    for token in analyse(text, language):
        if token.stop:
            continue
        for term in token.terms:
            found.setdefault(term)
        surface = _normal(token.surface)
        if not surface.startswith(token.lemma[:3]):
            found.setdefault(surface)
    return list(found)


def search_column(terms: Iterable[str]) -> str:
    """The column of some terms; an empty string when there are none."""
    joined = " ".join(dict.fromkeys(terms))
    return f" {joined} " if joined else ""


def query_terms(text: str) -> list[tuple[Alternative, ...]]:
    """What a searcher asks for, whichever of the three languages they write.

    One entry a word of the query, and every word must be found. A word is found by any of its alternatives: as it was
    written, its dictionary form in any language that knows it, or all the parts of a compound together
    (*kutterinlastu* finds *kutterin lastua*). Words that say nothing are left out, unless there are no others.
    """
    entries: list[tuple[Alternative, ...]] = []
    for _start, _end, surface in words(text[:2000]):
        readings = [token for language in LANGUAGES for token in analyse(surface, language)]
        if any(token.stop for token in readings):
            continue
        entries.append(_alternatives(surface, readings))
        if len(entries) == MOST_WORDS:
            break
    if not entries:
        entries = [((_normal(surface),),) for _start, _end, surface in list(words(text[:200]))[:MOST_WORDS]]
    return entries


def query_needles(text: str) -> list[tuple[tuple[str, ...], ...]]:
    """The same as needles for stored columns: every word, any alternative, all its needles."""
    return [tuple(tuple(needle(term) for term in alternative) for alternative in entry) for entry in query_terms(text)]


def needle(term: str) -> str:
    """The substring by which a term is looked for in a column."""
    return f" {term}" if len(term) >= SHORTEST_PREFIX else f" {term} "


def matches(column: str, needles: Iterable[Iterable[Iterable[str]]]) -> bool:
    """Whether a column answers a query; what the database does, for texts that are in memory."""
    return all(any(all(piece in column for piece in alternative) for alternative in entry) for entry in needles)


def highlight_spans(text: str, language: str | None, terms: Collection[str]) -> list[tuple[int, int]]:
    """Where in a text the words stand that any of the terms means, in order and apart from each other."""
    wanted = set(terms)
    return [(token.start, token.end) for token in analyse(text, language) if _means(token, wanted)]


def _means(token: Token, wanted: set[str]) -> bool:
    return token.lemma in wanted or _normal(token.surface) in wanted or not wanted.isdisjoint(token.parts)


def _alternatives(surface: str, readings: list[Token]) -> tuple[Alternative, ...]:
    found: dict[Alternative, None] = {(_normal(surface),): None}
    for token in readings:
        found.setdefault((token.lemma,))
        if len(token.parts) > 1:
            found.setdefault(token.parts)
    return tuple(found)
