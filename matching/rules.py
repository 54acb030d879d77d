"""Who may answer for whom, and what may be proposed to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile
from matching.models import Connection

LEASE = timedelta(seconds=30)
LONGEST_LEASE = timedelta(hours=1)
"""A match takes a fraction of a second. A lease that has run out belongs to a worker that was killed."""

SHOWN = (Profile.Visibility.PUBLIC, Profile.Visibility.MEMBERS)


def may_answer_for(user: Any, profile: Profile) -> bool:
    """Any representative: answers are the daily work of whoever looks after partners."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_act_for(user, profile)


def may_wish_for(user: Any, profile: Profile) -> bool:
    """Wishes change what everybody who looks after the profile sees: so those who may change its texts."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_edit(user, profile)


def may_tune(user: Any) -> bool:
    """How suggestions are made concerns everybody, so whoever hosts the installation decides."""
    return bool(user.has_perm("accounts.coordinate"))


def can_be_proposed(profile: Profile) -> bool:
    """A student or a resident starts hidden, so here too only those who chose to be seen."""
    return profile.status == Profile.Status.PUBLISHED and profile.visibility in SHOWN


def wants_suggestions(profile: Profile) -> bool:
    """Nobody reads the list of a profile that nobody represents; it is made when the profile is claimed."""
    return profile.status == Profile.Status.PUBLISHED and profile.is_claimed


def lease_for(attempts: int) -> timedelta:
    """Longer after each failure, so that one profile that cannot be matched does not keep a worker busy."""
    return min(LEASE * (1 << min(attempts, 10)), LONGEST_LEASE)


def are_connected(one: Profile, other: Profile) -> bool:
    return Connection.objects.between(one, other).exists()


def partners_of(profile: Profile) -> set[int]:
    """The numbers of all with whom it is connected."""
    pairs = Connection.objects.of(profile).values_list("a", "b")
    return {pk for pair in pairs for pk in pair} - {profile.pk}


def shares_contact(profile: Profile) -> bool:
    """A connection shows contact details, but not those that a profile keeps to its own representatives."""
    given = profile.contact_name or profile.contact_email or profile.contact_phone
    return bool(given) and profile.contact_visibility != Profile.Visibility.HIDDEN
