"""How many a profile may approach, and who may write for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile

# --- The budget of contacts: all its numbers

WINDOW = timedelta(days=7)
"""The budget is of any seven days on end. One and the same party counts once in them, however it is approached."""

LIMITS = (
    # represented here for at least … : parties that may be approached in a window
    (timedelta(days=30), 30),
    (timedelta(days=7), 20),
    (timedelta(0), 10),
)
WHEN_CHECKED = 5
"""More for an organisation whose business ID has been checked in the register."""
FOR_AN_ANSWER = 1
MOST_FOR_ANSWERS = 10
ANSWERS_COUNT_FOR = timedelta(days=90)
"""More for each party that said yes of late: whoever is welcome may go on."""

REGRET_WITHIN = timedelta(minutes=10)
MOST_REGRETS = 5
"""What is taken back this soon costs nothing; but only so often in a window, or answers could be fished for in vain."""

LOW = 3
"""What is left is shown from here down; before that nobody needs to think of it."""


def contacts_allowed(profile: Profile, *, answered: int, now: datetime) -> int:
    """How many parties the profile may approach in a window; none while nobody represents it."""
    if profile.claimed_at is None:
        return 0
    age = max(now - profile.claimed_at, timedelta(0))
    allowed = next(limit for least, limit in LIMITS if age >= least)
    if profile.business_id_checked_at is not None:
        allowed += WHEN_CHECKED
    return allowed + min(answered * FOR_AN_ANSWER, MOST_FOR_ANSWERS)


# --- Messages

LONGEST = 5000
LONGEST_FIRST = 600
"""Of a stranger's first message: enough to say who one is and what one wants."""


def may_write_for(user: Any, profile: Profile) -> bool:
    """Any representative: the inbox is the profile's, so that nobody waits for one who is away."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_act_for(user, profile)


def may_choose_for(user: Any, profile: Profile) -> bool:
    """Whose messages are taken is decided by those who edit the profile."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_edit(user, profile)


def is_shown(profile: Profile) -> bool:
    """Seen by others than its own people, and so one that can write and be written to."""
    return profile.status == Profile.Status.PUBLISHED and profile.visibility != Profile.Visibility.HIDDEN


WAITS = timedelta(days=3)
"""So long may a message be without an answer before the colleagues are told."""
LONGEST_ABSENCE = timedelta(days=400)

# --- Several profiles together

MOST_TOGETHER = 12
"""Profiles in a conversation of their own making: more are a network."""
LEAST_TOGETHER = 3
LONGEST_NAME = 120
