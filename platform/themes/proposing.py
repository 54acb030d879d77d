"""From a text to the themes that it speaks of, with the words that gave each. Pure: no database, no settings.

Every name and synonym of a theme is read as a **phrase** of dictionary forms; a text is read the same way, and a theme
gets points for each of its phrases that the text holds:

- the phrase itself in any inflection, written together or apart (*metsänhoito*, *metsän hoitoa*): a name counts more
  than a synonym;
- a compound of the text that ends or begins with the phrase (*elintarvikepakkaus* speaks of packaging): less, and less
  for the beginning, which only says of what kind the thing is.

A phrase that several themes share, a theme of the top level and a phrase in another language than the text's count
less. Themes far behind the best are left out: a person confirms the list, and a wrong theme costs more than a
missing one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt

from language import Token, analyse, guess_language
from themes.vocabulary import LANGUAGES, Entry

MOST = 8
NAME, SYNONYM, HINT = 1.5, 1.0, 0.8
ENDS_WITH, BEGINS_WITH = 0.7, 0.45
OF_THE_TOP = 0.6
IN_ANOTHER_LANGUAGE = 0.8
AGAIN = 0.25
"""What a second and a third mention add."""
ENOUGH = 0.45
"""The least points of a proposed theme, and as a share of the best one's: below, it is more often wrong than right."""
SHARE_OF_BEST = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A theme that a text speaks of. `spans` are (start, end) in the text, in order and apart."""

    slug: str
    score: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    slug: str
    terms: tuple[str, ...]
    parts: tuple[str, ...]
    language: str
    weight: float


_Evidence = dict[tuple[str, ...], list[tuple[float, int, int]]]
"""What speaks for a theme: by phrase, (weight, start, end) of each place."""


_Placed = list[tuple[int, Token]]
"""Words that say something, with their places among all the words of the text."""


@dataclass
class Index:
    """Phrases by their first term; acronyms, which are told by their capitals, by their letters."""

    by_first: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    by_parts: dict[tuple[str, ...], list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    acronyms: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=4)
def index(entries: tuple[Entry, ...]) -> Index:
    """The phrases of a vocabulary. Kept, as the vocabulary seldom changes."""
    made = Index(parents={entry.slug: entry.parent for entry in entries})
    phrases = [phrase for entry in entries for phrase in _phrases(entry)]
    shared: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for phrase in phrases:
        shared[phrase.language, phrase.terms].add(phrase.slug)
    for phrase in phrases:
        several = sqrt(len(shared[phrase.language, phrase.terms]))
        kept = _Phrase(phrase.slug, phrase.terms, phrase.parts, phrase.language, phrase.weight / several)
        if _is_acronym(phrase.terms):
            made.acronyms[phrase.terms[0]].append(kept)
            continue
        made.by_first[phrase.terms[0]].append(kept)
        made.by_parts[phrase.parts].append(kept)
    return made


def hits(text: str, language: str | None, entries: tuple[Entry, ...]) -> list[Hit]:
    """The themes of a text, best first, at most `MOST`; their order is the same for the same text and vocabulary."""
    chosen = language if language in LANGUAGES else (guess_language(text) or "fi")
    made = index(entries)
    tokens = [(place, token) for place, token in enumerate(analyse(text, chosen)) if not token.stop]
    found: dict[str, _Evidence] = defaultdict(lambda: defaultdict(list))
    for phrase, weight, start, end in _matches(tokens, chosen, made):
        found[phrase.slug][phrase.parts].append((weight, start, end))
    scored = [_hit(slug, places, made) for slug, places in found.items()]
    best = max((hit.score for hit in scored), default=0.0)
    kept = {hit.slug: hit for hit in scored if hit.score >= max(ENOUGH, SHARE_OF_BEST * best)}
    named_by_children = {made.parents[slug] for slug in kept}
    return sorted(
        (hit for slug, hit in kept.items() if slug not in named_by_children),
        key=lambda hit: (-hit.score, hit.spans, hit.slug),
    )[:MOST]


def _hit(slug: str, places: _Evidence, made: Index) -> Hit:
    """A theme's points. A place in the text counts once: *housing companies* is not *housing* besides."""
    score = 0.0
    spans: set[tuple[int, int]] = set()
    for evidence in sorted(places.values(), key=lambda found: (-max(found)[0], min(found)[1:])):
        new = {(start, end): weight for weight, start, end in sorted(evidence) if not _covered(start, end, spans)}
        if new:
            score += max(new.values()) * (1 + AGAIN * min(len(new) - 1, 2))
            spans.update(new)
    if not made.parents.get(slug):
        score *= OF_THE_TOP
    return Hit(slug, round(score, 4), tuple(_apart(spans)))


def _covered(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


def _phrases(entry: Entry) -> Iterator[_Phrase]:
    for place, language in enumerate(LANGUAGES):
        wordings = [(entry.names[place], NAME), *((synonym, SYNONYM) for synonym in entry.synonyms[place])]
        for wording, weight in [*wordings, *((hint, HINT) for hint in entry.hints[place])]:
            if _is_acronym((wording,)):
                yield _Phrase(entry.slug, (wording,), (wording,), language, weight)
                continue
            read = analyse(wording, language)
            tokens = [token for token in read if not token.stop] or read
            if not tokens:
                continue
            terms = tuple(_term(token, language) for token in tokens)
            parts = tuple(part for token in tokens for part in (token.parts or (_term(token, language),)))
            yield _Phrase(entry.slug, terms, parts, language, weight)


def _term(token: Token, language: str) -> str:
    """What a word is compared by: its dictionary form, but for English in *-ing* and *-ed*, which is as often a noun of
    its own (*training* is no *train*)."""
    word = token.surface.lower()
    return word if language == "en" and word.endswith(("ing", "ed")) else token.lemma


def _is_acronym(terms: Sequence[str]) -> bool:
    return len(terms) == 1 and len(terms[0]) <= 5 and terms[0].isupper()


def _matches(tokens: _Placed, language: str, made: Index) -> Iterator[tuple[_Phrase, float, int, int]]:
    for at, (_place, token) in enumerate(tokens):
        for phrase in made.acronyms.get(token.surface.split(":")[0], ()):
            yield phrase, phrase.weight, token.start, token.end
        for phrase in made.by_first.get(_term(token, language), ()):
            run = _run(tokens, at, len(phrase.terms), between=1)
            if tuple(_term(other, language) for other in run) == phrase.terms:
                yield phrase, phrase.weight * _of_language(phrase, language), token.start, run[-1].end
        yield from _together_or_apart(tokens, at, language, made)
        if len(token.parts) > 1:
            yield from _in_a_compound(token, language, made)


def _run(tokens: _Placed, at: int, length: int, *, between: int) -> list[Token]:
    """So many words in a row, with at most so many small words between two of them; fewer where the row ends."""
    run = [tokens[at]]
    for following in tokens[at + 1 : at + length]:
        if following[0] - run[-1][0] - 1 > between:
            break
        run.append(following)
    return [token for _place, token in run]


def _together_or_apart(
    tokens: _Placed, at: int, language: str, made: Index
) -> Iterator[tuple[_Phrase, float, int, int]]:
    """*metsän hoito* for *metsänhoito*, and the other way round."""
    token = tokens[at][1]
    run = _run(tokens, at, 2, between=0)
    pair = tuple(other.lemma for other in run)
    if len(pair) == 2:
        for phrase in made.by_parts.get(pair, ()):
            if phrase.language == language and phrase.terms != pair:
                yield phrase, phrase.weight, token.start, run[-1].end
    if len(token.parts) > 1:
        for phrase in made.by_parts.get(token.parts, ()):
            if phrase.language == language and phrase.terms != (token.lemma,):
                yield phrase, phrase.weight, token.start, token.end


def _in_a_compound(token: Token, language: str, made: Index) -> Iterator[tuple[_Phrase, float, int, int]]:
    for cut in range(1, len(token.parts)):
        for piece, share in ((token.parts[cut:], ENDS_WITH), (token.parts[:cut], BEGINS_WITH)):
            for phrase in made.by_parts.get(piece, ()):
                if phrase.language == language:
                    yield phrase, phrase.weight * share, token.start, token.end


def _of_language(phrase: _Phrase, language: str) -> float:
    """A word of another language may be another word in the text's own (Swedish *art* is no art)."""
    if phrase.language == language:
        return 1.0
    return IN_ANOTHER_LANGUAGE if len(phrase.terms) > 1 or len(phrase.terms[0]) > 6 else 0.0
