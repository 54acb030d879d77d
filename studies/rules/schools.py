"""Who teaches at a school. Everything not said here is refused."""

from __future__ import annotations

from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile


def may_teach(user: Any, school: Profile) -> bool:
    """Its owners and editors: they supervise, and decide for the school."""
    is_school = school.kind == Profile.Kind.EDUCATION and school.status == Profile.Status.PUBLISHED
    return is_school and accounts_rules.may_edit(user, school)
