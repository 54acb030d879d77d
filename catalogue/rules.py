"""Who may do what in the catalogue. Everybody may read it."""

from __future__ import annotations

from typing import Any

from accounts.models import Profile
from accounts.rules import represents


def may_edit_models(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_perm("catalogue.change_operatingmodel"))


def may_keep_shelf(user: Any, profile: Profile) -> bool:
    """A municipality's shelf is kept by its own representatives, and by nobody else."""
    return (
        profile.kind == Profile.Kind.MUNICIPALITY
        and profile.status != Profile.Status.TAKEN_DOWN
        and represents(user, profile)
    )
