"""A profile's life: a draft made page by page, published, changed, shown to fewer or more, taken down.

Each service checks again what the page checked, for the person may have lost the role in between; each leaves a line in
the audit trail, and whoever published profiles matter to is told within the transaction (`hooks.profile_changed`).
"""

from accounts.services.profiles.changing import edit_profile, set_logo, set_visibility, take_down
from accounts.services.profiles.common import Gap, Incomplete, NotADraft, NotAllowed, Stale, gaps
from accounts.services.profiles.confirming import NothingToConfirm, ReasonMissing, confirm, refuse
from accounts.services.profiles.making import (
    create_draft,
    discard_draft,
    publish_profile,
    save_business_id,
    save_step,
)
from accounts.services.profiles.unclaimed import create_unclaimed

__all__ = [
    "Gap",
    "Incomplete",
    "NotADraft",
    "NotAllowed",
    "NothingToConfirm",
    "ReasonMissing",
    "Stale",
    "confirm",
    "create_draft",
    "create_unclaimed",
    "discard_draft",
    "edit_profile",
    "gaps",
    "publish_profile",
    "refuse",
    "save_business_id",
    "save_step",
    "set_logo",
    "set_visibility",
    "take_down",
]
