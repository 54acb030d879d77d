"""What counts as silence and as new in a network, and how often a silent member is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from networks.models import Asking, Membership

SILENT_MONTHS, NEW_MONTHS, ASKED_EVERY_MONTHS = 6, 3, 6
"""Half a year is two or three meetings missed in a usual series; with less, whoever had a busy spring would be asked.
Asking more often than a member can have come again would be nagging."""
SILENT_AFTER = timedelta(days=182)
NEW_FOR = timedelta(days=91)
ASKED_AGAIN_AFTER = timedelta(days=182)
MOST_ASKED_AT_ONCE = 40
"""As letters of invitation."""
YEARS_BESIDE = 5
"""Years that are compared; an older one is opened by its report."""


def may_ask_again(last: datetime | None, now: datetime) -> bool:
    return last is None or last <= now - ASKED_AGAIN_AFTER


def waits_for_answer(asking: Asking, now: datetime) -> bool:
    """Whether the letter is shown on the member's page: until it is answered, for as long as nobody asks again."""
    is_member = asking.membership.state == Membership.State.MEMBER
    return is_member and asking.stays_at is None and not may_ask_again(asking.made_at, now)
