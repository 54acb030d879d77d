"""Profiles like Solmu's at any number, the same each time, as JSON lines; or how like real texts they are.

    .venv/bin/python benchmarks/profiles.py 25000 > profiles.jsonl
    .venv/bin/python benchmarks/profiles.py --check real.jsonl [another.jsonl …] [--upto 100000]

A profile has two to four documents of 15 to 60 words about its one to four themes, in Finnish (70 %), English (20 %) or
Swedish (10 %), stands in a real municipality (the larger, the likelier), and looks for what may be of another theme.
The first 1,000 of 100,000 are the 1,000: profiles do not depend on how many are made.

`--check` puts the number of distinct words, the posting lists' lengths and the new words' growth (Heaps' exponent)
beside those of real texts: files of JSON lines that have a `text` each. Exit code 1 when the made ones are like none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import words

from core import places

SEED = 1
BLOCK = 500
KINDS = {
    "company": 0.74,
    "association": 0.11,
    "student": 0.05,
    "resident": 0.04,
    "education": 0.02,
    "public_body": 0.02,
    "municipality": 0.01,
    "research": 0.01,
}
LANGUAGES = {"fi": 0.70, "sv": 0.10, "en": 0.20}
HIDDEN_PERSONS = 0.5
MEMBERS_ONLY = 0.08
# Shares of a text's words: those that carry grammar, talk of any subject, the theme's own; the rest are the profile's.
MIX = {"fi": (0.24, 0.32, 0.38), "sv": (0.40, 0.25, 0.30), "en": (0.42, 0.27, 0.27)}
NICHE = 5
CUT = 60
NAMES = {"company": "Oy", "association": "ry", "education": "koulu", "research": "tutkimus", "public_body": "virasto"}
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Written:
    role: str
    text: str
    lang: str


@dataclass(frozen=True)
class Made:
    """A profile; `number` counts from nothing."""

    number: int
    name: str
    kind: str
    municipality: str
    lat: float
    lon: float
    languages: tuple[str, ...]
    visibility: str
    themes: tuple[str, ...]
    documents: tuple[Written, ...]

    @property
    def whole(self) -> str:
        return " ".join(document.text for document in self.documents)

    def line(self) -> dict[str, Any]:
        """As the measured corpora have it, and the fields above."""
        return {
            "id": f"p{self.number}",
            "country": "FI",
            "city": places.name(self.municipality, "fi"),
            "text": self.whole,
            **asdict(self),
        }


def make(number: int, seed: int = SEED) -> Iterator[Made]:
    """The first `number` profiles."""
    for block in range(0, number, BLOCK):
        yield from islice(_block(block, seed), number - block)


def _ranks(chance: Any, size: int, offset: float, exponent: float) -> list[int]:
    """Zipf–Mandelbrot: the rank r is as likely as (r + offset) ** -exponent. It has no end, so words never run out."""
    drawn = offset * (chance.random(size) ** (-1 / (exponent - 1)) - 1)
    found: list[int] = np.minimum(drawn, 1e9).astype(np.int64).tolist()
    return found


class _Draws:
    """A block's chances, drawn at once: for each word its source, its rank in each source, and its form."""

    def __init__(self, chance: Any, size: int) -> None:
        self.source = chance.random(size).tolist()
        self.function = _ranks(chance, size, 5, 2.2)
        self.general = _ranks(chance, size, 15, 2.1)
        self.theme = _ranks(chance, size, 20, 2.0)
        # Of a word's forms the dictionary form is the commonest.
        self.form = (chance.random(size) ** 2.2).tolist()
        self.at = 0


def _block(start: int, seed: int) -> Iterator[Made]:
    chance = np.random.default_rng([seed, start])
    draws = _Draws(chance, BLOCK * 280)
    towns = places.current_municipalities()
    people = np.array([town.population for town in towns], dtype=float)
    slugs = sorted((entry.slug for entry in words.subjects()), key=lambda slug: zlib.crc32(slug.encode()))
    liked = 1 / (np.arange(len(slugs)) + 5)
    kinds = chance.choice(list(KINDS), size=BLOCK, p=list(KINDS.values()))
    spoken = chance.choice(list(LANGUAGES), size=BLOCK, p=list(LANGUAGES.values()))
    for place, town_at in enumerate(chance.choice(len(towns), size=BLOCK, p=people / people.sum())):
        kind, language, town = str(kinds[place]), str(spoken[place]), towns[town_at]
        count = int(chance.choice([1, 2, 3, 4], p=[0.3, 0.35, 0.22, 0.13]))
        themes = tuple(slugs[n] for n in chance.choice(len(slugs), size=count, replace=False, p=liked / liked.sum()))
        yield Made(
            number=start + place,
            name=_name(kind, town.fi, themes[0], draws),
            kind=kind,
            municipality=town.code,
            lat=town.lat,
            lon=town.lon,
            languages=tuple(dict.fromkeys([language, *(one for one in LANGUAGES if chance.random() < 0.3)])),
            visibility=_visibility(kind, chance.random()),
            themes=themes,
            documents=_documents(chance, draws, language, themes, slugs),
        )


def _visibility(kind: str, drawn: float) -> str:
    if kind in ("student", "resident") and drawn < HIDDEN_PERSONS:
        return "hidden"
    return "members" if drawn > 1 - MEMBERS_ONLY else "public"


def _name(kind: str, town: str, theme: str, draws: _Draws) -> str:
    draws.at += 1
    pool = words.theme_words(theme, "fi")
    own = pool.forms(len(pool) + draws.theme[draws.at])[0]
    return f"{town} {own} {NAMES.get(kind, '')}".strip()[:150]


def _documents(
    chance: Any, draws: _Draws, language: str, themes: tuple[str, ...], slugs: list[str]
) -> tuple[Written, ...]:
    more = ["offers", "seeks", "past"]
    roles = ["does", *chance.choice(more, size=int(chance.choice([1, 2, 3], p=[0.3, 0.45, 0.25])), replace=False)]
    niche = [(themes[0], 40 + 2 * rank) for rank in draws.theme[draws.at : draws.at + NICHE]]
    draws.at += NICHE
    found = []
    for role in sorted(roles, key=["does", *more].index):
        used = language
        if chance.random() < (0.4 if role == "past" else 0.06):
            used = "en"
        about = [themes[int(chance.random() ** 1.6 * len(themes))], themes[0]]
        if role == "seeks" and chance.random() < 0.5:
            # One looks for what one does not do.
            about[0] = slugs[int(chance.random() * len(slugs))]
        length = int(chance.integers(15, 61) if role != "past" else chance.integers(15, 31))
        found.append(Written(str(role), _text(draws, used, about, niche, length), used))
    return tuple(found)


def _text(draws: _Draws, language: str, about: list[str], niche: list[tuple[str, int]], length: int) -> str:
    function, general = words.function_words(language), words.general_words(language)
    pools = [words.theme_words(slug, language) for slug in about]
    to_function, to_general, to_theme = np.cumsum(MIX[language]).tolist()
    said: list[str] = []
    left, count = 0, 0
    while count < length:
        at = draws.at = draws.at + 1
        source = draws.source[at]
        if source < to_function:
            forms = function.forms(draws.function[at] % len(function))[:1]
        elif source < to_general:
            forms = general.forms(draws.general[at])
        elif source < to_theme:
            forms = pools[at % 3 == 0].forms(draws.theme[at])
        else:
            slug, rank = niche[at % NICHE]
            forms = words.theme_words(slug, language).forms(rank)
        word = forms[int(draws.form[at] * len(forms))]
        if not left:
            if said:
                said[-1] += "."
            word, left = word[:1].upper() + word[1:], 5 + at % 9
        said.append(word)
        left, count = left - 1, count + 1 + word.count(" ")
    return " ".join(said) + "."


def statistics(texts: Iterable[str], tokens: int | None = None, first: int | None = None) -> dict[str, float]:
    """Of the texts up to so many tokens; words as they stand, in lower case. `first`: only so many of each text's."""
    lists: Counter[str] = Counter()
    grown = []
    read = 0
    for text in texts:
        found = [word.lower() for word in _WORD.findall(text)][:first]
        read += len(found)
        lists.update(set(found))
        grown.append((read, len(lists)))
        if tokens and read >= tokens:
            break
    (few, then), (many, now) = grown[len(grown) // 10], grown[-1]
    lengths = sorted(lists.values())
    return {
        "texts": len(grown),
        "tokens": many,
        "distinct": now,
        "Heaps": log(now / then) / log(many / few),
        "median list": lengths[len(lengths) // 2],
        "mean list": sum(lengths) / now,
        "in one text": sum(1 for n in lengths if n == 1) / now,
        # What comparing each with each by words costs, for one text: the sum of its words' lists, as a share of all.
        "touched": sum(n * n for n in lengths) / len(grown) ** 2,
    }


def check(files: list[Path], upto: int) -> bool:
    """Real texts are cut to the length of a profile's, and the made ones to as many words as there are of them then.

    The real ones are English. Texts in Finnish bring more distinct words, for they are compounded and inflected: they
    are shown beside, and not judged.
    """
    rows: dict[str, dict[str, float]] = {}
    alike = []
    for file in files:
        with file.open(encoding="utf-8") as lines:
            texts = dict.fromkeys(json.loads(line)["text"] for line in lines)
        rows[f"real: {file.stem}, each text once"] = real = statistics(texts, first=CUT)
        size = int(real["tokens"])
        english = (" ".join(d.text for d in one.documents if d.lang == "en") for one in make(upto))
        rows[f"  made, English ({file.stem})"] = made = statistics(filter(None, english), size, CUT)
        rows[f"  made, all languages ({file.stem})"] = statistics((one.whole for one in make(upto)), size, CUT)
        alike.append(
            abs(made["Heaps"] - real["Heaps"]) <= 0.1
            and abs(made["in one text"] - real["in one text"]) <= 0.1
            and 0.75 <= made["distinct"] / real["distinct"] <= 1.33
        )
    for number in (1_000, 10_000, 100_000):
        if number <= upto:
            rows[f"made: {number} profiles, whole"] = statistics(one.whole for one in make(number))
    print(f"{'':36}" + "".join(f"{name:>12}" for name in next(iter(rows.values()))))
    for name, row in rows.items():
        print(f"{name:36}" + "".join(f"{n:12.3f}" if n % 1 else f"{n:12.0f}" for n in row.values()))
    for file, one in zip(files, alike, strict=True):
        print(f"{file.stem}: growth, words in one text only and distinct words are alike: {'yes' if one else 'no'}")
    return any(alike)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--check", type=Path, nargs="+", metavar="REAL.jsonl")
    parser.add_argument("--upto", type=int, default=10_000, help="with --check: the most profiles to look at")
    options = parser.parse_args()
    if options.check:
        return 0 if check(options.check, options.upto) else 1
    for one in make(options.number, options.seed):
        sys.stdout.write(json.dumps(one.line(), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
