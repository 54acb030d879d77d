"""Who must not meet."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Block, Profile
from conversations import hooks


def are_apart(one: Profile, other: Profile) -> bool:
    """One of the two has blocked the other, or wants nothing of it."""
    blocked = Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))
    return blocked.exists() or hooks.are_apart(one, other)
