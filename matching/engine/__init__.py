"""The matcher: parties in, ranked partners with reasons out. Pure: no database, no clock, no settings.

An `Index` holds parties, each as its documents. `Index.replace` and `Index.remove` cost one party's words, not the
whole. `suggest` finds candidates by postings, scores each pair in both directions and makes reasons from the score's
own terms; `suggest_pair` does so for two named parties.
"""

from matching.engine.bridge import Bridge
from matching.engine.index import Index
from matching.engine.parties import Document, Party, Point, Role
from matching.engine.ranking import Direction, Suggested, see_pair, spread_alike, suggest, suggest_pair
from matching.engine.reasons import Reason
from matching.engine.scoring import WEIGHTS, Gain, Kind, Pair, Span, Term, Weights, score_pair

__all__ = [
    "WEIGHTS",
    "Bridge",
    "Direction",
    "Document",
    "Gain",
    "Index",
    "Kind",
    "Pair",
    "Party",
    "Point",
    "Reason",
    "Role",
    "Span",
    "Suggested",
    "Term",
    "Weights",
    "score_pair",
    "see_pair",
    "spread_alike",
    "suggest",
    "suggest_pair",
]
