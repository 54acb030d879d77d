"""Roles become permissions here, so that lower apps can ask `user.has_perm(...)` and know nothing of roles."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

ROLE_PERMISSIONS: dict[str, set[str]] = {
    "is_coordinator": {
        "accounts.coordinate",
        "themes.manage_themes",
        "events.create_event",
        "catalogue.keep_shelf",
        "core.answer_feedback",
        "core.change_installation",
    },
    "is_editor": {"catalogue.change_operatingmodel"},
}


class Backend(AuthenticationBackend):
    """Signing in as allauth does it; permissions from the flags alone.

    Django's own groups and permissions are not used (they would cost two queries a page); superusers have everything by
    Django's own rule.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        held = (perms for flag, perms in ROLE_PERMISSIONS.items() if getattr(user_obj, flag, False))
        return set().union(*held)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)
