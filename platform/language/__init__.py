"""Text in Finnish, Swedish and English: its language, its words, and how it is searched. Pure; knows no Django."""

from language.analysis import Token, analyse
from language.guess import guess_language
from language.search import (
    highlight_spans,
    matches,
    query_needles,
    query_terms,
    search_column,
    search_terms,
)

__all__ = [
    "Token",
    "analyse",
    "guess_language",
    "highlight_spans",
    "matches",
    "query_needles",
    "query_terms",
    "search_column",
    "search_terms",
]
