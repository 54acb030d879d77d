"""Roles become permissions here, so that lower apps can ask `user.has_perm(...)` and know nothing of roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

ROLE_PERMISSIONS: dict[str, set[str]] = {
    "is_coordinator": {
        "accounts.coordinate",
        "themes.manage_themes",
        "events.create_event",
        "catalogue.keep_shelf",
        "core.answer_feedback",
    },
    "is_editor": {"catalogue.change_operatingmodel"},
}


class RoleBackend(BaseBackend):
    """Coordinators and catalogue editors, by their flags on the user; superusers have all by Django's own rule."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        held = (perms for flag, perms in ROLE_PERMISSIONS.items() if getattr(user_obj, flag, False))
        return any(perm in perms for perms in held)
