"""Finnish and Swedish compounds: *kutterinlastu* is *kutteri* + *lastu*, *spillvärme* is *spill* + *värme*.

A compound is read as a chain of constituents, the last of which carries the inflection. Which words may be a
constituent, and in which place, is data (``data/constituents_*.txt``, see ``data/README.md``): only simple words are
listed, so a word of the list is never split itself, and *asema* does not become *ase* + *ma*.

Among the possible readings the one of fewest and longest constituents wins: each costs, short ones more. A reading
with one constituent outside the list is believed only for a word that no dictionary knows, and only if that
constituent is a long known word (*kutteri*).
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from language.dictionary import DATA, lookup

SHORTEST = 3
LONGEST = 48
"""A longer string is no compound that anybody reads; the limit bounds the work."""
_UNLISTED_AT_LEAST = 5
_UNLISTED_COST = 25


@dataclass(frozen=True, slots=True)
class Constituents:
    """What a language's compounds are made of: heads by dictionary form, modifiers by dictionary form and by stem."""

    heads: frozenset[str]
    modifiers: frozenset[str]
    stems: dict[str, str]


@cache
def constituents(language: str) -> Constituents:
    """The list of a language; empty for a language whose compounds are written apart."""
    heads, modifiers, stems = set(), set(), {}
    path = DATA / f"constituents_{language}.txt"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.startswith("#"):
            continue
        word, role = line.split()
        if role.startswith(">"):
            stems[word] = role[1:]
        if "h" in role and not role.startswith(">"):
            heads.add(word)
        if "m" in role and not role.startswith(">"):
            modifiers.add(word)
    return Constituents(frozenset(heads), frozenset(modifiers), stems)


@lru_cache(maxsize=16384)
def split(word: str, language: str, known: bool = True) -> tuple[str, ...]:
    """The dictionary forms of a lower-case word's constituents, or nothing when it is no compound.

    ``known`` says that the dictionary holds the word: then every constituent must be a listed one.
    """
    parts = constituents(language)
    if not parts.heads or not 2 * SHORTEST <= len(word) <= LONGEST or word in parts.heads or word in parts.modifiers:
        return ()
    length = len(word)
    # cheapest[i]: cost and constituents of word[:i] read as modifiers alone, and whether one of them is unlisted.
    cheapest: list[tuple[int, tuple[str, ...], bool] | None] = [None] * (length + 1)
    cheapest[0] = (0, (), False)
    best: tuple[int, tuple[str, ...]] | None = None
    for start in range(length - SHORTEST + 1):
        so_far = cheapest[start]
        if so_far is None:
            continue
        if start:
            head = _head(word[start:], language, parts, unlisted_allowed=not known and not so_far[2])
            if head is not None:
                total = so_far[0] + head[0]
                if best is None or total < best[0]:
                    best = (total, (*so_far[1], head[1]))
        for end in range(start + SHORTEST, length - SHORTEST + 1):
            modifier = _modifier(word[start:end], language, parts, unlisted_allowed=not known and not so_far[2])
            if modifier is None:
                continue
            cost, lemma, unlisted = modifier
            total = so_far[0] + cost
            there = cheapest[end]
            if there is None or total < there[0]:
                cheapest[end] = (total, (*so_far[1], lemma), so_far[2] or unlisted)
    return best[1] if best else ()


def _cost(piece: str, lemma: str) -> int:
    return 10 + {3: 4, 4: 1}.get(len(piece), 0) + (0 if piece == lemma else 2)


def _modifier(
    piece: str, language: str, parts: Constituents, *, unlisted_allowed: bool
) -> tuple[int, str, bool] | None:
    """A constituent that is not the last: in Finnish its dictionary form, a genitive or the stem of a word in *-nen*;
    in Swedish its dictionary form, with a linking *s*, or a listed stem."""
    if piece in parts.modifiers:
        return _cost(piece, piece), piece, False
    stem = parts.stems.get(piece)
    if stem is not None:
        return _cost(piece, piece), stem, False
    candidate: str | None = None
    if language == "fi":
        if piece.endswith("n"):
            candidate = lookup(piece, language)
        elif piece.endswith("s"):
            candidate = f"{piece[:-1]}nen"
    elif piece.endswith("s") and len(piece) > SHORTEST + 1:
        candidate = piece[:-1]
    if candidate in parts.modifiers:
        return _cost(piece, candidate), candidate, False
    if unlisted_allowed and len(piece) >= _UNLISTED_AT_LEAST:
        lemma = lookup(piece, language)
        if lemma is not None and (lemma == piece or (language == "fi" and piece.endswith("n"))):
            return _cost(piece, lemma) + _UNLISTED_COST, lemma, True
    return None


def _head(piece: str, language: str, parts: Constituents, *, unlisted_allowed: bool) -> tuple[int, str] | None:
    """The last constituent, in any of its forms."""
    lemma = piece if piece in parts.heads else lookup(piece, language)
    if lemma is None:
        return None
    if lemma in parts.heads:
        return _cost(piece, lemma), lemma
    if unlisted_allowed and len(piece) >= _UNLISTED_AT_LEAST and len(lemma) >= _UNLISTED_AT_LEAST:
        return _cost(piece, lemma) + _UNLISTED_COST, lemma
    return None
