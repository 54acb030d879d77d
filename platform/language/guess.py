"""Which of the three languages a text is written in."""

from language.analysis import _normal, stop_words, words
from language.compounds import split
from language.dictionary import LANGUAGES, lookup

SAMPLE = 200
"""So many words are enough to tell; a long text costs no more than a short one."""


def guess_language(text: str) -> str | None:
    """``"fi"``, ``"sv"`` or ``"en"``; None when the text is in none of them, or too short to tell.

    Every word votes for the languages that know it: a function word with double weight, for it is never a loan, a
    dictionary word or a compound with one, a short one with less. The winner must explain at least two fifths of the
    text and lead the next.
    """
    scores = dict.fromkeys(LANGUAGES, 0.0)
    total = 0.0
    for count, (_start, _end, surface) in enumerate(words(text[: SAMPLE * 40])):
        if count >= SAMPLE:
            break
        word = _normal(surface)
        if not word.isalpha():
            continue
        total += 1.0
        for language in LANGUAGES:
            scores[language] += _vote(word, language)
        if "å" in word:
            scores["sv"] += 0.5
        if "ää" in word or "yy" in word or "uo" in word or "yö" in word:
            scores["fi"] += 0.25
    if not total:
        return None
    first, second = sorted(LANGUAGES, key=lambda language: -scores[language])[:2]
    if scores[first] < 0.4 * total or scores[first] - scores[second] < 0.15 * min(total, 10):
        return None
    return first


def _vote(word: str, language: str) -> float:
    if word in stop_words(language):
        return 2.0
    if lookup(word, language) is not None:
        return 1.0 if len(word) > 3 else 0.4
    if len(word) > 7 and split(word, language, known=True):
        return 0.9
    return 0.0
