"""What is proposed, what was answered, what came of it, and what each profile wishes of its suggestions."""

from matching.models.introductions import Introduction, IntroductionQuerySet
from matching.models.pairs import (
    Connection,
    ConnectionQuerySet,
    Freshness,
    Interest,
    InterestQuerySet,
    Suggestion,
    SuggestionQuerySet,
)
from matching.models.preferences import Preferences

__all__ = [
    "Connection",
    "ConnectionQuerySet",
    "Freshness",
    "Interest",
    "InterestQuerySet",
    "Introduction",
    "IntroductionQuerySet",
    "Preferences",
    "Suggestion",
    "SuggestionQuerySet",
]
