"""Who teaches at a school, and what its page can hold. Everything not said here is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile

MOST = {"programmes": 40, "people": 12, "terms": 12, "weeks": 30}
"""Rows of each part of a school's page."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_TERM = timedelta(days=366)


def may_teach(user: Any, school: Profile) -> bool:
    """A confirmed school's owners and editors: they supervise, and decide for the school."""
    is_school = school.kind == Profile.Kind.EDUCATION and school.status == Profile.Status.PUBLISHED
    return is_school and school.is_confirmed and accounts_rules.may_edit(user, school)
