"""Words without end for made-up texts: what stands in a text of a subject, the commonest first.

Real texts go on bringing new words for as long as one reads (Heaps' law), and most words stand in one text only. A
fixed list of some hundred words makes every posting list long and every vocabulary small, and an engine measured with
it is measured on something that does not exist. So a pool has a list, taken from the themes, from YSO's concepts and
from everyday words, and beyond the list a tail: compounds of the language's own constituents, and names.
"""

from __future__ import annotations

import lzma
import re
import zlib
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

from language import dictionary
from themes.vocabulary import LANGUAGES, Entry, entries

ROOT = Path(__file__).resolve().parents[1]
CONCEPTS = ROOT / "matching" / "engine" / "data" / "concepts.tsv.xz"
EVERYDAY = ROOT / "matching" / "engine" / "data" / "everyday.txt"
WORDS = ROOT / "platform" / "language" / "data"

GENERAL = 1500
"""Of YSO's concepts, so many belong to no theme: they are what people speak of whatever their subject."""
KEPT = 4000
"""Words of a pool that are remembered with their forms; the rest is made anew each time."""
SHORTEST_SHARED = 5
_WORD = re.compile(r"[^\W\d_]+")
# Endings as (letters cut, letters added), the commonest first. What the dictionary does not lead back is not used.
_ENDINGS = {
    "fi": [
        (0, "n"),
        (0, "a"),
        (0, "ä"),
        (0, "t"),
        (1, "sen"),
        (1, "ksen"),
        (1, "ia"),
        (1, "iä"),
        (0, "ja"),
        (0, "jen"),
        (0, "ssa"),
        (0, "ssä"),
        (1, "sten"),
        (1, "kset"),
        (0, "sta"),
        (0, "lla"),
        (0, "llä"),
        (0, "lle"),
        (1, "ksia"),
        (1, "ista"),
        (0, "ksi"),
        (0, "na"),
        (1, "issa"),
    ],
    "sv": [(0, "en"), (0, "n"), (0, "et"), (0, "er"), (0, "ar"), (1, "or"), (0, "s"), (0, "erna"), (0, "arna")],
    "en": [(0, "s"), (0, "ing"), (0, "ed"), (1, "ies"), (1, "ing"), (0, "es")],
}
_COMMONEST = {
    "fi": "ja on myös sekä ei että tai olemme kun kuin joka sen ovat eri mukaan",
    "sv": "och i för av är på med som till en att det den vi har ett",
    "en": "the and of to in for a we with is on as are our that by from",
}
_PREFIXES = ("bio", "micro", "multi", "eco", "geo", "re", "co", "inter", "pre", "nano", "thermo", "hydro")
_SYLLABLES = "ka lo ve ri sa to mi na el ar on te ku va so li ra ne pi do ma sen tek nor val mer ver"


class Pool:
    """Words of one subject in one language by rank. `own` are constituents that the tail's compounds are made with."""

    def __init__(self, items: list[str], language: str, seed: int, own: list[str] | None = None) -> None:
        self._items, self._language, self._seed, self._own = items, language, seed, own or []
        self._kept: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def forms(self, rank: int) -> tuple[str, ...]:
        """The word at the rank (it may be a phrase) and its inflected forms, the commonest first."""
        known = self._kept.get(rank)
        if known is None:
            known = self._listed(self._items[rank]) if rank < len(self._items) else self._tail(rank)
            if rank < KEPT:
                self._kept[rank] = known
        return known

    def _listed(self, item: str) -> tuple[str, ...]:
        head, _, last = item.rpartition(" ")
        return tuple(f"{head} {form}".strip() for form in inflected(last, self._language))

    def _tail(self, rank: int) -> tuple[str, ...]:
        mixed = _mix(rank * 1_000_003 + self._seed)
        chance, first, second = mixed % 100, _mix(mixed), _mix(mixed + 1)
        if chance < 18:
            return (_name(first),)
        if self._language == "en":
            word = _english()[first % len(_english())]
            return inflected(word if chance < 70 else _PREFIXES[second % len(_PREFIXES)] + word, "en")
        modifiers, heads = _constituents(self._language)
        front = self._own if self._own and chance < 60 else modifiers
        start = front[first % len(front)]
        return tuple(start + form for form in inflected(heads[second % len(heads)], self._language))


@lru_cache(maxsize=200_000)
def inflected(word: str, language: str) -> tuple[str, ...]:
    """The word and those of its regular forms that the dictionary leads back to it."""
    found = [word]
    for cut, ending in _ENDINGS[language]:
        form = (word[:-cut] if cut else word) + ending
        if len(word) > 2 and dictionary.lookup(form, language) == word:
            found.append(form)
    return tuple(found)


@cache
def function_words(language: str) -> Pool:
    lines = (WORDS / f"stop_{language}.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return Pool(list(dict.fromkeys([*_COMMONEST[language].split(), *words])), language, 1)


@cache
def general_words(language: str) -> Pool:
    """Talk of work and of looking for partners, and concepts that belong to no theme."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    words = [w for line in lines if line.startswith(f"{language}:") for w in line.split()[1:]]
    words.sort(key=lambda word: zlib.crc32(word.encode()))
    return Pool([*words, *(c[language] for c in _sorted_concepts()[""] if c.get(language))], language, 2)


@cache
def theme_words(slug: str, language: str) -> Pool:
    """The theme's names, synonyms and hints, then the concepts that are nearest to it."""
    entry = next(one for one in entries() if one.slug == slug)
    place = LANGUAGES.index(language)
    names = [word.casefold() for word in (*entry.wordings(language), *entry.hints[place])]
    concepts = [concept[language] for concept in _sorted_concepts()[slug] if concept.get(language)]
    items = list(dict.fromkeys([*names, *concepts]))
    modifiers = set(_constituents(language)[0]) if language != "en" else set[str]()
    own = sorted({start for item in items[:60] for start in _starts(item) if start in modifiers})
    return Pool(items, language, zlib.crc32(slug.encode()), own)


def subjects() -> list[Entry]:
    """Themes that texts are written of: those of the lower level."""
    return [entry for entry in entries() if entry.parent]


Concept = dict[str, str]


@cache
def _sorted_concepts() -> dict[str, list[Concept]]:
    """YSO's concepts by theme: first those it names, then those that share a word or its beginning, then others."""
    with lzma.open(CONCEPTS, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    concepts = {row[0]: dict(zip(LANGUAGES, row[1:], strict=True)) for row in rows}
    named = {
        uri.rpartition("/p")[2]: entry.slug
        for entry in subjects()
        for uri in (*entry.related_yso, entry.yso_uri)
        if uri
    }
    by_stem: dict[str, str] = {}
    for entry in subjects():
        for item in (*entry.wordings("fi"), *entry.hints[0]):
            for word in _WORD.findall(item.casefold()):
                if len(word) >= SHORTEST_SHARED:
                    by_stem.setdefault(word[:7], entry.slug)
    slugs = [entry.slug for entry in subjects()]
    found: dict[str, list[tuple[int, int, Concept]]] = defaultdict(list)
    for number, concept in concepts.items():
        order = _mix(int(number))
        slug = named.get(number, "")
        stems = [word[:7] for word in concept["fi"].split()]
        if slug:
            found[slug].append((0, order, concept))
        elif near := next((by_stem[stem] for stem in stems if stem in by_stem), ""):
            found[near].append((1, order, concept))
        elif order % len(concepts) < GENERAL:
            found[""].append((0, order, concept))
        else:
            found[slugs[order % len(slugs)]].append((2, order, concept))
    # Numbers never tie, so concepts themselves are not compared.
    return {slug: [concept for *_, concept in sorted(rows, key=lambda r: r[:2])] for slug, rows in found.items()}


@cache
def _english() -> list[str]:
    words = {w for group in _sorted_concepts().values() for c in group for w in c["en"].split() if w.isalpha()}
    return sorted(words)


@cache
def _constituents(language: str) -> tuple[list[str], list[str]]:
    """Words that may stand earlier in a compound, and words that may end one."""
    modifiers, heads = [], []
    for line in (WORDS / f"constituents_{language}.txt").read_text(encoding="utf-8").splitlines():
        word, _, roles = line.partition(" ")
        if ">" in roles or line.startswith("#") or word.endswith("nen"):
            continue
        if "m" in roles:
            modifiers.append(word)
        if "h" in roles:
            heads.append(word)
    return modifiers, heads


def _starts(item: str) -> list[str]:
    """Beginnings of the words, any of which may be a constituent."""
    return [word[:n] for word in _WORD.findall(item) for n in range(4, len(word) + 1)]


def _name(number: int) -> str:
    """A product's or a person's name, or an abbreviation."""
    if number % 4 == 0:
        return "".join(chr(65 + (number >> shift) % 26) for shift in range(5, 5 + 5 * (3 + number % 3), 5))
    syllables = _SYLLABLES.split()
    parts = [syllables[(number >> shift) % len(syllables)] for shift in (7, 13, 19, 25)[: 2 + number % 3]]
    return "".join(parts).capitalize()


def _mix(number: int) -> int:
    """A number that looks like chance, and is the same each time (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return number ^ (number >> 31)
