from opportunities.models.feeds import Candidate, Feed, FeedTheme
from opportunities.models.matches import Fit, Pair, SavedSearch
from opportunities.models.opportunities import Answer, Opportunity, OpportunityFile, OpportunityTheme

__all__ = [
    "Answer",
    "Candidate",
    "Feed",
    "FeedTheme",
    "Fit",
    "Opportunity",
    "OpportunityFile",
    "OpportunityTheme",
    "Pair",
    "SavedSearch",
]
