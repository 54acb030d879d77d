"""Who may do what with a profile. Each predicate reads as a sentence; everything not said here is refused."""

from __future__ import annotations

from typing import Any

from accounts.models import Profile, Representative

Role = Representative.Role


def role_of(user: Any, profile: Profile) -> str | None:
    """The user's role for the profile, or None."""
    if not user.is_authenticated:
        return None
    return Representative.objects.filter(profile=profile, user=user).values_list("role", flat=True).first()


def represents(user: Any, profile: Profile) -> bool:
    return role_of(user, profile) is not None


def may_edit(user: Any, profile: Profile) -> bool:
    return role_of(user, profile) in Representative.DECIDES


def may_manage_representatives(user: Any, profile: Profile) -> bool:
    return role_of(user, profile) == Role.OWNER


def may_act_for(user: Any, profile: Profile) -> bool:
    """Answer suggestions, ask for meetings, register: any representative."""
    return represents(user, profile)


def may_see(user: Any, profile: Profile) -> bool:
    return Profile.objects.visible_to(user).filter(pk=profile.pk).exists()


def is_coordinator(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_perm("accounts.coordinate"))
