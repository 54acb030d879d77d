from opportunities.models.feeds import Candidate, Feed, FeedTheme
from opportunities.models.matches import Fit, Pair, SavedSearch
from opportunities.models.opportunities import Answer, Opportunity, OpportunityFile, OpportunityTheme
from opportunities.models.purchases import Purchase, PurchaseEntry, PurchaseFollower, PurchaseQuestion

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
    "Purchase",
    "PurchaseEntry",
    "PurchaseFollower",
    "PurchaseQuestion",
    "SavedSearch",
]
