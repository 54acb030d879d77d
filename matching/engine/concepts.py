"""Concepts of the General Finnish Ontology (YSO) as a bridge: a file of dictionary forms, built once, read at start.

    python -m matching.engine.concepts yso_labels.tsv.xz

reads the labels (columns uri, fi, sv, en) and writes `data/concepts.tsv.xz`: a line a concept, its number and the words
of its label in each language as dictionary forms. Reading 29,000 labels' words anew takes seconds of each process's
start; reading the file takes a tenth. Build it again when `language` reads words otherwise (a test compares).
"""

from __future__ import annotations

import lzma
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from matching.engine.bridge import LONGEST_LABEL, Bridge
from matching.engine.documents import THEME_PREFIX, Analyse

FILE = Path(__file__).parent / "data" / "concepts.tsv.xz"
LANGUAGES = ("fi", "sv", "en")
PREFIX = "yso:"
_QUALIFIER = re.compile(r"\s*\([^)]*\)\s*$")
"""*kuusi (puu)*: what stands in brackets tells homonyms apart and is not written in texts."""


def label_lemmas(label: str, language: str, analyse: Analyse) -> tuple[str, ...]:
    """The words of a label as the texts' words are read: stop words left out."""
    return tuple(token.lemma.casefold() for token in analyse(label, language) if not token.stop)


def read_concepts(bridge: Bridge, path: Path = FILE) -> Bridge:
    """Add every concept of the file to the bridge."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            number, *labels = line.rstrip("\n").split("\t")
            for language, label in zip(LANGUAGES, labels, strict=True):
                if label:
                    bridge.add(PREFIX + number, language, label.split(" "))
    return bridge


Wordings = tuple[str, str | None, Mapping[str, Sequence[str]]]
"""A theme's slug, its parent's slug, and what it is called in each language."""


def bridge_of(themes: Iterable[Wordings], analyse: Analyse) -> Bridge:
    """The concepts of the file, and themes with all that they are called."""
    bridge = read_concepts(Bridge())
    for slug, parent, wordings in themes:
        if parent:
            bridge.parents[slug] = parent
        for language, names in wordings.items():
            for name in filter(None, names):
                bridge.add(THEME_PREFIX + slug, language, label_lemmas(name, language, analyse))
    return bridge


def build_lines(source: Path, analyse: Analyse) -> Iterator[str]:
    with lzma.open(source, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            uri, *labels = line.rstrip("\n").split("\t")[:4]
            forms = []
            for language, label in zip(LANGUAGES, labels, strict=True):
                lemmas = label_lemmas(_QUALIFIER.sub("", label), language, analyse)
                forms.append(" ".join(lemmas) if len(lemmas) <= LONGEST_LABEL else "")
            # A concept with one label alone bridges nothing.
            if sum(1 for form in forms if form) > 1:
                yield "\t".join([uri.rpartition("/p")[2], *forms])


def main(source: str) -> None:
    from language import analyse

    text = "\n".join(build_lines(Path(source), analyse)) + "\n"
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main(sys.argv[1])
