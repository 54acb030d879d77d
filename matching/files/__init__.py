"""Profiles, history and queries as files of JSON lines: matching without a database.

The formats are those of public collections of collaborations: a profile has `id` and whatever else is known of it
(`name, kind, country, city, themes, text, lang`, or `documents: [{role, text, lang}]`); a line of history is a piece of
work with its `participants`; a query has `org` (and perhaps `exclude`), or `text` with `title` and `themes`.
"""

from matching.files.command import main
from matching.files.parties import bridge_of_files, candidate_of_row, party_of_row, party_of_text
from matching.files.rows import BadLine, Query, read_history, read_profiles, read_queries
from matching.files.table import Match, match

__all__ = [
    "BadLine",
    "Match",
    "Query",
    "bridge_of_files",
    "candidate_of_row",
    "main",
    "match",
    "party_of_row",
    "party_of_text",
    "read_history",
    "read_profiles",
    "read_queries",
]
