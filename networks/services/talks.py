"""A group's conversation follows who is in the group."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.services import groups
from networks.queries.talks import CIRCLE


def people_changed(group_ids: Iterable[int]) -> None:
    """Those who have left have nothing unread in it, and their open pages of it close."""
    for pk in group_ids:
        groups.circle_changed(CIRCLE, pk)
