from accounts.models.imports import ImportBatch
from accounts.models.profiles import PastWork, Profile, ProfileText, ProfileTheme
from accounts.models.representatives import ClaimLink, Invitation, Representative, TakeoverRequest
from accounts.models.safety import Block, Report
from accounts.models.users import User

__all__ = [
    "Block",
    "ClaimLink",
    "ImportBatch",
    "Invitation",
    "PastWork",
    "Profile",
    "ProfileText",
    "ProfileTheme",
    "Report",
    "Representative",
    "TakeoverRequest",
    "User",
]
