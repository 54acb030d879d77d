"""The matcher: parties in, ranked partners with reasons out. Pure: no database, no clock, no settings."""

from matching.engine.bridge import Bridge
from matching.engine.index import Index
from matching.engine.parties import Document, Party, Point, Role
from matching.engine.ranking import (
    Attention,
    Direction,
    Met,
    Suggested,
    meet,
    spread_alike,
    suggest,
    suggest_among,
    suggest_pair,
)
from matching.engine.scoring import Gain, Kind
from matching.engine.telling import Term, terms_of
from matching.engine.weights import Part, Weights, for_need, tune, weights

__all__ = [
    "Attention",
    "Bridge",
    "Direction",
    "Document",
    "Gain",
    "Index",
    "Kind",
    "Met",
    "Part",
    "Party",
    "Point",
    "Role",
    "Suggested",
    "Term",
    "Weights",
    "for_need",
    "meet",
    "spread_alike",
    "suggest",
    "suggest_among",
    "suggest_pair",
    "terms_of",
    "tune",
    "weights",
]
