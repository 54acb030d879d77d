"""When a membership for a period is renewed and when it lapses; and when a group's term is."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from networks.models import Group, Membership

ASKED_BEFORE = timedelta(days=45)
"""Before the period ends: a board meets once a month."""
WAITED_AFTER = timedelta(days=30)
"""After it has ended: nobody loses a place by a holiday."""


def is_due(membership: Membership, today: date) -> bool:
    """Whether it can be renewed: from when it is asked of until it has lapsed."""
    ends = membership.period_ends
    return membership.is_standing and ends is not None and today >= ends - ASKED_BEFORE


def lapses_on(membership: Membership) -> date | None:
    """The last day of an unanswered membership: never sooner than the wait after it was asked."""
    if membership.period_ends is None:
        return None
    last = membership.period_ends + WAITED_AFTER
    if membership.renewal_asked_at is not None:
        last = max(last, timezone.localdate(membership.renewal_asked_at) + WAITED_AFTER)
    return last


TERM_MONTHS = 12
"""By how long one press renews a group's term."""


def term_is_due(group: Group, today: date) -> bool:
    """Whether the term can be renewed: as long before its end as a membership, and after it until somebody does."""
    return group.ended_at is None and group.term_ends is not None and today >= group.term_ends - ASKED_BEFORE
