"""How often an organisation is written to, and when it may be reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from networks.models import Letter

MOST_IN_A_MONTH = 3
"""Letters that one organisation gets from the whole installation: from all networks, and of claims and introductions.
Whoever is written to more often reads none."""
MONTH = timedelta(days=30)
SILENT_AFTER = timedelta(days=7)
"""A week without an answer is silence: sooner, they may not have come to it yet."""
MOST_AT_ONCE = 40
"""Letters in a batch: as many as a coordinator can choose with thought."""


def is_silent(letter: Letter, now: datetime) -> bool:
    """Whether the invitation has waited for an answer long enough to be reminded of."""
    return letter.is_of_now and letter.returned_at is None and letter.made_at <= now - SILENT_AFTER


def silent(now: datetime) -> Q:
    """The same, asked of the database."""
    waits = Q(membership__state="invited", membership__state_since=F("asked_at"))
    return waits & Q(returned_at__isnull=True, made_at__lte=now - SILENT_AFTER)
