from opportunities.models.matches import Fit, Pair, SavedSearch
from opportunities.models.opportunities import Answer, Opportunity, OpportunityFile, OpportunityTheme

__all__ = ["Answer", "Fit", "Opportunity", "OpportunityFile", "OpportunityTheme", "Pair", "SavedSearch"]
