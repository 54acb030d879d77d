"""What is proposed, what was answered, what came of it, what each profile wishes, and what is asked of the matcher."""

from matching.models.figures import HealthDay, LonelyProfile, Newcomer
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
from matching.models.questions import Question, QuestionQuerySet
from matching.models.rebuilds import Reading, Rebuild, RebuildBlock, RebuildBlockQuerySet
from matching.models.tuning import Tuning, TuningQuerySet

__all__ = [
    "Connection",
    "ConnectionQuerySet",
    "Freshness",
    "HealthDay",
    "Interest",
    "InterestQuerySet",
    "Introduction",
    "IntroductionQuerySet",
    "LonelyProfile",
    "Newcomer",
    "Preferences",
    "Question",
    "QuestionQuerySet",
    "Reading",
    "Rebuild",
    "RebuildBlock",
    "RebuildBlockQuerySet",
    "Suggestion",
    "SuggestionQuerySet",
    "Tuning",
    "TuningQuerySet",
]
