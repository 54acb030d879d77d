"""A text's words: where each stands, its dictionary form, the parts of a compound, and whether it says anything."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from language.compounds import split
from language.dictionary import DATA, LANGUAGES, LONGEST_FORM, lookup

if TYPE_CHECKING:
    from simplemma.strategies import RulesStrategy

# A word is letters and digits with their combining marks; a soft hyphen or a joiner may stand inside it without
# dividing it, and so may one hyphen, apostrophe, colon, full stop of an address or ampersand between two letters.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060]|[-\u2010\u2011'’:&+.](?=[^\W_]))*[+#]*")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060")
_HYPHENS = re.compile("[-\u2010\u2011]")
# *EU:n*, *CNC:llä*, *EU:s*: what follows the colon is the ending.
_COLON_ENDING = re.compile(r":[a-zåäö]{1,6}$")
# Endings of Finnish local cases that a strange name (*Solmussa*) may be freed of without knowing the name.
_FINNISH_ENDING = re.compile(r"(?<=[aeiouyäö])(?:ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|seen)$")

# What a Finnish form may carry after its case: particles, then whose it is. Of *-mme* and the like it is what stands
# before them that is a form (*sahalla-mme*), sometimes without its last letter (*yritykse[n]-mme*).
_FINNISH_PARTICLE = re.compile(r"(?:kin|kaan|kään|han|hän|ko|kö|pa|pä)$")
_FINNISH_OWNER = re.compile(r"(?:mme|nne|nsa|nsä|ni|si)$")


WORDS_KNOWN = 1 << 17
"""So many words are remembered as they were read, at some 300 bytes each: the texts of 25,000 organisations have that
many different ones, and to read a word takes a hundred times as long as to remember it."""


@cache
def _rules() -> "RulesStrategy":
    # Loaded at the first word, not at a server's start.
    from simplemma.strategies import RulesStrategy

    return RulesStrategy()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text. ``start`` and ``end`` are its place in the text as given; ``parts`` are the dictionary forms
    of a compound's constituents (empty for a simple word); ``stop`` marks words that say nothing of the subject."""

    start: int
    end: int
    surface: str
    lemma: str
    parts: tuple[str, ...] = ()
    stop: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """What the word can be found by: its dictionary form, then its parts."""
        return (self.lemma, *(part for part in self.parts if part != self.lemma))


def analyse(text: str, language: str | None = None) -> list[Token]:
    """The words of a text in their order. Without a language it is guessed, and Finnish where nothing can be.

    Never fails: an unknown word is its own dictionary form, and a string too long to be a word is left alone.
    """
    from language.guess import guess_language

    chosen = language if language in LANGUAGES else (guess_language(text) or "fi")
    return [
        Token(start, end, surface, *_read(_normal(surface), chosen, _is_acronym(surface)))
        for start, end, surface in words(text)
    ]


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, word) for every word of a text, with nothing said of what it means."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), match.group()


@cache
def stop_words(language: str) -> frozenset[str]:
    """Forms and dictionary forms that carry no subject: function words, and what every such text says (*we offer*)."""
    lines = (DATA / f"stop_{language}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _normal(surface: str) -> str:
    word = unicodedata.normalize("NFC", surface[: 4 * LONGEST_FORM].translate(_INVISIBLE)).lower()
    return word.replace("’", "'")


def _is_acronym(surface: str) -> bool:
    """*IT* is a trade, *it* is a small word."""
    return 2 <= len(surface) <= 5 and surface.isupper()


@lru_cache(maxsize=WORDS_KNOWN)
def _read(word: str, language: str, acronym: bool = False) -> tuple[str, tuple[str, ...], bool]:
    """(dictionary form, parts, stop) of a normalised word."""
    stops = frozenset[str]() if acronym else stop_words(language)
    if not word or word in stops:
        return (lookup(word, language) or word, (), True)
    if len(word) > LONGEST_FORM:
        return word, (), False
    word = _COLON_ENDING.sub("", word)
    if not word.isalpha():
        return _read_with_marks(word, language)
    lemma = lookup(word, language)
    if acronym and lemma is not None and lemma[:2] != word[:2]:
        # The list spells *LVI* out as *lämpö*; who writes the letters means the letters.
        return word, (), False
    if lemma is None and language == "fi":
        word, lemma = _without_owner(word)
    if lemma is not None:
        return lemma, split(lemma, language), lemma in stops
    parts = split(word, language, known=False)
    if parts:
        return _compound_lemma(word, parts[-1], language), parts, False
    lemma = _by_rule(word, language)
    return lemma, split(lemma, language, known=False) if lemma != word else (), lemma in stops


def _without_owner(word: str) -> tuple[str, str | None]:
    """A Finnish form freed of particles and owner, and its dictionary form if that is known by then."""
    bare = [candidate for candidate in _bare_forms(word) if len(candidate) >= 4]
    for candidate in bare:
        lemma = lookup(candidate, "fi")
        if lemma is not None:
            return candidate, lemma
    return next((candidate for candidate in bare if split(candidate, "fi")), word), None


def _bare_forms(word: str) -> Iterator[str]:
    without_particle = _FINNISH_PARTICLE.sub("", word)
    if without_particle != word:
        yield without_particle
    for owned in dict.fromkeys((word, without_particle)):
        without_owner = _FINNISH_OWNER.sub("", owned)
        if without_owner != owned:
            yield without_owner
            yield f"{without_owner}n"


def _read_with_marks(word: str, language: str) -> tuple[str, tuple[str, ...], bool]:
    """A word with hyphens, digits or other marks: *IT-palveluiden* is *it* + *palvelu*."""
    pieces = [piece for piece in _HYPHENS.split(word) if piece]
    if len(pieces) < 2:
        plain = word.split("'")[0] if language == "en" else word
        return (lookup(plain, language) or plain, (), len(plain) == 1 or plain.isdigit())
    parts: list[str] = []
    for piece in pieces:
        lemma, inner, _stop = _read(piece, language)
        parts.extend(inner or (lemma,))
    last = _read(pieces[-1], language)[0]
    return "-".join([*pieces[:-1], last]), tuple(parts), False


def _compound_lemma(word: str, head: str, language: str) -> str:
    """A compound's dictionary form: what comes before its head, and the head's dictionary form."""
    for start in range(1, len(word)):
        piece = word[start:]
        if piece == head or lookup(piece, language) == head:
            return word[:start] + head
    return word


def _by_rule(word: str, language: str) -> str:
    """A word that no list knows: simplemma's rules, then the Finnish local cases, then the word itself."""
    ruled = _rules().get_lemma(word, language)
    if ruled:
        return ruled.lower()
    if language == "fi" and len(word) > 6:
        return _FINNISH_ENDING.sub("", word)
    return word
